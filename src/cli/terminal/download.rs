//! The progress bar of a model's download.

use auricle::model::Download;
use indicatif::ProgressBar;

use crate::cli::context::Context;

/// File, bar, bytes, rate and time left.
const TEMPLATE: &str = "{msg}  {bar:30}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";

/// Shows each file that is downloaded.
pub(crate) struct DownloadBar<'a> {
    context: &'a Context,
    bar: ProgressBar,
}

impl<'a> DownloadBar<'a> {
    /// Nothing is shown until a download starts.
    pub(crate) fn new(context: &'a Context) -> Self {
        DownloadBar { context, bar: ProgressBar::hidden() }
    }
}

impl Download for DownloadBar<'_> {
    fn started(&mut self, file: &str, total_bytes: u64) {
        self.bar = self.context.progress_bar(TEMPLATE, total_bytes);
        self.bar.set_message(format!("downloading {file}"));
    }

    fn advanced(&mut self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn finished(&mut self) {
        self.bar.finish_and_clear();
    }
}
