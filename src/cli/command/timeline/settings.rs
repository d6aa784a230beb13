//! The flags → what the library is asked for, checked against the model and the labels.

use std::num::NonZeroUsize;

use auricle::classify::timeline::events::Rules;
use auricle::classify::timeline::{HOP_WINDOWS, LEAST_SECONDS, WINDOW_SECONDS, around};
use auricle::encoder::WindowPace;
use auricle::error::{Error, Result};

use crate::cli::command::timeline::{Flags, Request};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) pace: WindowPace,
    /// The same in seconds: from one window to the next, and a window.
    pub(crate) hop_seconds: f64,
    pub(crate) window_seconds: f64,
    pub(crate) smooth: usize,
    pub(crate) rules: Rules,
    /// Whether the scores of all windows are kept.
    pub(crate) with_tracks: bool,
    /// Whether a picture will be drawn.
    pub(crate) with_sketch: bool,
}

impl Settings {
    /// Squares `flags` with the model and the labels of `request`.
    ///
    /// # Errors
    /// [`Error::User`] for a number that makes no sense.
    pub(crate) fn new(flags: &Flags, request: &Request<'_>) -> Result<Self> {
        let front_end = request.encoder.front_end();
        let rate_hz = f64::from(front_end.rate_hz());
        let longest = front_end.window_len_samples() as f64 / rate_hz;
        let window = flags.window.unwrap_or(WINDOW_SECONDS.min(longest));
        let hop = flags.hop.unwrap_or(HOP_WINDOWS * window);
        check("--window", window, LEAST_SECONDS, longest, "the model's window")?;
        check("--hop", hop, LEAST_SECONDS, window, "the window, or parts would go unheard")?;
        check("--bridge", flags.bridge, 0.0, f64::MAX, "any length")?;
        check("--shortest", flags.shortest, 0.0, f64::MAX, "any length")?;
        check("--hold", f64::from(flags.hold), 0.0, 1.0, "the threshold itself")?;
        let smooth = flags.smooth.unwrap_or_else(|| around(window, hop));
        if smooth.is_multiple_of(2) {
            let problem = format!("--smooth {smooth} has no window in the middle");
            return Err(Error::user(problem, "give an odd number, 1 for not at all"));
        }
        let len = |seconds: f64| NonZeroUsize::new((seconds * rate_hz).round() as usize).unwrap_or(NonZeroUsize::MIN);
        Ok(Settings {
            pace: WindowPace { window_len_samples: len(window), hop_len_samples: len(hop) },
            hop_seconds: hop,
            window_seconds: window,
            smooth,
            rules: Rules {
                thresholds: request.classifier.thresholds(request.threshold),
                hold: flags.hold,
                bridge_seconds: flags.bridge,
                least_seconds: flags.shortest,
            },
            with_tracks: flags.tracks,
            with_sketch: flags.png.is_some(),
        })
    }
}

/// Refuses a `value` of `flag` outside of `least..=most`; `limit` says what the most is.
fn check(flag: &str, value: f64, least: f64, most: f64, limit: &str) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let most = if most == f64::MAX { String::new() } else { format!(" {most},") };
    Err(Error::user(format!("{flag} {value} makes no sense"), format!("give {least} to{most} {limit}")))
}
