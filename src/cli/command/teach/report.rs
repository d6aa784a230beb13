//! What a head has learned, in a few lines.

use std::io::{self, Write};

use auricle::classify::lesson::{HeadClassReport, LessonReport, Start};
use auricle::classify::stored_head::StoredHead;

use crate::cli::terminal::output;
use crate::cli::terminal::output::Align;
use crate::cli::terminal::text::{counted, printable};

/// Prints what is known of the head called `name`.
pub(crate) fn print(out: &mut dyn Write, name: &str, taught: &StoredHead) -> io::Result<()> {
    let report = &taught.report;
    let heading = ["class", "examples", "precision", "recall", "AP", "AP of the words alone"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heading).chain(report.classes.iter().map(row)).collect();
    let columns = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right];
    output::table(out, columns, &rows)?;
    writeln!(out, "{}", how(report))?;
    let name = printable(name);
    writeln!(out, "go on with: auricle suggest {name}; auricle label PATH --with {name}; auricle search --with {name}")
}

fn row(class: &HeadClassReport) -> [String; 6] {
    let percent = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.0} %", share * 100.0));
    let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| format!("{number:.3}"));
    [
        class.name.clone(),
        class.positives.to_string(),
        percent(class.precision),
        percent(class.recall),
        number(class.average_precision),
        number(class.zero_shot),
    ]
}

/// How the head was learned, in a sentence.
fn how(report: &LessonReport) -> String {
    let learned = format!("{} learned from in {:.2} s", counted(report.examples, "example"), report.seconds);
    if report.folds == 0 {
        return format!("{learned}; too few to say what it is worth: give two of each class and two of something else");
    }
    let start = match report.start {
        Start::Prompt => "beginning with the words",
        Start::Nothing => "beginning with nothing, which did better than the words",
    };
    format!("{learned}, {start}; figures by {}-fold cross-validation", report.folds)
}
