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

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cores;
use crate::embedding::Embedding;
use crate::embedding::matrix::EmbeddingMatrix;
use crate::library::record::file::FileId;
use crate::search::judgement::background::Background;
use crate::search::judgement::constants::{
    ANY_BIAS, ANY_WEIGHT, LEADERS, LEAST_REFERENCES, LEAST_SPREAD, LONGEST, NEARNESS, NEIGHBOURS, ONE_BELOW,
    PLAIN_WORDS, SHARPNESS, THIS_BIAS, THIS_WEIGHT, UNTOLD, WORD_BIAS,
};
use crate::search::judgement::evidence::Heard;
use crate::search::judgement::findings::TextFindings;
use crate::search::judgement::odds::logistic;
use crate::search::judgement::powers::{add_weighted, raise, shared_sums};
use crate::search::judgement::profile::{Listened, Profile};
use crate::search::judgement::references::{References, quantile};

/// Sounds of the pool that are passed over at once where none is near enough.
const LOOKED_AT_ONCE: usize = 32;

/// Values compared side by side.
const LANES: usize = 8;

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
    pool: Vec<Listened>,
    /// `None` without a background.
    findings: Option<Arc<TextFindings>>,
    /// Begun when a sound comes for which there are no findings.
    competition: OnceCell<Competition>,
}

impl TextJudge {
    /// The judge by `text`, to which `pool` is nearest.
    pub(super) fn new(text: TextQuery, background: &Background, references: &References, pool: Vec<Listened>) -> Self {
        let word_bias = WORD_BIAS * text.words.clamp(PLAIN_WORDS, LONGEST).saturating_sub(PLAIN_WORDS) as f64;
        let (query, competition) = (text.vector, OnceCell::new());
        let findings = (!background.is_empty()).then(|| {
            references.recent_findings.about(&query, &pool, || {
                let sounds: Vec<&Listened> = pool.iter().collect();
                let begun = competition.get_or_init(|| Competition::new(&query, background, &pool));
                let evidence = begun.evidence(&sounds, &pool);
                let any = logistic(ANY_WEIGHT * leaders_mean(&sounds, &evidence) + ANY_BIAS);
                let of_pool = sounds.into_iter().map(|sound| sound.segment).zip(evidence).collect();
                TextFindings::new(any, begun.usual_evidence(references), of_pool)
            })
        });
        TextJudge { query, word_bias, pool, findings, competition }
    }

    /// Each of `sounds` compared with it, before the `background` that it was made with.
    pub(super) fn hear(&self, sounds: &[&Listened], background: &Background) -> Vec<Heard> {
        let Some(findings) = &self.findings else {
            let by_cosine = |sound: &&Listened| {
                let cosine = f64::from(sound.profile.vector.cosine_in_space(&self.query));
                Heard { probability: UNTOLD * (1.0 + cosine) / 2.0, height: None }
            };
            return sounds.iter().map(by_cosine).collect();
        };
        let heard = |evidence: f64| Heard {
            probability: findings.any * logistic(THIS_WEIGHT * evidence + THIS_BIAS + self.word_bias),
            height: findings.usual.map(|(median, spread)| (evidence - median) / spread),
        };
        let find = |new: &[&Listened]| {
            let begun = self.competition.get_or_init(|| Competition::new(&self.query, background, &self.pool));
            begun.evidence(new, &self.pool)
        };
        findings.evidence_for(sounds, find).into_iter().map(heard).collect()
    }
}

/// The competition of a text with the background, for the sounds of a pool and others.
#[derive(Debug)]
struct Competition {
    query: Embedding,
    /// How far each phrase of the background means it.
    own: Vec<f32>,
    /// The sum of that, and of the rest.
    shares: (f64, f64),
    /// The files of the pool, and how the text stands to each of its sounds.
    pool_files: Vec<FileId>,
    pool_standings: Vec<f64>,
    /// The pool as seen from the library's mean.
    pool_apart: EmbeddingMatrix,
}

impl Competition {
    /// The competition of the text with the vector `query`, to which `pool` is nearest, with `background`.
    fn new(query: &Embedding, background: &Background, pool: &[Listened]) -> Self {
        let own: Vec<f32> = background.sameness(query).into_iter().map(|share| share as f32).collect();
        let own_sum = own.iter().map(|share| f64::from(*share)).sum::<f64>();
        Competition {
            query: query.clone(),
            shares: (own_sum, own.len() as f64 - own_sum),
            own,
            pool_files: pool.iter().map(|sound| sound.file).collect(),
            pool_standings: pool.iter().map(|sound| sound.profile.standing(query)).collect(),
            pool_apart: apart(pool.iter(), query.dim()),
        }
    }

