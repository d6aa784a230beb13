//! What of an ID3 tag symphonia does not tell: which words stand in frames that claim to be Latin-1, as most programs do that
//! write the page of their system, XMP in a private frame, and chapters whatever their order. In: the bytes of a tag of version 2,
//! and of one of version 1. Out: such words as symphonia reads them, with what they most likely are, the words of the XMP, and the
//! chapters. A damaged tag is read as far as it goes.
//!
//! References: ID3 tag version 2.4.0, 2.3.0 and 2.2.0; ID3v2 Chapter Frame Addendum 1.0; Adobe, XMP Specification Part 3 (MP3).

use std::collections::HashMap;

use crate::audio::metadata::{CuePlace, TagName};
use crate::audio::tags::chapters::{MOST_CHAPTERS, chapter};
use crate::audio::tags::encoding::{decode_all, text};
use crate::audio::tags::xmp;

/// Bytes of the header of a tag; its last four are the length of the rest, seven bits each.
pub(in crate::audio) const HEADER_LEN: usize = 10;

/// Bytes of a tag of version 1, at the end of a file.
pub(in crate::audio) const VERSION_1_LEN: usize = 128;

/// Owner of the private frame that holds XMP.
const XMP_OWNER: &[u8] = b"XMP\0";

/// What symphonia does not tell of a file's ID3 tags.
#[derive(Debug, Default)]
pub(in crate::audio) struct Id3Extras {
    /// By the words that symphonia reads.
    misread: HashMap<String, String>,
    xmp: Vec<(TagName, String)>,
    chapters: Vec<CuePlace>,
}

impl Id3Extras {
    /// What the tags in `version_2` and `version_1` have, each empty where the file has none.
    pub(in crate::audio) fn read(version_2: &[u8], version_1: &[u8]) -> Self {
        let (mut narrow, mut xmp, mut chapters) = (Vec::new(), Vec::new(), Vec::new());
        for (id, body) in frames(version_2) {
            match body.split_first() {
                _ if id == *b"CHAP" => {
                    let found = RawChapter::read(&body, version_2[3]);
                    narrow.extend(found.iter().filter(|chapter| chapter.title.0 == 0).map(|it| it.title.1.clone()));
                    chapters.extend(found);
                }
                _ if id == *b"PRIV" && body.starts_with(XMP_OWNER) => {
                    xmp.extend(xmp::words(&String::from_utf8_lossy(&body[XMP_OWNER.len()..])));
                }
                Some((0, words)) if id[0] == b'T' => narrow.push(words.to_vec()),
                // Three letters of a language come first.
                Some((0, words)) if matches!(&id, b"COMM" | b"COM\0" | b"USLT" | b"ULT\0") => {
                    narrow.push(words.get(3..).unwrap_or_default().to_vec());
                }
                _ => {}
            }
        }
        if let Some(fields) = version_1.strip_prefix(b"TAG") {
            let ends = [(0, 30), (30, 60), (60, 90), (94, 124)];
            narrow.extend(ends.iter().filter_map(|(from, to)| fields.get(*from..*to)).map(<[u8]>::to_vec));
        }
        let extras = Id3Extras { misread: misread(&narrow), xmp, chapters: Vec::new() };
        let chapters = chapters.into_iter().take(MOST_CHAPTERS).filter_map(|chapter| chapter.place(&extras)).collect();
        Id3Extras { chapters, ..extras }
    }

    /// The chapters, taken out.
    pub(in crate::audio) fn take_chapters(&mut self) -> Vec<CuePlace> {
        std::mem::take(&mut self.chapters)
    }

    /// What `words`, as symphonia reads them, most likely are.
    pub(super) fn mended<'a>(&'a self, words: &'a str) -> &'a str {
        self.misread.get(words).map_or(words, String::as_str)
    }

    /// The words of the XMP.
    pub(super) fn into_words(self) -> Vec<(TagName, String)> {
        self.xmp
    }
}

/// The length of the tag that begins with `header`; `None` if none does.
pub(in crate::audio) fn tag_len(header: &[u8]) -> Option<usize> {
    let header = header.first_chunk::<HEADER_LEN>().filter(|header| header.starts_with(b"ID3"))?;
    Some(HEADER_LEN + seven_bits(&header[6..]))
}

