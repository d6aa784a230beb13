//! MP4 as it is really written: in fragments of every kind, and edited. All that is to be played is heard, in order.

use std::path::Path;

use crate::media::{Folder, Signal, decode_with_ffmpeg, distance_db, run_ffmpeg};
use crate::{assert_same, read, read_bytes};

/// Ways to write fragments, as ffmpeg's muxer has them.
const FRAGMENTS: [&str; 10] = [
    "frag_keyframe",
    "frag_keyframe+empty_moov",
    "frag_keyframe+empty_moov+default_base_moof",
    "frag_keyframe+delay_moov",
    "frag_keyframe+empty_moov+omit_tfhd_offset",
    "frag_keyframe+empty_moov+separate_moof",
    "frag_keyframe+skip_trailer",
    "dash+delay_moov",
    "cmaf+delay_moov",
    "frag_keyframe+empty_moov+default_base_moof+global_sidx",
];

/// The distance of `samples` from `reference`, wherever they begin in the first two blocks of an encoder.
fn distance_at_any_delay(reference: &[f32], samples: &[f32]) -> f64 {
    let len = samples.len().min(reference.len()) - 2_112;
    let lags = [0, 312, 576, 1_024, 1_105, 2_112];
    lags.map(|lag| distance_db(&reference[..len], &samples[lag..lag + len])).into_iter().fold(f64::MIN, f64::max)
}

#[test]
fn fragments_of_every_kind_are_read_to_the_last() {
    let folder = Folder::new();
    for codec in ["aac -b:a 128k", "alac", "flac -strict -2", "libopus", "libmp3lame"] {
        let sound = Signal::lively(if codec == "libopus" { 48_000 } else { 44_100 }, 2, 6.2);
        let whole = read(&folder.encode(&sound, "whole.mp4", &format!("-c:a {codec}"))).samples;
        for (at, flags) in FRAGMENTS.into_iter().enumerate() {
            let arguments = format!("-c:a {codec} -movflags {flags} -frag_duration 1000000");
            let read = read(&folder.encode(&sound, &format!("{at}.mp4"), &arguments));
            if codec == "alac" || codec.starts_with("flac") {
                assert_same(&arguments, &read.samples, read.partial.as_deref(), &sound.mean());
                continue;
            }
            let seconds = read.samples.len() as f64 / f64::from(read.metadata.rate_hz);
            assert!((6.19..6.27).contains(&seconds), "{arguments}: {seconds} s");
            assert_eq!(read.partial, None, "{arguments}");
            let distance = distance_at_any_delay(&whole, &read.samples);
            assert!(distance > 60.0, "{arguments}: {distance:.1} dB from the file without fragments");
        }
    }
}

#[test]
fn fragments_beside_pictures_are_read_to_the_last() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 1, 4.0));
    let (input, output) = (folder.write("in.wav", &sound.to_wav()), folder.path("film.mp4"));
    for flags in ["frag_keyframe", "frag_keyframe+empty_moov", "empty_moov+omit_tfhd_offset+frag_every_frame"] {
        let pictures = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=4", "-i", input.to_str().unwrap()];
        let coding = ["-c:v", "mpeg4", "-g", "10", "-c:a", "alac", "-movflags", flags, output.to_str().unwrap()];
        run_ffmpeg(&[&pictures[..], &coding].concat());
        let read = read(&output);
        assert_same(flags, &read.samples, read.partial.as_deref(), &sound.mean());
    }
}

#[test]
fn a_lost_fragment_and_a_cut_one_are_noted() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 1, 6.0));
    let arguments = "-c:a alac -movflags frag_keyframe+empty_moov+default_base_moof -frag_duration 1000000";
    let whole = std::fs::read(folder.encode(&sound, "f.mp4", arguments)).unwrap();
    let boxes = boxes_of(&whole);
    let moofs: Vec<_> = boxes.iter().filter(|(name, ..)| name == b"moof").collect();
    let without_third = [&whole[..moofs[2].1], &whole[moofs[3].1..]].concat();
    let (samples, note) = read_bytes(without_third, 48_000).unwrap();
    assert!((4 * 48_000..5 * 48_000 + 24_000).contains(&samples.len()), "{} samples", samples.len());
    assert!(note.as_deref().is_some_and(|note| note.contains("of sound is missing")), "{note:?}");
    let (samples, note) = read_bytes(whole[..moofs[4].1 - 1_000].to_vec(), 48_000).unwrap();
    assert!((3 * 48_000..5 * 48_000).contains(&samples.len()), "{} samples", samples.len());
    assert!(note.as_deref().is_some_and(|note| note.contains("cut short")), "{note:?}");
}

