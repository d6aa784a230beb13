//! `auricle completions`: what a shell needs to complete command lines.

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::put;

/// The command line of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
The script completes commands, options and their values. Where it goes depends on the shell; after that, start a new one.

Examples:
  auricle completions bash > ~/.local/share/bash-completion/completions/auricle
  auricle completions zsh > ~/.zfunc/_auricle           # with fpath+=~/.zfunc before compinit in ~/.zshrc
  auricle completions fish > ~/.config/fish/completions/auricle.fish
  auricle completions powershell >> $PROFILE")]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the command for the whole `command_line`.
pub(crate) fn run(arguments: &Arguments, mut command_line: Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut command_line, "auricle", &mut script);
    put(&script, None)?;
    Ok(Exit::Done)
}
