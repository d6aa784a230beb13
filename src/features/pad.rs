//! Short sounds → the model's window.
//!
//! In: the samples of a sound no longer than the window. Out: exactly a window of samples, as
//! `ClapFeatureExtractor._get_input_mel` fills it. Longer sounds are none of this file's business.

use crate::features::config::{FrontEnd, Padding};

/// `samples` (at least one, at most a window) made exactly one window long.
pub(super) fn fill_window(front_end: &FrontEnd, samples: &[f32]) -> Vec<f32> {
    let window_len = front_end.window_len_samples();
    let repeated_len = match front_end.padding() {
        Padding::RepeatPad => window_len / samples.len() * samples.len(),
        Padding::Repeat => window_len,
        Padding::Pad => samples.len(),
    };
    let mut filled: Vec<f32> = samples.iter().copied().cycle().take(repeated_len).collect();
    filled.resize(window_len, 0.0);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_padding_fills_the_window_as_the_reference_does() {
        let cases: [(&str, usize, &[f32]); 5] = [
            ("repeatpad", 7, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0, 0.0]),
            ("repeat", 7, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0, 2.0]),
            ("pad", 3, &[1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
            ("repeatpad", 1, &[1.0; 16]),
            ("repeatpad", 9, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        ];
        for (padding, len, expected) in cases {
            let text = format!(
                r#"{{"padding": "{padding}", "sampling_rate": 1000, "max_length_s": 0.016, "fft_window_size": 16,
                    "hop_length": 8, "frequency_max": 400}}"#
            );
            let samples: Vec<f32> = (1..=len).map(|i| i as f32).collect();
            assert_eq!(fill_window(&FrontEnd::from_json(&text).unwrap(), &samples), expected, "{padding} {len}");
        }
    }
}
