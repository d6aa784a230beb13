//! Which hits are convincing: a hit's cosine is judged by what chance alone gives in this library.
//!
//! **Words.** A fixed list of prompts about things that make no sound ([`PROMPTS`]) stands for words unrelated to any
//! sound. A sound's *z-score* for some words is the number of standard deviations by which its cosine exceeds the mean of its
//! cosines with the list; so a sound that is near to everything (a hub) has no advantage. For each prompt of the list,
//! left out of its own yardstick, the best z-score among its [`NEAREST`] nearest segments is what unrelated words reach
//! at best in this library, whatever its size and however alike its sounds are. The cut is the ⌈(n + 1)(1 − α)⌉-th smallest
//! of these n values. That is split conformal prediction: words that are to the library as the list's are find a
//! convincing hit with a probability of at most α = [`FALSE_ALARMS`], with no assumption about how cosines are
//! distributed. It costs one text batch a model and n small searches a library, both kept on the shelf `background`; they
//! are made again when the library's number of vectors has changed by more than one in [`TOLERATED`].
//!
//! **Sounds.** Chance is what a sound has to do with a sample of the library. Related pairs only fill the upper half of
//! those cosines, so centre and spread are taken from the lower half: the median, and its distance to the quantile that
//! lies one standard deviation below. Among N segments a z-score above √(2·ln(N/α)) happens by chance with a probability
//! of at most α, by the union bound on normal tails. Below [`LEAST_REFERENCES`] sounds there is no judging.
//!
//! **Learned classes.** A head says itself from which cosine on a sound is of its class. That is the cut, and its unit of
//! log-odds is the standard deviation.
//!
//! **Both, several, unwanted.** A hit's margin is the weighted mean of z-score minus cut over what is wanted, less what
//! the unwanted takes, in standard deviations: above 0 it is convincing. A mean is above 0 only if one of its terms is, so
//! the chances at most add up. A filter only narrows the choice and so only lowers the chance of a false alarm. Files that
//! have all the words asked for are convincing without this.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;

use serde::{Deserialize, Serialize};

use crate::embedding::{Embedding, from_bytes, to_bytes};
use crate::encoder::queue::Encoder;
use crate::error::Result;
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::derived::{Generation, Shelf};
use crate::library::record::segment::SegmentId;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::search::Mode;
use crate::search::algebra::{Algebra, Evidence};
use crate::search::request::{Query, Request};

/// Everyday phrases about things that make no sound, one a line. Changing them changes [`FORMAT`].
const PROMPTS: &str = include_str!("prompts.txt");

/// The probability that an unrelated query finds something convincing: α above.
const FALSE_ALARMS: f64 = 0.05;

/// Segments near to a prompt that are judged for it. A hub-corrected best is seldom far down the list of cosines.
const NEAREST: usize = 32;

/// The judgement is made again when the number of vectors has changed by more than one in this many.
const TOLERATED: usize = 20;

/// Sounds that a sound is compared with.
const REFERENCES: usize = 256;

/// With fewer sounds than this there is no telling what chance gives.
const LEAST_REFERENCES: usize = 20;

/// Smallest spread of cosines that is believed; it keeps a sound with equal cosines to everything from infinity.
const LEAST_SPREAD: f32 = 0.005;

/// Share of a normal distribution that lies more than one standard deviation below its centre.
const ONE_BELOW: f64 = 0.158_655;

/// Name of the shelf.
const NAME: &str = "background";

/// Version of what is stored, and of [`PROMPTS`].
const FORMAT: u32 = 1;

/// Name of the file with the prompts' vectors, f32, little-endian, row-major `[prompts, dim]`.
const VECTORS: &str = "prompts";

/// Name of the file with the [`NullDistribution`], as JSON; empty where there is none yet.
const CHANCE: &str = "chance";

/// What is known of chance in one library.
#[derive(Debug, Default)]
pub(super) struct ChanceModel {
    prompts: Vec<Embedding>,
    distribution: Option<NullDistribution>,
    references: Option<(Revision, Vec<Embedding>)>,
}

