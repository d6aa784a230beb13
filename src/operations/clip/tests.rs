//! Clips, read back by our own decoder: the samples are those of the file, to the bit, at the places that were asked for.

use std::io::Cursor;

use super::*;
use crate::audio;
use crate::audio::metadata::TagName;

const RATE_HZ: u32 = 44_100;

/// A WAV file of `bits` with `channels`, whose samples count up, so that each tells where it was.
fn counting(bits: u16, channels: u16, frames: u32) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: RATE_HZ,
        bits_per_sample: bits,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for frame in 0..frames {
        for channel in 0..u32::from(channels) {
            writer.write_sample(number(frame, channel, u32::from(bits))).unwrap();
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn number(frame: u32, channel: u32, bits: u32) -> i32 {
    let most = 1i64 << bits;
    let mixed = (u64::from(frame) * 2_654_435_761 + u64::from(channel) * 97) % most as u64;
    (mixed as i64 - most / 2) as i32
}

fn clip_of(file: &[u8], request: &ClipRequest) -> (Vec<u8>, ClipPlace) {
    let sound = audio::open_bytes("x.wav", file.to_vec()).unwrap();
    let mut out = Cursor::new(Vec::new());
    let place = cut(sound, Path::new("/a/20210420_131000 rain.wav"), request, &mut out, &AtomicBool::new(false));
    (out.into_inner(), place.unwrap().unwrap())
}

/// The numbers in a file, as it has them.
fn numbers(file: &[u8], bits: u32) -> Vec<i32> {
    let mut frames = audio::open_bytes("clip", file.to_vec()).unwrap().into_frames();
    let mut all = Vec::new();
    while let Some(block) = frames.next_frames().unwrap() {
        all.extend(block.iter().map(|&sample| sample::whole(sample, bits)));
    }
    all
}

fn request(start: f64, end: f64, handles_seconds: f64, format: ClipFormat) -> ClipRequest {
    ClipRequest { span: TimeSpan::new(start, end), handles_seconds, format }
}

#[test]
fn clips_have_the_samples_of_the_file_to_the_bit() {
    let frames = RATE_HZ * 2;
    for (bits, channels) in [(8, 1), (16, 1), (16, 2), (24, 2), (24, 5)] {
        let file = counting(bits, channels, frames);
        for format in [ClipFormat::Wav, ClipFormat::Flac] {
            let (clip, place) = clip_of(&file, &request(0.5, 1.25, 0.0, format));
            assert_eq!((place.start_seconds, place.end_seconds), (0.5, 1.25));
            let metadata = audio::open_bytes("clip", clip.clone()).unwrap().metadata().clone();
            let bits = u32::from(bits);
            assert_eq!(
                (metadata.rate_hz, metadata.channels, metadata.bits),
                (RATE_HZ, u32::from(channels), Some(bits))
            );
            let expected: Vec<i32> = (RATE_HZ / 2..RATE_HZ * 5 / 4)
                .flat_map(|frame| (0..u32::from(channels)).map(move |channel| number(frame, channel, bits)))
                .collect();
            assert_eq!(numbers(&clip, bits), expected, "{bits} bits, {channels} channels, {format:?}");
        }
    }
}

#[test]
fn handles_are_kept_as_far_as_there_is_sound() {
    let file = counting(16, 1, RATE_HZ);
    let (clip, place) = clip_of(&file, &request(0.25, 0.5, 0.5, ClipFormat::Wav));
    assert_eq!((place.start_seconds, place.end_seconds), (0.0, 1.0));
    assert_eq!(numbers(&clip, 16).len(), RATE_HZ as usize);
    let (clip, _) = clip_of(&file, &request(0.5, f64::INFINITY, 0.0, ClipFormat::Flac));
    assert_eq!(numbers(&clip, 16).len(), RATE_HZ as usize / 2);
    let all = ClipRequest { span: None, handles_seconds: 0.0, format: ClipFormat::Wav };
    assert_eq!(numbers(&clip_of(&file, &all).0, 16).len(), RATE_HZ as usize);
}

#[test]
fn a_clip_says_where_it_is_from_and_when_it_was_recorded() {
    let file = counting(16, 2, RATE_HZ * 2);
    for (format, when) in [(ClipFormat::Wav, "2021-04-20T13:10:01"), (ClipFormat::Flac, "2021-04-20T13:10:01")] {
        let (clip, _) = clip_of(&file, &request(1.0, 1.5, 0.0, format));
        let sound = audio::open_bytes("clip", clip).unwrap();
        let tags = &sound.metadata().tags;
        assert_eq!(tags.get(TagName::Description), Some("20210420_131000 rain"), "{format:?}");
        assert_eq!(
            tags.recorded(Path::new("clip")).map(|clock| clock.to_string()).as_deref(),
            Some(when),
            "{format:?}"
        );
    }
}

#[test]
fn a_part_behind_the_end_is_refused_and_a_stop_leaves_nothing() {
    let file = counting(16, 1, RATE_HZ);
    let open = || audio::open_bytes("x.wav", file.clone()).unwrap();
    let (path, mut out) = (Path::new("x.wav"), Cursor::new(Vec::new()));
    let behind = cut(open(), path, &request(2.0, 3.0, 0.0, ClipFormat::Wav), &mut out, &AtomicBool::new(false));
    assert!(behind.unwrap_err().to_string().contains("1.000 s long"));
    let stopped = cut(open(), path, &request(0.0, 1.0, 0.0, ClipFormat::Wav), &mut out, &AtomicBool::new(true));
    assert_eq!(stopped.unwrap(), None);
}

#[test]
fn a_clip_is_called_after_its_sound_and_its_place() {
    let path = Path::new("/a/rain.flac");
    for (span, expected) in [
        (TimeSpan::new(12.5, 17.5), "rain 12.500-17.500.wav"),
        (TimeSpan::new(12.5, f64::INFINITY), "rain 12.500-end.wav"),
        (None, "rain.wav"),
    ] {
        assert_eq!(clip_name(path, &ClipRequest { span, handles_seconds: 0.0, format: ClipFormat::Wav }), expected);
    }
}
