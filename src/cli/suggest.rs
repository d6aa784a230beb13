//! `auricle suggest`: the sounds of the library that somebody should judge next.

use std::collections::HashSet;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use auricle::classify::suggest::{Suggester, Suggestion};
use auricle::classify::taught::TaughtHead;
use auricle::library::record::{Hash, SegmentKind};
use clap::Args;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::{self, Align, flush, json_line, short_path, stdout, written};
use super::refresh::say;
use super::wire::{SuggestionLine, text};

/// The command line of `suggest`.
#[derive(Debug, Args)]
#[command(after_help = "\
These are the sounds that the head is least sure of, and of those such as differ from one another: a judgement of each \
teaches it most. Sounds that have been judged are left out.

Examples:
  auricle suggest siren -k 20
  auricle suggest siren --paths0 | xargs -0 mpv        # listen to them
  auricle teach siren --positive 3.wav --negative 7.wav")]
pub(crate) struct Arguments {
    /// A head that was taught
    #[arg(value_name = "NAME")]
    name: String,
    /// How many sounds
    #[arg(short = 'k', long, value_name = "N", default_value = "10")]
    limit: NonZeroUsize,
    /// Print one object a line: {"path", "classes": [{"name", "presence"}, …]}
    #[arg(long)]
    json: bool,
    /// Print paths alone, each with a NUL after it, for xargs -0
    #[arg(long, conflicts_with = "json")]
    paths0: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let taught = TaughtHead::open(&library, &arguments.name)?;
    let judged = library.taught_examples(&arguments.name)?.into_iter().map(|example| example.hash);
    let mut known: HashSet<Hash> = judged.collect();
    let mut suggester = Suggester::new(&taught.head, arguments.limit.get());
    library.snapshot()?.each_entry(|entry| {
        // Of identical files one is enough.
        if entry.segment.kind == SegmentKind::Clip
            && let Some(vector) = &entry.vector
            && entry.hash.is_none_or(|hash| known.insert(hash))
        {
            suggester.look(entry.path.clone(), vector);
        }
        Ok::<(), Failure>(())
    })?;
    let suggestions = suggester.suggestions();
    if suggestions.is_empty() && !context.is_quiet() {
        say("the library has no sound that has not been judged");
    }
    print(arguments, &taught, &suggestions)?;
    Ok(Exit::Done)
}

fn print(arguments: &Arguments, taught: &TaughtHead, suggestions: &[Suggestion<PathBuf>]) -> Result<(), Failure> {
    let mut out = stdout();
    let names = taught.head.names();
    if arguments.paths0 {
        for suggestion in suggestions {
            written(out.write_all(suggestion.sound.as_os_str().as_encoded_bytes()))?;
            written(out.write_all(b"\0"))?;
        }
    } else if arguments.json {
        for suggestion in suggestions {
            json_line(&mut out, &SuggestionLine::new(text(&suggestion.sound), names, &suggestion.presences))?;
        }
    } else {
        let row = |suggestion: &Suggestion<PathBuf>| {
            let each = names.iter().zip(&suggestion.presences);
            // The class that is nearest to being a question.
            let unsure = each.min_by(|a, b| (a.1 - 0.5).abs().total_cmp(&(b.1 - 0.5).abs()));
            let (name, presence) = unsure.map_or(("", 0.0), |(name, presence)| (name.as_str(), *presence));
            [format!("{name}?"), format!("{:.0} %", presence * 100.0), short_path(&suggestion.sound)]
        };
        let rows: Vec<_> = suggestions.iter().map(row).collect();
        written(output::table(&mut out, [Align::Left, Align::Right, Align::Left], &rows))?;
    }
    flush(out)
}
