//! Streams whose channels or rate change on the way: all of them is heard, each part at its own rate.

use crate::media::{Folder, Signal, distance_db};
use crate::read_bytes;

/// Parts that are joined: rate and channels, one behind the other.
const JOINED: [&[(u32, usize)]; 8] = [
    &[(44_100, 1), (44_100, 2)],
    &[(44_100, 2), (44_100, 1)],
    &[(44_100, 2), (48_000, 2)],
    &[(22_050, 1), (44_100, 2)],
    &[(48_000, 2), (24_000, 1), (32_000, 2)],
    &[(48_000, 2), (48_000, 1), (48_000, 2), (48_000, 1)],
    &[(16_000, 1), (48_000, 1)],
    &[(44_100, 2), (44_100, 2)],
];

fn encoded(folder: &Folder, (rate_hz, channels): (u32, usize), seconds: f64, name: &str, arguments: &str) -> Vec<u8> {
    let sound = Signal::lively(rate_hz, channels, seconds);
    std::fs::read(folder.encode(&sound, name, arguments)).unwrap()
}

/// Each part alone, and the parts joined, at 48 kHz: the joined ones must be the single ones, but for `slack` frames at
/// each joint.
fn check(what: &str, files: &[Vec<u8>], slack: usize) {
    let alone: Vec<_> = files.iter().map(|file| read_bytes(file.clone(), 48_000).unwrap().0).collect();
    let (joined, note) = read_bytes(files.concat(), 48_000).unwrap();
    let expected: usize = alone.iter().map(Vec::len).sum();
    assert!(joined.len().abs_diff(expected) <= slack * files.len(), "{what}: {} of {expected}", joined.len());
    assert_eq!(note, None, "{what}");
    // The first part is where it was, and the last one ends where the whole does.
    let (first, last) = (&alone[0], alone.last().unwrap());
    let inner = |part: &[f32]| part[slack + 4_000..part.len() - slack - 4_000].to_vec();
    assert!(distance_db(&inner(first), &inner(&joined[..first.len()])) > 40.0, "{what}: the first part");
    if slack > 0 {
        return;
    }
    let end = &joined[joined.len() - last.len()..];
    // Of AAC's noise only the level is coded.
    let distance = distance_db(&inner(last), &inner(end));
    assert!(distance > 25.0, "{what}: the last part is {distance:.1} dB off");
}

#[test]
fn mp3_of_several_formats_is_read_whole() {
    let folder = Folder::new();
    for parts in JOINED {
        for arguments in ["-c:a libmp3lame -b:a 64k -write_xing 0 -id3v2_version 0", "-c:a libmp3lame -q:a 4"] {
            let files: Vec<_> = parts.iter().map(|part| encoded(&folder, *part, 1.5, "p.mp3", arguments)).collect();
            let slack = if arguments.contains("xing") { 0 } else { 3_500 };
            check(&format!("{parts:?} with {arguments}"), &files, slack);
        }
    }
}

#[test]
fn a_short_jingle_of_another_format_is_heard_too() {
    let folder = Folder::new();
    let arguments = "-c:a libmp3lame -b:a 64k -write_xing 0";
    let jingle = encoded(&folder, (44_100, 1), 0.15, "j.mp3", arguments);
    let rest = encoded(&folder, (44_100, 2), 1.5, "r.mp3", arguments);
    for files in [[jingle.clone(), rest.clone()], [rest, jingle]] {
        let expected: usize = files.iter().map(|file| read_bytes(file.clone(), 48_000).unwrap().0.len()).sum();
        let (samples, note) = read_bytes(files.concat(), 48_000).unwrap();
        assert!(samples.len().abs_diff(expected) <= 2, "{} of {expected}", samples.len());
        assert_eq!(note, None);
    }
}

#[test]
fn adts_of_several_formats_is_read_whole() {
    let folder = Folder::new();
    for parts in JOINED {
        let encode = |part: &(u32, usize)| encoded(&folder, *part, 1.5, "p.aac", "-c:a aac -b:a 64k");
        let files: Vec<_> = parts.iter().map(encode).collect();
        // Parts of the same format go on with the block before.
        check(&format!("{parts:?}"), &files, 0);
    }
}

#[test]
fn chained_ogg_of_several_formats_is_read_whole() {
    let folder = Folder::new();
    for arguments in ["-c:a libvorbis -q:a 4", "-c:a flac", "-c:a libopus -b:a 64k"] {
        for parts in JOINED {
            let file = |(at, part): (usize, &(u32, usize))| {
                encoded(&folder, *part, 1.5, "p.ogg", &format!("{arguments} -serial_offset {at}"))
            };
            let files: Vec<_> = parts.iter().enumerate().map(file).collect();
            check(&format!("{parts:?} with {arguments}"), &files, 0);
        }
    }
}

#[test]
fn chained_ogg_of_several_codecs_is_read_whole() {
    let folder = Folder::new();
    let codecs = ["-c:a libvorbis -q:a 4", "-c:a flac", "-c:a libopus -b:a 64k"];
    for (first, second) in [(0, 1), (1, 2), (2, 0), (1, 0)] {
        let second = format!("{} -serial_offset 1", codecs[second]);
        let files = [(48_000, 1, codecs[first]), (24_000, 2, &second)]
            .map(|(rate_hz, channels, codec)| encoded(&folder, (rate_hz, channels), 1.5, "p.ogg", codec));
        check(&format!("{} then {}", codecs[first], second), &files, 0);
    }
}

#[test]
fn flac_streams_that_were_joined_are_read_whole() {
    let folder = Folder::new();
    for parts in JOINED {
        let encode = |part: &(u32, usize)| encoded(&folder, *part, 1.5, "p.flac", "-c:a flac");
        let files: Vec<_> = parts.iter().map(encode).collect();
        check(&format!("{parts:?}"), &files, 0);
    }
    // Of other depths, too, and with a tag in front of each.
    let deep = encoded(&folder, (44_100, 2), 1.5, "deep.flac", "-c:a flac -sample_fmt s32 -bits_per_raw_sample 24");
    let plain = encoded(&folder, (48_000, 1), 1.5, "plain.flac", "-c:a flac");
    let tag = b"ID3\x03\0\0\0\0\0\x0FTIT2\0\0\0\x05\0\0\0Rain";
    check("24 and 16 bits", &[deep.clone(), plain.clone()], 0);
    check("tagged", &[[&tag[..], &deep].concat(), [&tag[..], &plain].concat(), [&tag[..], &deep].concat()], 0);
}

#[test]
fn the_name_of_flac_within_a_stream_is_no_other_stream() {
    let folder = Folder::new();
    let file = encoded(&folder, (44_100, 1), 1.0, "p.flac", "-c:a flac -metadata comment=fLaC");
    let (samples, note) = read_bytes(file, 44_100).unwrap();
    assert_eq!((samples.len(), note), (44_100, None));
}
