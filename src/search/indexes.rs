//! The indexes of one library in memory: opened when a request first needs them, brought up to date before each search,
//! and shared by all searchers of the library.

use std::panic::resume_unwind;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;

use crate::encoder::queue::Encoder;
use crate::error::Result;
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::text::TextIndex;
use crate::library::vectors::VectorIndex;
use crate::panics;
use crate::search::judgement::Yardsticks;
use crate::search::judgement::background::Background;
use crate::search::judgement::references::References;
use crate::search::recent_cards::RecentCards;
use crate::search::recent_pools::RecentPools;
use crate::search::request::{Basis, Request};

/// The indexes of one library, shared by its searchers.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedIndexes(Arc<RwLock<Indexes>>);

/// The indexes of one library, as far as they have been needed.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    pub(super) text: Option<TextIndex>,
    pub(super) vectors: Option<VectorIndex>,
    pub(super) background: Option<Background>,
    pub(super) references: Option<References>,
    pub(super) recent_cards: RecentCards,
    pub(super) recent_pools: RecentPools,
    /// Number of files that can be found.
    pub(super) files_len: usize,
    /// The revision of the library that these parts show.
    current: Option<(Revision, IndexParts)>,
}

/// What sounds are compared by.
#[derive(Debug, Clone, Copy)]
pub(super) struct ComparedSounds<'a> {
    pub(super) vectors: &'a VectorIndex,
    pub(super) background: &'a Background,
    pub(super) references: &'a References,
}

impl<'a> ComparedSounds<'a> {
    /// What the sounds of `library` are judged by.
    pub(super) fn yardsticks(self, library: &'a Library) -> Yardsticks<'a> {
        Yardsticks { library, background: self.background, references: self.references }
    }
}

/// Parts of the indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct IndexParts {
    pub(super) text: bool,
    pub(super) vectors: bool,
}

impl IndexParts {
    /// The parts that `request` needs.
    pub(super) fn of(request: &Request) -> Self {
        IndexParts { text: request.by != Basis::Sound, vectors: request.by != Basis::Words }
    }

    fn and(self, other: IndexParts) -> Self {
        IndexParts { text: self.text || other.text, vectors: self.vectors || other.vectors }
    }
}

/// All parts.
pub(super) const ALL_PARTS: IndexParts = IndexParts { text: true, vectors: true };

/// The indexes of `library`, opened side by side.
fn open(library: &Library) -> Result<(Option<TextIndex>, Option<VectorIndex>)> {
    let another = library.reopen()?;
    let (text, vectors) = thread::scope(|scope| {
        let text = scope.spawn(move || TextIndex::open(&another));
        let vectors = VectorIndex::open(library);
        (text.join(), vectors)
    });
    let text = text.unwrap_or_else(|panic| resume_unwind(panic));
    Ok((Some(text?), Some(vectors?)))
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

    /// Has `encoder` embed the phrases that hits for words are judged by, unless `library` has their vectors.
    pub(super) fn prepare(&self, library: &Library, encoder: &Encoder) -> Result<()> {
        let is_known = |indexes: &Indexes| indexes.background.as_ref().is_some_and(|known| !known.is_empty());
        if is_known(&self.read()) {
            return Ok(());
        }
        let mut indexes = self.write();
        if is_known(&indexes) {
            return Ok(());
        }
        indexes.current = None;
        let stored = Background::open(library);
        indexes.background = Some(if stored.is_empty() { Background::make(library, encoder)? } else { stored });
        Ok(())
    }
}

impl Indexes {
    /// What sounds are compared by, once that has been opened.
    pub(super) fn compared(&self) -> Option<ComparedSounds<'_>> {
        let (vectors, background) = self.vectors.as_ref().zip(self.background.as_ref())?;
        Some(ComparedSounds { vectors, background, references: self.references.as_ref()? })
    }

    fn is_current(&self, revision: Revision, parts: IndexParts) -> bool {
        self.current.is_some_and(|(at, ready)| at == revision && ready.and(parts) == ready)
    }

    /// Opens `parts`, or brings them up to `revision` of `library` or a later one.
    fn refresh(&mut self, library: &Library, revision: Revision, parts: IndexParts) -> Result<()> {
        let ready =
            self.current.take().filter(|(at, _)| *at == revision).map_or(IndexParts::default(), |(_, ready)| ready);
        if parts == ALL_PARTS && self.text.is_none() && self.vectors.is_none() {
            (self.text, self.vectors) = open(library)?;
        }
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
            let background = self.background.get_or_insert_with(|| Background::open(library));
            let revision = vectors.revision();
            if !self.references.as_ref().is_some_and(|known| known.is_current(revision, background)) {
                self.references = Some(References::of(library, revision, background)?);
            }
        }
        (self.recent_cards, self.recent_pools) = Default::default();
        self.files_len = library.found_len()?;
        self.current = Some((revision, ready.and(parts)));
        Ok(())
    }
}
