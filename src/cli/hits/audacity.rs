//! Moments as Audacity's label tracks: lines of start, end and label. A track belongs to one sound, so the moments of
//! several files become a folder of tracks, each called like its file.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use auricle::error::Error;
use auricle::search::hit::Hit;
use auricle::search::request::{Query, Request};

use super::Found;
use super::words::file_name;
use crate::cli::exit::Failure;
use crate::cli::output::{put, unwritable};

/// Writes the moments found to `output`, or else to standard output.
pub(super) fn write(found: &Found<'_>, output: Option<&Path>) -> Result<(), Failure> {
    let label = describe(found.request);
    let mut files: BTreeMap<&Path, Vec<&Hit>> = BTreeMap::new();
    for hit in &found.answer.hits {
        files.entry(&hit.file.path).or_default().push(hit);
    }
    match output {
        Some(folder) if folder.is_dir() || (files.len() > 1 && !folder.exists()) => {
            write_tracks(&files, &label, folder)
        }
        _ if files.len() > 1 => {
            let problem = format!("the moments are in {} files, and a label track belongs to one", files.len());
            let advice = "name a folder with --output, which gets a track for each, or narrow the search to one file";
            Err(Error::user(problem, advice).into())
        }
        _ => put(files.values().map(|hits| track(hits, &label)).collect::<String>().as_bytes(), output),
    }
}

fn write_tracks(files: &BTreeMap<&Path, Vec<&Hit>>, label: &str, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
    let mut taken = HashSet::new();
    for (path, hits) in files {
        let name = file_name(path);
        let candidates =
            (1..).map(|number| if number == 1 { format!("{name}.txt") } else { format!("{name} {number}.txt") });
        // Some file systems take names of different case for the same.
        let free = candidates.into_iter().find(|candidate| taken.insert(candidate.to_lowercase()));
        let free = free.expect("numbers do not run out");
        put(track(hits, label).as_bytes(), Some(&folder.join(free)))?;
    }
    Ok(())
}

/// The label track of `hits`, all in one file, in the order of time.
fn track(hits: &[&Hit], label: &str) -> String {
    let mut hits = hits.to_vec();
    hits.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
    let line = |hit: &&Hit| format!("{:.6}\t{:.6}\t{label} {:.3}\n", hit.start_seconds, hit.end_seconds, hit.score);
    hits.iter().map(line).collect()
}

/// What was asked, in a line.
fn describe(request: &Request) -> String {
    let query = |query: &Query| match query {
        Query::Words(words) => words.clone(),
        Query::Like(example) => file_name(&example.path),
        Query::Learned(learned) => learned.name.clone(),
    };
    let parts: Vec<String> = request.wanted.iter().map(|wanted| query(&wanted.query)).collect();
    parts.join(" + ").split_whitespace().collect::<Vec<_>>().join(" ").replace(char::is_control, " ")
}
