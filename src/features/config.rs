//! The front end as `preprocessor_config.json` states it.
//!
//! In: the file's text. Out: a [`FrontEnd`] whose every value lies within sane bounds, or an error that names the key. Keys
//! that are absent take the defaults of the reference (`ClapFeatureExtractor.__init__`); keys that the reference reads but
//! never uses (`top_db`, `padding_value`, `nb_max_samples`, `n_fft`, `chunk_length_s` …) are ignored as they are there.

use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::error::{Error, Result};

/// The file this module reads, as messages name it.
const FILE: &str = "preprocessor_config.json";
/// The only class of feature extractor whose numerics this module knows.
const EXTRACTOR: &str = "ClapFeatureExtractor";

// Bounds: wide enough for any model one could train, narrow enough that no size overflows or exhausts memory.
const RATE_BOUNDS_HZ: RangeInclusive<u64> = 1_000..=768_000;
const FFT_BOUNDS: RangeInclusive<u64> = 16..=65_536;
const BINS_BOUNDS: RangeInclusive<u64> = 1..=1_024;
const LONGEST_WINDOW_SECONDS: f64 = 600.0;

/// What becomes of a sound longer than the window, and with it which mel bank the model was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Truncation {
    /// Four channels: the whole sound shrunk, and three crops. HTK bank without norm.
    #[serde(rename = "fusion")]
    Fusion,
    /// One channel; the reference takes a random crop, we take consecutive windows. Slaney bank with Slaney norm.
    #[serde(rename = "rand_trunc")]
    RandTrunc,
}

/// How a sound shorter than the window fills it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Padding {
    /// As many whole repeats as fit, then zeros.
    #[serde(rename = "repeatpad")]
    RepeatPad,
    /// Repeats, the last one cut.
    #[serde(rename = "repeat")]
    Repeat,
    /// Once, then zeros.
    #[serde(rename = "pad")]
    Pad,
}

/// The front end of one model, as its `preprocessor_config.json` states it.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontEnd {
    rate_hz: u32,
    window_len_samples: usize,
    fft_len_samples: usize,
    hop_len_samples: usize,
    mel_bins: usize,
    min_hz: f64,
    max_hz: f64,
    truncation: Truncation,
    padding: Padding,
}

impl FrontEnd {
    /// Reads the text of a `preprocessor_config.json`.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] if `text` is no JSON object of the known kind, or a value is unknown or out of bounds.
    pub fn from_json(text: &str) -> Result<Self> {
        // serde would also take an array for a struct, and an empty one for all defaults.
        if !text.trim_start().starts_with('{') {
            return Err(Error::model(FILE, "is not a JSON object"));
        }
        let raw: Raw = serde_json::from_str(text)
            .map_err(|cause| Error::model(FILE, format!("cannot be understood: {cause}")).caused_by(cause))?;
        raw.check()
    }

    /// Sample rate of the model's input, in Hz.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Length of the model's window, in samples.
    pub fn window_len_samples(&self) -> usize {
        self.window_len_samples
    }

    /// Number of mel frames in one window: 1001 for 10 s at hop 480, as the first and the last frame are centred on its ends.
    pub fn window_frames(&self) -> usize {
        self.window_len_samples / self.hop_len_samples + 1
    }

    /// Length of one Fourier transform, in samples; even.
    pub(crate) fn fft_len_samples(&self) -> usize {
        self.fft_len_samples
    }

    /// Distance between two frames, in samples.
    pub fn hop_len_samples(&self) -> usize {
        self.hop_len_samples
    }

    /// Number of mel bins.
    pub fn mel_bins(&self) -> usize {
        self.mel_bins
    }

    /// Lower edge of the lowest mel bin, in Hz.
    pub fn min_hz(&self) -> f64 {
        self.min_hz
    }

    /// Upper edge of the highest mel bin, in Hz.
    pub fn max_hz(&self) -> f64 {
        self.max_hz
    }

    /// What becomes of a sound longer than the window.
    pub fn truncation(&self) -> Truncation {
        self.truncation
    }

    /// How a sound shorter than the window fills it.
    pub(crate) fn padding(&self) -> Padding {
        self.padding
    }
}

/// The file's keys with the reference's defaults, unchecked.
#[derive(Debug, Deserialize)]
#[serde(default)]
struct Raw {
    feature_extractor_type: String,
    feature_size: u64,
    sampling_rate: u64,
    hop_length: u64,
    max_length_s: f64,
    fft_window_size: u64,
    frequency_min: f64,
    frequency_max: f64,
    truncation: Truncation,
    padding: Padding,
}

impl Default for Raw {
    fn default() -> Self {
        Raw {
            feature_extractor_type: EXTRACTOR.to_owned(),
            feature_size: 64,
            sampling_rate: 48_000,
            hop_length: 480,
            max_length_s: 10.0,
            fft_window_size: 1024,
            frequency_min: 0.0,
            frequency_max: 14_000.0,
            truncation: Truncation::Fusion,
            padding: Padding::RepeatPad,
        }
    }
}

