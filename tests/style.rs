//! Keeps the house's style where a machine can: sizes, introductions, imports, and one name for one type.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Lines of a file, at most.
const MOST_FILE_LINES: usize = 500;

/// Lines of a function, at most.
const MOST_FUNCTION_LINES: usize = 60;

/// Marks of what is not finished, in pieces, so that this file has none.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Names that several types share, and why.
const SHARED_NAMES: [(&str, &str); 1] = [("Arguments", "each command has its own, and is named by its file")];

/// Functions that may be longer, and why.
const LONG_FUNCTIONS: [(&str, &str, &str); 2] = [
    ("src/cli/terminal/advice.rs", "on_refusal", "a table with a row for each refusal"),
    ("src/server/http/advice.rs", "on_refusal", "the same in the words of the server's clients"),
];

/// Files that name again what other files own.
const DOORS: [(&str, &str); 2] =
    [("src/lib.rs", "the ten names of the library"), ("src/error/mod.rs", "errors are one family, in four files")];

/// The folders with Rust in them.
const FOLDERS: [&str; 4] = ["src", "tests", "benches", "examples"];

#[test]
fn the_house_keeps_its_style() {
    assert_eq!(faults(Path::new(env!("CARGO_MANIFEST_DIR"))), [""; 0]);
}

#[test]
fn every_fault_is_found_and_what_is_allowed_is_not() {
    let long = format!("//! Long.\n\nfn f() {{\n{}}}\n{}", "    g();\n".repeat(59), "// more\n".repeat(440));
    let table = format!("//! Table.\n\nfn on_refusal() {{\n{}}}\n", "    g();\n".repeat(59));
    let marks: String = UNFINISHED.iter().map(|mark| format!("// {mark}: later\n")).collect();
    let imports = "//! Imports.\n\nuse std::fs::*;\npub use crate::b::B;\nuse std::io::Result as Found;\n";
    for (path, text, expected) in [
        ("src/long.rs", long.as_str(), vec!["src/long.rs: 503 lines", "src/long.rs:3: f has 61 lines"]),
        ("src/table.rs", &table, vec!["src/table.rs:3: on_refusal has 61 lines"]),
        ("src/cli/terminal/advice.rs", &table, vec![]),
        ("src/mute.rs", "fn f() {}\n", vec!["src/mute.rs: no introduction"]),
        (
            "benches/marks.rs",
            &format!("//! Marks.\n{marks}"),
            vec!["benches/marks.rs:2", "benches/marks.rs:3", "benches/marks.rs:4"],
        ),
        (
            "src/a.rs",
            imports,
            vec!["src/a.rs:3: imports all", "src/a.rs:4: names again", "src/a.rs:5: renames Result to Found"],
        ),
        ("src/twin.rs", "//! T.\nstruct A;\nmod b {\n    pub(super) enum A {}\n}\n", vec!["A is 2 types"]),
        ("src/tests.rs", "//! Tests.\nuse super::*;\n", vec![]),
        ("src/c.rs", "//! C.\npub(crate) struct Arguments;\nmod d {\n    struct Arguments;\n}\n", vec![]),
        ("src/d.rs", "//! D.\nuse symphonia::Error as SymphoniaError;\nuse std::fmt::Write as _;\n", vec![]),
        ("src/e.rs", "//! E.\nstruct A;\n#[cfg(test)]\nmod tests {\n    use super::*;\n    struct A;\n}\n", vec![]),
        ("src/lib.rs", "//! L.\npub use crate::b::B;\n", vec![]),
    ] {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let found = faults(root.path());
        assert_eq!(found.len(), expected.len(), "{}: {found:?}", path.display());
        found.iter().zip(expected).for_each(|(found, expected)| assert!(found.starts_with(expected), "{found}"));
    }
}

/// What is wrong below `root`.
fn faults(root: &Path) -> Vec<String> {
    let mut texts = BTreeMap::new();
    FOLDERS.iter().for_each(|folder| collect(&root.join(folder), root, &mut texts));
    let each = texts.iter().flat_map(|(path, text)| faults_of(path, text));
    each.chain(shared_names(&texts)).collect()
}

