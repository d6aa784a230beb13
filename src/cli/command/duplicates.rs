//! `auricle duplicates`: sounds that the library has more than once, with what the spare copies take.

use std::io::{self, Write};

use auricle::operations::duplicates::DuplicateKind;
use auricle::operations::observer::Observer;
use auricle::operations::spares::{CopyFile, CopySet, KeepRule, find_spares};
use auricle::wire::path::odd_bytes;
use auricle::wire::spares::{SpareFile, SpareList};
use clap::{Args, ValueEnum};
use indicatif::DecimalBytes;
use jiff::Timestamp;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, json_line, say, stdout, written};
use crate::cli::terminal::progress::{stop_on_signal, watch};
use crate::cli::terminal::text::{counted, short_path};

/// The command line of `duplicates`.
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is deleted. Files of the same bytes, and of the same recording in another container, codec, rate or level, are listed \
together, those that take the most room first; the one to keep is marked. --paths and --paths0 print the others alone, for other \
programs to move or delete. Look before you do: near-identical sounds can be two takes.

Examples:
  auricle duplicates
  auricle duplicates --keep best-quality --kind same-recording
  auricle duplicates --kind same-bytes --paths0 | xargs -0 -n 1 echo rm --")]
pub(crate) struct Arguments {
    /// How files must be alike (repeatable) [default: same-bytes and same-recording]
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Vec<KindName>,
    /// Which file of several to keep; among equals, the one with the shortest path
    #[arg(long, value_enum, value_name = "RULE", default_value_t = KeepName::ShortestPath)]
    keep: KeepName,
    #[command(flatten)]
    form: SpareForm,
}

/// The forms beside the table, of which one can be chosen.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct SpareForm {
    /// Print one JSON object: {"groups": [{"kind", "files": [{"path", "bytes", "keep", …}, …], …}, …], …}
    #[arg(long)]
    json: bool,
    /// Print comma-separated values with a header line, one line per file
    #[arg(long)]
    csv: bool,
    /// Print only the paths of files not kept, one per line
    #[arg(long)]
    paths: bool,
    /// Print only the paths of files not kept, each followed by a NUL, for xargs -0
    #[arg(long)]
    paths0: bool,
}

/// How files are alike, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// Byte for byte
    SameBytes,
    /// One recording in other bytes
    SameRecording,
    /// All but the same sound
    NearIdentical,
}

/// Which file is kept, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeepName {
    /// The fewest letters in its path
    ShortestPath,
    /// Changed first
    Oldest,
    /// Changed last
    Newest,
    /// The most bytes
    Largest,
    /// A lossless codec, then the higher rate, more channels, longer
    BestQuality,
}

impl From<KindName> for DuplicateKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::SameBytes => DuplicateKind::SameBytes,
            KindName::SameRecording => DuplicateKind::SameRecording,
            KindName::NearIdentical => DuplicateKind::NearIdentical,
        }
    }
}

impl From<KeepName> for KeepRule {
    fn from(name: KeepName) -> Self {
        match name {
            KeepName::ShortestPath => KeepRule::ShortestPath,
            KeepName::Oldest => KeepRule::Oldest,
            KeepName::Newest => KeepRule::Newest,
            KeepName::Largest => KeepRule::Largest,
            KeepName::BestQuality => KeepRule::BestQuality,
        }
    }
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let mut kinds: Vec<DuplicateKind> = arguments.kind.iter().map(|kind| (*kind).into()).collect();
    if kinds.is_empty() {
        kinds = vec![DuplicateKind::SameBytes, DuplicateKind::SameRecording];
    }
    let find = |observer: &Observer<'_>| find_spares(&library, &kinds, arguments.keep.into(), observer);
    let Some(sets) = watch(context, &stop_on_signal()?, find)? else { return Ok(Exit::Interrupted) };
    let mut out = stdout();
    match &arguments.form {
        SpareForm { json: true, .. } => json_line(&mut out, &SpareList::new(&sets))?,
        SpareForm { csv: true, .. } => written(csv(&mut out, &sets))?,
        SpareForm { paths: true, .. } => written(paths(&mut out, &sets, b"\n"))?,
        SpareForm { paths0: true, .. } => written(paths(&mut out, &sets, b"\0"))?,
        _ => written(print(&mut out, &sets))?,
    }
    flush(out)?;
    if !context.is_quiet() {
        tell(&sets);
    }
    Ok(Exit::Done)
}

fn print(out: &mut dyn Write, sets: &[CopySet]) -> io::Result<()> {
    let columns = [Align::Left, Align::Right, Align::Left, Align::Left];
    for set in sets {
        let (files, bytes) = (counted(set.files.len(), "file"), DecimalBytes(set.reclaimable_bytes));
        writeln!(out, "{}: {files}, {bytes} to spare", set.kind.name())?;
        let row = |(index, file): (usize, &CopyFile)| {
            let mark = if index == 0 { "  keep" } else { "" };
            let size = DecimalBytes(file.stamp.size_bytes).to_string();
            [mark.to_owned(), size, day(file), short_path(&file.card.path)]
        };
        output::table(out, columns, &set.files.iter().enumerate().map(row).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// The day on which `file` was last changed, in the world's time.
fn day(file: &CopyFile) -> String {
    let time = Timestamp::from_nanosecond(file.stamp.modified_ns.into());
    time.map(|time| time.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn csv(out: &mut dyn Write, sets: &[CopySet]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "group",
        "kind",
        "keep",
        "path",
        "bytes",
        "modified",
        "container",
        "codec",
        "rate_hz",
        "channels",
        "duration_seconds",
        "path_bytes",
    ])?;
    for (group, set) in sets.iter().enumerate() {
        for (index, file) in set.files.iter().enumerate() {
            let entry = SpareFile::new(file, index == 0);
            writer.write_record([
                (group + 1).to_string(),
                set.kind.name().to_owned(),
                (index == 0).to_string(),
                file.card.path.display().to_string(),
                file.stamp.size_bytes.to_string(),
                entry.modified().to_string(),
                file.card.container.clone(),
                file.card.codec.clone(),
                file.card.rate_hz.to_string(),
                file.card.channels.to_string(),
                file.card.duration_seconds.to_string(),
                odd_bytes(&file.card.path).unwrap_or_default(),
            ])?;
        }
    }
    writer.flush()
}

/// The paths of all files that are not kept: the operating system's own bytes, each with `end` after it.
fn paths(out: &mut dyn Write, sets: &[CopySet], end: &[u8]) -> io::Result<()> {
    let spares = sets.iter().flat_map(|set| &set.files[1..]);
    spares.into_iter().try_for_each(|file| {
        out.write_all(file.card.path.as_os_str().as_encoded_bytes()).and_then(|()| out.write_all(end))
    })
}

fn tell(sets: &[CopySet]) {
    let spare: usize = sets.iter().map(|set| set.files.len() - 1).sum();
    let bytes = DecimalBytes(sets.iter().map(|set| set.reclaimable_bytes).sum());
    say(&match sets.len() {
        0 => "no sound is there more than once".to_owned(),
        count => {
            format!("{} there more than once; {} to spare, {bytes}", counted(count, "sound"), counted(spare, "file"))
        }
    });
}
