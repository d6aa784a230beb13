//! What the forms of clips have in common: they take frames and end with a file.

use crate::error::{Error, Quantity, Result, Stage};

/// Writes a clip in one form.
pub(super) trait ClipWriter {
    /// Adds frames, their samples channel by channel.
    fn push(&mut self, samples: &[f32]) -> Result<()>;

    /// Writes what is left to write.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// More than a form can hold.
pub(super) fn too_long(format: &str) -> Error {
    Error::invalid(Quantity::Span, format!("more than fits into {format}"), "less of the sound")
}

/// A file that cannot be written.
pub(super) fn unwritable(error: std::io::Error) -> Error {
    Error::internal(Stage::Output, "the clip cannot be written").caused_by(error)
}
