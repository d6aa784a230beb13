//! Roots → every file under them that may be a sound, with its size and time. It reads no file.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::error::{Error, Refusal, Result};
use crate::ingest::request::{FileSelection, LinkPolicy};
use crate::library::record::file::{Mark, Stamp};

/// Extensions by which people expect sound: such a file is reported when it cannot be read, while any other that
/// cannot is taken for something else. Whether a file *is* sound is decided by its content alone.
const SOUND_EXTENSIONS: [&str; 33] = [
    "3gp", "aac", "adts", "aif", "aifc", "aiff", "alac", "amr", "ape", "au", "bw64", "bwf", "caf", "flac", "m4a",
    "m4b", "mka", "mkv", "mp1", "mp2", "mp3", "mp4", "mpga", "oga", "ogg", "opus", "rf64", "snd", "w64", "wav", "wave",
    "webm", "wma",
];

/// A file found by the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WalkEntry {
    /// Absolute path.
    pub(super) path: PathBuf,
    /// Size and time.
    pub(super) stamp: Stamp,
    /// What else the file system notes, where it does.
    pub(super) mark: Option<Mark>,
    /// Which of the roots it was found under.
    pub(super) root: usize,
}

impl WalkEntry {
    /// Whether its name promises sound.
    pub(super) fn looks_like_sound(&self) -> bool {
        looks_like_sound(&self.path)
    }
}

/// Result of a walk.
#[derive(Debug, Default)]
pub(super) struct FoundFiles {
    /// The roots, absolute and without links.
    pub(super) roots: Vec<PathBuf>,
    /// The files, each once.
    pub(super) files: Vec<WalkEntry>,
    /// What could not be looked at, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

/// Walks `roots` in order of name. Hidden files and folders below a root are left out, and so is what `selection` excludes.
pub(super) fn walk(roots: &[PathBuf], selection: &FileSelection, stop: &AtomicBool) -> Result<FoundFiles> {
    let mut found = FoundFiles { roots: resolve(roots, selection.links)?, ..FoundFiles::default() };
    for (number, root) in found.roots.clone().into_iter().enumerate() {
        let excluded = excluded(&root, &selection.exclude)?;
        let is_wanted = |entry: &DirEntry| {
            entry.depth() == 0
                || !(is_hidden(entry) || excluded.matched(entry.path(), entry.file_type().is_dir()).is_ignore())
        };
        let entries = WalkDir::new(root).sort_by_file_name().follow_links(selection.links == LinkPolicy::Follow);
        for entry in entries.into_iter().filter_entry(is_wanted) {
            if stop.load(Ordering::Relaxed) {
                return Ok(found);
            }
            found.take(entry, number);
        }
    }
    Ok(found)
}

impl FoundFiles {
    fn take(&mut self, entry: walkdir::Result<DirEntry>, root: usize) {
        let metadata = entry.and_then(|entry| entry.metadata().map(|metadata| (entry, metadata)));
        match metadata {
            Ok((entry, metadata)) if metadata.is_file() => {
                let (stamp, mark) = (Stamp::of(&metadata), Mark::of(&metadata));
                self.files.push(WalkEntry { path: entry.into_path(), stamp, mark, root });
            }
            Ok(_) => {}
            // What a link back to a folder above leads to is walked anyway.
            Err(error) if error.loop_ancestor().is_some() => tracing::info!("{error}"),
            Err(error) => {
                let path = error.path().unwrap_or(Path::new("")).to_path_buf();
                self.unreadable.push((path, unreadable(&error.into())));
            }
        }
    }
}

/// The files at `roots`, under the names given: those named themselves, whatever they are, and those below a folder that
/// are called like sounds, in order of name, each once. Hidden ones and links below a folder are left out. What cannot be
/// looked at is listed as it is, so that opening it says why.
pub fn sound_files(roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for root in roots {
        let entries = WalkDir::new(root).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
            match entry {
                Ok(entry) if entry.depth() == 0 => files.extend((!entry.path().is_dir()).then(|| root.clone())),
                Ok(entry) if entry.file_type().is_file() && looks_like_sound(entry.path()) => {
                    files.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => files.extend(error.path().map(Path::to_path_buf)),
            }
        }
    }
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    files
}

/// Whether the name of the file at `path` promises sound.
fn looks_like_sound(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|it| SOUND_EXTENSIONS.contains(&it.to_ascii_lowercase().as_str()))
}

/// What `globs` exclude below `root`.
fn excluded(root: &Path, globs: &[String]) -> Result<Gitignore> {
    let mut builder = GitignoreBuilder::new(root);
    let refused = |error: ignore::Error| Error::from(Refusal::ExclusionUnreadable { source: error.into() });
    for glob in globs {
        builder.add_line(None, glob).map_err(refused)?;
    }
    builder.build().map_err(refused)
}

/// Absolute roots, none inside another. They are without links, but for files behind links that are to be followed and
/// named in full: those are known by that name.
fn resolve(roots: &[PathBuf], links: LinkPolicy) -> Result<Vec<PathBuf>> {
    let is_full = |root: &Path| root.is_absolute() && !root.components().any(|part| part == Component::ParentDir);
    let resolve = |root: &PathBuf| {
        if links == LinkPolicy::Follow && is_full(root) && root.is_file() {
            return Ok(root.clone());
        }
        root.canonicalize().map_err(|error| bad_root(root, error))
    };
    let mut resolved = roots.iter().map(resolve).collect::<Result<Vec<_>>>()?;
    resolved.sort();
    // Sorted, a folder comes before all that is in it.
    resolved.dedup_by(|later, earlier| later.starts_with(earlier));
    Ok(resolved)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// The reason of a failure at stage `open`, with the words of the file system.
pub(super) fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read ({error}); check that it exists and that you may read it")
}

