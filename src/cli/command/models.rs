//! `auricle models`: which models are here, what one of them is, which is the default, and getting another.

use std::io::{self, Write};
use std::path::Path;

use auricle::features::config::{FrontEnd, Truncation};
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;
use auricle::model::default_model;
use auricle::model::device::Device;
use auricle::model::execution::Execution;
use auricle::model::hub::check_hub_id;
use auricle::model::installed;
use auricle::wire::model::ModelDetails;
use auricle::wire::model::ModelEntry;
use clap::{Args, Subcommand};
use indicatif::DecimalBytes;

use crate::cli::context::Context;
use crate::cli::model_options::ModelName;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::say;
use crate::cli::terminal::output::{Align, flush, json_line, stdout, written};

/// The command line of `models`.
#[derive(Debug, Args)]
#[command(after_help = "\
The starter model is built into the program. Other models are in the Hugging Face cache, or are folders in the same \
layout in AURICLE_HOME/models. A library remembers the model that made it and keeps using it; `auricle reindex --model \
NAME` switches it to another.

Examples:
  auricle models list
  auricle models info starter
  auricle models pull laion/clap-htsat-unfused
  auricle models use laion/clap-htsat-unfused
  auricle models use starter")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: ModelAction,
}

#[derive(Debug, Subcommand)]
enum ModelAction {
    /// List the installed models, with * for the default
    List {
        /// Print one JSON object per line: {"name", "source", "bytes", "default"}
        #[arg(long)]
        json: bool,
    },
    /// Show the size, window, front end and fingerprint of a model
    Info {
        /// Model [default: the default model]
        #[arg(value_name = "MODEL")]
        name: Option<String>,
        /// Print one JSON object: {"name", "config", "bytes", "dim", …}
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        model: ModelName,
    },
    /// Use a model for new libraries
    Use {
        /// starter, a folder, or a Hugging Face id that was pulled
        name: String,
    },
    /// Download a model into the Hugging Face cache
    Pull {
        /// OWNER/NAME or OWNER/NAME@REVISION
        #[arg(value_name = "HUB_ID")]
        id: String,
    },
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.action {
        ModelAction::List { json } => list(context, *json),
        ModelAction::Info { name, json, model } => info(context, name.as_deref().or(model.model.as_deref()), *json),
        ModelAction::Use { name } => choose(context, name),
        ModelAction::Pull { id } => pull(context, id),
    }
}

fn list(context: &Context, json: bool) -> Result<Exit, Failure> {
    let default = default_model::default_name(context.home())?;
    let entries = installed::list(context.home())?.into_iter().map(|model| ModelEntry::new(&model, &default));
    let entries: Vec<_> = entries.collect();
    let mut out = stdout();
    if json {
        entries.iter().try_for_each(|entry| json_line(&mut out, entry))?;
    } else {
        let row = |entry: &ModelEntry| {
            let mark = if entry.default { "*" } else { "" };
            [mark.to_owned(), entry.name.clone(), size(entry.bytes), entry.source.clone()]
        };
        let rows: Vec<_> = entries.iter().map(row).collect();
        written(output::table(&mut out, [Align::Left, Align::Left, Align::Right, Align::Left], &rows))?;
    }
    flush(out)?;
    if !entries.iter().any(|entry| entry.default) {
        say(&format!(
            "the default model {default} is not installed; `auricle models use starter` returns to the built-in one"
        ));
    }
    Ok(Exit::Done)
}

fn bytes(checkpoint: &Checkpoint) -> io::Result<u64> {
    checkpoint.files().map(|file| file.len_bytes()).sum()
}

fn size(bytes: u64) -> String {
    DecimalBytes(bytes).to_string()
}

fn info(context: &Context, name: Option<&str>, json: bool) -> Result<Exit, Failure> {
    let checkpoint = context.find_checkpoint(name)?;
    let clap = Clap::load_for(&checkpoint, on_cpu()).map_err(|error| Failure::new(Exit::Model, error))?;
    let facts = facts(&checkpoint, &clap).map_err(|error| Failure::new(Exit::Model, error))?;
    let mut out = stdout();
    match json {
        true => json_line(&mut out, &facts)?,
        false => written(print(&mut out, &facts))?,
    }
    flush(out)?;
    Ok(Exit::Done)
}

/// The facts of a model do not depend on the device, and every machine has a CPU.
fn on_cpu() -> Execution {
    Execution { device: Some(Device::Cpu), ..Execution::default() }
}

fn facts(checkpoint: &Checkpoint, clap: &Clap) -> io::Result<ModelDetails> {
    let front_end: &FrontEnd = clap.front_end();
    Ok(ModelDetails {
        name: checkpoint.name.clone(),
        config: checkpoint.config.path().display().to_string(),
        bytes: bytes(checkpoint)?,
        parameters: clap.parameters(),
        dim: clap.dim(),
        rate_hz: front_end.rate_hz(),
        window_seconds: front_end.window_len_samples() as f64 / f64::from(front_end.rate_hz()),
        fused: front_end.truncation() == Truncation::Fusion,
        mel_bins: front_end.mel_bins(),
        min_hz: front_end.min_hz(),
        max_hz: front_end.max_hz(),
        fingerprint: clap.fingerprint().to_owned(),
    })
}

fn print(out: &mut dyn Write, facts: &ModelDetails) -> io::Result<()> {
    let long = match facts.fused {
        true => "fused: the whole shrunk to a window, and three crops",
        false => "mean of consecutive windows",
    };
    let window = format!("{} s at {} Hz", facts.window_seconds, facts.rate_hz);
    let rows = [
        ("model", facts.name.clone()),
        ("config", facts.config.clone()),
        ("size", size(facts.bytes)),
        ("parameters", format!("{:.1} million", facts.parameters as f64 / 1e6)),
        ("vector", format!("{} values", facts.dim)),
        ("window", window),
        ("mel", format!("{} bins, {} to {} Hz", facts.mel_bins, facts.min_hz, facts.max_hz)),
        ("longer sounds", long.to_owned()),
        ("fingerprint", facts.fingerprint.clone()),
    ];
    output::table(out, [Align::Left, Align::Left], &rows.map(|(name, value)| [name.to_owned(), value]))
}

/// Makes `name` the default if it loads without the network.
fn choose(context: &Context, name: &str) -> Result<Exit, Failure> {
    let is_folder =
        Path::new(name).is_dir() && !installed::list(context.home())?.iter().any(|model| model.name == name);
    let name = match is_folder {
        true => Path::new(name).canonicalize().map_or_else(|_| name.to_owned(), |path| path.display().to_string()),
        false => name.to_owned(),
    };
    let checkpoint = context.find_checkpoint(Some(&name))?;
    Clap::load_for(&checkpoint, on_cpu()).map_err(|error| Failure::new(Exit::Model, error))?;
    default_model::set_default(context.home(), &name)?;
    if !context.is_quiet() {
        say(&format!("new libraries will use {name}; existing ones keep theirs"));
    }
    Ok(Exit::Done)
}

fn pull(context: &Context, id: &str) -> Result<Exit, Failure> {
    check_hub_id(id)?;
    let checkpoint = context.find_checkpoint(Some(id))?;
    if !context.is_quiet() {
        let bytes = bytes(&checkpoint).map_err(|error| Failure::new(Exit::Model, error))?;
        say(&format!("{id} is installed ({}); `auricle models use {id}` makes it the default", size(bytes)));
    }
    Ok(Exit::Done)
}
