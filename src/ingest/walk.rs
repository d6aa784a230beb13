//! Roots → every file under them that may be a sound, with its size and time. It reads no file.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::disk_path::{key, on_disk};
use crate::error::{Error, Refusal, Result};
use crate::ingest::mounts::{DevicePath, device};
use crate::ingest::request::WalkRoot;
use crate::ingest::skipped::SkipReason;
use crate::library::record::file::{Mark, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::root::{LinkPolicy, Root};

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
    /// Which of its channels are to be heard.
    pub(super) hearing: Hearing,
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
    /// What was left out, and why.
    pub(super) skipped: Vec<(PathBuf, SkipReason)>,
    /// What could not be looked at, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
    /// Folders within the roots where another file system begins.
    pub(super) mounts: Vec<PathBuf>,
}

/// Walks `roots` in order of name. Hidden files and folders below a root are left out, and so is what its selection excludes.
pub(super) fn walk(roots: &[WalkRoot], stop: &AtomicBool) -> Result<FoundFiles> {
    let roots = resolve(roots)?;
    let paths = roots.iter().map(|walk| walk.root.path.clone()).collect();
    let mut found = FoundFiles { roots: paths, ..FoundFiles::default() };
    for (number, root) in roots.iter().enumerate() {
        found.walk_below(number, root, stop)?;
    }
    // Sorted, a folder comes right before what is in it.
    if roots.windows(2).any(|pair| pair[1].root.path.starts_with(&pair[0].root.path)) {
        let mut seen = HashSet::new();
        found.files.retain(|file| seen.insert(file.path.clone()));
        for file in &mut found.files {
            let innermost = roots.iter().rev().find(|walk| file.path.starts_with(&walk.root.path));
            file.hearing = innermost.map_or(file.hearing, |walk| walk.root.hearing);
        }
    }
    Ok(found)
}

impl FoundFiles {
    fn walk_below(&mut self, number: usize, walk: &WalkRoot, stop: &AtomicBool) -> Result<()> {
        let Root { path, selection, hearing } = &walk.root;
        let excluded = Exclusions::new(&walk.anchor, &selection.exclude)?;
        let skipped = RefCell::new(Vec::new());
        let is_wanted = |entry: &DirEntry| {
            let reason = (entry.depth() > 0).then(|| reason_to_skip(entry, &excluded)).flatten();
            let is_wanted = reason.is_none();
            skipped.borrow_mut().extend(reason.map(|reason| (entry.path().to_path_buf(), reason)));
            is_wanted
        };
        let entries = WalkDir::new(path).sort_by_file_name().follow_links(selection.links == LinkPolicy::Follow);
        let mut devices = DevicePath::default();
        for entry in entries.into_iter().filter_entry(is_wanted) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            self.take(entry, number, *hearing, &mut devices);
        }
        self.skipped.append(&mut skipped.borrow_mut());
        Ok(())
    }

    fn take(&mut self, entry: walkdir::Result<DirEntry>, root: usize, hearing: Hearing, devices: &mut DevicePath) {
        let metadata = entry.and_then(|entry| entry.metadata().map(|metadata| (entry, metadata)));
        match metadata {
            Ok((entry, metadata)) if metadata.is_file() => {
                let (stamp, mark) = (Stamp::of(&metadata), Mark::of(&metadata));
                self.files.push(WalkEntry { path: entry.into_path(), stamp, mark, root, hearing });
            }
            Ok((entry, metadata)) if metadata.is_dir() => {
                if devices.enter(entry.depth(), device(&metadata)) {
                    self.mounts.push(entry.into_path());
                }
            }
            Ok((entry, metadata)) => {
                let reason = if metadata.is_symlink() { SkipReason::Link } else { SkipReason::Special };
                self.skipped.push((entry.into_path(), reason));
            }
            // What a link back to a folder above leads to is walked anyway.
            Err(error) if error.loop_ancestor().is_some() => tracing::info!("{error}"),
            Err(error) => {
                let path = error.path().unwrap_or(Path::new("")).to_path_buf();
                self.unreadable.push((path, unreadable(&error.into())));
            }
        }
    }
}

/// Why what lies at `entry`, below a root, is not looked at; `None` if it is.
fn reason_to_skip(entry: &DirEntry, excluded: &Exclusions) -> Option<SkipReason> {
    if is_hidden(entry) {
        return Some(SkipReason::Hidden);
    }
    excluded.matching(entry.path(), entry.file_type().is_dir()).map(SkipReason::Excluded)
}

