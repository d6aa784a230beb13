//! `auricle embed`: the vectors of sounds and words, as lines of JSON or one NumPy array.

mod sink;

use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};

use auricle::encoder::queue::Encoder;
use auricle::encoder::sound::EncodedSound;
use auricle::error::Error;
use auricle::ingest::moments::{default_moments, hop_len_samples};
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::Moments;
use auricle::operations::hearing::{ChosenSound, choose};
use auricle::wire::embed::{EmbedLine, InputKind};
use auricle::wire::path::full_text;
use clap::Args;

use crate::cli::command::embed::sink::{EmbedFormat, VectorSink};
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::number::number;
use crate::cli::refusal::CliRefusal;
use crate::cli::standard_input;
use crate::cli::standard_input::{about, open_sound};
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::ordered::in_order;

/// The command line of `embed`.
#[derive(Debug, Args)]
#[command(after_help = "\
Vectors have unit length, so the dot product of two is their cosine. They are printed in the order of the inputs, files \
first. A file that fails is reported on standard error; it gets no line in jsonl and a row of NaN in npy, so that rows \
still match inputs. With --windows, a file has one row per window; jsonl has the start and end of each.

Examples:
  auricle embed rain.wav door.flac > vectors.jsonl
  auricle embed --text \"a dog barks\" --text \"rain\"
  auricle embed hour.flac --windows --hop 2.5 --json
  auricle embed sounds/*.wav --format npy --output vectors.npy
  auricle search rain --paths0 | auricle embed --files-from -")]
pub(crate) struct Arguments {
    /// Sound files; - for a sound on standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["text", "prompts", "files_from"])]
    files: Vec<PathBuf>,
    /// File with more paths, each on a line or followed by a NUL; - for standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// Words to embed (repeatable)
    #[arg(long, value_name = "WORDS")]
    text: Vec<String>,
    /// File with more words to embed, one prompt a line; - for standard input
    #[arg(long, value_name = "FILE")]
    prompts: Option<PathBuf>,
    /// Embed each window of a sound by itself, with its start and end, instead of the whole
    #[arg(long)]
    windows: bool,
    /// Seconds from one window to the next (implies --windows) [default: half a window]
    #[arg(long, value_name = "SECONDS")]
    hop: Option<f64>,
    /// Hear this channel alone, counted from 1, of files that have it, instead of the mix; what a library remembers of a file does
    /// not count here
    #[arg(long, value_name = "N", value_parser = number::<1>)]
    channel: Option<u32>,
    /// jsonl: one object per line, {"input", "kind": "audio"|"text", "model", "vector": […]}; npy: one f32 array [rows, dim]
    #[arg(long, value_enum, default_value_t = EmbedFormat::Jsonl)]
    format: EmbedFormat,
    /// Print one JSON object per line, which is the default
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
}

/// All that is to be embedded.
struct Inputs {
    files: Vec<PathBuf>,
    texts: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let binary = arguments.format == EmbedFormat::Npy;
    if binary && arguments.output.is_none() && io::stdout().is_terminal() {
        return Err(CliRefusal::ArrayToTerminal.into());
    }
    let inputs = inputs(arguments)?;
    let encoder = context.start_encoder(&arguments.model)?;
    let hop = hop(arguments, &encoder)?;
    let rows = hop.is_none().then_some(inputs.files.len() + inputs.texts.len());
    let mut sink = VectorSink::open(arguments.output.as_deref(), arguments.format, rows, encoder.space().dim)?;
    let exit = put_sounds(&inputs.files, (hop, arguments.channel), &encoder, &mut sink)?;
    put_texts(&inputs.texts, &encoder, &mut sink)?;
    sink.close()?;
    Ok(exit)
}

/// What the command line names, and the lists that it names.
fn inputs(arguments: &Arguments) -> Result<Inputs, Failure> {
    let (mut files, mut texts) = (arguments.files.clone(), arguments.text.clone());
    if let Some(list) = &arguments.files_from {
        files.extend(standard_input::paths(list)?);
    }
    if let Some(list) = &arguments.prompts {
        texts.extend(standard_input::lines(list)?);
    }
    Ok(Inputs { files, texts })
}

/// Samples from one window to the next; `None` if sounds are embedded as wholes.
fn hop(arguments: &Arguments, encoder: &Encoder) -> Result<Option<NonZeroUsize>, Failure> {
    let asked = arguments.hop.map(|hop_seconds| Moments::Every { hop_seconds });
    let moments = asked.or_else(|| arguments.windows.then(|| default_moments(encoder.front_end())));
    Ok(hop_len_samples(moments.unwrap_or(Moments::None), encoder.front_end())?)
}

fn put_sounds(
    files: &[PathBuf],
    (hop, channel): (Option<NonZeroUsize>, Option<u32>),
    encoder: &Encoder,
    sink: &mut VectorSink,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let hearing = channel.map_or(Hearing::Mix, Hearing::Only);
    let listen = |path: &PathBuf| listen(encoder, path, hop, hearing);
    in_order(files, listen, |path, encoded| match encoded {
        Ok((sound, channel)) => put_sound(path, (&sound, channel), hop.is_some(), encoder, sink),
        Err(error) => {
            exit = Exit::SomeFailed;
            sink.skip(error)
        }
    })?;
    Ok(exit)
}

/// The vectors of the sound at `path`, and the channel that was heard alone.
fn listen(
    encoder: &Encoder,
    path: &Path,
    hop: Option<NonZeroUsize>,
    hearing: Hearing,
) -> Result<(EncodedSound, Option<u32>), Error> {
    let listen = || {
        let ChosenSound { sound, channel, note } = choose(open_sound(path)?, hearing)?;
        let mut encoded = encoder.embed_moments(sound, hop, &mut |_| {})?;
        let notes: Vec<String> = note.into_iter().chain(encoded.partial.take()).collect();
        encoded.partial = (!notes.is_empty()).then(|| notes.join("; "));
        Ok((encoded, channel))
    };
    listen().map_err(|error| about(error, path))
}

/// The vector of the whole of `sound`, or those of its windows: of a sound that fits one, that is the whole.
fn put_sound(
    path: &Path,
    (sound, channel): (&EncodedSound, Option<u32>),
    in_windows: bool,
    encoder: &Encoder,
    sink: &mut VectorSink,
) -> Result<(), Failure> {
    let input = full_text(path);
    let mut put = |vector, window: Option<Range<f64>>| {
        let (start, end) = window.map(|window| (window.start, window.end)).unzip();
        sink.put(&EmbedLine {
            input: &input,
            kind: InputKind::Audio,
            model: &encoder.space().name,
            vector,
            start,
            end,
            channel,
            seconds: Some(sound.seconds),
            partial: sound.partial.as_deref(),
        })
    };
    if sound.moments.is_empty() {
        return put(sound.clip.as_slice(), in_windows.then_some(0.0..sound.seconds));
    }
    sound.moments.iter().try_for_each(|moment| put(moment.vector.as_slice(), Some(moment.seconds.clone())))
}

fn put_texts(texts: &[String], encoder: &Encoder, sink: &mut VectorSink) -> Result<(), Failure> {
    if texts.is_empty() {
        return Ok(());
    }
    for (input, vector) in texts.iter().zip(encoder.embed_text(texts)?) {
        let (kind, model, vector) = (InputKind::Text, encoder.space().name.as_str(), vector.as_slice());
        sink.put(&EmbedLine {
            input,
            kind,
            model,
            vector,
            start: None,
            end: None,
            channel: None,
            seconds: None,
            partial: None,
        })?;
    }
    Ok(())
}
