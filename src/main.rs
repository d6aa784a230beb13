//! The command `auricle`: parses the command line, runs what it asks for, and gives the exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::parse() {
        Ok(arguments) => cli::run(arguments).into(),
        Err(exit) => exit.into(),
    }
}
