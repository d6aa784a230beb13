//! The flags → what the library is asked for, checked against the model and the labels.

use std::num::NonZeroUsize;

use auricle::classify::timeline::events::Rules;
use auricle::encoder::Pace;
use auricle::error::{Error, Result};

use super::{Flags, Request};

/// Length of a window in seconds unless another is asked for, or the model's if that is shorter. A window blurs the edges
/// of what it hears; with less than this the model hears too little. Of 1, 1.5, 2, 3 and 5 s this found known events best.
const WINDOW_SECONDS: f64 = 2.0;

/// From one window to the next, in windows: a quarter found more than a half did, at twice the cost.
const HOP_WINDOWS: f64 = 0.25;

/// The share of the threshold at which events begin and end. Between 0.3 and 0.8 it made no great difference.
pub(super) const HOLD: f32 = 0.5;

/// The longest gap between two events that become one: a pause that people still hear as one thing going on.
pub(super) const BRIDGE_SECONDS: f64 = 1.0;

/// The shortest event, in seconds: whatever is left by the median, which overrules what is short.
pub(super) const SHORTEST_SECONDS: f64 = 0.0;

/// The shortest window and hop: what is shorter says nothing, and a day has a million of them.
const LEAST_SECONDS: f64 = 0.1;

/// What was asked for.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) pace: Pace,
    /// The same in seconds: from one window to the next, and a window.
    pub(super) hop_seconds: f64,
    pub(super) window_seconds: f64,
    pub(super) smooth: usize,
    pub(super) rules: Rules,
    /// Whether the scores of all windows are kept.
    pub(super) with_tracks: bool,
    /// Whether a picture will be drawn.
    pub(super) with_sketch: bool,
}

impl Settings {
    /// Squares `flags` with the model and the labels of `request`.
    ///
    /// # Errors
    /// [`Error::User`] for a number that makes no sense.
    pub(super) fn new(flags: &Flags, request: &Request<'_>) -> Result<Self> {
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
            pace: Pace { window_len_samples: len(window), hop_len_samples: len(hop) },
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

/// Number of windows that hear the moment in the middle of one of them.
fn around(window: f64, hop: f64) -> usize {
    // A little more, so that rounding takes no window away.
    2 * (window / hop / 2.0 + 1e-6) as usize + 1
}

/// Refuses a `value` of `flag` outside of `least..=most`; `limit` says what the most is.
fn check(flag: &str, value: f64, least: f64, most: f64, limit: &str) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let most = if most == f64::MAX { String::new() } else { format!(" {most},") };
    Err(Error::user(format!("{flag} {value} makes no sense"), format!("give {least} to{most} {limit}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_over_the_windows_that_hear_the_same_moment() {
        for (hop, expected) in [(2.0, 1), (1.5, 1), (1.0, 3), (0.7, 3), (0.5, 5), (0.1, 21), (2.0 / 3.0 / 2.0, 7)] {
            assert_eq!(around(2.0, hop), expected, "a window every {hop} s");
        }
    }
}
