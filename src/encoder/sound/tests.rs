//! Sounds cut into views: what is heard of each, and that blocks do not matter.

use std::num::NonZeroUsize;
use std::path::Path;

use super::*;
use crate::audio;
use crate::model::Clap;
use crate::model::checkpoint::Checkpoint;

/// Sample rate of the test sounds; the checkpoints' own, so that excerpts of files are excerpts of what is heard.
pub(in crate::encoder) const RATE_HZ: u32 = 48_000;

pub(in crate::encoder) fn encoder(name: &str) -> Encoder {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/checkpoints").join(name);
    let checkpoint = Checkpoint::in_folder(name, &folder).unwrap();
    Encoder::spawn(Clap::load_checkpoint(&checkpoint).unwrap()).unwrap()
}

/// A tone that rises, so that no two stretches of it are alike, as a WAV file of 16 bits.
fn rising(len_samples: u32) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
    file[4..8].copy_from_slice(&(36 + 2 * len_samples).to_le_bytes());
    file.extend(16u32.to_le_bytes());
    file.extend([1u16, 1].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([RATE_HZ, RATE_HZ * 2].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([2u16, 16].iter().flat_map(|word| word.to_le_bytes()));
    file.extend(b"data");
    file.extend((2 * len_samples).to_le_bytes());
    let at = |i: u32| (f64::from(i).powf(1.5) * 4e-5).sin() * 12_000.0;
    file.extend((0..len_samples).flat_map(|i| (at(i) as i16).to_le_bytes()));
    file
}

pub(in crate::encoder) fn sound(seconds: f64) -> Sound {
    audio::open_bytes("rising.wav", rising((seconds * f64::from(RATE_HZ)) as u32)).unwrap()
}

fn check(encoder: &Encoder, seconds: f64, hop_seconds: f64, expected: &[(f64, f64)]) {
    let hop = NonZeroUsize::new((hop_seconds * f64::from(RATE_HZ)) as usize);
    let mut heard = 0;
    let encoded = encoder.embed_moments(sound(seconds), hop, &mut |samples| heard += samples.len()).unwrap();
    let spans: Vec<_> = encoded.moments.iter().map(|moment| (moment.seconds.start, moment.seconds.end)).collect();
    assert_eq!(spans, expected, "{seconds} s, a moment every {hop_seconds} s");
    assert_eq!(heard, (seconds * f64::from(RATE_HZ)).round() as usize, "of {seconds} s");
    let alone = encoder.embed_sound(sound(seconds)).unwrap();
    assert_eq!(encoded.clip, alone.clip, "moments change nothing about the clip");
    for moment in &encoded.moments {
        let alone = encoder.embed_span(sound(seconds), moment.seconds.clone()).unwrap();
        assert_eq!(moment.vector, alone.clip, "the moment {:?} is its span alone", moment.seconds);
    }
}

#[test]
fn moments_are_their_excerpts_and_change_nothing_about_the_clip() {
    for name in ["fused", "unfused"] {
        let encoder = encoder(name);
        check(&encoder, 4.0, 5.0, &[]);
        check(&encoder, 10.0, 5.0, &[]);
        check(&encoder, 10.5, 5.0, &[]);
        check(&encoder, 12.0, 5.0, &[(0.0, 10.0), (2.0, 12.0)]);
        check(&encoder, 20.5, 5.0, &[(0.0, 10.0), (5.0, 15.0), (10.0, 20.0)]);
        check(&encoder, 20.0, 5.0, &[(0.0, 10.0), (5.0, 15.0), (10.0, 20.0)]);
        check(&encoder, 33.0, 10.0, &[(0.0, 10.0), (10.0, 20.0), (20.0, 30.0), (23.0, 33.0)]);
        check(&encoder, 24.0, 7.0, &[(0.0, 10.0), (7.0, 17.0), (14.0, 24.0)]);
    }
}

fn view(span: Range<u64>) -> View {
    View { channels: 1, frames: 1, bins: 1, values: vec![0.0], is_longer: false, span, weight: 0.5 }
}

type Use = (Range<u64>, Option<f32>, bool);

fn left(queue: &mut Queue) -> Vec<Use> {
    queue.take().into_iter().map(|waiting| (waiting.view.span, waiting.clip_weight, waiting.is_moment)).collect()
}

#[test]
fn a_window_that_serves_clip_and_moments_is_embedded_once() {
    let mut queue = Queue::default();
    queue.add(uses(vec![view(0..10), view(12..22)], vec![view(0..10), view(5..15)]));
    assert_eq!(left(&mut queue), [(0..10, Some(0.5), true), (5..15, None, true), (12..22, Some(0.5), false)]);
}

#[test]
fn a_sound_of_one_window_is_embedded_once_whenever_its_views_come() {
    let mut queue = Queue::default();
    queue.add(uses(vec![], vec![view(0..10)]));
    queue.add(uses(vec![view(0..10)], vec![]));
    queue.settle(2);
    assert_eq!(left(&mut queue), [(0..10, Some(0.5), false)]);
}

#[test]
fn a_sound_a_little_longer_than_a_window_is_embedded_without_its_moments() {
    let mut queue = Queue::default();
    queue.add(uses(vec![], vec![view(0..10)]));
    let whole = View { is_longer: true, ..view(0..11) };
    queue.add(uses(vec![whole], vec![view(1..11)]));
    queue.settle(2);
    assert_eq!(left(&mut queue), [(0..11, Some(0.5), false)]);
}

#[test]
fn a_last_moment_close_to_one_that_has_left_is_none_and_one_farther_off_is_one() {
    for (start, expected) in [(9, vec![]), (10, vec![(10..20, None, true)])] {
        let mut queue = Queue::default();
        queue.add(uses(vec![view(0..10)], vec![view(0..10), view(8..18)]));
        assert_eq!(left(&mut queue).len(), 2);
        queue.add(uses(vec![], vec![view(start..start + 10)]));
        queue.settle(2);
        assert_eq!(left(&mut queue), expected);
    }
}

#[test]
fn a_sound_that_fits_a_window_costs_one_view_with_any_model() {
    // A little more than a window is one view of a fused model, and two windows whose mean the clip is of any other.
    for (name, longer) in [("fused", 1), ("unfused", 2)] {
        let encoder = encoder(name);
        let hop = NonZeroUsize::new(5 * RATE_HZ as usize);
        for (len_samples, expected) in [(3 * RATE_HZ, 1), (10 * RATE_HZ, 1), (21 * RATE_HZ / 2, longer)] {
            let mut streams = ViewStreams::new(&encoder, hop);
            let mut queue = Queue::default();
            queue.add(streams.push(&vec![0.1; len_samples as usize]));
            queue.add(streams.finish().unwrap());
            queue.settle(encoder.least_step(hop));
            assert_eq!(left(&mut queue).len(), expected, "{name}: views of {len_samples} samples");
        }
    }
}

#[test]
fn the_mel_of_a_sound_without_moments_is_made_once() {
    let encoder = encoder("fused");
    let hop = NonZeroUsize::new(5 * RATE_HZ as usize);
    // A moment more begins a tenth of the window of ten seconds behind the first.
    for (len_samples, expected) in [(10 * RATE_HZ, 1), (11 * RATE_HZ - 1, 1), (11 * RATE_HZ, 3)] {
        let mut streams = ViewStreams::new(&encoder, hop);
        let mut made = 0;
        for block in vec![0.1; len_samples as usize].chunks(4096) {
            made += streams.push(block).len();
        }
        made += streams.finish().unwrap().len();
        assert_eq!(made, expected, "views made of {len_samples} samples");
    }
}
