//! `auricle serve`: libraries in the browser and for other programs.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use auricle::encoder::queue::Encoder;
use auricle::library::Library;
use auricle::server;
use auricle::server::config::{Access, Config, LibraryConfig, Limits};
use auricle::wire::path::file_name;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::say;

/// Holds the token, so that it need not be on the command line, where others can read it.
const TOKEN_VARIABLE: &str = "AURICLE_TOKEN";

/// The command line of `serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
A loopback address needs no token; any other needs one, or --no-auth. Programs send it as Authorization: Bearer TOKEN; a \
browser opens /?token=TOKEN once. Requests from other sites' pages are always refused.

/openapi.json describes the API and /docs lets you try it. /healthz tells whether the server is up, and /metrics has \
figures for Prometheus. Sounds are served by id, and only while they are unchanged since they were indexed. SIGINT and \
SIGTERM stop the server after it has answered pending requests. -v logs each request.

Examples:
  auricle serve
  auricle serve --library field=indexes/field --library drums=/srv/drums.library
  AURICLE_TOKEN=$(openssl rand -hex 24) auricle serve --listen 0.0.0.0:7700
  auricle serve --root ~/sounds                     # lets the browser index folders below it")]
pub(crate) struct Arguments {
    /// Address to listen on (port 0: any free port)
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7700")]
    listen: SocketAddr,
    /// Library to serve, named after its folder unless NAME is given; the first is the default (repeatable) [default:
    /// AURICLE_LIBRARY, or indexes/default in AURICLE_HOME]
    #[arg(long = "library", id = "library", value_name = "[NAME=]DIR")]
    libraries: Vec<PathBuf>,
    /// Token that clients must send [default: AURICLE_TOKEN]
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["token_file", "no_auth"])]
    token: Option<String>,
    /// File that contains the token
    #[arg(long, value_name = "FILE", conflicts_with = "no_auth")]
    token_file: Option<PathBuf>,
    /// Allow anyone who can reach the address
    #[arg(long)]
    no_auth: bool,
    /// Host name to accept beside IP addresses and localhost (repeatable)
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Folder that the browser may index, beside those the libraries already cover (repeatable)
    #[arg(long, value_name = "DIR")]
    root: Vec<PathBuf>,
    /// Read the web page from this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    assets: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
    #[command(flatten)]
    model: ModelOptions,
}

/// The limits of the server.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct LimitOptions {
    /// Requests per library to answer at the same time [default: one per core]
    #[arg(long, value_name = "N")]
    searches: Option<usize>,
    /// Requests that may wait; further ones get status 429
    #[arg(long, value_name = "N", default_value_t = Limits::default().waiting)]
    waiting: usize,
    /// Maximum number of open connections
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections)]
    connections: usize,
    /// Maximum size of an upload in MiB
    #[arg(long, value_name = "MIB", default_value_t = Limits::default().upload_bytes >> 20)]
    upload: usize,
    /// Seconds a client may take to send a request, or the next part of a sound
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
        libraries: libraries(context, arguments)?,
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
            let unreadable = |source| CliRefusal::TokenUnreadable { path: path.clone(), source };
            let token = fs::read_to_string(path).map_err(unreadable)?;
            return Ok(Access::Token(token.trim().to_owned()));
        }
        match env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty()) {
            Some(token) => Ok(Access::Token(token)),
            None if self.listen.ip().is_loopback() => Ok(Access::Open),
            None => Err(CliRefusal::TokenNeeded { address: self.listen }.into()),
        }
    }
}

/// The libraries to serve with the models that made them; libraries of one model share it.
fn libraries(context: &Context, arguments: &Arguments) -> Result<Vec<LibraryConfig>, Failure> {
    let libraries = &arguments.libraries;
    let mut folders: Vec<(String, PathBuf)> = libraries.iter().map(|given| read_library(given)).collect();
    if folders.is_empty() {
        let folder = context.library_folder().clone();
        folders.push((file_name(&folder), folder));
    }
    let mut encoders: BTreeMap<Option<String>, Encoder> = BTreeMap::new();
    let mut served = Vec::new();
    for (name, folder) in folders {
        let exists = Library::exists(&folder)?;
        if !exists && !context.is_quiet() {
            say(&format!(
                "the library at {} is empty; index a folder on the page or with `auricle index`",
                folder.display()
            ));
        }
        let model = if exists { Some(Library::open(&folder)?.model().name.clone()) } else { None };
        let encoder = match encoders.get(&model) {
            Some(encoder) => encoder.clone(),
            None => context.with_library(folder.clone()).start_library_encoder(&arguments.model)?,
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
    // If standard output is closed, the server runs all the same.
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
