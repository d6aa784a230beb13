//! The web server, run as people run it on a temporary home, and asked over HTTP.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // Shared with the tests of the command line, which use all of it.
#[path = "cli/support.rs"]
mod support;

#[path = "server/client.rs"]
mod client;

#[path = "server/access.rs"]
mod access;

#[path = "server/limits.rs"]
mod limits;

#[path = "server/search.rs"]
mod search;

#[path = "server/files.rs"]
mod files;

#[path = "server/uploads.rs"]
mod uploads;

#[path = "server/labels.rs"]
mod labels;

#[path = "server/atlas.rs"]
mod atlas;

#[path = "server/jobs.rs"]
mod jobs;

#[path = "server/interface.rs"]
mod interface;

#[path = "server/described.rs"]
mod described;
