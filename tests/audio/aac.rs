//! AAC beyond mono and stereo: more channels in every container, and HE-AAC.

use oxideav_aac::he_aac_encoder::{HeAacConfig, HeAacEncoder};

use crate::media::{Folder, Signal, decode_with_ffmpeg, distance_db, run_ffmpeg};
use crate::read;

#[test]
fn aac_of_many_channels_is_decoded_in_every_container() {
    let folder = Folder::new();
    for (channels, layout) in [(3, "3.0"), (4, "4.0"), (5, "5.0"), (6, "5.1"), (8, "7.1")] {
        let sound = Signal::lively(48_000, channels, 2.0);
        for name in ["many.aac", "many.m4a", "many.mkv", "many.mov"] {
            let map = (0..channels).map(|channel| channel.to_string()).collect::<Vec<_>>().join("|");
            let filter = format!("-af channelmap=map={map}:channel_layout={layout}");
            let arguments = format!("{filter} -c:a aac -b:a {}k -aac_pns 0", 96 * channels);
            let path = folder.encode(&sound, name, &arguments);
            let (read, reference) = (read(&path), decode_with_ffmpeg(&path, channels));
            let what = format!("{channels} channels in {name}");
            assert_eq!((read.metadata.codec.as_str(), read.metadata.channels), ("aac", channels as u32), "{what}");
            assert_eq!(read.partial, None, "{what}");
            assert!(read.samples.len() >= 96_000, "{what}: {}", read.samples.len());
            let lags = [0, 1_024].into_iter().flat_map(|lag| [(lag, 0), (0, lag)]);
            let part = |samples: &[f32], from: usize| samples[from..from + 90_000].to_vec();
            let distances =
                lags.map(|(ours, theirs)| distance_db(&part(&reference, theirs), &part(&read.samples, ours)));
            let best = distances.fold(f64::MIN, f64::max);
            assert!(best > 55.0, "{what}: {best:.1} dB from ffmpeg");
        }
    }
}

#[test]
fn he_aac_is_named_and_a_note_says_that_only_its_core_is_heard() {
    let folder = Folder::new();
    for channels in [1, 2] {
        let sound = Signal::lively(44_100, channels, 2.0);
        let bytes = sound.interleaved();
        let interleaved: Vec<i16> = bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        let mut encoder = HeAacEncoder::new(HeAacConfig::new(44_100, channels as u8, 64_000)).unwrap();
        let adts = folder.write("he.aac", &encoder.encode_all(&interleaved).unwrap());
        for name in ["he.aac", "he.m4a", "he.mkv", "fragments.mp4"] {
            let path = folder.path(name);
            if name != "he.aac" {
                let flags = if name == "fragments.mp4" { "frag_keyframe" } else { "faststart" };
                let (from, to) = (adts.to_str().unwrap(), path.to_str().unwrap());
                run_ffmpeg(&[&["-i", from, "-c", "copy"][..], &["-movflags", flags, to]].concat());
            }
            let read = read(&path);
            let found = (read.metadata.codec.as_str(), read.metadata.rate_hz, read.metadata.channels as usize);
            assert_eq!(found, ("he_aac", 22_050, channels), "{name}");
            let note = read.partial.unwrap_or_default();
            assert!(note.contains("is HE-AAC, of which only the core was decoded: up to 11025 Hz"), "{name}: {note}");
            let seconds = read.samples.len() as f64 / 22_050.0;
            assert!((1.9..2.3).contains(&seconds), "{name}: {seconds} s");
            // Nearly all of the sound lies below 11 kHz.
            let power = |samples: &[f32]| samples.iter().map(|v| f64::from(v * v)).sum::<f64>() / samples.len() as f64;
            let level = 10.0 * (power(&read.samples) / power(&sound.mean())).log10();
            assert!(level.abs() < 1.0, "{name}: {level:.1} dB");
        }
    }
}

#[test]
fn plain_aac_of_low_rates_is_not_taken_for_he_aac() {
    let folder = Folder::new();
    for rate_hz in [16_000, 22_050, 24_000] {
        let sound = Signal::lively(rate_hz, 2, 1.0);
        for name in ["low.aac", "low.m4a", "low.mkv"] {
            let read = read(&folder.encode(&sound, name, "-c:a aac -b:a 48k"));
            assert_eq!((read.metadata.codec.as_str(), read.metadata.rate_hz, read.partial), ("aac", rate_hz, None));
        }
    }
}
