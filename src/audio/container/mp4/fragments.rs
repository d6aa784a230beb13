//! The samples that movie fragments list for a track. In: the file from its first box on, the track's id and what it takes
//! for granted (`trex`). Out: each sample's place, length and duration, fragment by fragment in the order of the file.
//!
//! Reference: ISO/IEC 14496-12, 8.8 (movie fragments).

use std::collections::VecDeque;
use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, box_at, boxes_in, child, narrow, wide};
use crate::audio::container::mp4::entries::Entries;
use crate::audio::container::mp4::tables::Sample;

/// The latest time that a fragment may begin, in ticks: half of what 64 bits hold.
const LATEST: u64 = i64::MAX as u64;

/// What the samples of a track have where a fragment does not say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SampleDefaults {
    ticks: u64,
    len: u64,
}

impl SampleDefaults {
    /// Reads those of the track `id` from `mvex`.
    pub(super) fn read(source: &mut dyn MediaSource, mvex: BoxSpan, id: u32) -> io::Result<Self> {
        for found in boxes_in(source, mvex)?.into_iter().filter(|found| &found.name == b"trex") {
            let content = found.content.read(source)?;
            if narrow(&content, 4) == Some(u64::from(id)) {
                let field = |at| narrow(&content, at).unwrap_or(0);
                return Ok(SampleDefaults { ticks: field(12), len: field(16) });
            }
        }
        Ok(SampleDefaults::default())
    }
}

/// A walk along the samples of one track.
#[derive(Debug, Clone)]
pub(in crate::audio) struct FragmentWalk {
    id: u32,
    defaults: SampleDefaults,
    /// Where the next box at the top begins.
    position: u64,
    file_len: u64,
    runs: VecDeque<FragmentRun>,
    /// When the next sample begins, in ticks of the media.
    begins: u64,
    /// Whether a sample was given, so that a later fragment that begins late follows a hole.
    has_begun: bool,
}

/// A run of samples that lie one behind the other (`trun`).
#[derive(Debug, Clone)]
struct FragmentRun {
    entries: Entries,
    next: u64,
    defaults: SampleDefaults,
    /// Where the fields of an entry stand, if it has them.
    ticks_at: Option<usize>,
    len_at: Option<usize>,
    position: u64,
    /// When its fragment begins, in ticks, for the fragment's first run.
    fragment_begins: Option<u64>,
}

impl FragmentWalk {
    /// A walk that begins at the start of the file; the samples in `moov` end at `begins`.
    pub(super) fn new(id: u32, defaults: SampleDefaults, file_len: u64, begins: u64) -> Self {
        let has_begun = begins > 0;
        FragmentWalk { id, defaults, position: 0, file_len, runs: VecDeque::new(), begins, has_begun }
    }

    /// The next sample, with those behind it up to `most_len` bytes in all; `None` behind the last fragment.
    pub(super) fn next(&mut self, source: &mut dyn MediaSource, most_len: u64) -> io::Result<Option<Sample>> {
        loop {
            let Some(run) = self.runs.front_mut() else {
                if !self.read_fragment(source)? {
                    return Ok(None);
                }
                continue;
            };
            if let Some(fragment_begins) = run.fragment_begins.take() {
                // A recording cut out of a live stream begins at any time; only what follows a sample can be late.
                self.begins = if self.has_begun { self.begins.max(fragment_begins) } else { fragment_begins };
            }
            let Some((position, mut len, mut ticks)) = run.next(source)? else {
                self.runs.pop_front();
                continue;
            };
            while len < most_len
                && let Some((_, more_len, more_ticks)) = run.next(source)?
            {
                (len, ticks) = (len.saturating_add(more_len), ticks.saturating_add(more_ticks));
            }
            let sample = Sample { position, len, begins: self.begins, ticks };
            self.begins = self.begins.saturating_add(ticks);
            self.has_begun = true;
            return Ok(Some(sample));
        }
    }

