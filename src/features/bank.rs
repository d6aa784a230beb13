//! The mel filter bank: triangles that sum the power of neighbouring Fourier bins into mel bins.
//!
//! In: the front end. Out: mel energies of a power spectrum. There are two banks in this world and they must not be mixed
//! up: models with `truncation = fusion` were trained on the HTK scale without norm, those with `rand_trunc` on Slaney's scale
//! with Slaney's norm (`ClapFeatureExtractor`: `mel_filters` and `mel_filters_slaney`). No decibels here.

use crate::features::config::{FrontEnd, Truncation};

// HTK: mel = 2595 · log10(1 + f / 700).
const HTK_FACTOR: f64 = 2595.0;
const HTK_CORNER_HZ: f64 = 700.0;

// Slaney's Auditory Toolbox: linear up to 1 kHz (15 mel), then 27 steps of equal ratio for each factor of 6.4.
const SLANEY_HZ_PER_MEL: f64 = 200.0 / 3.0;
const SLANEY_CORNER_HZ: f64 = 1000.0;
const SLANEY_CORNER_MEL: f64 = 15.0;
const SLANEY_STEPS: f64 = 27.0;
const SLANEY_RATIO: f64 = 6.4;

/// How Hz are warped to mel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Htk,
    Slaney,
}

impl Scale {
    fn of(front_end: &FrontEnd) -> Self {
        match front_end.truncation() {
            Truncation::Fusion => Scale::Htk,
            Truncation::RandTrunc => Scale::Slaney,
        }
    }

    fn mel(self, hz: f64) -> f64 {
        match self {
            Scale::Htk => HTK_FACTOR * (1.0 + hz / HTK_CORNER_HZ).log10(),
            Scale::Slaney if hz < SLANEY_CORNER_HZ => hz / SLANEY_HZ_PER_MEL,
            Scale::Slaney => SLANEY_CORNER_MEL + (hz / SLANEY_CORNER_HZ).ln() * SLANEY_STEPS / SLANEY_RATIO.ln(),
        }
    }

    fn hz(self, mel: f64) -> f64 {
        match self {
            Scale::Htk => HTK_CORNER_HZ * (10f64.powf(mel / HTK_FACTOR) - 1.0),
            Scale::Slaney if mel < SLANEY_CORNER_MEL => mel * SLANEY_HZ_PER_MEL,
            Scale::Slaney => SLANEY_CORNER_HZ * ((mel - SLANEY_CORNER_MEL) * SLANEY_RATIO.ln() / SLANEY_STEPS).exp(),
        }
    }
}

/// One mel bin: the weights of the Fourier bins from `first` on; all others weigh nothing.
#[derive(Debug)]
struct MelFilter {
    first: usize,
    weights: Vec<f64>,
}

/// The filters of one front end, lowest mel bin first.
#[derive(Debug)]
pub(super) struct MelBank {
    filters: Vec<MelFilter>,
}

impl MelBank {
    /// The bank that `front_end`'s model was trained on.
    pub(super) fn new(front_end: &FrontEnd) -> Self {
        let scale = Scale::of(front_end);
        let edges = edges_hz(scale, front_end);
        let bin_hz = bin_frequencies_hz(front_end);
        let filters =
            edges.windows(3).map(|corner| filter(scale, [corner[0], corner[1], corner[2]], &bin_hz)).collect();
        MelBank { filters }
    }

    /// Number of Fourier bins, from bin 0 on, that any filter looks at.
    pub(super) fn used_bins(&self) -> usize {
        self.filters.iter().map(|filter| filter.first + filter.weights.len()).max().unwrap_or(0)
    }

    /// Number of mel bins.
    pub(super) fn mel_bins(&self) -> usize {
        self.filters.len()
    }

    /// The energy of each mel bin, given the power of at least [`Self::used_bins`] Fourier bins.
    pub(super) fn energies<'a>(&'a self, power: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.filters.iter().map(|filter| dot(&filter.weights, &power[filter.first..]))
    }
}

/// Where the mel bins of `front_end` lie: bin `b` reaches from edge `b` to edge `b + 2` and peaks at the one between, in Hz.
pub(crate) fn mel_edges_hz(front_end: &FrontEnd) -> Vec<f64> {
    edges_hz(Scale::of(front_end), front_end)
}

/// The corners of all triangles, equally spaced in mel: `mel_bins + 2` of them, in Hz.
fn edges_hz(scale: Scale, front_end: &FrontEnd) -> Vec<f64> {
    let (low, high) = (scale.mel(front_end.min_hz()), scale.mel(front_end.max_hz()));
    let steps = front_end.mel_bins() + 1;
    (0..=steps).map(|i| scale.hz(low + (high - low) * i as f64 / steps as f64)).collect()
}

