//! The orders of files that were asked for lately: a list that is gone through is put in order once, not for each page of it.

use std::sync::{Arc, Mutex};

use crate::error::Result;
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::lookup::FileFilter;
use crate::library::order::FileSort;
use crate::library::record::file::FileId;
use crate::panics;

/// Orders that are kept: 8 bytes a file each.
const KEPT: usize = 8;

/// The orders of one library, the latest last.
#[derive(Default)]
pub(crate) struct FileOrders {
    kept: Mutex<Vec<KnownOrder>>,
}

struct KnownOrder {
    filter: FileFilter,
    sort: FileSort,
    revision: Revision,
    files: Arc<Vec<FileId>>,
}

impl FileOrders {
    /// The files of `library` that `filter` lets through, in order.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn find(&self, library: &Library, filter: &FileFilter, sort: FileSort) -> Result<Arc<Vec<FileId>>> {
        let revision = library.revision()?;
        let mut kept = panics::lock(&self.kept);
        kept.retain(|order| order.revision == revision);
        if let Some(known) = kept.iter().find(|order| order.sort == sort && order.filter == *filter) {
            return Ok(Arc::clone(&known.files));
        }
        // Others need not wait while it is worked out.
        drop(kept);
        let files = Arc::new(library.files_sorted(filter, sort)?);
        let mut kept = panics::lock(&self.kept);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(KnownOrder { filter: filter.clone(), sort, revision, files: Arc::clone(&files) });
        Ok(files)
    }
}
