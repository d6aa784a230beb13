//! AAC beyond mono and stereo: more channels in every container, and HE-AAC.

use oxideav_aac::he_aac_encoder::{HeAacConfig, HeAacEncoder};

use crate::media::{Folder, Signal, decode_with_ffmpeg, distance_db, run_ffmpeg};
use crate::movies::described;
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

/// Bits, each a number with its length, as bytes.
fn packed(fields: &[(u64, u32)]) -> Vec<u8> {
    let bits: Vec<u8> =
        fields.iter().flat_map(|(value, len)| (0..*len).rev().map(move |at| (value >> at & 1) as u8)).collect();
    bits.chunks(8).map(|bits| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | bit << (7 - at))).collect()
}

#[test]
fn he_aac_that_a_container_announces_is_named_in_each_way_of_saying_so() {
    // ISO/IEC 14496-3, 1.6.2: object types, rates by index (22,050 and 44,100 Hz), and the marks of extensions.
    let (low, sbr, ps, core, full) = ((2, 5), (5, 5), (29, 5), (7, 4), (4, 4));
    let (rest, sbr_mark, ps_mark, yes) = ((0, 3), (0x2B7, 11), (0x548, 11), (1, 1));
    let folder = Folder::new();
    for channels in [1u64, 2] {
        let layout = (channels, 4);
        let sound = Signal::lively(44_100, channels as usize, 2.0);
        let bytes = sound.interleaved();
        let interleaved: Vec<i16> = bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        let mut encoder = HeAacEncoder::new(HeAacConfig::new(44_100, channels as u8, 64_000)).unwrap();
        let adts = folder.write("he.aac", &encoder.encode_all(&interleaved).unwrap());
        run_ffmpeg(&["-i", adts.to_str().unwrap(), "-c", "copy", folder.path("he.m4a").to_str().unwrap()]);
        let movie = std::fs::read(folder.path("he.m4a")).unwrap();
        let mut ways = vec![
            ("by its object type", "he_aac", packed(&[sbr, core, layout, full, low, rest])),
            ("behind plain AAC", "he_aac", packed(&[low, core, layout, rest, sbr_mark, sbr, yes, full])),
        ];
        if channels == 1 {
            ways.extend([
                ("by its object type", "he_aac_v2", packed(&[ps, core, layout, full, low, rest])),
                (
                    "behind plain AAC",
                    "he_aac_v2",
                    packed(&[low, core, layout, rest, sbr_mark, sbr, yes, full, ps_mark, yes]),
                ),
            ]);
        }
        for (way, codec, config) in ways {
            let announced = described(&movie, &|stsd| with_config(stsd, &config));
            let path = folder.write("announced.m4a", &announced);
            let as_mkv = folder.path("announced.mkv");
            run_ffmpeg(&["-i", path.to_str().unwrap(), "-c", "copy", as_mkv.to_str().unwrap()]);
            for path in [path, as_mkv] {
                let what = format!("{codec} of {channels}, said {way}, in {}", path.display());
                let read = read(&path);
                let found = (read.metadata.codec.as_str(), read.metadata.rate_hz, u64::from(read.metadata.channels));
                assert_eq!(found, (codec, 22_050, channels), "{what}");
                let (name, more) = if codec == "he_aac" { ("HE-AAC", "") } else { ("HE-AAC v2", " and in mono") };
                let note = format!("is {name}, of which only the core was decoded: up to 11025 Hz{more}");
                assert_eq!(read.partial.as_deref(), Some(note.as_str()), "{what}");
                let seconds = read.samples.len() as f64 / 22_050.0;
                assert!((1.9..2.3).contains(&seconds), "{what}: {seconds} s");
            }
        }
    }
}

/// The description `stsd` of an AAC track with `config` for its decoder.
fn with_config(stsd: &[u8], config: &[u8]) -> Vec<u8> {
    let descriptor = |tag: u8, content: &[u8]| [&[tag, content.len() as u8][..], content].concat();
    let decoder = [&[0x40, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &descriptor(5, config)].concat();
    let stream = [&[0, 1, 0][..], &descriptor(4, &decoder), &descriptor(6, &[2])].concat();
    let esds = [&[0; 4][..], &descriptor(3, &stream)].concat();
    let boxed = |name: &[u8], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat();
    // Eight bytes before the entry, eight of its header, and 28 that every kind of sound has.
    let entry = [&stsd[16..44], &boxed(b"esds", &esds)].concat();
    [&stsd[..8], &boxed(b"mp4a", &entry)].concat()
}
