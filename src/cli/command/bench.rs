//! `auricle bench`: where the time goes from file to vector, for the user's own files and model.

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use auricle::bench;
use auricle::bench::{BenchSound, Report, Step};
use auricle::encoder::queue::Encoder;
use auricle::library::record::file::FileState;
use auricle::library::writer::Writer;
use clap::Args;
use serde::Serialize;
use tempfile::TempDir;
use walkdir::{DirEntry, WalkDir};

use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::number::count;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, json_line, stdout, written};
use crate::cli::terminal::text::{clock, printable};

/// Files taken from folders or the library at most: figures hardly change with more.
const MOST_FILES: usize = 20;

/// The command line of `bench`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each step is timed separately over all files, and the median of all rounds is shown: decode, resample and mel on one core, \
the audio tower on all cores, and store into a temporary library beside yours. `index` runs these steps in parallel. Only \
the first minute of each file is used, and at most 20 files from folders, evenly spread. RAYON_NUM_THREADS sets the \
number of threads of the tower, AURICLE_KERNELS its instruction set.

Examples:
  auricle bench
  auricle bench ~/sounds --model laion/clap-htsat-fused
  auricle bench long.flac short.mp3 --rounds 15 --json")]
pub(crate) struct Arguments {
    /// Sound files or folders [default: files of the library]
    #[arg(value_name = "FILE|FOLDER")]
    inputs: Vec<PathBuf>,
    /// Times to measure each step
    #[arg(long, value_name = "N", default_value = "5", value_parser = count)]
    rounds: NonZeroUsize,
    /// Print one JSON object: {"model", "files", "seconds", "steps": [{"step", "seconds", "sound_per_second"}, …], …}
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
}

/// The object that `--json` prints.
#[derive(Debug, Serialize)]
struct BenchSummary<'a> {
    model: &'a str,
    /// In which sounds are embedded: `f32` or `int8`.
    precision: &'static str,
    files: usize,
    /// Of sound, in all files.
    seconds: f64,
    views: usize,
    rounds: usize,
    /// Of the audio tower.
    threads: usize,
    steps: Vec<StepEntry>,
}

#[derive(Debug, Serialize)]
struct StepEntry {
    step: &'static str,
    /// The median over the rounds, for all files.
    seconds: f64,
    /// Seconds of sound per second of this step; `null` for a step that took no time.
    sound_per_second: Option<f64>,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let (clips, exit) = match arguments.inputs.as_slice() {
        [] => (spread(&library_files(context)?), Exit::Done),
        inputs => choose(inputs),
    };
    let encoder = match arguments.inputs.is_empty() {
        true => context.start_library_encoder(&arguments.model),
        false => context.start_encoder(&arguments.model),
    }?;
    let (_folder, mut writer) = open_writer(context, &encoder)?;
    let report = bench::run(&clips, &encoder, &mut writer, arguments.rounds)?;
    let measured = summarise(&clips, &encoder, &report);
    let mut out = stdout();
    match arguments.json {
        true => json_line(&mut out, &measured)?,
        false => written(print(&mut out, &measured))?,
    }
    flush(out)?;
    Ok(exit)
}

/// The sounds among `inputs`: files as they were named, and some out of each folder. One that was named and cannot be
/// read is told.
fn choose(inputs: &[PathBuf]) -> (Vec<BenchSound>, Exit) {
    let (mut clips, mut exit) = (Vec::new(), Exit::Done);
    for input in inputs {
        if input.is_dir() {
            clips.extend(spread(&files_under(input)));
            continue;
        }
        match BenchSound::open(input) {
            Ok(clip) => clips.push(clip),
            Err(error) => {
                exit = Exit::SomeFailed;
                complain_about(error);
            }
        }
    }
    (clips, exit)
}

/// Up to [`MOST_FILES`] sounds, from all over `paths`; what is no sound is passed over.
fn spread(paths: &[PathBuf]) -> Vec<BenchSound> {
    let stride = paths.len().div_ceil(MOST_FILES).max(1);
    let order = (0..stride).flat_map(|first| paths.iter().skip(first).step_by(stride));
    order.filter_map(|path| BenchSound::open(path).ok()).take(MOST_FILES).collect()
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let is_shown = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(is_shown).filter_map(Result::ok);
    entries.filter(|entry| entry.file_type().is_file()).map(DirEntry::into_path).collect()
}

fn library_files(context: &Context) -> Result<Vec<PathBuf>, Failure> {
    let known = context.open_library()?.known_files()?;
    let indexed = known.into_iter().filter(|(_, known)| known.state == FileState::Indexed);
    let mut paths: Vec<PathBuf> = indexed.map(|(path, _)| path).collect();
    paths.sort();
    Ok(paths)
}

/// A library that nobody needs, on the disk where libraries are, and the folder that is removed with it.
fn open_writer(context: &Context, encoder: &Encoder) -> Result<(TempDir, Writer), Failure> {
    let beside = context.library_folder().parent().unwrap_or(Path::new("."));
    let folder =
        fs::create_dir_all(beside).and_then(|()| tempfile::Builder::new().prefix(".bench-").tempdir_in(beside));
    let unusable = |source| CliRefusal::BenchFolderUnusable { folder: beside.to_path_buf(), source };
    let folder = folder.map_err(unusable)?;
    let writer = Writer::open(&folder.path().join("library"), encoder.space())?;
    Ok((folder, writer))
}

fn summarise<'a>(clips: &[BenchSound], encoder: &'a Encoder, report: &Report) -> BenchSummary<'a> {
    let sound: f64 = clips.iter().map(|clip| clip.seconds).sum();
    let entry = |step: Step| {
        let seconds = report.median_seconds(step);
        let sound_per_second = (seconds > 0.0).then(|| sound / seconds);
        StepEntry { step: step.name(), seconds, sound_per_second }
    };
    BenchSummary {
        model: encoder.space().name.as_str(),
        precision: encoder.precision().name(),
        files: clips.len(),
        seconds: sound,
        views: report.views,
        rounds: report.rounds.len(),
        threads: rayon::current_num_threads(),
        steps: Step::ALL.map(entry).into(),
    }
}

fn print(out: &mut dyn Write, measured: &BenchSummary<'_>) -> io::Result<()> {
    let total: f64 = measured.steps.iter().map(|entry| entry.seconds).sum();
    let row = |name: &str, seconds: f64| {
        let rate = if seconds > 0.0 { format!("{:.0}", measured.seconds / seconds) } else { "-".to_owned() };
        let share = 100.0 * seconds / total.max(f64::MIN_POSITIVE);
        [name.to_owned(), format!("{:.1} ms", seconds * 1e3), format!("{share:.0} %"), rate]
    };
    let mut rows = vec![["step", "time", "share", "s of sound a second"].map(str::to_owned)];
    rows.extend(measured.steps.iter().map(|entry| row(entry.step, entry.seconds)));
    rows.push(row("one after the other", total));
    output::table(out, [Align::Left, Align::Right, Align::Right, Align::Right], &rows)?;
    let BenchSummary { model, precision, files, views, rounds, threads, .. } = measured;
    let sound = clock(measured.seconds);
    let model = printable(model);
    writeln!(out, "{files} files, {sound} of sound, {views} views; median of {rounds} rounds")?;
    writeln!(out, "model {model} in {precision}; {threads} threads for the audio tower")
}
