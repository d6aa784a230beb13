//! WAV headers as they really occur: extensible, 64-bit sizes, sizes that were never filled in, many channels.

use crate::media::{Signal, wav};
use crate::{Read, assert_same, read, read_bytes};

fn sound(channels: usize) -> Signal {
    Signal::lively(48_000, channels, 0.31)
}

/// RIFF-like chunk with its padding byte.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = name.to_vec();
    bytes.extend((content.len() as u32).to_le_bytes());
    bytes.extend(content);
    if content.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

fn format_chunk(channels: u16) -> Vec<u8> {
    wav(1, 16, channels, 48_000, &[])[12..36].to_vec()
}

fn check(what: &str, bytes: Vec<u8>, expected: &Signal) {
    let (samples, note) = read_bytes(bytes, 48_000).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_same(what, &samples, note.as_deref(), &expected.mean());
}

#[test]
fn extensible_wav_in_16_24_32_bit_and_float() {
    let sound = sound(2);
    let floats: Vec<u8> = sound.interleaved().chunks_exact(2).flat_map(|b| f32::to_le_bytes(level(b))).collect();
    let wide = |bytes: usize| {
        let pad = move |b: &[u8]| [vec![0; bytes - 2], b.to_vec()].concat();
        sound.interleaved().chunks_exact(2).flat_map(pad).collect::<Vec<u8>>()
    };
    let cases = [(1, 16, sound.interleaved()), (1, 24, wide(3)), (1, 32, wide(4)), (3, 32, floats)];
    for (tag, bits, data) in cases {
        check(&format!("{bits} bit, sub-format {tag}"), extensible(tag, bits, &data), &sound);
    }
}

fn level(bytes: &[u8]) -> f32 {
    f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32_768.0
}

