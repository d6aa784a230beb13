//! `auricle index`: brings the library up to date and says what was done.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use auricle::encoder::queue::Encoder;
use auricle::ingest::missing::LostRoot;
use auricle::ingest::request::{FailurePolicy, LostRoots, ReadPolicy};
use auricle::ingest::run::IngestSummary;
use auricle::library::record::hearing::Hearing;
use auricle::library::record::root::{FileSelection, LinkPolicy};
use auricle::library::record::segment::Moments;
use auricle::operations::index::{IndexRequest, index};
use auricle::operations::removal::{forget_lost, refuse_lost};
use auricle::operations::roots::remembered;
use clap::{Args, ValueEnum};

use crate::cli::command::follow::follow;
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::number::{count, number};
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, ask, flush, say, stdout, written};
use crate::cli::terminal::progress::{stop_on_signal, tell_indexes, watch};
use crate::cli::terminal::text::{clock, counted, printable, short_path};

/// The command line of `index`.
#[derive(Debug, Args)]
#[command(after_help = "\
Only new and changed files are read, those changed by a tagger that keeps their time too. Moved and copied files keep their vectors; deleted files no longer appear in \
searches. Files are identified by content; hidden files and links are skipped. A file that cannot be read is recorded \
(see `auricle status --failed`) and tried again when it changes, or with --retry. Ctrl-C stops the run; finished work is \
kept.

The folders are remembered with their --exclude, --follow-links and --channel or --channels, and `auricle index` alone \
brings them all up to date (see `auricle roots`). A folder that is remembered inside another keeps its own. Of a folder that is gone as a whole, as of a drive that is not mounted, nothing is forgotten unless \
you say so; where it was moved, use `auricle relocate`.

A sound longer than the model's window also gets a vector for each window in it, called a moment, so that searches can \
find parts of it. The distance between moments is fixed when the library is created.

Examples:
  auricle index ~/sounds
  auricle index
  auricle index --watch
  auricle index recordings/ samples/ --exclude '*.mp3' --exclude drafts/ --jobs 4
  auricle index multitracks/ --channels split
  auricle index field/ --hop 2.5 --library field.library")]
pub(crate) struct Arguments {
    /// Folders or files [default: the folders of earlier runs]
    #[arg(value_name = "FOLDER")]
    roots: Vec<PathBuf>,
    /// Skip files and folders that match this pattern, written as in a .gitignore file (repeatable; '' skips none)
    /// [default: as remembered of the folder]
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Follow symbolic links
    #[arg(long)]
    follow_links: bool,
    #[command(flatten)]
    hearing: HearingOptions,
    /// Retry files that failed before, even if they have not changed
    #[arg(long)]
    retry: bool,
    /// Read every file again, changed or not: for file systems that hide changes, and to find words that earlier versions
    /// did not; sounds that are the same keep their vectors
    #[arg(long)]
    again: bool,
    /// Afterwards go on: index what is new or changed as soon as it has been quiet for two seconds, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Without asking, forget the files of folders that are gone as a whole
    #[arg(long, visible_alias = "yes")]
    drop_missing: bool,
    #[command(flatten)]
    moments: MomentOptions,
    /// Number of files to decode in parallel [default: one per core]
    #[arg(long, value_name = "N", value_parser = count)]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    model: ModelOptions,
}

/// Which channels are heard.
#[derive(Debug, Args)]
struct HearingOptions {
    /// Hear this channel alone, counted from 1, of files that have it; the others keep their mix, with a note
    /// [default: as remembered of the folder]
    #[arg(long, value_name = "N", value_parser = number::<1>, conflicts_with = "channels")]
    channel: Option<u32>,
    /// mix: hear all channels mixed to one; split: hear each channel by itself too, so that searches find what is in it and
    /// say in which [default: as remembered of the folder, or mix]
    #[arg(long, value_enum, value_name = "HOW")]
    channels: Option<ChannelUse>,
}

/// What is done with several channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ChannelUse {
    Mix,
    Split,
}

/// Which moments of long sounds get vectors of their own.
#[derive(Debug, Args)]
pub(crate) struct MomentOptions {
    /// Seconds between moments of long sounds [default: as in the library; in a new one, half the model's window]
    #[arg(long, value_name = "SECONDS", conflicts_with = "no_moments")]
    hop: Option<f64>,
    /// Store no moments: long sounds are only found as a whole
    #[arg(long)]
    no_moments: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.roots.is_empty() {
        // Before a model is loaded.
        remembered(context.library_folder())?;
    }
    let encoder = context.start_library_encoder(&arguments.model)?;
    // Only now that the model is loaded: until here there is nothing to keep, and a signal may end the process as usual.
    let (request, stop) = (arguments.request(context, &encoder), stop_on_signal()?);
    let summary = update(context, &request, &stop)?;
    if !context.is_quiet() {
        print(&summary, context)?;
    }
    if arguments.watch && !summary.interrupted {
        if let Err(refusal) = refuse_lost(&summary.lost) {
            complain_about(refusal);
        }
        return follow(context, &request, &stop);
    }
    let settled = settle_lost(context, &summary.lost)?;
    Ok(if settled == Exit::Done { exit(&summary) } else { settled })
}

