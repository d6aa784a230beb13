//! `auricle clip`: parts of sounds as files of their own, cut to the sample.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use auricle::audio;
use auricle::operations::clip::{ClipFormat, ClipRequest, clip_name, cut};
use auricle::search::example::Example;
use auricle::search::hit::{Grade, Hit};
use auricle::search::request::WeakHits;
use auricle::time_span::TimeSpan;
use auricle::wire::path::full_text;
use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::hits::SearchResult;
use crate::cli::terminal::output::{flush, say, stdout, unwritable, written};
use crate::cli::terminal::progress::stop_on_signal;
use crate::cli::terminal::text::counted;

/// Names that are tried where another file has the name of a clip.
const MOST_NAMES: usize = 10_000;

/// The command line of `clip`.
#[derive(Debug, Args)]
#[command(after_help = "\
A clip has the rate, the channels and the bits of its file, and every sample of it as it is there: WAV has whole numbers where the \
file has them with up to 24 bits, and 32-bit float otherwise (MP3, Vorbis, Opus, AAC, 32 bits). FLAC has 24 bits then. The words \
of the file, when the clip was recorded, and where in the file it was go along (bext and iXML, or Vorbis comments). Files that are \
there already are never written over.

Examples:
  auricle clip rain.wav@0:03-0:08
  auricle clip night.flac@53:47-53:52 --handles 1 --to clips
  auricle clip interview.mp3@1:02:03-1:02:10 --clip-format flac
  auricle search applause --clips clips --handles 0.5")]
pub(crate) struct Arguments {
    /// Sound file, or a part of it, in seconds or as minutes:seconds
    #[arg(required = true, value_name = "FILE[@START-END]")]
    sounds: Vec<PathBuf>,
    /// Folder for the clips
    #[arg(long, value_name = "DIR", default_value = ".")]
    to: PathBuf,
    #[command(flatten)]
    options: ClipOptions,
}

/// How clips are cut.
#[derive(Debug, Clone, Args)]
pub(crate) struct ClipOptions {
    /// Keep this many seconds before and after each clip
    #[arg(long, value_name = "SECONDS", value_parser = handles)]
    handles: Option<f64>,
    /// Form of the clips [default: wav]
    #[arg(long = "clip-format", value_name = "FORM")]
    form: Option<ClipForm>,
}

impl ClipOptions {
    fn handles(&self) -> f64 {
        self.handles.unwrap_or(0.0)
    }

    fn format(&self) -> ClipFormat {
        match self.form {
            Some(ClipForm::Flac) => ClipFormat::Flac,
            Some(ClipForm::Wav) | None => ClipFormat::Wav,
        }
    }
}

/// Clips of what a search finds.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Clips")]
pub(crate) struct HitClips {
    /// Also cut what was found, the best place in each file, into files in this folder; weak hits only with --all
    #[arg(long, value_name = "DIR")]
    clips: Option<PathBuf>,
    #[command(flatten)]
    options: ClipOptions,
}

impl HitClips {
    /// Cuts the hits of `result`, if that is wanted.
    pub(crate) fn write(&self, context: &Context, result: &SearchResult<'_>) -> Result<Exit, Failure> {
        let Some(folder) = &self.clips else {
            let is_given = self.options.handles.is_some() || self.options.form.is_some();
            let unused = || anyhow::anyhow!("--handles and --clip-format are for --clips DIR");
            return if is_given { Err(Failure::new(Exit::Usage, unused())) } else { Ok(Exit::Done) };
        };
        let is_wanted = |hit: &&Hit| hit.grade != Grade::Weak || result.request.weak_hits == WeakHits::Listed;
        let sounds: Vec<Example> = result.answer.hits.iter().filter(is_wanted).map(place_of).collect();
        let mut number = 0;
        let exit = write_clips(&sounds, folder, &self.options, |_| {
            number += 1;
            Ok(())
        })?;
        if !context.is_quiet() {
            say(&format!("{} in {}", counted(number, "clip"), folder.display()));
        }
        Ok(exit)
    }
}

/// Where a hit is; all of its file where that is nearly all.
fn place_of(hit: &Hit) -> Example {
    let is_part = hit.start_seconds > 0.0 || hit.end_seconds < hit.file.duration_seconds;
    let span = TimeSpan::new(hit.start_seconds, hit.end_seconds).filter(|_| is_part);
    Example { path: hit.file.path.clone(), span }
}

/// The forms of clips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClipForm {
    /// Broadcast WAV
    Wav,
    /// FLAC
    Flac,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let sounds = arguments.sounds.iter().map(Example::parse).collect::<Result<Vec<_>, _>>()?;
    write_clips(&sounds, &arguments.to, &arguments.options, |path| {
        if context.is_quiet() {
            return Ok(());
        }
        let mut out = stdout();
        written(writeln!(out, "{}", full_text(path)))?;
        flush(out)
    })
}

/// Writes a clip of each of `sounds` into `folder`, which is made if it is not there; `tell` gets the path of each.
fn write_clips(
    sounds: &[Example],
    folder: &Path,
    options: &ClipOptions,
    mut tell: impl FnMut(&Path) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
    let stop = stop_on_signal()?;
    let mut exit = Exit::Done;
    for sound in sounds {
        let request = ClipRequest { span: sound.span, handles_seconds: options.handles(), format: options.format() };
        match write_clip(&sound.path, &request, folder, &stop) {
            Ok(Some(path)) => tell(&path)?,
            Ok(None) => return Ok(Exit::Interrupted),
            Err(ClipFailure::Sound(error)) => {
                exit = Exit::SomeFailed;
                complain_about(error);
            }
            Err(ClipFailure::Folder(failure)) => return Err(failure),
        }
    }
    Ok(exit)
}

/// Why there is no clip.
enum ClipFailure {
    /// The sound cannot be cut so.
    Sound(auricle::error::Error),
    /// Nothing can be written there.
    Folder(Failure),
}

/// Writes one clip; a part of one is taken away again. `None` if it was stopped.
fn write_clip(
    sound: &Path,
    request: &ClipRequest,
    folder: &Path,
    stop: &AtomicBool,
) -> Result<Option<PathBuf>, ClipFailure> {
    let opened = audio::open(sound).map_err(ClipFailure::Sound)?;
    let (path, file) = fresh_file(folder, &clip_name(sound, request)).map_err(ClipFailure::Folder)?;
    let outcome = cut(opened, sound, request, &mut BufWriter::new(file), stop);
    if !matches!(outcome, Ok(Some(_))) {
        // What is there is no clip; that it cannot be taken away matters less than why.
        let _ = fs::remove_file(&path);
    }
    Ok(outcome.map_err(ClipFailure::Sound)?.map(|_| path))
}

/// A new file called `name` in `folder`, or where there is one, `name (2)` and so on.
fn fresh_file(folder: &Path, name: &str) -> Result<(PathBuf, File), Failure> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut path = folder.join(name);
    for number in 2..MOST_NAMES {
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable(&path, error)),
        }
        path = folder.join(format!("{stem} ({number}).{ending}"));
    }
    Err(unwritable(&path, io::Error::from(io::ErrorKind::AlreadyExists)))
}

fn handles(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=60.0).contains(seconds));
    seconds.ok_or_else(|| "expected 0 to 60 seconds".to_owned())
}
