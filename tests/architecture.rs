//! Keeps the map: the imports of `src/` against the table in ARCHITECTURE.md, and no circles of files.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Imports: module → the modules it names.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn modules_import_only_what_the_map_lists_and_the_map_lists_no_more() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = imports(&root.join("src"));
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let (_, section) = page.split_once("## Who may import whom").unwrap();
    let listed = listed_edges(section.split("\n## ").next().unwrap());
    let found = between_rooms(&files);
    assert_eq!(difference(&found, &listed), [""; 0], "imports that ARCHITECTURE.md does not list");
    assert_eq!(difference(&listed, &found), [""; 0], "ARCHITECTURE.md lists imports that no longer exist");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = imports(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert_eq!(circles(&files), Vec::<Vec<String>>::new());
}

#[test]
fn a_forbidden_import_and_a_circle_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "pub mod a;\npub mod b;\n");
    write("a/mod.rs", "mod one;\nmod two;\nuse crate::b::{B, C};\n");
    write("a/one.rs", "use crate::a::two::Two;\n// use crate::z::Comment;\n");
    write("a/two.rs", "fn f() { crate::a::one::g() }\n#[cfg(test)]\nmod tests {\n    use crate::b::OnlyInTests;\n}\n");
    write("b.rs", "");
    let files = imports(folder.path());
    assert_eq!(difference(&between_rooms(&files), &listed_edges("| `a` | |\n")), ["a → b"]);
    assert_eq!(difference(&listed_edges("| `b` | a |\n"), &between_rooms(&files)), ["b → a"]);
    assert_eq!(circles(&files), [["a::one", "a::two"]]);
}

/// The imports among the files below `src`, tests and comments left out.
fn imports(src: &Path) -> Graph {
    let mut texts = BTreeMap::new();
    collect(src, src, &mut texts);
    let named = |text: &str, own: &str| {
        paths(text).into_iter().map(|path| owner(&path, &texts)).filter(|owner| owner != own).collect()
    };
    texts.iter().map(|(module, text)| (module.clone(), named(text, module))).collect()
}

fn collect(folder: &Path, src: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name == "tests" {
            continue;
        } else if path.is_dir() {
            collect(&path, src, texts);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let relative = path.strip_prefix(src).unwrap().with_extension("");
            let parts: Vec<&str> = relative.iter().map(|part| part.to_str().unwrap()).collect();
            let parts = parts.strip_suffix(&["mod"]).unwrap_or(&parts);
            texts.insert(parts.join("::"), without_tests(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// `text` without comments and without its test modules, which stand at the left margin.
fn without_tests(text: &str) -> String {
    let (mut kept, mut lines) = (String::new(), text.lines());
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            let mut next = lines.next().unwrap_or_default();
            while next.starts_with('#') {
                next = lines.next().unwrap_or_default();
            }
            if next.ends_with('{') {
                lines.by_ref().find(|line| *line == "}");
            }
            continue;
        }
        kept.push_str(line.split("//").next().unwrap_or_default());
        kept.push('\n');
    }
    kept
}

/// The paths that `text` names, without `crate::` or `auricle::`; groups one level deep are spelt out.
fn paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, root) in text.match_indices("crate::").chain(text.match_indices("auricle::")) {
        // Neither a visibility nor a string, such as the name of a log, is an import.
        if text[..at].ends_with("pub(in ") || text[..at].ends_with('"') {
            continue;
        }
        let rest = &text[at + root.len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
        let base = rest[..end].trim_end_matches(':');
        match rest[end..].strip_prefix('{').filter(|_| rest[..end].ends_with("::")) {
            Some(group) => {
                let group = &group[..group.find(';').unwrap_or(group.len())];
                let names = group.split([',', '{', '}']).map(str::trim).filter(|name| !name.is_empty());
                paths.extend(names.map(|name| format!("{base}::{name}")));
            }
            None => paths.push(base.to_owned()),
        }
    }
    paths
}

/// The file that owns `path`: the longest module that begins it, or else the root, which names some types again.
fn owner(path: &str, texts: &BTreeMap<String, String>) -> String {
    let parts: Vec<&str> = path.split("::").collect();
    let mut prefixes = (1..=parts.len()).rev().map(|len| parts[..len].join("::"));
    prefixes.find(|prefix| texts.contains_key(prefix)).unwrap_or_else(|| "lib".to_owned())
}

/// The imports between the top modules.
fn between_rooms(files: &Graph) -> Graph {
    let room = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let mut rooms = Graph::new();
    for (from, to) in files.iter().filter(|(from, _)| !["lib", "main"].contains(&from.as_str())) {
        let others = to.iter().map(|to| room(to)).filter(|to| *to != room(from));
        rooms.entry(room(from)).or_default().extend(others);
    }
    rooms
}

/// The rows `| module | imports, … |` of the table.
fn listed_edges(page: &str) -> Graph {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let module = cells.next()?.strip_suffix('`')?.to_owned();
        let imports = cells.next()?.split(", ").filter(|name| !name.is_empty());
        Some((module, imports.map(str::to_owned).collect()))
    };
    page.lines().filter_map(row).collect()
}

/// The edges of `one` that `other` lacks.
fn difference(one: &Graph, other: &Graph) -> Vec<String> {
    let lacks = |from: &str, to: &str| !other.get(from).is_some_and(|listed| listed.contains(to));
    let edges = one.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
    edges.filter(|(from, to)| lacks(from, to)).map(|(from, to)| format!("{from} → {to}")).collect()
}

/// The groups of files that reach each other.
fn circles(files: &Graph) -> Vec<Vec<String>> {
    let reach: Graph = files.keys().map(|file| (file.clone(), reachable(file, files))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (file, reached) in reach.iter().filter(|(file, reached)| reached.contains(*file)) {
        circles.insert(reached.iter().filter(|other| reach[*other].contains(file)).cloned().collect());
    }
    circles.into_iter().collect()
}

fn reachable(from: &str, files: &Graph) -> BTreeSet<String> {
    let mut waiting: Vec<&String> = files[from].iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(file) = waiting.pop() {
        if reached.insert(file.clone()) {
            waiting.extend(&files[file]);
        }
    }
    reached
}
