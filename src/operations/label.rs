//! Labelling all of a library: its sounds go by a batch at a time, each batch is judged at once, and what each sound has is
//! told and, where that is wanted, stored.

use crate::classify::classifier::Classifier;
use crate::classify::labelling::Labelling;
use crate::classify::presence::Rivals;
use crate::classify::zero_shot::SoundScores;
use crate::embedding::Embedding;
use crate::error::Error;
use crate::library::Library;
use crate::library::browse::ClipRow;
use crate::library::record::change::Change;
use crate::library::record::label::{Labelled, Labeller};
use crate::library::writer::Writer;
use crate::operations::judge::label_of_sound;
use crate::operations::observer::{Event, Observer};

/// Sounds that are judged, and whose labels are committed, together.
const BATCH: usize = 2048;

/// A library, and how its sounds are judged.
#[derive(Clone, Copy)]
pub struct LabelLibraryRequest<'a> {
    /// The library.
    pub library: &'a Library,
    /// The labels.
    pub classifier: &'a Classifier,
    /// One label a sound, or several.
    pub labelling: Labelling,
    /// The threshold of labels that have none of their own, 0..=1; `None` for the usual one.
    pub threshold: Option<f32>,
    /// The source of what a judgement needs beside the labels; `None` to work it out anew.
    pub rivals: Option<&'a RivalSource<'a>>,
}

/// Gives sounds, which have these vectors, their rivals as the classifier needs them: remembered from an earlier judgement
/// with other labels.
pub type RivalSource<'a> = dyn Fn(&Classifier, &[ClipRow], &[Embedding]) -> Vec<Rivals> + 'a;

/// A place for the labels, and who gives them.
pub struct LabelStore<'a> {
    /// The library, opened for writing.
    pub writer: &'a mut Writer,
    /// Who judges; what the same one said earlier is replaced.
    pub by: Labeller,
}

/// A sound and its labels.
#[derive(Debug)]
pub struct JudgedSound<'a> {
    /// The sound.
    pub clip: &'a ClipRow,
    /// How far it has each label.
    pub scores: &'a SoundScores,
    /// The labels that it has, as places among all, the most probable first.
    pub found: &'a [usize],
    names: &'a [String],
}

/// Result of a labelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LabelLibrarySummary {
    /// Sounds that were judged.
    pub sounds: usize,
    /// Those of them whose labels were stored.
    pub stored: usize,
    /// Whether it was stopped before the last sound.
    pub interrupted: bool,
}

impl JudgedSound<'_> {
    /// The labels that it has, as they are stored.
    pub fn labels(&self) -> Vec<Labelled> {
        let label =
            |at: &usize| label_of_sound(&self.names[*at], self.scores.presences[*at], self.clip.duration_seconds);
        self.found.iter().map(label).collect()
    }
}

