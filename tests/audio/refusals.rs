//! What is not a sound, or cannot be reached, is refused with the file, the stage and what to do.

use std::path::Path;

use auricle::audio;
use auricle::error::{Error, Stage};

use crate::media::{Folder, Noise, Signal, run_ffmpeg, wav};
use crate::read;

fn check(path: &Path, stage: Stage, words: &str) {
    let error = match audio::open(path) {
        Err(error) => error,
        Ok(sound) => sound.into_blocks(48_000).unwrap().read_all().unwrap_err(),
    };
    let Error::Data { input, stage: found, reason, .. } = &error else { panic!("{error:?}") };
    assert_eq!((input.as_str(), *found), (path.to_str().unwrap(), stage), "{error}");
    assert!(reason.contains(words), "{error} does not say {words:?}");
}

#[test]
fn what_is_not_a_file_of_sound_is_named() {
    let folder = Folder::new();
    check(&folder.path(""), Stage::Open, "is a directory");
    check(&folder.path("nowhere.wav"), Stage::Open, "");
    check(&folder.write("empty.wav", b""), Stage::Open, "is empty");
    check(&folder.write("notes.txt", b"Rain, close, no wind.\n"), Stage::Probe, "is text");
    check(&folder.write("notes.wav", "Regen auf Blech\n".repeat(400).as_bytes()), Stage::Probe, "is text");
    check(&folder.write("song.mid", b"MThd\0\0\0\x06\0\x01\0\x01\0\x60MTrk"), Stage::Probe, "MIDI");
    check(&folder.write("archive.zip", b"PK\x03\x04\x14\0\0\0"), Stage::Probe, "ZIP");
}

#[test]
fn coded_sound_that_says_it_is_pcm_is_named() {
    let folder = Folder::new();
    let sound = Signal::lively(48_000, 2, 1.0);
    let dts = std::fs::read(folder.encode(&sound, "raw.dts", "-c:a dca -strict -2 -b:a 768k")).unwrap();
    let swapped: Vec<u8> = dts.chunks_exact(2).flat_map(|two| [two[1], two[0]]).collect();
    let behind_a_pause = [vec![0; 20_000], swapped.clone()].concat();
    for (name, data) in [("plain.wav", &dts), ("swapped.wav", &swapped), ("pause.wav", &behind_a_pause)] {
        check(&folder.write(name, &wav(1, 16, 2, 48_000, data)), Stage::Probe, "DTS");
    }
    // As rips are compressed and edited.
    for (name, arguments) in [
        ("rip.flac", "-c:a flac"),
        ("rip.m4a", "-c:a alac"),
        ("rip.mka", "-c:a pcm_s16le"),
        ("rip.wav", "-c:a pcm_s24le"),
    ] {
        let (from, to) = (folder.write("rip.raw", &swapped), folder.path(name));
        let input = ["-f", "s16le", "-ar", "48000", "-ac", "2", "-i", from.to_str().unwrap()];
        let output: Vec<&str> = arguments.split(' ').chain([to.to_str().unwrap()]).collect();
        run_ffmpeg(&[&input[..], &output].concat());
        check(&to, Stage::Decode, "holds DTS");
    }
    check(&folder.write("tagged.wav", &wav(0x2001, 0, 2, 48_000, &dts)), Stage::Probe, "DTS");
    let burst = folder.encode(&sound, "burst.spdif", "-c:a ac3 -f spdif");
    let burst = std::fs::read(burst).unwrap();
    check(&folder.write("burst.wav", &wav(1, 16, 2, 48_000, &burst)), Stage::Probe, "AC-3");
    let one_sync = [&[1, 2, 3, 4, 0xFE, 0x7F, 0x01, 0x80][..], &sound.interleaved()].concat();
    assert_eq!(read(&folder.write("by_chance.wav", &wav(1, 16, 2, 48_000, &one_sync))).partial, None);
}

