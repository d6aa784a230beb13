//! The evidence for a hit → its score, which is the probability that it is what was asked for. It orders the hits, gives
//! each its grade, and is made here and nowhere else.
//!
//! [`description`] judges a sound by words and keeps its [`findings`], [`likeness`] by an example; a learned class says itself how probable a cosine
//! makes it. [`words`] judges what a file is called, and [`evidence`] makes one probability of all that. They know a
//! sound by its [`profile`] before the [`background`], a list of other things it might be, and the library by its
//! [`references`]. All numbers are in [`constants`].

pub(super) mod constants;
pub(super) mod odds;
mod centre;
pub(super) mod background;
mod powers;
mod profile;
pub(super) mod references;
pub(super) mod evidence;
mod findings;
mod description;
mod likeness;
mod word_weights;
pub(super) mod words;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentId;
use crate::library::text::query::{Ending, Words};
use crate::search::judgement::background::Background;
use crate::search::judgement::description::{TextJudge, TextQuery};
use crate::search::judgement::evidence::{Evidence, Heard, QueryWeights};
use crate::search::judgement::likeness::ExampleJudge;
use crate::search::judgement::profile::{Listened, Profile};
use crate::search::judgement::references::References;
use crate::search::request::{Query, Request};

/// What a library's sounds are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Yardsticks<'a> {
    pub(super) library: &'a Library,
    pub(super) background: &'a Background,
    pub(super) references: &'a References,
}

impl Yardsticks<'_> {
    /// The direction in which to look for what is nearest to `query`, whose vector is `vector`.
    pub(super) fn direction(&self, query: &Query, vector: &Embedding) -> Embedding {
        match query {
            Query::Words(_) => self.background.direction(vector),
            Query::Like(_) | Query::Learned(_) => vector.clone(),
        }
    }

    /// `segments` as they are judged, in any order; those that have no vector are left out.
    fn listen(&self, segments: &[SegmentId]) -> Result<Vec<Listened>> {
        let kept = &self.references.recent_sounds;
        let (mut listened, mut new) = (Vec::with_capacity(segments.len()), Vec::new());
        for segment in segments {
            match kept.get(segment) {
                Some(known) => listened.push(known),
                None => new.push(*segment),
            }
        }
        for sound in self.listen_anew(&new)? {
            kept.insert(sound.segment, sound.clone());
            listened.push(sound);
        }
        Ok(listened)
    }

    fn listen_anew(&self, segments: &[SegmentId]) -> Result<Vec<Listened>> {
        let files = self.library.files_of(segments)?;
        let (mut known, mut vectors) = (Vec::new(), Vec::new());
        for segment in segments {
            if let Some((file, vector)) = files.get(segment).zip(self.library.vector_of(*segment)?) {
                known.push((*segment, *file));
                vectors.push(vector);
            }
        }
        let profiles = Profile::all(vectors, self.background, &self.references.mean);
        let listened = known.into_iter().zip(profiles);
        Ok(listened.map(|((segment, file), profile)| Listened { segment, file, profile: Arc::new(profile) }).collect())
    }
}

/// The judge of one request.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    yardsticks: Yardsticks<'a>,
    wanted: Vec<QueryJudge>,
    unwanted: Vec<QueryJudge>,
    weights: QueryWeights,
    /// What has been listened to in the pools.
    pooled: FxHashMap<SegmentId, Listened>,
}

/// A segment and how it sounds beside a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HeardSegment {
    pub(super) segment: SegmentId,
    pub(super) file: FileId,
    pub(super) evidence: Evidence,
}

/// One query and what judges by it.
#[derive(Debug)]
struct QueryJudge {
    vector: Embedding,
    by: By,
}

#[derive(Debug)]
enum By {
    Text(TextJudge),
    Example(ExampleJudge),
    /// A learned class with its boundary and its unit of log-odds, both in cosine.
    Class {
        boundary: f64,
        unit: f64,
    },
}

impl<'a> Judge<'a> {
    /// The judge of `request`, whose queries have the vectors `vectors`, those wanted first. `pool` gives the segments
    /// nearest to a direction, a pool of them at most.
    pub(super) fn new(
        yardsticks: Yardsticks<'a>,
        request: &Request,
        vectors: &[Embedding],
        pool: impl Fn(&Embedding) -> Result<Vec<SegmentId>>,
    ) -> Result<Self> {
        let weights = weights_of(request);
        let (wanted, unwanted) = (Vec::new(), Vec::new());
        let mut judge = Judge { yardsticks, wanted, unwanted, weights, pooled: FxHashMap::default() };
        for (index, (query, vector)) in request.queries().zip(vectors).enumerate() {
            let by = judge.by(query, vector, &pool)?;
            let parts = if index < request.wanted.len() { &mut judge.wanted } else { &mut judge.unwanted };
            parts.push(QueryJudge { vector: vector.clone(), by });
        }
        Ok(judge)
    }

