//! What a server is told when it starts: where to listen, what to serve, who may ask, and how much at once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::encoder::queue::Encoder;
use crate::error::{Need, Refusal, Result};

/// A shorter token could be guessed.
const LEAST_TOKEN_CHARS: usize = 16;

/// What a server is told when it starts.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 for any free one.
    pub listen: SocketAddr,
    /// The libraries, at least one; the first is meant where none is named.
    pub libraries: Vec<LibraryConfig>,
    /// Who may ask.
    pub access: Access,
    /// Names under which the server may be asked for, beside addresses and localhost.
    pub hosts: Vec<String>,
    /// Folder that the page is read from, instead of the one that is compiled in.
    pub assets: Option<PathBuf>,
    /// Folders that may be indexed on request, beside those the libraries have files of.
    pub roots: Vec<PathBuf>,
    /// Folder that holds libraries and models.
    pub home: PathBuf,
    /// How much at once.
    pub limits: Limits,
}

/// A library that is served.
#[derive(Clone)]
pub struct LibraryConfig {
    /// What requests call it.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The model that made it, or will.
    pub encoder: Encoder,
}

/// Who may ask.
#[derive(Clone)]
pub enum Access {
    /// Whoever reaches the address.
    Open,
    /// Who knows this.
    Token(String),
}

/// How much at once, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests on one library that are answered at the same time.
    pub searches: usize,
    /// Requests that may wait for that; further ones are told to come back.
    pub waiting: usize,
    /// Open connections.
    pub connections: usize,
    /// Size of a request in JSON, in bytes.
    pub body_bytes: usize,
    /// Size of an upload, in bytes.
    pub upload_bytes: usize,
    /// Time a client has to send what it asks.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Limits {
            searches: cores.clamp(2, 16),
            waiting: 256,
            connections: 1024,
            body_bytes: 2 << 20,
            upload_bytes: 64 << 20,
            patience: Duration::from_secs(20),
        }
    }
}

impl Config {
    /// Refuses what would be unsafe or means nothing.
    ///
    /// # Errors
    /// [`Refusal`] if there is no library, two have one name, or the token is too short.
    pub(crate) fn check(&self) -> Result<()> {
        if self.libraries.is_empty() {
            return Err(Refusal::Lacking(Need::Libraries).into());
        }
        for (index, library) in self.libraries.iter().enumerate() {
            if self.libraries[..index].iter().any(|other| other.name == library.name) {
                return Err(Refusal::LibraryTwice { name: library.name.clone() }.into());
            }
        }
        match &self.access {
            Access::Token(token) if token.chars().count() < LEAST_TOKEN_CHARS => {
                Err(Refusal::TokenTooShort { least: LEAST_TOKEN_CHARS }.into())
            }
            _ => Ok(()),
        }
    }
}
