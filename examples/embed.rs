//! Embeds a sound and some words with the built-in model, and prints how alike they are.
//!
//! `cargo run --release --example embed -- door.wav "a door slams" "a dog barks"`

// An example prints, for that is what it shows.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;

use auricle::{Clap, Encoder, audio};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a sound file, then some words")?;
    let prompts: Vec<String> = arguments.collect();

    let encoder = Encoder::spawn(Clap::starter()?)?;
    let sound = encoder.embed_sound(audio::open(Path::new(&path))?)?;
    println!("{path}: {:.1} s, {} values", sound.seconds, sound.clip.dim());
    for (prompt, vector) in prompts.iter().zip(encoder.embed_text(&prompts)?) {
        println!("{:6.3}  {prompt}", sound.clip.cosine(&vector)?);
    }
    Ok(())
}
