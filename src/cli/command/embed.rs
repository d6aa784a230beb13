//! `auricle embed`: the vectors of sounds and words, as lines of JSON or one NumPy array.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use auricle::encoder::queue::Encoder;
use auricle::error::Error;
use auricle::search::query_vectors::embed_file;
use auricle::wire::embed::{EmbedLine, InputKind};
use auricle::wire::path::text;
use clap::{Args, ValueEnum};
use npyz::WriterBuilder;

use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::ordered::in_order;
use crate::cli::terminal::output::{flush, json_line, stdout, unwritable, written};

/// The command line of `embed`.
#[derive(Debug, Args)]
#[command(after_help = "\
Vectors have unit length, so the dot product of two is their cosine. They are printed in the order of the inputs, files \
first. A file that fails is reported on standard error; it gets no line in jsonl and a row of NaN in npy, so that rows \
still match inputs.

Examples:
  auricle embed rain.wav door.flac > vectors.jsonl
  auricle embed --text \"a dog barks\" --text \"rain\"
  auricle embed sounds/*.wav --format npy --output vectors.npy")]
pub(crate) struct Arguments {
    /// Sound files
    #[arg(value_name = "FILE", required_unless_present = "text")]
    files: Vec<PathBuf>,
    /// Words to embed (repeatable)
    #[arg(long, value_name = "WORDS")]
    text: Vec<String>,
    /// jsonl: one object per line, {"input", "kind": "audio"|"text", "model", "vector": […]}; npy: one f32 array [inputs, dim]
    #[arg(long, value_enum, default_value_t = EmbedFormat::Jsonl)]
    format: EmbedFormat,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
}

/// The format of the vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmbedFormat {
    Jsonl,
    Npy,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let binary = arguments.format == EmbedFormat::Npy;
    if binary && arguments.output.is_none() && io::stdout().is_terminal() {
        return Err(CliRefusal::ArrayToTerminal.into());
    }
    let encoder = context.start_encoder(&arguments.model)?;
    let mut sink = VectorSink::open(arguments, &encoder)?;
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

fn put_texts(texts: &[String], encoder: &Encoder, sink: &mut VectorSink) -> Result<(), Failure> {
    if texts.is_empty() {
        return Ok(());
    }
    for (input, vector) in texts.iter().zip(encoder.embed_text(texts)?) {
        let (kind, model, vector) = (InputKind::Text, encoder.space().name.as_str(), vector.as_slice());
        sink.put(&EmbedLine { input, kind, model, vector, seconds: None, partial: None })?;
    }
    Ok(())
}

/// The destination of the vectors.
enum VectorSink {
    Lines(Box<dyn Write>),
    Array(npyz::NpyWriter<f32, Box<dyn Write>>, usize),
}

impl VectorSink {
    fn open(arguments: &Arguments, encoder: &Encoder) -> Result<Self, Failure> {
        let out: Box<dyn Write> = match &arguments.output {
            Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|error| unwritable(path, error))?)),
            None => Box::new(stdout()),
        };
        if arguments.format == EmbedFormat::Jsonl {
            return Ok(VectorSink::Lines(out));
        }
        let shape = [arguments.files.len() + arguments.text.len(), encoder.space().dim].map(|len| len as u64);
        let array = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(out).begin_nd();
        Ok(VectorSink::Array(written(array)?, encoder.space().dim))
    }

    fn put(&mut self, line: &EmbedLine<'_>) -> Result<(), Failure> {
        match self {
            VectorSink::Lines(out) => json_line(out, line),
            VectorSink::Array(array, _) => written(array.extend(line.vector.iter().copied())),
        }
    }

    /// Reports `error` of one input, and leaves a gap in its place.
    fn skip(&mut self, error: Error) -> Result<(), Failure> {
        if let Error::Internal { .. } = error {
            return Err(error.into());
        }
        complain_about(error);
        match self {
            VectorSink::Lines(_) => Ok(()),
            VectorSink::Array(array, dim) => written(array.extend(std::iter::repeat_n(f32::NAN, *dim))),
        }
    }

    fn close(self) -> Result<(), Failure> {
        match self {
            VectorSink::Lines(out) => flush(out),
            VectorSink::Array(array, _) => written(array.finish()),
        }
    }
}