/// Judges every sound of the library that is found, by file, gives each to `take`, and stores its labels in `store` if there
/// is one: batch by batch, so that memory does not grow with the library. Stopped, or if `take` fails, it keeps what was
/// committed. A sound whose content could not be read when it was indexed has no place for labels.
///
/// # Errors
/// [`Refusal::OtherDimension`](crate::error::Refusal::OtherDimension) for labels of another model than the library's;
/// [`Error::Library`] if the library cannot be read or written, and whatever `take` gives.
pub fn label_library<E: From<Error>>(
    request: &LabelLibraryRequest<'_>,
    store: Option<LabelStore<'_>>,
    observer: &Observer<'_>,
    take: impl FnMut(&JudgedSound<'_>) -> Result<(), E>,
) -> Result<LabelLibrarySummary, E> {
    request.classifier.expect_dim(request.library.model().dim)?;
    let (total, summary) = (request.library.totals()?.files, LabelLibrarySummary::default());
    let thresholds = request.classifier.thresholds(request.threshold);
    let mut labelling = LibraryLabelling { request, thresholds, store, observer, take, total, summary };
    let (mut clips, mut vectors) = (Vec::new(), Vec::new());
    let gone_through = request.library.each_clip(|clip, vector| {
        clips.push(clip);
        vectors.push(vector);
        if clips.len() == BATCH {
            labelling.judge(&clips, &vectors)?;
            clips.clear();
            vectors.clear();
        }
        Ok(())
    });
    match gone_through.and_then(|()| labelling.judge(&clips, &vectors)) {
        Err(Halt::Failed(error)) => return Err(error),
        end => labelling.summary.interrupted = end.is_err(),
    }
    Ok(labelling.summary)
}

/// Why a labelling ends before the last sound.
enum Halt<E> {
    Stopped,
    Failed(E),
}

impl<E: From<Error>> From<Error> for Halt<E> {
    fn from(error: Error) -> Self {
        Halt::Failed(error.into())
    }
}

/// A labelling under way.
struct LibraryLabelling<'a, 'o, F> {
    request: &'a LabelLibraryRequest<'a>,
    /// From which presence on a sound has each label.
    thresholds: Vec<f32>,
    store: Option<LabelStore<'a>>,
    observer: &'a Observer<'o>,
    take: F,
    total: u64,
    summary: LabelLibrarySummary,
}

impl<F> LibraryLabelling<'_, '_, F> {
    /// Judges a batch of sounds, and stores what they have.
    fn judge<E: From<Error>>(&mut self, clips: &[ClipRow], vectors: &[Embedding]) -> Result<(), Halt<E>>
    where
        F: FnMut(&JudgedSound<'_>) -> Result<(), E>,
    {
        if self.observer.is_stopped() {
            return Err(Halt::Stopped);
        }
        let LabelLibraryRequest { classifier, labelling, rivals, .. } = self.request;
        let rivals = match rivals {
            Some(remembered) => remembered(classifier, clips, vectors),
            None => classifier.rivals(vectors),
        };
        let judged = classifier.judge(vectors, &rivals);
        let mut changes = Vec::new();
        for (clip, scores) in clips.iter().zip(&judged) {
            let found = labelling.found_in(&scores.presences, &self.thresholds);
            let sound = JudgedSound { clip, scores, found: &found, names: classifier.names() };
            (self.take)(&sound).map_err(Halt::Failed)?;
            if let (Some(store), Some(hash)) = (&self.store, clip.hash) {
                changes.push(Change::Judged { hash, by: store.by.clone(), labels: sound.labels() });
            }
        }
        if let Some(store) = &mut self.store {
            store.writer.commit(&changes)?;
        }
        self.summary.sounds += clips.len();
        self.summary.stored += changes.len();
        self.observer.tell(Event::Labelling { done: self.summary.sounds as u64, total: self.total });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::classify::head::{Head, HeadClass};
    use crate::embedding::Space;
    use crate::error::Stage;
    use crate::library::record::file::{FileFacts, Hash, Stamp};
    use crate::library::record::hearing::Hearing;
    use crate::library::record::segment::{Segment, SegmentKind};
    use crate::library::record::sound::SoundFacts;

    /// A library of `count` sounds, of which every second one is high; the first one's content is not known.
    fn library(folder: &Path, count: u8) -> Writer {
        let space = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
        let mut writer = Writer::open(folder, &space).unwrap();
        let indexed = |number: u8| Change::Indexed {
            file: FileFacts {
                path: format!("/{number}.wav").into(),
                stamp: Stamp { size_bytes: 1, modified_ns: 0 },
                hash: (number > 0).then_some(Hash([number; 32])),
                hearing: Hearing::Mix,
            },
            sound: SoundFacts { duration_seconds: 2.0, ..SoundFacts::default() },
            segments: vec![(
                Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 2.0, channel: None },
                Embedding::normalized(vec![if number.is_multiple_of(2) { 1.0 } else { -1.0 }, 0.1]).unwrap(),
            )],
        };
        writer.commit(&(0..count).map(indexed).collect::<Vec<_>>()).unwrap();
        writer
    }

    /// Labels a library of 5 sounds with "high" and stores that; gives what was told of each sound, the result, and the
    /// number of stored labels.
    fn label(stop: bool, take_most: usize) -> (Vec<usize>, Result<LabelLibrarySummary, Error>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = library(folder.path(), 5);
        let reader = Library::open(folder.path()).unwrap();
        let high = HeadClass { name: "high".into(), weights: vec![9.0, 0.0], bias: 0.0 };
        let classifier = Classifier::Head(Head::new(vec![high]));
        let labelling = Labelling::Multiple;
        let request =
            LabelLibraryRequest { library: &reader, classifier: &classifier, labelling, threshold: None, rivals: None };
        let store = LabelStore { writer: &mut writer, by: Labeller::ZeroShot };
        let (mut told, mut progress) = (Vec::new(), Vec::new());
        let mut tell = |event: Event<'_>| progress.push(format!("{event:?}"));
        let observer = Observer::new(&mut tell, &Arc::new(AtomicBool::new(stop)));
        let summary = label_library(&request, Some(store), &observer, |sound| {
            told.push(sound.labels().len());
            if told.len() > take_most { Err(Error::data("a", Stage::Output, "full")) } else { Ok(()) }
        });
        assert_eq!(progress.len(), usize::from(!stop && summary.is_ok()));
        let mut stored = 0;
        reader
            .each_label::<Error>(None, None, |_| {
                stored += 1;
                Ok(())
            })
            .unwrap();
        (told, summary, stored)
    }

    #[test]
    fn every_sound_is_told_and_those_of_known_content_are_stored() {
        let (told, summary, stored) = label(false, 5);
        assert_eq!(told, [1, 0, 1, 0, 1]);
        assert_eq!(summary.unwrap(), LabelLibrarySummary { sounds: 5, stored: 4, interrupted: false });
        assert_eq!(stored, 2);
    }

    #[test]
    fn labels_of_another_model_are_refused_before_anything_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        drop(library(folder.path(), 1));
        let reader = Library::open(folder.path()).unwrap();
        let foreign = HeadClass { name: "high".into(), weights: vec![9.0; 3], bias: 0.0 };
        let request = LabelLibraryRequest {
            library: &reader,
            classifier: &Classifier::Head(Head::new(vec![foreign])),
            labelling: Labelling::Multiple,
            threshold: None,
            rivals: None,
        };
        let (mut tell, never) = (|_: Event<'_>| {}, Arc::default());
        let refusal = label_library(&request, None, &Observer::new(&mut tell, &never), |_| Ok::<(), Error>(()));
        assert!(matches!(refusal, Err(Error::Request(_))), "{refusal:?}");
    }

    #[test]
    fn a_stop_ends_it_and_a_failure_is_passed_on_with_nothing_stored_of_that_batch() {
        let (told, summary, stored) = label(true, 5);
        assert_eq!((told.len(), stored), (0, 0));
        assert_eq!(summary.unwrap(), LabelLibrarySummary { interrupted: true, ..LabelLibrarySummary::default() });
        let (told, summary, stored) = label(false, 2);
        assert!(summary.unwrap_err().to_string().contains("full"));
        assert_eq!((told.len(), stored), (3, 0));
    }
}