/// The Rust files in `folder` and below, by their path from `root`.
fn collect(folder: &Path, root: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, root, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            texts.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// What is wrong in one file.
fn faults_of(path: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut faults = Vec::new();
    if lines.len() > MOST_FILE_LINES {
        faults.push(format!("{path}: {} lines", lines.len()));
    }
    if !text.starts_with("//!") {
        faults.push(format!("{path}: no introduction (`//!`)"));
    }
    let is_test = |at: usize| path.contains("tests") || lines[..at].contains(&"#[cfg(test)]");
    for (at, line) in lines.iter().enumerate() {
        let fault = long_function(path, &lines, at)
            .or_else(|| unfinished(line))
            .or_else(|| import_fault(path, line.trim_start(), is_test(at)));
        faults.extend(fault.map(|fault| format!("{path}:{}: {fault}", at + 1)));
    }
    faults
}

/// The function that begins at line `at`, if it is too long. It ends with the next brace that stands as far to the right,
/// as rustfmt has it.
fn long_function(path: &str, lines: &[&str], at: usize) -> Option<String> {
    let line = lines[at];
    let (before, after) = line.trim_start().split_once("fn ")?;
    let is_head = before.split_whitespace().all(|word| {
        word.starts_with("pub") || word.ends_with(')') || ["async", "const", "unsafe", "in"].contains(&word)
    });
    let name = after.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().filter(|name| !name.is_empty())?;
    if !is_head || line.ends_with(['}', ';']) {
        return None;
    }
    let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
    let len = lines[at..].iter().position(|line| *line == end)? + 1;
    let is_allowed = LONG_FUNCTIONS.iter().any(|(owner, long, _)| (*owner, *long) == (path, name));
    (len > MOST_FUNCTION_LINES && !is_allowed).then(|| format!("{name} has {len} lines"))
}

/// A mark of what is not finished.
fn unfinished(line: &str) -> Option<String> {
    let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.find(|word| UNFINISHED.contains(word)).map(|word| format!("says {word}"))
}

/// What is wrong with an import.
fn import_fault(path: &str, line: &str, is_test: bool) -> Option<String> {
    let import = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("use ")?;
    if import.ends_with("::*;") && !(is_test && import == "super::*;") {
        return Some("imports all there is".to_owned());
    }
    if line.starts_with("pub ") && path.starts_with("src/") && !DOORS.iter().any(|(door, _)| *door == path) {
        return Some("names again what another file owns".to_owned());
    }
    import.split(['{', ',', '}', ';']).find_map(|item| {
        let (original, alias) = item.trim().split_once(" as ")?;
        let original = original.rsplit("::").next()?;
        (alias != "_" && !alias.ends_with(original)).then(|| format!("renames {original} to {alias}"))
    })
}

/// Names that several types in `src` have, tests left out.
fn shared_names(texts: &BTreeMap<String, String>) -> Vec<String> {
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, text) in texts.iter().filter(|(path, _)| path.starts_with("src/") && !path.contains("tests")) {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        code.lines().filter_map(defined_type).for_each(|name| owners.entry(name).or_default().push(path));
    }
    owners.retain(|name, paths| paths.len() > 1 && !SHARED_NAMES.iter().any(|(shared, _)| shared == name));
    owners.iter().map(|(name, paths)| format!("{name} is {} types: {}", paths.len(), paths.join(", "))).collect()
}

/// The type that `line` defines; types of a trait's or of an implementation do not count.
fn defined_type(line: &str) -> Option<&str> {
    let item = line.trim_start();
    let item = match item.strip_prefix("pub") {
        Some(rest) => rest.strip_prefix('(').map_or(rest, |rest| rest.split_once(") ").map_or(rest, |(_, rest)| rest)),
        None => item,
    };
    let (keyword, rest) = item.trim_start().split_once(' ')?;
    let is_alias = keyword == "type" && !line.starts_with(' ');
    let is_type = ["struct", "enum", "trait", "union"].contains(&keyword) || is_alias;
    let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    (is_type && name.starts_with(char::is_uppercase)).then_some(name)
}
