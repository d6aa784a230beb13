//! The evaluation of searches for the classes of labelled clips: embed them, search, warn, print.

use std::env::temp_dir;

use auricle::error::Result;
use auricle::eval::dataset::{DataSetLayout, LabelledClips};
use auricle::eval::evaluation::SearchEvaluation;
use auricle::eval::search::figures::SearchFigures;
use auricle::eval::search::prompts::prompts;
use auricle::eval::search::trial::SearchTrial;
use auricle::eval::warnings::{Warning, of_recordings, of_training};
use auricle::wire::eval_search::SearchedEvaluation;

use crate::cli::command::eval::analyse::analyse_labelled;
use crate::cli::command::eval::arguments::Arguments;
use crate::cli::command::eval::labelled::{labels, sample};
use crate::cli::command::eval::shown;
use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{flush, json_line, stdout, written};

/// Bar, searches and time left.
const TEMPLATE: &str = "{bar:30}  {pos}/{len} searches  {eta} left";

/// Evaluates searches of `data`.
pub(crate) fn run(
    context: &Context,
    arguments: &Arguments,
    layout: DataSetLayout,
    mut data: LabelledClips,
) -> Result<Exit, Failure> {
    data.keep_folds(&arguments.folds)?;
    sample(&mut data, arguments);
    let prompts = prompts(&labels(&data.classes, arguments)?);
    let encoder = context.start_encoder(&arguments.model)?;
    let (analyses, failed) = analyse_labelled(context, &encoder, &mut data)?;
    let folder =
        tempfile::tempdir().map_err(|source| CliRefusal::TemporaryFolderUnusable { folder: temp_dir(), source })?;
    let (encoder, folder) = (&encoder, folder.path());
    let trial = SearchTrial { data: &data, analyses: &analyses, prompts: &prompts, encoder, folder };
    let figures = search(context, &trial)?;
    let evaluation = SearchEvaluation {
        path: arguments.path.clone(),
        layout,
        model: encoder.space().clone(),
        failed,
        sound_seconds: analyses.iter().map(|analysis| analysis.facts.seconds).sum(),
        figures,
        warnings: warnings(&trial),
        data,
    };
    report(&evaluation, arguments)?;
    Ok(if failed > 0 { Exit::SomeFailed } else { Exit::Done })
}

fn search(context: &Context, trial: &SearchTrial<'_>) -> Result<SearchFigures> {
    let bar = context.progress_bar(TEMPLATE, trial.len() as u64);
    let figures = trial.run(&|| bar.inc(1));
    bar.finish_and_clear();
    figures
}

fn report(evaluation: &SearchEvaluation, arguments: &Arguments) -> Result<(), Failure> {
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &SearchedEvaluation::new(evaluation))?;
    } else {
        written(shown::print(&mut out, evaluation))?;
    }
    flush(out)
}

fn warnings(trial: &SearchTrial<'_>) -> Vec<Warning> {
    let items = &trial.data.items;
    let facts = items.iter().zip(trial.analyses).map(|(item, analysis)| (item.path.as_path(), &analysis.facts));
    let mut warnings =
        of_training(items.iter().map(|item| (item.path.as_path(), item.source.as_deref())), trial.encoder);
    warnings.extend(of_recordings(facts, trial.encoder.front_end()));
    warnings
}
