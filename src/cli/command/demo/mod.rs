//! `auricle demo`: a small library of synthetic sounds, searched, labelled and compared, to try the program without any
//! sounds at hand.

mod sounds;

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use auricle::classify::classifier::Classifier;
use auricle::classify::label::Label;
use auricle::classify::template::Templates;
use auricle::classify::vocabulary::Vocabulary;
use auricle::classify::zero_shot::LabelSet;
use auricle::encoder::queue::Encoder;
use auricle::error::Result;
use auricle::search::Searcher;
use auricle::search::example::Example;
use auricle::search::hit::Hit;
use auricle::search::query_vectors::{QueryVectors, embed_file};
use auricle::search::request::{Basis, Query, Request, WeakHits};
use auricle::wire::path::file_name;
use clap::Args;
use hound::{SampleFormat, WavSpec, WavWriter};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::cli::command::demo::sounds::{RATE_HZ, SOUNDS, Synthetic};
use crate::cli::command::index;
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, stdout, written};
use crate::cli::terminal::text::{printable, short_path};

/// Sounds that are labelled, by their places in the list.
const LABELLED: [usize; 3] = [0, 8, 9];

/// Labels that none of the sounds is called by.
const LABELS: [&str; 6] = ["water", "aircraft", "animal", "machine", "people", "ringing"];

/// The sound whose neighbours are listed.
const EXAMPLE: usize = 7;

/// Neighbours that are listed.
const NEIGHBOURS: usize = 3;

/// The command line of `demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
The sounds are synthetic, made of sines and noise. They are kept beside the demo's library (indexes/demo in \
AURICLE_HOME), so you can go on searching them. Running the demo again reuses them.

Examples:
  auricle demo
  auricle search \"something metallic\" --library ~/.local/share/auricle/indexes/demo")]
pub(crate) struct Arguments {
    #[command(flatten)]
    model: ModelOptions,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let context = context.for_demo();
    let folder = context.library_folder().with_extension("sounds");
    let paths = write_sounds(&folder)?;
    let encoder = context.start_library_encoder(&arguments.model)?;
    let exit = index::bring_up_to_date(&context, &encoder, std::slice::from_ref(&folder))?;
    if exit != Exit::Done {
        return Ok(exit);
    }
    let vocabulary = context.vocabulary(&encoder)?;
    let mut demo = Demo { searcher: Searcher::new(context.open_library()?), encoder, vocabulary };
    demo.searcher.library().expect_model(demo.encoder.space())?;
    let mut out = stdout();
    written(introduce(&mut out, &folder))?;
    written(print_searches(&mut out, &demo.search_all()?))?;
    written(print_labels(&mut out, &demo.label(&paths)?))?;
    let neighbours = demo.best(Query::Like(Example { path: paths[EXAMPLE].clone(), span: None }), NEIGHBOURS)?;
    written(print_neighbours(&mut out, &neighbours))?;
    written(suggest_next_steps(&mut out, &context))?;
    flush(out)?;
    Ok(Exit::Done)
}

/// Writes the sounds, where they are not there yet, as `sound-01.wav` and so on: names that give nothing away.
fn write_sounds(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unwritable = || format!("{}: the demo's sounds cannot be written", folder.display());
    let write = || -> anyhow::Result<Vec<PathBuf>> {
        fs::create_dir_all(folder)?;
        let write = |(place, sound): (usize, &Synthetic)| {
            let path = folder.join(format!("sound-{:02}.wav", place + 1));
            let content = wav(&sound.samples())?;
            // Those of an earlier version may sound otherwise.
            if !fs::read(&path).is_ok_and(|known| known == content) {
                let unfinished = path.with_extension("part");
                fs::write(&unfinished, content)?;
                fs::rename(unfinished, &path)?;
            }
            // The library knows files by their full paths.
            Ok(path.canonicalize()?)
        };
        SOUNDS.par_iter().enumerate().map(write).collect()
    };
    write().with_context(unwritable).map_err(|error| Failure::new(Exit::Usage, error))
}

