//! Every common rate to 48 kHz and to 16 kHz: levels, aliases and images, delay, length, and the shortest clips.

use std::f64::consts::TAU;

use auricle::error::Error;

use crate::media::float_wav;
use crate::{assert_same, read_bytes};

const RATES_HZ: [u32; 10] = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000];
const TARGETS_HZ: [u32; 2] = [48_000, 16_000];

/// Largest change of level in the pass band, which reaches to 90 % of the lower Nyquist frequency.
const PASSBAND_DB: f64 = 0.1;

/// What aliases and images must stay below.
const REJECTION_DB: f64 = -80.0;

const AMPLITUDE: f64 = 0.5;

fn resample(from_hz: u32, to_hz: u32, samples: &[f32]) -> Vec<f32> {
    let (resampled, note) = read_bytes(float_wav(from_hz, samples), to_hz).unwrap();
    assert_eq!(note, None);
    resampled
}

fn tone(rate_hz: u32, hz: f64, seconds: f64) -> Vec<f32> {
    let len = (seconds * f64::from(rate_hz)) as usize;
    (0..len).map(|i| (AMPLITUDE * (TAU * hz * i as f64 / f64::from(rate_hz)).sin()) as f32).collect()
}

/// The middle of a sound, where a tone's abrupt ends are not heard.
fn middle(samples: &[f32]) -> &[f32] {
    &samples[samples.len() / 4..samples.len() * 3 / 4]
}