impl Raw {
    fn check(self) -> Result<FrontEnd> {
        if self.feature_extractor_type != EXTRACTOR {
            let found = &self.feature_extractor_type;
            return Err(bad("feature_extractor_type", format!("is {found:?}, and only {EXTRACTOR:?} is known")));
        }
        let rate_hz = within("sampling_rate", self.sampling_rate, RATE_BOUNDS_HZ)?;
        let fft_len_samples = within("fft_window_size", self.fft_window_size, FFT_BOUNDS)?;
        if fft_len_samples % 2 == 1 {
            return Err(bad("fft_window_size", format!("is {fft_len_samples}, and must be even")));
        }
        let hop_len_samples = within("hop_length", self.hop_length, 1..=self.fft_window_size)?;
        let mel_bins = within("feature_size", self.feature_size, BINS_BOUNDS)?;
        let window_len_samples = self.window_len_samples(rate_hz, fft_len_samples)?;
        self.check_frequencies(rate_hz)?;
        Ok(FrontEnd {
            rate_hz: rate_hz as u32,
            window_len_samples,
            fft_len_samples,
            hop_len_samples,
            mel_bins,
            min_hz: self.frequency_min,
            max_hz: self.frequency_max,
            truncation: self.truncation,
            padding: self.padding,
        })
    }

    fn window_len_samples(&self, rate_hz: usize, fft_len_samples: usize) -> Result<usize> {
        let seconds = self.max_length_s;
        let len = seconds * rate_hz as f64;
        if !(seconds > 0.0 && seconds <= LONGEST_WINDOW_SECONDS) || len.fract() != 0.0 || len < fft_len_samples as f64 {
            return Err(bad(
                "max_length_s",
                format!(
                    "is {seconds}, and must be a whole number of samples, no shorter than one Fourier transform and no \
                     longer than {LONGEST_WINDOW_SECONDS} s"
                ),
            ));
        }
        Ok(len as usize)
    }

    fn check_frequencies(&self, rate_hz: usize) -> Result<()> {
        let (min, max) = (self.frequency_min, self.frequency_max);
        if min >= 0.0 && min < max && max <= rate_hz as f64 / 2.0 {
            return Ok(());
        }
        let problem =
            format!("is {min} with frequency_max {max}; they must ascend from 0 to at most half the sample rate");
        Err(bad("frequency_min", problem))
    }
}

/// `value` as a size, if it lies within `bounds`.
fn within(key: &str, value: u64, bounds: RangeInclusive<u64>) -> Result<usize> {
    if !bounds.contains(&value) {
        let (low, high) = bounds.into_inner();
        return Err(bad(key, format!("is {value}, and must lie within {low} and {high}")));
    }
    Ok(value as usize)
}

fn bad(key: &str, problem: String) -> Error {
    Error::model(FILE, format!("{key} {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAION_FUSED: &str = r#"{
        "chunk_length_s": 10, "feature_extractor_type": "ClapFeatureExtractor", "feature_size": 64,
        "fft_window_size": 1024, "frequency_max": 14000, "frequency_min": 50, "hop_length": 480, "max_length_s": 10,
        "n_fft": 1024, "nb_frequency_bins": 513, "nb_max_samples": 480000, "padding": "repeatpad",
        "padding_side": "right", "padding_value": 0.0, "processor_class": "ClapProcessor",
        "return_attention_mask": false, "sampling_rate": 48000, "top_db": null, "truncation": "fusion"
    }"#;

    #[test]
    fn the_published_file_is_read() {
        let front_end = FrontEnd::from_json(LAION_FUSED).unwrap();
        assert_eq!((front_end.rate_hz(), front_end.mel_bins()), (48_000, 64));
        assert_eq!((front_end.window_len_samples(), front_end.window_frames()), (480_000, 1001));
        assert_eq!((front_end.fft_len_samples(), front_end.hop_len_samples()), (1024, 480));
        assert_eq!((front_end.min_hz(), front_end.max_hz()), (50.0, 14_000.0));
        assert_eq!((front_end.truncation(), front_end.padding()), (Truncation::Fusion, Padding::RepeatPad));
    }

    #[test]
    fn absent_keys_take_the_reference_defaults() {
        let front_end = FrontEnd::from_json("{}").unwrap();
        assert_eq!((front_end.window_len_samples(), front_end.min_hz()), (480_000, 0.0));
        assert_eq!(front_end.truncation(), Truncation::Fusion);
    }

    #[test]
    fn a_bad_value_is_an_error_that_names_it() {
        let cases = [
            ("not json", "not a JSON object"),
            ("[]", "not a JSON object"),
            ("{", "cannot be understood"),
            (r#"{"truncation": "head"}"#, "head"),
            (r#"{"padding": "mirror"}"#, "mirror"),
            (r#"{"feature_extractor_type": "WhisperFeatureExtractor"}"#, "WhisperFeatureExtractor"),
            (r#"{"sampling_rate": 0}"#, "sampling_rate"),
            (r#"{"sampling_rate": 18446744073709551615}"#, "sampling_rate"),
            (r#"{"sampling_rate": -48000}"#, "-48000"),
            (r#"{"hop_length": 0}"#, "hop_length"),
            (r#"{"hop_length": 1025}"#, "hop_length"),
            (r#"{"fft_window_size": 1023}"#, "fft_window_size"),
            (r#"{"fft_window_size": 100000000}"#, "fft_window_size"),
            (r#"{"feature_size": 0}"#, "feature_size"),
            (r#"{"feature_size": 9999999}"#, "feature_size"),
            (r#"{"max_length_s": 0}"#, "max_length_s"),
            (r#"{"max_length_s": 0.01}"#, "max_length_s"),
            (r#"{"max_length_s": 1.00001}"#, "max_length_s"),
            (r#"{"max_length_s": 1e30}"#, "max_length_s"),
            (r#"{"frequency_min": -1}"#, "frequency_min"),
            (r#"{"frequency_min": 15000}"#, "frequency_min"),
            (r#"{"frequency_max": 24001}"#, "frequency_max"),
        ];
        for (text, named) in cases {
            let message = FrontEnd::from_json(text).unwrap_err().to_string();
            assert!(message.contains(named) && message.starts_with(FILE), "{text}: {message}");
        }
    }
}
