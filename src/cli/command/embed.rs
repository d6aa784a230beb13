//! `auricle embed`: the vectors of sounds and words, as lines of JSON or one NumPy array.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use auricle::encoder::Encoder;
use auricle::error::Error;
use auricle::search::query_vectors::embed_file;
use auricle::wire::embed::{EmbedLine, InputKind};
use auricle::wire::path::text;
use clap::{Args, ValueEnum};
use npyz::WriterBuilder;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::ordered::in_order;
use crate::cli::terminal::output::{flush, json_line, stdout, written};

/// The command line of `embed`.
#[derive(Debug, Args)]
#[command(after_help = "\
The vectors have unit length, so that their dot product is their cosine. They come in the order of the inputs, files \
before texts. A file that fails is named on standard error; it has no line in jsonl, and a row of NaN in npy, so that \
row and input still correspond.

Examples:
  auricle embed rain.wav door.flac > vectors.jsonl
  auricle embed --text \"a dog barks\" --text \"rain\"
  auricle embed sounds/*.wav --format npy --output vectors.npy")]
pub(crate) struct Arguments {
    /// Sound files
    #[arg(value_name = "FILE", required_unless_present = "text")]
    files: Vec<PathBuf>,
    /// Words to embed; may be given many times
    #[arg(long, value_name = "WORDS")]
    text: Vec<String>,
    /// jsonl: one object a line, {"input", "kind": "audio"|"text", "model", "vector": […]}; npy: one f32 array [inputs, dim]
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How vectors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Npy,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let binary = arguments.format == Format::Npy;
    if binary && arguments.output.is_none() && io::stdout().is_terminal() {
        let advice = "name a file with --output, or send it into a pipe";
        return Err(Error::user("an npy array is not for a terminal", advice).into());
    }
    let encoder = context.start_encoder()?;
    let mut sink = Sink::open(arguments, &encoder)?;
    let mut exit = Exit::Done;
    let embed = |path: &PathBuf| embed_file(&encoder, path);
    in_order(&arguments.files, embed, |path, encoded| {
        let (input, kind) = (&text(path), InputKind::Audio);
        match encoded {
            Ok(sound) => {
                let (seconds, partial) = (Some(sound.seconds), sound.partial.as_deref());
                let vector = sound.clip.as_slice();
                sink.put(&EmbedLine { input, kind, model: encoder.space().name.as_str(), vector, seconds, partial })
            }
            Err(error) => {
                exit = Exit::SomeFailed;
                sink.skip(error)
            }
        }
    })?;
    put_texts(&arguments.text, &encoder, &mut sink)?;
    sink.close()?;
    Ok(exit)
}

fn put_texts(texts: &[String], encoder: &Encoder, sink: &mut Sink) -> Result<(), Failure> {
    if texts.is_empty() {
        return Ok(());
    }
    for (input, vector) in texts.iter().zip(encoder.embed_text(texts)?) {
        let (kind, model, vector) = (InputKind::Text, encoder.space().name.as_str(), vector.as_slice());
        sink.put(&EmbedLine { input, kind, model, vector, seconds: None, partial: None })?;
    }
    Ok(())
}

/// Where vectors go.
enum Sink {
    Lines(Box<dyn Write>),
    Array(npyz::NpyWriter<f32, Box<dyn Write>>, usize),
}

impl Sink {
    fn open(arguments: &Arguments, encoder: &Encoder) -> Result<Self, Failure> {
        let out: Box<dyn Write> = match &arguments.output {
            Some(path) => Box::new(BufWriter::new(create(path)?)),
            None => Box::new(stdout()),
        };
        if arguments.format == Format::Jsonl {
            return Ok(Sink::Lines(out));
        }
        let shape = [arguments.files.len() + arguments.text.len(), encoder.space().dim].map(|len| len as u64);
        let array = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(out).begin_nd();
        Ok(Sink::Array(written(array)?, encoder.space().dim))
    }

    fn put(&mut self, line: &EmbedLine<'_>) -> Result<(), Failure> {
        match self {
            Sink::Lines(out) => json_line(out, line),
            Sink::Array(array, _) => written(array.extend(line.vector.iter().copied())),
        }
    }

    /// An input failed with `error`.
    fn skip(&mut self, error: Error) -> Result<(), Failure> {
        if let Error::Internal { .. } = error {
            return Err(error.into());
        }
        complain_about(error);
        match self {
            Sink::Lines(_) => Ok(()),
            Sink::Array(array, dim) => written(array.extend(std::iter::repeat_n(f32::NAN, *dim))),
        }
    }

    fn close(self) -> Result<(), Failure> {
        match self {
            Sink::Lines(out) => flush(out),
            Sink::Array(array, _) => written(array.finish()),
        }
    }
}

fn create(path: &Path) -> Result<File, Failure> {
    let create = File::create(path);
    create.map_err(|error| {
        let error = anyhow::Error::from(error).context(format!("{} could not be written", path.display()));
        Failure::new(Exit::Usage, error)
    })
}
