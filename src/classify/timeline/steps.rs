//! Overlapping windows → consecutive steps of time, smoothed.

use std::collections::VecDeque;
use std::ops::Range;

/// A piece of time, and how far the sound has each label there.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeStep {
    /// Where it lies, in seconds from the beginning of the sound.
    pub seconds: Range<f64>,
    /// One presence a label, 0..=1.
    pub presences: Vec<f32>,
}

/// The steps of one sound in the making: one a window, from the middle between its centre and that of the window before to
/// the middle between its centre and that of the window after. The first begins with the sound and the last ends with it.
///
/// A step has the median of the windows around it: a single window that says otherwise than its neighbours is overruled,
/// while the edges of what lasts longer stay where they are, which a mean would wash out.
#[derive(Debug)]
pub(crate) struct Steps {
    /// Windows to either side that a median is taken over.
    reach: usize,
    /// The windows that steps not yet given need.
    recent: VecDeque<WindowScores>,
    /// Windows that were there and are no longer kept.
    forgotten: usize,
    /// Which window's step is due.
    due: usize,
    /// Where that step begins, in seconds.
    begins: f64,
}

#[derive(Debug)]
struct WindowScores {
    centre: f64,
    presences: Vec<f32>,
}

impl Steps {
    /// The steps of a sound, smoothed over `windows`: 1 for not at all, and an even number counts as the next odd one.
    pub(crate) fn new(windows: usize) -> Self {
        Steps { reach: windows / 2, recent: VecDeque::new(), forgotten: 0, due: 0, begins: 0.0 }
    }

    /// Takes the next window, in the order of their centres, and gives the step that it completes, if there is one.
    pub(crate) fn push(&mut self, seconds: Range<f64>, presences: Vec<f32>) -> Option<TimeStep> {
        self.recent.push_back(WindowScores { centre: (seconds.start + seconds.end) / 2.0, presences });
        // The window after is needed for the time at which a step ends, even if nothing is smoothed.
        (self.due + self.reach.max(1) < self.count()).then(|| self.give(None))
    }

    /// Ends the sound after `seconds` and gives the steps still due.
    pub(crate) fn finish(mut self, seconds: f64) -> Vec<TimeStep> {
        (self.due..self.count()).map(|_| self.give(Some(seconds))).collect()
    }

    /// Number of windows so far.
    fn count(&self) -> usize {
        self.forgotten + self.recent.len()
    }

    /// The step that is due; the last one ends after `length` seconds.
    fn give(&mut self, length: Option<f64>) -> TimeStep {
        let index = self.due - self.forgotten;
        // As many on one side as on the other, or an edge would lean towards what lies inside.
        let reach = self.reach.min(self.due).min(self.recent.len() - 1 - index);
        let around: Vec<&WindowScores> = self.recent.range(index - reach..=index + reach).collect();
        let presences = (0..around[reach].presences.len()).map(|label| median(&around, label)).collect();
        let begins = self.begins;
        let ends = match (self.recent.get(index + 1), length) {
            (Some(next), _) => (self.recent[index].centre + next.centre) / 2.0,
            (None, Some(length)) => length,
            (None, None) => unreachable!("a step is given once the window after it is there"),
        };
        (self.begins, self.due) = (ends, self.due + 1);
        while self.forgotten + self.reach < self.due {
            self.recent.pop_front();
            self.forgotten += 1;
        }
        TimeStep { seconds: begins..ends, presences }
    }
}

/// The median presence of `label` in an odd number of windows.
fn median(windows: &[&WindowScores], label: usize) -> f32 {
    let mut values: Vec<f32> = windows.iter().map(|window| window.presences[label]).collect();
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps of windows `hop` apart and `len` long with those presences of one label, and of a sound that ends with the
    /// last window.
    fn steps(smooth: usize, len: f64, hop: f64, values: &[f32]) -> Vec<(f64, f64, f32)> {
        let mut steps = Steps::new(smooth);
        let mut found = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let start = index as f64 * hop;
            found.extend(steps.push(start..start + len, vec![*value]));
            assert!(steps.recent.len() <= smooth.max(2) + 1, "keeps {}", steps.recent.len());
        }
        found.extend(steps.finish((values.len() - 1) as f64 * hop + len));
        found.into_iter().map(|step| (step.seconds.start, step.seconds.end, step.presences[0])).collect()
    }

    #[test]
    fn each_window_has_the_time_around_its_centre_and_the_ends_have_the_rest() {
        let found = steps(1, 5.0, 1.0, &[0.1, 0.2, 0.3, 0.4]);
        assert_eq!(found, [(0.0, 3.0, 0.1), (3.0, 4.0, 0.2), (4.0, 5.0, 0.3), (5.0, 8.0, 0.4)]);
        assert_eq!(steps(1, 2.0, 2.0, &[0.1, 0.2]), [(0.0, 2.0, 0.1), (2.0, 4.0, 0.2)], "no overlap");
        assert_eq!(steps(3, 0.5, 1.0, &[0.7]), [(0.0, 0.5, 0.7)], "one window is all of the sound");
    }

    #[test]
    fn a_last_window_out_of_step_is_nearer_to_its_neighbour() {
        let mut all = Steps::new(1);
        for start in [0.0, 1.0] {
            all.push(start..start + 4.0, vec![0.0]);
        }
        let last = all.push(1.5..5.5, vec![0.0]).unwrap();
        assert_eq!(last.seconds, 2.5..3.25);
        assert_eq!(all.finish(5.5).pop().unwrap().seconds, 3.25..5.5);
    }

    #[test]
    fn a_median_overrules_a_single_window_and_keeps_edges() {
        let values = |smooth, values: &[f32]| steps(smooth, 1.0, 1.0, values).iter().map(|step| step.2).collect();
        let check = |smooth, given: &[f32], expected: &[f32]| {
            let found: Vec<f32> = values(smooth, given);
            assert_eq!(found, expected, "{given:?} over {smooth}");
        };
        check(3, &[0.0, 0.9, 0.0, 0.0, 0.8, 0.8, 0.0, 0.8], &[0.0, 0.0, 0.0, 0.0, 0.8, 0.8, 0.8, 0.8]);
        check(5, &[0.9, 0.0, 0.9, 0.9, 0.0, 0.0, 0.0], &[0.9, 0.9, 0.9, 0.0, 0.0, 0.0, 0.0]);
        check(5, &[0.1, 0.2], &[0.1, 0.2]);
        check(2, &[0.0, 0.9, 0.0], &[0.0, 0.0, 0.0]);
    }

    #[test]
    fn labels_are_smoothed_apart() {
        let mut all = Steps::new(3);
        let windows = [[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]].into_iter().enumerate();
        let mut found: Vec<TimeStep> =
            windows.filter_map(|(at, presences)| all.push(at as f64..at as f64 + 1.0, presences.to_vec())).collect();
        found.extend(all.finish(3.0));
        let presences: Vec<_> = found.into_iter().map(|step| step.presences).collect();
        assert_eq!(presences, [[0.0, 1.0], [0.5, 0.5], [0.5, 0.5]]);
    }
}
