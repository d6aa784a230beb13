//! `auricle status`: the contents of the library, and the files that could not be indexed.

use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use auricle::library::Library;
use auricle::library::record::file::FailedFile;
use auricle::library::record::totals::Totals;
use auricle::library::replace::UnfinishedReplacement;
use auricle::library::survey::{IndexState, Survey};
use auricle::wire::path::full_text;
use auricle::wire::root::RootEntry;
use auricle::wire::status::{Status, UnfinishedEntry};
use clap::Args;
use indicatif::{DecimalBytes, HumanDuration};

use crate::cli::command::roots::{described, entries};
use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::say;
use crate::cli::terminal::output::{Align, flush, json_line, stdout, written};
use crate::cli::terminal::text::{clock, short_path};

/// Times below this are shown as just now.
const MINUTE: Duration = Duration::from_secs(60);

/// The command line of `status`.
#[derive(Debug, Args)]
#[command(after_help = "\
Failed and vanished files are counted separately from those that can be found. Depending on the size of the library, a \
search compares all vectors (scan), compares short codes first (coded scan), or reads a few lists of those (lists).

Examples:
  auricle status
  auricle status --failed
  auricle status --json | jq .files")]
pub(crate) struct Arguments {
    /// List files that could not be indexed, with the stage and the reason
    #[arg(long)]
    failed: bool,
    /// Print one JSON object: {"files", "failed", "segments", …}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let (totals, survey) = (library.totals()?, library.survey()?);
    let failures = if arguments.failed { Some(library.failures()?) } else { None };
    let mut out = stdout();
    match (arguments.json, failures) {
        (true, failures) => {
            json_line(&mut out, &Status { roots: entries(&library)?, ..status(&library, &totals, survey, failures) })?
        }
        (false, Some(failures)) => written(print_failures(&mut out, &failures, &survey))?,
        (false, None) => written(print(&mut out, &library, &totals, &survey, &entries(&library)?))?,
    }
    flush(out)?;
    Ok(Exit::Done)
}

fn status(library: &Library, totals: &Totals, survey: Survey, failures: Option<Vec<FailedFile>>) -> Status {
    let model = library.model();
    Status {
        library: full_text(library.folder()),
        roots: Vec::new(),
        files: totals.files,
        failed: totals.failed,
        vanished: totals.vanished,
        segments: totals.segments,
        vectors: totals.vectors,
        seconds: totals.sound_seconds,
        model: model.name.clone(),
        fingerprint: model.fingerprint.clone(),
        dim: model.dim,
        format: library.schema_version(),
        clips: survey.clips,
        moments: survey.moments,
        catalogue_bytes: survey.catalogue_bytes,
        derived_bytes: survey.derived_bytes,
        last_indexed: survey.last_indexed.and_then(|at| Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs())),
        way: survey.way.name(),
        unfinished: survey.unfinished.map(|it| UnfinishedEntry { model: it.model, files: it.files }),
        text_index: (&survey.text).into(),
        vector_index: (&survey.vectors).into(),
        failed_by_stage: survey.failures.into_iter().collect(),
        failures: failures.map(|failures| failures.into_iter().map(Into::into).collect()),
    }
}

fn print(
    out: &mut dyn Write,
    library: &Library,
    totals: &Totals,
    survey: &Survey,
    roots: &[RootEntry],
) -> io::Result<()> {
    let model = library.model();
    let bytes = survey.catalogue_bytes + survey.derived_bytes;
    let split = format!("{} catalogue, {} indexes", size(survey.catalogue_bytes), size(survey.derived_bytes));
    let rows = [
        ("library", library.folder().display().to_string()),
        ("indexed", survey.last_indexed.map_or("not finished yet".to_owned(), ago)),
        ("files", totals.files.to_string()),
        ("failed", with_note(totals.failed, &stages(survey))),
        ("vanished", totals.vanished.to_string()),
        ("segments", with_note(totals.segments, &format!("{} clips, {} moments", survey.clips, survey.moments))),
        ("sound", clock(totals.sound_seconds)),
        ("size", format!("{} ({split})", size(bytes))),
        ("search", format!("{}, vector index {}", survey.way.name(), describe(&survey.vectors))),
        ("words", format!("text index {}", describe(&survey.text))),
        ("model", model.name.clone()),
        ("fingerprint", model.fingerprint.clone()),
        ("vector", format!("{} values", model.dim)),
        ("format", library.schema_version().to_string()),
    ];
    let roots = roots.iter().map(|root| ("root", described(root)));
    let rows = rows.into_iter().chain(unfinished(survey)).chain(roots).map(|(name, value)| [name.to_owned(), value]);
    output::table(out, [Align::Left, Align::Left], &rows.collect::<Vec<_>>())
}

fn size(bytes: u64) -> String {
    DecimalBytes(bytes).to_string()
}

fn ago(at: SystemTime) -> String {
    let elapsed = at.elapsed().unwrap_or_default();
    if elapsed < MINUTE { "just now".to_owned() } else { format!("{} ago", HumanDuration(elapsed)) }
}

/// The row of a reindexing that is not finished, if there is one.
fn unfinished(survey: &Survey) -> Option<(&'static str, String)> {
    let UnfinishedReplacement { model, files } = survey.unfinished.as_ref()?;
    Some(("reindex", format!("{files} files done with {model}; continue with `auricle reindex --model {model}`")))
}

fn with_note(count: u64, note: &str) -> String {
    if count == 0 { count.to_string() } else { format!("{count} ({note})") }
}

fn stages(survey: &Survey) -> String {
    let stages: Vec<_> = survey.failures.iter().map(|(stage, count)| format!("{count} {stage}")).collect();
    stages.join(", ")
}

fn describe(state: &IndexState) -> String {
    match state {
        IndexState::NotNeeded => "not needed".to_owned(),
        IndexState::Missing => "missing; `auricle index` rebuilds it".to_owned(),
        IndexState::Unusable(reason) => format!("unusable: {reason}"),
        IndexState::Stored { behind: 0, .. } => "up to date".to_owned(),
        IndexState::Stored { behind, .. } => {
            format!("up to date except for {behind} files, which are searched separately")
        }
    }
}

/// The failures, and on standard error how many there are at each stage.
fn print_failures(out: &mut dyn Write, failures: &[FailedFile], survey: &Survey) -> io::Result<()> {
    let row = |failed: &FailedFile| [short_path(&failed.path), failed.stage.clone(), failed.reason.clone()];
    let rows: Vec<_> = failures.iter().map(row).collect();
    output::table(out, [Align::Left, Align::Left, Align::Left], &rows)?;
    if failures.len() > 1 {
        out.flush()?;
        say(&format!("{} failed: {}", failures.len(), stages(survey)));
    }
    Ok(())
}
