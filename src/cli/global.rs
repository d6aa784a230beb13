//! The options of every subcommand, and what is logged for them.

use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;
use tracing_subscriber::EnvFilter;

/// Says what is logged, in the syntax of `tracing-subscriber`.
const LOG_VARIABLE: &str = "AURICLE_LOG";

/// Options of every subcommand.
#[derive(Debug, Args)]
pub(crate) struct GlobalOptions {
    /// Folder of the library [default: indexes/default in AURICLE_HOME]
    #[arg(long, global = true, env = "AURICLE_LIBRARY", value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,
    /// Print only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more detail on standard error; repeat for more (AURICLE_LOG for full control)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// Logs to standard error what AURICLE_LOG or else the verbosity asks for.
pub(crate) fn start_logging(options: &GlobalOptions) {
    let default = match (options.quiet, options.verbose) {
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