/// The frequency of each Fourier bin; the reference takes the whole part of half the rate as the last one.
fn bin_frequencies_hz(front_end: &FrontEnd) -> Vec<f64> {
    let last = front_end.fft_len_samples() / 2;
    let nyquist_hz = f64::from(front_end.rate_hz() / 2);
    (0..=last).map(|k| nyquist_hz * k as f64 / last as f64).collect()
}

/// The triangle over `[left, peak, right]`, its height 1, or for Slaney's norm such that its area is 1 Hz.
fn filter(scale: Scale, [left, peak, right]: [f64; 3], bin_hz: &[f64]) -> MelFilter {
    let height = match scale {
        Scale::Htk => 1.0,
        Scale::Slaney => 2.0 / (right - left),
    };
    let weight = |hz: f64| ((hz - left) / (peak - left)).min((right - hz) / (right - peak)).max(0.0) * height;
    let first = bin_hz.iter().position(|hz| weight(*hz) > 0.0).unwrap_or(0);
    let weights = bin_hz[first..].iter().map(|hz| weight(*hz)).take_while(|weight| *weight > 0.0).collect();
    MelFilter { first, weights }
}

/// Sum of products over `weights`; four partial sums let the processor overlap the additions.
fn dot(weights: &[f64], values: &[f64]) -> f64 {
    let values = &values[..weights.len()];
    let mut sums = [0.0; 4];
    let (weight_quads, value_quads) = (weights.chunks_exact(4), values.chunks_exact(4));
    let rest: f64 = weight_quads.remainder().iter().zip(value_quads.remainder()).map(|(w, v)| w * v).sum();
    for (w, v) in weight_quads.zip(value_quads) {
        for (sum, (w, v)) in sums.iter_mut().zip(w.iter().zip(v)) {
            *sum += w * v;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank(truncation: &str) -> MelBank {
        let text = format!(r#"{{"truncation": "{truncation}", "frequency_min": 50}}"#);
        MelBank::new(&FrontEnd::from_json(&text).unwrap())
    }

    #[test]
    fn scales_agree_with_their_published_points_and_invert() {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * b.abs().max(1.0);
        assert!((Scale::Htk.mel(1000.0) - 1000.0).abs() < 0.02);
        assert!(close(Scale::Slaney.mel(1000.0), 15.0) && close(Scale::Slaney.mel(6400.0), 42.0));
        for scale in [Scale::Htk, Scale::Slaney] {
            for hz in [0.0, 50.0, 999.0, 1000.0, 1001.0, 14_000.0] {
                assert!(close(scale.hz(scale.mel(hz)), hz), "{scale:?} {hz}");
            }
        }
    }

    #[test]
    fn slaney_triangles_have_the_area_of_one_and_htk_triangles_the_height_of_one() {
        let bin_width_hz = 48_000.0 / 1024.0;
        let slaney = bank("rand_trunc");
        let area: f64 = slaney.filters[60].weights.iter().sum::<f64>() * bin_width_hz;
        assert!((area - 1.0).abs() < 0.01, "{area}");
        let htk = bank("fusion");
        let height = htk.filters[60].weights.iter().copied().fold(0.0, f64::max);
        assert!(height > 0.9 && height <= 1.0, "{height}");
    }

    #[test]
    fn energies_are_the_sums_a_dense_matrix_gives() {
        let bank = bank("fusion");
        let power: Vec<f64> = (0..bank.used_bins()).map(|k| (k * k % 97) as f64).collect();
        for (filter, energy) in bank.filters.iter().zip(bank.energies(&power)) {
            let dense: f64 = filter.weights.iter().enumerate().map(|(k, w)| w * power[filter.first + k]).sum();
            assert!((energy - dense).abs() <= 1e-12 * dense, "{energy} {dense}");
        }
        assert_eq!(bank.energies(&power).count(), bank.mel_bins());
    }

    #[test]
    fn both_banks_equal_the_reference() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/expected/features.safetensors");
        let bytes = std::fs::read(path).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        for (name, truncation) in [("htk", "fusion"), ("slaney", "rand_trunc")] {
            let ours: Vec<[f64; 3]> = bank(truncation)
                .filters
                .iter()
                .enumerate()
                .flat_map(|(mel, filter)| {
                    filter.weights.iter().enumerate().map(move |(k, w)| [mel as f64, (filter.first + k) as f64, *w])
                })
                .collect();
            let tensor = tensors.tensor(&format!("bank/{name}")).unwrap();
            let theirs = tensor.data().as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes));
            assert_eq!(tensor.shape(), [ours.len(), 3], "{name}");
            for (ours, theirs) in ours.as_flattened().iter().zip(theirs) {
                assert!((ours - theirs).abs() <= 1e-12 + 1e-9 * theirs, "{name}: {ours} instead of {theirs}");
            }
        }
    }
}
