//! One run: walks, plans, lets the workers embed, and commits what they finish.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use crate::disk_path::is_gone;
use crate::error::{Result, Stage};
use crate::ingest::missing::LostRoot;
use crate::ingest::moments;
use crate::ingest::plan;
use crate::ingest::plan::{IngestPlan, Policies};
use crate::ingest::request::IngestRequest;
use crate::ingest::skipped::SkipReason;
use crate::ingest::walk::{WalkEntry, walk};
use crate::ingest::worker::{Counters, FileOutcome, FileWords, TwinFile, WorkList, Workers};
use crate::library::record::change::Change;
use crate::library::record::file::{Hash, Mark};
use crate::library::record::sound::SoundFacts;
use crate::library::writer::Writer;
use crate::panics;

/// Changes that make a batch full: few enough that little is lost, enough that commits cost nothing beside embedding.
const BATCH_CHANGES: usize = 64;

/// Age at which a batch is committed however few changes it holds.
const BATCH_AGE: Duration = Duration::from_secs(2);

/// How often the calling thread looks whether it should stop or commit.
const TICK: Duration = Duration::from_millis(100);

/// How long files in work may still take once the run is to stop.
const GRACE: Duration = Duration::from_secs(1);

/// Progress of a run, told on the thread that began it.
#[derive(Debug)]
#[non_exhaustive]
pub enum IngestEvent<'a> {
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
    /// One of them has been dealt with.
    Done {
        /// The file.
        path: &'a Path,
        /// What was done with it.
        result: FileResult,
        /// Seconds of sound embedded for it.
        sound_seconds: f64,
    },
    /// One was embedded, but not all of it, or not as it was to be.
    Noted {
        /// The file.
        path: &'a Path,
        /// What was lost or mended, or which channels were heard instead.
        note: &'a str,
    },
    /// A file that was in the library is gone.
    Vanished {
        /// The file.
        path: &'a Path,
    },
    /// A file, or a folder with all that is in it, was left out, which is no failure.
    Skipped {
        /// The file or folder.
        path: &'a Path,
        /// Why.
        reason: &'a SkipReason,
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

/// What was done with a file that was looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileResult {
    /// It was embedded for the first time.
    New,
    /// It was embedded again because its content changed.
    Changed,
    /// It was given the vectors of a file with the same bytes.
    Recognised,
    /// It holds no sound.
    Skipped,
}

/// Result of a run, in numbers of files unless said otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IngestSummary {
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
    /// Not looked at, for they are hidden; a folder counts once.
    pub hidden: u64,
    /// Not looked at, for they are excluded; a folder counts once.
    pub excluded: u64,
    /// Symbolic links that were not followed, by the folder that they are in.
    pub links: BTreeMap<PathBuf, u64>,
    /// Embedded with a note of what was lost or mended, or of the channels that were heard instead.
    pub noted: u64,
    /// Left for later, for they were being written.
    pub unsettled: u64,
    /// Roots that are gone as a whole, and drives in them that are not mounted, of which nothing was forgotten.
    pub lost: Vec<LostRoot>,
    /// Seconds of sound embedded.
    pub sound_seconds: f64,
    /// Time the run took.
    pub elapsed: Duration,
    /// Whether it was told to stop before it was done.
    pub interrupted: bool,
}

/// Brings the library up to date with the files under the roots.
///
/// # Errors
/// [`Refusal`](crate::error::Refusal) if a root does not exist or cannot be read, or an exclusion or the hop means
/// nothing; stage `catalogue` if the library cannot be written or has other moments than are asked for;
/// [`Internal`](crate::error::Error::Internal) if the model fails. What was committed before stays.
pub(crate) fn ingest(
    request: &IngestRequest<'_>,
    writer: &mut Writer,
    observe: &mut dyn FnMut(IngestEvent<'_>),
) -> Result<IngestSummary> {
    let start = Instant::now();
    let hop_len_samples = moments::settle(request, writer)?;
    let mut ingestion = Ingestion::new(writer, observe, hop_len_samples);
    let found = walk(request.roots, request.stop)?;
    found.unreadable.iter().for_each(|(path, reason)| ingestion.fail(path, Stage::Open, reason));
    found.skipped.iter().for_each(|(path, reason)| ingestion.skip(path, reason));
    // A walk cut short has not seen every file, so nothing may be concluded from what is missing.
    if !request.stop.load(Ordering::Relaxed) {
        let policies = Policies { failures: request.failures, reading: request.reading, lost: request.lost };
        let mut plan = plan::compare(found, request.absent, ingestion.writer.library(), policies)?;
        if let Some(settling) = request.settling {
            ingestion.summary.unsettled =
                panics::lock(settling).leave_settled(&mut plan.todo, |file| (&file.path, file.stamp));
        }
        ingestion.carry_out(plan, request)?;
        ingestion.count_lost()?;
    }
    ingestion.summary.interrupted = request.stop.load(Ordering::Relaxed);
    ingestion.summary.elapsed = start.elapsed();
    Ok(ingestion.summary)
}

struct Ingestion<'a> {
    writer: &'a mut Writer,
    observe: &'a mut dyn FnMut(IngestEvent<'_>),
    hop_len_samples: Option<NonZeroUsize>,
    summary: IngestSummary,
    /// Files that the catalogue knew with other content.
    known_before: HashSet<PathBuf>,
    /// The marks of the files in work, from before they were read.
    marks: HashMap<PathBuf, Mark>,
    batch: Vec<Change>,
    /// Files with the same bytes as others that are themselves still in work.
    twins: Vec<TwinFile>,
}

