//! Labels along time: windows of a sound with how far each has some labels → events with a beginning and an end.
//!
//! Windows overlap and are longer than what they are asked about, so [`steps`] first gives each window the piece of time
//! that is nearest to its centre, smoothed, and [`events`] then joins pieces to events, label by label. Both take one
//! window after the other and keep no more than a few of them; [`counts`] gathers events by the hour or the day. Nothing here
//! hears a sound.

pub mod steps;
pub mod events;
pub mod counts;

/// Length of a window in seconds unless another is asked for, or the model's if that is shorter. A window blurs the edges
/// of what it hears; with less than this the model hears too little. Of 1, 1.5, 2, 3 and 5 s this found known events best.
pub(crate) const WINDOW_SECONDS: f64 = 2.0;

/// From one window to the next, in windows: a quarter found more than a half did, at twice the cost.
pub(crate) const HOP_WINDOWS: f64 = 0.25;

/// The share of the threshold at which events begin and end. Between 0.3 and 0.8 it made no great difference.
pub const HOLD: f32 = 0.5;

/// The longest gap between two events that become one: a pause that people still hear as one thing going on.
pub const BRIDGE_SECONDS: f64 = 1.0;

/// The shortest event, in seconds: whatever is left by the median, which overrules what is short.
pub const SHORTEST_SECONDS: f64 = 0.0;

/// The shortest window and hop: what is shorter says nothing, and a day has a million of them.
pub(crate) const LEAST_SECONDS: f64 = 0.1;

/// Number of windows that hear the moment in the middle of one of them.
pub(crate) fn around(window: f64, hop: f64) -> usize {
    // A little more, so that rounding takes no window away.
    2 * (window / hop / 2.0 + 1e-6) as usize + 1
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
