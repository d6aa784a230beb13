//! A sound cut into windows, each heard as if it were a file of its own.
//!
//! In: the samples of one sound in blocks. Out: a view for each window, every hop from the start on. Where the end of the sound
//! would go unheard, one more window ends exactly there, full of real sound; where the last hop reaches the end exactly there is
//! none, so no window counts twice. A sound that fits one window is one window. A window may be shorter than the model's, which
//! it then fills as a short sound does. Memory: two windows of samples.

use std::sync::Arc;

use crate::error::Result;
use crate::features::config::FrontEnd;
use crate::features::mel::MelPlan;
use crate::features::view::{View, no_samples, window_view};

/// The windows of one sound in the making.
#[derive(Debug)]
pub(super) struct WindowStream {
    front_end: Arc<FrontEnd>,
    plan: MelPlan,
    /// Length of a window, in samples; the model's at most.
    window_len: usize,
    hop: u64,
    /// The sound from sample `kept_from` on.
    kept: Vec<f32>,
    kept_from: u64,
    /// Where the next window starts.
    next: u64,
    /// Where the last window ended; 0 before the first.
    heard_to: u64,
}

impl WindowStream {
    /// A stream for one sound with a window of `window_len` samples, from 1 to the model's, every `hop_len_samples`, at
    /// least 1.
    pub(super) fn new(front_end: Arc<FrontEnd>, window_len: usize, hop_len_samples: usize) -> Self {
        let plan = MelPlan::new(&front_end);
        WindowStream {
            front_end,
            plan,
            window_len,
            hop: hop_len_samples as u64,
            kept: Vec::new(),
            kept_from: 0,
            next: 0,
            heard_to: 0,
        }
    }

    /// Takes the next samples and returns the windows they completed.
    pub(super) fn push(&mut self, samples: &[f32]) -> Vec<View> {
        let mut views = Vec::new();
        for block in samples.chunks(self.window_len) {
            self.kept.extend_from_slice(block);
            while self.next + self.window_len as u64 <= self.len_samples() {
                views.push(self.hear(self.next));
                self.next = self.next.saturating_add(self.hop);
            }
            self.forget_heard();
        }
        views
    }

    /// Ends the sound and returns the window still due, if there is one.
    pub(super) fn finish(mut self) -> Result<Vec<View>> {
        if self.kept.is_empty() {
            return Err(no_samples());
        }
        if self.heard_to == 0 {
            return Ok(vec![window_view(&self.front_end, &self.plan, &self.kept)]);
        }
        if self.heard_to == self.len_samples() {
            return Ok(Vec::new());
        }
        let last = self.len_samples() - self.window_len as u64;
        Ok(vec![self.hear(last)])
    }

    /// Number of samples of the sound so far.
    fn len_samples(&self) -> u64 {
        self.kept_from + self.kept.len() as u64
    }

    /// The view of the window from sample `start` on, all of which is kept.
    fn hear(&mut self, start: u64) -> View {
        let window_len = self.window_len;
        let offset = (start - self.kept_from) as usize;
        let view = window_view(&self.front_end, &self.plan, &self.kept[offset..offset + window_len]);
        let end = start + window_len as u64;
        let new_samples = end - self.heard_to.max(start);
        self.heard_to = end;
        View { span: start..end, weight: (new_samples as f64 / window_len as f64) as f32, ..view }
    }

    /// Drops what neither the next window nor one that ends with the sound will need, once it is half of what is kept.
    fn forget_heard(&mut self) {
        let last_window = self.len_samples().saturating_sub(self.window_len as u64);
        let heard = (self.next.min(last_window) - self.kept_from) as usize;
        if heard >= self.kept.len() / 2 {
            self.kept.drain(..heard);
            self.kept_from += heard as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A window of 100 samples, whose views are cheap.
    const SMALL: &str = r#"{"truncation": "rand_trunc", "sampling_rate": 1000, "fft_window_size": 16, "hop_length": 8,
        "max_length_s": 0.1, "feature_size": 8, "frequency_max": 400}"#;

    fn noise(len: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * i % 1009) as f32 * 0.37).sin()).collect()
    }

    fn windows(samples: &[f32], len: usize, hop: usize, block: usize) -> Vec<View> {
        let mut stream = WindowStream::new(Arc::new(FrontEnd::from_json(SMALL).unwrap()), len, hop);
        let mut views: Vec<View> = samples.chunks(block).flat_map(|block| stream.push(block)).collect();
        views.extend(stream.finish().unwrap());
        views
    }

    fn check(len: usize, hop: usize, expected: &[(u64, u64, f32)]) {
        check_excerpts(100, len, hop, expected);
    }

    fn check_excerpts(window_len: usize, len: usize, hop: usize, expected: &[(u64, u64, f32)]) {
        let samples = noise(len);
        let views = windows(&samples, window_len, hop, 33);
        let found: Vec<(u64, u64, f32)> = views.iter().map(|v| (v.span.start, v.span.end, v.weight)).collect();
        assert_eq!(found, expected, "{len} samples, a window every {hop}");
        for view in &views {
            let span = &samples[view.span.start as usize..view.span.end as usize];
            let alone = windows(span, 100, hop, span.len());
            assert_eq!(alone[0].values, view.values, "{len} samples, hop {hop}: the window is not that of its span");
        }
    }

    #[test]
    fn consecutive_windows_cover_the_sound_and_weigh_what_is_new() {
        check(1, 100, &[(0, 1, 1.0)]);
        check(99, 100, &[(0, 99, 1.0)]);
        check(100, 100, &[(0, 100, 1.0)]);
        check(101, 100, &[(0, 100, 1.0), (1, 101, 0.01)]);
        check(170, 100, &[(0, 100, 1.0), (70, 170, 0.7)]);
        check(250, 100, &[(0, 100, 1.0), (100, 200, 1.0), (150, 250, 0.5)]);
    }

    #[test]
    fn a_length_that_is_a_multiple_of_the_hop_has_no_window_twice() {
        check(200, 100, &[(0, 100, 1.0), (100, 200, 1.0)]);
        check(150, 50, &[(0, 100, 1.0), (50, 150, 0.5)]);
    }

    #[test]
    fn overlapping_and_sparse_windows_end_with_the_sound() {
        check(180, 50, &[(0, 100, 1.0), (50, 150, 0.5), (80, 180, 0.3)]);
        check(240, 200, &[(0, 100, 1.0), (140, 240, 1.0)]);
        check(300, 200, &[(0, 100, 1.0), (200, 300, 1.0)]);
        check(120, 200, &[(0, 100, 1.0), (20, 120, 0.2)]);
    }

    #[test]
    fn excerpts_shorter_than_the_window_are_heard_as_short_sounds_are() {
        check_excerpts(40, 90, 25, &[(0, 40, 1.0), (25, 65, 0.625), (50, 90, 0.625)]);
        check_excerpts(40, 100, 40, &[(0, 40, 1.0), (40, 80, 1.0), (60, 100, 0.5)]);
        check_excerpts(40, 30, 10, &[(0, 30, 1.0)]);
    }

    #[test]
    fn memory_stays_at_two_windows() {
        for hop in [1, 37, 100, 1000] {
            let mut stream = WindowStream::new(Arc::new(FrontEnd::from_json(SMALL).unwrap()), 100, hop);
            for block in noise(5_000).chunks(13) {
                stream.push(block);
                assert!(stream.kept.len() <= 2 * 100 + 13, "hop {hop} keeps {}", stream.kept.len());
            }
        }
    }
}
