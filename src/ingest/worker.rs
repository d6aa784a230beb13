//! The threads that look into files: hash, decode, embed. Each takes the next file until there are none; what becomes
//! of it goes through a bounded channel to the thread that writes.

use std::collections::HashSet;
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::audio;
use crate::audio::metadata::{CuePlace, Metadata};
use crate::error::{Error, Result, Stage};
use crate::features::imprint::ImprintPlan;
use crate::ingest::listening::{HeardSound, Listener};
use crate::ingest::request::IngestRequest;
use crate::ingest::walk::{WalkEntry, unreadable};
use crate::library::record::change::Change;
use crate::library::record::cue::Cue;
use crate::library::record::file::{FileFacts, Hash};
use crate::library::record::hearing::Hearing;
use crate::library::record::sound::SoundFacts;
use crate::panics;

/// Finished files that may wait for the writer, per worker.
const QUEUE_PER_WORKER: usize = 4;

/// Result of looking into a file.
pub(super) enum FileOutcome {
    /// It has vectors now.
    Embedded {
        /// The file.
        path: PathBuf,
        /// The change to record.
        change: Change,
        /// Seconds of sound in it.
        sound_seconds: f64,
    },
    /// It is bad; what to record.
    Failed(Change),
    /// Its bytes are known, or will be when the worker that has them is done; what to record then.
    Twin(TwinFile),
    /// It is not a sound, and did not look like one.
    Skipped(PathBuf),
    /// No file can be embedded any more.
    Fatal(Error),
}

/// A file whose bytes are those of another, or of itself the last time.
pub(super) struct TwinFile {
    /// The file.
    pub(super) file: FileFacts,
    /// The words in it and the places that it names, as they are read now, where they could be.
    pub(super) words: Option<FileWords>,
}

/// What a file says in words, as the catalogue has it.
pub(super) struct FileWords {
    /// Words, as (name of the field, words).
    pub(super) tags: Vec<(String, String)>,
    /// The places that it names.
    pub(super) cues: Vec<Cue>,
}

/// How far the workers are, for an observer to read at any time.
#[derive(Debug, Default)]
pub(super) struct Counters {
    bytes: AtomicU64,
    sound_ms: AtomicU64,
}

impl Counters {
    /// Bytes of the files dealt with, the parts of those in work included.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Seconds of sound decoded.
    pub(super) fn sound_seconds(&self) -> f64 {
        self.sound_ms.load(Ordering::Relaxed) as f64 / 1000.0
    }
}

/// Work for the workers.
pub(super) struct WorkList {
    /// The files.
    pub(super) todo: Vec<WalkEntry>,
    /// Content that need not be embedded, with what is heard of it.
    pub(super) known_content: HashSet<(Hash, Hearing)>,
    /// Distance between two moments at the model's rate; `None` for no moments.
    pub(super) hop_len_samples: Option<NonZeroUsize>,
    /// Where they say how far they are.
    pub(super) counters: Arc<Counters>,
}

/// The running workers. Dropping this lets each finish the file it has in hand, without waiting for it.
pub(super) struct Workers {
    /// What becomes of the files; ends when all are done.
    pub(super) outcomes: Receiver<FileOutcome>,
}

impl Workers {
    /// Starts the request's number of threads on `list`.
    pub(super) fn start(list: WorkList, request: &IngestRequest<'_>) -> Result<Self> {
        let WorkList { todo, known_content, hop_len_samples, counters } = list;
        let threads = request.threads.get().min(todo.len());
        let (sender, outcomes) = sync_channel(threads * QUEUE_PER_WORKER);
        let work = Arc::new(Work {
            listener: Listener {
                imprints: ImprintPlan::new(request.encoder.front_end().rate_hz()),
                encoder: request.encoder.clone(),
                hop_len_samples,
            },
            todo,
            next: AtomicUsize::new(0),
            claimed: Mutex::new(known_content),
            counters,
            stop: Arc::clone(request.stop),
        });
        for index in 0..threads {
            let (work, sender) = (Arc::clone(&work), sender.clone());
            let spawned = thread::Builder::new().name(format!("ingest-{index}")).spawn(move || work.run(&sender));
            spawned.map_err(|error| Error::internal(Stage::Decode, "no thread could be started").caused_by(error))?;
        }
        Ok(Workers { outcomes })
    }
}

struct Work {
    listener: Listener,
    todo: Vec<WalkEntry>,
    next: AtomicUsize,
    /// Content that the catalogue has, with what is heard of it, or will have when whoever claimed it is done.
    claimed: Mutex<HashSet<(Hash, Hearing)>>,
    counters: Arc<Counters>,
    stop: Arc<AtomicBool>,
}

impl Work {
    fn run(&self, outcomes: &SyncSender<FileOutcome>) {
        while !self.stop.load(Ordering::Relaxed) {
            let Some(candidate) = self.todo.get(self.next.fetch_add(1, Ordering::Relaxed)) else { return };
            let mut reading =
                ReadProgress { counters: &self.counters, size_bytes: candidate.stamp.size_bytes, read_bytes: 0 };
            let outcome = panics::contain(|| self.look_into(candidate, &mut reading));
            let outcome = outcome.unwrap_or_else(|panic| FileOutcome::Fatal(Error::internal(Stage::Decode, panic)));
            reading.finish();
            if outcomes.send(outcome).is_err() {
                return;
            }
        }
    }

