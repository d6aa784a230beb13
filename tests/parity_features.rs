//! The front end against Python `transformers`: expected mels from `tests/data/expected/features.safetensors`.
//!
//! Owns the bar for features: wherever the reference is above −80 dB, ours differs by 0.001 dB at most. Also owns the traps of
//! the front end, each under its number in the list of what broke other people's engines. `tests/data/README.md` says how the
//! expectations were made.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(clippy::print_stdout, reason = "the margin to the bar is worth reading with --nocapture")]

#[path = "data/signal.rs"]
mod signal;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use auricle::features::config::FrontEnd;
use auricle::features::mel::log_mel;
use auricle::features::view::View;
use auricle::features::views::{ViewPlan, ViewStream};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, proptest};
use safetensors::SafeTensors;
use serde::Deserialize;

/// The bar, in dB, and the level above which it holds.
const TOLERANCE_DB: f32 = 1e-3;
const QUIET_DB: f32 = -80.0;
/// How loud a bin may be where the reference is below [`QUIET_DB`]: nothing audible may appear out of nothing.
const QUIET_LIMIT_DB: f32 = QUIET_DB + 0.1;
const BINS: usize = signal::BINS;

#[derive(Deserialize)]
struct Manifest {
    frame_stride: usize,
    clips: BTreeMap<String, Clip>,
    full_resolution: FullResolution,
    signal_checksums: BTreeMap<String, i64>,
    mel_checksums: Vec<i64>,
}

#[derive(Deserialize)]
struct Clip {
    len_samples: usize,
    seed: u64,
    is_longer: bool,
    starts_ours: Vec<usize>,
    #[serde(default)]
    starts_drawn: Vec<usize>,
    windows: Vec<(u64, u64, f32)>,
}

#[derive(Deserialize)]
struct FullResolution {
    len_samples: usize,
    seed: u64,
}

fn data(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

fn manifest() -> Manifest {
    serde_json::from_slice(&std::fs::read(data("expected/manifest.json")).unwrap()).unwrap()
}

/// The expected tensor `name`: its shape and values.
fn expected(name: &str) -> (Vec<usize>, Vec<f32>) {
    let bytes = std::fs::read(data("expected/features.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let tensor = tensors.tensor(name).unwrap();
    let values = tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    (tensor.shape().to_vec(), values)
}

fn front_end(checkpoint: &str) -> Arc<FrontEnd> {
    let path = data("checkpoints").join(checkpoint).join("preprocessor_config.json");
    Arc::new(FrontEnd::from_json(&std::fs::read_to_string(path).unwrap()).unwrap())
}

/// A front end with a window of 1 s.
fn one_second(truncation: &str, padding: &str) -> Arc<FrontEnd> {
    let text = format!(
        r#"{{"truncation": "{truncation}", "padding": "{padding}", "max_length_s": 1, "frequency_min": 50,
            "frequency_max": 14000}}"#
    );
    Arc::new(FrontEnd::from_json(&text).unwrap())
}

/// Every view of `samples`, pushed in blocks of `block` samples; `starts` are handed in if there are any.
fn views(
    front_end: &Arc<FrontEnd>,
    plan: ViewPlan,
    samples: &[f32],
    block: usize,
    starts: Option<[usize; 3]>,
) -> Vec<View> {
    let mut stream = ViewStream::new(Arc::clone(front_end), plan);
    let mut views: Vec<View> = samples.chunks(block).flat_map(|block| stream.push(block)).collect();
    views.extend(match starts {
        Some(starts) => stream.finish_with_starts(starts).unwrap(),
        None => stream.finish().unwrap(),
    });
    views
}

fn clip_views(checkpoint: &str, clip: &Clip) -> Vec<View> {
    views(&front_end(checkpoint), ViewPlan::Clip, &signal::signal(clip.len_samples, clip.seed), 4096, None)
}

/// Largest difference where it counts; panics with the place where the bar is missed.
fn assert_close(what: &str, ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len(), "{what}: number of values");
    let mut largest = 0f32;
    for (i, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let place = (i / BINS, i % BINS);
        if *theirs > QUIET_DB {
            let error = (ours - theirs).abs();
            assert!(error <= TOLERANCE_DB, "{what}: (row, bin) {place:?}: {ours} dB instead of {theirs}");
            largest = largest.max(error);
        } else {
            assert!(*ours <= QUIET_LIMIT_DB, "{what}: (row, bin) {place:?}: {ours} dB instead of {theirs}");
        }
    }
    largest
}

