//! The words in a sound file. In: symphonia's metadata, or chunks of RIFF (`riff`) and ID3 tags as bytes. Out: [`Tags`]. The
//! first value of a kind wins; pictures and most numbers are left alone.

pub(super) mod chapters;
pub(super) mod cues;
mod dates;
pub(super) mod encoding;
pub(super) mod id3;
mod ixml;
pub(super) mod riff;
mod xmp;
mod xml;

use std::io::Cursor;

use symphonia::core::formats::FormatReader;
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{MetadataOptions, MetadataReader, MetadataRevision, RawValue, StandardTag, Tag};
use symphonia::default::meta::Id3v2Reader;

use crate::audio::metadata::{CuePlace, TagName, Tags};
use crate::audio::tags::encoding::text;
use crate::audio::tags::id3::{HEADER_LEN, Id3Extras};
use crate::panics::contain;

/// Between the parts of a tag that a file has several times.
pub(super) const BETWEEN_PARTS: &str = "; ";

/// The largest length that fits into 28 bits.
const LONGEST_ID3: usize = (1 << 28) - 1;

/// What the metadata of a file says.
#[derive(Debug, Default)]
pub(super) struct FileMetadata {
    /// The words.
    pub(super) tags: Tags,
    /// The chapters.
    pub(super) chapters: Vec<CuePlace>,
    /// The text of Apple's `iTunSMPB` tag, if there is one.
    pub(super) gapless: Option<String>,
}

/// What symphonia read, in the order in which it read it, and what `extras` have besides.
pub(super) fn read_all(reader: &mut dyn FormatReader, mut extras: Id3Extras) -> FileMetadata {
    let mut found = FileMetadata { chapters: extras.take_chapters(), ..FileMetadata::default() };
    if found.chapters.is_empty() {
        found.chapters = chapters::of_reader(reader);
    }
    let mut comments = Vec::new();
    let mut metadata = reader.metadata();
    loop {
        if let Some(revision) = metadata.current() {
            add_revision(revision, &extras, &mut found.tags);
            found.gapless = found.gapless.or_else(|| each_tag(revision).find_map(itunes_gapless));
            comments.extend(each_tag(revision).filter_map(comment));
        }
        if metadata.pop().is_none() {
            break;
        }
    }
    if found.chapters.is_empty() {
        found.chapters = chapters::of_comments(comments.iter().map(|(key, words)| (key.as_str(), words.as_str())));
    }
    found.tags.fill_from(gathered(extras.into_words()));
    found
}

/// Adds the words of an ID3v2 tag kept in a chunk, and gives its chapters. A damaged tag adds nothing.
pub(super) fn add_id3(content: Vec<u8>, tags: &mut Tags) -> Vec<CuePlace> {
    let mut extras = Id3Extras::read(&content, &[]);
    let chapters = extras.take_chapters();
    let stream = MediaSourceStream::new(Box::new(Cursor::new(content)), MediaSourceStreamOptions::default());
    let read = contain(|| Id3v2Reader::try_new(stream, MetadataOptions::default()).and_then(|mut id3| id3.read_all()));
    if let Ok(Ok(buffer)) = read {
        add_revision(&buffer.revision, &extras, tags);
    }
    tags.fill_from(gathered(extras.into_words()));
    chapters
}

/// The words of an XMP packet, which is UTF-8 or shows that it is not.
pub(super) fn of_xmp(packet: &[u8]) -> Tags {
    gathered(text(packet).map(|xml| xmp::words(&xml)).unwrap_or_default())
}

/// `words` as tags: the first of a kind, or all of a kind of which there may be several.
fn gathered(words: impl IntoIterator<Item = (TagName, String)>) -> Tags {
    let mut tags = Tags::default();
    for (name, words) in words {
        match name {
            TagName::Cues
            | TagName::Tracks
            | TagName::User
            | TagName::Category
            | TagName::Subject
            | TagName::Keywords => tags.join(name, &words, BETWEEN_PARTS),
            _ => tags.fill(name, Some(words)),
        }
    }
    tags
}

