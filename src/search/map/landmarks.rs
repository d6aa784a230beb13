//! Some sounds spread over the library, and the ones of these that each sound is most like. Arrays of ndarray go no further
//! than this folder.

use ndarray::{Array2, Axis};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::error::{Error, Result, Stage};
use crate::library::Library;
use crate::library::browse::ClipRow;

/// Landmarks at most: enough for the shapes that people see, few enough to lay out in seconds.
const LANDMARKS: usize = 2000;

/// Landmarks that a sound is placed between.
const NEAREST: usize = 6;

/// The landmarks that a sound is most like, with the cosines, most first.
pub(super) type NearestLandmarks = Vec<(usize, f32)>;

/// The landmarks among `clips`: evenly spread over them.
pub(super) fn spread(clips: &[ClipRow]) -> Vec<ClipRow> {
    let step = clips.len().div_ceil(LANDMARKS).max(1);
    clips.iter().step_by(step).cloned().collect()
}

/// The vectors of `clips`, row-major, without those that are damaged.
pub(super) fn matrix(library: &Library, clips: &[ClipRow]) -> Result<Array2<f32>> {
    Ok(vectors(library, clips)?.1)
}

/// Those of `clips` that have a vector, and the vectors.
pub(super) fn vectors(library: &Library, clips: &[ClipRow]) -> Result<(Vec<ClipRow>, Array2<f32>)> {
    let (mut present, mut values) = (Vec::with_capacity(clips.len()), Vec::new());
    for clip in clips {
        if let Some(vector) = library.vector_of(clip.segment)? {
            values.extend_from_slice(vector.as_slice());
            present.push(clip.clone());
        }
    }
    let shape = (present.len(), library.model().dim);
    let odd = |error| Error::internal(Stage::Search, "the vectors are of different lengths").caused_by(error);
    Ok((present, Array2::from_shape_vec(shape, values).map_err(odd)?))
}

/// The landmarks that each of `vectors` is most like.
pub(super) fn compare(vectors: &Array2<f32>, landmarks: &Array2<f32>) -> Vec<NearestLandmarks> {
    let cosines = vectors.dot(&landmarks.t());
    let rows: Vec<_> = cosines.axis_iter(Axis(0)).collect();
    let nearest = |row: &ndarray::ArrayView1<'_, f32>| {
        let mut all: NearestLandmarks = row.iter().copied().enumerate().collect();
        let count = NEAREST.min(all.len());
        if count < all.len() {
            all.select_nth_unstable_by(count, |a, b| b.1.total_cmp(&a.1));
        }
        // A copy, because what is cut short keeps the memory of the whole.
        let mut nearest = all[..count].to_vec();
        nearest.sort_by(|a, b| b.1.total_cmp(&a.1));
        nearest
    };
    rows.par_iter().map(nearest).collect()
}