/// Every `stride`-th frame of channel `channel` of `view`.
fn strided(view: &View, channel: usize, stride: usize) -> Vec<f32> {
    let channel = &view.values[channel * view.frames * BINS..][..view.frames * BINS];
    channel.chunks(BINS).step_by(stride).flatten().copied().collect()
}

/// Compares the first channels of `view` with the expected tensor `name`.
fn check_view(name: &str, view: &View, stride: usize) {
    let (shape, values) = expected(name);
    let ours: Vec<f32> = (0..shape[0]).flat_map(|channel| strided(view, channel, stride)).collect();
    let largest = assert_close(name, &ours, &values);
    println!("{name}: largest difference {largest:.1e} dB");
}

#[test]
fn both_twins_make_the_same_signals() {
    let manifest = manifest();
    for (name, clip) in &manifest.clips {
        let samples = signal::signal(clip.len_samples, clip.seed);
        assert_eq!(signal::checksum(&samples), manifest.signal_checksums[name], "{name}");
    }
    for (seed, checksum) in manifest.mel_checksums.iter().enumerate() {
        let sum: i64 = signal::synthetic_mel(4, seed).iter().map(|v| (v * 256.0) as i64).sum();
        assert_eq!(sum, *checksum, "mel {seed}");
    }
}

#[test]
fn fused_clips_equal_the_reference() {
    let manifest = manifest();
    for (name, clip) in &manifest.clips {
        let views = clip_views("fused", clip);
        let [view] = views.as_slice() else { panic!("{name}: {} views", views.len()) };
        assert_eq!((view.channels, view.frames, view.is_longer), (4, 1001, clip.is_longer), "{name}");
        assert_eq!((view.span.clone(), view.weight), (0..clip.len_samples as u64, 1.0), "{name}");
        check_view(&format!("fused/{name}/ours"), view, manifest.frame_stride);
    }
}

#[test]
fn fused_crops_start_where_they_are_told_to() {
    let manifest = manifest();
    for (name, clip) in manifest.clips.iter().filter(|(_, clip)| clip.is_longer) {
        let samples = signal::signal(clip.len_samples, clip.seed);
        for (starts, case) in [(&clip.starts_ours, "ours"), (&clip.starts_drawn, "drawn")] {
            let starts = Some(starts.as_slice().try_into().unwrap());
            let views = views(&front_end("fused"), ViewPlan::Clip, &samples, 100_000, starts);
            check_view(&format!("fused/{name}/{case}"), &views[0], manifest.frame_stride);
        }
    }
}

#[test]
fn a_crop_beyond_the_end_is_refused() {
    let mut stream = ViewStream::new(one_second("fusion", "repeatpad"), ViewPlan::Clip);
    stream.push(&signal::signal(60_000, 0));
    let message = stream.finish_with_starts([0, 1, 1_000]).unwrap_err().to_string();
    assert!(message.contains("1000") && message.contains("beyond the end"), "{message}");
}

#[test]
fn unfused_clips_equal_the_reference_window_by_window() {
    let manifest = manifest();
    for (name, clip) in &manifest.clips {
        let views = clip_views("unfused", clip);
        let found: Vec<(u64, u64, f32)> = views.iter().map(|v| (v.span.start, v.span.end, v.weight)).collect();
        assert_eq!(found, clip.windows, "{name}");
        assert!(views.iter().all(|view| view.channels == 1 && view.frames == 1001 && !view.is_longer), "{name}");
        let (shape, values) = expected(&format!("unfused/{name}"));
        assert_eq!(shape[0], views.len(), "{name}");
        let ours: Vec<f32> = views.iter().flat_map(|view| strided(view, 0, manifest.frame_stride)).collect();
        println!("unfused/{name}: largest difference {:.1e} dB", assert_close(name, &ours, &values));
    }
}