#[test]
fn noise_is_not_taken_for_sound() {
    let folder = Folder::new();
    for seed in 1..60 {
        let mut noise = Noise(seed * 7_919);
        let bytes: Vec<u8> = (0..40_000).map(|_| noise.next_bits() as u8).collect();
        check(&folder.write("noise.mp3", &bytes), Stage::Probe, "convert it");
    }
}

#[test]
fn programs_are_not_taken_for_sound() {
    check(&std::env::current_exe().unwrap(), Stage::Probe, "convert it");
}

#[test]
fn content_counts_and_not_the_extension() {
    let (folder, sound) = (Folder::new(), Signal::lively(44_100, 1, 0.6));
    for (real, arguments, lie, codec) in [
        ("a.mp3", "-c:a libmp3lame", "really_mp3.wav", "mp3"),
        ("b.flac", "-c:a flac", "really_flac.mp3", "flac"),
        ("c.wav", "-c:a pcm_s16le", "really_wav.ogg", "pcm_s16le"),
        ("d.ogg", "-c:a libvorbis", "really_ogg", "vorbis"),
        ("e.m4a", "-c:a aac", "really_m4a.txt", "aac"),
    ] {
        let path = folder.path(lie);
        std::fs::rename(folder.encode(&sound, real, arguments), &path).unwrap();
        let read = read(&path);
        assert_eq!((read.metadata.codec.as_str(), read.partial), (codec, None), "{lie}");
        assert!(read.samples.len() > 20_000, "{lie}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.write("closed.wav", &Signal::lively(8_000, 1, 0.1).to_wav());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    match std::fs::File::open(&path) {
        Err(_) => check(&path, Stage::Open, "may not be read"),
        // Root may read anything.
        Ok(_) => assert!(audio::open(&path).is_ok()),
    }
}

/// The first page of a process's memory is never mapped: the file opens, and reading it fails, for root too.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_fails_when_it_is_read_says_so() {
    check(Path::new("/proc/self/mem"), Stage::Open, "cannot be read");
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    check(Path::new("/dev/null"), Stage::Open, "is not a regular file");
    let folder = Folder::new();
    let pipe = folder.path("pipe.wav");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    check(&pipe, Stage::Open, "is not a regular file");
}

#[test]
fn odd_names_are_no_obstacle() {
    let (folder, bytes) = (Folder::new(), Signal::lively(8_000, 1, 0.1).to_wav());
    for name in ["-", "ü 雨 🐕.wav", "a\nb.wav", " leading.wav", "%s%n.wav"] {
        assert_eq!(read(&folder.write(name, &bytes)).partial, None, "{name:?}");
    }
}

#[test]
fn kinds_that_are_known_and_not_read_are_named() {
    let folder = Folder::new();
    let sound = Signal::lively(48_000, 2, 1.0);
    for (name, arguments, words) in [
        ("raw.ac3", "-c:a ac3", "is AC-3"),
        ("raw.eac3", "-c:a eac3", "is AC-3 or E-AC-3"),
        ("raw.dts", "-c:a dca -strict -2 -b:a 768k", "is DTS"),
        ("stream.ts", "-c:a aac -f mpegts", "is an MPEG transport stream"),
        ("stream.latm", "-c:a aac -f latm", "is AAC in LATM"),
        ("voice.voc", "-c:a pcm_u8 -f voc", "is a Creative Voice file"),
        ("qdm.mov", "-c:a adpcm_ms", "cannot be decoded here"),
    ] {
        check(&folder.encode(&sound, name, arguments), Stage::Probe, words);
    }
    let mut film = [b"RIFX", &sound.to_wav()[4..]].concat();
    film[8..12].copy_from_slice(b"MV93");
    check(&folder.write("film.dir", &film), Stage::Probe, "RIFX file of another kind");
    // The first page of an Ogg file with the header of Speex, which ffmpeg here cannot write.
    let header = [&b"Speex   1.2.0"[..], &[0; 67]].concat();
    let page = [&b"OggS\0\x02"[..], &[0; 20], &[1, header.len() as u8], &header].concat();
    check(&folder.write("voice.spx", &page), Stage::Probe, "holds Speex");
}
