//! All of a library falls into labels: every sound is judged and counted, and some are listed.
//!
//! What of a judgement does not depend on the labels is kept from one request to the next, so that whoever types labels sees a
//! large library fall into them anew at each comma.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::classify::classifier::Classifier;
use crate::classify::label::check_threshold;
use crate::embedding::Embedding;
use crate::error::Error;
use crate::library::browse::ClipRow;
use crate::library::record::file::FileId;
use crate::operations::judge::labeller;
use crate::operations::label::{JudgedSound, LabelLibraryRequest, LabelStore, label_library};
use crate::operations::observer::{Event, Observer};
use crate::server::api::check::check_count;
use crate::server::api::label::{Choices, classifier, in_library, labelled, labelling};
use crate::server::http::problem::Problem;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::label::{LabelAnswer, LabelRequest};
use crate::wire::limits::{MOST_SOUNDS, USUAL_SOUNDS};

/// All of the library as `asked` has it.
pub(crate) fn answer(server: &Server, served: &ServedLibrary, asked: &LabelRequest) -> Result<LabelAnswer, Problem> {
    asked.threshold.map_or(Ok(()), check_threshold)?;
    for (field, count) in [("limit", asked.limit), ("best", asked.best)] {
        count.map_or(Ok(0), |count| check_count(field, count, MOST_SOUNDS))?;
    }
    let classifier = classifier(server, served, &Choices::of(asked))?;
    let searcher = served.searcher()?;
    let mut tally = LabelTally::new(asked, &classifier);
    let rivals =
        |classifier: &Classifier, clips: &[ClipRow], vectors: &[Embedding]| searcher.rivals(classifier, clips, vectors);
    let request = LabelLibraryRequest {
        library: searcher.library(),
        classifier: &classifier,
        labelling: labelling(asked),
        threshold: asked.threshold,
        rivals: Some(&rivals),
    };
    let mut label = |store: Option<LabelStore<'_>>| {
        let (mut ignore, never) = (|_: Event<'_>| {}, Arc::default());
        label_library(&request, store, &Observer::new(&mut ignore, &never), |sound| {
            tally.take(sound);
            Ok::<(), Error>(())
        })
    };
    let summary = if asked.write {
        let by = labeller(asked.with.as_deref());
        served.write(|writer| label(Some(LabelStore { writer, by })))?
    } else {
        label(None)?
    };
    let listed = tally.listed().into_iter().map(|file| in_library(searcher.library(), file));
    let listed: Vec<_> = listed.collect::<Result<_, Problem>>()?;
    let results = listed.iter().flatten().map(|sound| labelled(asked, &classifier, sound));
    let results = results.collect::<Result<_, Problem>>()?;
    let (labels, counts) = (classifier.names().to_vec(), tally.counts());
    Ok(LabelAnswer { labels, results, total: summary.sounds, counts, none: tally.none })
}

/// What is gathered while the library goes by.
struct LabelTally<'a> {
    asked: &'a LabelRequest,
    names: &'a [String],
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
}

impl<'a> LabelTally<'a> {
    fn new(asked: &'a LabelRequest, classifier: &'a Classifier) -> Self {
        let names = classifier.names();
        let wanted = asked.best.map(|best| best.min(MOST_SOUNDS / (names.len() + 1)).max(1));
        LabelTally {
            asked,
            names,
            counts: vec![0; names.len()],
            best: vec![Vec::new(); names.len() + 1],
            wanted,
            page: Vec::new(),
            seen: 0,
            none: 0,
        }
    }

    /// Takes the next sound.
    fn take(&mut self, sound: &JudgedSound<'_>) {
        let (file, found) = (sound.clip.file, sound.found);
        self.none += usize::from(found.is_empty());
        found.iter().for_each(|label| self.counts[*label] += 1);
        match self.wanted {
            None => {
                let limit = self.asked.limit.unwrap_or(USUAL_SOUNDS);
                if self.seen >= self.asked.offset && self.page.len() < limit {
                    self.page.push(file);
                }
            }
            Some(wanted) if found.is_empty() => {
                // Nothing orders these but the library.
                let none = &mut self.best[self.names.len()];
                if none.len() < wanted {
                    none.push((0.0, file));
                }
            }
            Some(wanted) => {
                for label in found {
                    keep_best(&mut self.best[*label], (sound.scores.presences[*label], file), wanted);
                }
            }
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