/// The words and the chapters of the tags in front of a sound, which are all that `bytes` hold. The length that an ID3v2 tag states is not
/// believed: it is often too short, and known to be wrong where the sound did not begin behind it.
pub(super) fn add_front(mut bytes: Vec<u8>, tags: &mut Tags) -> Vec<CuePlace> {
    let content = bytes.len().checked_sub(HEADER_LEN).filter(|_| bytes.starts_with(b"ID3"));
    let Some(content) = content else { return Vec::new() };
    let mut stated_again = content.min(LONGEST_ID3);
    for byte in bytes[6..HEADER_LEN].iter_mut().rev() {
        *byte = (stated_again & 0x7F) as u8;
        stated_again >>= 7;
    }
    add_id3(bytes, tags)
}

fn add_revision(revision: &MetadataRevision, extras: &Id3Extras, tags: &mut Tags) {
    let text = |words: &str| text(extras.mended(words).as_bytes());
    let mut album_artist = None;
    tags.fill(TagName::Date, dates::in_parts(revision));
    for tag in each_tag(revision) {
        if let Some(StandardTag::AlbumArtist(words)) = &tag.std {
            album_artist = album_artist.or_else(|| text(words));
        }
        match &tag.std {
            // Day and month of ID3v2.3, which `dates` has put behind their year.
            Some(StandardTag::RecordingDate(_)) if tag.raw.key == "TDAT" => {}
            Some(StandardTag::Bpm(bpm)) => tags.fill(TagName::Bpm, Some(bpm.to_string())),
            Some(other) => {
                if let Some((name, words)) = named(other) {
                    tags.fill(name, text(words));
                }
            }
            None => {
                if let Some((name, words)) = name_of(tag).zip(words_of(&tag.raw.value)) {
                    match name {
                        _ if name.eq_ignore_ascii_case("XMP") => tags.fill_from(of_xmp(words.as_bytes())),
                        _ => tags.fill_named(extras.mended(name), text(words)),
                    }
                }
            }
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
        StandardTag::Subject(words) => (TagName::Subject, words),
        StandardTag::Keywords(words) => (TagName::Keywords, words),
        StandardTag::RecordingDate(words) | StandardTag::ReleaseDate(words) => (TagName::Date, words),
        StandardTag::RecordingLocation(words) => (TagName::Location, words),
        StandardTag::Engineer(words) => (TagName::Engineer, words),
        // MP4 keeps the composer as the writer.
        StandardTag::Composer(words) | StandardTag::Writer(words) => (TagName::Composer, words),
        StandardTag::Mood(words) => (TagName::Mood, words),
        StandardTag::InitialKey(words) => (TagName::Key, words),
        StandardTag::Copyright(words) => (TagName::Copyright, words),
        _ => return None,
    })
}

fn each_tag(revision: &MetadataRevision) -> impl Iterator<Item = &Tag> {
    revision.media.tags.iter().chain(revision.per_track.iter().flat_map(|track| &track.metadata.tags))
}

/// The name that a tag beyond the standard ones was given: free text in ID3 (`TXXX`, as ffmpeg writes comments) and MP4
/// (`----:com.apple.iTunes:NAME`), the key behind the target in Matroska (`ALBUM@NAME`), the key itself elsewhere.
fn name_of(tag: &Tag) -> Option<&str> {
    if tag.raw.key == "TXXX" {
        return tag.raw.sub_fields.iter().flatten().find_map(|field| words_of(&field.value));
    }
    tag.raw.key.rsplit(['@', ':']).next()
}

fn words_of(value: &RawValue) -> Option<&str> {
    match value {
        RawValue::String(words) => Some(words.as_str()),
        RawValue::StringList(list) => list.first().map(String::as_str),
        _ => None,
    }
}

/// The key and the words of a comment about a chapter whose digits symphonia does not count.
fn comment(tag: &Tag) -> Option<(String, String)> {
    let is_one = tag.raw.key.get(..7).is_some_and(|name| name.eq_ignore_ascii_case("CHAPTER"));
    words_of(&tag.raw.value).filter(|_| is_one).map(|words| (tag.raw.key.clone(), words.to_owned()))
}

fn itunes_gapless(tag: &Tag) -> Option<String> {
    match &tag.raw.value {
        RawValue::String(words) if tag.raw.key.ends_with("iTunSMPB") => Some(words.to_string()),
        _ => None,
    }
}
