//! The words in the chunks of a WAV file: LIST INFO and `adtl` with the points of `cue `, `bext`, `iXML`, XMP, GUANO, WAMD, ID3, and CSET, which says how the
//! others are encoded. In: the chunks' contents, in any order. Out: [`Tags`]. What a chunk cuts short is read as far as it
//! goes.
//!
//! References: RIFF (Microsoft, 1991); EBU Tech 3285 (`bext`); GUANO Metadata Specification 1.0.

use std::collections::HashMap;

use jiff::civil::{Date, Time};

use crate::audio::metadata::{CuePlace, TagName, Tags};
use crate::audio::tags::cues::{CuePoints, NamedPlaces};
use crate::audio::tags::encoding::{decode_all, text};
use crate::audio::tags::{BETWEEN_PARTS, add_id3, cues, gathered, ixml, xmp};

/// Words still as bytes, and the ones that were Unicode from the start.
#[derive(Default)]
pub(in crate::audio) struct RiffWords {
    /// In the order of the file.
    raw: Vec<(TagName, Vec<u8>)>,
    /// The numbers of the points that some of these are about, by their place.
    points_of: HashMap<usize, u32>,
    points: CuePoints,
    page: Option<u16>,
    /// From ID3, which says how it is encoded.
    tags: Tags,
    /// From there, too.
    chapters: Vec<CuePlace>,
    /// From iXML, XMP, GUANO and WAMD, which are Unicode.
    read: Vec<(TagName, String)>,
}

impl RiffWords {
    /// Whether chunks called `id` hold words.
    pub(in crate::audio) fn are_in(id: &[u8; 4]) -> bool {
        matches!(
            id,
            b"LIST" | b"list" | b"bext" | b"iXML" | b"CSET" | b"id3 " | b"ID3 " | b"guan" | b"wamd" | b"_PMX" | b"cue "
        )
    }

    /// Adds the words of the chunk `id`.
    pub(in crate::audio) fn add(&mut self, id: &[u8; 4], content: Vec<u8>) {
        match id {
            b"LIST" | b"list" => self.add_list(&content),
            b"bext" => self.add_bext(&content),
            b"CSET" => self.page = content.first_chunk().map(|two| u16::from_le_bytes(*two)).filter(|&page| page != 0),
            b"id3 " | b"ID3 " => self.chapters.extend(add_id3(content, &mut self.tags)),
            b"iXML" => self.read.extend(text(&content).map(|xml| ixml::words(&xml)).unwrap_or_default()),
            b"_PMX" => self.read.extend(text(&content).map(|xml| xmp::words(&xml)).unwrap_or_default()),
            b"wamd" => self.add_wamd(&content),
            b"cue " => self.points.add(&content),
            b"guan" => self.add_guano(&text(&content).unwrap_or_default()),
            _ => {}
        }
    }

    /// All words as tags. Where several chunks have words for a tag, ID3 comes first and iXML last.
    pub(in crate::audio) fn into_tags(self) -> Tags {
        self.into_tags_and_cues().0
    }

    /// The same with the places that have words.
    pub(in crate::audio) fn into_tags_and_cues(self) -> (Tags, NamedPlaces) {
        let RiffWords { raw, points_of, points, page, mut tags, chapters, read } = self;
        let (names, words): (Vec<_>, Vec<_>) = raw.into_iter().unzip();
        let decoded = decode_all(&words, page);
        let named = decoded.iter().enumerate().filter_map(|(at, words)| Some((*points_of.get(&at)?, words.clone()?)));
        let frames = points.places(named.collect(), BETWEEN_PARTS);
        let decoded = names.into_iter().zip(decoded);
        let decoded: Vec<_> = decoded.filter_map(|(name, words)| Some((name, words?))).collect();
        for words in [decoded, read] {
            tags.fill_from(gathered(words));
        }
        (tags, NamedPlaces { frames, seconds: chapters })
    }

    fn add_list(&mut self, content: &[u8]) {
        let (is_info, mut rest) = match content.split_first_chunk::<4>() {
            Some((b"INFO", rest)) => (true, rest),
            Some((b"adtl", rest)) => (false, rest),
            _ => return,
        };
        while let Some((header, body)) = rest.split_first_chunk::<8>() {
            let len = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
            let words = &body[..len.min(body.len())];
            let id = [header[0], header[1], header[2], header[3]];
            let named = if is_info { info_name(&id).map(|name| (name, 0)) } else { label_name(&id) };
            if let Some((name, skip)) = named {
                if &id == b"ltxt" {
                    self.points.add_len(words);
                }
                if let Some(point) = cues::point_of(words).filter(|_| name == TagName::Cues) {
                    self.points_of.insert(self.raw.len(), point);
                }
                self.raw.push((name, words.get(skip..).unwrap_or_default().to_vec()));
            }
            // A pad byte may be missing: the next name does not begin with a zero.
            let pad = usize::from(len % 2 == 1 && body.get(len) == Some(&0));
            rest = body.get(len.saturating_add(pad)..).unwrap_or_default();
        }
    }

