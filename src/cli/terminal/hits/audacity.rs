//! Moments as Audacity's label tracks: lines of start, end and label. A track belongs to one sound, so the moments of
//! several files become a folder of tracks, each called like its file.

use std::collections::BTreeMap;
use std::path::Path;

use auricle::search::hit::Hit;
use auricle::search::request::{Query, Request};
use auricle::wire::path::file_name;

use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::destinations::Destinations;
use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output::put;

/// Ending of the names of label tracks.
pub(crate) const LABEL_TRACK_ENDING: &str = ".txt";

/// Writes the moments `hits` that answer `request` to `output`, or else to standard output.
pub(crate) fn write(request: &Request, hits: &[Hit], output: Option<&Path>) -> Result<(), Failure> {
    let label = describe(request);
    let mut files: BTreeMap<&Path, Vec<&Hit>> = BTreeMap::new();
    for hit in hits {
        files.entry(&hit.file.path).or_default().push(hit);
    }
    match Destinations::open(output, files.len())? {
        Some(Destinations::Each(mut folder)) => files.iter().try_for_each(|(path, hits)| {
            put(track(hits, &label).as_bytes(), Some(&folder.place(path, LABEL_TRACK_ENDING)))
        }),
        Some(Destinations::One(path)) => {
            put(files.values().map(|hits| track(hits, &label)).collect::<String>().as_bytes(), path.as_deref())
        }
        None => Err(CliRefusal::OneTrackForMany { files: files.len() }.into()),
    }
}

/// The label track of `hits`, all in one file, in the order of time.
fn track(hits: &[&Hit], label: &str) -> String {
    let mut hits = hits.to_vec();
    hits.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
    let line = |hit: &&Hit| format!("{:.6}\t{:.6}\t{label} {:.3}\n", hit.start_seconds, hit.end_seconds, hit.score);
    hits.iter().map(line).collect()
}

/// The terms of `request` on one line.
fn describe(request: &Request) -> String {
    let query = |query: &Query| match query {
        Query::Words(words) => words.clone(),
        Query::Like(example) => file_name(&example.path),
        Query::Learned(learned) => learned.name.clone(),
    };
    let parts: Vec<String> = request.wanted.iter().map(|wanted| query(&wanted.query)).collect();
    parts.join(" + ").split_whitespace().collect::<Vec<_>>().join(" ").replace(char::is_control, " ")
}
