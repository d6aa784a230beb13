//! The labels of sounds as people and programs read them.

use std::io::{BufWriter, StdoutLock, Write};
use std::path::Path;

use auricle::classify::classifier::LabelVerdict;
use auricle::classify::labelling::Labelling;
use auricle::wire::file::FileEntry;
use auricle::wire::label::SoundLabels;
use auricle::wire::path::{full, full_text, text};

use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, json_line, stdout, written};
use crate::cli::terminal::text::printable;

/// Labels shown of a single sound unless told otherwise.
const ROWS: usize = 10;

/// Stands for no label.
const NONE: &str = "none of these";

/// The form of the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LabelForm {
    /// One line per sound.
    Lines,
    /// The best labels of each sound below each other.
    Blocks,
    Json,
    Csv,
}

/// Writes the labels of sounds to standard output.
pub(crate) struct LabelPrinter {
    form: LabelForm,
    labelling: Labelling,
    top: Option<usize>,
    out: BufWriter<StdoutLock<'static>>,
    is_begun: bool,
}

impl LabelPrinter {
    /// A printer that shows the `top` best labels of each sound, whether it has them or not.
    pub(crate) fn new(form: LabelForm, labelling: Labelling, top: Option<usize>) -> Self {
        LabelPrinter { form, labelling, top, out: stdout(), is_begun: false }
    }

    /// Writes the labels of the sound at `path`.
    pub(crate) fn put(&mut self, path: &Path, scored: &[LabelVerdict], partial: Option<&str>) -> Result<(), Failure> {
        match self.form {
            LabelForm::Json => self.json(path, scored, partial),
            LabelForm::Csv => self.csv(path, scored),
            LabelForm::Blocks => self.block(path, scored),
            LabelForm::Lines => self.line(path, scored),
        }
    }

    /// Writes what is still buffered.
    pub(crate) fn close(self) -> Result<(), Failure> {
        flush(self.out)
    }

    fn json(&mut self, path: &Path, scored: &[LabelVerdict], partial: Option<&str>) -> Result<(), Failure> {
        let listed = self.top.unwrap_or(scored.len());
        let labelled = SoundLabels::new(FileEntry::new(None, &full(path)), self.labelling, scored, listed);
        json_line(&mut self.out, &SoundLabels { partial: partial.map(str::to_owned), ..labelled })
    }

    fn csv(&mut self, path: &Path, scored: &[LabelVerdict]) -> Result<(), Failure> {
        let found = self.labelling.found(scored);
        let shown = match self.top {
            Some(top) => scored.iter().take(top).collect(),
            None => found,
        };
        let mut rows = csv::Writer::from_writer(Vec::new());
        let failed = |error: csv::Error| Failure::new(Exit::Internal, error);
        if !std::mem::replace(&mut self.is_begun, true) {
            rows.write_record(["path", "label", "presence", "share", "present"]).map_err(failed)?;
        }
        let path = full_text(path);
        for scored in &shown {
            let [presence, share] = [scored.presence, scored.share].map(|number| format!("{number:.6}"));
            rows.write_record([&path, &scored.label, &presence, &share, &scored.is_present.to_string()])
                .map_err(failed)?;
        }
        if shown.is_empty() {
            rows.write_record([&path, "", "", "", "false"]).map_err(failed)?;
        }
        let rows = rows.into_inner().map_err(|error| Failure::new(Exit::Internal, error.into_error()))?;
        written(self.out.write_all(&rows))
    }

    fn block(&mut self, path: &Path, scored: &[LabelVerdict]) -> Result<(), Failure> {
        written(writeln!(self.out, "{}", printable(&text(path))))?;
        let found = self.labelling.found(scored);
        let row = |scored: &LabelVerdict| {
            let is_found = found.iter().any(|found| found.label == scored.label);
            let mark = if is_found { "*" } else { "" };
            [String::new(), mark.to_owned(), scored.label.clone(), percent(scored.presence), percent(scored.share)]
        };
        let head = ["", "", "", "presence", "share"].map(str::to_owned);
        let rows = std::iter::once(head).chain(scored.iter().take(self.top.unwrap_or(ROWS)).map(row));
        let aligned = [Align::Left, Align::Left, Align::Left, Align::Right, Align::Right];
        written(output::table(&mut self.out, aligned, &rows.collect::<Vec<_>>()))?;
        if found.is_empty() {
            let best = scored.first().map_or(0.0, |best| best.presence);
            written(writeln!(self.out, "  {NONE}: the most probable has {}", percent(best)))?;
        }
        Ok(())
    }

    fn line(&mut self, path: &Path, scored: &[LabelVerdict]) -> Result<(), Failure> {
        let found = self.labelling.found(scored);
        let named = found.iter().map(|found| format!("{} {}", found.label, percent(found.presence)));
        let named = if found.is_empty() { NONE.to_owned() } else { named.collect::<Vec<_>>().join(", ") };
        written(writeln!(self.out, "{}  {}", printable(&text(path)), printable(&named)))
    }
}

fn percent(part: f32) -> String {
    format!("{:.1} %", part * 100.0)
}
