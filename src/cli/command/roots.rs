//! `auricle roots`: the folders that `auricle index` brings up to date where none is named, listed and forgotten.

use std::path::{Path, PathBuf};

use auricle::library::Library;
use auricle::operations::roots::forget;
use auricle::wire::root::RootEntry;
use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, json_line, say, stdout, written};
use crate::cli::terminal::text::{counted, short_path};

/// The command line of `roots`.
#[derive(Debug, Args)]
#[command(after_help = "\
`auricle index FOLDER` remembers the folder with its --exclude, --follow-links and --channel; `auricle index` alone brings all remembered \
folders up to date, and `auricle serve` offers them. To change what is left out, index the folder again with other options; to \
leave out nothing any more, forget it first.

Examples:
  auricle roots list
  auricle roots forget ~/sounds
  auricle relocate /mnt/old/sounds /mnt/new/sounds")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: RootAction,
}

#[derive(Debug, Subcommand)]
enum RootAction {
    /// List the folders that are remembered
    List {
        /// Print one JSON object per line
        #[arg(long)]
        json: bool,
    },
    /// Forget folders; their sounds stay in the library and are only not refreshed any more (to take them out, use `remove`)
    Forget {
        /// The folders
        #[arg(required = true, value_name = "FOLDER")]
        paths: Vec<PathBuf>,
    },
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.action {
        RootAction::List { json } => list(context, *json)?,
        RootAction::Forget { paths } => {
            let forgotten = forget(context.library_folder(), paths)?;
            if !context.is_quiet() {
                let folders = counted(forgotten.len(), "folder");
                say(&format!("{folders} forgotten; their sounds stay in the library, `auricle remove` takes them out"));
            }
        }
    }
    Ok(Exit::Done)
}

fn list(context: &Context, is_json: bool) -> Result<(), Failure> {
    let entries = entries(&context.open_library()?)?;
    let mut out = stdout();
    if is_json {
        entries.iter().try_for_each(|root| json_line(&mut out, root))?;
    } else {
        let rows: Vec<_> = entries.iter().map(|root| [described(root)]).collect();
        written(output::table(&mut out, [Align::Left], &rows))?;
    }
    flush(out)?;
    if entries.is_empty() && !context.is_quiet() {
        say("no folder is remembered; `auricle index FOLDER` remembers one");
    }
    Ok(())
}

/// The roots of `library` with what is known of them.
pub(crate) fn entries(library: &Library) -> Result<Vec<RootEntry>, Failure> {
    let roots = library.roots()?;
    let counts = library.living_below(&roots.iter().map(|root| root.path.clone()).collect::<Vec<_>>())?;
    Ok(roots.iter().zip(counts).map(|(root, files)| RootEntry::new(root, files)).collect())
}

/// `channels` in words; nothing for the mix, which is heard unless something else is asked for.
fn heard(channels: &str) -> Option<String> {
    match channels {
        "mix" => None,
        "split" => Some("each channel heard by itself".to_owned()),
        number => Some(format!("channel {number} heard")),
    }
}

/// `root` in words: its path, how much is known of it, and what is left out.
pub(crate) fn described(root: &RootEntry) -> String {
    let mut notes = vec![counted(root.files as usize, "file")];
    notes.extend((!root.exclude.is_empty()).then(|| format!("without {}", root.exclude.join(" "))));
    notes.extend(root.follow_links.then(|| "links followed".to_owned()));
    notes.extend(heard(&root.channels));
    notes.extend((!root.present).then(|| "not there".to_owned()));
    format!("{} ({})", short_path(Path::new(&root.path)), notes.join(", "))
}
