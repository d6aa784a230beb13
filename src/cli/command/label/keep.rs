//! Labels of sounds → the library, and sidecars beside the sounds.

use std::path::Path;

use auricle::encoder::queue::Encoder;
use auricle::error::{Error, Stage};
use auricle::library::Library;
use auricle::library::record::change::Change;
use auricle::library::record::file::Hash;
use auricle::library::record::label::{Labelled, Labeller};
use auricle::library::writer::Writer;
use auricle::operations::label::{JudgedSound, LabelLibraryRequest, LabelStore, label_library};
use auricle::operations::observer::Observer;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::standard_input::{about, is_named_by};
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::label_files;
use crate::cli::terminal::output::say;
use crate::cli::terminal::text::counted;

/// Sounds whose labels are committed together.
const BATCH: usize = 500;

/// The destinations of labels beside standard output.
#[derive(Debug, Clone, Args)]
pub(crate) struct LabelDestinations {
    /// Store the labels in the library, replacing earlier ones from the same source
    #[arg(long)]
    write: bool,
    /// Write the labels to a sidecar beside each sound, named after it with .labels.json at the end
    #[arg(long)]
    sidecar: bool,
}

/// Stores labels at their destinations.
pub(crate) struct LabelKeeper {
    by: Labeller,
    writer: Option<Writer>,
    sidecars: Sidecars,
    batch: Vec<Change>,
    stored: usize,
    strangers: usize,
}

/// Files beside the sounds.
struct Sidecars {
    are_wanted: bool,
    failed: usize,
}

impl LabelKeeper {
    /// A keeper of the labels that `by` gives.
    pub(crate) fn new(
        context: &Context,
        encoder: &Encoder,
        by: Labeller,
        destinations: &LabelDestinations,
    ) -> Result<Self, Failure> {
        let writer = if destinations.write {
            // Opened by name first: a writer would make a library where there is none.
            drop(Library::open(context.library_folder())?);
            Some(Writer::open(context.library_folder(), encoder.space())?)
        } else {
            None
        };
        let sidecars = Sidecars { are_wanted: destinations.sidecar, failed: 0 };
        Ok(LabelKeeper { by, writer, sidecars, batch: Vec::new(), stored: 0, strangers: 0 })
    }

    /// Stores the `labels` of the sound at `path`, whose content the library knows by `hash`.
    pub(crate) fn keep(&mut self, path: &Path, hash: Option<Hash>, labels: &[Labelled]) -> Result<(), Failure> {
        self.sidecars.write(path, &self.by, labels);
        if self.writer.is_none() {
            return Ok(());
        }
        let Some(hash) = hash else {
            self.strangers += 1;
            return Ok(());
        };
        self.batch.push(Change::Judged { hash, by: self.by.clone(), labels: labels.to_vec() });
        if self.batch.len() >= BATCH { self.commit() } else { Ok(()) }
    }

    /// Labels the library of `request` and stores its labels; gives each sound to `take` with its path.
    pub(crate) fn keep_library(
        &mut self,
        request: &LabelLibraryRequest<'_>,
        observer: &Observer<'_>,
        mut take: impl FnMut(&Path, &JudgedSound<'_>) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let LabelKeeper { by, writer, sidecars, .. } = self;
        let is_stored = writer.is_some();
        let store = writer.as_mut().map(|writer| LabelStore { writer, by: by.clone() });
        let summary = label_library(request, store, observer, |sound| {
            let Some(located) = request.library.locate(sound.clip.segment)? else { return Ok(()) };
            sidecars.write(&located.path, by, &sound.labels());
            take(&located.path, sound)
        })?;
        self.stored += summary.stored;
        self.strangers += if is_stored { summary.sounds - summary.stored } else { 0 };
        Ok(if summary.interrupted { Exit::Interrupted } else { Exit::Done })
    }

    /// Stores what is left, and reports how much was stored.
    pub(crate) fn close(mut self, context: &Context) -> Result<Exit, Failure> {
        self.commit()?;
        if self.writer.is_some() && !context.is_quiet() {
            say(&format!("stored the labels of {}", counted(self.stored, "sound")));
        }
        if self.strangers > 0 {
            complain_about(CliRefusal::LabelsNotStored { sounds: self.strangers });
        }
        Ok(if self.strangers + self.sidecars.failed > 0 { Exit::SomeFailed } else { Exit::Done })
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if let Some(writer) = &mut self.writer {
            writer.commit(&self.batch)?;
            self.stored += self.batch.len();
            self.batch.clear();
        }
        Ok(())
    }
}

impl Sidecars {
    /// Puts the `labels` that `by` gives beside the sound at `path`, if that is wanted; a failure is reported.
    fn write(&mut self, path: &Path, by: &Labeller, labels: &[Labelled]) {
        if self.are_wanted
            && let Err(error) = put_beside(path, by, labels)
        {
            self.failed += 1;
            complain_about(error);
        }
    }
}

fn put_beside(path: &Path, by: &Labeller, labels: &[Labelled]) -> Result<(), Error> {
    let unwritten = || about(Error::file(path, Stage::Output, "its labels cannot be written beside it"), path);
    if is_named_by(path) {
        return Err(unwritten());
    }
    label_files::update(path, by, labels).map_err(|error| unwritten().caused_by(error))
}
