//! The progress bar of a model's download.

use auricle::model::hub::Download;
use indicatif::ProgressBar;

use crate::cli::terminal::bar::BarStyle;

/// File, bar, bytes, rate and time left.
const TEMPLATE: &str = "{msg}  {bar:30}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";

/// Shows each file that is downloaded.
pub(crate) struct DownloadBar {
    style: BarStyle,
    bar: ProgressBar,
}

impl DownloadBar {
    /// Nothing is shown until a download starts.
    pub(crate) fn new(style: BarStyle) -> Self {
        DownloadBar { style, bar: ProgressBar::hidden() }
    }
}

impl Download for DownloadBar {
    fn started(&mut self, file: &str, total_bytes: u64) {
        self.bar = self.style.bar(TEMPLATE, total_bytes);
        self.bar.set_message(format!("downloading {file}"));
    }

    fn advanced(&mut self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn finished(&mut self) {
        self.bar.finish_and_clear();
    }
}
