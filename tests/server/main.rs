//! The web server, run as people run it on a temporary home, and asked over HTTP.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // Shared with the tests of the command line, which use all of it.
#[path = "../cli/support.rs"]
mod support;
mod client;
mod access;
mod limits;
mod search;
mod files;
mod browse;
mod uploads;
mod labels;
mod map;
mod jobs;
mod interface;
mod described;
