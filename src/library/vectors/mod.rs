//! The vectors of a library, searched for those nearest to a query.
//!
//! A small library's vectors are read from the catalogue and every one is compared. A larger one's stand as 8-bit codes in
//! lists on the disk, of which a search reads a few, and then compares the best again in f32, as the catalogue has them; what
//! is newer than the lists is held in memory and compared whole. Lists are derived: [`VectorIndex::refresh`] makes and stores
//! them, [`VectorIndex::open`] opens what is stored and brings it up to the catalogue's revision, and does without it,
//! comparing all codes, when it is missing or damaged. An index never changes the catalogue.

pub mod settings;
pub mod neighbour;
pub mod search;
pub mod promising;
pub mod filter;
mod kernels;
pub(super) mod blob;
mod codes;
mod code_blocks;
mod table;
mod top_k;
mod read_changes;
mod rows;
pub mod stats;
mod graph;
pub(super) mod lists;
pub mod build;
pub mod refresh;
pub mod audit;

use std::sync::{Arc, Mutex, OnceLock};

use quick_cache::sync::Cache;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::derived::{Generation, Shelf};
use crate::library::record::segment::SegmentId;
use crate::library::vectors::lists::VectorLists;
use crate::library::vectors::settings::Settings;
use crate::library::vectors::table::Table;

/// Version of what is stored.
const FORMAT: u32 = 3;

/// Name of the index among the derived ones.
const NAME: &str = "vectors";

/// The vectors of a library at one revision.
#[derive(Debug)]
pub struct VectorIndex {
    /// A view of its own, for the vectors in f32.
    library: Mutex<Library>,
    /// More such views, for searches at the same time.
    readers: Mutex<Vec<Library>>,
    shelf: Shelf,
    settings: Settings,
    revision: Option<Revision>,
    lists: Option<VectorLists>,
    /// What is in no list.
    table: Table,
    stored: Option<Generation>,
    /// All rows in f32, row-major, for [`Mode::Exact`](search::Mode::Exact); NaN where the catalogue has none any more.
    full: OnceLock<Vec<f32>>,
    /// Vectors of a coded table that were read lately, in f32.
    recent: RecentVectors,
}

/// Vectors as the catalogue has them.
type RecentVectors = Cache<SegmentId, Arc<Embedding>>;

/// Memory that vectors read lately take at most.
const KEPT_BYTES: usize = 32 << 20;

/// None of `dim` values that were read lately.
fn none_recent(dim: usize) -> RecentVectors {
    Cache::new(KEPT_BYTES / (size_of::<f32>() * dim + 2 * size_of::<SegmentId>()))
}

impl VectorIndex {
    /// The vectors of `library` as of its latest revision.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read. What is derived never is a reason: it is done without.
    pub fn open(library: &Library) -> Result<Self> {
        VectorIndex::open_with(library, Settings::default())
    }

    /// The same with other settings.
    ///
    /// # Errors
    /// [`Error::Library`](crate::error::Error::Library) if the catalogue cannot be read.
    pub fn open_with(library: &Library, settings: Settings) -> Result<Self> {
        let mut index = VectorIndex {
            library: Mutex::new(library.reopen()?),
            readers: Mutex::default(),
            shelf: shelf(library),
            settings,
            revision: None,
            lists: None,
            table: Table::new(library.model().dim),
            stored: None,
            full: OnceLock::new(),
            recent: none_recent(library.model().dim),
        };
        index.take_stored();
        index.catch_up()?;
        if index.is_behind() && index.lists.is_none() {
            let folder = library.folder().display();
            tracing::info!("{folder} has no finished vector index; every search compares all until one is made");
        }
        Ok(index)
    }

    /// The revision of the catalogue that it shows.
    pub(crate) fn revision(&self) -> Revision {
        self.revision.unwrap_or_default()
    }

    /// Number of vectors that can be found.
    pub fn len(&self) -> usize {
        self.lists.as_ref().map_or(0, VectorLists::live_len) + self.table.live_len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where the vectors' index of `library` is stored.
pub(super) fn shelf(library: &Library) -> Shelf {
    Shelf::new(library, NAME, FORMAT)
}

#[cfg(test)]
mod tests;
