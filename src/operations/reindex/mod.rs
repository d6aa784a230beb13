//! Making every vector of a library again, with another model or with its own.
//!
//! The library stays as it is, and can be searched, until all is done; then the new vectors take the place of the old ones
//! at once. An attempt that was cut short is gone on with.

pub mod plan;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::encoder::queue::Encoder;
use crate::error::{FileLoss, Refusal, Result};
use crate::ingest;
use crate::ingest::request::{FailurePolicy, IngestRequest, LostRoots, ReadPolicy, WalkRoot};
use crate::ingest::run::IngestSummary;
use crate::library::Library;
use crate::library::labels::LabelCount;
use crate::library::record::hearing::Hearing;
use crate::library::record::root::{FileSelection, LinkPolicy, Root};
use crate::library::record::segment::Moments;
use crate::library::record::totals::Totals;
use crate::library::replace::Replacement;
use crate::library::writer::Writer;
use crate::operations::defaults::RECIPE;
use crate::operations::indexes::{IndexRefresh, bring_up_to_date};
use crate::operations::observer::{Event, Observer};
use crate::operations::reindex::plan::{Inventory, ReindexPlan};

/// The treatment of files that are found now and cannot be embedded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingFiles {
    /// The library is kept as it is.
    #[default]
    Refuse,
    /// They are left out.
    Drop,
}

/// How the new vectors are made.
#[derive(Clone)]
pub struct ReindexRequest<'a> {
    /// The model.
    pub encoder: &'a Encoder,
    /// The moments of long sounds; `None` for those the library has.
    pub moments: Option<Moments>,
    /// Number of files decoded at once.
    pub threads: NonZeroUsize,
}

/// Result of a reindexing.
#[derive(Debug, Clone, PartialEq)]
pub struct ReindexSummary {
    /// What the library holds now.
    pub totals: Totals,
    /// Files that were left out.
    pub dropped: u64,
    /// Labels of words and heads that were kept.
    pub kept_labels: u64,
    /// Labels of words and heads that are lost, because another model judges otherwise.
    pub lost_labels: Vec<LabelCount>,
    /// What was done with the files; those of an earlier attempt count as unchanged.
    pub files: IngestSummary,
    /// The derived indexes afterwards.
    pub indexes: IndexRefresh,
}

/// The right to reindex a library, all of whose files are on disk or may be left out.
#[derive(Debug)]
pub struct Reindex {
    folder: PathBuf,
    replacement: Replacement,
    files: Inventory,
    missing: MissingFiles,
}

impl Reindex {
    /// Takes the right to reindex the library in `folder`. No model is needed to find out that files are missing.
    ///
    /// # Errors
    /// [`Refusal::FilesLost`] for files that are gone, unless they may be dropped; stage `catalogue` if there is no library, it
    /// is damaged, another process is writing to it, or its folder cannot be written.
    pub fn begin(folder: &Path, missing: MissingFiles) -> Result<Self> {
        let replacement = Replacement::begin(folder)?;
        let files = Inventory::of(replacement.library())?;
        if !files.missing.is_empty() && missing == MissingFiles::Refuse {
            return Err(Refusal::FilesLost { loss: FileLoss::Gone, files: files.missing }.into());
        }
        Ok(Reindex { folder: folder.to_path_buf(), replacement, files, missing })
    }

    /// The library as it is.
    pub fn library(&self) -> &Library {
        self.replacement.library()
    }

    /// Embeds every file again as `request` has it, and puts the new vectors in place of the old ones. `None` if it is
    /// stopped: then the library is as before, and the next attempt goes on from here.
    ///
    /// # Errors
    /// [`Refusal::FilesLost`] for files that can no longer be read, unless they may be dropped; what the model or the
    /// catalogue reports. What was embedded is kept for the next attempt.
    pub fn run(self, request: &ReindexRequest<'_>, observer: &Observer<'_>) -> Result<Option<ReindexSummary>> {
        let (model, library) = (request.encoder.space(), self.library());
        let kept = request.moments.map_or_else(|| library.moments(), |moments| Ok(Some(moments)))?;
        let moments = kept.unwrap_or_else(|| ingest::moments::default_moments(request.encoder.front_end()));
        let mut writer = self.replacement.writer(model, &format!("{RECIPE}, {moments}"))?;
        let plan = self.plan(request, &writer)?;
        observer.tell(Event::Reindexing(&plan));
        self.forget_failures(&mut writer)?;
        let summary = self.embed(request, moments, &mut writer, observer)?;
        if summary.interrupted {
            return Ok(None);
        }
        let dropped = self.settle(&mut writer)?;
        let carried = self.replacement.finish(writer)?;
        let mut writer = Writer::open(&self.folder, model)?;
        let indexes = bring_up_to_date(&mut writer, observer)?;
        Ok(Some(ReindexSummary {
            totals: writer.library().totals()?,
            dropped,
            kept_labels: carried.judgements,
            lost_labels: plan.lost_labels,
            files: summary,
            indexes,
        }))
    }

    fn plan(&self, request: &ReindexRequest<'_>, writer: &Writer) -> Result<ReindexPlan> {
        let new_model = request.encoder.space().clone();
        Ok(ReindexPlan {
            old_model: self.library().model().clone(),
            files: self.files.present.len() as u64,
            done_before: writer.library().totals()?.files,
            lost_labels: self.replacement.lost_labels(&new_model)?,
            new_model,
        })
    }

    /// Forgets the failures of an earlier attempt where the library has the file: what could not be read then may be now.
    fn forget_failures(&self, writer: &mut Writer) -> Result<()> {
        let new = writer.library().known_files()?;
        let mut lost = self.replacement.shortfall(writer)?.lost;
        lost.retain(|path| new.contains_key(path));
        writer.forget(&lost)
    }

    fn embed(
        &self,
        request: &ReindexRequest<'_>,
        moments: Moments,
        writer: &mut Writer,
        observer: &Observer<'_>,
    ) -> Result<IngestSummary> {
        // Files are where the catalogue says, also behind links.
        let selection = FileSelection { links: LinkPolicy::Follow, ..FileSelection::default() };
        let root = |(path, hearing): &(PathBuf, Hearing)| {
            WalkRoot::from(Root { path: path.clone(), selection: selection.clone(), hearing: *hearing })
        };
        let ingest = IngestRequest {
            roots: &self.files.present.iter().map(root).collect::<Vec<_>>(),
            absent: &[],
            lost: LostRoots::Keep,
            encoder: request.encoder,
            failures: FailurePolicy::Keep,
            reading: ReadPolicy::Changed,
            moments: Some(moments),
            settling: None,
            threads: request.threads,
            stop: observer.stop(),
        };
        ingest::run::ingest(&ingest, writer, &mut |event| observer.tell(Event::Files(event)))
    }

    /// Makes sure that no file is lost that must not be, and gives the number of those that are left out.
    fn settle(&self, writer: &mut Writer) -> Result<u64> {
        let shortfall = self.replacement.shortfall(writer)?;
        if self.missing == MissingFiles::Refuse && !shortfall.lost.is_empty() {
            return Err(Refusal::FilesLost { loss: FileLoss::Unreadable, files: shortfall.lost }.into());
        }
        writer.forget(&shortfall.left_over)?;
        Ok(shortfall.lost.len() as u64)
    }
}