/// What unrelated words reach in a library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct NullDistribution {
    revision: Revision,
    vectors_len: usize,
    /// The best z-score that each prompt of the list reaches, ascending.
    bests: Vec<f32>,
}

/// The kinds of wanted queries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum QueryKind {
    Words,
    Sound,
    /// A learned class with its boundary and its unit of log-odds, both in cosine.
    Learned {
        boundary: f32,
        unit: f32,
    },
}

impl QueryKind {
    /// The kind of each wanted query of `request`.
    pub(super) fn of_wanted(request: &Request) -> Vec<QueryKind> {
        let kind = |query: &Query| match query {
            Query::Words(_) => QueryKind::Words,
            Query::Like(_) => QueryKind::Sound,
            Query::Learned(class) => QueryKind::Learned { boundary: class.boundary, unit: class.log_odds_unit },
        };
        request.wanted.iter().map(|wanted| kind(&wanted.query)).collect()
    }
}

/// The comparison of a hit with chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Significance {
    /// Above 0 for a convincing hit.
    pub(super) margin: f32,
    /// For plain words: the share of unrelated words whose best hit is at least as good.
    pub(super) chance: Option<f32>,
}

/// Centre and spread of what a sound has to do with others by chance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Yardstick {
    centre: f32,
    spread: f32,
}

impl Yardstick {
    fn new(centre: f32, spread: f32) -> Self {
        Yardstick { centre, spread: spread.max(LEAST_SPREAD) }
    }

    /// Mean and standard deviation of `cosines` but for the one at `left_out`.
    fn of_prompts(cosines: &[f32], left_out: Option<usize>) -> Self {
        let kept = cosines.iter().enumerate().filter(|(index, _)| Some(*index) != left_out).map(|(_, c)| f64::from(*c));
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for cosine in kept {
            count += 1.0;
            sum += cosine;
            squares += cosine * cosine;
        }
        let mean = sum / f64::max(count, 1.0);
        let variance = (squares / f64::max(count, 1.0) - mean * mean).max(0.0);
        Yardstick::new(mean as f32, variance.sqrt() as f32)
    }

    /// Median and lower spread of `cosines`, of which there is at least one.
    fn of_sounds(mut cosines: Vec<f32>) -> Self {
        cosines.sort_unstable_by(f32::total_cmp);
        let quantile = |share: f64| cosines[((cosines.len() - 1) as f64 * share).round() as usize];
        Yardstick::new(quantile(0.5), quantile(0.5) - quantile(ONE_BELOW))
    }

    fn z_score(self, cosine: f32) -> f32 {
        (cosine - self.centre) / self.spread
    }
}

impl ChanceModel {
    /// What `library` has on its shelf; nothing if that cannot be used.
    pub(super) fn open(library: &Library) -> Self {
        let read = |generation: Generation| -> Result<ChanceModel> {
            let prompts = from_bytes(&generation.read(VECTORS)?, PROMPTS.lines().count(), library.model().dim);
            let distribution = serde_json::from_slice(&generation.read(CHANCE)?).ok();
            Ok(ChanceModel { prompts: prompts.unwrap_or_default(), distribution, references: None })
        };
        let stored = Shelf::new(library, NAME, FORMAT).current().and_then(|current| current.map(read).transpose());
        stored
            .unwrap_or_else(|error| {
                tracing::warn!("{error}");
                None
            })
            .unwrap_or_default()
    }

    /// Whether [`ChanceModel::prepare`] has nothing to do.
    pub(super) fn is_prepared(&self) -> bool {
        !self.prompts.is_empty()
    }

