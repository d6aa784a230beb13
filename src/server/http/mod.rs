//! HTTP itself: who may ask, how much at once, how bodies are read, and how errors become statuses.

pub(super) mod advice;
pub(super) mod problem;
pub(super) mod refusal;
pub(super) mod status;
#[cfg(test)]
mod samples;
pub(super) mod access;
pub(super) mod admission;
pub(super) mod peer;
pub(super) mod middleware;
pub(super) mod routes;
pub(super) mod json_body;
pub(super) mod metrics;
pub(super) mod assets;
pub(super) mod page;
pub(super) mod responses;
pub(super) mod openapi;
