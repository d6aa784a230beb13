//! Bars on standard error, or none.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Whether bars are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BarStyle {
    /// They are.
    Drawn,
    /// They are not.
    Hidden,
}

impl BarStyle {
    /// Bars for people who watch: drawn on a terminal, unless only results are wanted.
    pub(crate) fn of_terminal(is_quiet: bool) -> Self {
        if is_quiet || !io::stderr().is_terminal() { BarStyle::Hidden } else { BarStyle::Drawn }
    }

    /// A bar over `length` steps.
    pub(crate) fn bar(self, template: &str, length: u64) -> ProgressBar {
        if self == BarStyle::Hidden {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(template).expect("the template is a constant that parses");
        ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr()).with_style(style)
    }
}
