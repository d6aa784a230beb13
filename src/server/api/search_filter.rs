//! The filter of a search as it is asked for → a [`FileFilter`].

use std::path::PathBuf;

use crate::library::labels::LabelFilter;
use crate::library::lookup::{Bounds, FileFilter, TagFilter, format_name};
use crate::library::record::label::Labeller;
use crate::search::dates::read_date;
use crate::server::http::problem::Problem;
use crate::wire::limits::MOST_FILTERS;
use crate::wire::search::{LabelItem, SearchFilter};

/// The files that `filter` lets through.
///
/// # Errors
/// A 422 for a filter that makes no sense.
pub(crate) fn read(filter: SearchFilter) -> Result<FileFilter, Problem> {
    let lengths = [filter.folder.len(), filter.format.len(), filter.tag.len(), filter.label.len()];
    if lengths.into_iter().any(|len| len > MOST_FILTERS) {
        return Err(Problem::unprocessable(format!("a filter has {MOST_FILTERS} entries at most")));
    }
    let (first, last) = (day(filter.date.0)?.map(|(first, _)| first), day(filter.date.1)?.map(|(_, last)| last));
    Ok(FileFilter {
        folders: filter.folder.into_iter().map(PathBuf::from).collect(),
        formats: filter.format.iter().map(|name| format_name(name)).collect(),
        duration_seconds: bounds(filter.duration)?,
        rate_hz: bounds(filter.rate)?,
        channels: bounds(filter.channels)?,
        modified_ns: Bounds { least: first, most: last },
        tags: filter.tag.into_iter().map(|tag| TagFilter { name: tag.name, text: tag.text }).collect(),
        labels: filter.label.into_iter().map(label).collect::<Result<_, _>>()?,
    })
}

fn bounds<T: PartialOrd>((least, most): (Option<T>, Option<T>)) -> Result<Bounds<T>, Problem> {
    match (&least, &most) {
        (Some(from), Some(to)) if from > to => Err(Problem::unprocessable("a range ends before it begins")),
        _ => Ok(Bounds { least, most }),
    }
}

/// The first and the last nanosecond of a day, month or year.
fn day(text: Option<String>) -> Result<Option<(i64, i64)>, Problem> {
    let read = |text: String| {
        let detail = format!("{text:?} is not a date such as 2024-05-03, 2024-05 or 2024");
        read_date(&text).ok_or_else(|| Problem::unprocessable(detail))
    };
    text.map(read).transpose()
}

fn label(item: LabelItem) -> Result<LabelFilter, Problem> {
    let LabelItem { label, source } = item;
    match &source {
        Some(source) if !Labeller::SOURCES.contains(&source.as_str()) => {
            let detail = format!("labels come from {}, not from {source:?}", Labeller::SOURCES.join(", "));
            Err(Problem::unprocessable(detail))
        }
        _ => Ok(LabelFilter { label, source }),
    }
}
