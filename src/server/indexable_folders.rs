//! Which folders a client may have indexed: those that the operator named, and those that a library has files of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::library::Library;
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;

/// Folders that are listed at most.
const LISTED: usize = 64;

/// The folders that may be indexed into the library, without those below others.
///
/// # Errors
/// Stage `catalogue` if the catalogue cannot be read.
pub(crate) fn allowed(server: &Server, served: &ServedLibrary) -> Result<Vec<PathBuf>, Problem> {
    let mut roots: BTreeSet<PathBuf> = server.roots.iter().cloned().collect();
    if served.exists()? {
        roots.extend(served.folders_of_files(folders_of_files)?);
    }
    Ok(outermost(roots).into_iter().take(LISTED).collect())
}

/// The folders that `asked` names, or where it names none, all that are allowed.
///
/// # Errors
/// A 403 for a folder that is not allowed, a 422 if there is none.
pub(crate) fn chosen(server: &Server, served: &ServedLibrary, asked: &[String]) -> Result<Vec<PathBuf>, Problem> {
    let allowed = allowed(server, served)?;
    let mut folders = Vec::new();
    for folder in asked {
        // Links are followed before comparing, so that none leads out.
        let real =
            Path::new(folder).canonicalize().ok().filter(|real| allowed.iter().any(|root| real.starts_with(root)));
        folders.push(real.ok_or_else(|| ApiRefusal::FolderForbidden { folder: folder.clone() })?);
    }
    if asked.is_empty() {
        folders = allowed.into_iter().filter(|root| root.exists()).collect();
    }
    if folders.is_empty() {
        return Err(ApiRefusal::NoFolderAllowed.into());
    }
    Ok(folders)
}

/// The folders that files of `library` lie in, without those below others.
fn folders_of_files(library: &Library) -> crate::error::Result<Vec<PathBuf>> {
    let files = library.known_files()?;
    Ok(outermost(files.keys().filter_map(|path| path.parent().map(Path::to_path_buf)).collect()))
}

/// A folder sorts right before what is below it, since paths are compared part by part.
fn outermost(folders: BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::new();
    for folder in folders {
        if kept.last().is_none_or(|last| !folder.starts_with(last)) {
            kept.push(folder);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_below_others_are_not_named() {
        let folders = ["/a/b", "/a", "/a-b", "/c/d/e", "/c/d f", "/c/d"].map(PathBuf::from);
        let kept = outermost(folders.into_iter().collect());
        assert_eq!(kept, ["/a", "/a-b", "/c/d", "/c/d f"].map(PathBuf::from));
    }
}