#[test]
fn every_way_of_padding_equals_the_reference() {
    let manifest = manifest();
    let samples = signal::signal(manifest.full_resolution.len_samples, manifest.full_resolution.seed);
    for truncation in ["fusion", "rand_trunc"] {
        for (padding, len, stride) in [
            ("repeatpad", samples.len(), 1),
            ("repeat", samples.len() / 4, manifest.frame_stride),
            ("pad", samples.len() / 4, manifest.frame_stride),
        ] {
            let views = views(&one_second(truncation, padding), ViewPlan::Clip, &samples[..len], 1000, None);
            let (_, values) = expected(&format!("full/{truncation}/{padding}"));
            assert_close(&format!("{truncation}/{padding}"), &strided(&views[0], 0, stride), &values);
        }
    }
}

#[test]
fn a_sound_without_samples_is_an_error_and_one_sample_is_a_view() {
    for checkpoint in ["fused", "unfused"] {
        for plan in [ViewPlan::Clip, ViewPlan::Windows { hop_len_samples: 480_000 }] {
            let message = ViewStream::new(front_end(checkpoint), plan).finish().unwrap_err().to_string();
            assert!(message.contains("features: it has no samples"), "{message}");
            let views = views(&front_end(checkpoint), plan, &[0.25], 1, None);
            assert_eq!((views.len(), views[0].frames, views[0].span.clone()), (1, 1001, 0..1));
            assert!(views[0].values.iter().all(|value| value.is_finite()));
        }
    }
}

#[test]
fn windows_of_a_fused_model_are_files_of_their_own() {
    let samples = signal::signal(130_000, 3);
    let front_end = one_second("fusion", "repeatpad");
    let plan = ViewPlan::Windows { hop_len_samples: 24_000 };
    let found = views(&front_end, plan, &samples, 5_000, None);
    let spans: Vec<_> = found.iter().map(|view| view.span.clone()).collect();
    assert_eq!(spans, [0..48_000, 24_000..72_000, 48_000..96_000, 72_000..120_000, 82_000..130_000]);
    for view in &found {
        let excerpt = &samples[view.span.start as usize..view.span.end as usize];
        let alone = views(&front_end, ViewPlan::Clip, excerpt, excerpt.len(), None);
        assert_eq!((&view.values, view.channels, view.is_longer), (&alone[0].values, 4, false));
    }
}

#[test]
fn trap_1_short_sounds_are_repeated_and_then_padded() {
    // 0.3 s fits 33 times into 10 s; with zeros alone after the first 0.3 s the mean level would be far lower.
    let views = clip_views("fused", &manifest().clips["0.3s"]);
    let level = |frames: &[f32]| frames.iter().sum::<f32>() / frames.len() as f32;
    let (first, last) = (level(&views[0].values[BINS..20 * BINS]), level(&views[0].values[960 * BINS..980 * BINS]));
    assert!((first - last).abs() < 3.0, "{first} dB at the start, {last} dB in the last repeat");
    // 33 · 0.3 s = 9.9 s: the last 0.1 s is silent.
    assert!(views[0].values[993 * BINS..1001 * BINS].iter().all(|value| *value < -99.0));
}

#[test]
fn trap_2_htk_and_slaney_banks_are_not_mixed_up() {
    let full = manifest().full_resolution;
    let samples = signal::signal(full.len_samples, full.seed);
    let mels = ["fusion", "rand_trunc"].map(|truncation| {
        let views = views(&one_second(truncation, "repeatpad"), ViewPlan::Clip, &samples, samples.len(), None);
        let (_, values) = expected(&format!("full/{truncation}/repeatpad"));
        assert_close(truncation, &strided(&views[0], 0, 1), &values);
        strided(&views[0], 0, 1)
    });
    let mean_difference = mels[0].iter().zip(&mels[1]).map(|(a, b)| (a - b).abs()).sum::<f32>() / mels[0].len() as f32;
    assert!(mean_difference > 5.0, "the banks differ by {mean_difference} dB only");
}

#[test]
fn trap_3_ten_seconds_are_1001_frames() {
    for (len, frames) in [(479_999, 1000), (480_000, 1001), (480_479, 1001), (480_480, 1002), (480_960, 1003)] {
        assert_eq!(log_mel(&front_end("fused"), &vec![0.1; len]).frames(), frames, "{len} samples");
    }
}

