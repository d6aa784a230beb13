//! Opus in all its modes, against libopus, and with damaged packets.

use crate::media::{Folder, Noise, Signal, decode_with_libopus, distance_db};
use crate::{read, read_bytes};

/// Difference from libopus, the reference decoder, which ffmpeg calls here instead of its own.
const LEAST_DB: f64 = 50.0;

fn check(channels: usize, arguments: &str) {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, channels, 1.7));
    let path = folder.encode(&sound, "o.opus", &format!("-c:a libopus {arguments}"));
    let read = read(&path);
    let reference = decode_with_libopus(&path, channels);
    assert_eq!((read.metadata.codec.as_str(), read.metadata.channels as usize), ("opus", channels));
    assert_eq!((read.samples.len(), &read.partial), (reference.len(), &None), "{arguments}");
    let distance = distance_db(&reference, &read.samples);
    assert!(distance >= LEAST_DB, "{channels} channels, {arguments}: {distance:.1} dB");
}

#[test]
fn speech_modes_at_low_bit_rates() {
    check(1, "-b:a 8k -application voip");
    check(1, "-b:a 16k -application voip");
    check(2, "-b:a 24k -application voip");
}

#[test]
fn hybrid_and_music_modes() {
    check(1, "-b:a 32k -application voip -cutoff 20000");
    check(2, "-b:a 64k -application audio");
    check(2, "-b:a 256k -application audio");
    check(2, "-b:a 96k -application lowdelay");
}

#[test]
fn every_frame_length() {
    for milliseconds in ["2.5", "5", "10", "20", "40", "60"] {
        check(2, &format!("-b:a 64k -frame_duration {milliseconds}"));
    }
}

#[test]
fn surround() {
    check(6, "-b:a 256k -mapping_family 1");
}

#[test]
fn damaged_packets_never_panic_and_leave_the_rest() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 2, 3.0));
    let whole = std::fs::read(folder.encode(&sound, "o.webm", "-c:a libopus -b:a 64k")).unwrap();
    let mut noise = Noise(77);
    let mut decoded = 0;
    for _ in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..30 {
            let at = 600 + noise.next_bits() as usize % (bytes.len() - 600);
            bytes[at] ^= 1 << (noise.next_bits() % 8);
        }
        if let Ok((samples, _)) = read_bytes(bytes, 48_000) {
            assert!(samples.iter().all(|v| v.is_finite()));
            decoded += usize::from(samples.len() > 48_000);
        }
    }
    assert!(decoded >= 20, "only {decoded} of 40 damaged files gave most of their sound");
}

#[test]
fn the_gain_of_the_header_is_applied() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 1, 0.5));
    let plain = std::fs::read(folder.encode(&sound, "o.webm", "-c:a libopus -b:a 64k")).unwrap();
    let head = plain.windows(8).position(|bytes| bytes == b"OpusHead").unwrap();
    let mut quiet = plain.clone();
    // -6.0206 dB in 1/256 dB: half the amplitude.
    quiet[head + 16..head + 18].copy_from_slice(&(-1_541i16).to_le_bytes());
    let (plain, quiet) = (read_bytes(plain, 48_000).unwrap().0, read_bytes(quiet, 48_000).unwrap().0);
    let doubled: Vec<f32> = quiet.iter().map(|sample| 2.0 * sample).collect();
    assert!(distance_db(&plain, &doubled) > 60.0);
}
