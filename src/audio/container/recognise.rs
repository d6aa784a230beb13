//! What a file is, by its first bytes. In: a byte source. Out: a kind that can be read, or a fault that names what the
//! file is instead. The file's name is never asked: extensions lie. It reads some tens of kilobytes at most.

use symphonia::core::io::MediaSource;

use crate::audio::container::mpeg;
use crate::audio::container::mpeg::{Framing, Whole};
use crate::audio::reader_error::Fault;
use crate::audio::source::{len_bytes, read_at};
use crate::error::Stage;

/// Containers that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) enum ContainerKind {
    /// RIFF, RF64 or BW64.
    Wave,
    /// AIFF or AIFF-C.
    Aiff,
    /// AU.
    Au,
    /// FLAC without another container.
    Flac,
    /// MP3 and its older layers.
    Mpeg,
    /// AAC in ADTS frames.
    Adts,
    /// Ogg.
    Ogg,
    /// MP4, M4A, MOV.
    Mp4,
    /// Matroska or WebM.
    Matroska,
    /// Core Audio Format.
    Caf,
}

/// Bytes that are read to tell text from other data.
const HEAD_BYTES: usize = 512;

/// ID3v2 tags in front of the sound, at most.
const MOST_ID3_TAGS: usize = 8;

/// Formats that are known by name but not read: first bytes, name.
const UNREADABLE: [(&[u8], &str); 16] = [
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media (ASF)"),
    (b"#!AMR", "AMR"),
    (b"MThd", "MIDI, which holds notes and no sound"),
    (b"wvpk", "WavPack"),
    (b"MAC ", "Monkey's Audio"),
    (b"MPCK", "Musepack"),
    (b"MP+", "Musepack"),
    (b"TTA1", "True Audio"),
    (b"DSD ", "DSF"),
    (b"FRM8", "DSDIFF"),
    (b"riff\x2E\x91\xCF\x11", "Wave64"),
    (b".RMF", "RealMedia"),
    (b"FLV\x01", "Flash video"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG", "a PNG image"),
];

/// Recognises the content of `source`.
pub(in crate::audio) fn recognise(source: &mut dyn MediaSource) -> Result<ContainerKind, Fault> {
    let head = read_at(source, 0, HEAD_BYTES)?;
    if let Some(kind) = by_name(&head) {
        return Ok(kind);
    }
    let start = after_id3(source)?;
    if start > 0
        && let Some(kind) = by_name(&read_at(source, start, HEAD_BYTES)?)
    {
        return Ok(kind);
    }
    let bytes = read_at(source, start, mpeg::NEEDED_BYTES)?;
    let reaches_end = start + bytes.len() as u64 >= len_bytes(source)?;
    match mpeg::find(&bytes, if reaches_end { Whole::Yes } else { Whole::No }) {
        Some((Framing::Mpeg, _)) => Ok(ContainerKind::Mpeg),
        Some((Framing::Adts, _)) => Ok(ContainerKind::Adts),
        None => Err(unknown(&head)),
    }
}

/// The kind of a file whose format has a name at its start.
fn by_name(head: &[u8]) -> Option<ContainerKind> {
    let at = |offset: usize, name: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(name));
    let is_wave = at(8, b"WAVE") && (at(0, b"RIFF") || at(0, b"RF64") || at(0, b"BW64"));
    let is_aiff = at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC"));
    // Files of QuickTime's early days begin with one of the later names.
    let is_mp4 = [&b"ftyp"[..], b"moov", b"mdat", b"wide"].iter().any(|name| at(4, name));
    [
        (is_wave, ContainerKind::Wave),
        (is_aiff, ContainerKind::Aiff),
        (at(0, b".snd"), ContainerKind::Au),
        (at(0, b"fLaC"), ContainerKind::Flac),
        (at(0, b"OggS"), ContainerKind::Ogg),
        (at(0, b"caff"), ContainerKind::Caf),
        (at(0, b"\x1A\x45\xDF\xA3"), ContainerKind::Matroska),
        (is_mp4, ContainerKind::Mp4),
    ]
    .into_iter()
    .find_map(|(is_it, kind)| is_it.then_some(kind))
}

/// Where the first byte after the ID3v2 tags lies. Encoders pad the tag with zeros, which are skipped too.
fn after_id3(source: &mut dyn MediaSource) -> Result<u64, Fault> {
    /// Bytes of the header, and of the footer that a flag announces.
    const HEADER: u64 = 10;
    let mut position = 0;
    for _ in 0..MOST_ID3_TAGS {
        let header = read_at(source, position, 10)?;
        let Some([b'I', b'D', b'3', _, _, flags, size @ ..]) = header.first_chunk::<10>() else { break };
        let content = size.iter().fold(0, |sum, &byte| sum << 7 | u64::from(byte & 0x7F));
        position += HEADER + content + if flags & 0x10 != 0 { HEADER } else { 0 };
    }
    if position > 0 {
        let padding = read_at(source, position, mpeg::NEEDED_BYTES)?;
        position += padding.iter().take_while(|&&byte| byte == 0).count() as u64;
    }
    Ok(position)
}

fn unknown(head: &[u8]) -> Fault {
    let known = UNREADABLE.iter().find(|(start, _)| head.starts_with(start)).map(|(_, name)| *name);
    let looks_like_text = head.iter().all(|&byte| byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C))
        || head.starts_with(b"\xFF\xFE")
        || head.starts_with(b"\xFE\xFF");
    let reason = match known {
        Some(name) => format!("is {name}; convert it to WAV, FLAC or another supported format first"),
        None if looks_like_text => "is text, not sound; leave it out".to_owned(),
        None => "is not in a sound format that is known here, or its beginning is damaged; \
                 if it plays elsewhere, convert it to WAV or FLAC"
            .to_owned(),
    };
    Fault::new(Stage::Probe, reason)
}
