//! A span of time in a sound.

/// A span of time, from a start at or after 0 to a later end, in seconds from the beginning of a sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeSpan {
    start_seconds: f64,
    end_seconds: f64,
}

impl TimeSpan {
    /// The span between the two times; `None` if the start is negative or not before the end. The end may be infinite.
    pub fn new(start_seconds: f64, end_seconds: f64) -> Option<Self> {
        (start_seconds >= 0.0 && start_seconds < end_seconds).then_some(TimeSpan { start_seconds, end_seconds })
    }

    /// Seconds from the beginning of the sound to the start, at least 0.
    pub fn start_seconds(self) -> f64 {
        self.start_seconds
    }

    /// Seconds from the beginning of the sound to the end, more than to the start.
    pub fn end_seconds(self) -> f64 {
        self.end_seconds
    }

    /// Whether the two spans share more than a point.
    pub fn overlaps(self, other: TimeSpan) -> bool {
        self.start_seconds < other.end_seconds && other.start_seconds < self.end_seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_after_it_starts() {
        for (start, end) in [(-1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (f64::NAN, 1.0), (0.0, f64::NAN)] {
            assert_eq!(TimeSpan::new(start, end), None, "{start} to {end}");
        }
        assert!(TimeSpan::new(0.0, f64::INFINITY).is_some());
    }

    #[test]
    fn spans_that_only_touch_do_not_overlap() {
        let span = |start, end| TimeSpan::new(start, end).unwrap();
        assert!(span(0.0, 2.0).overlaps(span(1.0, 3.0)));
        assert!(!span(0.0, 2.0).overlaps(span(2.0, 3.0)));
    }
}
