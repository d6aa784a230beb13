//! Which channels are heard: the mean of ordinary ones, and what is to be heard of those that cancel or are dead.

use auricle::audio;
use auricle::audio::mixdown::ChannelChoice;

use crate::media::{Folder, Signal};
use crate::{assert_same, read_bytes};

fn level_db(samples: &[f32]) -> f64 {
    let power = samples.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum::<f64>();
    10.0 * (power / samples.len() as f64).max(1e-30).log10()
}

#[test]
fn channels_that_cancel_are_heard_with_a_note() {
    let mut sound = Signal::lively(48_000, 1, 12.0);
    sound.channels.push(sound.channels[0].iter().map(|sample| -sample).collect());
    let alone = Signal::mono(48_000, sound.channels[0].clone()).mean();
    let folder = Folder::new();
    for (name, arguments) in [("c.wav", "-c:a pcm_s16le"), ("c.flac", "-c:a flac"), ("c.m4a", "-c:a alac")] {
        let file = std::fs::read(folder.encode(&sound, name, arguments)).unwrap();
        let (samples, note) = read_bytes(file, 48_000).unwrap();
        assert_same(name, &samples, None, &alone);
        assert!(note.as_deref().is_some_and(|note| note.contains("channel 2 was turned round")), "{note:?}");
    }
}

#[test]
fn one_live_channel_of_eight_keeps_its_level_with_a_note() {
    for live in [0, 4, 7] {
        let mut sound = Signal { rate_hz: 48_000, channels: vec![vec![0; 6 * 48_000]; 8] };
        sound.channels[live] = Signal::lively(48_000, 1, 6.0).channels.remove(0);
        let (samples, note) = read_bytes(sound.to_wav(), 48_000).unwrap();
        let alone = Signal::mono(48_000, sound.channels[live].clone()).mean();
        assert!((level_db(&samples) - level_db(&alone)).abs() < 0.1, "channel {live}");
        assert!(note.is_some_and(|note| note.contains(&format!("only channel {}", live + 1))));
    }
}

#[test]
fn a_channel_can_be_heard_alone_and_one_that_is_not_there_is_refused() {
    let sound = Signal::lively(44_100, 3, 1.0);
    for (at, channel) in sound.channels.iter().enumerate() {
        let opened = audio::open_bytes("three.wav", sound.to_wav()).unwrap();
        let opened = opened.with_channels(ChannelChoice::Only(at as u32 + 1)).unwrap();
        let mut blocks = opened.into_blocks(44_100).unwrap();
        let samples = blocks.read_all().unwrap();
        assert_same("one channel", &samples, blocks.partial(), &Signal::mono(44_100, channel.clone()).mean());
    }
    for number in [0, 4] {
        let opened = audio::open_bytes("three.wav", sound.to_wav()).unwrap();
        let error = opened.with_channels(ChannelChoice::Only(number)).unwrap_err().to_string();
        assert!(error.contains(&format!("has no channel {number}, for it has 3 channels")), "{error}");
    }
}