    /// The evidence for each of `sounds`, averaged over those like it in `pool`.
    fn evidence(&self, sounds: &[&Listened], pool: &[Listened]) -> Vec<f64> {
        // The cosines of each with all of the pool; 0 for what lies at the library's mean.
        let nearness = apart(sounds.iter().copied(), self.query.dim()).cosines(&self.pool_apart);
        let smoothed = |index: usize, sound: &&Listened| {
            let mut standings = vec![0f32; self.own.len()];
            let (mut query, mut total) = (0.0, 0.0);
            let mut add = |profile: &Profile, standing: f64, cosine: f64| {
                let weight = (NEARNESS * cosine).exp();
                query += weight * standing;
                add_weighted(&mut standings, &profile.standings, weight as f32);
                total += weight;
            };
            add(&sound.profile, sound.profile.standing(&self.query), 1.0);
            for (place, cosine) in self.alike(sound.file, nearness.row(index).as_slice().unwrap_or_default()) {
                add(&pool[place].profile, self.pool_standings[place], cosine.into());
            }
            raise(&mut standings, (SHARPNESS / total) as f32);
            self.competition(query / total, &standings)
        };
        cores::map(sounds, smoothed)
    }

    /// The places in the pool of the sounds nearest to one of `file`, which is this near to each, with their cosines: one a
    /// file, and none of its own.
    fn alike(&self, file: FileId, nearness: &[f32]) -> Vec<(usize, f32)> {
        // The nearest of those looked at so far, nearest first, and the cosine that another has to exceed.
        let (mut nearest, mut least) = (Vec::<(usize, f32)>::with_capacity(NEIGHBOURS), f32::NEG_INFINITY);
        for (chunk, cosines) in nearness.chunks(LOOKED_AT_ONCE).enumerate() {
            if greatest(cosines) <= least {
                continue;
            }
            for (place, cosine) in (chunk * LOOKED_AT_ONCE..).zip(cosines.iter().copied()) {
                if cosine <= least || self.pool_files[place] == file {
                    continue;
                }
                match nearest.iter().position(|(known, _)| self.pool_files[*known] == self.pool_files[place]) {
                    Some(same_file) if nearest[same_file].1 >= cosine => continue,
                    Some(same_file) => drop(nearest.remove(same_file)),
                    None => nearest.truncate(NEIGHBOURS - 2),
                }
                nearest.insert(nearest.partition_point(|(_, known)| *known >= cosine), (place, cosine));
                least = nearest.get(NEIGHBOURS - 2).map_or(f32::NEG_INFINITY, |(_, last)| *last);
            }
        }
        nearest
    }

    /// s above, from z(text) and exp βz of each phrase.
    fn competition(&self, query: f64, powers: &[f32]) -> f64 {
        let (own, rivals) = shared_sums(powers, &self.own);
        let (own_len, rivals_len) = self.shares;
        let own = ((SHARPNESS * query).exp() + own) / (1.0 + own_len);
        own.ln() - ((f64::MIN_POSITIVE + rivals) / (f64::MIN_POSITIVE + rivals_len)).ln()
    }

    fn usual_evidence(&self, references: &References) -> Option<(f64, f64)> {
        if references.profiles.len() < LEAST_REFERENCES {
            return None;
        }
        let profiles = references.profiles.iter().zip(&references.powers);
        let mut evidence: Vec<f64> =
            profiles.map(|(profile, powers)| self.competition(profile.standing(&self.query), powers)).collect();
        evidence.sort_unstable_by(f64::total_cmp);
        let at = |share| quantile(&evidence, share);
        Some((at(0.5)?, ((at(1.0 - ONE_BELOW)? - at(ONE_BELOW)?) / 2.0).max(LEAST_SPREAD)))
    }
}

/// The greatest of `values`, compared in lanes, which a processor does side by side.
fn greatest(values: &[f32]) -> f32 {
    let greater = |one: f32, other: f32| if other > one { other } else { one };
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, value)| *lane = greater(*lane, *value));
    }
    lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, greater)
}

/// `sounds` as seen from the library's mean, in vectors of `dim` values.
fn apart<'a>(sounds: impl Iterator<Item = &'a Listened>, dim: usize) -> EmbeddingMatrix {
    EmbeddingMatrix::of_directions(sounds.map(|sound| sound.profile.apart.as_ref()), dim)
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
