//! MP4, M4A and MOV. In: the byte source. Out: for each sound track, its samples in the order of the media, whether `moov`
//! lists them or fragments do or both; what its edit list plays of them; and the header of the file without its long
//! tables, from which symphonia reads codecs and words. symphonia's own reader knows no edit lists and mixes up samples
//! of `moov` and of fragments.
//!
//! Reference: ISO/IEC 14496-12 (ISO base media file format).

mod boxes;
mod chapters;
pub(in crate::audio) mod edits;
mod entries;
mod fragments;
mod head;
mod plain;
pub(in crate::audio) mod tables;
mod words;

use std::io;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, boxes_in, child, descendant};
use crate::audio::container::mp4::edits::{Edit, PlayList, PlayTimes, Times, play_list};
use crate::audio::container::mp4::fragments::{FragmentWalk, SampleDefaults};
use crate::audio::container::mp4::tables::{Sample, SampleUnit, TableWalk};
use crate::audio::metadata::{CuePlace, Tags};
use crate::audio::source::{len_bytes, read_at};

/// Bytes of a sample that are looked at before it is read.
const LONGEST_FIRST: u64 = 64 << 10;

/// What a file says about its sound.
pub(in crate::audio) struct Movie {
    /// The header, as symphonia can read it.
    pub(in crate::audio) head: Vec<u8>,
    /// The sound tracks.
    pub(in crate::audio) tracks: Vec<MovieTrack>,
    /// What symphonia does not tell of its words.
    pub(in crate::audio) words: Tags,
    /// The chapters.
    pub(in crate::audio) chapters: Vec<CuePlace>,
}

/// One sound track.
#[derive(Debug, Clone)]
pub(in crate::audio) struct MovieTrack {
    /// The track's id.
    pub(in crate::audio) id: u32,
    /// What its decoder needs to know, where its samples are plain.
    pub(in crate::audio) plain: Option<AudioCodecParameters>,
    /// The four letters by which its samples are described.
    pub(in crate::audio) coding: Option<[u8; 4]>,
    media: Times,
    movie: Times,
    edits: Vec<Edit>,
    stbl: BoxSpan,
    /// What samples have in fragments that do not say; `None` in a file that is to have no fragments.
    defaults: Option<SampleDefaults>,
    file_len: u64,
}

/// Reads the header of the file in `source`; `None` where it has none.
pub(in crate::audio) fn read(source: &mut dyn MediaSource) -> io::Result<Option<Movie>> {
    let file = BoxSpan { start: 0, end: len_bytes(source)? };
    let Some(moov) = child(source, file, b"moov")? else { return Ok(None) };
    let movie = match child(source, moov, b"mvhd")? {
        Some(header) => Times::read(source, header)?.unwrap_or_default(),
        None => Times::default(),
    };
    let mvex = child(source, moov, b"mvex")?;
    let mut tracks = Vec::new();
    for trak in boxes_in(source, moov)?.into_iter().filter(|found| &found.name == b"trak").map(|found| found.content) {
        if let Some(track) = MovieTrack::read(source, trak)? {
            let defaults = mvex.map(|mvex| SampleDefaults::read(source, mvex, track.id)).transpose()?;
            tracks.push(MovieTrack { movie, defaults, file_len: file.end, ..track });
        }
    }
    let (words, chapters) = (words::read(source, file, moov)?, chapters::read(source, moov, movie)?);
    Ok(Some(Movie { head: head::without_tables(source, moov)?, tracks, words, chapters }))
}

impl MovieTrack {
    /// Reads a `trak`; `None` if it has no sound or lacks what every track has.
    fn read(source: &mut dyn MediaSource, trak: BoxSpan) -> io::Result<Option<Self>> {
        let id = head::track_id(source, trak)?;
        let Some(id) = id.and_then(|id| u32::try_from(id).ok()) else { return Ok(None) };
        let Some(media) = descendant(source, trak, &[b"mdia", b"mdhd"])? else { return Ok(None) };
        let Some(media) = Times::read(source, media)? else { return Ok(None) };
        let Some(stbl) = descendant(source, trak, &[b"mdia", b"minf", b"stbl"])? else { return Ok(None) };
        if !head::is_sound(source, trak)? {
            return Ok(None);
        }
        let edits = edits::read(source, trak)?;
        let (plain, coding) = match child(source, stbl, b"stsd")? {
            Some(stsd) => {
                let coding = boxes_in(source, stsd.behind(8))?.first().map(|entry| entry.name);
                (plain::params(source, stsd, media.scale)?, coding)
            }
            None => (None, None),
        };
        Ok(Some(MovieTrack {
            id,
            plain,
            coding,
            media,
            movie: Times::default(),
            edits,
            stbl,
            defaults: None,
            file_len: 0,
        }))
    }

    /// The first of its samples; empty where there is none.
    pub(in crate::audio) fn first_sample(&self, source: &mut dyn MediaSource) -> io::Result<Vec<u8>> {
        let sample = self.samples(source, None)?.next(source, 0)?;
        sample.map_or(Ok(Vec::new()), |sample| {
            read_at(source, sample.position, usize::try_from(sample.len.min(LONGEST_FIRST)).unwrap_or(0))
        })
    }

    /// What is played of it at `rate_hz`.
    pub(in crate::audio) fn play_list(&self, rate_hz: u32) -> PlayList {
        let is_fragmented = self.defaults.is_some();
        play_list(&self.edits, PlayTimes { movie: self.movie, media: self.media, is_fragmented, rate_hz })
    }

    /// Whether the header does not know how long the track is.
    pub(in crate::audio) fn is_fragmented(&self) -> bool {
        self.defaults.is_some()
    }

    /// `ticks` of the media as frames at `rate_hz`.
    pub(in crate::audio) fn frames(&self, ticks: u64, rate_hz: u32) -> u64 {
        self.media.frames(ticks, rate_hz)
    }

    /// `milliseconds` as ticks of the media.
    pub(in crate::audio) fn ticks(&self, milliseconds: u64) -> u64 {
        self.media.scale.saturating_mul(milliseconds) / 1000
    }

    /// A walk along its samples; see [`TableWalk::new`] for `unit`.
    pub(in crate::audio) fn samples(
        &self,
        source: &mut dyn MediaSource,
        unit: Option<SampleUnit>,
    ) -> io::Result<SampleWalk> {
        let tables = TableWalk::new(source, self.stbl, unit)?;
        Ok(SampleWalk { track: self.clone(), unit, tables, fragments: None })
    }
}

/// A walk along the samples of a track.
#[derive(Debug, Clone)]
pub(in crate::audio) struct SampleWalk {
    track: MovieTrack,
    unit: Option<SampleUnit>,
    tables: TableWalk,
    /// Present once the tables have ended.
    fragments: Option<FragmentWalk>,
}

impl SampleWalk {
    /// The next sample, or several of plain sound up to `most_len` bytes; `None` behind the last.
    pub(in crate::audio) fn next(&mut self, source: &mut dyn MediaSource, most_len: u64) -> io::Result<Option<Sample>> {
        let most_len = if self.unit.is_some() { most_len } else { 0 };
        if self.fragments.is_none() {
            if let Some(sample) = self.tables.next(source, most_len)? {
                return Ok(Some(sample));
            }
            let Some(defaults) = self.track.defaults else { return Ok(None) };
            let walk = FragmentWalk::new(self.track.id, defaults, self.track.file_len, self.tables.begins());
            self.fragments = Some(walk);
        }
        match &mut self.fragments {
            Some(fragments) => fragments.next(source, most_len),
            None => Ok(None),
        }
    }
}