    /// `bext`: description, originator, reference, date and time, each in a field of fixed length.
    fn add_bext(&mut self, content: &[u8]) {
        let field = |from: usize, to: usize| content.get(from..to.min(content.len())).unwrap_or_default().to_vec();
        self.raw.push((TagName::Description, field(0, 256)));
        self.raw.push((TagName::Originator, field(256, 288)));
        if let Some(date) = date_of(&field(320, 330), &field(330, 338)) {
            self.raw.push((TagName::Date, date.into_bytes()));
        }
    }

    /// What recorders of Wildlife Acoustics write: a number, a length and the words of each entry.
    fn add_wamd(&mut self, content: &[u8]) {
        let mut rest = content;
        while let Some((&[id_low, id_high, len @ ..], body)) = rest.split_first_chunk::<6>() {
            let len = usize::try_from(u32::from_le_bytes(len)).unwrap_or(usize::MAX).min(body.len());
            let name = match u16::from_le_bytes([id_low, id_high]) {
                1 => Some(TagName::Originator),
                5 => Some(TagName::Date),
                6 => Some(TagName::Location),
                10 => Some(TagName::Note),
                11 | 12 => Some(TagName::Subject),
                _ => None,
            };
            self.read.extend(name.zip(text(&body[..len])));
            rest = &body[len..];
        }
    }

    fn add_guano(&mut self, lines: &str) {
        let pairs = lines.lines().filter_map(|line| line.split_once(':'));
        for (key, words) in pairs.map(|(key, words)| (key.trim(), words.trim())).filter(|(_, words)| !words.is_empty())
        {
            let name = match key {
                "Note" => TagName::Note,
                "Species Manual ID" | "Species Auto ID" => TagName::Subject,
                "Timestamp" => TagName::Date,
                "Loc Position" => TagName::Location,
                "Model" => TagName::Originator,
                _ => continue,
            };
            self.read.push((name, words.replace("\\n", "\n")));
        }
    }
}

/// The tag that an entry of LIST INFO stands for.
fn info_name(id: &[u8; 4]) -> Option<TagName> {
    Some(match id {
        b"INAM" => TagName::Title,
        b"IART" => TagName::Artist,
        b"IPRD" => TagName::Album,
        b"ICMT" => TagName::Comment,
        b"IGNR" => TagName::Genre,
        b"ISBJ" => TagName::Subject,
        b"IKEY" => TagName::Keywords,
        b"ICRD" | b"IDIT" => TagName::Date,
        b"IENG" | b"ITCH" => TagName::Engineer,
        b"IARL" => TagName::Location,
        b"IMUS" => TagName::Composer,
        b"ISRC" => TagName::Originator,
        b"ICOP" => TagName::Copyright,
        _ => return None,
    })
}

/// The tag that an entry of LIST `adtl` stands for, and the bytes before its words: the number of the cue, and for a
/// labelled span its length, purpose and language.
fn label_name(id: &[u8; 4]) -> Option<(TagName, usize)> {
    match id {
        b"labl" | b"note" => Some((TagName::Cues, 4)),
        b"ltxt" => Some((TagName::Cues, 20)),
        _ => None,
    }
}

