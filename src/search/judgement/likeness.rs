//! How probable it is that a sound is of a kind with an example.
//!
//! P rises with the cosine from the mean of the library, and with how that stands among the cosines of other sounds of
//! the library: where all are alike, being alike says little. Related sounds only fill the upper half of those cosines, so
//! centre and spread are taken from the lower half. In a library of few sounds there is neither a mean nor a standing; the
//! plain cosine then makes a hit likely at best.

use crate::embedding::Embedding;
use crate::search::judgement::centre::apart;
use crate::search::judgement::constants::{
    IDENTICAL, LEAST_DOUBT, LEAST_REFERENCES, LEAST_SPREAD, LIKE_BIAS, LIKE_STANDING_WEIGHT, LIKE_WEIGHT, ONE_BELOW,
    PLAIN_LIKE_BIAS, PLAIN_LIKE_WEIGHT, STRONG,
};
use crate::search::judgement::odds::logistic;
use crate::search::judgement::profile::Profile;
use crate::search::judgement::references::{References, quantile};

/// An example that sounds are compared with.
#[derive(Debug)]
pub(super) struct ExampleJudge {
    example: Embedding,
    /// As seen from the mean of the library; `None` if it lies there.
    apart: Option<Embedding>,
    /// Median and spread of the references' cosines with it; `None` where there are few.
    usual: Option<(f64, f64)>,
}

impl ExampleJudge {
    /// The example with this vector.
    pub(super) fn new(example: Embedding, references: &References) -> Self {
        let has_enough = references.profiles.len() >= LEAST_REFERENCES;
        let mut likeness = ExampleJudge { apart: apart(&example, &references.mean), example, usual: None };
        if has_enough {
            let mut cosines: Vec<f64> = references.profiles.iter().map(|sound| likeness.cosine_apart(sound)).collect();
            cosines.sort_unstable_by(f64::total_cmp);
            likeness.usual = quantile(&cosines, 0.5)
                .zip(quantile(&cosines, ONE_BELOW))
                .map(|(median, low)| (median, (median - low).max(LEAST_SPREAD)));
        }
        likeness
    }

    /// The probability that `sound` is of a kind with it.
    pub(super) fn probability(&self, sound: &Profile) -> f64 {
        let cosine = sound.vector.cosine_in_space(&self.example);
        if cosine >= IDENTICAL {
            return 1.0 - LEAST_DOUBT;
        }
        let Some((median, spread)) = self.usual else {
            let probability = logistic(PLAIN_LIKE_WEIGHT * f64::from(cosine) + PLAIN_LIKE_BIAS);
            return probability.min(f64::from(STRONG) * (1.0 - LEAST_DOUBT));
        };
        let cosine = self.cosine_apart(sound);
        let standing = (cosine - median) / spread;
        logistic(LIKE_WEIGHT * cosine + LIKE_STANDING_WEIGHT * standing + LIKE_BIAS).min(1.0 - LEAST_DOUBT)
    }

    fn cosine_apart(&self, sound: &Profile) -> f64 {
        self.apart.as_ref().zip(sound.apart.as_ref()).map_or(0.0, |(one, other)| f64::from(one.cosine_in_space(other)))
    }
}
