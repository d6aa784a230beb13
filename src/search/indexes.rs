//! The indexes of one library in memory: opened when a request first needs them, brought up to date before each search,
//! and shared by all searchers of the library.

use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::encoder::queue::Encoder;
use crate::error::Result;
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::text::TextIndex;
use crate::library::vectors::VectorIndex;
use crate::panics;
use crate::search::request::{Basis, Request};
use crate::search::significance::{ChanceModel, QueryKind};

/// The indexes of one library, shared by its searchers.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedIndexes(Arc<RwLock<Indexes>>);

/// The indexes of one library, as far as they have been needed.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    pub(super) text: Option<TextIndex>,
    pub(super) vectors: Option<VectorIndex>,
    pub(super) chance: Option<ChanceModel>,
    /// Number of files that can be found.
    pub(super) files_len: usize,
    /// The revision of the library that these parts show.
    current: Option<(Revision, IndexParts)>,
}

/// Parts of the indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct IndexParts {
    pub(super) text: bool,
    pub(super) vectors: bool,
    /// What unrelated words reach in the library.
    pub(super) chance: bool,
    /// A sample of the library's sounds.
    pub(super) references: bool,
}

impl IndexParts {
    /// The parts that `request` needs.
    pub(super) fn of(request: &Request) -> Self {
        let kinds = QueryKind::of_wanted(request);
        let vectors = request.by != Basis::Words;
        IndexParts {
            text: request.by != Basis::Sound,
            vectors,
            chance: vectors && kinds.contains(&QueryKind::Words),
            references: vectors && (kinds.contains(&QueryKind::Sound) || !request.unwanted.is_empty()),
        }
    }

    fn and(self, other: IndexParts) -> Self {
        IndexParts {
            text: self.text || other.text,
            vectors: self.vectors || other.vectors,
            chance: self.chance || other.chance,
            references: self.references || other.references,
        }
    }
}

impl SharedIndexes {
    /// The indexes as they are. Others can read them meanwhile.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Indexes> {
        panics::read(&self.0)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Indexes> {
        panics::write(&self.0)
    }

    /// Opens `parts` of the indexes of `library`, or brings them up to date. Others search meanwhile if nothing is to be
    /// done.
    pub(super) fn bring_up(&self, library: &Library, parts: IndexParts) -> Result<()> {
        let revision = library.revision()?;
        if self.read().is_current(revision, parts) {
            return Ok(());
        }
        let mut indexes = self.write();
        if indexes.is_current(revision, parts) { Ok(()) } else { indexes.refresh(library, revision, parts) }
    }

    /// Has `encoder` embed the prompts that hits for words are judged by, unless `library` has their vectors.
    pub(super) fn prepare(&self, library: &Library, encoder: &Encoder) -> Result<()> {
        if self.read().chance.as_ref().is_some_and(ChanceModel::is_prepared) {
            return Ok(());
        }
        let mut indexes = self.write();
        indexes.current = None;
        indexes.chance.get_or_insert_with(|| ChanceModel::open(library)).prepare(library, encoder)
    }
}

impl Indexes {
    fn is_current(&self, revision: Revision, parts: IndexParts) -> bool {
        self.current.is_some_and(|(at, ready)| at == revision && ready.and(parts) == ready)
    }

    /// Opens `parts`, or brings them up to `revision` of `library` or a later one.
    fn refresh(&mut self, library: &Library, revision: Revision, parts: IndexParts) -> Result<()> {
        let ready =
            self.current.take().filter(|(at, _)| *at == revision).map_or(IndexParts::default(), |(_, ready)| ready);
        if parts.text {
            match &mut self.text {
                Some(text) => text.refresh(library)?,
                None => self.text = Some(TextIndex::open(library)?),
            }
        }
        if parts.vectors {
            match &mut self.vectors {
                Some(vectors) => vectors.catch_up()?,
                None => self.vectors = Some(VectorIndex::open(library)?),
            }
        }
        if let Some(vectors) = self.vectors.as_ref().filter(|_| parts.vectors) {
            let chance = self.chance.get_or_insert_with(|| ChanceModel::open(library));
            if parts.chance {
                chance.refresh_distribution(library, vectors)?;
            }
            if parts.references {
                chance.refresh_references(library, vectors)?;
            }
        }
        self.files_len = library.found_len()?;
        self.current = Some((revision, ready.and(parts)));
        Ok(())
    }
}