/// The error of a root that cannot be walked.
fn bad_root(root: &Path, error: std::io::Error) -> Error {
    Refusal::RootUnusable { path: root.to_path_buf(), source: error }.into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(roots: &[PathBuf], base: &Path) -> Vec<String> {
        names_of(roots, base, &FileSelection::default())
    }

    fn names_of(roots: &[PathBuf], base: &Path, selection: &FileSelection) -> Vec<String> {
        let found = walk(roots, selection, &AtomicBool::new(false)).unwrap();
        assert_eq!(found.unreadable, []);
        let relative = |file: WalkEntry| file.path.strip_prefix(base).unwrap().display().to_string();
        found.files.into_iter().map(relative).collect()
    }

    #[test]
    fn the_walk_finds_each_visible_file_once_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("b/.hidden")).unwrap();
        for name in ["b/two.wav", "b/.hidden/no.wav", "b/.no.wav", "a.txt"] {
            fs::write(base.join(name), "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(base.join("a.txt"), base.join("link.wav")).unwrap();
        assert_eq!(names(std::slice::from_ref(&base), &base), ["a.txt", "b/two.wav"]);
        let overlapping = [base.join("b/two.wav"), base.clone(), base.join("b")];
        assert_eq!(names(&overlapping, &base), ["a.txt", "b/two.wav"]);
        assert_eq!(names(&[base.join("b/.hidden")], &base), ["b/.hidden/no.wav"]);
    }

    #[test]
    fn exclusions_are_written_as_in_a_gitignore_file() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        for name in ["a.mp3", "a.wav", "drafts/b.wav", "kept/drafts.wav", "kept/x/c.wav", "kept/x/d.wav"] {
            fs::create_dir_all(base.join(name).parent().unwrap()).unwrap();
            fs::write(base.join(name), "x").unwrap();
        }
        let check = |globs: &[&str], expected: &[&str]| {
            let exclude = globs.iter().map(|glob| glob.to_string()).collect();
            let selection = FileSelection { exclude, ..FileSelection::default() };
            assert_eq!(names_of(std::slice::from_ref(&base), &base, &selection), expected, "{globs:?}");
        };
        check(&["*.mp3", "drafts/"], &["a.wav", "kept/drafts.wav", "kept/x/c.wav", "kept/x/d.wav"]);
        check(&["/kept/**", "*.mp3"], &["a.wav", "drafts/b.wav"]);
        check(&["*.wav", "!kept/x/d.wav"], &["a.mp3", "kept/x/d.wav"]);
        let selection = FileSelection { exclude: vec!["{a".into()], ..FileSelection::default() };
        let error = walk(std::slice::from_ref(&base), &selection, &AtomicBool::new(false)).unwrap_err();
        assert!(error.with_causes().contains("{a"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_on_demand_and_a_loop_ends() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("root/inner")).unwrap();
        fs::create_dir_all(base.join("elsewhere")).unwrap();
        fs::write(base.join("elsewhere/far.wav"), "x").unwrap();
        fs::write(base.join("root/near.wav"), "x").unwrap();
        std::os::unix::fs::symlink(base.join("elsewhere"), base.join("root/linked")).unwrap();
        std::os::unix::fs::symlink(base.join("root"), base.join("root/inner/back")).unwrap();
        let roots = [base.join("root")];
        assert_eq!(names(&roots, &base), ["root/near.wav"]);
        let selection = FileSelection { links: LinkPolicy::Follow, ..FileSelection::default() };
        let followed = ["root/linked/far.wav", "root/near.wav"];
        assert_eq!(names_of(&roots, &base, &selection), followed);
        let each = followed.map(|name| base.join(name));
        assert_eq!(names_of(&each, &base, &selection), followed, "a file behind a link keeps its name");
    }

    #[test]
    fn a_root_that_does_not_exist_is_refused_by_name() {
        let roots = [PathBuf::from("/no/such/root")];
        let error = walk(&roots, &FileSelection::default(), &AtomicBool::new(false)).unwrap_err();
        assert!(error.to_string().contains("/no/such/root"), "{error}");
    }

    #[test]
    fn files_are_listed_under_the_names_given() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        fs::create_dir_all(base.join("b")).unwrap();
        for name in ["b/two.wav", "b/.no.wav", "b/notes.txt", "a.txt", "c.WAV"] {
            fs::write(base.join(name), "x").unwrap();
        }
        let check = |roots: &[&str], expected: &[&str]| {
            let join = |names: &[&str]| names.iter().map(|name| base.join(name)).collect::<Vec<_>>();
            assert_eq!(sound_files(&join(roots)), join(expected), "{roots:?}");
        };
        check(&["a.txt", "b", "b/two.wav"], &["a.txt", "b/two.wav"]);
        check(&[""], &["b/two.wav", "c.WAV"]);
        check(&["gone.wav", "c.WAV"], &["gone.wav", "c.WAV"]);
    }

    #[test]
    fn sound_is_promised_by_extension_in_any_case() {
        for (name, expected) in [("a.WAV", true), ("a.opus", true), ("wav", false), ("a.wav.txt", false), ("a", false)]
        {
            let stamp = Stamp { size_bytes: 0, modified_ns: 0 };
            assert_eq!(
                WalkEntry { path: name.into(), stamp, mark: None, root: 0 }.looks_like_sound(),
                expected,
                "{name}"
            );
        }
    }
}