/// The boxes at the top of `file`: name, start and end.
fn boxes_of(file: &[u8]) -> Vec<([u8; 4], usize, usize)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at + 8 <= file.len() {
        let len = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        found.push((file[at + 4..at + 8].try_into().unwrap(), at, at + len));
        at += len;
    }
    found
}

/// An edit: length in milliseconds, start in frames (`None` for a pause), speed.
type Edit = (u32, Option<u32>, f64);

/// `file`, whose `moov` comes last, with another edit list for its only track.
fn edited(file: &[u8], edits: &[Edit], is_wide: bool) -> Vec<u8> {
    let mut list = vec![u8::from(is_wide), 0, 0, 0];
    list.extend((edits.len() as u32).to_be_bytes());
    for (milliseconds, start, speed) in edits {
        let start = start.map_or(-1, i64::from);
        match is_wide {
            true => list.extend([u64::from(*milliseconds).to_be_bytes(), start.to_be_bytes()].concat()),
            false => list.extend([milliseconds.to_be_bytes(), (start as i32).to_be_bytes()].concat()),
        }
        list.extend(((speed * 65_536.0) as i32).to_be_bytes());
    }
    let list = boxed(b"edts", &boxed(b"elst", &list));
    let moov = *boxes_of(file).iter().find(|(name, ..)| name == b"moov").unwrap();
    assert_eq!(moov.2, file.len(), "moov comes last");
    let mut content = Vec::new();
    for (name, start, end) in boxes_of(&file[moov.1 + 8..]) {
        let inside = &file[moov.1 + 8 + start..moov.1 + 8 + end];
        if &name == b"trak" {
            let kept = boxes_of(&inside[8..]).into_iter().filter(|(name, ..)| name != b"edts");
            let kept: Vec<u8> = kept.flat_map(|(_, start, end)| inside[8 + start..8 + end].to_vec()).collect();
            content.extend(boxed(b"trak", &[kept, list.clone()].concat()));
        } else {
            content.extend_from_slice(inside);
        }
    }
    [&file[..moov.1], &boxed(b"moov", &content)].concat()
}

fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
}

/// What `edits` play of `sound` at 48 kHz.
fn played(sound: &[f32], edits: &[Edit]) -> Vec<f32> {
    let mut all = Vec::new();
    for (milliseconds, start, _) in edits {
        let frames = *milliseconds as usize * 48;
        match start {
            Some(start) => all.extend_from_slice(&sound[*start as usize..(*start as usize + frames).min(sound.len())]),
            None => all.extend(vec![0.0; frames]),
        }
    }
    all
}

const LISTS: [&[Edit]; 8] = [
    &[(2_000, Some(0), 1.0), (2_000, Some(192_000), 1.0)],
    &[(2_000, Some(192_000), 1.0), (2_000, Some(0), 1.0)],
    &[(1_000, Some(48_000), 1.0), (1_000, Some(48_000), 1.0), (1_000, Some(48_000), 1.0)],
    &[(1_500, Some(24_007), 1.0), (700, None, 1.0), (1_500, Some(96_011), 1.0)],
    &[(500, None, 1.0), (2_000, Some(4_801), 1.0)],
    &[(500, None, 1.0), (500, Some(0), 1.0), (250, None, 1.0), (500, Some(0), 1.0), (125, None, 1.0)],
    &[(3_000, Some(240_000), 1.0), (200, Some(100), 1.0)],
    &[(10, Some(0), 1.0), (10, Some(480), 1.0), (10, Some(960), 1.0), (10, Some(100_000), 1.0)],
];

#[test]
fn edits_are_played_in_order_with_their_pauses() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 2, 6.0));
    for (name, codec) in
        [("e.m4a", "alac"), ("e.mp4", "flac -strict -2"), ("e.mov", "pcm_s16le"), ("b.mov", "pcm_s24be")]
    {
        let file = std::fs::read(folder.encode(&sound, name, &format!("-c:a {codec}"))).unwrap();
        for (at, edits) in LISTS.into_iter().enumerate() {
            for is_wide in [false, true] {
                let (samples, note) = read_bytes(edited(&file, edits, is_wide), 48_000).unwrap();
                let what = format!("list {at} of {codec}");
                assert_same(&what, &samples, note.as_deref(), &played(&sound.mean(), edits));
            }
        }
    }
}

