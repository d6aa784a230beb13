//! The ways in which a library finds the nearest clips without comparing all of them in full, against exact search.
//!
//! A dataset is small for a library, which would compare everything. So a library is made of its vectors in a temporary
//! folder, and told to do as it does when it is large: compare 8-bit codes, or read a few lists of them.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::embedding::Space;
use crate::error::{Error, Result, Stage};
use crate::eval::analysis::ClipAnalysis;
use crate::eval::dataset::LabelledClip;
use crate::eval::neighbours::LIMIT;
use crate::library::record::change::Change;
use crate::library::record::file::{FileFacts, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentId, SegmentKind};
use crate::library::record::sound::SoundFacts;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::search::Mode;
use crate::library::vectors::settings::Settings;
use crate::library::vectors::stats::Way;
use crate::library::writer::Writer;

/// Clips that ask, at most.
const MOST_QUERIES: usize = 1_000;

/// How much farther than the last of the exact ones a clip may be and still be as good: rounding in f32.
const TIE: f32 = 1e-6;

/// How one way compares with exact search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ApproximateRecall {
    /// The way.
    pub way: Way,
    /// Share of the ten exactly nearest that it finds, mean over the queries.
    pub recall: f64,
    /// Share of the ten that exact search finds which have a class in common with the query.
    pub exact_precision: f64,
    /// Share of the ten that it finds which have a class in common with the query.
    pub precision: f64,
    /// Number of clips that asked.
    pub(crate) queries: usize,
}

/// Compares each way with exact search, where clips ask for all others.
///
/// # Errors
/// Stage `catalogue` if the temporary library cannot be written or read.
pub fn compare(items: &[LabelledClip], analyses: &[ClipAnalysis], model: &Space) -> Result<Vec<ApproximateRecall>> {
    let folder = tempfile::tempdir()
        .map_err(|error| Error::internal(Stage::Catalogue, "no temporary folder could be made").caused_by(error))?;
    let mut writer = Writer::open(folder.path(), model)?;
    writer.commit(&analyses.iter().enumerate().map(change).collect::<Vec<_>>())?;
    let coded = Settings { scanned_len: 0, listed_len: usize::MAX, ..Settings::default() };
    let listed = Settings { scanned_len: 0, listed_len: 0, ..Settings::default() };
    let mut compared = Vec::new();
    for settings in [coded, listed] {
        let mut index = VectorIndex::open_with(writer.library(), settings)?;
        index.refresh(&|_| ControlFlow::Continue(()))?;
        let mut clips = TemporaryLibrary { writer: &writer, index: &index, clips: HashMap::new() };
        compared.push(clips.compare(items, analyses)?);
    }
    Ok(compared)
}

/// Clip `number` as a file of the library.
fn change((number, analysis): (usize, &ClipAnalysis)) -> Change {
    let end_seconds = analysis.facts.seconds;
    let segment = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds, channel: None };
    Change::Indexed {
        file: FileFacts {
            path: PathBuf::from(number.to_string()),
            stamp: Stamp { size_bytes: 0, modified_ns: 0 },
            hash: None,
            hearing: Hearing::Mix,
        },
        sound: SoundFacts { duration_seconds: end_seconds, ..SoundFacts::default() },
        segments: vec![(segment, analysis.vector.clone())],
    }
}

/// The clips in the temporary library.
struct TemporaryLibrary<'a> {
    writer: &'a Writer,
    index: &'a VectorIndex,
    /// The clip of each segment met so far.
    clips: HashMap<SegmentId, usize>,
}

impl TemporaryLibrary<'_> {
    fn compare(&mut self, items: &[LabelledClip], analyses: &[ClipAnalysis]) -> Result<ApproximateRecall> {
        let (mut found, mut wanted, mut alike) = (0, 0, [0usize; 2]);
        let queries: Vec<usize> = (0..analyses.len()).step_by(analyses.len().div_ceil(MOST_QUERIES).max(1)).collect();
        for query in &queries {
            let exact = self.nearest(analyses, *query, Mode::Exact)?;
            let guess = self.nearest(analyses, *query, Mode::Auto)?;
            let last = exact.last().map_or(f32::INFINITY, |(_, cosine)| cosine - TIE);
            found += guess.iter().filter(|(_, cosine)| *cosine >= last).count().min(exact.len());
            wanted += exact.len();
            let shared = |class: &usize| items[*query].classes.contains(class);
            for (alike, nearest) in alike.iter_mut().zip([&exact, &guess]) {
                *alike += nearest.iter().filter(|(clip, _)| items[*clip].classes.iter().any(shared)).count();
            }
        }
        let share = |count: usize| if wanted == 0 { 1.0 } else { count as f64 / wanted as f64 };
        Ok(ApproximateRecall {
            way: self.index.stats()?.way,
            recall: share(found),
            exact_precision: share(alike[0]),
            precision: share(alike[1]),
            queries: queries.len(),
        })
    }

    /// The nearest clips to `query` but itself, with their cosines.
    fn nearest(&mut self, analyses: &[ClipAnalysis], query: usize, mode: Mode) -> Result<Vec<(usize, f32)>> {
        let nearest = self.index.nearest(&analyses[query].vector, LIMIT + 1, &Filter::default(), mode)?;
        let mut others = Vec::with_capacity(LIMIT);
        for Neighbour { segment, cosine } in nearest {
            let clip = self.clip(segment)?;
            if clip != query && others.len() < LIMIT {
                others.push((clip, cosine));
            }
        }
        Ok(others)
    }

    fn clip(&mut self, segment: SegmentId) -> Result<usize> {
        if let Some(clip) = self.clips.get(&segment) {
            return Ok(*clip);
        }
        let place = self.writer.library().locate(segment)?;
        let clip = place.and_then(|place| place.path.to_str()?.parse().ok());
        let clip = clip.ok_or_else(|| Error::internal(Stage::Catalogue, "the temporary library lost a clip"))?;
        self.clips.insert(segment, clip);
        Ok(clip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::tests::{analysis_at, item};

    #[test]
    fn codes_and_lists_are_compared_with_exact_search() {
        let analyses: Vec<ClipAnalysis> = (0..90).map(|number| analysis_at(number as f32)).collect();
        let items: Vec<LabelledClip> = (0..90).map(|number| item(number / 45)).collect();
        let model = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
        let compared = compare(&items, &analyses, &model).unwrap();
        assert_eq!(compared.iter().map(|it| it.way).collect::<Vec<_>>(), [Way::CodedScan, Way::Lists]);
        for compared in compared {
            assert_eq!(compared.queries, 90);
            assert!(compared.recall > 0.9 && compared.recall <= 1.0, "{compared:?}");
            // Only around the border between the classes are there others among ten.
            assert!(compared.exact_precision > 0.9 && compared.exact_precision < 1.0, "{compared:?}");
            assert!((compared.precision - compared.exact_precision).abs() < 0.05, "{compared:?}");
        }
    }
}
