//! What was found → the hits: as many as are wanted, graded, each with its file's labels and copies.

use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::record::file::Hash;
use crate::library::record::segment::SegmentId;
use crate::library::text::has_words;
use crate::search::collect::{Collection, FoundWords, Judged, Scope, SoundComparison};
use crate::search::copies;
use crate::search::excluded_examples::ExcludedExamples;
use crate::search::ghosts::{self, SeenRow};
use crate::search::hit::{CopyKind, Grade, Hit, Reason, RecordingCopy};
use crate::search::judgement::Judge;
use crate::search::judgement::constants::{DEPTHS, LIKELY, LISTED_AT_LEAST};
use crate::search::judgement::evidence::QueryWeights;
use crate::search::judgement::odds::grade;
use crate::search::rank::{self, RankedRow};
use crate::search::recent_cards::{Cards, RecentCards};
use crate::search::request::{CopyPolicy, Query, Request, WeakHits};

/// The selection of the hits of one request.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    pub(super) library: &'a Library,
    pub(super) request: &'a Request,
    pub(super) scope: &'a Scope,
    pub(super) weights: &'a QueryWeights,
    pub(super) words: &'a FoundWords,
    pub(super) recent_cards: &'a RecentCards,
    pub(super) examples: ExcludedExamples,
    /// The most that a sound counts by itself.
    pub(super) most_by_sound: f64,
    /// `None` where only words are compared.
    pub(super) sounds: Option<(SoundComparison<'a>, Judge<'a>)>,
}

