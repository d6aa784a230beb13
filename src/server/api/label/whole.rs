//! All of a library falls into labels: every sound is judged and counted, and some are listed.
//!
//! Sounds stream from the catalogue a batch at a time. What of a judgement does not depend on the labels is kept from one
//! request to the next, so that whoever types labels sees a large library fall into them anew at each comma.

use std::collections::{BTreeMap, HashSet};

use crate::classify::classifier::Classifier;
use crate::classify::label::check_threshold;
use crate::classify::labelling::Labelling;
use crate::classify::zero_shot::SoundScores;
use crate::embedding::Embedding;
use crate::library::Library;
use crate::library::browse::ClipRow;
use crate::library::record::change::Change;
use crate::library::record::file::FileId;
use crate::library::record::label::Labeller;
use crate::operations::judge::{label_of_sound, labeller};
use crate::server::api::label::{Choices, classifier, in_library, labelled, manner};
use crate::server::http::problem::Problem;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::label::{LabelAnswer, LabelRequest};
use crate::wire::limits::{MOST_SOUNDS, USUAL_SOUNDS};

/// Sounds that are judged at a time.
const BATCH: usize = 2048;

/// All of the library as `asked` has it.
pub(crate) fn answer(server: &Server, served: &ServedLibrary, asked: &LabelRequest) -> Result<LabelAnswer, Problem> {
    asked.threshold.map_or(Ok(()), check_threshold)?;
    if ![asked.limit, asked.best].into_iter().flatten().all(|listed| (1..=MOST_SOUNDS).contains(&listed)) {
        return Err(Problem::unprocessable(format!("limit and best are 1 to {MOST_SOUNDS}")));
    }
    let classifier = classifier(server, served, &Choices::of(asked))?;
    let searcher = served.searcher()?;
    let mut tally = LabelTally::new(asked, &classifier);
    each_batch(searcher.library(), |batch| {
        let rivals = searcher.rivals(&classifier, &batch);
        let (rows, vectors): (Vec<ClipRow>, Vec<Embedding>) = batch.into_iter().unzip();
        let judgements = classifier.judge(&vectors, &rivals);
        for (row, judgement) in rows.iter().zip(&judgements) {
            tally.take(row, judgement);
        }
    })?;
    if asked.write {
        served.write(|writer| writer.commit(&tally.changes))?;
    }
    let listed = tally.listed().into_iter().map(|file| in_library(searcher.library(), file));
    let listed: Vec<_> = listed.collect::<Result<_, Problem>>()?;
    let results = listed.iter().flatten().map(|sound| labelled(asked, &classifier, sound)).collect();
    let (labels, counts) = (classifier.names().to_vec(), tally.counts());
    Ok(LabelAnswer { labels, results, total: tally.seen, counts, none: tally.none })
}

/// Gives all sounds of `library` to `take`, a batch at a time.
fn each_batch(library: &Library, mut take: impl FnMut(Vec<(ClipRow, Embedding)>)) -> Result<(), Problem> {
    let mut batch = Vec::with_capacity(BATCH);
    library.each_clip(|row, vector| {
        batch.push((row, vector));
        if batch.len() == BATCH {
            take(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
        }
        Ok::<(), Problem>(())
    })?;
    take(batch);
    Ok(())
}

/// What is gathered while the library goes by.
struct LabelTally<'a> {
    asked: &'a LabelRequest,
    names: &'a [String],
    thresholds: Vec<f32>,
    manner: Labelling,
    labeller: Labeller,
    /// How many sounds have each label.
    counts: Vec<usize>,
    /// The best of each label with their presences; at the end those that have none.
    best: Vec<Vec<(f32, FileId)>>,
    /// How many of each are wanted, if that is what is wanted.
    wanted: Option<usize>,
    /// The part of the library that is listed otherwise.
    page: Vec<FileId>,
    seen: usize,
    /// How many sounds have no label.
    none: usize,
    changes: Vec<Change>,
}

impl<'a> LabelTally<'a> {
    fn new(asked: &'a LabelRequest, classifier: &'a Classifier) -> Self {
        let names = classifier.names();
        let wanted = asked.best.map(|best| best.min(MOST_SOUNDS / (names.len() + 1)).max(1));
        LabelTally {
            asked,
            names,
            thresholds: classifier.thresholds(asked.threshold),
            manner: manner(asked),
            labeller: labeller(asked.with.as_deref()),
            counts: vec![0; names.len()],
            best: vec![Vec::new(); names.len() + 1],
            wanted,
            page: Vec::new(),
            seen: 0,
            none: 0,
            changes: Vec::new(),
        }
    }

    /// Takes the next sound.
    fn take(&mut self, row: &ClipRow, judgement: &SoundScores) {
        let found = self.manner.found_in(&judgement.presences, &self.thresholds);
        self.none += usize::from(found.is_empty());
        found.iter().for_each(|label| self.counts[*label] += 1);
        match self.wanted {
            None => {
                let limit = self.asked.limit.unwrap_or(USUAL_SOUNDS);
                if self.seen >= self.asked.offset && self.page.len() < limit {
                    self.page.push(row.file);
                }
            }
            Some(wanted) if found.is_empty() => {
                // Nothing orders these but the library.
                let none = &mut self.best[self.names.len()];
                if none.len() < wanted {
                    none.push((0.0, row.file));
                }
            }
            Some(wanted) => {
                for label in &found {
                    keep_best(&mut self.best[*label], (judgement.presences[*label], row.file), wanted);
                }
            }
        }
        if let Some(hash) = row.hash.filter(|_| self.asked.write) {
            let labelled =
                |label: &usize| label_of_sound(&self.names[*label], judgement.presences[*label], row.duration_seconds);
            let labels = found.iter().map(labelled).collect();
            self.changes.push(Change::Judged { hash, by: self.labeller.clone(), labels });
        }
        self.seen += 1;
    }

    /// The sounds that are listed: a part of the library, or the best of each label, each sound once.
    fn listed(&mut self) -> Vec<FileId> {
        let Some(wanted) = self.wanted else { return std::mem::take(&mut self.page) };
        let mut listed: Vec<FileId> = Vec::new();
        for best in &mut self.best {
            cut(best, wanted);
            listed.extend(best.iter().map(|(_, file)| *file));
        }
        let mut known = HashSet::new();
        listed.retain(|file| known.insert(*file));
        listed
    }

    /// How many sounds have each label, of those that any has.
    fn counts(&self) -> BTreeMap<String, usize> {
        let counts = self.names.iter().cloned().zip(self.counts.iter().copied());
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

/// Adds `one` to the `wanted` best, and now and then forgets the others.
fn keep_best(best: &mut Vec<(f32, FileId)>, one: (f32, FileId), wanted: usize) {
    best.push(one);
    if best.len() >= 4 * wanted {
        cut(best, wanted);
    }
}

/// Leaves the `wanted` best, best first; of equally good ones those that were there first.
fn cut(best: &mut Vec<(f32, FileId)>, wanted: usize) {
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    best.truncate(wanted);
}