#[test]
fn edits_of_coded_sound_are_what_they_are_of_the_whole() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 1, 6.0));
    for codec in ["aac -b:a 96k", "libopus -b:a 96k", "libmp3lame -b:a 128k"] {
        let file = std::fs::read(folder.encode(&sound, "e.mp4", &format!("-c:a {codec}"))).unwrap();
        let (whole, _) = read_bytes(edited(&file, &[(0, Some(0), 1.0)], false), 48_000).unwrap();
        for (at, edits) in LISTS.into_iter().enumerate() {
            let (samples, note) = read_bytes(edited(&file, edits, false), 48_000).unwrap();
            let expected = played(&whole, edits);
            assert_eq!((samples.len(), note), (expected.len(), None), "list {at} of {codec}");
            let distance = distance_db(&expected, &samples);
            // Of AAC's noise only the level is coded.
            let least_db = if codec.starts_with("aac") { 20.0 } else { 60.0 };
            assert!(distance > least_db, "list {at} of {codec}: {distance:.1} dB");
        }
    }
}

#[test]
fn what_an_edit_list_asks_for_in_vain_is_noted() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 1, 6.0));
    let file = std::fs::read(folder.encode(&sound, "e.m4a", "-c:a alac")).unwrap();
    for (edits, frames, words) in [
        (&[(1_000, Some(0), 2.0)][..], 96_000, "2.00 × speed"),
        (&[(1_000, Some(0), 0.5), (1_000, Some(0), 1.0)], 72_000, "0.50 × speed"),
        (&[(1_000, Some(0), 1.0), (1_000, Some(0), 0.0), (1_000, Some(0), 1.0)], 144_000, "as a pause"),
        (&[(u32::MAX, None, 1.0), (1_000, Some(0), 1.0)], 600 * 48_000 + 48_000, "shortened to 600 s"),
    ] {
        let (samples, note) = read_bytes(edited(&file, edits, false), 48_000).unwrap();
        assert_eq!(samples.len(), frames, "{words}");
        assert!(note.as_deref().is_some_and(|note| note.contains(words)), "{note:?}");
    }
}

#[test]
fn parts_of_fragments_are_played_in_order() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 1, 6.0));
    let arguments = "-c:a alac -movflags frag_keyframe+empty_moov+default_base_moof -frag_duration 500000";
    let whole = std::fs::read(folder.encode(&sound, "f.mp4", arguments)).unwrap();
    // The data of a fragment is found from its own place, so that the header may change its length.
    let moov = *boxes_of(&whole).iter().find(|(name, ..)| name == b"moov").unwrap();
    // A list with a single part is written before a recorder knows how long it will be.
    for edits in LISTS.into_iter().filter(|edits| edits.iter().filter(|edit| edit.1.is_some()).count() > 1) {
        let head = edited(&whole[..moov.2], edits, true);
        let (samples, note) = read_bytes([&head, &whole[moov.2..]].concat(), 48_000).unwrap();
        assert_same("a fragmented file", &samples, note.as_deref(), &played(&sound.mean(), edits));
    }
}

#[test]
fn plain_samples_of_every_kind_are_read_as_they_were_written() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 2, 1.3));
    for codec in [
        "pcm_s16le",
        "pcm_s16be",
        "pcm_s24le",
        "pcm_s24be",
        "pcm_s32le",
        "pcm_s32be",
        "pcm_f32le",
        "pcm_f32be",
        "pcm_f64le",
        "pcm_f64be",
    ] {
        for flags in ["faststart", "frag_keyframe", "frag_keyframe+empty_moov"] {
            let arguments = format!("-c:a {codec} -movflags {flags} -frag_duration 500000");
            let read = read(&folder.encode(&sound, "plain.mov", &arguments));
            assert_same(&arguments, &read.samples, read.partial.as_deref(), &sound.mean());
            assert_eq!(read.metadata.codec, codec);
        }
    }
    for (codec, least_db) in [("pcm_alaw", 30.0), ("pcm_mulaw", 30.0), ("pcm_s8", 25.0), ("pcm_u8", 25.0)] {
        let read = read(&folder.encode(&sound, "plain.mov", &format!("-c:a {codec}")));
        let distance = distance_db(&sound.mean(), &read.samples);
        assert!(distance > least_db && read.partial.is_none(), "{codec}: {distance:.1} dB");
    }
}

