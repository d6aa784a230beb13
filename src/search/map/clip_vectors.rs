//! Clips → their vectors as one matrix, and the landmarks that each is near.

use ndarray::Array2;

use crate::error::{Error, Result, Stage};
use crate::library::Library;
use crate::library::browse::ClipRow;

/// The landmarks that a sound is most like, with the cosines, most first.
pub(super) type NearestLandmarks = Vec<(usize, f32)>;

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