/// Refuses patterns that mean nothing.
///
/// # Errors
/// [`Refusal::ExclusionUnreadable`].
pub(crate) fn check_exclusions(exclude: &[String]) -> Result<()> {
    Exclusions::new(Path::new("/"), exclude).map(drop)
}

/// The files at `roots`, under the names given: those named themselves, whatever they are, and those below a folder that
/// are called like sounds, in order of name, each once. Hidden ones and links below a folder are left out. What cannot be
/// looked at is listed as it is, so that opening it says why.
pub fn sound_files(roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for root in roots.iter().map(|root| on_disk(root)) {
        let entries = WalkDir::new(&root).sort_by_file_name().into_iter();
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

/// Patterns of files to leave out, in one Unicode form.
struct Exclusions(Gitignore);

impl Exclusions {
    /// What `globs` exclude below `root`. Folders are called `[SFX] rain`, too, so a pattern with brackets excludes what bears
    /// them as well as what matches them.
    fn new(root: &Path, globs: &[String]) -> Result<Self> {
        let mut builder = GitignoreBuilder::new(key(root));
        let refused = |error: ignore::Error| Error::from(Refusal::ExclusionUnreadable { source: error.into() });
        for glob in globs.iter().map(|glob| key(Path::new(glob))) {
            let literal =
                (glob.contains('[') && !glob.contains('\\')).then(|| glob.replace('[', "\\[").replace(']', "\\]"));
            let as_pattern = builder.add_line(None, &glob).map(drop);
            let as_name = literal.map(|literal| builder.add_line(None, &literal).map(drop));
            as_name.and_then(std::result::Result::ok).map_or(as_pattern, Ok).map_err(refused)?;
        }
        builder.build().map(Exclusions).map_err(refused)
    }

    /// The pattern that excludes what is at `path`, if one does.
    fn matching(&self, path: &Path, is_folder: bool) -> Option<String> {
        match self.0.matched(key(path), is_folder) {
            Match::Ignore(pattern) => Some(pattern.original().replace("\\[", "[").replace("\\]", "]")),
            Match::None | Match::Whitelist(_) => None,
        }
    }
}

/// `roots` with absolute paths, in order of path, none inside another with the same selection and hearing. They are without links,
/// but for files behind links that are to be followed and named in full: those are known by that name.
fn resolve(roots: &[WalkRoot]) -> Result<Vec<WalkRoot>> {
    let is_full = |root: &Path| root.is_absolute() && !root.components().any(|part| part == Component::ParentDir);
    let resolve = |walk: &WalkRoot| {
        let Root { path, selection, hearing } = &walk.root;
        if selection.links == LinkPolicy::Follow && is_full(path) && path.is_file() {
            return Ok(walk.clone());
        }
        let path = path.canonicalize().map_err(|error| bad_root(path, error))?;
        let anchor = walk.anchor.canonicalize().unwrap_or_else(|_| path.clone());
        Ok(WalkRoot { root: Root { path, selection: selection.clone(), hearing: *hearing }, anchor })
    };
    let mut resolved = roots.iter().map(resolve).collect::<Result<Vec<_>>>()?;
    resolved.sort_by(|a, b| a.root.path.cmp(&b.root.path));
    // Sorted, a folder comes before all that is in it.
    resolved.dedup_by(|later, earlier| {
        let are_alike = (&later.root.selection, later.root.hearing) == (&earlier.root.selection, earlier.root.hearing);
        are_alike && later.root.path.starts_with(&earlier.root.path)
    });
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
    use crate::library::record::root::FileSelection;

    fn walk_all(roots: &[PathBuf], selection: &FileSelection) -> Result<FoundFiles> {
        let root =
            |path: &PathBuf| Root { path: path.clone(), selection: selection.clone(), hearing: Hearing::Mix }.into();
        walk(&roots.iter().map(root).collect::<Vec<_>>(), &AtomicBool::new(false))
    }

    fn names(roots: &[PathBuf], base: &Path) -> Vec<String> {
        names_of(roots, base, &FileSelection::default())
    }

    fn names_of(roots: &[PathBuf], base: &Path, selection: &FileSelection) -> Vec<String> {
        let found = walk_all(roots, selection).unwrap();
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
            let mut names = names_of(std::slice::from_ref(&base), &base, &selection);
            names.sort();
            let mut expected = expected.to_vec();
            expected.sort();
            assert_eq!(names, expected, "{globs:?}");
        };
        check(&["*.mp3", "drafts/"], &["a.wav", "kept/drafts.wav", "kept/x/c.wav", "kept/x/d.wav"]);
        check(&["/kept/**", "*.mp3"], &["a.wav", "drafts/b.wav"]);
        check(&["*.wav", "!kept/x/d.wav"], &["a.mp3", "kept/x/d.wav"]);
        fs::create_dir(base.join("[SFX] rain")).unwrap();
        fs::create_dir(base.join("caf\u{e9}")).unwrap();
        for name in ["[SFX] rain/a.wav", "caf\u{e9}/b.wav", "[z-a].wav"] {
            fs::write(base.join(name), "x").unwrap();
        }
        let plain = ["a.mp3", "a.wav", "drafts/b.wav", "kept/drafts.wav", "kept/x/c.wav", "kept/x/d.wav"];
        let with = |names: &[&'static str]| [names, &plain].concat();
        check(&["[SFX] rain/", "cafe\u{301}/"], &with(&["[z-a].wav"]));
        check(&["[SFX] rain/*.wav", "[z-a].wav"], &[&plain[..], &["caf\u{e9}/b.wav"]].concat());
        check(&["/[[]SFX[]] rain", "caf*"], &with(&["[z-a].wav"]));
        let selection = FileSelection { exclude: vec!["{a".into()], ..FileSelection::default() };
        let error = walk_all(std::slice::from_ref(&base), &selection).unwrap_err();
        assert!(error.with_causes().contains("{a"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_left_out_is_listed_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        for name in ["a.wav", ".dot/b.wav", "drafts/c.wav", "d.mp3"] {
            fs::create_dir_all(base.join(name).parent().unwrap()).unwrap();
            fs::write(base.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(base.join("a.wav"), base.join("link.wav")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(base.join("socket")).unwrap();
        let exclude = vec!["*.mp3".to_owned(), "drafts/".to_owned()];
        let selection = FileSelection { exclude, ..FileSelection::default() };
        let mut skipped = walk_all(std::slice::from_ref(&base), &selection).unwrap().skipped;
        skipped.sort_by(|a, b| a.0.cmp(&b.0));
        let skipped: Vec<_> = skipped
            .iter()
            .map(|(path, reason)| format!("{}: {reason}", path.strip_prefix(&base).unwrap().display()))
            .collect();
        let expected = [
            ".dot: hidden",
            "d.mp3: excluded by *.mp3",
            "drafts: excluded by drafts/",
            "link.wav: a symbolic link",
            "socket: neither a file nor a folder",
        ];
        assert_eq!(skipped, expected);
    }

    #[test]
    fn roots_within_others_have_a_selection_of_their_own_and_no_file_is_found_twice() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        for name in ["a.wav", "b/c.wav", "b/d.mp3", "e/f.mp3"] {
            fs::create_dir_all(base.join(name).parent().unwrap()).unwrap();
            fs::write(base.join(name), "x").unwrap();
        }
        let root = |name: &str, exclude: &[&str]| {
            let exclude = exclude.iter().map(|glob| glob.to_string()).collect();
            let selection = FileSelection { exclude, ..FileSelection::default() };
            WalkRoot::from(Root { path: base.join(name), selection, hearing: Hearing::Mix })
        };
        let roots = [root("b", &[]), root("", &["*.mp3"]), root("b/c.wav", &[])];
        let found = walk(&roots, &AtomicBool::new(false)).unwrap();
        let names: Vec<_> = found.files.iter().map(|file| file.path.strip_prefix(&base).unwrap()).collect();
        assert_eq!(names, ["a.wav", "b/c.wav", "b/d.mp3"].map(Path::new));
        let mut heard = [root("b", &[]), root("", &["*.mp3"])];
        heard[0].root.hearing = Hearing::Split;
        let found = walk(&heard, &AtomicBool::new(false)).unwrap();
        let hearings: Vec<_> = found.files.iter().map(|file| file.hearing).collect();
        assert_eq!(hearings, [Hearing::Mix, Hearing::Split, Hearing::Split], "as the innermost has it");
        let anchored = WalkRoot { anchor: base.clone(), ..root("b", &["/b/d.mp3", "/c.wav"]) };
        let found = walk(&[anchored], &AtomicBool::new(false)).unwrap();
        assert_eq!(found.files.iter().map(|file| &file.path).collect::<Vec<_>>(), [&base.join("b/c.wav")]);
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
        let error = walk_all(&roots, &FileSelection::default()).unwrap_err();
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
                WalkEntry { path: name.into(), stamp, mark: None, root: 0, hearing: Hearing::Mix }.looks_like_sound(),
                expected,
                "{name}"
            );
        }
    }
}