fn extensible(tag: u16, bits: u16, data: &[u8]) -> Vec<u8> {
    let mut format = wav(0xFFFE, bits, 2, 48_000, &[])[20..36].to_vec();
    format.extend(22u16.to_le_bytes());
    format.extend(bits.to_le_bytes());
    format.extend(3u32.to_le_bytes());
    format.extend(tag.to_le_bytes());
    format.extend(*b"\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
    riff(&[chunk(b"fmt ", &format), chunk(b"data", data)])
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let mut file = b"RIFF".to_vec();
    file.extend((4 + body.len() as u32).to_le_bytes());
    file.extend(b"WAVE");
    file.extend(body);
    file
}

#[test]
fn rf64_and_bw64_with_their_64_bit_sizes() {
    let sound = sound(1);
    let data = sound.interleaved();
    for name in [b"RF64", b"BW64"] {
        let mut sizes = (72 + data.len() as u64).to_le_bytes().to_vec();
        sizes.extend((data.len() as u64).to_le_bytes());
        sizes.extend((data.len() as u64 / 2).to_le_bytes());
        sizes.extend(0u32.to_le_bytes());
        let mut file = name.to_vec();
        file.extend(b"\xFF\xFF\xFF\xFFWAVE");
        file.extend(chunk(b"ds64", &sizes));
        file.extend(format_chunk(1));
        file.extend(b"data\xFF\xFF\xFF\xFF");
        file.extend(&data);
        check(&String::from_utf8_lossy(name), file, &sound);
    }
}

#[test]
fn sizes_that_were_never_filled_in_mean_up_to_the_end() {
    let sound = sound(1);
    for size in [0u32, u32::MAX] {
        let mut file = sound.to_wav();
        file[4..8].copy_from_slice(&size.to_le_bytes());
        file[40..44].copy_from_slice(&size.to_le_bytes());
        check(&format!("size {size}"), file, &sound);
    }
}

#[test]
fn chunks_before_and_after_the_data_are_passed_over() {
    let sound = sound(1);
    let file = riff(&[
        chunk(b"JUNK", &[7; 33]),
        format_chunk(1),
        chunk(b"cue ", &[0; 4]),
        chunk(b"odd!", &[1; 5]),
        chunk(b"data", &sound.interleaved()),
        chunk(b"LIST", b"INFOINAM\x05\0\0\0Rain\0\0"),
    ]);
    check("chunks around the data", file, &sound);
}

#[test]
fn sixty_four_channels_are_averaged() {
    let sound = sound(64);
    let (samples, note) = read_bytes(sound.to_wav(), 48_000).unwrap();
    assert_eq!(note, None);
    let worst = samples.iter().zip(sound.mean()).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
    assert!(worst < 1e-6, "off by {worst}");
}

#[test]
fn trap_8_the_mean_of_the_channels_is_heard_not_the_first() {
    let left_only = Signal { rate_hz: 48_000, channels: vec![vec![16_384; 500], vec![0; 500]] };
    let right_only = Signal { rate_hz: 48_000, channels: vec![vec![0; 500], vec![16_384; 500]] };
    for sound in [left_only, right_only] {
        let (samples, _) = read_bytes(sound.to_wav(), 48_000).unwrap();
        assert!(samples.iter().all(|v| *v == 0.25), "{:?}", &samples[..4]);
    }
}

#[test]
fn one_sample_is_a_sound() {
    let folder = crate::media::Folder::new();
    let Read { metadata, samples, partial } =
        read(&folder.write("one.wav", &Signal::mono(48_000, vec![8_192]).to_wav()));
    assert_eq!((samples, partial, metadata.channels), (vec![0.25], None, 1));
}

#[test]
fn silence_is_a_sound() {
    check("silence", Signal::mono(48_000, vec![0; 4_800]).to_wav(), &Signal::mono(48_000, vec![0; 4_800]));
}

#[test]
fn sound_behind_the_stated_length_is_heard_with_a_note() {
    let sound = Signal::lively(48_000, 2, 2.0);
    let whole = sound.to_wav();
    let with_len = |len: u32, behind: &[u8]| {
        let mut file = [&whole[..], behind].concat();
        file[40..44].copy_from_slice(&len.to_le_bytes());
        file
    };
    let list = chunk(b"LIST", b"INFOINAM\x04\0\0\0Rain");
    for behind in [&[][..], &list] {
        let (samples, note) = read_bytes(with_len(1_000, behind), 48_000).unwrap();
        assert_same("all that is there", &samples, None, &sound.mean());
        let note = note.unwrap_or_default();
        assert!(note.contains("states 1000 bytes of sound, and the sound goes on for 384000"), "{note}");
    }
    // The length of 64 bits, which stands in for that of 32.
    let ds64 = [&(whole.len() as u64 + 28).to_le_bytes()[..], &1_000u64.to_le_bytes(), &[0; 12]].concat();
    let mut wide = [b"RF64\xFF\xFF\xFF\xFFWAVE", &chunk(b"ds64", &ds64)[..], &whole[12..]].concat();
    wide[76..80].fill(0xFF);
    let (samples, note) = read_bytes(wide, 48_000).unwrap();
    assert_same("RF64", &samples, None, &sound.mean());
    assert!(note.is_some_and(|note| note.contains("states 1000 bytes")));
    // What recorders fill up with, and what programs put behind, is no sound.
    let len = sound.interleaved().len() as u32;
    for behind in [vec![0; 200_000], vec![b'x'; 3_000], [vec![0; 90_000], list.clone()].concat()] {
        check("filled up", with_len(len, &behind), &sound);
    }
}

#[test]
fn sound_that_is_left_out_behind_the_first_is_noted() {
    let (one, whole) = (sound(2), sound(2).to_wav());
    let second = [&whole[..], &chunk(b"LIST", b"INFO"), &whole[36..]].concat();
    for (file, words) in
        [(second, "more sound behind other chunks"), ([&whole[..], &whole].concat(), "another WAV file")]
    {
        let (samples, note) = read_bytes(file, 48_000).unwrap();
        assert_same(words, &samples, None, &one.mean());
        assert!(note.as_deref().is_some_and(|note| note.contains(words)), "{note:?}");
    }
}
