//! Chapters: each container's own way of keeping them.

use std::path::{Path, PathBuf};

use auricle::audio::metadata::{CuePlace, TagName};

use crate::media::{Folder, Signal, run_ffmpeg};
use crate::read;

const CHAPTERS: &str = ";FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1250
title=Along the street
[CHAPTER]
TIMEBASE=1/1000
START=1250
END=2250
title=Gate – Tür 門
[CHAPTER]
TIMEBASE=1/1000
START=2250
END=3000
title=Rain on tin
";

/// A sound of three seconds with the chapters, as ffmpeg writes it.
fn encode(folder: &Folder, name: &str, arguments: &str) -> PathBuf {
    let input = folder.write("source.wav", &Signal::lively(44_100, 1, 3.0).to_wav());
    let chapters = folder.write("chapters.txt", CHAPTERS.as_bytes());
    let output = folder.path(name);
    let [input, chapters, written] = [&input, &chapters, &output].map(|path| path.to_str().unwrap());
    let mut all = vec!["-i", input, "-i", chapters, "-map", "0:a", "-map_metadata", "1", "-map_chapters", "1"];
    all.extend(arguments.split(' '));
    all.push(written);
    run_ffmpeg(&all);
    output
}

#[track_caller]
fn check(path: &Path) {
    let metadata = read(path).metadata;
    let expected = [(0.0, 1.25, "Along the street"), (1.25, 2.25, "Gate – Tür 門"), (2.25, 3.0, "Rain on tin")];
    let is_near = |place: &CuePlace, (start, end, words): (f64, f64, &str)| {
        // The last chapter goes to the end of the sound where only beginnings are kept.
        let ends = place.end_seconds.is_none_or(|known| (known - end).abs() < 0.03);
        (place.start_seconds - start).abs() < 0.03 && ends && place.words == words
    };
    let is_right = metadata.cues.len() == expected.len()
        && metadata.cues.iter().zip(expected).all(|(place, expected)| is_near(place, expected))
        && metadata.cues[..2].iter().all(|place| place.end_seconds.is_some());
    assert!(is_right, "{}: {:#?}", path.display(), metadata.cues);
    assert_eq!(metadata.tags.get(TagName::Cues), Some("Along the street; Gate – Tür 門; Rain on tin"));
}

#[test]
fn chapters_of_every_container_are_places_with_words() {
    let folder = Folder::new();
    for (name, arguments) in [
        ("c.mp3", "-c:a libmp3lame"),
        ("old.mp3", "-c:a libmp3lame -id3v2_version 3"),
        ("c.aiff", "-c:a pcm_s16be -write_id3v2 1"),
        ("c.opus", "-c:a libopus -ar 48000"),
        ("c.mka", "-c:a flac"),
        ("c.webm", "-c:a libopus -ar 48000"),
        ("c.m4a", "-c:a aac"),
        ("c.mp4", "-c:a aac -movflags faststart"),
        ("c.mov", "-c:a pcm_s16le"),
    ] {
        check(&encode(&folder, name, arguments));
    }
}

/// `file` with every `from` in it as `to`, which hides a box.
fn renamed(mut file: Vec<u8>, from: &[u8; 4], to: &[u8; 4]) -> Vec<u8> {
    let places: Vec<usize> = (0..file.len() - 4).filter(|at| &file[*at..at + 4] == from).collect();
    assert!(!places.is_empty(), "{}", String::from_utf8_lossy(from));
    places.into_iter().for_each(|at| file[at..at + 4].copy_from_slice(to));
    file
}

#[test]
fn an_mp4_file_may_have_its_chapters_in_one_way_or_the_other() {
    let folder = Folder::new();
    let file = std::fs::read(encode(&folder, "both.m4a", "-c:a aac")).unwrap();
    check(&folder.write("track.m4a", &renamed(file.clone(), b"chpl", b"free")));
    check(&folder.write("nero.m4a", &renamed(file, b"tref", b"free")));
}

#[test]
fn an_id3_tag_has_chapters_wherever_it_stands_and_whatever_its_table_of_contents_says() {
    let folder = Folder::new();
    let file = std::fs::read(encode(&folder, "tagged.mp3", "-c:a libmp3lame")).unwrap();
    let len = file[6..10].iter().fold(0, |len, byte| len << 7 | usize::from(*byte));
    let tag = &file[..10 + len];
    let wave = Signal::lively(44_100, 1, 3.0).to_wav();
    let mut chunk = wave.clone();
    chunk.extend([&b"id3 "[..], &(tag.len() as u32).to_le_bytes(), tag].concat());
    check(&folder.write("chunk.wav", &chunk));
    check(&folder.write("front.wav", &[tag, &wave].concat()));
    // Two chapters of one name, of which the standard allows none.
    check(&folder.write("twice.mp3", &renamed(file, b"ch1\0", b"ch0\0")));
}

#[test]
fn chapters_in_comments_may_have_two_digits_or_three() {
    let folder = Folder::new();
    let chapters =
        [("00:00:00.000", "Along the street"), ("00:00:01.250", "Gate – Tür 門"), ("00:00:02.250", "Rain on tin")];
    let input = folder.write("source.wav", &Signal::lively(44_100, 1, 3.0).to_wav());
    let (vorbis, flac) = ("libvorbis", "flac");
    for (name, codec, digits) in
        [("two.ogg", vorbis, 2), ("three.ogg", vorbis, 3), ("two.flac", flac, 2), ("three.flac", flac, 3)]
    {
        let (output, mut arguments) = (folder.path(name), vec!["-i".to_owned(), input.to_str().unwrap().to_owned()]);
        for (number, (clock, title)) in chapters.iter().enumerate() {
            for comment in
                [format!("CHAPTER{number:0digits$}={clock}"), format!("CHAPTER{number:0digits$}NAME={title}")]
            {
                arguments.extend(["-metadata".to_owned(), comment]);
            }
        }
        arguments.extend(["-c:a".to_owned(), codec.to_owned(), output.to_str().unwrap().to_owned()]);
        run_ffmpeg(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        check(&output);
    }
}
