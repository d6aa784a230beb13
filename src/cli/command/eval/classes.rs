//! The classes of one method, worst first, and its confusions.

use std::io::{self, Write};

use auricle::classify::labelling::Labelling;
use auricle::classify::metrics::{ClassMetrics, Confusion};
use auricle::eval::evaluation::LabelEvaluation;
use auricle::eval::ladder::RungResult;

use crate::cli::command::eval::arguments::Arguments;
use crate::cli::command::eval::text::percent;
use crate::cli::terminal::output::{Align, table};
use crate::cli::terminal::text::printable;

/// Classes and confusions shown unless all are asked for.
const SHOWN: usize = 10;

/// Up to this many classes the whole matrix is shown.
const WHOLE_MATRIX: usize = 12;

/// Prints the classes of `outcome`.
pub(crate) fn print(
    out: &mut dyn Write,
    evaluation: &LabelEvaluation,
    outcome: &RungResult,
    arguments: &Arguments,
) -> io::Result<()> {
    let names = &evaluation.data.classes;
    let shown = if arguments.full { usize::MAX } else { SHOWN };
    let mut classes: Vec<(&String, &ClassMetrics)> = names.iter().zip(&outcome.report.classes).collect();
    classes.retain(|(_, class)| class.clips > 0);
    classes.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
    let hidden = classes.len().saturating_sub(shown);
    let more = if hidden > 0 { format!("; use --full to see the other {hidden}") } else { String::new() };
    writeln!(out, "\nClasses of {}, worst first{more}", outcome.rung.name())?;
    let mut rows = vec![["", "class", "clips", "precision", "recall", "F1", "AP"].map(str::to_owned)];
    for (name, class) in classes.into_iter().take(shown) {
        let average = class.average_precision.map_or_else(|| "–".to_owned(), |average| format!("{average:.3}"));
        let [precision, recall] = [class.precision, class.recall].map(percent);
        rows.push([
            String::new(),
            name.clone(),
            class.clips.to_string(),
            precision,
            recall,
            format!("{:.3}", class.f1),
            average,
        ]);
    }
    let right = Align::Right;
    table(out, [Align::Left, Align::Left, right, right, right, right, right], &rows)?;
    if evaluation.data.labelling == Labelling::Multiple {
        return Ok(());
    }
    match &outcome.report.confusion {
        Some(confusion) if confusion.classes() <= WHOLE_MATRIX => print_matrix(out, names, confusion),
        Some(confusion) => print_mistakes(out, names, confusion, shown),
        None => Ok(()),
    }
}

fn print_mistakes(out: &mut dyn Write, names: &[String], confusion: &Confusion, shown: usize) -> io::Result<()> {
    let mistakes = confusion.mistakes();
    if mistakes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nMost frequent confusions")?;
    let row = |(is, taken, clips): &(usize, usize, usize)| {
        let count = format!("{clips} of {}", confusion.clips(*is));
        [String::new(), count, names[*is].clone(), "→".to_owned(), names[*taken].clone()]
    };
    let rows: Vec<_> = mistakes.iter().take(shown).map(row).collect();
    table(out, [Align::Left, Align::Right, Align::Left, Align::Left, Align::Left], &rows)
}

/// Prints one line and one column per class in the same order, headed by its number.
fn print_matrix(out: &mut dyn Write, names: &[String], confusion: &Confusion) -> io::Result<()> {
    writeln!(out, "\nConfusion matrix: rows are true classes, columns are predicted classes")?;
    let columns = 0..confusion.classes();
    let most = columns.clone().map(|is| confusion.clips(is)).max().unwrap_or(0);
    let width = most.max(confusion.classes()).to_string().len();
    let line = |cells: &mut dyn Iterator<Item = usize>| {
        cells.map(|cell| format!("{cell:>width$}")).collect::<Vec<_>>().join("  ")
    };
    let head = [String::new(), String::new(), String::new(), line(&mut columns.clone().map(|column| column + 1))];
    let mut rows = vec![head];
    for is in columns.clone() {
        let counts = line(&mut columns.clone().map(|taken| confusion.count(is, taken)));
        rows.push([String::new(), (is + 1).to_string(), printable(&names[is]), counts]);
    }
    table(out, [Align::Left, Align::Right, Align::Left, Align::Left], &rows)
}
