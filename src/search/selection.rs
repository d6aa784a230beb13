//! What was found → the hits: as many as are wanted, judged, each with its file's labels and copies.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::library::Library;
use crate::library::record::file::{FileId, Hash};
use crate::search::collect::{self, NearestSegments, Scope, SoundComparison};
use crate::search::excluded_examples::ExcludedExamples;
use crate::search::hit::{Hit, Standing, Twin};
use crate::search::judgement::{Judge, Judgement};
use crate::search::rank::{self, RankedRow, WordEvidence};
use crate::search::request::{Examples, Request, WeakHits};

/// Segments taken at first for each hit that is wanted: some are of one file, some fall below the cut.
const SEGMENTS_A_HIT: usize = 4;

/// Segments taken at first, at least.
const LEAST_SEGMENTS: usize = 64;

/// Segments taken at last, at most: an answer that needs more, say for one file with ten thousand moments, is cut short.
const MOST_SEGMENTS: usize = 16_384;

/// Rows judged beyond those wanted before the rest is assumed to be below the cut too.
const JUDGED_MORE: usize = 100;

/// The selection of the hits of one request.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    pub(super) library: &'a Library,
    pub(super) request: &'a Request,
    pub(super) scope: &'a Scope,
    pub(super) examples: ExcludedExamples,
    /// `None` where only words are compared.
    pub(super) sounds: Option<SoundComparison<'a>>,
    /// `None` where only words are compared, which are their own proof.
    pub(super) judge: Option<Judge<'a>>,
}

impl Selection<'_> {
    /// The hits, best first, given the files that have `words` of the request, and the number of those left out that
    /// would have been among them but for the cut.
    pub(super) fn hits(&self, words: &BTreeMap<FileId, WordEvidence>) -> Result<(Vec<Hit>, usize)> {
        let (mut hits, below_cut) = self.convincing(self.rows(words)?)?;
        add_labels(self.library, &mut hits)?;
        Ok((hits, below_cut))
    }

    /// What may answer the request, best first.
    fn rows(&self, words: &BTreeMap<FileId, WordEvidence>) -> Result<Vec<RankedRow>> {
        let Some(sounds) = self.sounds else {
            return Ok(rank::rows(collect::candidates(self.library, words, None)?, self.request.granularity));
        };
        self.deepened(sounds, |nearest| {
            let candidates = collect::candidates(self.library, words, Some((sounds, nearest)))?;
            Ok(rank::rows(self.examples.strip(candidates), self.request.granularity))
        })
    }

    /// Takes more and more of the nearest segments until no other can belong among the rows that are wanted.
    fn deepened(
        &self,
        sounds: SoundComparison<'_>,
        rows_of: impl Fn(&NearestSegments) -> Result<Vec<RankedRow>>,
    ) -> Result<Vec<RankedRow>> {
        let limit = self.request.limit;
        let mut count = limit.saturating_mul(SEGMENTS_A_HIT).clamp(LEAST_SEGMENTS, MOST_SEGMENTS);
        loop {
            let nearest = sounds.nearest(self.scope, count)?;
            let rows = rows_of(&nearest)?;
            let Some(bound) = nearest.bound else { return Ok(rows) };
            let certain = rows.iter().take_while(|row| row.score >= bound).count();
            if certain >= limit || count >= MOST_SEGMENTS {
                return Ok(rows);
            }
            count = count.saturating_mul(SEGMENTS_A_HIT).min(MOST_SEGMENTS);
        }
    }

    /// The hits among `rows`, and how many were left out for being below the cut.
    fn convincing(&self, rows: Vec<RankedRow>) -> Result<(Vec<Hit>, usize)> {
        let limit = self.request.limit;
        let (mut hits, mut below_cut) = (Vec::new(), 0);
        for (index, row) in rows.into_iter().take(limit.saturating_add(JUDGED_MORE)).enumerate() {
            if hits.len() == limit {
                break;
            }
            let judgement = self.judge(&row)?;
            if judgement.standing == Standing::BelowCut && self.request.weak_hits == WeakHits::LeftOut {
                below_cut += usize::from(index < limit);
                continue;
            }
            hits.push(self.hit(&row, judgement)?);
        }
        Ok((hits, below_cut))
    }

    fn judge(&self, row: &RankedRow) -> Result<Judgement> {
        let Some(judge) = &self.judge else { return Ok(Judgement::CERTAIN) };
        let vector = match row.best() {
            Some(segment) => self.library.vector_of(segment.id)?,
            None => None,
        };
        let is_example = self.request.examples == Examples::Listed && self.examples.has(&row.candidate.card);
        Ok(judge.judge(row, vector.as_ref(), is_example))
    }

    fn hit(&self, row: &RankedRow, judgement: Judgement) -> Result<Hit> {
        let card = row.candidate.card.clone();
        let may_be_found = |id| self.scope.files.as_ref().is_none_or(|files| files.contains(&id));
        let twins = self.library.twins(&card)?.into_iter().filter(|(id, _)| may_be_found(*id));
        let (start_seconds, end_seconds) = row.start_and_end();
        Ok(Hit {
            also: twins.map(|(id, path)| Twin { path, id }).collect(),
            start_seconds,
            end_seconds,
            score: row.score,
            cosine: row.best().map(|segment| segment.evidence.cosine),
            reasons: row.reasons(),
            standing: judgement.standing,
            chance: judgement.chance,
            moments: row.moments(),
            labels: Vec::new(),
            file: card,
        })
    }
}

/// Adds the labels of each hit's content, in one look-up for all of them.
fn add_labels(library: &Library, hits: &mut [Hit]) -> Result<()> {
    let hashes: Vec<Hash> = hits.iter().filter_map(|hit| hit.file.hash).collect();
    let labels = library.labels_of_contents(&hashes)?;
    for hit in hits {
        let of_hit = hit.file.hash.and_then(|hash| labels.get(&hash));
        hit.labels = of_hit.cloned().unwrap_or_default();
    }
    Ok(())
}
