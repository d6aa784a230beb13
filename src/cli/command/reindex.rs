//! `auricle reindex`: makes every vector of the library again, with another model or with this one.

use std::io::Write;
use std::num::NonZeroUsize;

use auricle::error::{Error, Refusal};
use auricle::library::labels::LabelCount;
use auricle::library::record::label::Labeller;
use auricle::operations::defaults;
use auricle::operations::indexes::IndexRefresh;
use auricle::operations::observer::{Event, Observer};
use auricle::operations::reindex::plan::ReindexPlan;
use auricle::operations::reindex::{MissingFiles, Reindex, ReindexRequest, ReindexSummary};
use clap::Args;

use crate::cli::command::index::MomentOptions;
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::number::count;
use crate::cli::terminal::exit::{Exit, Failure, complain};
use crate::cli::terminal::output::{flush, say, stdout, written};
use crate::cli::terminal::progress::{Bars, stop_on_signal, tell_indexes};
use crate::cli::terminal::text::{clock, counted, short_path};

/// Files that are named when some cannot be embedded again.
const SHOWN_FILES: usize = 5;

/// The command line of `reindex`.
#[derive(Debug, Args)]
#[command(after_help = "\
Embeds every file in the library again, with the model you name or else the library's own; --hop and --no-moments change \
its moments. Until everything is done, the library stays as it is and can be searched; then the new vectors replace the \
old ones in one step. Until then, both take up disk space. After Ctrl-C or a crash, run the same command again: it \
continues where it stopped. Files already marked as deleted are left out.

Labels added by hand and the examples of heads are always kept. Labels given by words or heads are kept only if the model \
stays the same, since another model would judge differently; you are told how many are dropped and how to restore them.

Examples:
  auricle reindex --model laion/larger_clap_general
  auricle reindex --hop 2.5")]
pub(crate) struct Arguments {
    /// Number of files to decode in parallel [default: one per core]
    #[arg(long, value_name = "N", value_parser = count)]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    moments: MomentOptions,
    /// Drop files that are missing or unreadable; otherwise, any such file leaves the library as it is
    #[arg(long)]
    drop_missing: bool,
    #[command(flatten)]
    model: ModelOptions,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let missing = if arguments.drop_missing { MissingFiles::Drop } else { MissingFiles::Refuse };
    let reindex = Reindex::begin(context.library_folder(), missing).map_err(refuse)?;
    let encoder = context.start_library_encoder(&arguments.model)?;
    let stop = stop_on_signal()?;
    let threads = arguments.jobs.unwrap_or_else(defaults::threads);
    let request = ReindexRequest { encoder: &encoder, moments: arguments.moments.moments(), threads };
    let mut bars = Bars::new(context);
    let mut tell = |event: Event<'_>| match event {
        Event::Reindexing(plan) if !context.is_quiet() => say_plan(plan),
        event => bars.show(&event),
    };
    let end = reindex.run(&request, &Observer::new(&mut tell, &stop));
    bars.clear();
    match end.map_err(refuse)? {
        None => {
            say("interrupted; the library is as before, `auricle reindex` with the same options goes on from here");
            Ok(Exit::Interrupted)
        }
        Some(summary) => finish(context, &encoder.space().name, &summary),
    }
}

/// The end that `error` puts to the command; files that would be lost are named first.
fn refuse(error: Error) -> Failure {
    if let Error::Request(Refusal::FilesLost { files, .. }) = &error {
        for path in files.iter().take(SHOWN_FILES) {
            complain(&format_args!("{} is in the library, but cannot be embedded again", short_path(path)));
        }
    }
    error.into()
}

/// Says what is about to be done, how much of it is done, and what it costs.
fn say_plan(plan: &ReindexPlan) {
    let ReindexPlan { old_model, new_model, files, done_before, lost_labels } = plan;
    let files = counted(*files as usize, "file");
    say(&match (old_model, new_model) {
        (old, new) if old == new => format!("embedding {files} again with {}", new.name),
        (old, new) if old.name == new.name => {
            format!("embedding {files} with the {} that is here instead of another version of it", new.name)
        }
        (old, new) => format!("embedding {files} with {} instead of {}", new.name, old.name),
    });
    if *done_before > 0 {
        say(&format!("{done_before} of them were done before"));
    }
    if !lost_labels.is_empty() {
        say(&format!(
            "{} will go when this is done, for another model judges otherwise; labels by hand and the examples of heads \
             stay. To keep a list: interrupt this, and `auricle labels list --csv > labels.csv`",
            described(lost_labels)
        ));
    }
}

/// The new catalogue is in place: says how it went.
fn finish(context: &Context, model: &str, summary: &ReindexSummary) -> Result<Exit, Failure> {
    tell_indexes(context, &summary.indexes);
    if !context.is_quiet() {
        let (totals, dropped, mut out) = (summary.totals, summary.dropped, stdout());
        let (files, segments, failed) = (totals.files, totals.segments, totals.failed);
        let took = clock(summary.files.elapsed.as_secs_f64());
        let line = format!("{files} files with {segments} vectors of {model}, {failed} failed, {dropped} left out");
        written(writeln!(out, "{line}, in {took}"))?;
        flush(out)?;
        if summary.kept_labels > 0 {
            say(&format!("{} of words and heads kept", counted(summary.kept_labels as usize, "label")));
        }
    }
    if !summary.lost_labels.is_empty() {
        say(&format!("{} went; {}", described(&summary.lost_labels), how_to_label_again(&summary.lost_labels)));
    }
    Ok(if summary.indexes == IndexRefresh::Stopped { Exit::Interrupted } else { Exit::Done })
}

/// How many labels of whom, for example "12 labels of words and 3 of the head siren".
fn described(counts: &[LabelCount]) -> String {
    let each = counts.iter().map(|count| match &count.by {
        Labeller::Head(name) => format!("{} of the head {name}", counted(count.labels as usize, "label")),
        _ => format!("{} of words", counted(count.labels as usize, "label")),
    });
    each.collect::<Vec<_>>().join(" and ")
}

/// The commands that label sounds again as before.
fn how_to_label_again(counts: &[LabelCount]) -> String {
    let each = counts.iter().map(|count| match &count.by {
        Labeller::Head(name) => format!("`auricle teach {name}` and `auricle label --with {name} --write`"),
        _ => "`auricle label --labels … --write`".to_owned(),
    });
    format!("to label again: {}", each.collect::<Vec<_>>().join("; "))
}