    /// Has `encoder` embed the list of prompts, once a model.
    pub(super) fn prepare(&mut self, library: &Library, encoder: &Encoder) -> Result<()> {
        if self.is_prepared() {
            return Ok(());
        }
        tracing::info!("embedding {} prompts to judge hits by, once for this library", PROMPTS.lines().count());
        let prompts: Vec<String> = PROMPTS.lines().map(str::to_owned).collect();
        self.take_prompts(library, encoder.embed_text(&prompts)?)
    }

    /// Takes the vectors of the list of prompts.
    pub(super) fn take_prompts(&mut self, library: &Library, prompts: Vec<Embedding>) -> Result<()> {
        (self.prompts, self.distribution) = (prompts, None);
        self.store(library, library.revision()?);
        Ok(())
    }

    /// Brings what unrelated words reach up to date with `vectors`, which takes the prompts' vectors.
    pub(super) fn refresh_distribution(&mut self, library: &Library, vectors: &VectorIndex) -> Result<()> {
        if self.is_prepared() && !self.fits(vectors) {
            let bests = self.bests(library, vectors)?;
            self.distribution =
                Some(NullDistribution { revision: vectors.revision(), vectors_len: vectors.len(), bests });
            self.store(library, vectors.revision());
        }
        Ok(())
    }

    /// Brings the sample of the library's sounds up to date with `vectors`.
    pub(super) fn refresh_references(&mut self, library: &Library, vectors: &VectorIndex) -> Result<()> {
        let is_current = |(revision, _): &(Revision, _)| *revision == vectors.revision();
        if !self.references.as_ref().is_some_and(is_current) {
            let clips = library.sample_clips(REFERENCES)?;
            let sample: Result<Vec<_>> = clips.into_iter().map(|clip| library.vector_of(clip)).collect();
            self.references = Some((vectors.revision(), sample?.into_iter().flatten().collect()));
        }
        Ok(())
    }

    fn fits(&self, vectors: &VectorIndex) -> bool {
        self.distribution.as_ref().is_some_and(|known| {
            let is_old = known.revision.number > vectors.revision().number;
            !is_old && known.vectors_len.abs_diff(vectors.len()) <= known.vectors_len / TOLERATED
        })
    }