fn wav(samples: &[f32]) -> anyhow::Result<Vec<u8>> {
    let mut content = Cursor::new(Vec::new());
    let spec = WavSpec { channels: 1, sample_rate: RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut writer = WavWriter::new(&mut content, spec)?;
    for sample in samples {
        writer.write_sample((sample * f32::from(i16::MAX)) as i16)?;
    }
    writer.finalize()?;
    Ok(content.into_inner())
}

/// The demo's library and its model.
struct Demo {
    searcher: Searcher,
    encoder: Encoder,
    vocabulary: Vocabulary,
}

impl Demo {
    /// The best `limit` sounds for `query`, by listening alone.
    fn best(&mut self, query: Query, limit: usize) -> Result<Vec<Hit>> {
        let request = Request { by: Basis::Sound, limit, weak_hits: WeakHits::Listed, ..Request::new(query) };
        let mut vectors = QueryVectors::from_library(self.searcher.library(), &request)?;
        if vectors.needs_model() {
            vectors.complete(&self.encoder, &request)?;
        }
        Ok(self.searcher.search(&request, &vectors)?.hits)
    }

    /// The first hit for the description of each sound.
    fn search_all(&mut self) -> Result<Vec<(&'static str, Hit)>> {
        let mut rows = Vec::new();
        for sound in &SOUNDS {
            let hits = self.best(Query::Words(sound.prompt.to_owned()), 1)?;
            rows.extend(hits.into_iter().next().map(|hit| (sound.prompt, hit)));
        }
        Ok(rows)
    }

    /// The most probable label of some sounds, with its presence.
    fn label(&self, paths: &[PathBuf]) -> Result<Vec<[String; 3]>> {
        let labels = LABELS.map(Label::named);
        let labels = Classifier::Words(LabelSet::new(&self.encoder, &self.vocabulary, &labels, &Templates::default())?);
        let row = |place: &usize| {
            let scored = labels.score(&embed_file(&self.encoder, &paths[*place])?.clip, None)?;
            let best = &scored[0];
            Ok([meant(&paths[*place]), best.label.clone(), format!("{:.0} %", best.presence * 100.0)])
        };
        LABELLED.iter().map(row).collect()
    }
}

/// The name of what the sound at `path` was made to be.
fn meant(path: &Path) -> String {
    let digits = path.file_stem().and_then(|stem| stem.to_str()?.strip_prefix("sound-")?.parse::<usize>().ok());
    digits.and_then(|number| SOUNDS.get(number.checked_sub(1)?)).map_or_else(String::new, |sound| sound.name.to_owned())
}

fn introduce(out: &mut dyn Write, folder: &Path) -> io::Result<()> {
    let folder = printable(&short_path(folder));
    writeln!(out, "\n{} synthetic sounds, made by this program, are in {folder}.", SOUNDS.len())?;
    writeln!(out, "Their names give nothing away; everything below is found by listening.\n")
}

fn print_searches(out: &mut dyn Write, rows: &[(&'static str, Hit)]) -> io::Result<()> {
    let row = |(prompt, hit): &(&str, Hit)| {
        let cosine = hit.cosine.map_or_else(String::new, |cosine| format!("{cosine:.2}"));
        [
            format!("search \"{prompt}\""),
            file_name(&hit.file.path),
            cosine,
            format!("made as: {}", meant(&hit.file.path)),
        ]
    };
    let right = rows.iter().filter(|(prompt, hit)| {
        SOUNDS.iter().any(|sound| sound.prompt == *prompt && sound.name == meant(&hit.file.path))
    });
    let right = right.count();
    output::table(
        out,
        [Align::Left, Align::Left, Align::Right, Align::Left],
        &rows.iter().map(row).collect::<Vec<_>>(),
    )?;
    writeln!(out, "{right} of {} descriptions find the sound that was made for them first.\n", rows.len())
}

fn print_labels(out: &mut dyn Write, rows: &[[String; 3]]) -> io::Result<()> {
    writeln!(out, "label, with the classes {}:", LABELS.join(", "))?;
    output::table(out, [Align::Left, Align::Left, Align::Right], rows)
}

fn print_neighbours(out: &mut dyn Write, hits: &[Hit]) -> io::Result<()> {
    let names: Vec<_> = hits.iter().map(|hit| meant(&hit.file.path)).collect();
    writeln!(out, "\nsimilar to the {}: {}", SOUNDS[EXAMPLE].name, names.join(", "))
}

fn suggest_next_steps(out: &mut dyn Write, context: &Context) -> io::Result<()> {
    let library = printable(&short_path(context.library_folder()));
    writeln!(out, "\nTry next: auricle search \"something metallic\" --library {library}")?;
    writeln!(out, "For your own sounds: auricle index FOLDER")
}