fn rms(samples: &[f32]) -> f64 {
    (samples.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

/// The least-squares amplitude of a tone at `hz`, and the RMS of all that is not this tone.
fn fit(samples: &[f32], rate_hz: u32, hz: f64) -> (f64, f64) {
    let (mut ss, mut cc, mut sc, mut xs, mut xc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let waves = |i: usize| (TAU * hz * i as f64 / f64::from(rate_hz)).sin_cos();
    for (i, x) in samples.iter().enumerate() {
        let (s, c) = waves(i);
        (ss, cc, sc) = (ss + s * s, cc + c * c, sc + s * c);
        (xs, xc) = (xs + f64::from(*x) * s, xc + f64::from(*x) * c);
    }
    let det = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / det, (xc * ss - xs * sc) / det);
    let rest = samples.iter().enumerate().map(|(i, x)| (f64::from(*x) - a * waves(i).0 - b * waves(i).1).powi(2));
    ((a * a + b * b).sqrt(), (rest.sum::<f64>() / samples.len() as f64).sqrt())
}

fn pairs() -> impl Iterator<Item = (u32, u32)> {
    RATES_HZ.into_iter().flat_map(|from| TARGETS_HZ.map(|to| (from, to))).filter(|(from, to)| from != to)
}

#[test]
fn tones_keep_their_level_and_bring_no_images() {
    for (from, to) in pairs() {
        let nyquist = f64::from(from.min(to)) / 2.0;
        for share in [0.01, 0.25, 0.5, 0.75, 0.9] {
            let hz = share * nyquist;
            let resampled = resample(from, to, &tone(from, hz, 0.5));
            let (amplitude, rest) = fit(middle(&resampled), to, hz);
            let (level, images) = (db(amplitude / AMPLITUDE), db(rest / (AMPLITUDE / 2f64.sqrt())));
            assert!(level.abs() <= PASSBAND_DB, "{from} to {to}: {hz:.0} Hz changes by {level:.3} dB");
            assert!(images <= REJECTION_DB, "{from} to {to}: {hz:.0} Hz brings {images:.1} dB of other sound");
        }
    }
}

#[test]
fn tones_above_the_new_nyquist_frequency_do_not_alias() {
    let mut checked = 0;
    for (from, to) in pairs().filter(|(from, to)| from > to) {
        let (low, high) = (f64::from(to) / 2.0, f64::from(from) / 2.0);
        for hz in [1.01 * low, 1.1 * low, 0.5 * (low + high), 0.97 * high].into_iter().filter(|hz| *hz > low) {
            let resampled = resample(from, to, &tone(from, hz, 0.5));
            let alias = db(rms(middle(&resampled)) / (AMPLITUDE / 2f64.sqrt()));
            assert!(alias <= REJECTION_DB, "{from} to {to}: {hz:.0} Hz leaves {alias:.1} dB");
            checked += 1;
        }
    }
    assert!(checked > 20);
}

#[test]
fn a_pulse_stays_where_it_is() {
    for (from, to) in pairs() {
        for len in [600, 5_000, 40_000] {
            for at in [len / 3, len / 2, len - 50] {
                let mut samples = vec![0f32; len];
                samples[at] = 1.0;
                let resampled = resample(from, to, &samples);
                let peak = (0..resampled.len()).max_by(|a, b| resampled[*a].abs().total_cmp(&resampled[*b].abs()));
                let expected = at as f64 * f64::from(to) / f64::from(from);
                let shift = peak.unwrap() as f64 - expected;
                assert!(shift.abs() <= 1.0, "{from} to {to}: the pulse at {at} of {len} moved by {shift:.2} samples");
            }
        }
    }
}

#[test]
fn lengths_are_exact_to_the_sample_also_of_the_shortest_clips() {
    let lengths: Vec<usize> = (1..=24).chain((25..=2_000).step_by(79)).chain([1_999, 2_000, 48_001]).collect();
    for (from, to) in pairs() {
        for len in &lengths {
            let expected = (*len as f64 * f64::from(to) / f64::from(from)).round().max(1.0) as usize;
            let resampled = resample(from, to, &vec![0.25; *len]);
            assert_eq!(resampled.len(), expected, "{len} samples, {from} to {to}");
        }
    }
}

/// A burst with soft ends has all its energy inside the clip and the pass band, however short the clip is.
#[test]
fn short_clips_keep_their_energy() {
    for (from, to) in pairs() {
        for len in [64, 200, 500, 1_000, 2_000] {
            let hz = 0.2 * f64::from(from.min(to));
            let burst: Vec<f32> = (0..len)
                .map(|i| {
                    let soft = (TAU / 2.0 * (i as f64 + 0.5) / len as f64).sin().powi(4);
                    (soft * (TAU * hz * i as f64 / f64::from(from)).cos()) as f32
                })
                .collect();
            let energy = |samples: &[f32], rate: u32| rms(samples).powi(2) * samples.len() as f64 / f64::from(rate);
            let resampled = resample(from, to, &burst);
            // A burst of 64 samples at 192 kHz is 5 samples at 16 kHz: its band is as wide as what is left.
            if resampled.len() < 64 {
                continue;
            }
            let change = db((energy(&resampled, to) / energy(&burst, from)).sqrt());
            assert!(change.abs() < 0.1, "{len} samples, {from} to {to}: {change:.2} dB");
        }
    }
}

#[test]
fn a_single_sample_is_not_lost() {
    for (from, to) in pairs().filter(|(from, to)| to > from) {
        let resampled = resample(from, to, &[0.5]);
        let peak = resampled.iter().fold(0f32, |peak, v| peak.max(v.abs()));
        assert!((0.4..0.6).contains(&peak), "{from} to {to}: 0.5 became {peak}");
    }
}

#[test]
fn equal_rates_pass_every_bit() {
    let samples: Vec<f32> = (0..5_000).map(|i| (i as f32 * 0.37).sin()).collect();
    for rate in RATES_HZ {
        assert_same(&format!("{rate} Hz"), &resample(rate, rate, &samples), None, &samples);
    }
}

#[test]
fn rates_that_cannot_be_asked_for_are_refused() {
    for rate in [0, 1, 999, 192_001, u32::MAX] {
        let error = read_bytes(float_wav(48_000, &[0.1; 100]), rate).unwrap_err();
        let is_refused = matches!(error, Error::Request(_));
        assert!(is_refused && error.to_string().contains(&format!("{rate} Hz")), "{error}");
    }
}
