//! `auricle remove`: takes files and folders out of the library, not off the disk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use auricle::error::Error;
use auricle::library::Library;
use clap::Args;

use crate::cli::command::prune::{Going, take_out};
use crate::cli::context::Context;
use crate::cli::refresh::say;
use crate::cli::terminal::exit::{Exit, Failure};

/// The command line of `remove`.
#[derive(Debug, Args)]
#[command(after_help = "\
The sound files themselves are never touched. `auricle index` over their folder adds them again. Nothing is removed if \
one of the paths is not in the library.

Examples:
  auricle remove ~/sounds/drafts --dry-run
  auricle remove ~/sounds/drafts old.wav")]
pub(crate) struct Arguments {
    /// Files, or folders with all that is in them; they may be gone from disk
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only list the files that would be removed
    #[arg(long)]
    dry_run: bool,
    /// Print one object: {"removed": […], "freed_bytes", …}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let mut files = BTreeSet::new();
    for path in &arguments.paths {
        let found = files_at(&library, path)?;
        if found.is_empty() {
            let problem = format!("nothing in the library is at {}", path.display());
            return Err(Error::user(problem, "nothing was removed; `auricle status` names the library in use").into());
        }
        files.extend(found);
    }
    drop(library);
    let files: Vec<PathBuf> = files.into_iter().collect();
    let going = Going { dry_run: arguments.dry_run, json: arguments.json };
    let exit = take_out(context, &files, going, "removed from the library")?;
    if !arguments.dry_run && !context.is_quiet() {
        say("the sound files are untouched; `auricle index` over their folder adds them again");
    }
    Ok(exit)
}

/// What the library knows at `path`, as it is given and with its links followed.
fn files_at(library: &Library, path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let absolute = std::path::absolute(path)
        .map_err(|error| Error::user(format!("{} is no path ({error})", path.display()), "name a file or folder"))?;
    let mut places = BTreeSet::from([absolute]);
    places.extend(path.canonicalize());
    // A file that is gone may lie in a folder that is reached by a link.
    let parent = path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    if let (Some(Ok(parent)), Some(name)) = (parent.map(Path::canonicalize), path.file_name()) {
        places.insert(parent.join(name));
    }
    let mut files = Vec::new();
    for place in places {
        files.extend(library.files_at(&place)?);
    }
    Ok(files)
}
