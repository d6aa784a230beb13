//! A sample of the library's sounds: what is usual in it; and what was judged lately, by which the next query is answered
//! sooner.

use quick_cache::sync::Cache;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::record::segment::SegmentId;
use crate::search::judgement::background::Background;
use crate::search::judgement::centre::mean;
use crate::search::judgement::constants::REFERENCES;
use crate::search::judgement::findings::RecentFindings;
use crate::search::judgement::profile::{Listened, Profile};

/// Memory that profiles of sounds judged lately take at most.
const KEPT_BYTES: usize = 64 << 20;

/// Up to [`REFERENCES`] clips of different content, spread over the library, at one revision of it.
#[derive(Debug)]
pub(in crate::search) struct References {
    revision: Revision,
    has_background: bool,
    pub(super) mean: Vec<f32>,
    pub(super) profiles: Vec<Profile>,
    /// Of each of `profiles`, its [`Profile::powers`].
    pub(super) powers: Vec<Vec<f32>>,
    /// Sounds of the library that were judged lately.
    pub(super) recent_sounds: Cache<SegmentId, Listened>,
    /// What was found out about texts that were asked for lately.
    pub(super) recent_findings: RecentFindings,
}

impl References {
    /// The sample of `library` at `revision`.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(in crate::search) fn of(library: &Library, revision: Revision, background: &Background) -> Result<Self> {
        let clips = library.sample_clips(REFERENCES)?;
        let vectors: Result<Vec<Option<Embedding>>> = clips.into_iter().map(|clip| library.vector_of(clip)).collect();
        let vectors: Vec<Embedding> = vectors?.into_iter().flatten().collect();
        let mean = mean(&vectors);
        let profiles = Profile::all(vectors, background, &mean);
        let powers = profiles.iter().map(Profile::powers).collect();
        let recent_sounds = Cache::new(KEPT_BYTES / Profile::size_bytes(library.model().dim, background));
        let (has_background, recent_findings) = (!background.is_empty(), RecentFindings::default());
        Ok(References { revision, has_background, mean, profiles, powers, recent_sounds, recent_findings })
    }

    /// Whether it is that of this revision, and as much is known of its sounds as there can be.
    pub(in crate::search) fn is_current(&self, revision: Revision, background: &Background) -> bool {
        self.revision == revision && self.has_background != background.is_empty()
    }

    /// What a sound of the library scores that has nothing to do with `query`: the lower quartile of the cosines, and at
    /// least 0, as nothing is like what it points away from.
    pub(in crate::search) fn baseline(&self, query: &Embedding) -> f32 {
        let mut cosines: Vec<f32> =
            self.profiles.iter().map(|reference| reference.vector.cosine_in_space(query)).collect();
        cosines.sort_unstable_by(f32::total_cmp);
        cosines.get(cosines.len() / 4).map_or(0.0, |quartile| quartile.max(0.0))
    }
}

/// The value below which `share` of the ascending `values` are; `None` for none.
pub(super) fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let place = (values.len().checked_sub(1)? as f64 * share).round() as usize;
    values.get(place).copied()
}
