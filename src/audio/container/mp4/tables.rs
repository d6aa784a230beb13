//! The samples that `moov` itself lists for a track. In: the tables of its `stbl`. Out: each sample's place, length and
//! duration, in the order of the media, in memory that does not grow with their number.
//!
//! Reference: ISO/IEC 14496-12, 8.6.1.2 (`stts`), 8.7.3 (`stsz`, `stz2`), 8.7.4 (`stsc`), 8.7.5 (`stco`, `co64`).

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, boxes_in, narrow, wide};
use crate::audio::container::mp4::entries::Entries;

/// A sample, or several that lie one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) struct Sample {
    /// Where it lies, in bytes from the start of the file.
    pub(in crate::audio) position: u64,
    /// Its length in bytes.
    pub(in crate::audio) len: u64,
    /// When it begins, in ticks of the media.
    pub(in crate::audio) begins: u64,
    /// How long it lasts, in ticks.
    pub(in crate::audio) ticks: u64,
}

/// What cannot be parted of samples that are not packets of their own: a frame of plain sound, or a block of IMA4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) struct SampleUnit {
    /// Its length in bytes.
    pub(in crate::audio) len: u64,
    /// Frames in it.
    pub(in crate::audio) frames: u64,
}

/// How long each sample is.
#[derive(Debug, Clone)]
enum Sizes {
    Fixed {
        len: u64,
        count: u64,
    },
    /// Samples are single frames, of which a block holds several.
    Frames(SampleUnit, u64),
    /// Entries of so many bits.
    Table(Entries, u32),
}

/// A walk along the samples.
#[derive(Debug, Clone)]
pub(in crate::audio) struct TableWalk {
    times: Entries,
    sizes: Sizes,
    groups: Entries,
    chunks: Entries,
    /// Bytes of an entry of `chunks`.
    place_len: u64,
    sample: u64,
    begins: u64,
    /// Number of the entry of `times`, samples left in it, and their duration.
    time: (u64, u64, u64),
    chunk: u64,
    group: u64,
    left_in_chunk: u64,
    position: u64,
}

impl TableWalk {
    /// A walk along the tables in `stbl`; of a `unit` QuickTime files state the length of a single channel, or 1, and count
    /// frames.
    pub(super) fn new(source: &mut dyn MediaSource, stbl: BoxSpan, unit: Option<SampleUnit>) -> io::Result<Self> {
        let mut walk = TableWalk {
            times: Entries::none(),
            sizes: Sizes::Fixed { len: 0, count: 0 },
            groups: Entries::none(),
            chunks: Entries::none(),
            place_len: 4,
            sample: 0,
            begins: 0,
            time: (0, 0, 0),
            chunk: 0,
            group: 0,
            left_in_chunk: 0,
            position: 0,
        };
        for found in boxes_in(source, stbl)? {
            let head =
                BoxSpan { end: found.content.end.min(found.content.start + 12), ..found.content }.read(source)?;
            let count = narrow(&head, 4).unwrap_or(0);
            let table = |entry_len| Entries::new(found.content.behind(8), entry_len, count);
            match &found.name {
                b"stts" => walk.times = table(8),
                b"stsc" => walk.groups = table(12),
                b"stco" => (walk.chunks, walk.place_len) = (table(4), 4),
                b"co64" => (walk.chunks, walk.place_len) = (table(8), 8),
                b"stsz" | b"stz2" => walk.sizes = Sizes::read(&head, &found.name, found.content),
                _ => {}
            }
        }
        if let (Sizes::Fixed { len, count }, Some(unit)) = (&walk.sizes, unit) {
            walk.sizes = match unit.frames {
                0 | 1 => Sizes::Fixed { len: unit.len.max(*len), count: *count },
                _ if *len < unit.len => Sizes::Frames(unit, *count),
                _ => Sizes::Fixed { len: *len, count: *count },
            };
        }
        Ok(walk)
    }

