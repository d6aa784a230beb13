//! The resources of the interface, one file or folder each.

pub(super) mod system;
pub(super) mod libraries;
pub(super) mod refusal;
mod check;
mod search_filter;
mod query_term;
mod search_request;
pub(super) mod search;
pub(super) mod files;
pub(super) mod browse;
pub(super) mod audio;
pub(super) mod pictures;
pub(super) mod upload;
pub(super) mod label;
pub(super) mod heads;
pub(super) mod timeline;
pub(super) mod map;
