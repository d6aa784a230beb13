//! The Rust twin of the generators in `make_fixtures.py`: test signals and synthetic mels, bit for bit.
//!
//! In: a length or shape and a seed. Out: values that f32 holds exactly, because all arithmetic is on integers. Tests
//! include this file with `#[path = "data/signal.rs"] mod signal;`.

/// Frames of a 10 s window at hop 480.
pub(crate) const WINDOW_FRAMES: usize = 1001;
/// Mel bins of every fixture.
pub(crate) const BINS: usize = 64;

/// Samples for which the levels of tone and noise stay the same: 0.37 s at 48 kHz.
const SEGMENT_LEN_SAMPLES: u64 = 17_760;
const TONE_GAINS: [i64; 8] = [180, 20, 0, 90, 3, 140, 0, 0];
const NOISE_GAINS: [i64; 8] = [10, 120, 2, 0, 1, 40, 0, 70];

/// Mixes a u32 into one that looks random (the finaliser of xxHash32).
fn hash32(mut x: u32) -> u32 {
    x ^= x >> 15;
    x = x.wrapping_mul(0x85EB_CA77);
    x ^= x >> 13;
    x = x.wrapping_mul(0xC2B2_AE3D);
    x ^ (x >> 16)
}

/// Sample `i` of signal `seed`: `k / 32768` with integer `k`.
fn sample(i: u64, seed: u64) -> f32 {
    let phase = (i * i * (23 + 7 * seed)).wrapping_add(i * (9_000_000 + 1_300_000 * seed)) & 0xFFFF_FFFF;
    let folded = (phase >> 15) as i64;
    let triangle = if folded < 65_536 { folded } else { 131_071 - folded } - 32_768;
    let noise = i64::from(hash32((i + seed * 0x1000_0000) as u32) >> 16) - 32_768;
    let segment = ((i / SEGMENT_LEN_SAMPLES + seed) % 8) as usize;
    let value = (triangle * TONE_GAINS[segment] + noise * NOISE_GAINS[segment]) >> 8;
    value as f32 / 32_768.0
}

/// A rising triangle chirp and hashed noise whose levels change every 0.37 s.
pub(crate) fn signal(len_samples: usize, seed: u64) -> Vec<f32> {
    (0..len_samples as u64).map(|i| sample(i, seed)).collect()
}

/// Sum of `k · (1 + i mod 7)` over the samples `k / 32768`: proof that both twins make the same signal.
pub(crate) fn checksum(samples: &[f32]) -> i64 {
    samples.iter().enumerate().map(|(i, v)| (v * 32_768.0) as i64 * (1 + i as i64 % 7)).sum()
}

/// `[channels, 1001, 64]` of dB values `k / 256` with integer `k`, from −90 to about +6.
#[allow(dead_code, reason = "each test binary that includes this file uses a part of it")]
pub(crate) fn synthetic_mel(channels: usize, seed: usize) -> Vec<f32> {
    let mut values = Vec::with_capacity(channels * WINDOW_FRAMES * BINS);
    for c in 0..channels {
        for f in 0..WINDOW_FRAMES {
            for b in 0..BINS {
                let index = ((c * WINDOW_FRAMES + f) * BINS + b + seed * 0x0100_0000) as u32;
                let noise = i64::from(hash32(index) >> 19);
                let slope = ((f * (5 + 2 * c) + b * 37 + 101 * seed) % 512) as i64;
                let ramp = if slope < 256 { slope } else { 511 - slope } * 64;
                values.push((-90 * 256 + noise + ramp) as f32 / 256.0);
            }
        }
    }
    values
}
