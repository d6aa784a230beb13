//! Keeps `docs/tasks`: every command on these pages is run, in order, on the sounds of `auricle demo`, and prints what the page
//! says. `AURICLE_UPDATE_PAGES=1` writes what they print into the pages.

#![allow(clippy::unwrap_used)]

mod page;
mod sounds;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::page::{Page, Step};

#[test]
fn commands_print_what_the_pages_say() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tasks");
    let mut pages: Vec<PathBuf> = fs::read_dir(pages).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    assert!(pages.len() >= 6, "{pages:?}");
    let home = tempfile::tempdir().unwrap();
    sounds::make(home.path());
    let wrong: Vec<String> = pages.iter().flat_map(|path| run(path, home.path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Runs what the page at `path` says, in a folder of its own with the sounds of `home`; what is otherwise.
fn run(path: &Path, home: &Path) -> Vec<String> {
    let mut page = Page::read(path);
    let folder = tempfile::tempdir().unwrap();
    for made in ["sounds", "field"] {
        sounds::copy(&home.join(made), &folder.path().join(made));
    }
    let mut wrong = Vec::new();
    for step in page.steps_mut() {
        let printed = printed(&step.command, folder.path());
        if !page::alike(&step.output, &printed) {
            wrong.push(format!(
                "{}: $ {}\n{printed}--- but the page says\n{}",
                path.display(),
                step.command,
                step.output
            ));
            *step = Step { output: printed, ..step.clone() };
        }
    }
    if std::env::var_os("AURICLE_UPDATE_PAGES").is_some() {
        page.write(path);
        wrong.clear();
    }
    wrong
}

/// What a shell in `folder` prints for `command`.
fn printed(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_auricle")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{{ {command}\n}} 2>&1")).current_dir(folder);
    shell.env("PATH", path).env("AURICLE_HOME", folder.join("home")).env("COLUMNS", "110").env("TZ", "UTC");
    for name in ["AURICLE_MODEL", "AURICLE_LIBRARY", "AURICLE_LOG"] {
        shell.env_remove(name);
    }
    let folder = fs::canonicalize(folder).unwrap();
    let output = String::from_utf8(shell.output().unwrap().stdout).unwrap();
    output.replace(&folder.display().to_string(), "/home/you")
}
