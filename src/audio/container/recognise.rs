//! What a file is, by its first bytes. In: a byte source. Out: a kind that can be read and where it begins, or a fault that
//! names what the file is instead. The file's name is never asked: extensions lie. It reads some tens of kilobytes, and
//! more only of what is of no other kind that has a name.

use symphonia::core::io::MediaSource;

use crate::audio::container::mpeg;
use crate::audio::container::mpeg::Whole;
use crate::audio::container::mpeg::frame::Framing;
use crate::audio::reader_error::Fault;
use crate::audio::source::{len_bytes, read_at};
use crate::error::Stage;

/// Containers that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) enum ContainerKind {
    /// RIFF, RIFX, RF64, BW64 or Wave64.
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

impl ContainerKind {
    /// As metadata and messages have it; WebM is told from Matroska elsewhere.
    pub(in crate::audio) fn name(self) -> &'static str {
        match self {
            ContainerKind::Wave => "wav",
            ContainerKind::Aiff => "aiff",
            ContainerKind::Au => "au",
            ContainerKind::Flac => "flac",
            ContainerKind::Mpeg => "mp3",
            ContainerKind::Adts => "aac",
            ContainerKind::Ogg => "ogg",
            ContainerKind::Mp4 => "mp4",
            ContainerKind::Matroska => "mkv",
            ContainerKind::Caf => "caf",
        }
    }

    /// The fault of a file that looks like this kind and cannot be opened.
    pub(in crate::audio) fn unopenable(self, cause: &str) -> Fault {
        let name = self.name();
        let reason =
            format!("looks like {name} but cannot be opened ({cause}); it is damaged or cut short, copy it again");
        Fault::new(Stage::Probe, reason)
    }
}

/// Bytes that are read to tell text from other data.
const HEAD_BYTES: usize = 512;

/// ID3v2 tags in front of the sound, at most.
const MOST_ID3_TAGS: usize = 8;

/// Formats that are known by name but not read: first bytes, name.
const UNREADABLE: [(&[u8], &str); 25] = [
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
    (b".RMF", "RealMedia"),
    (b"FLV\x01", "Flash video"),
    (b"\x0B\x77", "AC-3 or E-AC-3 (Dolby Digital)"),
    (b"\x7F\xFE\x80\x01", "DTS"),
    (b"DTSHDHDR", "DTS-HD"),
    (b"\x00\x00\x01\xBA", "an MPEG program stream"),
    (b"Creative Voice File", "a Creative Voice file"),
    (b".SoX", "a file of sox's own kind"),
    (b"XoS.", "a file of sox's own kind"),
    (b"RIFX", "a RIFX file of another kind than WAV"),
    (b"NIST_1A", "NIST SPHERE"),
    (b"RIFF", "a RIFF file of another kind than WAV, for example AVI"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG", "a PNG image"),
];

/// Where a stream of MPEG audio or ADTS is looked for at most, in bytes behind the place where it should begin: behind
/// an ID3 tag of a wrong length there may be the rest of a large picture, behind other junk hardly more than this.
const FARTHEST_BEHIND_ID3: u64 = 16 << 20;
const FARTHEST: u64 = 1 << 20;

/// Bytes searched at once.
const SEARCHED_AT_ONCE: usize = 256 << 10;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) struct Recognised {
    /// Its kind.
    pub(in crate::audio) kind: ContainerKind,
    /// Where its reader should begin, in bytes from the start of the file. What is before is tags or junk.
    pub(in crate::audio) start: u64,
}