    fn by(
        &mut self,
        query: &Query,
        vector: &Embedding,
        pool: &impl Fn(&Embedding) -> Result<Vec<SegmentId>>,
    ) -> Result<By> {
        let Yardsticks { background, references, .. } = self.yardsticks;
        Ok(match query {
            Query::Words(text) => {
                let pool = self.pooled(&pool(&self.yardsticks.direction(query, vector))?)?;
                let words = Words::parse(text, Ending::Finished).len();
                By::Text(TextJudge::new(TextQuery { vector: vector.clone(), words }, background, references, pool))
            }
            Query::Like(_) => By::Example(ExampleJudge::new(vector.clone(), references)),
            Query::Learned(class) => By::Class { boundary: class.boundary.into(), unit: class.log_odds_unit.into() },
        })
    }

    fn pooled(&mut self, segments: &[SegmentId]) -> Result<Vec<Listened>> {
        let new: Vec<SegmentId> =
            segments.iter().filter(|segment| !self.pooled.contains_key(segment)).copied().collect();
        let listened = self.yardsticks.listen(&new)?;
        self.pooled.extend(listened.into_iter().map(|sound| (sound.segment, sound)));
        Ok(segments.iter().filter_map(|segment| self.pooled.get(segment).cloned()).collect())
    }

    /// How `segments` sound beside the request; those that have no vector are left out.
    pub(super) fn hear(&self, segments: &[SegmentId]) -> Result<Vec<HeardSegment>> {
        let (pooled, new): (Vec<SegmentId>, Vec<SegmentId>) =
            segments.iter().partition(|segment| self.pooled.contains_key(segment));
        let mut listened = self.yardsticks.listen(&new)?;
        listened.extend(pooled.iter().filter_map(|segment| self.pooled.get(segment).cloned()));
        let sounds: Vec<&Listened> = listened.iter().collect();
        let background = self.yardsticks.background;
        let hear = |parts: &[QueryJudge]| parts.iter().map(|part| part.hear(&sounds, background)).collect::<Vec<_>>();
        let (wanted, unwanted) = (hear(&self.wanted), hear(&self.unwanted));
        let heard = |(index, sound): (usize, &Listened)| {
            let of = |parts: &[Vec<Heard>]| parts.iter().map(|heard| heard[index]).collect();
            let cosine = self.cosine(&sound.profile);
            let evidence = Evidence { cosine, wanted: of(&wanted), unwanted: of(&unwanted) };
            HeardSegment { segment: sound.segment, file: sound.file, evidence }
        };
        Ok(listened.iter().enumerate().map(heard).collect())
    }

    /// The cosine of `sound` with what is wanted, the weighted mean of several.
    fn cosine(&self, sound: &Profile) -> f32 {
        let parts = self.wanted.iter().zip(&self.weights.wanted);
        let sum: f64 = parts.map(|(part, weight)| weight * f64::from(sound.vector.cosine_in_space(&part.vector))).sum();
        (sum / self.weights.wanted.iter().sum::<f64>()) as f32
    }
}

impl QueryJudge {
    fn hear(&self, sounds: &[&Listened], background: &Background) -> Vec<Heard> {
        let by_sound = |probability| Heard { probability, height: None };
        match &self.by {
            By::Text(description) => description.hear(sounds, background),
            By::Example(likeness) => {
                sounds.iter().map(|sound| by_sound(likeness.probability(&sound.profile))).collect()
            }
            By::Class { boundary, unit } => {
                let cosine = |sound: &&Listened| f64::from(sound.profile.vector.cosine_in_space(&self.vector));
                sounds.iter().map(|sound| by_sound(odds::logistic((cosine(sound) - boundary) / unit))).collect()
            }
        }
    }
}

/// How much each query of `request` counts.
pub(super) fn weights_of(request: &Request) -> QueryWeights {
    let weights = |queries: &[crate::search::request::WeightedQuery]| {
        queries.iter().map(|query| f64::from(query.weight)).collect()
    };
    QueryWeights { wanted: weights(&request.wanted), unwanted: weights(&request.unwanted) }
}

#[cfg(test)]
mod tests;
