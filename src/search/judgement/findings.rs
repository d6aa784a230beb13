//! What was found out lately about texts, kept while the library stays as it is: the same text asked again, with another
//! filter, for the next page, or in other words that mean the same to the model, is answered sooner.
//!
//! What is found out about a text depends on its vector and on its pool, whose segments are those of one revision, and on
//! nothing else.

use std::sync::{Arc, RwLock};

use quick_cache::sync::Cache;
use rustc_hash::FxHashMap;

use crate::embedding::Embedding;
use crate::library::record::segment::SegmentId;
use crate::panics;
use crate::search::judgement::profile::Listened;

/// Texts that are kept: with [`KEPT_SEGMENTS`] each, some 16 MiB.
const KEPT_TEXTS: usize = 256;

/// Segments whose evidence is kept for a text.
const KEPT_SEGMENTS: usize = 2048;

/// What was found out about one text.
#[derive(Debug, Default)]
pub(super) struct TextFindings {
    /// P(the library has any).
    pub(super) any: f64,
    /// What evidence is usual in the library: its median and spread.
    pub(super) usual: Option<(f64, f64)>,
    evidence: RwLock<FxHashMap<SegmentId, f64>>,
}

impl TextFindings {
    /// Findings with the evidence for some segments.
    pub(super) fn new(any: f64, usual: Option<(f64, f64)>, evidence: FxHashMap<SegmentId, f64>) -> Self {
        TextFindings { any, usual, evidence: RwLock::new(evidence) }
    }

    /// The evidence for each of `sounds`, in their order: what is known, and what `find` finds for the others.
    pub(super) fn evidence_for(&self, sounds: &[&Listened], find: impl FnOnce(&[&Listened]) -> Vec<f64>) -> Vec<f64> {
        let known: Vec<Option<f64>> = {
            let evidence = panics::read(&self.evidence);
            sounds.iter().map(|sound| evidence.get(&sound.segment).copied()).collect()
        };
        let new: Vec<&Listened> =
            sounds.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(sound, _)| *sound).collect();
        if new.is_empty() {
            return known.into_iter().flatten().collect();
        }
        let found = find(&new);
        let mut evidence = panics::write(&self.evidence);
        let room = KEPT_SEGMENTS.saturating_sub(evidence.len());
        evidence.extend(new.iter().map(|sound| sound.segment).zip(found.iter().copied()).take(room));
        let mut found = found.into_iter();
        known.into_iter().filter_map(|known| known.or_else(|| found.next())).collect()
    }
}

/// What the findings about a text are kept under: a digest of its vector and its pool.
type FindingsKey = [u8; 32];

/// What was found out about the texts that were asked for lately, at one revision of a library.
#[derive(Debug)]
pub(super) struct RecentFindings(Cache<FindingsKey, Arc<TextFindings>>);

impl Default for RecentFindings {
    fn default() -> Self {
        RecentFindings(Cache::new(KEPT_TEXTS))
    }
}

impl RecentFindings {
    /// The findings about the text with the vector `query` and this pool, which `find` makes if they are not known.
    pub(super) fn about(
        &self,
        query: &Embedding,
        pool: &[Listened],
        find: impl FnOnce() -> TextFindings,
    ) -> Arc<TextFindings> {
        let mut digest = blake3::Hasher::new();
        digest.update(bytemuck::cast_slice(query.as_slice()));
        for sound in pool {
            digest.update(&sound.segment.number().to_le_bytes());
        }
        let key = *digest.finalize().as_bytes();
        self.0.get(&key).unwrap_or_else(|| {
            let found = Arc::new(find());
            self.0.insert(key, Arc::clone(&found));
            found
        })
    }
}