impl Selection<'_> {
    /// The hits, best first, and the number of weak ones that were left out and would have been among them.
    pub(super) fn hits(&self) -> Result<(Vec<Hit>, usize)> {
        let mut rows = ghosts::last(self.rows()?, self.request.limit);
        self.raise_nearest(&mut rows);
        let found = rows.len();
        self.leave_out_weak(&mut rows);
        let mut hits = rows.iter().map(|row| self.hit(row)).collect::<Result<Vec<_>>>()?;
        add_labels(self.library, &mut hits)?;
        add_cues(self.library, &mut hits)?;
        Ok((hits, found - rows.len()))
    }

    /// What may answer the request, best first.
    fn rows(&self) -> Result<Vec<RankedRow>> {
        let Selection { library, weights, words, recent_cards, .. } = *self;
        let collection = Collection { library, weights, words, recent_cards };
        let Some((sounds, judge)) = &self.sounds else {
            return self.ranked(collection, &Judged::default(), &[], &mut Cards::default());
        };
        let (mut judged, mut cards) = (Judged::default(), Cards::default());
        let (mut rows, mut found) = (Vec::new(), Vec::new());
        for depth in DEPTHS {
            let segments = sounds.nearest(self.scope, depth)?;
            self.judge(collection, judge, &mut judged, &mut found, &segments)?;
            let named = collection.named(*sounds, &judged, self.request.granularity, &mut cards)?;
            take_in(&mut judged, judge, &named, self.most_by_sound)?;
            rows = self.ranked(collection, &judged, &found, &mut cards)?;
            if rows.len() >= self.request.limit || segments.len() < depth {
                break;
            }
        }
        Ok(rows)
    }

    /// Judges those of `segments` that are not among `found`. What is farther down the list counts no more than what was
    /// judged before, so that an answer of more hits begins with that of fewer.
    fn judge(
        &self,
        collection: Collection<'_>,
        judge: &Judge<'_>,
        judged: &mut Judged,
        found: &mut Vec<SegmentId>,
        segments: &[SegmentId],
    ) -> Result<()> {
        let most = self.most_by_sound.min(collection.least_by_sound(judged, found));
        let known: FxHashSet<SegmentId> = found.iter().copied().collect();
        let new: Vec<SegmentId> = segments.iter().filter(|segment| !known.contains(segment)).copied().collect();
        take_in(judged, judge, &new, most)?;
        found.extend(new);
        Ok(())
    }

    fn ranked(
        &self,
        collection: Collection<'_>,
        judged: &Judged,
        found: &[SegmentId],
        cards: &mut Cards,
    ) -> Result<Vec<RankedRow>> {
        let candidates = self.examples.strip(collection.candidates(judged, found, cards)?);
        let rows = rank::rows(candidates, self.request.granularity);
        match self.request.copies {
            CopyPolicy::Folded => copies::fold(self.library, rows, self.request.granularity, self.request.limit),
            CopyPolicy::Listed => Ok(rows),
        }
    }

    /// Whoever asks for the nearest to an example is told the nearest: of classes that a model never heard it is right in
    /// four of five libraries.
    fn raise_nearest(&self, rows: &mut [SeenRow]) {
        let has_examples_only = self.request.unwanted.is_empty()
            && self.request.wanted.iter().all(|wanted| matches!(wanted.query, Query::Like(_)));
        if let Some(first) = rows.first_mut().filter(|_| has_examples_only) {
            first.row.score = first.row.score.max(LIKELY);
        }
    }

    /// Leaves out those of `rows` that are weak and not listed.
    fn leave_out_weak(&self, rows: &mut Vec<SeenRow>) {
        let is_better = |seen: &SeenRow| grade(seen.row.score) > Grade::Weak;
        let better = rows.iter().filter(|seen| is_better(seen)).count();
        let mut weak_left = match self.request.weak_hits {
            WeakHits::LeftOut => 0,
            WeakHits::Few => LISTED_AT_LEAST.saturating_sub(better),
            WeakHits::Listed => rows.len(),
        };
        rows.retain(|seen| {
            let is_listed = is_better(seen) || weak_left > 0;
            weak_left = weak_left.saturating_sub(usize::from(!is_better(seen)));
            is_listed
        });
    }

    /// The other files with the recording of `row` that may be found, by path.
    fn copies(&self, row: &RankedRow) -> Result<Vec<RecordingCopy>> {
        if self.request.copies == CopyPolicy::Listed {
            return Ok(Vec::new());
        }
        let own = &row.candidate.card;
        let mut copies = Vec::new();
        for card in std::iter::once(own).chain(&row.copies) {
            let has_own_bytes = card.id == own.id || (card.hash.is_some() && card.hash == own.hash);
            let kind = if has_own_bytes { CopyKind::SameBytes } else { CopyKind::SameRecording };
            copies.push(RecordingCopy { path: card.path.clone(), id: card.id, kind });
            let twins = self.library.twins(card)?.into_iter();
            copies.extend(twins.map(|(id, path)| RecordingCopy { path, id, kind }));
        }
        let may_be_found = |id| self.scope.files.as_ref().is_none_or(|files| files.contains(&id));
        copies.retain(|copy| copy.id != own.id && may_be_found(copy.id));
        copies.sort();
        copies.dedup_by_key(|copy| copy.id);
        Ok(copies)
    }

    fn hit(&self, SeenRow { row, is_ghost }: &SeenRow) -> Result<Hit> {
        let card = FileCard::clone(&row.candidate.card);
        let (start_seconds, end_seconds) = row.start_and_end();
        Ok(Hit {
            copies: self.copies(row)?,
            start_seconds,
            end_seconds,
            peak: row.peak(),
            score: row.score,
            grade: grade(row.score),
            cosine: row.best().map(|segment| segment.cosine),
            reasons: row.reasons(),
            moments: row.moments(),
            cues: Vec::new(),
            labels: Vec::new(),
            is_ghost: *is_ghost,
            file: card,
        })
    }
}

/// Judges those of `segments` that are not among `judged`; the sound of each counts `most` at most.
fn take_in(judged: &mut Judged, judge: &Judge<'_>, segments: &[SegmentId], most: f64) -> Result<()> {
    let new: Vec<SegmentId> = segments.iter().filter(|segment| !judged.contains_key(segment)).copied().collect();
    let heard = judge.hear(&new)?;
    judged.extend(heard.into_iter().map(|heard| (heard.segment, (heard, most))));
    Ok(())
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

/// Adds the places of each hit's file whose words were found.
fn add_cues(library: &Library, hits: &mut [Hit]) -> Result<()> {
    for hit in hits {
        let found: Vec<&str> = hit.reasons.iter().flat_map(words_of).collect();
        if found.is_empty() {
            continue;
        }
        let mut cues = library.cues_of(hit.file.id)?;
        cues.retain(|cue| found.iter().any(|words| has_words(&cue.words, words)));
        hit.cues = cues;
    }
    Ok(())
}

/// The words that a file was found by, as it has them.
fn words_of(reason: &Reason) -> impl Iterator<Item = &str> {
    let matches = match reason {
        Reason::Words { matches, .. } => matches.as_slice(),
        Reason::Sound { .. } => &[],
    };
    matches.iter().map(|found| found.instead.as_deref().unwrap_or(&found.words))
}
