//! The evaluation of labelled clips: embed them, compare the methods, warn, print.

use std::fs;
use std::path::Path;

use auricle::classify::label::{Label, read_label_file};
use auricle::classify::labelling::Labelling;
use auricle::classify::sets::LabelCollection;
use auricle::classify::template::Templates;
use auricle::classify::zero_shot::LabelSet;
use auricle::encoder::queue::Encoder;
use auricle::error::{Need, Refusal, Result};
use auricle::eval::analysis::ClipAnalysis;
use auricle::eval::approximate::compare;
use auricle::eval::dataset::{DataSetLayout, LabelledClips};
use auricle::eval::evaluation::LabelEvaluation;
use auricle::eval::ladder::{Ladder, RUNGS, Rung, RungResult, climb};
use auricle::eval::neighbours::look_around;
use auricle::eval::split::{Round, Split, SplitOptions, assign};
use auricle::eval::warnings::{Warning, of_folds, of_recordings, of_training};
use auricle::wire::eval::LabelledEvaluation;

use crate::cli::command::eval::analyse::analyse_labelled;
use crate::cli::command::eval::arguments::Arguments;
use crate::cli::command::eval::{ladder, matrix};
use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{flush, json_line, put, stdout, unwritable, written};

/// Bar and methods.
const TEMPLATE: &str = "{bar:30}  {pos}/{len} methods";

/// A sample is so many parts of a dataset that is cut in at least this many.
const SAMPLED_PARTS: usize = 20;

/// Evaluates `data`.
pub(crate) fn run(
    context: &Context,
    arguments: &Arguments,
    layout: DataSetLayout,
    mut data: LabelledClips,
) -> Result<Exit, Failure> {
    // What makes no sense is refused before hours of listening.
    if arguments.png.is_some() && data.labelling == Labelling::Multiple {
        return Err(CliRefusal::NoMatrixOfManyClasses.into());
    }
    data.keep_folds(&arguments.folds)?;
    sample(&mut data, arguments);
    let wanted = SplitOptions {
        tested: arguments.test_folds.clone(),
        made: arguments.make_folds as usize,
        seed: arguments.seed,
    };
    rungs(&Split::new(&data.items, &wanted)?, arguments)?;
    let labels = labels(&data.classes, arguments)?;
    let templates = Templates::parse(&arguments.template)?;
    let encoder = context.start_encoder(&arguments.model)?;
    let labels = LabelSet::new(&encoder, &context.vocabulary(&encoder)?, &labels, &templates)?;
    let (analyses, failed) = analyse_labelled(context, &encoder, &mut data)?;
    let split = Split::new(&data.items, &wanted)?;
    let rounds = split.rounds();
    let task = Ladder {
        items: &data.items,
        analyses: &analyses,
        labelling: data.labelling,
        labels: &labels,
        scale: encoder.audio_scale(),
        split: &split,
        seed: arguments.seed,
    };
    let evaluation = LabelEvaluation {
        path: arguments.path.clone(),
        layout,
        model: encoder.space().clone(),
        failed,
        sound_seconds: analyses.iter().map(|analysis| analysis.facts.seconds).sum(),
        outcomes: outcomes(context, &rungs(&split, arguments)?, &task)?,
        neighbourhood: split.can_teach().then(|| look_around(&data.items, &analyses, &rounds)),
        compared: compare(&data.items, &analyses, encoder.space())?,
        warnings: warnings(&data, &analyses, &rounds, &encoder),
        rounds,
        split,
        data,
    };
    report(&evaluation, arguments)?;
    draw(&evaluation, arguments)?;
    Ok(if failed > 0 { Exit::SomeFailed } else { Exit::Done })
}

/// Keeps about as many clips as are asked for, of every class its share and of every source all or none.
pub(super) fn sample(data: &mut LabelledClips, arguments: &Arguments) {
    let (clips, Some(wanted)) = (data.items.len(), arguments.sample.map(|wanted| wanted as usize)) else { return };
    let parts = clips.div_ceil(wanted).max(SAMPLED_PARTS).min(clips);
    let kept = (parts as f64 * wanted as f64 / clips as f64).round().max(1.0) as usize;
    let part_of = assign(&data.items.iter().collect::<Vec<_>>(), parts, arguments.seed);
    data.keep_items(|clip| part_of[clip] < kept);
}

