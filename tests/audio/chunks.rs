//! Chunks as programs really write them: without their pad bytes, with filling between them, with lengths that were never
//! filled in, and with tags in front.

use auricle::audio::metadata::TagName;

use crate::assert_same;
use crate::media::{Signal, wav};

const TITLE: &[u8] = b"LIST\x12\0\0\0INFOINAM\x05\0\0\0Rain\0\0";

/// Reads `bytes`, which must be whole and hold `sound`; returns the title.
fn title_of(what: &str, bytes: Vec<u8>, sound: &Signal) -> Option<String> {
    let opened = auricle::audio::open_bytes("upload", bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    let title = opened.metadata().tags.get(TagName::Title).map(str::to_owned);
    let mut blocks = opened.into_blocks(sound.rate_hz).unwrap();
    let samples = blocks.read_all().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_same(what, &samples, blocks.partial(), &sound.mean());
    title
}

fn check(what: &str, bytes: Vec<u8>, sound: &Signal) {
    assert_eq!(title_of(what, bytes, sound).as_deref(), Some("Rain"), "{what}");
}

fn finish(chunks: &[&[u8]]) -> Vec<u8> {
    let body = chunks.concat();
    [&b"RIFF"[..], &(4 + body.len() as u32).to_le_bytes(), b"WAVE", &body].concat()
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&name[..], &(content.len() as u32).to_le_bytes(), content].concat()
}

fn format() -> Vec<u8> {
    wav(1, 16, 1, 48_000, &[])[12..36].to_vec()
}

fn sound() -> Signal {
    Signal::lively(48_000, 1, 0.2)
}

#[test]
fn chunks_of_odd_length_need_no_pad_byte() {
    let sound = sound();
    let (data, odd, format) = (chunk(b"data", &sound.interleaved()), chunk(b"bext", &[b' '; 603]), format());
    let unusual = chunk(b"xyz1", &[7; 33]);
    check("an odd chunk before the data", finish(&[&format, &odd, TITLE, &data]), &sound);
    check("an odd chunk with an unusual name", finish(&[&unusual, &format, &unusual, TITLE, &data]), &sound);
    check("an odd chunk behind the data", finish(&[&format, &data, &odd, TITLE]), &sound);
    let eight_bits = wav(1, 8, 1, 48_000, &[])[12..36].to_vec();
    let samples = vec![192; 4_801];
    let bytes = finish(&[&eight_bits, &chunk(b"data", &samples), TITLE]);
    check("odd data", bytes, &Signal::mono(48_000, vec![16_384; 4_801]));
}

#[test]
fn filling_between_chunks_is_passed_over() {
    let sound = sound();
    let (data, format) = (chunk(b"data", &sound.interleaved()), format());
    let nameless = chunk(&[0; 4], b"data of something, and more of it to fill it up; ");
    for (what, filling) in [
        ("a few zeros", vec![0; 6]),
        ("an odd number of zeros", vec![0; 33]),
        ("a block of zeros", vec![0; 70_001]),
        ("0xFF", vec![0xFF; 500]),
        ("a chunk without a name", nameless),
    ] {
        check(&format!("{what} before the data"), finish(&[&format, &filling, TITLE, &filling, &data]), &sound);
        check(&format!("{what} behind the data"), finish(&[&format, &data, &filling, TITLE]), &sound);
        check(&format!("{what} before everything"), finish(&[&filling, &format, &data, TITLE]), &sound);
    }
}

#[test]
fn aiff_with_the_same_faults_is_read() {
    let sound = sound();
    let samples: Vec<u8> = sound.interleaved().chunks_exact(2).flat_map(|two| [two[1], two[0]]).collect();
    let chunk = |name: &[u8; 4], content: &[u8]| [name, &(content.len() as u32).to_be_bytes(), content].concat();
    let common =
        [&[0, 1][..], &(samples.len() as u32 / 2).to_be_bytes(), b"\0\x10\x40\x0E\xBB\x80\0\0\0\0\0\0"].concat();
    let (common, data) = (chunk(b"COMM", &common), chunk(b"SSND", &[&[0; 8][..], &samples].concat()));
    let (odd, title) = (chunk(b"ANNO", b"close"), chunk(b"NAME", b"Rain"));
    for (what, chunks) in [
        ("odd", vec![&common, &odd, &title, &data]),
        ("zeros", vec![&common, &vec![0; 4_099], &title, &data, &vec![0; 11], &odd]),
        ("zeros before tags", vec![&common, &data, &vec![0; 4_099], &title]),
    ] {
        let body: Vec<u8> = chunks.into_iter().flatten().copied().collect();
        let file = [&b"FORM"[..], &(4 + body.len() as u32).to_be_bytes(), b"AIFF", &body].concat();
        check(what, file, &sound);
    }
}

