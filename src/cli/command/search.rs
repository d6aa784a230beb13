//! `auricle search`: the sounds of the library that match a description or are like some examples.

use std::path::PathBuf;

use auricle::encoder::queue::Encoder;
use auricle::library::Library;
use auricle::library::text::reading::{Treatment, WordReading};
use auricle::search::Searcher;
use auricle::search::clauses::Clauses;
use auricle::search::hit::{Answer, Grade};
use auricle::search::query_vectors::QueryVectors;
use auricle::search::request::{Basis, Request};
use clap::Args;

use crate::cli::command::clip::HitClips;
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::{FirstTerm, QueryOptions};
use crate::cli::standard_input;
use crate::cli::standard_input::open_sound;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::hits::{HitOutput, SearchResult};
use crate::cli::terminal::output::say;
use crate::cli::terminal::text::short_path;

/// Paths named in a remark; the others are counted.
const NAMED: usize = 3;

/// The command line of `search`.
#[derive(Debug, Args)]
#[command(after_help = "\
The description is compared with the sounds themselves and looked up in names, tags and folders, and in the category \
codes (UCS) that names begin with. Other forms of a word, synonyms, misspellings and common words of other languages also \
match. Quotes keep a phrase together, and * matches the rest of a word, both exactly as typed: '\"kick drum\" hard*'.

A minus before a word, NOT, and \"but not\", \"without\", \"no\", \"except\" or \"other than\" before several name what to \
avoid: \"birds but not crows\" is birds --not crows. What you avoid lowers a hit's score and never raises it.

The score is the probability that a hit is what you asked for, by its sound and its words together: from 0.75 on a hit is \
strong, from 0.30 likely, below that weak. A rare word, or most of the words, in a name is enough. The best weak hits fill \
the list up to ten under the line \"weaker\"; --all lists the others too. --paths0, --m3u and --audacity leave weak hits out \
unless --all is given. Finding nothing is not an \
error: the exit code is 0.

Examples:
  auricle search \"rain on a tin roof\"
  auricle search \"birds but not crows\"
  auricle search \"a door slams\" --not speech --duration ..10 -k 3 --json | jq -r '.hits[].path'
  auricle search rain --like gutter.wav@0:03-0:08 --weight gutter.wav@0:03-0:08=0.5
  auricle search --with siren --moments
  auricle search 808 --by words --folder ~/drums --paths0 | xargs -0 ls -l
  auricle search --prompts wanted.txt --json > hits.jsonl
  auricle search applause --moments -k 50 --audacity --output labels.txt
  auricle search thunder --moments --clips picked --handles 0.5")]
pub(crate) struct Arguments {
    /// Description of the sound; optional with --text, --like or --with
    #[arg(value_name = "WORDS", required_unless_present_any = ["text", "like", "with", "prompts"])]
    words: Option<String>,
    /// File with one description per line; each is searched for by itself and prints one line of JSON; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "clips"], requires = "json")]
    prompts: Option<PathBuf>,
    #[command(flatten)]
    query: QueryOptions,
    #[command(flatten)]
    output: HitOutput,
    #[command(flatten)]
    clips: HitClips,
    #[command(flatten)]
    model: ModelOptions,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { words, prompts, query, output, clips, model } = arguments;
    let library = context.open_library()?;
    if let Some(list) = prompts {
        let request = |prompt| query.clone().request(FirstTerm::Words(Some(prompt)), &library);
        let requests = standard_input::lines(&list)?.into_iter().map(request).collect::<Result<_, _>>()?;
        return run_each(context, library, requests, &output, &model);
    }
    let request = query.request(FirstTerm::Words(words), &library)?;
    Search { library, request, output, clips, model }.run(context)
}

/// Answers each of `requests` with a line of JSON, in order; the model is loaded once, and only if the library lacks a vector.
fn run_each(
    context: &Context,
    library: Library,
    requests: Vec<Request>,
    output: &HitOutput,
    model: &ModelOptions,
) -> Result<Exit, Failure> {
    let mut searcher = Searcher::new(library);
    let mut encoder = None;
    output.write_each(requests.into_iter().map(|request| {
        let vectors = complete(context, &mut searcher, &request, model, &mut encoder)?;
        let answer = searcher.search(&request, &vectors)?;
        output.render(&SearchResult { library: searcher.library(), request: &request, answer: &answer })
    }))?;
    Ok(Exit::Done)
}

