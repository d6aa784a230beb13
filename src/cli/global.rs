//! The options of every subcommand, and what is logged for them.

use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use auricle::model::{Device, Precision};
use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

/// Says what is logged, in the syntax of `tracing-subscriber`.
const LOG_VARIABLE: &str = "AURICLE_LOG";

/// Options of every subcommand.
#[derive(Debug, Args)]
pub(crate) struct GlobalFlags {
    /// The model: starter, a folder in the hub's layout, or a hub id such as laion/clap-htsat-fused [default: the one
    /// that made the library, or else the one chosen with `auricle model use`, or else starter, which is built in]
    #[arg(long, global = true, env = "AURICLE_MODEL", value_name = "FOLDER|HUB_ID")]
    pub(crate) model: Option<String>,
    /// What runs the model [default: the GPU this build is for, or else the CPU]
    #[arg(long, global = true, value_enum, value_name = "DEVICE")]
    pub(crate) device: Option<DeviceName>,
    /// How exactly sounds are embedded on the CPU [default: f32]
    #[arg(long, global = true, value_enum, value_name = "PRECISION")]
    pub(crate) precision: Option<PrecisionName>,
    /// The library's folder [default: indexes/default under AURICLE_HOME]
    #[arg(long, global = true, env = "AURICLE_LIBRARY", value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,
    /// Print results and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// More detail on standard error; repeat for more (AURICLE_LOG sets it exactly)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// A device, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeviceName {
    /// The processor
    Cpu,
    /// The first NVIDIA GPU, in a build with the feature cuda
    Cuda,
    /// The Apple GPU, in a build with the feature metal
    Metal,
}

impl From<DeviceName> for Device {
    fn from(name: DeviceName) -> Self {
        match name {
            DeviceName::Cpu => Device::Cpu,
            DeviceName::Cuda => Device::Cuda,
            DeviceName::Metal => Device::Metal,
        }
    }
}

/// A precision, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrecisionName {
    /// Equal to the reference
    F32,
    /// Nearly twice as fast with a full-size model where the processor has VNNI (elsewhere f32 is used); vectors are close to those of f32 (measured
    /// cosine: 0.999 or more) and can be mixed with them
    Int8,
}

impl From<PrecisionName> for Precision {
    fn from(name: PrecisionName) -> Self {
        match name {
            PrecisionName::F32 => Precision::F32,
            PrecisionName::Int8 => Precision::Int8,
        }
    }
}

/// Logs to standard error what AURICLE_LOG or else the verbosity asks for.
pub(crate) fn start_logging(global: &GlobalFlags) {
    let default = match (global.quiet, global.verbose) {
        (true, _) => "auricle=error",
        (false, 0) => "auricle=warn",
        (false, 1) => "warn,auricle=info",
        (false, 2) => "info,auricle=debug",
        (false, _) => "debug,auricle=trace",
    };
    let asked = env::var(LOG_VARIABLE).ok().filter(|filter| !filter.is_empty());
    let filter = EnvFilter::new(asked.as_deref().unwrap_or(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false);
    log.without_time().with_ansi(io::stderr().is_terminal()).init();
}