#[test]
fn data_without_a_length_goes_to_the_end() {
    let sound = sound();
    for data_len in [0u32, u32::MAX] {
        for riff_len in [None, Some(0u32), Some(u32::MAX), Some(36)] {
            let mut file = finish(&[&format(), TITLE, &chunk(b"data", &sound.interleaved())]);
            let at = file.windows(4).position(|four| four == b"data").unwrap() + 4;
            file[at..at + 4].copy_from_slice(&data_len.to_le_bytes());
            if let Some(riff_len) = riff_len {
                file[4..8].copy_from_slice(&riff_len.to_le_bytes());
            }
            check(&format!("data {data_len:#x}, RIFF {riff_len:x?}"), file, &sound);
        }
    }
}

#[test]
fn wave64_pads_its_chunks_to_eight_bytes() {
    const TAIL: [&[u8]; 2] =
        [b"\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A", b"\x2F\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0"];
    let chunk = |name: &[u8; 4], tail: usize, content: &[u8]| {
        let len = 24 + content.len();
        [name, TAIL[tail], &(len as u64).to_le_bytes(), content, &vec![0; len.next_multiple_of(8) - len]].concat()
    };
    let sound = Signal::lively(48_000, 1, 0.20001);
    let (format, data) = (chunk(b"fmt ", 0, &format()[8..]), chunk(b"data", 0, &sound.interleaved()));
    let title = chunk(b"list", 1, &TITLE[8..]);
    for (what, chunks) in [("before", [&format, &title, &data]), ("behind", [&format, &data, &title])] {
        let body: Vec<u8> = chunks.into_iter().flatten().copied().collect();
        let riff = [&b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0"[..], &(40 + body.len() as u64).to_le_bytes()];
        let file = [&riff.concat(), &b"wave"[..], TAIL[0], &body].concat();
        check(&format!("Wave64 with a title {what} its data"), file.clone(), &sound);
        if what == "before" {
            for len in [0, 24, u64::MAX] {
                let mut unfinished = file.clone();
                let at = unfinished.windows(4).position(|four| four == b"data").unwrap() + 16;
                unfinished[at..at + 8].copy_from_slice(&len.to_le_bytes());
                unfinished.truncate(at + 8 + 2 * sound.channels[0].len());
                check(&format!("Wave64 with a length of {len}"), unfinished, &sound);
            }
        }
    }
}

#[test]
fn data_that_is_really_empty_has_no_sound() {
    let bytes = finish(&[&format(), &chunk(b"data", b""), TITLE, &chunk(b"xyz1", b"ab")]);
    let error = crate::read_bytes(bytes, 48_000).unwrap_err();
    assert!(error.to_string().contains("holds no audio samples"), "{error}");
}

#[test]
fn an_id3_tag_in_front_is_read_and_passed_over() {
    let folder = crate::media::Folder::new();
    let sound = Signal::lively(48_000, 2, 0.3);
    let frame = b"TIT2\0\0\0\x05\0\0\x03Rain".to_vec();
    for zeros in [0, 7, 2_000] {
        let content = [frame.clone(), vec![0; 64]].concat();
        let tag = [&b"ID3\x04\0\0\0\0\0"[..], &[content.len() as u8], &content].concat();
        for (name, arguments) in [
            ("i.wav", "-c:a pcm_s16le"),
            ("i.aiff", "-c:a pcm_s16be"),
            ("i.au", "-c:a pcm_s16be"),
            ("i.caf", "-c:a pcm_s16be"),
            ("i.w64", "-c:a pcm_s16le"),
            ("i.flac", "-c:a flac"),
            ("i.mka", "-c:a flac"),
            ("i.m4a", "-c:a alac"),
            ("i.ogg", "-c:a flac"),
        ] {
            let file = std::fs::read(folder.encode(&sound, name, arguments)).unwrap();
            check(&format!("{name} behind {zeros} zeros"), [tag.clone(), vec![0; zeros], file].concat(), &sound);
        }
    }
}