    fn look_into(&self, candidate: &WalkEntry, reading: &mut ReadProgress<'_>) -> FileOutcome {
        let opened = guarded(&candidate.path, || audio::open(&candidate.path));
        if matches!(opened, Err(Error::Data { .. })) && !candidate.looks_like_sound() {
            return FileOutcome::Skipped(candidate.path.clone());
        }
        // A file that cannot be read fails to open as well, and that error says why.
        let hash = hash_file(&candidate.path);
        let (path, stamp) = (candidate.path.clone(), candidate.stamp);
        let channels = opened.as_ref().ok().map(|sound| sound.metadata().channels);
        let hearing = channels.map_or(candidate.hearing, |channels| candidate.hearing.of_channels(channels));
        let file = FileFacts { path, stamp, hash: hash.as_ref().ok().copied(), hearing };
        if self.is_claimed(candidate, &file) {
            let words = opened.ok().map(|sound| words_of(sound.metadata().clone()));
            return FileOutcome::Twin(TwinFile { file, words });
        }
        let heard = opened.and_then(|sound| {
            let mut read = |seconds: f64, total: Option<f64>| reading.hear(seconds, total);
            let listen = |_| self.listener.hear(sound, &candidate.path, hearing, &mut read);
            guarded(&candidate.path, || hash.and_then(listen))
        });
        match heard {
            Ok(heard) => {
                let (path, sound_seconds) = (file.path.clone(), heard.seconds);
                FileOutcome::Embedded { path, change: record(file, heard), sound_seconds }
            }
            Err(Error::Data { .. }) if !candidate.looks_like_sound() => FileOutcome::Skipped(file.path),
            Err(error) => match &error {
                Error::Data { stage, .. } => {
                    FileOutcome::Failed(Change::Failed { file, stage: *stage, reason: full_reason(&error) })
                }
                // Not this file's doing: the model or its device has failed, and every other file would fail, too.
                _ => FileOutcome::Fatal(error),
            },
        }
    }

    /// Whether somebody else has this content. If nobody has, it is claimed, unless the file may yet turn out not to
    /// be sound: a twin must be able to rely on its original's being recorded.
    fn is_claimed(&self, candidate: &WalkEntry, file: &FileFacts) -> bool {
        let Some(content) = file.hash.map(|hash| (hash, file.hearing)) else { return false };
        let mut claimed = panics::lock(&self.claimed);
        if claimed.contains(&content) {
            return true;
        }
        if candidate.looks_like_sound() {
            claimed.insert(content);
        }
        false
    }
}

/// How far one file is read, as its share of the progress.
struct ReadProgress<'a> {
    counters: &'a Counters,
    size_bytes: u64,
    read_bytes: u64,
}

impl ReadProgress<'_> {
    /// Counts `seconds` of sound of a file that is said to have `total_seconds`.
    fn hear(&mut self, seconds: f64, total_seconds: Option<f64>) {
        self.counters.sound_ms.fetch_add((seconds * 1000.0) as u64, Ordering::Relaxed);
        let Some(total_seconds) = total_seconds.filter(|total| *total > 0.0) else { return };
        // What a file says of its length may be wrong; it never counts for more than it is.
        let bytes = (self.size_bytes as f64 * seconds / total_seconds) as u64;
        self.count(bytes.min(self.size_bytes - self.read_bytes));
    }

    fn finish(&mut self) {
        self.count(self.size_bytes - self.read_bytes);
    }

    fn count(&mut self, bytes: u64) {
        self.read_bytes += bytes;
        self.counters.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Runs `work` on the file at `path`; a decoder that panics on it is that file's failure, not the run's.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    panics::contain(work).unwrap_or_else(|panic| {
        Err(Error::file(path, Stage::Decode, format!("the decoder could not cope with this file ({panic})")))
    })
}

/// The error's reason with its causes, as far as they add anything.
fn full_reason(error: &Error) -> String {
    let mut reason = error.reason();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !reason.contains(&text) {
            reason = format!("{reason}: {text}");
        }
        cause = error.source();
    }
    reason
}

/// BLAKE3 of the content of the file at `path`.
///
/// # Errors
/// [`Error::Data`] at stage `open` if it cannot be read.
pub fn hash_file(path: &Path) -> Result<Hash> {
    let mut hasher = blake3::Hasher::new();
    let hashed = File::open(path).and_then(|file| hasher.update_reader(file).map(|hasher| hasher.finalize()));
    let failed = |error| Error::file(path, Stage::Open, unreadable(&error));
    hashed.map(|hash| Hash(*hash.as_bytes())).map_err(failed)
}

fn record(file: FileFacts, heard: HeardSound) -> Change {
    let HeardSound { metadata, seconds, partial, imprint, segments } = heard;
    let FileWords { tags, cues } = words_of(metadata.clone());
    let sound = SoundFacts {
        container: metadata.container,
        codec: metadata.codec,
        rate_hz: metadata.rate_hz,
        channels: metadata.channels,
        duration_seconds: seconds,
        tags,
        cues,
        partial,
        imprint: Some(imprint),
    };
    Change::Indexed { file, sound, segments }
}

/// The words and the named places of a sound, as the catalogue has them.
fn words_of(metadata: Metadata) -> FileWords {
    let cue = |place: CuePlace| Cue {
        start_seconds: place.start_seconds,
        end_seconds: place.end_seconds,
        words: place.words,
    };
    let tags = metadata.tags.into_named().map(|(name, words)| (name.to_owned(), words));
    FileWords { tags: tags.collect(), cues: metadata.cues.into_iter().map(cue).collect() }
}
