//! What somebody calls a file or folder → the paths by which a library may know it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::disk_path::{key, on_disk};
use crate::error::{Refusal, Result};

/// The places that `path` may mean: as it is given and with its links followed. It need not exist: what is gone may lie in a
/// folder that is reached by a link.
///
/// # Errors
/// [`Refusal::PathInvalid`].
pub(super) fn places_of(path: &Path) -> Result<BTreeSet<PathBuf>> {
    let path = &on_disk(path);
    let invalid = |source| Refusal::PathInvalid { path: path.to_path_buf(), source };
    // Through its parts, as an absolute path may end with a separator.
    let absolute: PathBuf = std::path::absolute(path).map_err(invalid)?.components().collect();
    let mut places = BTreeSet::from([absolute]);
    places.extend(path.canonicalize());
    let parent = path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    if let (Some(Ok(parent)), Some(name)) = (parent.map(Path::canonicalize), path.file_name()) {
        places.insert(parent.join(name));
    }
    Ok(places)
}

/// Whether `path` is one of `places`, in whatever Unicode form.
pub(super) fn is_among(places: &BTreeSet<PathBuf>, path: &Path) -> bool {
    places.contains(path) || places.iter().any(|place| key(place) == key(path))
}
