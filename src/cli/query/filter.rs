//! The flags that say which files may be found → a [`FileFilter`].

use std::path::{PathBuf, absolute};

use auricle::library::labels::LabelFilter;
use auricle::library::lookup::{Bounds, FileFilter, TagFilter, format_name};
use auricle::library::record::Labeller;
use clap::Args;

use crate::cli::query::range;

/// Names of the fields that tags are kept under.
const TAG_NAMES: [&str; 6] = ["title", "artist", "album", "genre", "comment", "description"];

/// Which files may be found.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which files")]
pub(super) struct Filters {
    /// Only files in this folder or below it; may be given many times
    #[arg(long, value_name = "DIR")]
    folder: Vec<PathBuf>,
    /// Only this container or codec: wav, flac, mp3, opus, …; may be given many times
    #[arg(long, value_name = "NAME")]
    format: Vec<String>,
    /// Only lengths within this range, in seconds or minutes:seconds: 1..10, ..2.5, 1:30..
    #[arg(long, value_name = "RANGE", value_parser = range::durations)]
    duration: Option<Bounds<f64>>,
    /// Only sample rates within this range: 44100, 48k..
    #[arg(long, value_name = "RANGE", value_parser = range::rates)]
    rate: Option<Bounds<u32>>,
    /// Only numbers of channels within this range: 2, 3..
    #[arg(long, value_name = "RANGE", value_parser = range::counts)]
    channels: Option<Bounds<u32>>,
    /// Only files last changed within this range of days, months or years: 2024-05-03, 2024-05.., 2023..2024
    #[arg(long, value_name = "RANGE", value_parser = range::dates)]
    date: Option<Bounds<i64>>,
    /// Only files with this text in a tag, or in that of this name (title, artist, album, genre, comment, description);
    /// given many times, all must be there
    #[arg(long, value_name = "[NAME=]TEXT", value_parser = read_tag)]
    tag: Vec<TagFilter>,
    /// Only files that were given this label, by anybody or by one source: hand:siren, head:siren, zero-shot:siren; given
    /// many times, all must be there
    #[arg(long, value_name = "[SOURCE:]LABEL", value_parser = read_label)]
    label: Vec<LabelFilter>,
}

impl From<Filters> for FileFilter {
    fn from(filters: Filters) -> Self {
        FileFilter {
            folders: filters.folder.into_iter().map(resolve).collect(),
            formats: filters.format.iter().map(|name| format_name(name)).collect(),
            duration_seconds: filters.duration.unwrap_or_default(),
            rate_hz: filters.rate.unwrap_or_default(),
            channels: filters.channels.unwrap_or_default(),
            modified_ns: filters.date.unwrap_or_default(),
            tags: filters.tag,
            labels: filters.label,
        }
    }
}

/// The path under which the library knows `folder`, also of one that is gone.
fn resolve(folder: PathBuf) -> PathBuf {
    folder.canonicalize().or_else(|_| absolute(&folder)).unwrap_or(folder)
}

fn read_tag(text: &str) -> Result<TagFilter, String> {
    let Some((name, text)) = text.split_once('=') else {
        return Ok(TagFilter { name: None, text: text.to_owned() });
    };
    let name = name.trim().to_lowercase();
    if !name.is_empty() && !TAG_NAMES.contains(&name.as_str()) {
        return Err(format!("there are no tags of that name, only {}; for any write =TEXT", TAG_NAMES.join(", ")));
    }
    Ok(TagFilter { name: Some(name).filter(|name| !name.is_empty()), text: text.to_owned() })
}

/// What stands before a colon is a source only if it is called like one; labels may have colons too.
fn read_label(text: &str) -> Result<LabelFilter, String> {
    let (source, label) = match text.split_once(':') {
        Some((source, label)) if Labeller::SOURCES.contains(&source) => (Some(source.to_owned()), label),
        _ => (None, text),
    };
    if label.trim().is_empty() {
        return Err(format!("name a label, as in siren or {}:siren", Labeller::SOURCES[2]));
    }
    Ok(LabelFilter { label: label.trim().to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_may_have_a_source() {
        for (text, source, label) in [
            ("siren", None, "siren"),
            ("hand: siren", Some("hand"), "siren"),
            ("zero-shot:a:b", Some("zero-shot"), "a:b"),
            ("note: b", None, "note: b"),
        ] {
            let expected = LabelFilter { label: label.to_owned(), source: source.map(str::to_owned) };
            assert_eq!(read_label(text), Ok(expected), "{text}");
        }
        assert!(read_label("hand:").is_err() && read_label(" ").is_err());
    }

    #[test]
    fn a_tag_may_be_named() {
        for (text, name, expected) in [
            ("jazz", None, "jazz"),
            ("Genre=jazz", Some("genre"), "jazz"),
            ("=a=b", None, "a=b"),
            ("title=a=b", Some("title"), "a=b"),
        ] {
            let expected = TagFilter { name: name.map(str::to_owned), text: expected.to_owned() };
            assert_eq!(read_tag(text), Ok(expected), "{text}");
        }
        assert!(read_tag("key=Am").is_err_and(|error| error.contains("genre")));
    }
}
