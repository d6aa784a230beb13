//! Candidates → the hits of an answer: ranked, judged, cut, and furnished with what is shown of them.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::library::Library;
use crate::library::record::{FileId, Hash};
use crate::search::algebra::Algebra;
use crate::search::collect::{self, Nearest, Scope, Sounds};
use crate::search::examples::ExcludedExamples;
use crate::search::hit::{Hit, Standing, Twin};
use crate::search::indexes::Indexes;
use crate::search::rank::{self, Row, WordsFound};
use crate::search::request::{Examples, Request, Shown};
use crate::search::significance::{Case, QueryKind, Significance};

/// Segments taken at first for each hit that is wanted: some are of one file, some fall below the cut.
const SEGMENTS_A_HIT: usize = 4;

/// Segments taken at first, at least.
const LEAST_SEGMENTS: usize = 64;

/// Segments taken at last, at most: an answer that needs more, say for one file with ten thousand moments, is cut short.
const MOST_SEGMENTS: usize = 16_384;

/// Rows judged beyond those wanted before the rest is taken to be below the cut too.
const JUDGED_MORE: usize = 100;

/// Everything that turns candidates into hits.
pub(super) struct Selection<'a> {
    pub(super) library: &'a Library,
    pub(super) indexes: &'a Indexes,
    pub(super) request: &'a Request,
    pub(super) scope: &'a Scope,
    pub(super) excluded: ExcludedExamples,
    /// `None` where only words were compared, which are their own proof.
    pub(super) judge: Option<(Algebra, Vec<QueryKind>)>,
    pub(super) searched_len: usize,
}

impl Selection<'_> {
    /// What may answer the request, best first, given the files that have `words` of it.
    pub(super) fn rows(&self, words: &BTreeMap<FileId, WordsFound>) -> Result<Vec<Row>> {
        let library = self.library;
        let (Some(vectors), Some((algebra, _))) = (&self.indexes.vectors, &self.judge) else {
            return Ok(rank::rows(collect::candidates(library, words, None)?, self.request.rows));
        };
        let sounds = Sounds { vectors, algebra, mode: self.request.mode };
        deepened(self.request, sounds, self.scope, |nearest| {
            let candidates = collect::candidates(library, words, Some((sounds, nearest)))?;
            Ok(rank::rows(self.excluded.strip(candidates), self.request.rows))
        })
    }

    /// The hits among `rows`, and how many were left out that would have been among them but for the cut.
    pub(super) fn select(&self, rows: Vec<Row>) -> Result<(Vec<Hit>, usize)> {
        let limit = self.request.limit;
        let (mut hits, mut below_cut) = (Vec::new(), 0);
        for (index, row) in rows.into_iter().take(limit.saturating_add(JUDGED_MORE)).enumerate() {
            if hits.len() == limit {
                break;
            }
            let (standing, chance) = self.standing(&row)?;
            if standing == Standing::BelowCut && self.request.shown == Shown::Convincing {
                below_cut += usize::from(index < limit);
                continue;
            }
            hits.push(self.hit(&row, standing, chance)?);
        }
        add_labels(self.library, &mut hits)?;
        Ok((hits, below_cut))
    }

    fn standing(&self, row: &Row) -> Result<(Standing, Option<f32>)> {
        let verdict = self.verdict(row)?;
        let standing = match verdict {
            _ if row.has_all_words() || self.judge.is_none() => Standing::Convincing,
            // Chance has no part in a sound being like itself.
            _ if self.request.examples == Examples::Listed && self.excluded.has(&row.candidate.card) => {
                Standing::Convincing
            }
            Some(verdict) if verdict.margin >= 0.0 => Standing::Convincing,
            Some(_) => Standing::BelowCut,
            None => Standing::Unjudged,
        };
        Ok((standing, verdict.and_then(|verdict| verdict.chance)))
    }

    fn verdict(&self, row: &Row) -> Result<Option<Significance>> {
        let (Some((algebra, kinds)), Some(background)) = (&self.judge, &self.indexes.background) else {
            return Ok(None);
        };
        let Some(place) = row.best() else { return Ok(None) };
        let Some(vector) = self.library.vector_of(place.id)? else { return Ok(None) };
        let case = Case { algebra, kinds, searched_len: self.searched_len };
        Ok(background.judge(&case, &vector, &place.evidence))
    }

    fn hit(&self, row: &Row, standing: Standing, chance: Option<f32>) -> Result<Hit> {
        let card = row.candidate.card.clone();
        let may_be_found = |id| self.scope.files.as_ref().is_none_or(|files| files.contains(&id));
        let twins = self.library.twins(&card)?.into_iter().filter(|(id, _)| may_be_found(*id));
        let (start_seconds, end_seconds) = row.stretch();
        Ok(Hit {
            also: twins.map(|(id, path)| Twin { path, id }).collect(),
            start_seconds,
            end_seconds,
            score: row.score,
            cosine: row.best().map(|place| place.evidence.cosine),
            reasons: row.reasons(),
            standing,
            chance,
            moments: row.moments(),
            labels: Vec::new(),
            file: card,
        })
    }
}

/// Takes more and more of the nearest segments until no other can belong among the rows that are wanted.
fn deepened(
    request: &Request,
    sounds: Sounds<'_>,
    scope: &Scope,
    rows_of: impl Fn(&Nearest) -> Result<Vec<Row>>,
) -> Result<Vec<Row>> {
    let mut count = request.limit.saturating_mul(SEGMENTS_A_HIT).clamp(LEAST_SEGMENTS, MOST_SEGMENTS);
    loop {
        let nearest = sounds.nearest(scope, count)?;
        let rows = rows_of(&nearest)?;
        let Some(bound) = nearest.bound else { return Ok(rows) };
        let certain = rows.iter().take_while(|row| row.score >= bound).count();
        if certain >= request.limit || count >= MOST_SEGMENTS {
            return Ok(rows);
        }
        count = count.saturating_mul(SEGMENTS_A_HIT).min(MOST_SEGMENTS);
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