/// Recognises the content of `source`.
pub(in crate::audio) fn recognise(source: &mut dyn MediaSource) -> Result<Recognised, Fault> {
    let head = read_at(source, 0, HEAD_BYTES)?;
    if let Some(kind) = by_name(&head) {
        return Ok(Recognised { kind, start: 0 });
    }
    let tags = after_id3(source, Id3Length::Syncsafe)?;
    for tags in [tags, after_id3(source, Id3Length::Plain)?] {
        if let Some(recognised) = named_behind(source, tags)? {
            return Ok(recognised);
        }
    }
    let start = tags.zeros_end;
    let bytes = read_at(source, start, mpeg::NEEDED_BYTES)?;
    let reaches_end = start + bytes.len() as u64 >= len_bytes(source)?;
    let near = mpeg::find(&bytes, if reaches_end { Whole::Yes } else { Whole::No });
    if near.is_none()
        && let Some(recognised) = named_near(source, &head)?
    {
        return Ok(recognised);
    }
    let found = match near {
        Some((framing, at)) => Some((framing, start + at as u64)),
        None if unreadable(&head).is_some() => None,
        None => find_far(source, start, if head.starts_with(b"ID3") { FARTHEST_BEHIND_ID3 } else { FARTHEST })?,
    };
    let (framing, at) = found.ok_or_else(|| unknown(&head))?;
    let kind = match framing {
        Framing::Mpeg => ContainerKind::Mpeg,
        Framing::Adts => ContainerKind::Adts,
    };
    // Where nothing lies between the tags and the sound, the demuxer reads them too.
    Ok(Recognised { kind, start: if at == start { 0 } else { at } })
}

/// Looks for a chain of frames in the `farthest` bytes from `start` on.
fn find_far(source: &mut dyn MediaSource, start: u64, farthest: u64) -> Result<Option<(Framing, u64)>, Fault> {
    let mut from = start;
    while from < start + farthest {
        let bytes = read_at(source, from, SEARCHED_AT_ONCE + mpeg::CHAIN_BYTES)?;
        if let Some((framing, at)) = mpeg::find_far(&bytes, SEARCHED_AT_ONCE) {
            return Ok(Some((framing, from + at as u64)));
        }
        if bytes.len() < SEARCHED_AT_ONCE {
            break;
        }
        from += SEARCHED_AT_ONCE as u64;
    }
    Ok(None)
}

/// The kind of a file whose format has a name at its start.
fn by_name(head: &[u8]) -> Option<ContainerKind> {
    let at = |offset: usize, name: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(name));
    let is_riff = at(8, b"WAVE") && [&b"RIFF"[..], b"RIFX", b"RF64", b"BW64"].iter().any(|name| at(0, name));
    let is_wave = is_riff || (at(0, b"riff\x2E\x91\xCF\x11") && at(24, b"wave\xF3\xAC\xD3\x11"));
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

/// How the length of an ID3v2 tag is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Id3Length {
    /// Seven bits in each byte, as it should be.
    Syncsafe,
    /// As a plain number, as some programs have it.
    Plain,
}

/// Where the ID3v2 tags in front end, in bytes from the start of the file.
#[derive(Debug, Clone, Copy)]
struct FrontTags {
    /// By their lengths; 0 where there are none.
    end: u64,
    /// With the zeros behind them, with which encoders pad them.
    zeros_end: u64,
}

/// The ID3v2 tags in front.
fn after_id3(source: &mut dyn MediaSource, length: Id3Length) -> Result<FrontTags, Fault> {
    /// Bytes of the header, and of the footer that a flag announces.
    const HEADER: u64 = 10;
    let mut end = 0;
    for _ in 0..MOST_ID3_TAGS {
        let header = read_at(source, end, 10)?;
        let Some([b'I', b'D', b'3', _, _, flags, size @ ..]) = header.first_chunk::<10>() else { break };
        let content = match length {
            Id3Length::Syncsafe => size.iter().fold(0, |sum, &byte| sum << 7 | u64::from(byte & 0x7F)),
            Id3Length::Plain => size.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
        };
        end += HEADER + content + if flags & 0x10 != 0 { HEADER } else { 0 };
    }
    let padding = if end > 0 { read_at(source, end, mpeg::NEEDED_BYTES)? } else { Vec::new() };
    Ok(FrontTags { end, zeros_end: end + padding.iter().take_while(|&&byte| byte == 0).count() as u64 })
}