/// The prompts of each of `classes`: the user's own, or else its name.
pub(super) fn labels(classes: &[String], arguments: &Arguments) -> Result<Vec<Label>, Failure> {
    let mut known = match (&arguments.labels_from, &arguments.set) {
        (Some(path), _) => read_label_file(path)?,
        (None, Some(name)) => LabelCollection::find(name)?.labels()?,
        (None, None) => Vec::new(),
    };
    let words = |label: &Label| label.words().to_lowercase();
    let mut labels = Vec::with_capacity(classes.len());
    for class in classes {
        let named = Label::named(class);
        let place = known.iter().position(|label| words(label) == words(&named));
        labels.push(place.map_or(named, |place| Label { name: class.clone(), ..known.swap_remove(place) }));
    }
    // A built-in list may be of more classes than these.
    if let (Some(stray), Some(path)) = (known.first(), &arguments.labels_from) {
        let (path, label) = (path.clone(), stray.name.clone());
        return Err(CliRefusal::LabelOfNoClass { path, label, classes: classes.to_vec() }.into());
    }
    Ok(labels)
}

/// The rungs to climb: those asked for, or else all that `split` leaves something to learn from.
fn rungs(split: &Split, arguments: &Arguments) -> Result<Vec<Rung>> {
    let is_asked_for = |rung: &Rung| arguments.rungs.contains(rung) || arguments.detail == Some(*rung);
    let can_climb = |rung: &Rung| split.can_teach() || !rung.learns();
    if !RUNGS.iter().filter(|rung| is_asked_for(rung)).all(can_climb) {
        return Err(Refusal::Lacking(Need::Folds).into());
    }
    let is_wanted = |rung: &Rung| is_asked_for(rung) || (arguments.rungs.is_empty() && can_climb(rung));
    Ok(RUNGS.into_iter().filter(is_wanted).collect())
}

fn outcomes(context: &Context, rungs: &[Rung], task: &Ladder<'_>) -> Result<Vec<RungResult>, Failure> {
    let bar = context.progress_bar(TEMPLATE, rungs.len() as u64);
    let mut outcomes = Vec::with_capacity(rungs.len());
    for rung in rungs {
        outcomes.push(climb(task, *rung)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(outcomes)
}

fn warnings(data: &LabelledClips, analyses: &[ClipAnalysis], rounds: &[Round], encoder: &Encoder) -> Vec<Warning> {
    let clips = data.items.iter().zip(analyses).map(|(item, analysis)| (item.path.as_path(), &analysis.facts));
    let tested = rounds.iter().flat_map(|round| &round.test).map(|clip| &data.items[*clip]);
    let mut warnings = of_folds(&data.items, analyses, rounds);
    warnings.extend(of_training(tested.map(|item| (item.path.as_path(), item.source.as_deref())), encoder));
    warnings.extend(of_recordings(clips, encoder.front_end()));
    warnings
}

/// Draws the confusion matrices that were asked for.
fn draw(evaluation: &LabelEvaluation, arguments: &Arguments) -> Result<(), Failure> {
    let Some(png) = &arguments.png else { return Ok(()) };
    let draw = |outcome: &RungResult, png: &Path| match &outcome.report.confusion {
        Some(confusion) => put(&matrix::draw(evaluation, outcome, confusion).to_png()?, Some(png)),
        None => Ok(()),
    };
    if !is_folder(png) {
        return draw(evaluation.detail(arguments.detail), png);
    }
    fs::create_dir_all(png).map_err(|error| unwritable(png, error))?;
    let file = |outcome: &RungResult| png.join(format!("confusion-{}.png", outcome.rung.name()));
    evaluation.outcomes.iter().try_for_each(|outcome| draw(outcome, &file(outcome)))
}

fn report(evaluation: &LabelEvaluation, arguments: &Arguments) -> Result<(), Failure> {
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &LabelledEvaluation::new(evaluation))?;
    } else {
        written(ladder::print(&mut out, evaluation, arguments))?;
    }
    flush(out)
}

/// Whether `--png` names a folder for a picture of each method.
fn is_folder(png: &Path) -> bool {
    png.is_dir() || png.extension().is_none()
}
