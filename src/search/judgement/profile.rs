//! A sound as the judgement sees it: how it stands to everything that it might be, and to the rest of the library.

use std::sync::Arc;

use crate::cores;
use crate::embedding::Embedding;
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentId;
use crate::search::judgement::background::Background;
use crate::search::judgement::centre::apart;
use crate::search::judgement::constants::{LEAST_SPREAD, SHARPNESS};
use crate::search::judgement::powers::raise;

/// Sums kept apart.
const LANES: usize = 8;

/// How one sound stands to the background. What a sound has to do with all words alike (a hub is near to all of them) is
/// its centre and spread, and is not in its standings.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) struct Profile {
    pub(super) vector: Embedding,
    /// As seen from the mean of the library; `None` if it lies there.
    pub(super) apart: Option<Embedding>,
    centre: f64,
    spread: f64,
    /// Of each phrase: by how many standard deviations its cosine exceeds the mean of all; none without a background.
    pub(super) standings: Vec<f32>,
}

impl Profile {
    /// The profiles of `vectors` in a library with this mean.
    pub(super) fn all(vectors: Vec<Embedding>, background: &Background, library_mean: &[f32]) -> Vec<Profile> {
        let cosines = background.cosines(&vectors);
        let profile = |_: usize, (vector, cosines): &(Embedding, Vec<f32>)| {
            let (centre, spread) = centre_and_spread(cosines);
            let (offset, scale) = (centre as f32, (1.0 / spread) as f32);
            let standings = cosines.iter().map(|cosine| (cosine - offset) * scale).collect();
            Profile { apart: apart(vector, library_mean), vector: vector.clone(), centre, spread, standings }
        };
        let pairs: Vec<_> = vectors.into_iter().zip(cosines).collect();
        cores::map(&pairs, profile)
    }

    /// e to the power of [`SHARPNESS`] times each standing.
    pub(super) fn powers(&self) -> Vec<f32> {
        let mut powers = self.standings.clone();
        raise(&mut powers, SHARPNESS as f32);
        powers
    }

    /// Memory that the profile of a vector of `dim` values takes.
    pub(super) fn size_bytes(dim: usize, background: &Background) -> usize {
        size_of::<Profile>() + size_of::<f32>() * (2 * dim + background.len())
    }

    /// The standing of a text with the vector `query`.
    pub(super) fn standing(&self, query: &Embedding) -> f64 {
        (f64::from(self.vector.cosine_in_space(query)) - self.centre) / self.spread
    }
}

fn centre_and_spread(cosines: &[f32]) -> (f64, f64) {
    let count = cosines.len().max(1) as f64;
    let mean = sum(cosines, f64::from) / count;
    let variance = sum(cosines, |cosine| (f64::from(cosine) - mean).powi(2)) / count;
    (mean, variance.sqrt().max(LEAST_SPREAD))
}

/// The sum of `term` over `values`, added up in lanes, which a processor does side by side.
fn sum(values: &[f32], term: impl Fn(f32) -> f64) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sums = [0f64; LANES];
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(sum, value)| *sum += term(*value));
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| term(*value)).sum::<f64>()
}

/// A segment that is judged.
#[derive(Debug, Clone)]
pub(super) struct Listened {
    pub(super) segment: SegmentId,
    pub(super) file: FileId,
    pub(super) profile: Arc<Profile>,
}