/// A format with a name behind `tags`.
fn named_behind(source: &mut dyn MediaSource, tags: FrontTags) -> Result<Option<Recognised>, Fault> {
    /// MP4 begins with the length of a box, whose first bytes are zeros too.
    const MOST_OWN_ZEROS: u64 = 3;
    if tags.end == 0 {
        return Ok(None);
    }
    let first = tags.zeros_end.saturating_sub(MOST_OWN_ZEROS).max(tags.end);
    for start in first..=tags.zeros_end {
        if let Some(kind) = by_name(&read_at(source, start, HEAD_BYTES)?) {
            return Ok(Some(Recognised { kind, start }));
        }
    }
    Ok(None)
}

/// A format with a long name, behind an ID3 tag of a wrong length or a few other bytes.
fn named_near(source: &mut dyn MediaSource, head: &[u8]) -> Result<Option<Recognised>, Fault> {
    /// How far names are looked for: tags with a picture, and what little else stands in front of a file.
    const FARTHEST_NAME: usize = 1 << 20;
    const FARTHEST_NAME_BEHIND_JUNK: usize = 64;
    let searched = if head.starts_with(b"ID3") { FARTHEST_NAME } else { FARTHEST_NAME_BEHIND_JUNK };
    if unreadable(head).is_some() {
        return Ok(None);
    }
    let bytes = read_at(source, 0, searched + HEAD_BYTES)?;
    let is_long = |bytes: &[u8]| {
        let at = |offset: usize, name: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(name));
        ((at(0, b"RIFF") || at(0, b"RIFX")) && at(8, b"WAVE"))
            || (at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")))
            || at(0, b"fLaC\0\0\0\x22")
            || at(0, b"OggS\0\x02\0\0\0\0\0\0\0\0")
    };
    let starts = 1..bytes.len().min(searched);
    let start = starts.into_iter().find(|start| is_long(&bytes[*start..]));
    Ok(start.and_then(|start| Some(Recognised { kind: by_name(&bytes[start..])?, start: start as u64 })))
}

/// The name of a format that is known but not read.
fn unreadable(head: &[u8]) -> Option<&'static str> {
    /// Bytes of a packet of a transport stream, each of which begins with the same.
    const TRANSPORT_PACKET: usize = 188;
    let begins = |at: usize| head.get(at) == Some(&b'G');
    if begins(0) && begins(TRANSPORT_PACKET) && begins(2 * TRANSPORT_PACKET) {
        return Some("an MPEG transport stream");
    }
    // Each frame begins with eleven bits, and a length up to the next.
    let is_latm = |at: usize| head.get(at) == Some(&0x56) && head.get(at + 1).is_some_and(|byte| byte & 0xE0 == 0xE0);
    let latm_len = |head: &[u8]| 3 + (usize::from(head[1] & 0x1F) << 8 | usize::from(head[2]));
    if is_latm(0) && head.len() > 3 && is_latm(latm_len(head)) {
        return Some("AAC in LATM");
    }
    UNREADABLE.iter().find(|(start, _)| head.starts_with(start)).map(|(_, name)| *name)
}

fn unknown(head: &[u8]) -> Fault {
    let looks_like_text = head.iter().all(|&byte| byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C))
        || head.starts_with(b"\xFF\xFE")
        || head.starts_with(b"\xFE\xFF");
    let reason = match unreadable(head) {
        Some(name) => format!("is {name}; convert it to WAV, FLAC or another supported format first"),
        None if looks_like_text => "is text, not sound; leave it out".to_owned(),
        None => "is not in a sound format that is known here, or its beginning is damaged; \
                 if it plays elsewhere, convert it to WAV or FLAC"
            .to_owned(),
    };
    Fault::new(Stage::Probe, reason)
}