/// `file`, whose `moov` comes last, with what `describe` makes of the content of its only description of samples.
pub(crate) fn described(file: &[u8], describe: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    fn within(content: &[u8], path: &[&[u8; 4]], describe: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let changed = |(name, start, end): ([u8; 4], usize, usize)| match path {
            [last] if name == **last => boxed(&name, &describe(&content[start + 8..end])),
            [first, rest @ ..] if name == **first => boxed(&name, &within(&content[start + 8..end], rest, describe)),
            _ => content[start..end].to_vec(),
        };
        boxes_of(content).into_iter().flat_map(changed).collect()
    }
    within(file, &[b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"], describe)
}

#[test]
fn plain_samples_as_the_iso_describes_them_are_read_as_they_were_written() {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 2, 1.3));
    for (codec, name, bits) in [
        ("pcm_s16le", b"ipcm", 16u8),
        ("pcm_s16be", b"ipcm", 16),
        ("pcm_s24le", b"ipcm", 24),
        ("pcm_s24be", b"ipcm", 24),
        ("pcm_s32le", b"ipcm", 32),
        ("pcm_s32be", b"ipcm", 32),
        ("pcm_f32le", b"fpcm", 32),
        ("pcm_f32be", b"fpcm", 32),
        ("pcm_f64le", b"fpcm", 64),
        ("pcm_f64be", b"fpcm", 64),
    ] {
        let movie = std::fs::read(folder.encode(&sound, "plain.mov", &format!("-c:a {codec}"))).unwrap();
        let is_low_first = u8::from(codec.ends_with("le"));
        let config = boxed(b"pcmC", &[0, 0, 0, 0, is_low_first, bits]);
        let words = [0u16, 2, u16::from(bits), 0, 0, 48_000, 0].map(u16::to_be_bytes).concat();
        let entry = [&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], &words, &config].concat();
        let stsd = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &boxed(name, &entry)].concat();
        let path = folder.write("iso.mp4", &described(&movie, &|_| stsd.clone()));
        let read = read(&path);
        assert_same(codec, &read.samples, read.partial.as_deref(), &sound.mean());
        assert_eq!((read.metadata.codec.as_str(), read.metadata.channels), (codec, 2));
    }
}

#[test]
fn mpeg_audio_in_a_movie_has_the_layer_and_the_channels_of_its_frames() {
    let folder = Folder::new();
    for (codec, name, channels) in
        [("libmp3lame", "mp3", 1), ("libmp3lame", "mp3", 2), ("mp2 -b:a 192k", "mp2", 2), ("mp2 -b:a 96k", "mp2", 1)]
    {
        let sound = Signal::lively(44_100, channels, 2.0);
        let read = read(&folder.encode(&sound, "mpeg.mp4", &format!("-c:a {codec}")));
        let found = (read.metadata.codec.as_str(), read.metadata.channels as usize, read.partial);
        assert_eq!(found, (name, channels, None));
        assert!((1.9..2.2).contains(&(read.samples.len() as f64 / 44_100.0)), "{name}: {}", read.samples.len());
    }
}

#[test]
fn ima4_in_quicktime_is_read_whether_its_tables_count_packets_or_frames() {
    let folder = Folder::new();
    for channels in [1, 2] {
        let path = folder.encode(&Signal::lively(44_100, channels, 1.2345), "ima.mov", "-c:a adpcm_ima_qt");
        let reference = decode_with_ffmpeg(&path, channels);
        let check = |path: &Path| {
            let found = read(path);
            assert_eq!((found.metadata.codec.as_str(), found.partial), ("adpcm_ima_qt", None));
            assert_eq!(found.samples.len(), reference.len());
            // ffmpeg goes on from the block before where the nine bits of a block's header come near it; we begin anew.
            let distance = distance_db(&reference, &found.samples);
            assert!(distance > 30.0, "{distance:.1} dB with {channels} channels");
        };
        check(&path);
        // As QuickTime itself writes it: samples of one byte, each a frame.
        let mut file = std::fs::read(&path).unwrap();
        let at = |name: &[u8; 4]| file.windows(4).position(|found| found == name).unwrap();
        let [times, groups, sizes] = [at(b"stts"), at(b"stsc"), at(b"stsz")];
        let word = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
        let (packets, in_chunk) = (word(times + 12), word(groups + 16));
        assert_eq!((word(times + 8), word(groups + 8)), (1, 1), "one group of packets and one of chunks");
        for (place, value) in [
            (times + 12, packets * 64),
            (times + 16, 1),
            (groups + 16, in_chunk * 64),
            (sizes + 8, 1),
            (sizes + 12, packets * 64),
        ] {
            file[place..place + 4].copy_from_slice(&value.to_be_bytes());
        }
        check(&folder.write("frames.mov", &file));
    }
}
