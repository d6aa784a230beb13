//! Indexes a folder of sounds into a library, and searches it by words.
//!
//! `cargo run --release --example index_and_search -- ~/Sounds /tmp/library "rain on a roof"`

// An example prints, for that is what it shows.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use auricle::ingest::run::IngestEvent;
use auricle::operations::index::{IndexRequest, index};
use auricle::operations::observer::{Event, Observer};
use auricle::search::request::Query;
use auricle::{Clap, Encoder, Library, Request, Searcher};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sounds, library, words] = arguments.as_slice() else {
        return Err("name a folder of sounds, a folder for the library, and some words".into());
    };
    let encoder = Encoder::spawn(Clap::starter()?)?;

    let mut print_failures = |event: Event<'_>| {
        if let Event::Files(IngestEvent::Failed { path, reason, .. }) = event {
            eprintln!("{}: {reason}", path.display());
        }
    };
    let observer = Observer::new(&mut print_failures, &Arc::default());
    let roots = [PathBuf::from(sounds)];
    let summary = index(&IndexRequest::new(Path::new(library), &encoder, &roots), &observer)?;
    println!("{} new, {} unchanged", summary.files.new, summary.files.unchanged);

    let request = Request::new(Query::Words(words.clone()));
    let mut searcher = Searcher::new(Library::open(Path::new(library))?);
    for hit in searcher.ask(&encoder, &request)?.hits {
        println!("{:6.3}  {}", hit.score, hit.file.path.display());
    }
    Ok(())
}