/// What the words in `narrow` are, some of which may stand behind a zero, by what symphonia makes of their bytes.
fn misread(narrow: &[Vec<u8>]) -> HashMap<String, String> {
    let pieces = narrow.iter().flat_map(|words| words.split(|&byte| byte == 0));
    let pieces: Vec<Vec<u8>> = pieces.filter(|piece| !piece.is_ascii()).map(<[u8]>::to_vec).collect();
    let mut known = HashMap::new();
    for (bytes, words) in pieces.iter().zip(decode_all(&pieces, None)) {
        let Some(words) = words else { continue };
        let is_letter = |byte: u8| byte == b'\n' || !(byte < b' ' || (0x80..0xA0).contains(&byte));
        let strict =
            bytes.iter().map(|&byte| if is_letter(byte) { char::from(byte) } else { char::REPLACEMENT_CHARACTER });
        for latin in [strict.collect::<String>(), bytes.iter().copied().map(char::from).collect()] {
            known.entry(latin.trim().to_owned()).or_insert_with(|| words.clone());
            known.entry(latin).or_insert_with(|| words.clone());
        }
    }
    known
}

/// The frames of `tag`, by name; names of three letters have a zero behind them.
fn frames(tag: &[u8]) -> Vec<([u8; 4], Vec<u8>)> {
    let Some(len) = tag_len(tag) else { return Vec::new() };
    let (version, flags) = (tag[3], tag[5]);
    let is_unsynchronised = flags & 0x80 != 0;
    let content = &tag[HEADER_LEN..len.min(tag.len())];
    let content = if is_unsynchronised && version < 4 { synchronised(content) } else { content.to_vec() };
    frames_in(behind_extension(&content, version, flags), version, is_unsynchronised)
}

/// The frames that lie one behind the other in `rest`.
fn frames_in(mut rest: &[u8], version: u8, is_unsynchronised: bool) -> Vec<([u8; 4], Vec<u8>)> {
    let mut found = Vec::new();
    while let Some(frame) = Id3Frame::first(rest, version) {
        let body = frame.body(is_unsynchronised);
        found.extend(body.map(|body| (frame.id, body)));
        rest = &rest[frame.end..];
    }
    found
}

/// A chapter as its frame has it.
struct RawChapter {
    start_seconds: f64,
    end_seconds: f64,
    /// How its title is encoded, and its bytes.
    title: (u8, Vec<u8>),
}

impl RawChapter {
    /// Reads the frame with this `body`: a name, two times in milliseconds, two places in the file, and frames of its own.
    fn read(body: &[u8], version: u8) -> Option<Self> {
        /// Bytes of the times and places.
        const TIMES_LEN: usize = 16;
        let name_end = body.iter().position(|&byte| byte == 0)? + 1;
        let (times, frames) = body[name_end..].split_at_checked(TIMES_LEN)?;
        let seconds = |at: usize| {
            let milliseconds = u32::from_be_bytes([times[at], times[at + 1], times[at + 2], times[at + 3]]);
            (milliseconds != u32::MAX).then_some(f64::from(milliseconds) / 1000.0)
        };
        let frames = frames_in(frames, version, false);
        let words = |name: &[u8; 4]| frames.iter().find(|(id, _)| id == name).and_then(|(_, body)| body.split_first());
        let (&encoding, title) = words(b"TIT2").or_else(|| words(b"TIT3"))?;
        let start_seconds = seconds(0)?;
        let end_seconds = seconds(4).unwrap_or(start_seconds);
        Some(RawChapter { start_seconds, end_seconds, title: (encoding, title.to_vec()) })
    }

    /// The place, in words as the rest of the tag, `extras`, is read; `None` without any.
    fn place(self, extras: &Id3Extras) -> Option<CuePlace> {
        let (encoding, title) = self.title;
        let words = match encoding {
            0 => {
                let latin: String = title.iter().take_while(|&&byte| byte != 0).copied().map(char::from).collect();
                text(extras.mended(&latin).as_bytes())
            }
            2 => text(&[b"\xFE\xFF", &title[..]].concat()),
            _ => text(&title),
        };
        Some(chapter(self.start_seconds, Some(self.end_seconds), words?))
    }
}

/// A frame at the beginning of some bytes.
struct Id3Frame<'a> {
    id: [u8; 4],
    version: u8,
    flags: u8,
    content: &'a [u8],
    end: usize,
}

impl<'a> Id3Frame<'a> {
    /// The first frame in `bytes`; `None` behind the last.
    fn first(bytes: &'a [u8], version: u8) -> Option<Self> {
        let (header_len, name_len) = if version == 2 { (6, 3) } else { (10, 4) };
        let header = bytes.get(..header_len)?;
        let is_name = header[..name_len].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let mut id = [0; 4];
        id[..name_len].copy_from_slice(&header[..name_len]);
        let stated = &header[name_len..2 * name_len];
        // Many programs write a plain number in version 4, too.
        let is_plain = version < 4 || stated.iter().any(|byte| byte & 0x80 != 0);
        let plain = stated.iter().fold(0, |len: usize, &byte| (len << 8) | usize::from(byte));
        let len = if is_plain { plain } else { seven_bits(stated) };
        let end = header_len.saturating_add(len).min(bytes.len());
        let flags = if version == 2 { 0 } else { header[9] };
        is_name.then_some(Id3Frame { id, version, flags, content: &bytes[header_len..end], end })
    }