/// `yyyy-mm-dd` and `hh:mm:ss`, between whose numbers programs put what they like.
fn date_of(date: &[u8], time: &[u8]) -> Option<String> {
    let number = |bytes: &[u8], from: usize, to: usize| {
        let digits = std::str::from_utf8(bytes.get(from..to)?).ok()?;
        digits.parse::<i16>().ok()
    };
    let small = |bytes: &[u8], from: usize| number(bytes, from, from + 2).and_then(|number| i8::try_from(number).ok());
    let day = Date::new(number(date, 0, 4)?, small(date, 5)?, small(date, 8)?).ok()?;
    let clock = || Time::new(small(time, 0)?, small(time, 3)?, small(time, 6)?, 0).ok();
    Some(clock().map_or_else(|| day.to_string(), |clock| format!("{day} {clock}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags_of(chunks: &[(&[u8; 4], &[u8])]) -> Vec<(&'static str, String)> {
        let mut words = RiffWords::default();
        for (id, content) in chunks {
            words.add(id, content.to_vec());
        }
        words.into_tags().into_named().collect()
    }

    fn check(chunks: &[(&[u8; 4], &[u8])], expected: &[(&str, &str)]) {
        let found = tags_of(chunks);
        let found: Vec<_> = found.iter().map(|(name, words)| (*name, words.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_cut_list_and_a_missing_pad_byte_do_no_harm() {
        let mut list = b"INFOINAM\x05\0\0\0Rain\0\0IART\x04\0\0\0Zo\xEB\0".to_vec();
        list.extend_from_slice(b"IKEY\x07\0\0\0roof,tnISBJ\x08\0\0\0weather\0ICMT\xFF\xFF\0\0a long comm");
        let expected = [
            ("title", "Rain"),
            ("artist", "Zoë"),
            ("comment", "a long comm"),
            ("subject", "weather"),
            ("keywords", "roof,tn"),
        ];
        check(&[(b"LIST", &list)], &expected);
    }

    #[test]
    fn the_stated_page_holds_for_chunks_before_it() {
        let list = b"INFOINAM\x02\0\0\0\x89\x4A";
        check(&[(b"LIST", list), (b"CSET", &[0xA4, 3, 0, 0, 0, 0, 0, 0])], &[("title", "雨")]);
    }

    #[test]
    fn labels_of_cues_are_words() {
        let mut list = b"adtllabl\x0A\0\0\0\x01\0\0\0first\0note\x09\0\0\0\x01\0\0\0loud\0\0".to_vec();
        list.extend(b"ltxt\x1A\0\0\0\x02\0\0\0\x10\0\0\0rgn \0\0\0\0\0\0\0\0thund\0labl\x0A\0\0\0\x03\0\0\0first\0");
        check(&[(b"LIST", &list)], &[("cues", "first; loud; thund")]);
    }

    #[test]
    fn bext_has_an_originator_and_a_date() {
        let mut content = vec![0; 602];
        for (at, words) in [(0, "Rain on tin"), (256, "MixPre-6"), (320, "2021/04/20"), (330, "13.10:00")] {
            content[at..at + words.len()].copy_from_slice(words.as_bytes());
        }
        let expected = [("description", "Rain on tin"), ("originator", "MixPre-6"), ("date", "2021-04-20 13:10:00")];
        check(&[(b"bext", &content)], &expected);
        content[320..338].fill(b'0');
        check(&[(b"bext", &content)], &expected[..2]);
        check(&[(b"bext", &content[..5])], &[("description", "Rain ")].map(|(name, words)| (name, words.trim())));
    }

    #[test]
    fn guano_names_species_place_and_time() {
        let lines = "GUANO|Version: 1.0\nTimestamp: 2021-04-20T13:10:00+02:00\nSpecies Manual ID: Myotis\n\
                     Loc Position: 47.5 8.7\nNote: near\\nwater\n";
        let expected = [
            ("note", "near\nwater"),
            ("subject", "Myotis"),
            ("date", "2021-04-20T13:10:00+02:00"),
            ("location", "47.5 8.7"),
        ];
        check(&[(b"guan", lines.as_bytes())], &expected);
    }

    #[test]
    fn recorders_of_bats_and_asset_managers_have_words() {
        let entry = |id: u16, words: &str| {
            [&id.to_le_bytes()[..], &(words.len() as u32).to_le_bytes(), words.as_bytes()].concat()
        };
        let wamd =
            [entry(0, "\x01\0"), entry(1, "SM4BAT-FS"), entry(5, "2021-04-20 21:10:00"), entry(12, "Myotis")].concat();
        let expected = [("subject", "Myotis"), ("originator", "SM4BAT-FS"), ("date", "2021-04-20 21:10:00")];
        check(&[(b"wamd", &wamd)], &expected);
        check(&[(b"wamd", &wamd[..25])], &[("originator", "SM4BAT-FS")]);
        let xmp = "<dc:subject><rdf:Bag><rdf:li>rain</rdf:li><rdf:li>roof</rdf:li></rdf:Bag></dc:subject>";
        check(&[(b"_PMX", xmp.as_bytes())], &[("keywords", "rain; roof")]);
    }

    #[test]
    fn ixml_fills_what_the_other_chunks_leave() {
        let xml = "<BWFXML><SCENE>12A</SCENE><BEXT><BWF_DESCRIPTION>other</BWF_DESCRIPTION></BEXT></BWFXML>";
        let expected = [("description", "Rain"), ("scene", "12A")];
        check(&[(b"iXML", xml.as_bytes()), (b"bext", b"Rain\0")], &expected);
    }
}
