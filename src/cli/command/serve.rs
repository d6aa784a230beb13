//! `auricle serve`: libraries in the browser, and for other programs.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use auricle::encoder::Encoder;
use auricle::error::Error;
use auricle::library::Library;
use auricle::server;
use auricle::server::{Access, Config, LibraryConfig, Limits};
use auricle::wire::path::file_name;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::say;

/// Holds the token, so that it need not stand on the command line, where others can read it.
const TOKEN_VARIABLE: &str = "AURICLE_TOKEN";

/// The command line of `serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
On this machine's own address nobody is asked for a token; other addresses need one, or --no-auth. Programs send it as \
Authorization: Bearer TOKEN; a browser is let in by opening /?token=TOKEN once. Requests that come from other sites' \
pages are refused in any case.

The interface is described by /openapi.json, and can be tried at /docs. /healthz says whether the server lives, /metrics \
has figures for Prometheus. Sounds are served by id, and only as long as they are what was indexed. SIGINT and SIGTERM \
end the server once it has answered what it was asked; -v logs each request.

Examples:
  auricle serve
  auricle serve --library field=indexes/field --library drums=/srv/drums.library
  AURICLE_TOKEN=$(openssl rand -hex 24) auricle serve --listen 0.0.0.0:7700
  auricle serve --root ~/sounds                     # folders below it can be indexed from the browser")]
pub(crate) struct Arguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7700")]
    listen: SocketAddr,
    /// A library to serve, under its folder's name or another; the first is meant where none is named [default: that of
    /// AURICLE_LIBRARY, or indexes/default under AURICLE_HOME]
    #[arg(long = "library", id = "library", value_name = "[NAME=]DIR")]
    libraries: Vec<PathBuf>,
    /// What clients have to know [default: AURICLE_TOKEN]
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["token_file", "no_auth"])]
    token: Option<String>,
    /// A file that holds the token
    #[arg(long, value_name = "FILE", conflicts_with = "no_auth")]
    token_file: Option<PathBuf>,
    /// Let in whoever reaches the address
    #[arg(long)]
    no_auth: bool,
    /// A name under which the server may be asked for, beside addresses and localhost; may be given many times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// A folder that may be indexed from the browser, beside those that the libraries have files of; may be given many
    /// times
    #[arg(long, value_name = "DIR")]
    root: Vec<PathBuf>,
    /// Read the page from this folder instead of the program
    #[arg(long, value_name = "DIR")]
    assets: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
}

/// How much at once.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct LimitOptions {
    /// Requests on one library that are answered at the same time [default: one a core]
    #[arg(long, value_name = "N")]
    searches: Option<usize>,
    /// Requests that may wait for that; further ones are told to come back (429)
    #[arg(long, value_name = "N", default_value_t = Limits::default().waiting)]
    waiting: usize,
    /// Open connections
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections)]
    connections: usize,
    /// Size of an upload in MiB
    #[arg(long, value_name = "MIB", default_value_t = Limits::default().upload_bytes >> 20)]
    upload: usize,
    /// Seconds that a client may take to send what it asks, or to go on sending a sound
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().patience.as_secs())]
    patience: u64,
}

impl LimitOptions {
    fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            searches: self.searches.unwrap_or(usual.searches),
            waiting: self.waiting,
            connections: self.connections,
            upload_bytes: self.upload << 20,
            patience: Duration::from_secs(self.patience.max(1)),
            ..usual
        }
    }
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let access = arguments.access()?;
    let config = Config {
        listen: arguments.listen,
        libraries: libraries(context, &arguments.libraries)?,
        access,
        hosts: arguments.host.clone(),
        assets: arguments.assets.clone(),
        roots: arguments.root.clone(),
        home: context.home().to_owned(),
        limits: arguments.limits.limits(),
    };
    server::run(config, |address| announce(context, address))?;
    Ok(Exit::Done)
}

impl Arguments {
    fn access(&self) -> Result<Access, Failure> {
        if self.no_auth {
            return Ok(Access::Open);
        }
        if let Some(token) = &self.token {
            return Ok(Access::Token(token.clone()));
        }
        if let Some(path) = &self.token_file {
            let read = fs::read_to_string(path);
            let unreadable = |error: io::Error| {
                let problem = format!("the token cannot be read from {}: {error}", path.display());
                Error::user(problem, "name a file that holds it, and nothing else")
            };
            return Ok(Access::Token(read.map_err(unreadable)?.trim().to_owned()));
        }
        match env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty()) {
            Some(token) => Ok(Access::Token(token)),
            None if self.listen.ip().is_loopback() => Ok(Access::Open),
            None => {
                let problem = format!("{} can be reached from other machines, and no token was given", self.listen);
                let advice = "give one with --token-file or AURICLE_TOKEN, or let everybody in with --no-auth";
                Err(Error::user(problem, advice).into())
            }
        }
    }
}

/// The libraries that are meant, with the models that made them; libraries of one model share it.
fn libraries(context: &Context, named: &[PathBuf]) -> Result<Vec<LibraryConfig>, Failure> {
    let mut folders: Vec<(String, PathBuf)> = named.iter().map(|given| read_library(given)).collect();
    if folders.is_empty() {
        let folder = context.library_folder().clone();
        folders.push((file_name(&folder), folder));
    }
    let mut encoders: BTreeMap<Option<String>, Encoder> = BTreeMap::new();
    let mut served = Vec::new();
    for (name, folder) in folders {
        let exists = Library::exists(&folder)?;
        if !exists && !context.is_quiet() {
            say(&format!("the library at {} holds nothing yet; index a folder, here or on the page", folder.display()));
        }
        let model = if exists { Some(Library::open(&folder)?.model().name.clone()) } else { None };
        let encoder = match encoders.get(&model) {
            Some(encoder) => encoder.clone(),
            None => context.with_library(folder.clone()).start_library_encoder()?,
        };
        encoders.insert(model, encoder.clone());
        served.push(LibraryConfig { name, folder, encoder });
    }
    Ok(served)
}

/// Reads NAME=DIR or DIR. A folder that is called so, `=` and all, is meant as it is.
fn read_library(given: &Path) -> (String, PathBuf) {
    match given.to_str().and_then(|text| text.split_once('=')) {
        Some((name, folder)) if !given.exists() && !name.is_empty() => (name.to_owned(), folder.into()),
        _ => (file_name(given), given.to_owned()),
    }
}

fn announce(context: &Context, address: SocketAddr) {
    if context.is_quiet() {
        return;
    }
    // Nothing is lost if nobody reads this.
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "auricle is at http://{address}/").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_may_be_given_a_name() {
        for (text, name, folder) in [
            ("/srv/drums", "drums", "/srv/drums"),
            ("kit=/srv/drums", "kit", "/srv/drums"),
            ("=x", "=x", "=x"),
            ("a=b=c", "a", "b=c"),
        ] {
            assert_eq!(read_library(Path::new(text)), (name.to_owned(), PathBuf::from(folder)), "{text}");
        }
    }
}
