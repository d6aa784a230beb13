//! How probable it is that a sound is what a text describes.
//!
//! The text competes with the background for the sound. With z the standing of a text (by how many standard deviations
//! its cosine exceeds the mean of the sound's cosines with the background), and own(t) how far a phrase t means what the
//! text does, the evidence is
//!
//! s = ln mean (exp βz(text), own(t) · exp βz(t)) − ln mean ((1 − own(t)) · exp βz(t))
//!
//! All z are averaged over the sound and those like it in the pool, the segments nearest to the text: recordings of the
//! same kind confirm each other. The mean of the best s of the pool says whether the library has any of what is described,
//! and
//!
//! P = P(it has any) · P(this is one | it has any)
//!
//! where a description of several words needs less evidence than a name. Neither depends on how many hits are asked for.
//! Without a background, nothing tells a high cosine from a low one: P then stays below that of a likely hit, in the order of
//! the cosines.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::embedding::Embedding;
use crate::embedding::matrix::EmbeddingMatrix;
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentId;
use crate::search::judgement::background::Background;
use crate::search::judgement::constants::{
    ANY_BIAS, ANY_WEIGHT, LEADERS, LEAST_REFERENCES, LEAST_SPREAD, LONGEST, NEARNESS, NEIGHBOURS, ONE_BELOW,
    PLAIN_WORDS, SHARPNESS, THIS_BIAS, THIS_WEIGHT, UNTOLD, WORD_BIAS,
};
use crate::search::judgement::evidence::Heard;
use crate::search::judgement::odds::logistic;
use crate::search::judgement::profile::{Listened, Profile};
use crate::search::judgement::references::{References, quantile};

/// Sounds of the pool that are put in order at a time, until there are neighbours enough.
const SORTED_AT_ONCE: usize = 4 * NEIGHBOURS;

/// A text that says what is heard.
#[derive(Debug)]
pub(super) struct TextQuery {
    pub(super) vector: Embedding,
    /// How many words of it say something.
    pub(super) words: usize,
}

/// A text that sounds are compared with.
#[derive(Debug)]
pub(super) struct TextJudge {
    query: Embedding,
    /// What is added to the evidence because of how much it says, in log-odds.
    word_bias: f64,
    /// How far each phrase of the background means it.
    own: Vec<f64>,
    pool: Vec<Listened>,
    /// The evidence for each sound of the pool.
    of_pool: HashMap<SegmentId, f64>,
    /// P(the library has any).
    any: f64,
    /// What evidence is usual in the library: its median and spread.
    usual: Option<(f64, f64)>,
}

impl TextJudge {
    /// The judge by `text`, to which `pool` is nearest.
    pub(super) fn new(text: TextQuery, background: &Background, references: &References, pool: Vec<Listened>) -> Self {
        let own = background.sameness(&text.vector);
        let word_bias = WORD_BIAS * text.words.clamp(PLAIN_WORDS, LONGEST).saturating_sub(PLAIN_WORDS) as f64;
        let mut description =
            TextJudge { query: text.vector, word_bias, own, pool, of_pool: HashMap::new(), any: 0.0, usual: None };
        if !background.is_empty() {
            let pool: Vec<&Listened> = description.pool.iter().collect();
            let evidence = description.evidence(&pool);
            description.any = logistic(ANY_WEIGHT * leaders_mean(&pool, &evidence) + ANY_BIAS);
            description.of_pool = pool.into_iter().map(|sound| sound.segment).zip(evidence).collect();
            description.usual = description.usual_evidence(references);
        }
        description
    }

    /// Each of `sounds` compared with it.
    pub(super) fn hear(&self, sounds: &[&Listened]) -> Vec<Heard> {
        if self.own.is_empty() {
            let by_cosine = |sound: &&Listened| {
                let cosine = f64::from(sound.profile.vector.cosine_in_space(&self.query));
                Heard { probability: UNTOLD * (1.0 + cosine) / 2.0, height: None }
            };
            return sounds.iter().map(by_cosine).collect();
        }
        let heard = |evidence: f64| Heard {
            probability: self.any * logistic(THIS_WEIGHT * evidence + THIS_BIAS + self.word_bias),
            height: self.usual.map(|(median, spread)| (evidence - median) / spread),
        };
        let new: Vec<&Listened> =
            sounds.iter().filter(|sound| !self.of_pool.contains_key(&sound.segment)).copied().collect();
        let mut of_new = self.evidence(&new).into_iter();
        let evidence = |sound: &&Listened| self.of_pool.get(&sound.segment).copied().or_else(|| of_new.next());
        sounds.iter().filter_map(evidence).map(heard).collect()
    }

