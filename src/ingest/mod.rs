//! Folders → a library that knows every sound in them, doing only what has changed since the last time.
//!
//! The walk finds the files, the plan compares them with the catalogue, worker threads decode and embed, and the calling
//! thread commits what they finish in small batches, so that an interrupted run keeps all but the last few files. A bad
//! file is recorded and the run goes on. Nothing is printed: an observer is told what happens.

mod walk;
mod moments;
mod plan;
mod worker;

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use crate::encoder::Encoder;
use crate::error::{Error, Result, Stage};
pub use crate::ingest::moments::default_moments;
use crate::ingest::plan::Plan;
use crate::ingest::walk::Candidate;
pub use crate::ingest::walk::sound_files;
pub use crate::ingest::worker::hash_file;
use crate::ingest::worker::{Outcome, Progress, Task, Workers};
use crate::library::record::{Change, FileFacts, Moments};
use crate::library::writer::Writer;

/// Changes that make a batch full: few enough that little is lost, enough that commits cost nothing beside embedding.
const BATCH_CHANGES: usize = 64;

/// Age at which a batch is committed however few changes it holds.
const BATCH_AGE: Duration = Duration::from_secs(2);

/// How often the calling thread looks whether it should stop or commit.
const TICK: Duration = Duration::from_millis(100);

/// How long files in work may still take once the run is to stop.
const GRACE: Duration = Duration::from_secs(1);

/// What is to be done.
#[derive(Clone)]
pub struct Job<'a> {
    /// Folders to walk, or single files.
    pub roots: &'a [PathBuf],
    /// Makes the vectors.
    pub encoder: &'a Encoder,
    /// Which files below the roots are looked at.
    pub selection: &'a Selection,
    /// What becomes of files that failed before and have not changed.
    pub failures: Failures,
    /// Which moments of long sounds get vectors; `None` for those the library has, or a new one's default of half a
    /// window.
    pub moments: Option<Moments>,
    /// Number of files decoded at once.
    pub jobs: NonZeroUsize,
    /// Once true, the run ends within a second or so.
    pub stop: &'a Arc<AtomicBool>,
}

/// Which files below the roots are looked at.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// What is left out, each line as in a `.gitignore` file at the root.
    pub exclude: Vec<String>,
    /// What becomes of symbolic links.
    pub links: Links,
}

/// What a walk does with symbolic links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    /// They are left out.
    #[default]
    Skip,
    /// They are walked as if what they lead to were there.
    Follow,
}

/// What becomes of files that failed before and have not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Failures {
    /// They stay recorded as they are.
    #[default]
    Keep,
    /// They are tried again.
    Retry,
}

/// What an observer is told, on the thread that called [`run`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The walk is over.
    Planned {
        /// Number of files to look into.
        files: u64,
        /// Their size in bytes.
        bytes: u64,
    },
    /// Time has passed; told several times a second.
    Progress {
        /// How much of the planned bytes is dealt with, the parts of files in work included.
        bytes: u64,
        /// Seconds of sound decoded so far.
        sound_seconds: f64,
    },
    /// One of them has been dealt with: embedded, recognised, or skipped for not being sound.
    Done {
        /// Seconds of sound embedded for it.
        sound_seconds: f64,
    },
    /// One of them, or a folder, could not be read.
    Failed {
        /// The file or folder.
        path: &'a Path,
        /// Where in the pipeline it failed.
        stage: Stage,
        /// Why.
        reason: &'a str,
    },
}

/// What a run did, in numbers of files unless said otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Embedded for the first time.
    pub new: u64,
    /// Embedded again because the content changed.
    pub changed: u64,
    /// Given the vectors of a file with the same bytes: moved, copied or touched.
    pub recognised: u64,
    /// Neither size nor time changed, so not read.
    pub unchanged: u64,
    /// Could not be read or embedded.
    pub failed: u64,
    /// Were in the library and are gone.
    pub vanished: u64,
    /// Looked into and found to hold no sound.
    pub skipped: u64,
    /// Seconds of sound embedded.
    pub sound_seconds: f64,
    /// Time the run took.
    pub elapsed: Duration,
    /// Whether it was told to stop before it was done.
    pub interrupted: bool,
}

/// Brings the library up to date with the files under the job's roots.
///
/// # Errors
/// [`Error::User`] if a root does not exist or cannot be read, or an exclusion or the hop means nothing; stage `catalog` if
/// the library cannot be written or has other moments than are asked for; [`Error::Internal`] if the model fails. What was
/// committed before stays.
pub fn run(job: &Job<'_>, writer: &mut Writer, observe: &mut dyn FnMut(Event<'_>)) -> Result<Summary> {
    let start = Instant::now();
    let hop_len_samples = moments::settle(job, writer)?;
    let mut run = Run::new(writer, observe, hop_len_samples);
    let walked = walk::walk(job.roots, job.selection, job.stop)?;
    for (path, reason) in &walked.unreadable {
        run.fail(path, Stage::Open, reason);
    }
    // A walk cut short has not seen every file, so nothing may be concluded from what is missing.
    if !job.stop.load(Ordering::Relaxed) {
        let plan = plan::compare(walked, run.writer.library(), job.failures)?;
        run.carry_out(plan, job)?;
    }
    run.summary.interrupted = job.stop.load(Ordering::Relaxed);
    run.summary.elapsed = start.elapsed();
    Ok(run.summary)
}

