//! An evaluation of labelled clips as people read it: the dataset, a line per method, neighbours, warnings, and the classes
//! and confusions of one method.

use std::io::{self, Write};

use auricle::classify::labelling::Labelling;
use auricle::classify::metrics::Proportion;
use auricle::eval::evaluation::LabelEvaluation;
use auricle::eval::ladder::RungResult;
use auricle::eval::split::FoldOrigin;

use crate::cli::command::eval::arguments::Arguments;
use crate::cli::command::eval::classes;
use crate::cli::command::eval::text::{interval, percent, warning_lines};
use crate::cli::terminal::output::{Align, table};
use crate::cli::terminal::text::{clock, counted, printable};

/// Prints `evaluation`.
pub(crate) fn print(out: &mut dyn Write, evaluation: &LabelEvaluation, arguments: &Arguments) -> io::Result<()> {
    print_head(out, evaluation)?;
    print_rungs(out, evaluation)?;
    if arguments.full && evaluation.rounds.len() > 1 {
        print_folds(out, evaluation)?;
    }
    print_neighbours(out, evaluation)?;
    for line in warning_lines(&evaluation.data.missing, &evaluation.warnings) {
        writeln!(out, "{line}")?;
    }
    classes::print(out, evaluation, evaluation.detail(arguments.detail), arguments)
}

fn print_head(out: &mut dyn Write, evaluation: &LabelEvaluation) -> io::Result<()> {
    let data = &evaluation.data;
    let path = printable(&evaluation.path.display().to_string());
    let (clips, length) = (counted(data.items.len(), "clip"), clock(evaluation.sound_seconds));
    writeln!(out, "{path}: {}, {clips}, {} classes, {length} of sound", evaluation.layout.name, data.classes.len())?;
    writeln!(out, "model {}", printable(&evaluation.model.name))?;
    let tested: Vec<&str> = evaluation.split.tested.iter().map(|fold| evaluation.split.names[*fold].as_str()).collect();
    let how = match evaluation.split.origin {
        FoldOrigin::Given => "from the dataset",
        FoldOrigin::Made => "random",
        FoldOrigin::MadeBySource => "random, each source in one fold",
    };
    let folds = counted(evaluation.split.names.len(), "fold");
    let test_clips: usize = evaluation.rounds.iter().map(|round| round.test.len()).sum();
    let learned = evaluation.rounds.iter().map(|round| round.train.len());
    let (least, most) = (learned.clone().min().unwrap_or(0), learned.max().unwrap_or(0));
    let learned = if least == most { least.to_string() } else { format!("{least} to {most}") };
    let learned = match most {
        0 => "with nothing to train on".to_owned(),
        _ => format!("trained on {learned} others"),
    };
    let each = if tested.len() > 1 { ", each in turn" } else { "" };
    writeln!(out, "{folds}, {how}; tested on {}{each} ({test_clips} clips), {learned}", tested.join(", "))?;
    writeln!(out)
}

fn print_rungs(out: &mut dyn Write, evaluation: &LabelEvaluation) -> io::Result<()> {
    let accuracy = match evaluation.data.labelling {
        Labelling::Single => "accuracy",
        Labelling::Multiple => "top-1",
    };
    let mut rows = vec![["method", accuracy, "95 %", "mAP", "description"].map(str::to_owned)];
    for RungResult { rung, report, .. } in &evaluation.outcomes {
        let map = report.mean_average_precision.map_or_else(|| "–".to_owned(), |map| format!("{map:.3}"));
        let share = percent(report.accuracy.share());
        rows.push([rung.name().into(), share, interval(report.accuracy.interval()), map, rung.meaning().into()]);
    }
    table(out, [Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], &rows)?;
    writeln!(out)
}

fn print_folds(out: &mut dyn Write, evaluation: &LabelEvaluation) -> io::Result<()> {
    let names = evaluation.split.tested.iter().map(|fold| evaluation.split.names[*fold].as_str());
    writeln!(out, "Accuracy in folds {}", names.collect::<Vec<_>>().join(", "))?;
    let row = |outcome: &RungResult| {
        let shares = outcome.folds.iter().map(|fold| percent(fold.share()));
        [String::new(), outcome.rung.name().to_owned(), shares.collect::<Vec<_>>().join("  ")]
    };
    let rows: Vec<_> = evaluation.outcomes.iter().map(row).collect();
    table(out, [Align::Left; 3], &rows)?;
    writeln!(out)
}

fn print_neighbours(out: &mut dyn Write, evaluation: &LabelEvaluation) -> io::Result<()> {
    if let Some(around) = &evaluation.neighbourhood {
        let Proportion { right, total } = around.nearest;
        writeln!(
            out,
            "Neighbours: {} of the nearest ({right} of {total}) and {} of the 10 nearest have the same class, mAP@10 {:.3}",
            percent(around.nearest.share()),
            percent(around.precision),
            around.mean_average_precision
        )?;
    }
    for compared in &evaluation.compared {
        writeln!(
            out,
            "  among all clips, a {} finds {} of the 10 nearest; {} of its results have the same class, {} of an exact search",
            compared.way.name(),
            percent(compared.recall),
            percent(compared.precision),
            percent(compared.exact_precision)
        )?;
    }
    writeln!(out)
}
