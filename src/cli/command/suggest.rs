//! `auricle suggest`: the sounds of the library that somebody should judge next.

use std::io::Write;
use std::num::NonZeroUsize;

use auricle::classify::stored_head::StoredHead;
use auricle::classify::suggest;
use auricle::classify::suggest::{Suggestion, SuggestionAim, SuggestionReason};
use auricle::library::lookup::FileCard;
use auricle::library::record::file::FileId;
use auricle::operations::defaults;
use auricle::wire::head::SuggestionEntry;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::query::number::count;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::say;
use crate::cli::terminal::output::{Align, flush, json_line, stdout, written};
use crate::cli::terminal::text::short_path;

/// The command line of `suggest`.
#[derive(Debug, Args)]
#[command(after_help = "\
Suggests, in turn, sounds that are likely to be of a class and sounds that the head is least sure about: judging these \
teaches it most. Sounds already used as examples are left out.

Examples:
  auricle suggest siren -k 20
  auricle suggest siren --likely                       # what it would find
  auricle suggest siren --paths0 | xargs -0 mpv        # listen to them
  auricle teach siren --positive 3.wav --negative 7.wav")]
pub(crate) struct Arguments {
    /// Name of the head
    #[arg(value_name = "NAME")]
    name: String,
    /// Maximum number of sounds
    #[arg(short = 'k', long, value_name = "N", default_value_t = default_limit(), value_parser = count)]
    limit: NonZeroUsize,
    /// Suggest only likely sounds
    #[arg(long)]
    likely: bool,
    /// Print one JSON object per line: {"id", "path", "name", "duration_seconds", "why", "class", "classes": [{"name", "presence"}, …]}
    #[arg(long)]
    json: bool,
    /// Print only paths, each followed by NUL, for xargs -0
    #[arg(long, conflicts_with = "json")]
    paths0: bool,
}

fn default_limit() -> NonZeroUsize {
    NonZeroUsize::new(defaults::SUGGESTIONS).unwrap_or(NonZeroUsize::MIN)
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let aim = if arguments.likely { SuggestionAim::Confirm } else { SuggestionAim::Learn };
    let (taught, suggestions) = suggest::suggest(&library, &arguments.name, aim, arguments.limit.get())?;
    let cards = library.cards(&suggestions.iter().map(|suggestion| suggestion.sound).collect::<Vec<_>>())?;
    let card = |suggestion: Suggestion<FileId>| Some((cards.get(&suggestion.sound)?.clone(), suggestion));
    let suggestions: Vec<_> = suggestions.into_iter().filter_map(card).collect();
    if suggestions.is_empty() && !context.is_quiet() {
        say("the library has no sound that has not been judged");
    }
    print(arguments, &taught, &suggestions)?;
    Ok(Exit::Done)
}

fn print(
    arguments: &Arguments,
    taught: &StoredHead,
    suggestions: &[(FileCard, Suggestion<FileId>)],
) -> Result<(), Failure> {
    let mut out = stdout();
    let names = taught.head.names();
    if arguments.paths0 {
        for (card, _) in suggestions {
            written(out.write_all(card.path.as_os_str().as_encoded_bytes()))?;
            written(out.write_all(b"\0"))?;
        }
    } else if arguments.json {
        for (card, suggestion) in suggestions {
            json_line(&mut out, &SuggestionEntry::new(card, names, suggestion))?;
        }
    } else {
        let row = |(card, suggestion): &(FileCard, Suggestion<FileId>)| {
            let (name, presence) = (&names[suggestion.class], suggestion.presences[suggestion.class]);
            let asked = match suggestion.reason {
                SuggestionReason::Likely => name.clone(),
                SuggestionReason::Unsure => format!("{name}?"),
            };
            [asked, format!("{:.0} %", presence * 100.0), short_path(&card.path)]
        };
        let rows: Vec<_> = suggestions.iter().map(row).collect();
        written(output::table(&mut out, [Align::Left, Align::Right, Align::Left], &rows))?;
    }
    flush(out)
}
