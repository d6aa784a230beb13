//! Jobs: what is asked, and how they get on.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::operations::reindex::ReindexSummary;
use crate::wire::file::FailureEntry;
use crate::wire::path::text;
use crate::wire::problem::Problem;

/// A job.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
    /// The kind of job.
    pub kind: JobKind,
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// The folders to index; those that the library has files in where none are named.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(max_items = 64))]
    pub folders: Vec<String>,
    /// Of a reindexing: leave out files that are gone or can no longer be read, instead of keeping the library as it is.
    #[serde(default)]
    pub drop_missing: bool,
}

/// The kind of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum JobKind {
    /// Bring the library up to date with some folders.
    Index,
    /// Drop files that have vanished.
    Prune,
    /// Make every vector again.
    Reindex,
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It is at work.
    Running,
    /// All was done.
    Done,
    /// It could not be done.
    Failed,
    /// It was told to stop; what was committed stays.
    Cancelled,
}

/// A job that has begun.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct JobStarted {
    /// Its id.
    pub job: u64,
}

/// A job.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct JobEntry {
    /// Its id.
    pub job: u64,
    /// The kind of job.
    pub kind: JobKind,
    /// The library.
    pub library: String,
    /// Its state.
    pub state: JobState,
    /// Its progress.
    pub progress: JobProgress,
    /// Files that failed so far.
    pub failed: u64,
    /// The first of them.
    pub failures: Vec<FailureEntry>,
    /// Why it could not be done, in words: the problem's detail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it could not be done, as the answer to a request has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The files for which a reindexing was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingEntry>,
    /// Result of a reindexing, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reindex: Option<ReindexEntry>,
    /// When it began, in seconds since the Unix epoch.
    pub started_at: u64,
}

/// Files that a reindexing cannot hear again: they are gone or cannot be read. It goes on without them with drop_missing.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct MissingEntry {
    /// Their number, 1 or more.
    pub files: u64,
    /// The first of them by path.
    pub first: String,
}

impl MissingEntry {
    /// The entry for `files`; `None` if there are none.
    pub fn of(files: &[PathBuf]) -> Option<Self> {
        files.first().map(|first| MissingEntry { files: files.len() as u64, first: text(first) })
    }
}

/// Result of a reindexing.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ReindexEntry {
    /// Files that are found now.
    pub files: u64,
    /// Vectors of them.
    pub vectors: u64,
    /// Files that were left out because they are gone or can no longer be read.
    pub dropped: u64,
    /// Labels of words and heads that were kept.
    pub kept_labels: u64,
    /// Labels of words and heads that are gone because another model judges otherwise. Label again to get them back;
    /// heads first have to be taught again.
    pub lost_labels: u64,
}

impl From<&ReindexSummary> for ReindexEntry {
    fn from(summary: &ReindexSummary) -> Self {
        ReindexEntry {
            files: summary.totals.files,
            vectors: summary.totals.segments,
            dropped: summary.dropped,
            kept_labels: summary.kept_labels,
            lost_labels: summary.lost_labels.iter().map(|count| count.labels).sum(),
        }
    }
}

/// Progress of a job.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = Progress))]
pub struct JobProgress {
    /// Bytes dealt with.
    pub bytes: u64,
    /// Bytes in all.
    pub of_bytes: u64,
    /// Files dealt with.
    pub files: u64,
    /// Files in all.
    pub of_files: u64,
    /// Seconds of sound heard.
    pub seconds: f64,
    /// Vectors indexed so far, once all files are dealt with.
    pub vectors: u64,
    /// Vectors to index.
    pub of_vectors: u64,
}

/// A server-sent event of a job.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct JobEvent {
    /// `progress`, `failure` or `done`.
    pub event: String,
    /// JSON on one line: a Progress, a FailureEntry, or at the end the job itself, a JobEntry.
    pub data: String,
}

/// All jobs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct JobList {
    /// The newest first.
    pub jobs: Vec<JobEntry>,
}