    /// The next sample, with those that follow it in the chunk, up to `most_len` bytes in all where their lengths are
    /// equal; `None` where the tables end.
    pub(super) fn next(&mut self, source: &mut dyn MediaSource, most_len: u64) -> io::Result<Option<Sample>> {
        if self.left_in_chunk == 0 && !self.enter_chunk(source)? {
            return Ok(None);
        }
        let Some((SampleUnit { len, frames }, alike)) = self.sizes.of(source, self.sample)? else { return Ok(None) };
        let Some((ticks, alike_long)) = self.ticks(source)? else { return Ok(None) };
        let most = most_len.checked_div(len).unwrap_or(1).max(1).saturating_mul(frames);
        let samples = most.min(alike).min(alike_long).min(self.left_in_chunk).max(1);
        let sample = Sample {
            position: self.position,
            len: len.saturating_mul(samples.div_ceil(frames)),
            begins: self.begins,
            ticks: ticks.saturating_mul(samples),
        };
        self.sample += samples;
        self.time.1 -= samples;
        self.left_in_chunk -= samples;
        self.position = self.position.saturating_add(sample.len);
        self.begins = self.begins.saturating_add(sample.ticks);
        Ok(Some(sample))
    }

    /// When the sample that comes next begins, in ticks of the media.
    pub(super) fn begins(&self) -> u64 {
        self.begins
    }

    /// Takes up the next chunk that holds samples; false where there is none.
    fn enter_chunk(&mut self, source: &mut dyn MediaSource) -> io::Result<bool> {
        while self.left_in_chunk == 0 {
            let Some(place) = self.chunks.entry(source, self.chunk)? else { return Ok(false) };
            self.position = if self.place_len == 8 { wide(place, 0) } else { narrow(place, 0) }.unwrap_or(0);
            self.chunk += 1;
            // Chunks are counted from 1, and a group goes up to the first chunk of the next.
            let next = self.groups.entry(source, self.group + 1)?.and_then(|entry| narrow(entry, 0));
            if next.is_some_and(|first| first <= self.chunk) {
                self.group += 1;
            }
            let Some(group) = self.groups.entry(source, self.group)? else { return Ok(false) };
            self.left_in_chunk = narrow(group, 4).unwrap_or(0);
        }
        Ok(true)
    }

    /// The duration of the next sample, and of how many with it.
    fn ticks(&mut self, source: &mut dyn MediaSource) -> io::Result<Option<(u64, u64)>> {
        while self.time.1 == 0 {
            let Some(entry) = self.times.entry(source, self.time.0)? else { return Ok(None) };
            self.time = (self.time.0 + 1, narrow(entry, 0).unwrap_or(0), narrow(entry, 4).unwrap_or(0));
        }
        Ok(Some((self.time.2, self.time.1)))
    }
}

impl Sizes {
    fn read(head: &[u8], name: &[u8; 4], content: BoxSpan) -> Self {
        let (first, count) = (narrow(head, 4).unwrap_or(0), narrow(head, 8).unwrap_or(0));
        let table = content.behind(12);
        match (name, first) {
            (b"stsz", 0) => Sizes::Table(Entries::new(table, 4, count), 32),
            (b"stsz", len) => Sizes::Fixed { len, count },
            // Two lengths of four bits share a byte.
            (_, 4) => Sizes::Table(Entries::new(table, 1, count.div_ceil(2)), 4),
            (_, 16) => Sizes::Table(Entries::new(table, 2, count), 16),
            _ => Sizes::Table(Entries::new(table, 1, count), 8),
        }
    }

    /// The length of a sample, or of the samples that share a block, and of how many from there on.
    fn of(&mut self, source: &mut dyn MediaSource, sample: u64) -> io::Result<Option<(SampleUnit, u64)>> {
        let one = |len| SampleUnit { len, frames: 1 };
        match self {
            Sizes::Fixed { len, count } => Ok((sample < *count).then(|| (one(*len), *count - sample))),
            Sizes::Frames(unit, count) => Ok((sample < *count).then(|| (*unit, *count - sample))),
            Sizes::Table(entries, bits) => {
                let index = if *bits == 4 { sample / 2 } else { sample };
                let len = entries.entry(source, index)?.map(|bytes| match bits {
                    4 if sample.is_multiple_of(2) => u64::from(bytes[0] >> 4),
                    4 => u64::from(bytes[0] & 15),
                    _ => bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
                });
                Ok(len.map(|len| (one(len), 1)))
            }
        }
    }
}