    /// Its content; `None` if it is compressed or encrypted.
    fn body(&self, is_unsynchronised: bool) -> Option<Vec<u8>> {
        let has = |flag: u8| self.flags & flag != 0;
        let (is_closed, has_group, has_len) = match self.version {
            3 => (has(0xC0), has(0x20), false),
            _ => (has(0x0C), has(0x40), has(0x01)),
        };
        if is_closed {
            return None;
        }
        let content = self.content.get(usize::from(has_group) + if has_len { 4 } else { 0 }..)?;
        let is_unsynchronised = self.version >= 4 && (is_unsynchronised || has(0x02));
        Some(if is_unsynchronised { synchronised(content) } else { content.to_vec() })
    }
}

/// `content` behind the further header that it may begin with.
fn behind_extension(content: &[u8], version: u8, flags: u8) -> &[u8] {
    let Some(stated) = content.first_chunk::<4>().filter(|_| flags & 0x40 != 0) else { return content };
    let len = match version {
        3 => u32::from_be_bytes(*stated) as usize + 4,
        4 => seven_bits(stated),
        _ => 0,
    };
    content.get(len..).unwrap_or_default()
}

/// Takes out the zeros that keep a tag from looking like a frame of MPEG.
fn synchronised(bytes: &[u8]) -> Vec<u8> {
    let is_kept = |(at, &byte): (usize, &u8)| !(byte == 0 && at > 0 && bytes[at - 1] == 0xFF);
    bytes.iter().enumerate().filter(|one| is_kept(*one)).map(|(_, &byte)| byte).collect()
}

fn seven_bits(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |len, &byte| (len << 7) | usize::from(byte & 0x7F))
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, SHIFT_JIS, WINDOWS_1251};

    use super::*;
    use crate::audio::metadata::Tags;
    use crate::audio::tags::add_id3;

    fn tag(version: u8, frames: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut content = Vec::new();
        for (id, body) in frames {
            let len = (body.len() as u32).to_be_bytes();
            content.extend(*id);
            content.extend(if version == 2 { &len[1..] } else { &len[..] });
            content.extend(if version == 2 { &[][..] } else { &[0, 0] });
            content.extend(*body);
        }
        let len = content.len();
        [b"ID3", &[version, 0, 0, 0, 0, (len >> 7) as u8, (len & 0x7F) as u8][..], &content].concat()
    }

    #[test]
    fn words_in_frames_of_latin_1_are_read_by_the_page_that_they_look_most_like() {
        for (encoding, words) in
            [(SHIFT_JIS, "トタン屋根に降る雨の音"), (GBK, "铁皮屋顶上的雨声"), (WINDOWS_1251, "Дождь по крыше")]
        {
            let bytes = encoding.encode(words).0.into_owned();
            for (version, id) in [(2, &b"TT2"[..]), (3, b"TIT2"), (4, b"TIT2")] {
                let extras = Id3Extras::read(&tag(version, &[(id, &[&[0], &bytes[..]].concat())]), b"");
                let mut tags = Tags::default();
                add_id3(tag(version, &[(id, &[&[0], &bytes[..]].concat())]), &mut tags);
                assert_eq!(tags.get(TagName::Title), Some(words), "{} {version}", encoding.name());
                assert_eq!(extras.misread.values().next().map(String::as_str), Some(words));
            }
            let mut first = [&b"TAG"[..], &bytes].concat();
            first.resize(VERSION_1_LEN, 0);
            let latin: String = bytes.iter().take(30).copied().map(char::from).collect();
            assert!(words.starts_with(Id3Extras::read(b"", &first).mended(&latin)), "{}", encoding.name());
        }
        let wide = tag(3, &[(b"TIT2", &[&[1, 0xFF, 0xFE][..], b"Z\0o\0\xEB\0"].concat())]);
        assert!(Id3Extras::read(&wide, b"").misread.is_empty());
    }

    #[test]
    fn xmp_is_read_from_its_private_frame_and_a_cut_tag_as_far_as_it_goes() {
        let xml = "<dc:title>Rain</dc:title><dc:subject><rdf:li>tin</rdf:li><rdf:li>roof</rdf:li></dc:subject>";
        let whole = tag(3, &[(b"TALB", b"\0Storms"), (b"PRIV", &[b"XMP\0", xml.as_bytes()].concat())]);
        let mut tags = Tags::default();
        add_id3(whole.clone(), &mut tags);
        assert_eq!((tags.get(TagName::Title), tags.get(TagName::Keywords)), (Some("Rain"), Some("tin; roof")));
        assert_eq!(tags.get(TagName::Album), Some("Storms"));
        for end in 0..whole.len() {
            Id3Extras::read(&whole[..end], &whole[..end]);
        }
    }
}
