//! Hits as comma-separated values (RFC 4180), one line a hit.

use std::io;

use auricle::search::hit::Hit;
use auricle::wire::path::odd_bytes;

use crate::cli::terminal::hits::reasons::reasons;

/// The columns. Other people's scripts rely on these names: columns may be added at the end, none renamed.
const HEADINGS: [&str; 20] = [
    "rank",
    "path",
    "start",
    "end",
    "score",
    "cosine",
    "grade",
    "reasons",
    "container",
    "codec",
    "rate_hz",
    "channels",
    "duration_seconds",
    "path_bytes",
    "peak_start",
    "peak_end",
    "copies",
    "recorded",
    "clock",
    "channel",
];

/// A line of headings and a line for each of `hits`.
pub(crate) fn render(hits: &[Hit]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADINGS)?;
    for (index, hit) in hits.iter().enumerate() {
        writer.write_record(record(index + 1, hit))?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

fn record(rank: usize, hit: &Hit) -> [String; HEADINGS.len()] {
    let number = |value: Option<f32>| value.map(|value| value.to_string()).unwrap_or_default();
    let file = &hit.file;
    [
        rank.to_string(),
        file.path.display().to_string(),
        hit.start_seconds.to_string(),
        hit.end_seconds.to_string(),
        hit.score.to_string(),
        number(hit.cosine),
        hit.grade.name().to_owned(),
        reasons(hit),
        file.container.clone(),
        file.codec.clone(),
        file.rate_hz.to_string(),
        file.channels.to_string(),
        file.duration_seconds.to_string(),
        odd_bytes(&file.path).unwrap_or_default(),
        hit.peak.start_seconds.to_string(),
        hit.peak.end_seconds.to_string(),
        hit.copies.len().to_string(),
        file.recorded.map(|began| began.to_string()).unwrap_or_default(),
        hit.clock_at(hit.start_seconds).unwrap_or_default(),
        hit.peak.channel.map(|channel| channel.to_string()).unwrap_or_default(),
    ]
}