impl<'a> Ingestion<'a> {
    fn new(
        writer: &'a mut Writer,
        observe: &'a mut dyn FnMut(IngestEvent<'_>),
        hop_len_samples: Option<NonZeroUsize>,
    ) -> Self {
        let (known_before, marks, batch, twins) = Default::default();
        let summary = IngestSummary::default();
        Ingestion { writer, observe, hop_len_samples, summary, known_before, marks, batch, twins }
    }

    fn carry_out(&mut self, plan: IngestPlan, request: &IngestRequest<'_>) -> Result<()> {
        self.summary.unchanged = plan.unchanged;
        self.summary.vanished = plan.vanished.len() as u64;
        self.summary.lost = plan.lost;
        self.known_before = plan.known_before;
        self.marks = plan.todo.iter().filter_map(|file| Some((file.path.clone(), file.mark?))).collect();
        self.writer.commit(&plan.bookkeeping)?;
        if plan.mounts != self.writer.library().mounts()? {
            self.writer.remember_mounts(&plan.mounts)?;
        }
        plan.vanished.iter().for_each(|path| (self.observe)(IngestEvent::Vanished { path }));
        let bytes = plan.todo.iter().map(|candidate| candidate.stamp.size_bytes).sum();
        (self.observe)(IngestEvent::Planned { files: plan.todo.len() as u64, bytes });
        let counters = Arc::new(Counters::default());
        let (mut todo, mut known_content) = (plan.todo, plan.known_content);
        while !todo.is_empty() && !request.stop.load(Ordering::Relaxed) {
            let work =
                WorkList { todo, known_content, hop_len_samples: self.hop_len_samples, counters: counters.clone() };
            let workers = Workers::start(work, request)?;
            let collected = self.collect(&workers, &counters, request.stop);
            let committed = self.commit();
            collected.and(committed)?;
            // A twin is left where its original took on other content meanwhile: it must be embedded itself.
            todo = std::mem::take(&mut self.twins).into_iter().map(|twin| self.again(twin)).collect();
            known_content = plan::known_content(&self.writer.library().known_files()?);
        }
        Ok(())
    }

    /// Takes outcomes in until the workers are done, or the grace after a stop has passed.
    fn collect(&mut self, workers: &Workers, counters: &Counters, stop: &AtomicBool) -> Result<()> {
        let (mut last_commit, mut last_tick, mut stopping_since) = (Instant::now(), Instant::now(), None);
        loop {
            match workers.outcomes.recv_timeout(TICK) {
                Ok(outcome) => self.take(outcome)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if last_tick.elapsed() >= TICK {
                (self.observe)(IngestEvent::Progress {
                    bytes: counters.bytes(),
                    sound_seconds: counters.sound_seconds(),
                });
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

    fn again(&self, TwinFile { file, .. }: TwinFile) -> WalkEntry {
        let mark = self.marks.get(&file.path).copied();
        WalkEntry { path: file.path, stamp: file.stamp, mark, root: 0, hearing: file.hearing }
    }

    fn take(&mut self, outcome: FileOutcome) -> Result<()> {
        match outcome {
            FileOutcome::Embedded { path, change, sound_seconds } => {
                let replaces = self.known_before.contains(&path);
                *(if replaces { &mut self.summary.changed } else { &mut self.summary.new }) += 1;
                let result = if replaces { FileResult::Changed } else { FileResult::New };
                self.summary.sound_seconds += sound_seconds;
                if let Change::Indexed { sound: SoundFacts { partial: Some(note), .. }, .. } = &change {
                    self.summary.noted += 1;
                    (self.observe)(IngestEvent::Noted { path: &path, note });
                }
                self.batch.push(change);
                (self.observe)(IngestEvent::Done { path: &path, result, sound_seconds });
                self.batch.extend(self.marked(path));
            }
            FileOutcome::Failed(change) => {
                let mark = match &change {
                    Change::Failed { file, stage, reason } => {
                        self.fail(&file.path, *stage, reason);
                        self.marked(file.path.clone())
                    }
                    _ => None,
                };
                self.batch.push(change);
                self.batch.extend(mark);
            }
            FileOutcome::Twin(twin) => self.twins.push(twin),
            FileOutcome::Skipped(path) => {
                self.skip(&path, &SkipReason::NoSound);
                (self.observe)(IngestEvent::Done { path: &path, result: FileResult::Skipped, sound_seconds: 0.0 });
            }
            FileOutcome::Fatal(error) => return Err(error),
        }
        Ok(())
    }

    /// The change that notes the mark of the file at `path`, if it has one.
    fn marked(&self, path: PathBuf) -> Option<Change> {
        self.marks.get(&path).map(|mark| Change::Marked { mark: *mark, path })
    }

    fn fail(&mut self, path: &Path, stage: Stage, reason: &str) {
        self.summary.failed += 1;
        (self.observe)(IngestEvent::Failed { path, stage, reason });
    }

    fn skip(&mut self, path: &Path, reason: &SkipReason) {
        match reason {
            SkipReason::NoSound | SkipReason::Special => self.summary.skipped += 1,
            SkipReason::Hidden => self.summary.hidden += 1,
            SkipReason::Excluded(_) => self.summary.excluded += 1,
            SkipReason::Link => {
                *self.summary.links.entry(path.parent().unwrap_or(path).to_path_buf()).or_default() += 1;
            }
        }
        (self.observe)(IngestEvent::Skipped { path, reason });
    }

    /// Commits the batch, and then the twins whose originals the catalogue has by now.
    fn commit(&mut self) -> Result<()> {
        if !self.batch.is_empty() {
            self.writer.commit(&self.batch)?;
            self.batch.clear();
        }
        let library = self.writer.library();
        let (mut ready, mut changes) = (Vec::new(), Vec::new());
        for TwinFile { file, words } in std::mem::take(&mut self.twins) {
            if library.knows_content(file.hash, file.hearing)? {
                let path = file.path.clone();
                ready.push((path.clone(), file.hash));
                changes.push(Change::Twin { file });
                changes.extend(words.map(|FileWords { tags, cues }| Change::Retagged {
                    path: path.clone(),
                    tags,
                    cues,
                }));
                changes.extend(self.marked(path));
            } else {
                self.twins.push(TwinFile { file, words });
            }
        }
        self.writer.commit(&changes)?;
        self.summary.recognised += ready.len() as u64;
        for (path, _) in &ready {
            (self.observe)(IngestEvent::Done { path, result: FileResult::Recognised, sound_seconds: 0.0 });
        }
        self.forget_ghosts(ready.into_iter().filter_map(|(_, hash)| hash).collect())?;
        Ok(())
    }

    /// Marks the files with one of these contents that are gone, wherever they were: it is elsewhere now.
    fn forget_ghosts(&mut self, contents: HashSet<Hash>) -> Result<()> {
        let mut ghosts = Vec::new();
        for hash in contents {
            let files = self.writer.library().files_of_content(hash)?;
            ghosts.extend(files.into_iter().map(|(_, path)| path).filter(|path| is_gone(path)));
        }
        ghosts.sort_unstable();
        let changes: Vec<Change> = ghosts.iter().map(|path| Change::Vanished { path: path.clone() }).collect();
        self.writer.commit(&changes)?;
        self.summary.vanished += ghosts.len() as u64;
        ghosts.iter().for_each(|path| (self.observe)(IngestEvent::Vanished { path }));
        Ok(())
    }

    /// Counts the files of roots that are lost anew: some may have turned up elsewhere.
    fn count_lost(&mut self) -> Result<()> {
        let paths: Vec<PathBuf> = self.summary.lost.iter().map(|root| root.path.clone()).collect();
        if !paths.is_empty() {
            let counts = self.writer.library().living_below(&paths)?;
            self.summary.lost.iter_mut().zip(counts).for_each(|(root, files)| root.files = files);
        }
        Ok(())
    }
}
