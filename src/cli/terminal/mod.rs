//! What a terminal is shown: results, tables, progress, pictures, errors and exit codes.

pub(super) mod advice;
pub(super) mod text;
pub(super) mod exit;
pub(super) mod output;
pub(super) mod destinations;
pub(super) mod ordered;
pub(super) mod bar;
pub(super) mod progress;
pub(super) mod download;
pub(super) mod hits;
pub(super) mod label_files;
