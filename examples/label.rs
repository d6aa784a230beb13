//! Labels sound files with classes named on the command line.
//!
//! `cargo run --release --example label -- "dog,rain,engine" one.wav two.wav`

// An example prints, for that is what it shows.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;

use auricle::classify::label::read_labels;
use auricle::classify::template::Templates;
use auricle::classify::vocabulary::Vocabulary;
use auricle::classify::zero_shot::LabelSet;
use auricle::{Clap, Classifier, Encoder, audio};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let names = arguments.next().ok_or("name labels, separated by commas, then sound files")?;

    let encoder = Encoder::spawn(Clap::starter()?)?;
    // The things that a sound might be instead; kept in a folder, because embedding them takes a second.
    let vocabulary = Vocabulary::open(&encoder, &std::env::temp_dir().join("auricle-example"))?;
    let labels = read_labels(names.split(','))?;
    let labels = LabelSet::new(&encoder, &vocabulary, &labels, &Templates::default())?;
    let classifier = Classifier::Words(labels);
    for path in arguments {
        let sound = encoder.embed_sound(audio::open(Path::new(&path))?)?;
        println!("{path}");
        for scored in classifier.score(&sound.clip, None)? {
            println!("  {:5.1} %  {}", 100.0 * scored.presence, scored.label);
        }
    }
    Ok(())
}
