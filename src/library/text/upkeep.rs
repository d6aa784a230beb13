//! How an index keeps up: with what is stored when it is opened, with the catalogue after commits, and with damage that a
//! search meets.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use quick_cache::sync::Cache;

use crate::error::{Error, Result};
use crate::library::Library;
use crate::library::changes::{Changes, Extent, Revision};
use crate::library::derived::Generation;
use crate::library::failure;
use crate::library::text::directory::LayeredDirectory;
use crate::library::text::postings::Postings;
use crate::library::text::{KEPT_READINGS, MendedPostings, TextIndex, contained, shelf};

impl TextIndex {
    /// The words of `library` as of its latest revision, from what is stored as far as that can be used.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn open(library: &Library) -> Result<Self> {
        match TextIndex::stored(library) {
            Ok(Some(mut index)) => {
                index.refresh(library)?;
                Ok(index)
            }
            Ok(None) => TextIndex::rebuild(library),
            Err(error) => {
                tracing::warn!("{error}");
                TextIndex::rebuild(library)
            }
        }
    }

    /// Makes the index anew from the whole catalogue, whatever is stored.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn rebuild(library: &Library) -> Result<Self> {
        let MendedPostings { revision, postings } = made_from(library)?;
        let mut index = TextIndex::of(library, revision, postings, None);
        index.store();
        Ok(index)
    }

    fn of(library: &Library, revision: Revision, postings: Postings, stored: Option<Generation>) -> Self {
        TextIndex {
            folder: library.folder().to_owned(),
            shelf: shelf(library),
            revision,
            postings,
            stored,
            mended: OnceLock::new(),
            mending: Mutex::new(()),
            recent_readings: Cache::new(KEPT_READINGS),
        }
    }

    /// What is stored for `library`; `None` if nothing is.
    fn stored(library: &Library) -> Result<Option<Self>> {
        let shelf = shelf(library);
        let read = || {
            let Some(generation) = shelf.current()? else { return Ok(None) };
            let postings = open_stored(&generation, None)?;
            Ok(Some(TextIndex::of(library, generation.revision(), postings, Some(generation))))
        };
        // Another process may have replaced the generation between the two reads; a second look finds the new one.
        read().or_else(|_: Error| read())
    }

    /// Catches up with what was committed to `library`, which must be the one it was opened for.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn refresh(&mut self, library: &Library) -> Result<()> {
        if library.revision()? == self.revision() {
            return Ok(());
        }
        self.take_stored();
        if library.revision()? != self.revision {
            self.catch_up(library)?;
            self.store();
        }
        Ok(())
    }

    /// Takes over what another has stored meanwhile.
    fn take_stored(&mut self) {
        let Ok(Some(generation)) = self.shelf.current() else { return };
        if self.stored.as_ref() == Some(&generation) {
            return;
        }
        if let Ok(postings) = open_stored(&generation, Some(&self.postings)) {
            self.replace(generation.revision(), postings, Some(generation));
        }
    }

    /// Puts `postings` in the place of what there is.
    fn replace(&mut self, revision: Revision, postings: Postings, stored: Option<Generation>) {
        (self.revision, self.postings, self.stored) = (revision, postings, stored);
        (self.mended, self.recent_readings) = (OnceLock::new(), Cache::new(KEPT_READINGS));
    }

    /// What is stored for `library`, brought up to its latest revision in memory; `None` if nothing is stored. Unlike
    /// [`TextIndex::open`] it neither makes nor stores anything.
    ///
    /// # Errors
    /// Stage `catalogue` if what is stored is damaged or the catalogue cannot be read.
    pub(crate) fn read(library: &Library) -> Result<Option<Self>> {
        let Some(mut index) = TextIndex::stored(library)? else { return Ok(None) };
        if library.revision()? != index.revision {
            index.catch_up(library)?;
        }
        Ok(Some(index))
    }

    fn catch_up(&mut self, library: &Library) -> Result<()> {
        let changes = library.changes_since(Some(self.revision))?;
        let is_updated = changes.extent == Extent::Since && self.mended.get().is_none() && self.update(&changes);
        if is_updated {
            (self.revision, self.recent_readings) = (changes.revision, Cache::new(KEPT_READINGS));
        } else {
            let whole = if changes.extent == Extent::Whole { changes } else { library.changes_since(None)? };
            let postings = build(library, &whole)?;
            self.replace(whole.revision, postings, None);
        }
        Ok(())
    }

    /// Takes `changes` in; says whether that went well.
    fn update(&mut self, changes: &Changes) -> bool {
        let updated = contained(|| self.postings.update(&changes.removed_files, &changes.found));
        if let Err(reason) = &updated {
            tracing::warn!("the text index could not take in the latest changes and is made again: {reason}");
        }
        updated.is_ok()
    }

    /// What `work` finds in the postings. Where these turn out to be damaged they are made again first.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read, or `work` fails for another reason.
    pub(super) fn ask<T>(&self, work: impl Fn(&Postings) -> tantivy::Result<T>) -> Result<T> {
        match contained(|| work(self.sound())) {
            Ok(found) => Ok(found),
            Err(reason) if !self.sound().directory().is_sound() => {
                let mended = self.mend(&reason)?;
                contained(|| work(mended)).map_err(|reason| self.broken(&reason))
            }
            Err(reason) => Err(self.broken(&reason)),
        }
    }

    /// Makes and stores what counts from now on, because of the damage that `reason` tells.
    fn mend(&self, reason: &str) -> Result<&Postings> {
        let _held = self.mending.lock().unwrap_or_else(PoisonError::into_inner);
        if self.mended.get().is_none() {
            tracing::warn!("{}; it is made again", self.broken(reason));
            let mended = made_from(&Library::open(&self.folder)?)?;
            let fill = |folder: &Path| mended.postings.write(folder, true);
            if let Err(error) = self.shelf.write_after(None, mended.revision, fill) {
                tracing::warn!("the text index is used from memory and not stored: {error}");
            }
            self.mended.set(mended).expect("only who mends sets it");
        }
        Ok(self.sound())
    }

    /// Puts the index on its shelf and goes on with what lies there, or says that it could not.
    fn store(&mut self) {
        // What another has removed cannot be shared with.
        let before = self.stored.take().filter(|stored| stored.folder().exists());
        let fill = |folder: &Path| self.postings.write(folder, before.is_none());
        let stored = self.shelf.write_after(before.as_ref(), self.revision, fill).and_then(|generation| {
            let postings = open_stored(&generation, Some(&self.postings))?;
            Ok((postings, generation))
        });
        match stored {
            Ok((postings, generation)) => (self.postings, self.stored) = (postings, Some(generation)),
            Err(error) => {
                tracing::warn!("the text index is used from memory and not stored: {error}");
                self.stored = before;
            }
        }
    }
}

/// What `generation` holds; files that `before` has too are taken from there.
fn open_stored(generation: &Generation, before: Option<&Postings>) -> Result<Postings> {
    let directory = LayeredDirectory::open(generation, before.map(Postings::directory))?;
    let refuse = |reason: String| failure::unusable_index(generation.folder(), reason);
    contained(|| Postings::open(directory)).map_err(refuse)
}

/// Postings of all that `library` has.
fn made_from(library: &Library) -> Result<MendedPostings> {
    let changes = library.changes_since(None)?;
    Ok(MendedPostings { revision: changes.revision, postings: build(library, &changes)? })
}

fn build(library: &Library, changes: &Changes) -> Result<Postings> {
    tracing::info!("making the text index of {} files in {}", changes.found.len(), library.folder().display());
    contained(|| Postings::build(&changes.found)).map_err(|reason| failure::no_index(library.folder(), reason))
}
