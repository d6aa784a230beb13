//! A library seen as a whole: each sound as a point on a plane, near those it is like, and the pairs that are so alike
//! that they may be one recording.
//!
//! Some sounds spread over the library are landmarks. `plane` lays those out (t-SNE), and every other sound goes between
//! the landmarks it is most like; `pairs` compares sounds only with those that share a landmark. So it takes time that
//! grows with the library and not with its square, and vectors are read a batch at a time.

mod landmarks;
mod plane;
pub mod pairs;

use std::ops::ControlFlow;

use ndarray::Array2;

use crate::error::Result;
use crate::library::Library;
use crate::library::browse::ClipRow;
use crate::library::changes::Revision;
use crate::library::record::segment::SegmentId;
use crate::search::map::landmarks::{NearestLandmarks, compare, matrix, spread, vectors};
use crate::search::map::pairs::SimilarPair;

/// Sounds that are compared with the landmarks at a time.
const BATCH: usize = 2048;

/// How far the survey of a library is: each sound is compared with the landmarks, then with its company, and counts half
/// for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurveyProgress {
    /// Sounds that are done.
    pub done: usize,
    /// Sounds in all.
    pub total: usize,
}

/// Is told how far a survey is, and says whether it goes on.
pub type SurveyWatch<'a> = dyn Fn(SurveyProgress) -> ControlFlow<()> + 'a;

/// A library seen as a whole, at one revision.
#[derive(Debug, Clone)]
pub struct SoundMap {
    /// The revision.
    pub revision: Revision,
    /// The sounds that are found, by file.
    pub clips: Vec<ClipRow>,
    /// Where each of them is: −1..=1 to the right, −1..=1 up.
    pub points: Vec<[f32; 2]>,
    /// Pairs that may be one recording, the most alike first; those of the same bytes are not among them.
    pub pairs: Vec<SimilarPair>,
}

/// The sounds of a library that are alike.
#[derive(Debug, Clone, Default)]
pub struct AlikeSounds {
    /// The sounds that are found, by file.
    pub clips: Vec<ClipRow>,
    /// Pairs that may be one recording, the most alike first; those of the same bytes are not among them.
    pub pairs: Vec<SimilarPair>,
}

impl SoundMap {
    /// `library` as a whole; `None` if `watch`, which is told how far it is, breaks off. While the landmarks are laid out,
    /// which takes seconds at most, it is not asked.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read; [`Internal`](crate::error::Error::Internal) if there is no room
    /// for the layout.
    pub fn survey(library: &Library, watch: &SurveyWatch<'_>) -> Result<Option<Self>> {
        let revision = library.revision()?;
        let Some(survey) = LandmarkSurvey::of(library, watch)? else { return Ok(None) };
        let layout = plane::lay_out(&survey.landmarks);
        let points = plane::place(&layout, &survey.nearest);
        let Some(pairs) = survey.pairs(library, watch)? else { return Ok(None) };
        Ok(Some(SoundMap { revision, clips: survey.clips, points, pairs }))
    }
}

impl AlikeSounds {
    /// Those of `library`, without laying it out; `None` if `watch` breaks off.
    ///
    /// # Errors
    /// As [`SoundMap::survey`].
    pub fn survey(library: &Library, watch: &SurveyWatch<'_>) -> Result<Option<Self>> {
        let Some(survey) = LandmarkSurvey::of(library, watch)? else { return Ok(None) };
        let Some(pairs) = survey.pairs(library, watch)? else { return Ok(None) };
        Ok(Some(AlikeSounds { clips: survey.clips, pairs }))
    }
}

/// Sounds with the landmarks that each is nearest to.
struct LandmarkSurvey {
    clips: Vec<ClipRow>,
    nearest: Vec<NearestLandmarks>,
    landmarks: Array2<f32>,
}

impl LandmarkSurvey {
    fn of(library: &Library, watch: &SurveyWatch<'_>) -> Result<Option<Self>> {
        let clips = library.clip_rows()?;
        let landmarks = matrix(library, &spread(&clips))?;
        let (mut kept, mut nearest) = (Vec::with_capacity(clips.len()), Vec::with_capacity(clips.len()));
        for (index, batch) in clips.chunks(BATCH).enumerate() {
            if watch(SurveyProgress { done: index * BATCH / 2, total: clips.len() }).is_break() {
                return Ok(None);
            }
            let (present, vectors) = vectors(library, batch)?;
            kept.extend(present);
            nearest.extend(compare(&vectors, &landmarks));
        }
        Ok(Some(LandmarkSurvey { clips: kept, nearest, landmarks }))
    }

    fn pairs(&self, library: &Library, watch: &SurveyWatch<'_>) -> Result<Option<Vec<SimilarPair>>> {
        let total = self.clips.len();
        let progress = |share: f64| SurveyProgress { done: ((1.0 + share) / 2.0 * total as f64) as usize, total };
        pairs::find(library, &self.clips, &self.nearest, &|share| watch(progress(share)))
    }
}

/// The index of `segment` among `clips`, which are by segment.
pub fn index_of(clips: &[ClipRow], segment: SegmentId) -> Option<usize> {
    clips.binary_search_by_key(&segment, |clip| clip.segment).ok()
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;
    use crate::search::tests::{Sound, at, searcher_of};

    #[test]
    fn a_library_of_two_kinds_has_two_regions_and_the_pairs_within() {
        let sounds: Vec<Sound> = (0..40u8)
            .map(|n| Sound::new(&format!("/{n:02}"), at(if n % 2 == 0 { f32::from(n) } else { 180.0 + f32::from(n) })))
            .collect();
        let (_folder, searcher) = searcher_of(&sounds);
        let told = RefCell::new(Vec::new());
        let watch = |progress: SurveyProgress| {
            told.borrow_mut().push(progress);
            ControlFlow::Continue(())
        };
        let map = SoundMap::survey(searcher.library(), &watch).unwrap().unwrap();
        assert!(told.borrow().is_sorted_by_key(|progress| progress.done));
        assert!(told.borrow().iter().all(|progress| progress.total == 40 && progress.done <= 40));
        assert_eq!((map.clips.len(), map.points.len()), (40, 40));
        assert!(map.points.iter().flatten().all(|value| (-1.0..=1.0).contains(value)));
        let distance = |a: usize, b: usize| {
            let [p, q] = [map.points[a], map.points[b]];
            (p[0] - q[0]).hypot(p[1] - q[1])
        };
        assert!(distance(0, 2) < distance(0, 1), "{} {}", distance(0, 2), distance(0, 1));
        // Neighbours on the circle are two degrees apart.
        assert!(map.pairs.iter().all(|pair| pair.cosine >= 0.98));
        assert!(map.pairs.iter().any(|pair| (pair.first, pair.second) == (0, 2)));
        assert!(!map.pairs.iter().any(|pair| pair.first % 2 != pair.second % 2));
    }

    #[test]
    fn a_survey_ends_where_it_is_broken_off() {
        let sounds: Vec<Sound> = (0..40u8).map(|n| Sound::new(&format!("/{n:02}"), at(f32::from(n)))).collect();
        let (_folder, searcher) = searcher_of(&sounds);
        for asked in 1..4 {
            let left = Cell::new(asked);
            let watch = |_| {
                left.set(left.get() - 1);
                if left.get() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            assert!(SoundMap::survey(searcher.library(), &watch).unwrap().is_none(), "at question {asked}");
        }
    }
}
