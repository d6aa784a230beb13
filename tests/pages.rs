//! Keeps the pages: relative links lead to files and headings that exist, and the README stays short.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Lines that a reader of the README puts up with.
const README_LINES: usize = 150;

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let broken: Vec<String> = pages(root).iter().flat_map(|page| broken_links(page)).collect();
    assert_eq!(broken, [""; 0]);
}

#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap().lines().count();
    assert!(lines < README_LINES, "{lines} lines: move some to docs/");
}

#[test]
fn a_link_to_nothing_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.md");
    fs::write(folder.path().join("other.md"), "# Of what? *This*, and `that`\n").unwrap();
    fs::write(
        &page,
        "[a](gone.md) [b](other.md#of-what-this-and-that) [c](other.md#x) [d](#y) [e](https://x.y)\n# Y\n",
    )
    .unwrap();
    let broken = broken_links(&page);
    assert_eq!(broken.len(), 2, "{broken:?}");
    assert!(broken[0].contains("gone.md") && broken[1].contains("other.md#x"), "{broken:?}");
}

/// The pages at the root, in `docs/` and beside what they describe.
fn pages(root: &Path) -> Vec<PathBuf> {
    let folders = ["", "docs", "indexes", "models/starter", "training", "tests/data"].map(|name| root.join(name));
    let benches = fs::read_dir(root.join("benches")).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = folders.into_iter().chain(benches).flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect()
}

fn broken_links(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let is_broken = |link: &&str| {
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        let target = if file.is_empty() { page.to_owned() } else { page.parent().unwrap().join(file) };
        !target.exists() || !(heading.is_empty() || has_heading(&target, heading))
    };
    let described = |link: &str| format!("{}: {link}", page.display());
    links(&text).into_iter().filter(is_broken).map(described).collect()
}

/// The targets of the links in `text` that are in this repository.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://")).collect()
}

fn has_heading(page: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(page).unwrap_or_default();
    text.lines().filter_map(|line| line.strip_prefix('#')).any(|heading| anchor(heading) == wanted)
}

/// The anchor that forges make of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
