//! Which sound of a file is read, and where it ends: several tracks, chained and joined files, misleading headers.

use crate::media::{Folder, Signal, distance_db, run_ffmpeg};
use crate::{assert_same, read, read_bytes};

#[test]
fn the_default_sound_track_is_read_and_pictures_are_not() {
    let folder = Folder::new();
    let (first, second) = (Signal::lively(48_000, 1, 1.0), Signal::mono(48_000, vec![8_192; 30_000]));
    let (one, two) = (folder.write("1.wav", &first.to_wav()), folder.write("2.wav", &second.to_wav()));
    for (default, expected) in [(0, &first), (1, &second)] {
        let path = folder.path("several.mkv");
        let disposition = |track| if track == default { "default" } else { "0" };
        run_ffmpeg(&[
            "-f",
            "lavfi",
            "-i",
            "color=red:size=64x64:duration=1",
            "-i",
            one.to_str().unwrap(),
            "-i",
            two.to_str().unwrap(),
            "-map",
            "0",
            "-map",
            "1",
            "-map",
            "2",
            "-c:v",
            "mpeg4",
            "-c:a",
            "flac",
            "-default_mode",
            "passthrough",
            "-disposition:a:0",
            disposition(0),
            "-disposition:a:1",
            disposition(1),
            path.to_str().unwrap(),
        ]);
        let read = read(&path);
        assert_same(&format!("track {default}"), &read.samples, read.partial.as_deref(), &expected.mean());
    }
}

#[test]
fn a_file_of_pictures_only_holds_no_sound() {
    let folder = Folder::new();
    for name in ["silent.mp4", "silent.mkv"] {
        let path = folder.path(name);
        run_ffmpeg(&["-f", "lavfi", "-i", "color=red:size=64x64:duration=1", "-c:v", "mpeg4", path.to_str().unwrap()]);
        let error = auricle::audio::open(&path).unwrap_err();
        assert!(error.to_string().contains("holds no sound track"), "{error}");
    }
}

#[test]
fn chained_ogg_files_are_read_to_their_end_also_where_the_rate_changes() {
    let folder = Folder::new();
    let (first, second) = (Signal::lively(48_000, 1, 1.0), Signal::lively(24_000, 2, 1.5));
    let encode =
        |sound: &Signal, name: &str| std::fs::read(folder.encode(sound, name, "-c:a libvorbis -q:a 6")).unwrap();
    let (one, two) = (encode(&first, "1.ogg"), encode(&second, "2.ogg"));
    let alone = [read_bytes(one.clone(), 48_000).unwrap().0, read_bytes(two.clone(), 48_000).unwrap().0].concat();
    let (joined, note) = read_bytes([one, two].concat(), 48_000).unwrap();
    assert_eq!((joined.len(), note), (48_000 + 72_000, None));
    assert!(distance_db(&alone, &joined) > 100.0);
}

#[test]
fn mp3_without_a_header_is_not_cut_at_a_guessed_length() {
    let folder = Folder::new();
    // Quiet first: the bit rate at the start is no measure of the rest.
    let mut sound = Signal::lively(44_100, 1, 20.0);
    sound.channels[0][..200_000].fill(0);
    let path = folder.encode(&sound, "v.mp3", "-c:a libmp3lame -q:a 2 -write_xing 0");
    let read = read(&path);
    assert!(read.samples.len() >= sound.channels[0].len(), "{} samples", read.samples.len());
    assert_eq!((read.metadata.duration_seconds, read.partial), (None, None));
}

#[test]
fn joined_mp3_files_are_read_to_the_end_of_the_last() {
    let (folder, sound) = (Folder::new(), Signal::lively(44_100, 1, 2.0));
    let one = std::fs::read(folder.encode(&sound, "1.mp3", "-c:a libmp3lame -b:a 64k")).unwrap();
    let (samples, _) = read_bytes([one.clone(), one].concat(), 44_100).unwrap();
    let len = sound.channels[0].len();
    assert!((2 * len..2 * len + 4_000).contains(&samples.len()), "{} samples", samples.len());
}

#[test]
fn a_live_recording_without_a_known_length_is_read_to_its_end() {
    let folder = Folder::new();
    let sound = Signal::lively(48_000, 2, 1.0);
    let input = folder.write("in.wav", &sound.to_wav());
    for (format, codec) in [("wav", "pcm_s16le"), ("matroska", "flac"), ("flac", "flac")] {
        // ffmpeg cannot go back in a pipe to fill in what it learns at the end.
        let piped = run_ffmpeg(&["-i", input.to_str().unwrap(), "-c:a", codec, "-f", format, "-"]);
        let (samples, note) = read_bytes(piped, 48_000).unwrap();
        assert_same(format, &samples, note.as_deref(), &sound.mean());
    }
}