    /// The evidence for each of `sounds`, averaged over those like it.
    fn evidence(&self, sounds: &[&Listened]) -> Vec<f64> {
        let nearness = self.nearness(sounds);
        let smoothed = |(sound, nearness): (&&Listened, &Vec<f32>)| {
            let mut standings = vec![0f32; self.own.len()];
            let (mut query, mut total) = (0.0, 0.0);
            for (profile, cosine) in self.alike(sound, nearness) {
                let weight = (NEARNESS * cosine).exp();
                query += weight * profile.standing(&self.query);
                standings.iter_mut().zip(&profile.standings).for_each(|(sum, z)| *sum += weight as f32 * z);
                total += weight;
            }
            standings.iter_mut().for_each(|sum| *sum /= total as f32);
            self.competition(query / total, &standings)
        };
        sounds.par_iter().zip(&nearness).map(smoothed).collect()
    }

    /// The cosines, from the library's mean, of each of `sounds` with all of the pool; −1 for what lies at the mean.
    fn nearness(&self, sounds: &[&Listened]) -> Vec<Vec<f32>> {
        let mut nearness = vec![vec![-1.0; self.pool.len()]; sounds.len()];
        let placed = |listened: &[&Listened]| -> (Vec<usize>, Vec<Embedding>) {
            let apart = listened.iter().enumerate();
            apart.filter_map(|(index, sound)| Some((index, sound.profile.apart.clone()?))).unzip()
        };
        let (rows, of_sounds) = placed(sounds);
        let (columns, of_pool) = placed(&self.pool.iter().collect::<Vec<_>>());
        let cosines = EmbeddingMatrix::new(&of_sounds).cosines(&EmbeddingMatrix::new(&of_pool));
        for (cosines, row) in cosines.outer_iter().zip(rows) {
            cosines.iter().zip(&columns).for_each(|(cosine, column)| nearness[row][*column] = *cosine);
        }
        nearness
    }

    /// `sound` itself and those of the pool that are most like it, one a file, with their cosines.
    fn alike<'a>(&'a self, sound: &'a Listened, nearness: &[f32]) -> Vec<(&'a Profile, f64)> {
        let mut alike: Vec<(&Profile, f64)> = vec![(&sound.profile, 1.0)];
        let mut files: HashSet<FileId> = HashSet::from([sound.file]);
        let nearer = |a: &usize, b: &usize| nearness[*b].total_cmp(&nearness[*a]).then(a.cmp(b));
        let mut order: Vec<usize> = (0..self.pool.len()).collect();
        let mut rest = order.as_mut_slice();
        while alike.len() < NEIGHBOURS && !rest.is_empty() {
            let count = SORTED_AT_ONCE.min(rest.len());
            if count < rest.len() {
                rest.select_nth_unstable_by(count, nearer);
            }
            let (nearest, others) = rest.split_at_mut(count);
            nearest.sort_unstable_by(nearer);
            for index in nearest.iter().copied() {
                if alike.len() < NEIGHBOURS && files.insert(self.pool[index].file) {
                    alike.push((&self.pool[index].profile, f64::from(nearness[index])));
                }
            }
            rest = others;
        }
        alike
    }

    /// s above.
    fn competition(&self, query: f64, standings: &[f32]) -> f64 {
        let (mut own, mut own_len) = ((SHARPNESS * query).exp(), 1.0);
        let (mut rivals, mut rivals_len) = (f64::MIN_POSITIVE, f64::MIN_POSITIVE);
        for (standing, share) in standings.iter().zip(&self.own) {
            let power = (SHARPNESS * f64::from(*standing)).exp();
            own += share * power;
            own_len += share;
            rivals += (1.0 - share) * power;
            rivals_len += 1.0 - share;
        }
        (own / own_len).ln() - (rivals / rivals_len).ln()
    }

    fn usual_evidence(&self, references: &References) -> Option<(f64, f64)> {
        if references.profiles.len() < LEAST_REFERENCES {
            return None;
        }
        let evidence = |profile: &Profile| self.competition(profile.standing(&self.query), &profile.standings);
        let mut evidence: Vec<f64> = references.profiles.par_iter().map(evidence).collect();
        evidence.sort_unstable_by(f64::total_cmp);
        let at = |share| quantile(&evidence, share);
        Some((at(0.5)?, ((at(1.0 - ONE_BELOW)? - at(ONE_BELOW)?) / 2.0).max(LEAST_SPREAD)))
    }
}

/// The mean of the best evidence for `sounds`, of each file only its best.
fn leaders_mean(sounds: &[&Listened], evidence: &[f64]) -> f64 {
    let mut best: BTreeMap<FileId, f64> = BTreeMap::new();
    for (sound, evidence) in sounds.iter().zip(evidence) {
        let known = best.entry(sound.file).or_insert(*evidence);
        *known = known.max(*evidence);
    }
    let mut best: Vec<f64> = best.into_values().collect();
    best.sort_unstable_by(|a, b| b.total_cmp(a));
    best.truncate(LEADERS);
    best.iter().sum::<f64>() / best.len().max(1) as f64
}
