//! MPEG audio and ADTS behind what does not belong to them: tags whose length is wrong, zeros, noise, text.

use auricle::audio;
use auricle::audio::metadata::TagName;

use crate::media::{Folder, Noise, Signal, distance_db};

/// How the length of the tag in front is written.
#[derive(Debug, Clone, Copy)]
enum Length {
    Right,
    Plain,
    Understated,
}

/// An ID3 tag with a title and a picture of `picture` bytes.
fn tag(picture: usize, length: Length) -> Vec<u8> {
    let mut noise = Noise(99);
    let mut image = b"APIC".to_vec();
    image.extend((14 + picture as u32).to_be_bytes());
    image.extend(b"\0\0\0image/png\0\x03\0\0");
    image.extend((0..picture).map(|_| noise.next_bits() as u8));
    let content = [&b"TIT2\0\0\0\x05\0\0\0Rain"[..], &image, &[0; 40]].concat();
    let len = content.len() as u32;
    let size = match length {
        Length::Right => [len >> 21, len >> 14 & 0x7F, len >> 7 & 0x7F, len & 0x7F].map(|bits| bits as u8),
        Length::Plain => len.to_be_bytes(),
        Length::Understated => [0, 0, 0, 60],
    };
    [&b"ID3\x03\0\0"[..], &size, &content].concat()
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let folder = Folder::new();
    let encode = |(name, arguments)| {
        let bytes = std::fs::read(folder.encode(&Signal::lively(44_100, 2, 2.0), name, arguments)).unwrap();
        (name, bytes)
    };
    [
        ("j.mp3", "-c:a libmp3lame -b:a 128k -id3v2_version 0 -write_xing 0"),
        ("vbr.mp3", "-c:a libmp3lame -q:a 4 -id3v2_version 0"),
        ("j.mp2", "-c:a mp2"),
        ("j.aac", "-c:a aac"),
    ]
    .map(encode)
    .to_vec()
}

/// Fails unless `front` before `file` changes nothing about the sound; returns the title.
fn check(what: &str, front: &[u8], file: &[u8]) -> Option<String> {
    let (expected, _) = crate::read_bytes(file.to_vec(), 44_100).unwrap();
    let opened = audio::open_bytes("upload", [front, file].concat()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let title = opened.metadata().tags.get(TagName::Title).map(str::to_owned);
    let mut blocks = opened.into_blocks(44_100).unwrap();
    let samples = blocks.read_all().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((samples.len(), blocks.partial()), (expected.len(), None), "length and note of {what}");
    let distance = distance_db(&expected, &samples);
    assert!(distance > 100.0, "{what}: {distance:.1} dB");
    title
}

#[test]
fn the_length_of_an_id3_tag_may_be_wrong() {
    for (name, file) in files() {
        for picture in [300, 9_000, 700_000] {
            for length in [Length::Right, Length::Plain, Length::Understated] {
                let what = format!("{name} behind a tag of {length:?} length with {picture} bytes");
                assert_eq!(check(&what, &tag(picture, length), &file).as_deref(), Some("Rain"), "{what}");
            }
        }
    }
}

#[test]
fn kilobytes_of_junk_in_front_are_passed_over() {
    let mut noise = Noise(7);
    let noise: Vec<u8> = (0..50_000).map(|_| noise.next_bits() as u8).collect();
    for (name, file) in files() {
        check(&format!("{name} behind a few zeros"), &[0; 100], &file);
        check(&format!("{name} behind zeros"), &[0; 40_000], &file);
        check(&format!("{name} behind many zeros"), &vec![0; 600_000], &file);
        check(&format!("{name} behind noise"), &noise, &file);
        check(&format!("{name} behind text"), "HTTP/1.1 200 OK\r\nicy-name: Rain\r\n".repeat(900).as_bytes(), &file);
    }
}

#[test]
fn files_with_a_name_are_found_behind_a_tag_of_a_wrong_length_and_a_few_bytes() {
    let folder = Folder::new();
    let sound = Signal::lively(44_100, 2, 1.0);
    for (name, arguments) in [
        ("n.wav", "-c:a pcm_s16le"),
        ("n.aiff", "-c:a pcm_s16be"),
        ("n.flac", "-c:a flac"),
        ("n.ogg", "-c:a libvorbis"),
    ] {
        let file = std::fs::read(folder.encode(&sound, name, arguments)).unwrap();
        for picture in [300, 400_000] {
            let what = format!("{name} behind a tag with {picture} bytes");
            assert_eq!(check(&what, &tag(picture, Length::Understated), &file).as_deref(), Some("Rain"), "{what}");
        }
        check(&format!("{name} behind zeros"), &[0, 0], &file);
        check(&format!("{name} behind the mark of UTF-8"), b"\xEF\xBB\xBF", &file);
    }
}
