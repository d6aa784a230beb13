//! What is known of the files that were found lately, kept while the library stays as it is: the next query finds many of
//! them again.

use std::sync::Arc;

use quick_cache::sync::Cache;
use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::record::file::FileId;

/// Cards that are kept: some 8 MiB.
const KEPT_CARDS: usize = 16_384;

/// What is known of some files.
pub(super) type Cards = FxHashMap<FileId, Arc<FileCard>>;

/// Cards of files that were found lately, at one revision of a library.
#[derive(Debug)]
pub(super) struct RecentCards(Cache<FileId, Arc<FileCard>>);

impl Default for RecentCards {
    fn default() -> Self {
        RecentCards(Cache::new(KEPT_CARDS))
    }
}

impl RecentCards {
    /// Adds to `cards` those of `files` that it lacks; those that are not found in `library` any more stay out.
    pub(super) fn look_up(
        &self,
        library: &Library,
        files: impl Iterator<Item = FileId>,
        cards: &mut Cards,
    ) -> Result<()> {
        let mut new = Vec::new();
        for file in files {
            if cards.contains_key(&file) {
                continue;
            }
            match self.0.get(&file) {
                Some(card) => drop(cards.insert(file, card)),
                None => new.push(file),
            }
        }
        for (file, card) in library.cards(&new)? {
            let card = Arc::new(card);
            self.0.insert(file, Arc::clone(&card));
            cards.insert(file, card);
        }
        Ok(())
    }
}