#[test]
fn trap_4_fused_channels_are_shrunk_front_middle_back() {
    // A tone whose level rises all along: crops get louder in order, and the shrunk channel spans the whole range.
    let samples: Vec<f32> =
        (0..30 * 48_000).map(|i| (i as f32 * 0.4).sin() * 10f32.powf(i as f32 / 48e4 - 3.0)).collect();
    let view = views(&front_end("fused"), ViewPlan::Clip, &samples, 48_000, None).remove(0);
    let loudest = |channel: usize, frame: usize| {
        let frame = &view.values[(channel * 1001 + frame) * BINS..][..BINS];
        frame.iter().copied().fold(f32::MIN, f32::max)
    };
    // The level rises by 2 dB a second. Crops start 3.33, 10 and 16.67 s into the sound.
    for (channel, expected_rise) in [(0, 60.0), (1, 20.0), (2, 20.0), (3, 20.0)] {
        let rise = loudest(channel, 995) - loudest(channel, 5);
        assert!((rise - expected_rise).abs() < 1.0, "channel {channel} rises by {rise} dB");
    }
    for channel in [2, 3] {
        let step = loudest(channel, 500) - loudest(channel - 1, 500);
        assert!((step - 13.33).abs() < 0.2, "crop {channel} is {step} dB louder than the one before");
    }
}

#[test]
fn trap_5_views_do_not_depend_on_blocks_runs_or_neighbours() {
    let clip = &manifest().clips["17s"];
    let samples = signal::signal(clip.len_samples, clip.seed);
    for checkpoint in ["fused", "unfused"] {
        let front_end = front_end(checkpoint);
        let whole = views(&front_end, ViewPlan::Clip, &samples, samples.len(), None);
        for block in [1_111, 480_000] {
            assert_eq!(
                views(&front_end, ViewPlan::Clip, &samples, block, None),
                whole,
                "{checkpoint}, blocks of {block}"
            );
        }
    }
}

#[test]
fn trap_6_the_whole_sound_is_heard() {
    // A click anywhere in 61 s changes some view.
    let clip = &manifest().clips["61s"];
    let front_end = front_end("unfused");
    let silent = views(&front_end, ViewPlan::Clip, &vec![0.0; clip.len_samples], 480_000, None);
    for place in [0, 5 * 48_000, 15 * 48_000, 30 * 48_000, 59 * 48_000, clip.len_samples - 2] {
        let mut samples = vec![0.0; clip.len_samples];
        samples[place] = 1.0;
        let heard = views(&front_end, ViewPlan::Clip, &samples, 480_000, None);
        assert_ne!(heard, silent, "a click at sample {place} is not heard");
    }
}

#[test]
fn trap_7_no_window_counts_twice() {
    let front_end = one_second("rand_trunc", "repeatpad");
    for (seconds, hop) in [(2, 48_000), (3, 48_000), (3, 24_000), (1, 48_000)] {
        let plan = ViewPlan::Windows { hop_len_samples: hop };
        let found = views(&front_end, plan, &signal::signal(seconds * 48_000, 1), 10_000, None);
        let weight: f32 = found.iter().map(|view| view.weight).sum();
        assert_eq!(weight, seconds as f32, "{seconds} s, a window every {hop}");
        let starts: Vec<u64> = found.iter().map(|view| view.span.start).collect();
        assert_eq!(starts, (0..=(seconds - 1) * 48_000).step_by(hop).map(|s| s as u64).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn views_have_the_same_bits_however_the_samples_are_pushed(
        len in 1usize..400, hop in 1usize..250, is_fused in any::<bool>(), is_clip in any::<bool>(),
        cuts in prop::collection::vec(0usize..400, 0..12),
    ) {
        let truncation = if is_fused { "fusion" } else { "rand_trunc" };
        let text = format!(
            r#"{{"truncation": "{truncation}", "sampling_rate": 1000, "fft_window_size": 16, "hop_length": 7,
                "max_length_s": 0.1, "feature_size": 8, "frequency_max": 400}}"#
        );
        let front_end = Arc::new(FrontEnd::from_json(&text).unwrap());
        let plan = if is_clip { ViewPlan::Clip } else { ViewPlan::Windows { hop_len_samples: hop } };
        let samples = signal::signal(len, 9);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(len)).chain([0, len]).collect();
        cuts.sort_unstable();
        let mut stream = ViewStream::new(Arc::clone(&front_end), plan);
        let mut cut_views: Vec<View> = cuts.windows(2).flat_map(|cut| stream.push(&samples[cut[0]..cut[1]])).collect();
        cut_views.extend(stream.finish().unwrap());
        prop_assert_eq!(cut_views, views(&front_end, plan, &samples, len, None));
    }
}
