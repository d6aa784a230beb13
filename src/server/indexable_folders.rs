//! Which folders a client may have indexed: those that the operator named, and the roots that a library remembers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::disk_path::on_disk;
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
        let remembered = served.searcher()?.library().roots()?;
        roots.extend(remembered.into_iter().map(|root| root.path));
    }
    Ok(outermost(roots).into_iter().take(LISTED).collect())
}

/// The folders that `asked` names, or where it names none, all that are allowed. One that the library remembers need not be
/// there: then the job says so.
///
/// # Errors
/// A 403 for a folder that is not allowed, a 422 if there is none.
pub(crate) fn chosen(server: &Server, served: &ServedLibrary, asked: &[String]) -> Result<Vec<PathBuf>, Problem> {
    let allowed = allowed(server, served)?;
    let mut folders = Vec::new();
    for folder in asked {
        let folder_path = on_disk(Path::new(folder));
        // Links are followed before comparing, so that none leads out.
        let real = folder_path.canonicalize().ok().filter(|real| allowed.iter().any(|root| real.starts_with(root)));
        let real = real.or_else(|| allowed.iter().find(|root| !root.exists() && **root == folder_path).cloned());
        folders.push(real.ok_or_else(|| ApiRefusal::FolderForbidden { folder: folder.clone() })?);
    }
    if asked.is_empty() {
        folders = allowed.into_iter().filter(|root| root.exists() || !server.roots.contains(root)).collect();
    }
    if folders.is_empty() {
        return Err(ApiRefusal::NoFolderAllowed.into());
    }
    Ok(folders)
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