/// The vectors of `request`; the model is loaded into `encoder` if the library lacks one and it is not there yet.
fn complete(
    context: &Context,
    searcher: &mut Searcher,
    request: &Request,
    model: &ModelOptions,
    encoder: &mut Option<Encoder>,
) -> Result<QueryVectors, Failure> {
    let mut vectors = QueryVectors::from_library(searcher.library(), request)?;
    if vectors.needs_model() {
        let encoder = match encoder {
            Some(encoder) => encoder,
            none => none.insert(context.start_library_encoder(model)?),
        };
        searcher.library().expect_model(encoder.space())?;
        vectors.complete_from(encoder, request, &open_sound)?;
        searcher.prepare(encoder, request)?;
    }
    Ok(vectors)
}

/// A search that is ready to run.
pub(crate) struct Search {
    pub(crate) library: Library,
    pub(crate) request: Request,
    pub(crate) output: HitOutput,
    pub(crate) clips: HitClips,
    pub(crate) model: ModelOptions,
}

impl Search {
    /// Answers the request, and loads the model only if the library lacks a vector.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let Search { library, request, output, clips, model } = self;
        let request = output.adapt(request);
        let mut searcher = Searcher::new(library);
        let vectors = complete(context, &mut searcher, &request, &model, &mut None)?;
        let answer = searcher.search(&request, &vectors)?;
        let result = SearchResult { library: searcher.library(), request: &request, answer: &answer };
        output.write(&result)?;
        let exit = clips.write(context, &result)?;
        if !context.is_quiet() {
            let is_empty = answer.searched.files == 0 && searcher.library().totals()?.files == 0;
            let remarks = [
                clauses(&request),
                reading(&answer),
                unknown(&answer),
                outcome(&request, &answer, is_empty),
                identical(&answer),
            ];
            remarks.into_iter().flatten().for_each(|remark| say(&remark));
        }
        Ok(exit)
    }
}

/// A remark on texts in which something is not wanted.
fn clauses(request: &Request) -> Option<String> {
    let read: Vec<String> = request.clauses.iter().map(Clauses::to_string).collect();
    (!read.is_empty()).then(|| format!("read as: {}", read.join("; ")))
}

/// A remark on words that nothing is known of.
fn unknown(answer: &Answer) -> Option<String> {
    let unknown: Vec<String> = answer.reading.unknown().map(|word| format!("{word:?}")).collect();
    if unknown.is_empty() {
        return None;
    }
    let consequence = if answer.reading.is_unknown() { "; what sounds like it is there by chance" } else { "" };
    Some(format!("neither the library nor the model knows {}{consequence}", unknown.join(" or ")))
}

/// A remark on the words that were read as others.
fn reading(answer: &Answer) -> Option<String> {
    let other = |word: &&WordReading| matches!(word.treatment, Treatment::Corrected | Treatment::Translated);
    let said = |word: &WordReading| {
        let (read_as, typed) = (word.read_as.join(" or "), word.typed.trim_end_matches('*'));
        match word.treatment {
            Treatment::Translated => format!("{read_as} ({typed} in English)"),
            _ => format!("{read_as} (nothing is called {typed})"),
        }
    };
    let words: Vec<String> =
        answer.reading.wanted.iter().chain(&answer.reading.unwanted).filter(other).map(said).collect();
    (!words.is_empty()).then(|| format!("searched for {}", words.join("; for ")))
}

/// A remark on what was found and what was not; `is_empty` if the library holds nothing.
fn outcome(request: &Request, answer: &Answer, is_empty: bool) -> Option<String> {
    let weaker =
        |count: usize| if count == 1 { "1 weaker match".to_owned() } else { format!("{count} weaker matches") };
    if is_empty {
        return Some("the library is empty".to_owned());
    }
    if answer.searched.files == 0 {
        return Some("no file in the library matches the filters".to_owned());
    }
    let listed = answer.hits.iter().filter(|hit| hit.grade == Grade::Weak).count();
    let hidden = || format!("{} hidden; use --all to see them", weaker(answer.hidden));
    if answer.is_weak() {
        let nothing = "nothing is a likely match";
        return Some(match (listed, answer.hidden) {
            (0, _) => format!("{nothing}; {}", hidden()),
            (_, 0) => format!("{nothing}; all of these are weaker"),
            _ => format!("{nothing}; all of these are weaker, and {}", hidden()),
        });
    }
    match (answer.hits.is_empty(), answer.hidden) {
        (true, _) if request.by == Basis::Words => Some("no file contains any of these words".to_owned()),
        (true, _) => Some("nothing found".to_owned()),
        (false, 0) => None,
        (false, _) => Some(hidden()),
    }
}

/// A remark on the files that were left out because they are copies of an example.
fn identical(answer: &Answer) -> Option<String> {
    let named: Vec<String> = answer.identical.iter().take(NAMED).map(|copy| short_path(&copy.path)).collect();
    let more = answer.identical.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty())
        .then(|| format!("copies of the example: {}{more}; use --itself to include them", named.join(", ")))
}
