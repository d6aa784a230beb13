//! `auricle search`: the sounds of the library that some words describe, or that are like some examples.

use std::io::{self, Write};

use auricle::library::Library;
use auricle::library::text::{Treatment, WordReading};
use auricle::search::Searcher;
use auricle::search::hit::{Answer, Standing};
use auricle::search::query_vectors::QueryVectors;
use auricle::search::request::{Basis, Request};
use clap::Args;

use crate::cli::context::Context;
use crate::cli::query::{Asked, First};
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::hits::{Found, Output};
use crate::cli::terminal::output::{printable, short_path};

/// Paths named in a remark; the others are counted.
const NAMED: usize = 3;

/// The command line of `search`.
#[derive(Debug, Args)]
#[command(after_help = "\
Words are compared with the sounds, and looked for in names, tags and folders, and in the category codes (UCS) that \
names begin with. A file that has all the words in its name or tags comes first. Inflections, words that mean the same, \
misspellings and common words of other languages find what is meant. Quotes hold a phrase together, and * ends the \
beginning of a word, as they are typed: '\"kick drum\" hard*'.

What is not wanted pushes a hit down as far as it has it, and never up. Hits are judged by what unrelated words find in \
this library: those below that cut are left out and counted unless --all is given. That nothing is found is no error: \
the exit code is 0.

Scores: about the cosine, up to 0.25 more for words, and 3 more for all the words in name or tags.

Examples:
  auricle search \"rain on a tin roof\"
  auricle search \"a door slams\" --not speech --duration ..10 -k 3 --json | jq -r '.hits[].path'
  auricle search rain --like gutter.wav@0:03-0:08 --weight gutter.wav@0:03-0:08=0.5
  auricle search --with siren --moments
  auricle search 808 --by words --folder ~/drums --paths0 | xargs -0 ls -l
  auricle search applause --moments -k 50 --audacity --output labels.txt")]
pub(crate) struct Arguments {
    /// What the sound is; may be left out beside --text, --like or --with
    #[arg(value_name = "WORDS", required_unless_present_any = ["text", "like", "with"])]
    words: Option<String>,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    output: Output,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { words, asked, output } = arguments;
    let library = context.open_library()?;
    let request = asked.request(First::Words(words), &library)?;
    answer(context, library, request, &output)
}

/// Answers `request` from `library`.
pub(crate) fn answer(context: &Context, library: Library, request: Request, output: &Output) -> Result<Exit, Failure> {
    let request = output.adapt(request);
    let mut searcher = Searcher::new(library);
    let mut vectors = QueryVectors::from_library(searcher.library(), &request)?;
    if vectors.needs_model() {
        let encoder = context.start_library_encoder()?;
        searcher.library().expect_model(encoder.space())?;
        vectors.complete(&encoder, &request)?;
        searcher.prepare(&encoder, &request)?;
    }
    let answer = searcher.search(&request, &vectors)?;
    output.write(&Found { library: searcher.library(), request: &request, answer: &answer })?;
    if !context.is_quiet() {
        let is_empty = answer.searched.files == 0 && searcher.library().totals()?.files == 0;
        for remark in [reading(&answer), outcome(&request, &answer, is_empty), identical(&answer)].into_iter().flatten()
        {
            // Nothing is lost if nobody reads this.
            let _ = writeln!(io::stderr(), "auricle: {}", printable(&remark));
        }
    }
    Ok(Exit::Done)
}

/// Which words were read as others.
fn reading(answer: &Answer) -> Option<String> {
    let other = |word: &&WordReading| word.treatment != Treatment::Kept;
    let said = |word: &WordReading| {
        let (read_as, typed) = (word.read_as.join(" or "), word.typed.trim_end_matches('*'));
        match word.treatment {
            Treatment::Translated => format!("{read_as}, which is {typed} in English"),
            _ => format!("{read_as}, as nothing is called {typed}"),
        }
    };
    let words: Vec<String> = answer.reading.words.iter().filter(other).map(said).collect();
    (!words.is_empty()).then(|| format!("searched for {}", words.join("; for ")))
}

/// What there is to say about what was found and what was not; `is_empty` if the library holds nothing.
fn outcome(request: &Request, answer: &Answer, is_empty: bool) -> Option<String> {
    let weaker =
        |count: usize| if count == 1 { "1 weaker match".to_owned() } else { format!("{count} weaker matches") };
    if is_empty {
        return Some("the library holds no sounds yet".to_owned());
    }
    if answer.searched.files == 0 {
        return Some("no file in the library passes the filters".to_owned());
    }
    match (answer.hits.is_empty(), answer.below_cut) {
        (true, 0) if request.by == Basis::Words => Some("no file has any of these words".to_owned()),
        (true, 0) => Some("nothing found".to_owned()),
        (true, count) => Some(format!("no convincing match; --all shows {}", weaker(count))),
        (false, 0) if answer.is_unconvincing() => Some("no convincing match; all this may be chance".to_owned()),
        (false, 0) => {
            let below = answer.hits.iter().filter(|hit| hit.standing == Standing::BelowCut).count();
            (below > 0).then(|| format!("{} below the cut, which may be chance", weaker(below)))
        }
        (false, count) => Some(format!("{} left out; --all shows them", weaker(count))),
    }
}

/// Which files are no hits because they are the example once more.
fn identical(answer: &Answer) -> Option<String> {
    let named: Vec<String> = answer.identical.iter().take(NAMED).map(|twin| short_path(&twin.path)).collect();
    let more = answer.identical.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| format!("identical to the example: {}{more}; --itself lists them", named.join(", ")))
}
