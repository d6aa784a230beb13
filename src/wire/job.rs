//! Jobs: what is asked, and how they get on.

use serde::{Deserialize, Serialize};

use crate::error::Refusal;
use crate::library::record::hearing::Hearing;
use crate::operations::reindex::ReindexSummary;
use crate::wire::file::FailureEntry;
use crate::wire::path::text;
use crate::wire::problem::Problem;

/// A job.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRequest {
    /// The kind of job.
    pub(crate) kind: JobKind,
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The folders to index; where none are named, all that may be.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub(crate) folders: Vec<String>,
    /// Which channels are heard of what is indexed, and remembered with the folders: `mix`, `split` for each by itself too, or the
    /// number of one, counted from 1; as remembered where nothing is said.
    #[schema(value_type = Option<String>, pattern = "^(mix|split|[1-9][0-9]{0,8})$")]
    pub(crate) channels: Option<HearingName>,
    /// Forget what is missing. Of a reindexing: files that are gone or can no longer be read, instead of keeping the library as
    /// it is. Else: the files of a folder that is gone as a whole, which otherwise stay known and make the job fail.
    #[serde(default)]
    pub(crate) drop_missing: bool,
}

/// A hearing by its name.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct HearingName(pub(crate) Hearing);

impl TryFrom<String> for HearingName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Hearing::from_name(&name).map(HearingName).ok_or("channels are mix, split or the number of one")
    }
}

/// The kind of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobKind {
    /// Bring the library up to date with some folders.
    Index,
    /// Drop files that have vanished.
    Prune,
    /// Make every vector again.
    Reindex,
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobState {
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
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct JobStarted {
    /// Its id.
    pub(crate) job: u64,
}

/// A job.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct JobEntry {
    /// Its id.
    pub(crate) job: u64,
    /// The kind of job.
    pub(crate) kind: JobKind,
    /// The library.
    pub(crate) library: String,
    /// Its state.
    pub(crate) state: JobState,
    /// Its progress.
    pub(crate) progress: JobProgress,
    /// Files that failed so far.
    pub(crate) failed: u64,
    /// The first of them.
    pub(crate) failures: Vec<FailureEntry>,
    /// Why it could not be done, in words: the problem's detail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Why it could not be done, as the answer to a request has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Problem>,
    /// The files for which it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<MissingEntry>,
    /// Result of a reindexing, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reindex: Option<ReindexEntry>,
    /// When it began, in seconds since the Unix epoch.
    pub(crate) started_at: u64,
}

/// Files that are gone or cannot be read, and which only drop_missing forgets: those that a reindexing cannot hear again, or
/// those of folders that are gone as a whole.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct MissingEntry {
    /// Their number, 1 or more.
    pub(crate) files: u64,
    /// The first of them by path, or of such folders.
    pub(crate) first: String,
}

impl MissingEntry {
    /// The entry for what `refusal` is about, if that is files that are missing.
    pub(crate) fn of(refusal: &Refusal) -> Option<Self> {
        let (files, first) = match refusal {
            Refusal::FilesLost { files, .. } => (files.len() as u64, files.first()?),
            Refusal::RootsLost { roots, files } => (*files, roots.first()?),
            _ => return None,
        };
        Some(MissingEntry { files, first: text(first) })
    }
}

/// Result of a reindexing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct ReindexEntry {
    /// Files that are found now.
    pub(crate) files: u64,
    /// Vectors of them.
    pub(crate) vectors: u64,
    /// Files that were left out because they are gone or can no longer be read.
    pub(crate) dropped: u64,
    /// Labels of words and heads that were kept.
    pub(crate) kept_labels: u64,
    /// Labels of words and heads that are gone because another model judges otherwise. Label again to get them back;
    /// heads first have to be taught again.
    pub(crate) lost_labels: u64,
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
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, utoipa::ToSchema)]
#[schema(as = Progress)]
pub(crate) struct JobProgress {
    /// Bytes dealt with.
    pub(crate) bytes: u64,
    /// Bytes in all.
    pub(crate) of_bytes: u64,
    /// Files dealt with.
    pub(crate) files: u64,
    /// Files in all.
    pub(crate) of_files: u64,
    /// Seconds of sound heard.
    pub(crate) seconds: f64,
    /// Vectors indexed so far, once all files are dealt with.
    pub(crate) vectors: u64,
    /// Vectors to index.
    pub(crate) of_vectors: u64,
}

/// A server-sent event of a job.
#[derive(Debug, Clone, utoipa::ToSchema)]
pub(crate) struct JobEvent {
    /// `progress`, `failure` or `done`.
    pub(crate) event: String,
    /// JSON on one line: a Progress, a FailureEntry, or at the end the job itself, a JobEntry.
    pub(crate) data: String,
}

/// All jobs.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct JobList {
    /// The newest first.
    pub(crate) jobs: Vec<JobEntry>,
}
