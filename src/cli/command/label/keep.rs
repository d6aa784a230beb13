//! Labels that were found → the library and files beside the sounds.

use std::path::Path;

use auricle::encoder::Encoder;
use auricle::error::{Error, Stage};
use auricle::library::Library;
use auricle::library::record::{Change, Hash, Labelled, Labeller};
use auricle::library::writer::Writer;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::label_files;
use crate::cli::terminal::output::counted;
use crate::cli::terminal::output::say;

/// Sounds whose labels are committed together.
const BATCH: usize = 500;

/// Where labels are kept, beside being printed.
#[derive(Debug, Clone, Args)]
pub(crate) struct Places {
    /// Store what was found in the library, in place of what the same source found before
    #[arg(long)]
    write: bool,
    /// Write what was found beside each sound, into a file called like it with .labels.json at the end
    #[arg(long)]
    sidecar: bool,
}

/// Puts labels where they are to be kept.
pub(crate) struct Keeper {
    by: Labeller,
    writer: Option<Writer>,
    has_sidecars: bool,
    batch: Vec<Change>,
    stored: usize,
    strangers: usize,
    failed: usize,
}

impl Keeper {
    /// One that keeps what `by` finds in `places`.
    pub(crate) fn new(context: &Context, encoder: &Encoder, by: Labeller, places: &Places) -> Result<Self, Failure> {
        let writer = if places.write {
            // Opened by name first: a writer would make a library where there is none.
            drop(Library::open(context.library_folder())?);
            Some(Writer::open(context.library_folder(), encoder.space())?)
        } else {
            None
        };
        let (has_sidecars, batch) = (places.sidecar, Vec::new());
        Ok(Keeper { by, writer, has_sidecars, batch, stored: 0, strangers: 0, failed: 0 })
    }

    /// Keeps that the sound at `path`, whose content the library knows by `hash`, has `labels`.
    pub(crate) fn keep(&mut self, path: &Path, hash: Option<Hash>, labels: &[Labelled]) -> Result<(), Failure> {
        if self.has_sidecars
            && let Err(error) = label_files::update(path, &self.by, labels)
        {
            self.failed += 1;
            complain_about(Error::file(path, Stage::Output, "its labels cannot be written beside it").caused_by(error));
        }
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

    /// Brings what is left to the library, and says how much was stored.
    pub(crate) fn close(mut self, context: &Context) -> Result<Exit, Failure> {
        self.commit()?;
        if self.writer.is_some() && !context.is_quiet() {
            say(&format!("the labels of {} are in the library", counted(self.stored, "sound")));
        }
        if self.strangers > 0 {
            let sounds = counted(self.strangers, "sound");
            let problem =
                format!("{sounds} not in the library, or changed since, so that their labels were not stored");
            complain_about(Error::user(problem, "bring the library up to date with `auricle index`"));
        }
        Ok(if self.strangers + self.failed > 0 { Exit::SomeFailed } else { Exit::Done })
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
