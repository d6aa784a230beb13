//! The words in a sound file. In: symphonia's metadata, or raw RIFF and ID3 chunks. Out: [`Tags`]. The first value of a
//! kind wins; pictures, numbers and everything else are left alone.

use std::io::Cursor;

use symphonia::core::formats::FormatReader;
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{MetadataOptions, MetadataReader, MetadataRevision, RawValue, StandardTag, Tag};
use symphonia::default::meta::Id3v2Reader;

use crate::audio::metadata::{TagName, Tags};
use crate::panics::contain;

/// Bytes of the header of an ID3v2 tag; its last four are the length of the rest, seven bits each.
const ID3_HEADER_LEN: usize = 10;

/// The largest length that fits into 28 bits.
const LONGEST_ID3: usize = (1 << 28) - 1;

/// What symphonia read, in the order in which it read it, with the text of Apple's `iTunSMPB` tag if there is one.
pub(super) fn read_all(reader: &mut dyn FormatReader) -> (Tags, Option<String>) {
    let (mut tags, mut gapless) = (Tags::default(), None);
    let mut metadata = reader.metadata();
    loop {
        if let Some(revision) = metadata.current() {
            add_revision(revision, &mut tags);
            gapless = gapless.or_else(|| each_tag(revision).find_map(itunes_gapless));
        }
        if metadata.pop().is_none() {
            return (tags, gapless);
        }
    }
}

/// Adds the words of a RIFF `LIST` chunk, if it is one of the form `INFO`.
pub(super) fn add_riff_info(content: &[u8], tags: &mut Tags) {
    let Some(mut rest) = content.strip_prefix(b"INFO") else { return };
    while let Some((header, body)) = rest.split_first_chunk::<8>() {
        let len = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
        let words = text(&body[..len.min(body.len())]);
        match &header[..4] {
            b"INAM" => tags.fill(TagName::Title, words),
            b"IART" => tags.fill(TagName::Artist, words),
            b"IPRD" => tags.fill(TagName::Album, words),
            b"ICMT" => tags.fill(TagName::Comment, words),
            b"IGNR" => tags.fill(TagName::Genre, words),
            _ => {}
        }
        rest = body.get(len + (len & 1)..).unwrap_or_default();
    }
}

/// Adds the words of an ID3v2 tag kept in a chunk. A damaged tag adds nothing.
pub(super) fn add_id3(content: Vec<u8>, tags: &mut Tags) {
    let stream = MediaSourceStream::new(Box::new(Cursor::new(content)), MediaSourceStreamOptions::default());
    let read = contain(|| Id3v2Reader::try_new(stream, MetadataOptions::default()).and_then(|mut id3| id3.read_all()));
    if let Ok(Ok(buffer)) = read {
        add_revision(&buffer.revision, tags);
    }
}

/// The words of the tags in front of a sound, which are all that `bytes` hold. The length that an ID3v2 tag states is not
/// believed: it is often too short, and known to be wrong where the sound did not begin behind it.
pub(super) fn add_front(mut bytes: Vec<u8>, tags: &mut Tags) {
    let Some(content) = bytes.len().checked_sub(ID3_HEADER_LEN).filter(|_| bytes.starts_with(b"ID3")) else { return };
    let mut stated_again = content.min(LONGEST_ID3);
    for byte in bytes[6..ID3_HEADER_LEN].iter_mut().rev() {
        *byte = (stated_again & 0x7F) as u8;
        stated_again >>= 7;
    }
    add_id3(bytes, tags);
}

/// Bytes up to the first zero as text: UTF-8, or else Latin-1 as older programs wrote it; `None` for nothing but space.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn add_revision(revision: &MetadataRevision, tags: &mut Tags) {
    let mut album_artist = None;
    for tag in each_tag(revision) {
        if let Some(words) = plain_comment(tag) {
            tags.fill(TagName::Comment, text(words.as_bytes()));
        }
        // Matroska's tags speak of the whole file, which symphonia takes for an album.
        match (&tag.std, words_of(&tag.raw.value)) {
            (Some(StandardTag::AlbumArtist(words)), _) => album_artist = album_artist.or(text(words.as_bytes())),
            (None, Some(words)) if tag.raw.key == "ALBUM@ALBUM" => tags.fill(TagName::Album, text(words.as_bytes())),
            _ => {}
        }
        if let Some((name, words)) = tag.std.as_ref().and_then(named) {
            tags.fill(name, text(words.as_bytes()));
        }
    }
    tags.fill(TagName::Artist, album_artist);
}

/// The tag that one of symphonia's stands for, with its words.
fn named(tag: &StandardTag) -> Option<(TagName, &str)> {
    Some(match tag {
        StandardTag::TrackTitle(words) => (TagName::Title, words),
        StandardTag::Artist(words) => (TagName::Artist, words),
        StandardTag::Album(words) => (TagName::Album, words),
        StandardTag::Comment(words) => (TagName::Comment, words),
        StandardTag::Genre(words) => (TagName::Genre, words),
        StandardTag::Description(words) => (TagName::Description, words),
        _ => return None,
    })
}

fn each_tag(revision: &MetadataRevision) -> impl Iterator<Item = &Tag> {
    revision.media.tags.iter().chain(revision.per_track.iter().flat_map(|track| &track.metadata.tags))
}

/// ffmpeg and others write an ID3 comment as a text frame of their own (`TXXX`) with that name.
fn plain_comment(tag: &Tag) -> Option<&str> {
    let names = tag.raw.sub_fields.iter().flatten().filter_map(|field| words_of(&field.value));
    let is_comment = tag.raw.key == "TXXX" && names.into_iter().any(|name| name.eq_ignore_ascii_case("comment"));
    words_of(&tag.raw.value).filter(|_| is_comment)
}

fn words_of(value: &RawValue) -> Option<&str> {
    match value {
        RawValue::String(words) => Some(words.as_str()),
        RawValue::StringList(list) => list.first().map(String::as_str),
        _ => None,
    }
}

fn itunes_gapless(tag: &Tag) -> Option<String> {
    match &tag.raw.value {
        RawValue::String(words) if tag.raw.key.ends_with("iTunSMPB") => Some(words.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn riff_words_are_read_in_both_encodings_and_a_cut_list_does_no_harm() {
        let mut list = b"INFOINAM\x05\0\0\0Rain\0\0IART\x04\0\0\0Zo\xEB\0".to_vec();
        list.extend_from_slice(b"ICMT\xFF\xFF\0\0a long comm");
        let mut tags = Tags::default();
        add_riff_info(&list, &mut tags);
        let found = [TagName::Title, TagName::Artist, TagName::Comment].map(|name| tags.get(name));
        assert_eq!(found, [Some("Rain"), Some("Zoë"), Some("a long comm")]);
    }
}
