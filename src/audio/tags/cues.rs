//! The places that RIFF names: `cue ` says where they are, LIST `adtl` what they are called and how long they are. In: both, in
//! any order. Out: places in frames of the sound. A label of a point that is nowhere is no place.
//!
//! Reference: RIFF (Microsoft, 1991), "Cue-Points Chunk" and "Associated Data Chunk".

use std::collections::HashMap;

use crate::audio::metadata::CuePlace;

/// Bytes of a point in `cue `.
const POINT_LEN: usize = 24;

/// Points that are read, at most.
const MOST_POINTS: usize = 100_000;

/// A named place in frames of the sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::audio) struct CueFrames {
    /// Where it is or begins.
    pub(in crate::audio) start: u64,
    /// Where it ends; `None` for a place without a length.
    pub(in crate::audio) end: Option<u64>,
    /// Its words.
    pub(in crate::audio) words: String,
}

/// All places that a file names.
#[derive(Debug, Default)]
pub(in crate::audio) struct NamedPlaces {
    /// Those in frames of the sound.
    pub(in crate::audio) frames: Vec<CueFrames>,
    /// Those in seconds.
    pub(in crate::audio) seconds: Vec<CuePlace>,
}

impl NamedPlaces {
    /// All of them in seconds of a sound at `rate_hz`, in the order of time.
    pub(in crate::audio) fn into_places(self, rate_hz: u32) -> Vec<CuePlace> {
        let rate_hz = f64::from(rate_hz.max(1));
        let place = |cue: CueFrames| CuePlace {
            start_seconds: cue.start as f64 / rate_hz,
            end_seconds: cue.end.map(|end| end as f64 / rate_hz),
            words: cue.words,
        };
        let mut places: Vec<CuePlace> = self.frames.into_iter().map(place).chain(self.seconds).collect();
        places.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
        places.dedup();
        places
    }
}

/// Where points are, and how long.
#[derive(Debug, Default)]
pub(super) struct CuePoints {
    starts: HashMap<u32, u64>,
    lens: HashMap<u32, u64>,
}

impl CuePoints {
    /// Adds the points of a chunk `cue `.
    pub(super) fn add(&mut self, content: &[u8]) {
        let points = content.get(4..).unwrap_or_default().chunks_exact(POINT_LEN).take(MOST_POINTS);
        self.starts.extend(points.map(|point| (word(point, 0), u64::from(word(point, 20)))));
    }

    /// Adds the length that an entry `ltxt` states.
    pub(super) fn add_len(&mut self, content: &[u8]) {
        if content.len() >= 8 && word(content, 4) > 0 {
            self.lens.insert(word(content, 0), u64::from(word(content, 4)));
        }
    }

    /// The places of `named` points, each point once with all its words, behind `between`.
    pub(super) fn places(&self, named: Vec<(u32, String)>, between: &str) -> Vec<CueFrames> {
        let mut places: Vec<(u32, CueFrames)> = Vec::new();
        let mut place_of = HashMap::new();
        for (id, words) in named {
            let Some(&start) = self.starts.get(&id) else { continue };
            match place_of.get(&id).map(|&place: &usize| &mut places[place].1.words) {
                Some(known) if known.split(between).any(|part| part == words) => {}
                Some(known) => *known = [known.as_str(), &words].join(between),
                None => {
                    let end = self.lens.get(&id).map(|len| start.saturating_add(*len));
                    place_of.insert(id, places.len());
                    places.push((id, CueFrames { start, end, words }));
                }
            }
        }
        places.into_iter().map(|(_, place)| place).collect()
    }
}

/// The number of the point that an entry of LIST `adtl` is about.
pub(super) fn point_of(content: &[u8]) -> Option<u32> {
    (content.len() >= 4).then(|| word(content, 0))
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