    /// Reads the runs of the next fragment that has any of this track; false where none follows.
    fn read_fragment(&mut self, source: &mut dyn MediaSource) -> io::Result<bool> {
        while let Some(found) = box_at(source, self.position, self.file_len)? {
            self.position = found.content.end;
            if &found.name == b"moof" {
                // Without a base of its own a fragment's data follows that of the one before it.
                let mut base = found.head;
                for traf in boxes_in(source, found.content)?.into_iter().filter(|found| &found.name == b"traf") {
                    base = self.read_track(source, traf.content, found.head, base)?;
                }
                if !self.runs.is_empty() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Takes up the runs of a `traf` if it is this track's; returns where its data ends.
    fn read_track(
        &mut self,
        source: &mut dyn MediaSource,
        traf: BoxSpan,
        fragment: u64,
        behind_last: u64,
    ) -> io::Result<u64> {
        let Some(header) = child(source, traf, b"tfhd")? else { return Ok(behind_last) };
        let header = header.read(source)?;
        let flags = narrow(&header, 0).unwrap_or(0);
        let id = narrow(&header, 4);
        let (mut at, mut own_base, mut defaults) = (8, None, self.defaults);
        if flags & 0x1 != 0 {
            own_base = wide(&header, at);
            at += 8;
        }
        at += if flags & 0x2 != 0 { 4 } else { 0 };
        for (flag, slot) in [(0x8, &mut defaults.ticks), (0x10, &mut defaults.len)] {
            if flags & flag != 0 {
                *slot = narrow(&header, at).unwrap_or(0);
                at += 4;
            }
        }
        let base = own_base.unwrap_or(if flags & 0x2_0000 != 0 { fragment } else { behind_last });
        let mut fragment_begins = match child(source, traf, b"tfdt")? {
            Some(time) => {
                let time = time.read(source)?;
                let begins = if time.first() == Some(&1) { wide(&time, 4) } else { narrow(&time, 4) };
                // A time before the edit's start is written as a negative number, which the standard has not.
                begins.filter(|&ticks| ticks <= LATEST)
            }
            None => None,
        };
        let mut position = base;
        for trun in boxes_in(source, traf)?.into_iter().filter(|found| &found.name == b"trun") {
            let mut run = FragmentRun::read(source, trun.content, base, position, defaults)?;
            position = run.end(source)?;
            run.fragment_begins = fragment_begins.take();
            if id == Some(u64::from(self.id)) {
                self.runs.push_back(run);
            }
        }
        Ok(position)
    }
}

impl FragmentRun {
    /// The run in a `trun`, whose data begins at an offset from `base`, or else at `position`.
    fn read(
        source: &mut dyn MediaSource,
        trun: BoxSpan,
        base: u64,
        position: u64,
        defaults: SampleDefaults,
    ) -> io::Result<Self> {
        let head = BoxSpan { end: trun.end.min(trun.start + 16), ..trun }.read(source)?;
        let (flags, count) = (narrow(&head, 0).unwrap_or(0), narrow(&head, 4).unwrap_or(0));
        let (mut at, mut begins_at) = (8, position);
        if flags & 0x1 != 0 {
            let offset = narrow(&head, at as usize).map_or(0, |bits| i64::from(bits as u32 as i32));
            begins_at = base.saturating_add_signed(offset);
            at += 4;
        }
        at += if flags & 0x4 != 0 { 4 } else { 0 };
        let mut entry_len = 0;
        let mut field = |flag: u64| {
            let place = entry_len as usize;
            entry_len += if flags & flag != 0 { 4 } else { 0 };
            (flags & flag != 0).then_some(place)
        };
        let (ticks_at, len_at, _, _) = (field(0x100), field(0x200), field(0x400), field(0x800));
        let entries = Entries::new(trun.behind(at), entry_len, count);
        Ok(FragmentRun { entries, next: 0, defaults, ticks_at, len_at, position: begins_at, fragment_begins: None })
    }

    /// The place, length and duration of the next sample.
    fn next(&mut self, source: &mut dyn MediaSource) -> io::Result<Option<(u64, u64, u64)>> {
        let (ticks_at, len_at, defaults) = (self.ticks_at, self.len_at, self.defaults);
        let Some(entry) = self.entries.entry(source, self.next)? else { return Ok(None) };
        let ticks = ticks_at.and_then(|at| narrow(entry, at)).unwrap_or(defaults.ticks);
        let len = len_at.and_then(|at| narrow(entry, at)).unwrap_or(defaults.len);
        let position = self.position;
        self.next += 1;
        self.position = position.saturating_add(len);
        Ok(Some((position, len, ticks)))
    }

    /// Where its data ends.
    fn end(&self, source: &mut dyn MediaSource) -> io::Result<u64> {
        if self.len_at.is_none() {
            return Ok(self.position.saturating_add(self.entries.count().saturating_mul(self.defaults.len)));
        }
        let mut copy = self.clone();
        while copy.next(source)?.is_some() {}
        Ok(copy.position)
    }
}
