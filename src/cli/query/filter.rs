//! The flags that narrow a search to some files → a [`FileFilter`].

use std::path::PathBuf;

use auricle::audio::metadata::Tags;
use auricle::library::labels::LabelFilter;
use auricle::library::lookup::{Bounds, FileFilter, TagFilter, format_name};
use auricle::library::record::label::Labeller;
use auricle::wire::path::full;
use clap::Args;

use crate::cli::query::range;

/// The filter of a search.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Filters")]
pub(super) struct FilterOptions {
    /// Only files in this folder or below it (repeatable)
    #[arg(long, value_name = "DIR")]
    folder: Vec<PathBuf>,
    /// Only this container or codec: wav, flac, mp3, opus, … (repeatable)
    #[arg(long, value_name = "NAME")]
    format: Vec<String>,
    /// Only durations in this range, in seconds or minutes:seconds: 1..10, ..2.5, 1:30..
    #[arg(long, value_name = "RANGE", value_parser = range::durations)]
    duration: Option<Bounds<f64>>,
    /// Only sample rates in this range: 44100, 48k..
    #[arg(long, value_name = "RANGE", value_parser = range::rates)]
    rate: Option<Bounds<u32>>,
    /// Only channel counts in this range: 2, 3..
    #[arg(long, value_name = "RANGE", value_parser = range::counts)]
    channels: Option<Bounds<u32>>,
    /// Only files last modified in this range of days, months or years: 2024-05-03, 2024-05.., 2023..2024
    #[arg(long, value_name = "RANGE", value_parser = range::dates)]
    date: Option<Bounds<i64>>,
    /// Only files recorded in this range, by the recorder's clock: 2024-05-03, 2021-04..2021-06, 2024-05-03T04..2024-05-03T06:30
    #[arg(long, value_name = "RANGE", value_parser = range::recorded)]
    recorded: Option<Bounds<i64>>,
    /// Only files whose recording began in these hours of the day, by the recorder's clock: 4..7, 5:30..6:15, 22..3
    #[arg(long, value_name = "RANGE", value_parser = range::hours)]
    hour: Option<Bounds<u32>>,
    /// Only files with this text in a tag; NAME is title, artist, comment, scene, take, tracks, cues, date and so on, an
    /// unknown one lists them all (repeatable: all must match)
    #[arg(long, value_name = "[NAME=]TEXT", value_parser = read_tag)]
    tag: Vec<TagFilter>,
    /// Only files with this label, from any source or one: hand:siren, head:siren, zero-shot:siren (repeatable: all must
    /// match)
    #[arg(long, value_name = "[SOURCE:]LABEL", value_parser = read_label)]
    label: Vec<LabelFilter>,
}

impl From<FilterOptions> for FileFilter {
    fn from(filters: FilterOptions) -> Self {
        FileFilter {
            folders: filters.folder.into_iter().map(|folder| full(&folder)).collect(),
            formats: filters.format.iter().map(|name| format_name(name)).collect(),
            duration_seconds: filters.duration.unwrap_or_default(),
            rate_hz: filters.rate.unwrap_or_default(),
            channels: filters.channels.unwrap_or_default(),
            modified_ns: filters.date.unwrap_or_default(),
            recorded_seconds: filters.recorded.unwrap_or_default(),
            day_seconds: filters.hour.unwrap_or_default(),
            tags: filters.tag,
            labels: filters.label,
        }
    }
}

fn read_tag(text: &str) -> Result<TagFilter, String> {
    let Some((name, text)) = text.split_once('=') else {
        return Ok(TagFilter { name: None, text: text.to_owned() });
    };
    let name = name.trim().to_lowercase();
    if !name.is_empty() && !Tags::NAMES.contains(&name.as_str()) {
        return Err(format!("unknown tag {name:?}: expected {}, or =TEXT for any", Tags::NAMES.join(", ")));
    }
    Ok(TagFilter { name: Some(name).filter(|name| !name.is_empty()), text: text.to_owned() })
}

/// Reads `[SOURCE:]LABEL`. Only the name of a source ends at the colon; labels may have colons too.
fn read_label(text: &str) -> Result<LabelFilter, String> {
    let (source, label) = match text.split_once(':') {
        Some((source, label)) if Labeller::SOURCES.contains(&source) => (Some(source.to_owned()), label),
        _ => (None, text),
    };
    if label.trim().is_empty() {
        return Err(format!("expected a label, for example siren or {}:siren", Labeller::SOURCES[2]));
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
        assert!(read_tag("colour=red").is_err_and(|error| error.contains("genre")));
    }
}
