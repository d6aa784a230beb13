//! An evaluation of searches as people read it: the dataset, a line for each kind of prompt on each basis, examples, warnings.

use std::io::{self, Write};

use auricle::classify::metrics::Proportion;
use auricle::eval::evaluation::SearchEvaluation;
use auricle::eval::search::figures::{ExampleSummary, PromptSummary};
use auricle::eval::search::prompts::KINDS;
use auricle::eval::search::trial::BASES;

use crate::cli::command::eval::text::{percent, warning_lines};
use crate::cli::terminal::output::{Align, table};
use crate::cli::terminal::text::{clock, counted, printable};

/// Prints `evaluation`.
pub(crate) fn print(out: &mut dyn Write, evaluation: &SearchEvaluation) -> io::Result<()> {
    let data = &evaluation.data;
    let path = printable(&evaluation.path.display().to_string());
    let (clips, length) = (counted(data.items.len(), "clip"), clock(evaluation.sound_seconds));
    writeln!(out, "{path}: {}, {clips}, {} classes, {length} of sound", evaluation.layout.name, data.classes.len())?;
    writeln!(out, "model {}", printable(&evaluation.model.name))?;
    writeln!(
        out,
        "Libraries with all clips, and without the class; precision and recall of the {} hits at most that are shown\n",
        evaluation.figures.limit
    )?;
    print_prompts(out, evaluation)?;
    print_examples(out, evaluation.figures.similar())?;
    for line in warning_lines(&data.missing, &evaluation.warnings) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn print_prompts(out: &mut dyn Write, evaluation: &SearchEvaluation) -> io::Result<()> {
    let head = ["by", "prompts", "", "P@5", "R-precision", "precision", "recall", "without: showing", "false hits"];
    let mut rows = vec![head.map(str::to_owned)];
    for (by, kind) in BASES.into_iter().flat_map(|by| KINDS.map(|kind| (by, kind))) {
        let Some(PromptSummary { prompts, present, showing, false_hits }) = evaluation.figures.summary(by, kind) else {
            continue;
        };
        let parts = [present.first_five, present.first, present.shown.precision, present.shown.recall];
        let [five, first, precision, recall] = parts.map(|part| percent(part.share()));
        let showing = format!("{showing} of {prompts}");
        let (by, kind) = (by.name().to_owned(), kind.name().to_owned());
        rows.push([by, kind, prompts.to_string(), five, first, precision, recall, showing, false_hits.to_string()]);
    }
    let mut columns = [Align::Right; 9];
    (columns[0], columns[1]) = (Align::Left, Align::Left);
    table(out, columns, &rows)?;
    writeln!(out)
}

fn print_examples(out: &mut dyn Write, similar: ExampleSummary) -> io::Result<()> {
    let ExampleSummary { right: Proportion { right, total }, hidden, shown } = similar;
    let [precision, recall] = [shown.precision, shown.recall].map(|part| percent(part.share()));
    writeln!(
        out,
        "By example: the nearest is right for {right} of {total}, {hidden} of them not shown; precision {precision}, \
         recall {recall}"
    )
}