impl Arguments {
    fn request<'a>(&'a self, context: &'a Context, encoder: &'a Encoder) -> IndexRequest<'a> {
        let request = IndexRequest::new(context.library_folder(), encoder, &self.roots);
        IndexRequest {
            selection: self.selection(),
            hearing: self.hearing.hearing(),
            lost: if self.drop_missing { LostRoots::Forget } else { LostRoots::Keep },
            reading: if self.again { ReadPolicy::Everything } else { ReadPolicy::Changed },
            failures: if self.retry { FailurePolicy::Retry } else { FailurePolicy::Keep },
            moments: self.moments.moments(),
            threads: self.jobs.unwrap_or(request.threads),
            ..request
        }
    }

    /// The selection that was asked for, if any was.
    fn selection(&self) -> Option<FileSelection> {
        let links = if self.follow_links { LinkPolicy::Follow } else { LinkPolicy::Skip };
        let is_given = self.follow_links || !self.exclude.is_empty();
        let patterns = self.exclude.iter().filter(|pattern| !pattern.trim().is_empty());
        is_given.then(|| FileSelection { exclude: patterns.cloned().collect(), links })
    }
}

impl HearingOptions {
    /// The hearing that was asked for, if any was.
    fn hearing(&self) -> Option<Hearing> {
        let of_all = self.channels.map(|channels| match channels {
            ChannelUse::Mix => Hearing::Mix,
            ChannelUse::Split => Hearing::Split,
        });
        self.channel.map(Hearing::Only).or(of_all)
    }
}

impl MomentOptions {
    /// The moments asked for, if any were.
    pub(crate) fn moments(&self) -> Option<Moments> {
        let none = self.no_moments.then_some(Moments::None);
        none.or(self.hop.map(|hop_seconds| Moments::Every { hop_seconds }))
    }
}

/// Brings the library of `context` up to date with `roots` as if no option were given, and tells nothing but failures.
pub(crate) fn bring_up_to_date(context: &Context, encoder: &Encoder, roots: &[PathBuf]) -> Result<Exit, Failure> {
    let request = IndexRequest::new(context.library_folder(), encoder, roots);
    Ok(exit(&update(context, &request, &stop_on_signal()?)?))
}

fn update(context: &Context, request: &IndexRequest<'_>, stop: &Arc<AtomicBool>) -> Result<IngestSummary, Failure> {
    let summary = watch(context, stop, |observer| index(request, observer))?;
    tell_indexes(context, &summary.indexes);
    Ok(summary.files)
}

/// Asks what is to become of the files of folders that are `lost`; where nobody can answer, that is refused.
fn settle_lost(context: &Context, lost: &[LostRoot]) -> Result<Exit, Failure> {
    let (known, empty): (Vec<&LostRoot>, Vec<&LostRoot>) = lost.iter().partition(|root| root.files > 0);
    for root in empty.iter().filter(|_| !context.is_quiet()) {
        let path = short_path(&root.path);
        say(&format!(
            "{path} is not there, and nothing of it is known any more; `auricle roots forget` forgets it too"
        ));
    }
    let Err(refusal) = refuse_lost(lost) else { return Ok(Exit::Done) };
    let paths: Vec<PathBuf> = known.iter().map(|root| root.path.clone()).collect();
    match ask(&format!("{refusal}. Forget them?")) {
        Some(true) => {
            let files =
                watch(context, &Arc::default(), |observer| forget_lost(context.library_folder(), &paths, observer))?;
            say(&format!("{} forgotten; `auricle prune` gives their space back", counted(files as usize, "file")));
            Ok(Exit::Done)
        }
        Some(false) => Ok(Exit::Done),
        None => {
            complain_about(refusal);
            Ok(Exit::SomeFailed)
        }
    }
}

fn print(summary: &IngestSummary, context: &Context) -> Result<(), Failure> {
    let mut out = stdout();
    let counts = [
        ("new", summary.new),
        ("changed", summary.changed),
        ("recognised", summary.recognised),
        ("unchanged", summary.unchanged),
        ("failed", summary.failed),
        ("vanished", summary.vanished),
        ("skipped", summary.skipped),
    ];
    let rows = counts.map(|(name, count)| [name.to_owned(), count.to_string()]);
    written(output::table(&mut out, [Align::Left, Align::Right], &rows))?;
    if let Some(line) = left_out(summary) {
        written(writeln!(out, "{line}"))?;
    }
    if summary.noted > 0 {
        let files = counted(summary.noted as usize, "file");
        written(writeln!(out, "{files} read with a note; -v lists each"))?;
    }
    let elapsed = summary.elapsed.as_secs_f64();
    let (sound, took) = (clock(summary.sound_seconds), clock(elapsed));
    let rate = summary.sound_seconds / elapsed.max(f64::MIN_POSITIVE);
    if summary.sound_seconds > 0.0 {
        written(writeln!(out, "{sound} of sound embedded in {took}, {rate:.1} s of sound a second"))?;
    }
    written(writeln!(out, "library: {}", printable(&context.library_folder().display().to_string())))?;
    flush(out)?;
    if summary.interrupted {
        say("interrupted; what was committed stays, index again to go on");
    }
    Ok(())
}

/// What was not even looked at, in words, if anything was: the folder with most links is named.
fn left_out(summary: &IngestSummary) -> Option<String> {
    let links = summary.links.values().sum::<u64>() as usize;
    let mut parts = Vec::new();
    if let Some((folder, most)) = summary.links.iter().max_by_key(|(_, links)| **links) {
        let place = printable(&short_path(folder));
        let place = if *most as usize == links { format!("in {place}") } else { format!("{most} of them in {place}") };
        parts.push(format!("{} ({place}; --follow-links)", counted(links, "link")));
    }
    for (count, what) in [(summary.excluded, "excluded"), (summary.hidden, "hidden")] {
        parts.extend((count > 0).then(|| format!("{count} {what}")));
    }
    (!parts.is_empty()).then(|| format!("not looked at: {}; -v lists each", parts.join(", ")))
}

fn exit(summary: &IngestSummary) -> Exit {
    match summary {
        IngestSummary { interrupted: true, .. } => Exit::Interrupted,
        IngestSummary { failed: 0, .. } => Exit::Done,
        _ => Exit::SomeFailed,
    }
}
