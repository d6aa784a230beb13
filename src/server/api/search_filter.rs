//! The filter of a search as it is asked for → a [`FileFilter`].

use std::path::PathBuf;

use crate::audio::metadata::Tags;
use crate::library::Library;
use crate::library::labels::LabelFilter;
use crate::library::lookup::{Bounds, FileFilter, TagFilter, format_name};
use crate::library::record::label::Labeller;
use crate::search::dates::{read_date, read_hour, read_recorded};
use crate::server::api::refusal::{ApiRefusal, Things, check_number};
use crate::server::http::problem::Problem;
use crate::wire::limits::MOST_FILTERS;
use crate::wire::search::{LabelItem, SearchFilter, TagItem};

/// The files that `filter` lets through.
///
/// # Errors
/// A 422 for a filter that makes no sense.
pub(crate) fn read(filter: SearchFilter) -> Result<FileFilter, ApiRefusal> {
    let lengths = [filter.folder.len(), filter.format.len(), filter.tag.len(), filter.label.len()];
    lengths.into_iter().try_for_each(|given| check_number(Things::FilterEntries, given, MOST_FILTERS))?;
    let date = |text: &str| ApiRefusal::DateUnreadable { text: text.to_owned() };
    let hour = |text: &str| ApiRefusal::HourUnreadable { text: text.to_owned() };
    Ok(FileFilter {
        folders: filter.folder.into_iter().map(PathBuf::from).collect(),
        formats: filter.format.iter().map(|name| format_name(name)).collect(),
        duration_seconds: bounds("duration", filter.duration)?,
        rate_hz: bounds("rate", filter.rate)?,
        channels: bounds("channels", filter.channels)?,
        modified_ns: ends(filter.date, read_date, date)?,
        recorded_seconds: ends(filter.recorded, read_recorded, date)?,
        day_seconds: ends(filter.hour, read_hour, hour)?,
        tags: filter.tag.into_iter().map(tag).collect::<Result<_, _>>()?,
        labels: filter.label.into_iter().map(label).collect::<Result<_, _>>()?,
    })
}

/// `filter` as the library has it, unless it names nothing. Formats are chosen from a list, and one that the library lacks finds
/// nothing.
///
/// # Errors
/// A 422 for a folder, label or tag that the library does not have; stage `catalogue` if it cannot be read.
pub(crate) fn checked(library: &Library, mut filter: FileFilter) -> Result<FileFilter, Problem> {
    let formats = std::mem::take(&mut filter.formats);
    Ok(FileFilter { formats, ..library.checked_filter(filter)? })
}

fn bounds<T: PartialOrd>(field: &'static str, (least, most): (Option<T>, Option<T>)) -> Result<Bounds<T>, ApiRefusal> {
    match (&least, &most) {
        (Some(from), Some(to)) if from > to => Err(ApiRefusal::RangeReversed { field }),
        _ => Ok(Bounds { least, most }),
    }
}

/// From the first point of what the one text names to the last of what the other does.
fn ends<T>(
    (from, to): (Option<String>, Option<String>),
    read: impl Fn(&str) -> Option<(T, T)>,
    refusal: impl Fn(&str) -> ApiRefusal,
) -> Result<Bounds<T>, ApiRefusal> {
    let read = |text: Option<String>| text.map(|text| read(&text).ok_or_else(|| refusal(&text))).transpose();
    Ok(Bounds { least: read(from)?.map(|(first, _)| first), most: read(to)?.map(|(_, last)| last) })
}

fn tag(item: TagItem) -> Result<TagFilter, ApiRefusal> {
    let TagItem { name, text } = item;
    match name {
        Some(name) if !Tags::NAMES.contains(&name.as_str()) => {
            Err(ApiRefusal::TagUnknown { name, known: &Tags::NAMES })
        }
        name => Ok(TagFilter { name, text }),
    }
}

fn label(item: LabelItem) -> Result<LabelFilter, ApiRefusal> {
    let LabelItem { label, source } = item;
    match source {
        Some(name) if !Labeller::SOURCES.contains(&name.as_str()) => {
            Err(ApiRefusal::LabelSourceUnknown { name, known: &Labeller::SOURCES })
        }
        source => Ok(LabelFilter { label, source }),
    }
}
