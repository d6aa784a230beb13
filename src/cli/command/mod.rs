//! The subcommands, one file or folder each, in the order in which the help lists them.

pub(super) mod index;
pub(super) mod search;
pub(super) mod similar;
pub(super) mod embed;
pub(super) mod label;
pub(super) mod labels;
pub(super) mod teach;
pub(super) mod suggest;
pub(super) mod heads;
pub(super) mod prompts;
pub(super) mod timeline;
pub(super) mod eval;
pub(super) mod inspect;
pub(super) mod status;
pub(super) mod verify;
pub(super) mod prune;
pub(super) mod relocate;
pub(super) mod remove;
pub(super) mod roots;
pub(super) mod reindex;
pub(super) mod export;
pub(super) mod models;
pub(super) mod demo;
#[cfg(feature = "server")]
pub(super) mod serve;
pub(super) mod bench;