struct Run<'a> {
    writer: &'a mut Writer,
    observe: &'a mut dyn FnMut(Event<'_>),
    hop_len_samples: Option<NonZeroUsize>,
    summary: Summary,
    /// Files that the catalogue knew with other content.
    known_before: HashSet<PathBuf>,
    batch: Vec<Change>,
    /// Files with the same bytes as others that are themselves still in work.
    twins: Vec<FileFacts>,
}

impl<'a> Run<'a> {
    fn new(
        writer: &'a mut Writer,
        observe: &'a mut dyn FnMut(Event<'_>),
        hop_len_samples: Option<NonZeroUsize>,
    ) -> Self {
        let (known_before, batch, twins) = (HashSet::new(), Vec::new(), Vec::new());
        Run { writer, observe, hop_len_samples, summary: Summary::default(), known_before, batch, twins }
    }

    fn carry_out(&mut self, plan: Plan, job: &Job<'_>) -> Result<()> {
        self.summary.unchanged = plan.unchanged;
        self.summary.vanished = plan.vanished;
        self.known_before = plan.known_before;
        self.writer.commit(&plan.bookkeeping)?;
        let bytes = plan.todo.iter().map(|candidate| candidate.stamp.size_bytes).sum();
        (self.observe)(Event::Planned { files: plan.todo.len() as u64, bytes });
        let progress = Arc::new(Progress::default());
        let (mut todo, mut known_content) = (plan.todo, plan.known_content);
        while !todo.is_empty() && !job.stop.load(Ordering::Relaxed) {
            let task = Task { todo, known_content, hop_len_samples: self.hop_len_samples, progress: progress.clone() };
            let workers = Workers::start(task, job)?;
            let collected = self.collect(&workers, &progress, job.stop);
            let committed = self.commit();
            collected.and(committed)?;
            // A twin is left where its original took on other content meanwhile: it must be embedded itself.
            todo = self.twins.drain(..).map(|file| Candidate { path: file.path, stamp: file.stamp }).collect();
            known_content = plan::known_content(&self.writer.library().known_files()?);
        }
        Ok(())
    }

    /// Takes outcomes in until the workers are done, or the grace after a stop has passed.
    fn collect(&mut self, workers: &Workers, progress: &Progress, stop: &AtomicBool) -> Result<()> {
        let (mut last_commit, mut last_tick, mut stopping_since) = (Instant::now(), Instant::now(), None);
        loop {
            match workers.outcomes.recv_timeout(TICK) {
                Ok(outcome) => self.take(outcome)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if last_tick.elapsed() >= TICK {
                (self.observe)(Event::Progress { bytes: progress.bytes(), sound_seconds: progress.sound_seconds() });
                last_tick = Instant::now();
            }
            if self.batch.len() >= BATCH_CHANGES || last_commit.elapsed() >= BATCH_AGE {
                self.commit()?;
                last_commit = Instant::now();
            }
            if stop.load(Ordering::Relaxed) && stopping_since.get_or_insert_with(Instant::now).elapsed() >= GRACE {
                return Ok(());
            }
        }
    }

    fn take(&mut self, outcome: Outcome) -> Result<()> {
        match outcome {
            Outcome::Embedded { path, change, sound_seconds } => {
                let replaces = self.known_before.contains(&path);
                *(if replaces { &mut self.summary.changed } else { &mut self.summary.new }) += 1;
                self.summary.sound_seconds += sound_seconds;
                self.batch.push(change);
                (self.observe)(Event::Done { sound_seconds });
            }
            Outcome::Failed(change) => {
                if let Change::Failed { file, stage, reason } = &change {
                    self.fail(&file.path, *stage, reason);
                }
                self.batch.push(change);
            }
            Outcome::Twin(file) => self.twins.push(file),
            Outcome::Skipped => {
                self.summary.skipped += 1;
                (self.observe)(Event::Done { sound_seconds: 0.0 });
            }
            Outcome::Fatal(error) => return Err(error),
        }
        Ok(())
    }

    fn fail(&mut self, path: &Path, stage: Stage, reason: &str) {
        self.summary.failed += 1;
        (self.observe)(Event::Failed { path, stage, reason });
    }

    /// Commits the batch, and then the twins whose originals the catalogue has by now.
    fn commit(&mut self) -> Result<()> {
        if !self.batch.is_empty() {
            self.writer.commit(&self.batch)?;
            self.batch.clear();
        }
        let library = self.writer.library();
        let mut ready = Vec::new();
        for file in std::mem::take(&mut self.twins) {
            if library.knows_content(file.hash)? {
                ready.push(Change::Twin { file });
            } else {
                self.twins.push(file);
            }
        }
        if !ready.is_empty() {
            self.writer.commit(&ready)?;
        }
        self.summary.recognised += ready.len() as u64;
        ready.iter().for_each(|_| (self.observe)(Event::Done { sound_seconds: 0.0 }));
        Ok(())
    }
}

/// What the file system said, as the reason of a failure at stage `open`.
fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read ({error}); check that it exists and that you may read it")
}

/// The error of a root that cannot be walked.
fn bad_root(root: &Path, error: &std::io::Error) -> Error {
    Error::user(format!("{} cannot be indexed ({error})", root.display()), "name a folder or file that exists")
}
