//! The flags of `--timeline`, and the settings that they stand for.

use std::path::PathBuf;

use auricle::classify::timeline::counts::Period;
use auricle::classify::timeline::{BRIDGE_SECONDS, HOLD, SHORTEST_SECONDS};
use auricle::operations::timeline::TimelineSettings;
use clap::{Args, ValueEnum};

use crate::cli::query::number::number;

/// How labels along time are found and written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Labels along time")]
pub(crate) struct TimelineOptions {
    /// Find when each label starts and ends in each sound; labels may overlap
    #[arg(long)]
    timeline: bool,
    /// Seconds from one window to the next [default: a quarter of a window]
    #[arg(long, value_name = "SECONDS", requires = "timeline")]
    hop: Option<f64>,
    /// Length of a window, at most the model's: a shorter one gives more exact times, a longer one more reliable labels
    /// [default: 2]
    #[arg(long, value_name = "SECONDS", requires = "timeline")]
    window: Option<f64>,
    /// Number of windows in the median filter that smooths the scores [default: those that overlap a window, 5]
    #[arg(long, value_name = "WINDOWS", requires = "timeline")]
    smooth: Option<usize>,
    /// An event starts when the score reaches the threshold, and ends when it falls below this share of the threshold
    #[arg(long, value_name = "SHARE", requires = "timeline", default_value_t = HOLD)]
    hold: f32,
    /// Join events of a label that are at most this far apart
    #[arg(long, value_name = "SECONDS", requires = "timeline", default_value_t = BRIDGE_SECONDS)]
    bridge: f64,
    /// Leave out events that are shorter than this
    #[arg(long, value_name = "SECONDS", requires = "timeline", default_value_t = SHORTEST_SECONDS)]
    shortest: f64,
    /// Hear this channel alone, counted from 1, of files that have it [default: as the library remembers of the file, or the mix]
    #[arg(long, value_name = "N", value_parser = number::<1>, requires = "timeline")]
    pub(crate) channel: Option<u32>,
    /// With --json, include the scores of every window
    #[arg(long, requires = "timeline", requires = "json")]
    pub(crate) tracks: bool,
    /// Count the events that begin in each hour or day, by the recorders' clocks, instead of listing them
    #[arg(long, value_enum, value_name = "PERIOD", requires = "timeline", conflicts_with_all = ["tracks", "audacity", "raven"])]
    pub(crate) per: Option<PeriodName>,
    #[command(flatten)]
    pub(crate) form: FormFlags,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE|FOLDER", requires = "timeline")]
    pub(crate) output: Option<PathBuf>,
    /// Draw a spectrogram with the labels below it to this file, or for several sounds to this folder
    #[arg(long, value_name = "OUT.png", requires = "timeline")]
    pub(crate) png: Option<PathBuf>,
}

/// The forms beside the table, `--json` and `--csv`, of which one can be chosen.
#[derive(Debug, Args)]
#[group(multiple = false, conflicts_with_all = ["json", "csv"])]
pub(crate) struct FormFlags {
    /// Print a label track for Audacity; for several sounds, one for each is written to the folder --output
    #[arg(long, requires = "timeline")]
    pub(crate) audacity: bool,
    /// Print a selection table for Raven; for several sounds, as with --audacity
    #[arg(long, requires = "timeline")]
    pub(crate) raven: bool,
}

/// A period as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PeriodName {
    /// Each hour of each day
    Hour,
    /// Each day
    Day,
    /// Each hour of the day, over all days
    HourOfDay,
}

impl From<PeriodName> for Period {
    fn from(name: PeriodName) -> Self {
        match name {
            PeriodName::Hour => Period::Hour,
            PeriodName::Day => Period::Day,
            PeriodName::HourOfDay => Period::HourOfDay,
        }
    }
}

/// The form of timelines as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextForm {
    Table,
    Json,
    Csv,
    Audacity,
    Raven,
}

impl TextForm {
    /// The form that `flags` choose, beside `json` and `csv`.
    pub(crate) fn chosen(flags: &TimelineOptions, json: bool, csv: bool) -> Self {
        match flags.form {
            FormFlags { audacity: true, .. } => TextForm::Audacity,
            FormFlags { raven: true, .. } => TextForm::Raven,
            _ if csv => TextForm::Csv,
            _ if json => TextForm::Json,
            _ => TextForm::Table,
        }
    }
}

impl TimelineOptions {
    /// Whether labels along time are wanted.
    pub(crate) fn is_wanted(&self) -> bool {
        self.timeline
    }

    /// The settings asked for, with the `threshold` of labels that have none.
    pub(crate) fn settings(&self, threshold: Option<f32>) -> TimelineSettings {
        TimelineSettings {
            window_seconds: self.window,
            hop_seconds: self.hop,
            smooth: self.smooth,
            threshold,
            hold: self.hold,
            bridge_seconds: self.bridge,
            shortest_seconds: self.shortest,
        }
    }
}
