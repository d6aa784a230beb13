//! Sounds on the command line → their vectors, from the library where it has them; or all sounds of the library.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use auricle::embedding::Embedding;
use auricle::encoder::queue::Encoder;
use auricle::error::{Error, Result};
use auricle::ingest::walk::sound_files;
use auricle::library::Library;
use auricle::library::record::file::Hash;
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::SegmentKind;
use auricle::operations::hearing::remembered_hearing;
use auricle::panics;
use auricle::search::query_vectors::known_clip;
use indicatif::ProgressBar;

use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::standard_input::{about, is_named_by, open_sound};
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::ordered::in_order;

/// Bar, files, rate and time left.
const TEMPLATE: &str = "{bar:30}  {pos}/{len} sounds  {per_sec}  {eta} left";

/// The vector of a sound.
#[derive(Debug, Clone)]
pub(crate) struct SoundVector {
    /// The vector of the whole sound.
    pub(crate) vector: Embedding,
    /// Its length in seconds.
    pub(crate) seconds: f64,
    /// Hash of the file's content, if the library knows it.
    pub(crate) hash: Option<Hash>,
    /// Note on what was lost or mended while decoding; `None` for a sound read whole or known already.
    pub(crate) partial: Option<String>,
}

/// Reads the vectors of sounds: from the library where it has them, and from the model else.
pub(crate) struct SoundReader<'a> {
    context: &'a Context,
    encoder: &'a Encoder,
    /// A catalogue's connection is used by one thread at a time.
    library: Option<Mutex<Library>>,
}

impl<'a> SoundReader<'a> {
    /// A reader with the library of `context`, if there is one and the model behind `encoder` made it.
    pub(crate) fn new(context: &'a Context, encoder: &'a Encoder) -> Result<Self, Failure> {
        let library = if Library::exists(context.library_folder())? { Some(context.open_library()?) } else { None };
        let fits = |library: &Library| library.expect_model(encoder.space()).is_ok();
        Ok(SoundReader { context, encoder, library: library.filter(fits).map(Mutex::new) })
    }

    /// Gives the sounds at `paths`, files or folders, to `take` in order, or without paths all sounds of the library. A
    /// sound that cannot be read is reported and left out.
    pub(crate) fn each(
        &self,
        paths: &[PathBuf],
        take: impl FnMut(&Path, SoundVector) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        if paths.is_empty() { self.each_in_library(take) } else { self.each_at(paths, take) }
    }

    /// Gives the sounds at `paths`, files or folders, to `take` in order.
    pub(crate) fn each_at(
        &self,
        paths: &[PathBuf],
        mut take: impl FnMut(&Path, SoundVector) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let files = files_at(paths)?;
        let bar = self.bar(files.len());
        let mut exit = Exit::Done;
        let listen = |path: &PathBuf| self.listen(path);
        in_order(&files, listen, |path, sound| {
            bar.inc(1);
            match sound {
                Ok(sound) => take(path, sound),
                Err(error @ Error::Internal { .. }) => Err(error.into()),
                Err(error) => {
                    exit = Exit::SomeFailed;
                    bar.suspend(|| complain_about(error));
                    Ok(())
                }
            }
        })?;
        bar.finish_and_clear();
        Ok(exit)
    }

    fn each_in_library(
        &self,
        mut take: impl FnMut(&Path, SoundVector) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let library = self.open_library()?;
        let bar = self.bar(library.totals()?.files as usize);
        library.snapshot()?.each_entry(|entry| {
            if entry.segment.kind == SegmentKind::Clip
                && let Some(vector) = &entry.vector
            {
                bar.inc(1);
                let (vector, seconds) = (vector.clone(), entry.duration_seconds);
                take(&entry.path, SoundVector { vector, seconds, hash: entry.hash, partial: None })?;
            }
            Ok::<(), Failure>(())
        })?;
        bar.finish_and_clear();
        Ok(Exit::Done)
    }

    /// The library, opened anew, so that one that is missing or of another model says so itself.
    ///
    /// # Errors
    /// [`Error::Library`].
    pub(crate) fn open_library(&self) -> Result<Library, Failure> {
        let library = self.context.open_library()?;
        library.expect_model(self.encoder.space())?;
        Ok(library)
    }

    /// The sound at `path`: as the library knows it, or else decoded and embedded.
    pub(crate) fn listen(&self, path: &Path) -> Result<SoundVector> {
        if let Some(library) = &self.library {
            let library = panics::lock(library);
            if let Some(clip) = known_clip(&library, path)? {
                let (vector, seconds) = (clip.vector, clip.duration_seconds);
                return Ok(SoundVector { vector, seconds, hash: clip.hash, partial: None });
            }
        }
        let encoded = open_sound(path).and_then(|sound| self.encoder.embed_sound(sound));
        let encoded = encoded.map_err(|error| about(error, path))?;
        Ok(SoundVector { vector: encoded.clip, seconds: encoded.seconds, hash: None, partial: encoded.partial })
    }

    /// Hash of the content of the file at `path`, if the library knows the file as it is.
    pub(crate) fn known_hash(&self, path: &Path) -> Result<Option<Hash>> {
        let Some(library) = &self.library else { return Ok(None) };
        let library = panics::lock(library);
        Ok(known_clip(&library, path)?.and_then(|clip| clip.hash))
    }

    /// What is heard of the file at `path`, as the library remembers it.
    pub(crate) fn hearing(&self, path: &Path) -> Result<Hearing> {
        let Some(library) = self.library.as_ref().filter(|_| !is_named_by(path)) else { return Ok(Hearing::Mix) };
        remembered_hearing(&panics::lock(library), path)
    }

    /// Length of the model's window in seconds.
    pub(crate) fn window_seconds(&self) -> f64 {
        let front_end = self.encoder.front_end();
        front_end.window_len_samples() as f64 / f64::from(front_end.rate_hz())
    }

    fn bar(&self, sounds: usize) -> ProgressBar {
        self.context.progress_bar(TEMPLATE, sounds as u64)
    }
}

/// The sound files at `paths`, files or folders.
///
/// # Errors
/// [`CliRefusal::NoSounds`].
pub(crate) fn files_at(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliRefusal> {
    let files = sound_files(paths);
    if files.is_empty() {
        return Err(CliRefusal::NoSounds { paths: paths.to_vec() });
    }
    Ok(files)
}
