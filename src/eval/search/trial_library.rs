//! Heard clips → libraries of some of them, each in a folder of its own.
//!
//! All of them begin as a copy of one empty library that has been searched once: what hits are judged by was embedded for
//! it, once. A sound's file in them is empty and has the right name: it is looked up by path as any other, never decoded.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{Error, LibraryFailure, Result};
use crate::eval::search::names::names;
use crate::eval::search::trial::SearchTrial;
use crate::library::Library;
use crate::library::record::change::Change;
use crate::library::record::file::{FileFacts, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentKind};
use crate::library::record::sound::SoundFacts;
use crate::library::writer::Writer;
use crate::search::Searcher;
use crate::search::hit::Hit;
use crate::search::request::{Query, Request};

/// Folder of the empty library.
const SEED: &str = "empty library";

/// Folder of the sounds' files. All sounds are in it, so that its name says nothing of any.
const SOUNDS: &str = "sounds";

/// What the empty library is asked.
const ANYTHING: &str = "sound";

/// What libraries are made from.
pub(super) struct TrialLibraries<'a> {
    trial: &'a SearchTrial<'a>,
    /// The file of each clip, and its stamp.
    files: Vec<(PathBuf, Stamp)>,
}

/// A library and who searches it.
pub(super) struct TrialLibrary {
    pub(super) searcher: Searcher,
    clips: HashMap<PathBuf, usize>,
    _folder: TempDir,
}

impl<'a> TrialLibraries<'a> {
    /// Lays out the files of the clips of `trial`, and the empty library.
    pub(super) fn new(trial: &'a SearchTrial<'a>) -> Result<Self> {
        let sounds = trial.folder.join(SOUNDS);
        let files = lay_out(&sounds, trial).map_err(|error| unusable(&sounds, error))?;
        let seed = trial.folder.join(SEED);
        drop(Writer::open(&seed, trial.encoder.space())?);
        let request = Request::new(Query::Words(ANYTHING.to_owned()));
        Searcher::new(Library::open(&seed)?).ask(trial.encoder, &request)?;
        Ok(TrialLibraries { trial, files })
    }

    /// The file of clip `clip`.
    pub(super) fn path(&self, clip: usize) -> &Path {
        &self.files[clip].0
    }

    /// The library of the clips that `is_kept` says yes to.
    pub(super) fn library(&self, is_kept: impl Fn(usize) -> bool) -> Result<TrialLibrary> {
        let copied = tempfile::tempdir_in(self.trial.folder).and_then(|folder| {
            copy_folder(&self.trial.folder.join(SEED), folder.path())?;
            Ok(folder)
        });
        let folder = copied.map_err(|error| unusable(self.trial.folder, error))?;
        let kept: Vec<usize> = (0..self.files.len()).filter(|clip| is_kept(*clip)).collect();
        let mut writer = Writer::open(folder.path(), self.trial.encoder.space())?;
        writer.commit(&kept.iter().map(|clip| self.indexed(*clip)).collect::<Vec<_>>())?;
        drop(writer);
        let searcher = Searcher::new(Library::open(folder.path())?);
        let clips = kept.into_iter().map(|clip| (self.files[clip].0.clone(), clip)).collect();
        Ok(TrialLibrary { searcher, clips, _folder: folder })
    }

    fn indexed(&self, clip: usize) -> Change {
        let (path, stamp) = self.files[clip].clone();
        let analysis = &self.trial.analyses[clip];
        let duration_seconds = analysis.facts.seconds;
        let whole =
            Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: duration_seconds, channel: None };
        Change::Indexed {
            file: FileFacts { path, stamp, hash: Some(analysis.facts.hash), hearing: Hearing::Mix },
            sound: SoundFacts { rate_hz: analysis.facts.rate_hz, duration_seconds, ..SoundFacts::default() },
            segments: vec![(whole, analysis.vector.clone())],
        }
    }
}

impl TrialLibrary {
    /// How many clips `is_right` says yes to among those in the row `hit`: its file and its copies.
    pub(super) fn right_in(&self, hit: &Hit, is_right: impl Fn(usize) -> bool) -> usize {
        let copies = hit.copies.iter().map(|copy| &copy.path);
        let clips = std::iter::once(&hit.file.path).chain(copies).filter_map(|path| self.clips.get(path));
        clips.filter(|clip| is_right(**clip)).count()
    }
}

/// An empty file for each clip.
fn lay_out(sounds: &Path, trial: &SearchTrial<'_>) -> io::Result<Vec<(PathBuf, Stamp)>> {
    fs::create_dir_all(sounds)?;
    let sounds = sounds.canonicalize()?;
    let file = |name: String| {
        let path = sounds.join(name);
        let stamp = Stamp::of(&fs::File::create_new(&path)?.metadata()?);
        Ok((path, stamp))
    };
    names(&trial.data.items).into_iter().map(file).collect()
}

/// Copies what is in the folder `from` into the folder `to`.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let (entry, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if entry.is_dir() {
            fs::create_dir(&target)?;
            copy_folder(&entry, &target)?;
        } else {
            fs::copy(&entry, &target)?;
        }
    }
    Ok(())
}

fn unusable(folder: &Path, error: io::Error) -> Error {
    Error::library(folder, LibraryFailure::FolderUnusable).caused_by(error)
}
