//! Clips made by hand, for the tests of this folder.

use crate::embedding::Embedding;
use crate::eval::analysis::{ClipAnalysis, RecordingFacts};
use crate::eval::dataset::LabelledClip;
use crate::library::record::file::Hash;

/// A clip of one class.
pub(crate) fn item(class: usize) -> LabelledClip {
    LabelledClip { path: format!("{class}.wav").into(), classes: vec![class], fold: None, source: None, title: None }
}

/// A sound recording whose vector points in that direction of the plane.
pub(crate) fn analysis_at(degrees: f32) -> ClipAnalysis {
    let radians = degrees.to_radians();
    ClipAnalysis {
        vector: Embedding::normalized(vec![radians.cos(), radians.sin()]).unwrap(),
        spectrum: vec![degrees, 1.0],
        facts: RecordingFacts {
            rate_hz: 48_000,
            seconds: 10.0,
            stated_seconds: None,
            peak: 0.5,
            clipped: 0.0,
            bandwidth_hz: 14_000.0,
            hash: Hash([0; 32]),
            partial: None,
        },
    }
}
