//! `auricle inspect`: a sound file as it is decoded, and a picture of the model's input.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use auricle::audio::Blocks;
use auricle::audio::metadata::CuePlace;
use auricle::audio::mixdown::ChannelChoice;
use auricle::error::{Error, Stage};
use auricle::features::config::FrontEnd;
use auricle::features::view::View;
use auricle::features::views::{ViewPlan, ViewStream};
use auricle::picture::spectrogram;
use auricle::wire::cue::CueEntry;
use auricle::wire::inspection::Inspection;
use auricle::wire::path::full_text;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::model_options::ModelName;
use crate::cli::query::number::number;
use crate::cli::standard_input::open_sound;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, json_line, put, stdout, written};
use crate::cli::terminal::text::clock;

/// The command line of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
The picture is the log-mel of the first view of the sound, the model's input, with low frequencies at the bottom.

Examples:
  auricle inspect rain.wav
  auricle inspect rain.wav --png rain.png
  auricle inspect multitrack.wav --channel 3
  curl -s https://example.org/rain.mp3 | auricle inspect -")]
pub(crate) struct Arguments {
    /// Sound file; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Draw the log-mel into this file
    #[arg(long, value_name = "OUT.png")]
    png: Option<PathBuf>,
    /// Hear this channel alone, counted from 1, instead of the mix
    #[arg(long, value_name = "N", value_parser = number::<1>)]
    channel: Option<u32>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelName,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let choice = arguments.channel.map_or(ChannelChoice::Mix, ChannelChoice::Only);
    let mut inspection = inspect(&arguments.file, choice)?;
    if let Some(png) = &arguments.png {
        let view = first_view(&arguments.file, choice, find_front_end(context, &arguments.model)?)?;
        put(&spectrogram::of_view(&view).to_png()?, Some(png))?;
        inspection.png = Some(full_text(png));
    }
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &inspection)?;
    } else {
        written(print(&mut out, &inspection))?;
    }
    flush(out)?;
    Ok(Exit::Done)
}

fn find_front_end(context: &Context, model: &ModelName) -> Result<Arc<FrontEnd>, Failure> {
    let preprocessor = context.find_checkpoint(model.model.as_deref())?.preprocessor;
    Ok(Arc::new(FrontEnd::from_json(&preprocessor.read_text()?)?))
}

fn first_view(path: &Path, choice: ChannelChoice, front_end: Arc<FrontEnd>) -> Result<View, Error> {
    let mut blocks = open_sound(path)?.with_channels(choice)?.into_blocks(front_end.rate_hz())?;
    let mut stream = ViewStream::new(front_end, ViewPlan::Clip);
    while let Some(block) = blocks.next_block()? {
        if let Some(view) = stream.push(block).into_iter().next() {
            return Ok(view);
        }
    }
    let silent = || Error::file(path, Stage::Features, "it has no samples, so there is nothing to draw");
    stream.finish()?.into_iter().next().ok_or_else(silent)
}

fn inspect(path: &Path, choice: ChannelChoice) -> Result<Inspection, Error> {
    let sound = open_sound(path)?.with_channels(choice)?;
    let metadata = sound.metadata().clone();
    // At its own rate, so that what is counted are the file's own samples.
    let mut blocks = sound.into_blocks(metadata.rate_hz)?;
    let SoundLevel { samples, peak, rms } = measure(&mut blocks)?;
    Ok(Inspection {
        path: full_text(path),
        container: metadata.container,
        codec: metadata.codec,
        rate_hz: metadata.rate_hz,
        channels: metadata.channels,
        channel: match choice {
            ChannelChoice::Only(number) => Some(number),
            ChannelChoice::Mix => None,
        },
        duration_seconds: metadata.duration_seconds,
        samples,
        seconds: samples as f64 / f64::from(metadata.rate_hz.max(1)),
        peak,
        rms,
        peak_db: decibels(peak),
        rms_db: decibels(rms),
        partial: blocks.partial().map(str::to_owned),
        cues: metadata.cues.iter().map(cue).collect(),
        recorded: metadata.tags.recorded(path).map(|began| began.to_string()),
        tags: metadata.tags.into_named().collect(),
        png: None,
    })
}

fn cue(place: &CuePlace) -> CueEntry {
    CueEntry { start: place.start_seconds, end: place.end_seconds, words: place.words.clone() }
}

/// The loudness of a sound.
struct SoundLevel {
    samples: u64,
    peak: f32,
    rms: f32,
}

fn measure(blocks: &mut Blocks) -> Result<SoundLevel, Error> {
    let (mut samples, mut peak, mut energy) = (0, 0f32, 0f64);
    while let Some(block) = blocks.next_block()? {
        samples += block.len() as u64;
        peak = block.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
        energy += block.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    }
    Ok(SoundLevel { samples, peak, rms: (energy / samples.max(1) as f64).sqrt() as f32 })
}

fn decibels(level: f32) -> Option<f32> {
    (level > 0.0).then(|| 20.0 * level.log10())
}

/// `0:12.5`, or `0:12.5-0:20.0` for a part.
fn place_of(cue: &CueEntry) -> String {
    let end = cue.end.map(|end| format!("-{}", clock(end))).unwrap_or_default();
    format!("{}{end}", clock(cue.start))
}

fn print(out: &mut dyn Write, inspection: &Inspection) -> io::Result<()> {
    let level = |value: f32, db: Option<f32>| match db {
        Some(db) => format!("{value:.4} ({db:.1} dB)"),
        None => "silence".to_owned(),
    };
    let stated = inspection.duration_seconds.map_or("not stated".to_owned(), clock);
    let heard = inspection.channel.map_or(String::new(), |number| format!(" (channel {number} heard)"));
    let channels = format!("{}{heard}", inspection.channels);
    let mut rows = vec![
        ["file", &inspection.path].map(str::to_owned),
        ["container", &inspection.container].map(str::to_owned),
        ["codec", &inspection.codec].map(str::to_owned),
        ["rate".to_owned(), format!("{} Hz", inspection.rate_hz)],
        ["channels".to_owned(), channels],
        ["stated".to_owned(), stated],
        ["decoded".to_owned(), format!("{} ({} samples)", clock(inspection.seconds), inspection.samples)],
        ["peak".to_owned(), level(inspection.peak, inspection.peak_db)],
        ["rms".to_owned(), level(inspection.rms, inspection.rms_db)],
    ];
    rows.extend(inspection.recorded.iter().map(|began| ["recorded".to_owned(), began.clone()]));
    rows.extend(inspection.tags.iter().map(|(name, value)| [(*name).to_owned(), value.clone()]));
    rows.extend(inspection.cues.iter().map(|cue| ["cue".to_owned(), format!("{} {}", place_of(cue), cue.words)]));
    rows.extend(inspection.partial.iter().map(|note| ["partial".to_owned(), note.clone()]));
    rows.extend(inspection.png.iter().map(|png| ["picture".to_owned(), png.clone()]));
    output::table(out, [Align::Left, Align::Left], &rows)
}
