//! Figures and warnings of an evaluation, as people read them.

use std::path::PathBuf;

use auricle::eval::warnings::Warning;

use crate::cli::terminal::text::printable;

/// A share in per cent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// An interval of shares in per cent.
pub(crate) fn interval([low, high]: [f64; 2]) -> String {
    format!("{:.1}–{:.1}", 100.0 * low, 100.0 * high)
}

/// The warnings, and how many sounds are missing, a line each.
pub(crate) fn warning_lines(missing: &[PathBuf], warnings: &[Warning]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(first) = missing.first() {
        let named = printable(&first.display().to_string());
        lines.push(format!("  missing: {} sounds of the list were not found, for example {named}", missing.len()));
    }
    for Warning { doubt, clips, of, examples } in warnings {
        let share = percent(*clips as f64 / *of as f64);
        lines.push(format!("  {}: {clips} of {of} clips ({share}); {}", doubt.name(), doubt.reason()));
        lines.extend(examples.iter().map(|example| format!("    {}", printable(example))));
    }
    if !lines.is_empty() {
        lines.insert(0, "Warnings".to_owned());
    }
    lines
}