    /// The best z-score of each prompt, ascending.
    fn bests(&self, library: &Library, vectors: &VectorIndex) -> Result<Vec<f32>> {
        let mut cosines: HashMap<SegmentId, Option<Vec<f32>>> = HashMap::new();
        let mut bests = Vec::with_capacity(self.prompts.len());
        for (index, prompt) in self.prompts.iter().enumerate() {
            let mut best = f32::NEG_INFINITY;
            for near in vectors.nearest(prompt, NEAREST, &Filter::default(), Mode::Auto)? {
                let known = match cosines.entry(near.segment) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => {
                        let vector = library.vector_of(near.segment)?;
                        unknown.insert(vector.map(|vector| self.prompt_cosines(&vector)))
                    }
                };
                if let Some(cosines) = known {
                    best = best.max(Yardstick::of_prompts(cosines, Some(index)).z_score(near.cosine));
                }
            }
            bests.push(best);
        }
        bests.sort_unstable_by(f32::total_cmp);
        Ok(bests)
    }

    fn prompt_cosines(&self, sound: &Embedding) -> Vec<f32> {
        self.prompts.iter().map(|prompt| prompt.cosine_in_space(sound)).collect()
    }

    /// What a sample of the library scores that has nothing to do with `query`: the lower quartile, and at least 0, as
    /// nothing is like what it points away from.
    pub(super) fn baseline(&self, query: &Embedding) -> f32 {
        let mut cosines: Vec<f32> =
            self.references().iter().map(|reference| reference.cosine_in_space(query)).collect();
        cosines.sort_unstable_by(f32::total_cmp);
        cosines.get(cosines.len() / 4).map_or(0.0, |quartile| quartile.max(0.0))
    }

    fn references(&self) -> &[Embedding] {
        self.references.as_ref().map_or(&[], |(_, references)| references)
    }

    /// The comparison with chance of the sound `vector`, which has `evidence`; `None` where there is no telling.
    pub(super) fn significance(
        &self,
        judged: &JudgedRequest<'_>,
        vector: &Embedding,
        evidence: &Evidence,
    ) -> Option<Significance> {
        let yardsticks: Option<Vec<Yardstick>> =
            judged.kinds.iter().map(|kind| self.yardstick(*kind, vector)).collect();
        let (yardsticks, mut chance) = (yardsticks?, None);
        let mut margins = Vec::with_capacity(yardsticks.len());
        for ((yardstick, kind), cosine) in yardsticks.iter().zip(judged.kinds).zip(&evidence.wanted) {
            let z_score = yardstick.z_score(*cosine);
            margins.push(z_score - self.cut(*kind, judged.searched_len)?);
            if judged.kinds == [QueryKind::Words] {
                chance = self.distribution.as_ref().map(|known| known.share_reaching(z_score));
            }
        }
        let spreads: Vec<f32> = yardsticks.iter().map(|yardstick| yardstick.spread).collect();
        let margin = judged.algebra.mean(&margins) - evidence.penalty / judged.algebra.mean(&spreads);
        Some(Significance { margin, chance })
    }

    fn yardstick(&self, kind: QueryKind, sound: &Embedding) -> Option<Yardstick> {
        match kind {
            QueryKind::Words => self.is_prepared().then(|| Yardstick::of_prompts(&self.prompt_cosines(sound), None)),
            QueryKind::Sound => {
                let cosines: Vec<f32> =
                    self.references().iter().map(|reference| reference.cosine_in_space(sound)).collect();
                (cosines.len() >= LEAST_REFERENCES).then(|| Yardstick::of_sounds(cosines))
            }
            // Exactly so: however sharp a boundary is, it is meant.
            QueryKind::Learned { boundary, unit } => Some(Yardstick { centre: boundary, spread: unit }),
        }
    }

    /// The z-score from which a hit is convincing.
    fn cut(&self, kind: QueryKind, searched_len: usize) -> Option<f32> {
        match kind {
            QueryKind::Words => self.distribution.as_ref()?.cut(),
            QueryKind::Learned { .. } => Some(0.0),
            QueryKind::Sound => Some((2.0 * (searched_len.max(1) as f64 / FALSE_ALARMS).ln()).sqrt() as f32),
        }
    }

    /// Puts what is known on its shelf, or says that it could not.
    fn store(&self, library: &Library, revision: Revision) {
        let stored = Shelf::new(library, NAME, FORMAT).write(revision, |folder| {
            fs::write(folder.join(VECTORS), to_bytes(&self.prompts))?;
            fs::write(folder.join(CHANCE), serde_json::to_vec(&self.distribution)?)
        });
        if let Err(error) = stored {
            tracing::warn!("what hits are judged by is kept in memory and not stored: {error}");
        }
    }
}

/// The request that evidence is for, and how much was searched.
#[derive(Debug, Clone, Copy)]
pub(super) struct JudgedRequest<'a> {
    pub(super) algebra: &'a Algebra,
    /// One for each wanted part.
    pub(super) kinds: &'a [QueryKind],
    /// Number of segments in the library.
    pub(super) searched_len: usize,
}

impl NullDistribution {
    /// The conformal quantile: the ⌈(n + 1)(1 − α)⌉-th smallest; `None` if the list is too short for α.
    fn cut(&self) -> Option<f32> {
        let rank = ((self.bests.len() + 1) as f64 * (1.0 - FALSE_ALARMS)).ceil() as usize;
        self.bests.get(rank.checked_sub(1)?).copied()
    }

    /// The share of unrelated words, this query counted among them, whose best is at least `z_score`.
    fn share_reaching(&self, z_score: f32) -> f32 {
        let reaching = self.bests.len() - self.bests.partition_point(|best| *best < z_score);
        (reaching + 1) as f32 / (self.bests.len() + 1) as f32
    }
}

#[cfg(test)]
mod tests;
