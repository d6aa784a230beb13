//! A part of a sound as a file of its own: cut to the sample, at the rate and with the bits of the file that it is from, with the
//! words of that file and where in it the part was.

mod flac;
mod origin;
mod sample;
mod wav;
mod writer;

use std::io::{Seek, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::audio::Sound;
use crate::error::{Error, Quantity, Result};
use crate::operations::clip::flac::FlacClip;
use crate::operations::clip::origin::Origin;
use crate::operations::clip::wav::WavClip;
use crate::operations::clip::writer::ClipWriter;
use crate::time_span::TimeSpan;

/// The form of a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClipFormat {
    /// Broadcast WAV: whole numbers where the file has them with up to 24 bits, otherwise 32-bit float.
    #[default]
    Wav,
    /// FLAC: the same numbers; what is no whole number, or longer, with 24 bits.
    Flac,
}

impl ClipFormat {
    /// The ending of its files' names.
    pub fn ending(self) -> &'static str {
        match self {
            ClipFormat::Wav => "wav",
            ClipFormat::Flac => "flac",
        }
    }
}

/// What is to be cut out, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipRequest {
    /// The part; `None` for all of the sound.
    pub span: Option<TimeSpan>,
    /// What is kept before and after the part, as far as there is any, in seconds, at least 0.
    pub handles_seconds: f64,
    /// The form.
    pub format: ClipFormat,
}

/// A clip that was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipPlace {
    /// Where in the sound it begins, in seconds, its handle included.
    pub start_seconds: f64,
    /// Where it ends.
    pub end_seconds: f64,
}

/// The name of a clip of the sound at `path`: `rain 12.500-17.500.wav`; of all of it, `rain.wav`.
pub fn clip_name(path: &Path, request: &ClipRequest) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = request.format.ending();
    match request.span {
        Some(span) if span.end_seconds().is_finite() => {
            format!("{stem} {:.3}-{:.3}.{ending}", span.start_seconds(), span.end_seconds())
        }
        Some(span) => format!("{stem} {:.3}-end.{ending}", span.start_seconds()),
        None => format!("{stem}.{ending}"),
    }
}

/// Writes the part of `sound`, the file at `path`, that `request` says to `out`. `None` if `stop` was set before the end; then
/// what was written is no file.
///
/// # Errors
/// [`Error::Request`] if the part lies behind the end of the sound, or has more than fits into a file of that form;
/// [`Error::Data`] if the sound cannot be decoded; [`Error::Internal`] if it cannot be written.
pub fn cut(
    sound: Sound,
    path: &Path,
    request: &ClipRequest,
    out: &mut (impl Write + Seek),
    stop: &AtomicBool,
) -> Result<Option<ClipPlace>> {
    let metadata = sound.metadata().clone();
    let mut frames = sound.into_frames();
    let (rate_hz, channels) = (frames.rate_hz(), frames.channels() as usize);
    let (first, end) = request.frames(rate_hz);
    let origin = Origin { metadata: &metadata, path, first_frame: first };
    let mut clip: Box<dyn ClipWriter> = match request.format {
        ClipFormat::Wav => Box::new(WavClip::begin(out, &origin, channels)?),
        ClipFormat::Flac => Box::new(FlacClip::begin(out, &origin, channels)?),
    };
    let (mut at, mut kept) = (0, 0);
    while at < end {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let Some(block) = frames.next_frames()? else { break };
        let len = (block.len() / channels) as u64;
        let (from, to) = (first.saturating_sub(at).min(len), (end - at).min(len));
        if from < to {
            clip.push(&block[from as usize * channels..to as usize * channels])?;
            kept += to - from;
        }
        at += len;
    }
    let seconds = |frames: u64| frames as f64 / f64::from(rate_hz);
    if kept == 0 {
        let given = format!("{:.3} s on, in a sound that is {:.3} s long", seconds(first), seconds(at));
        return Err(Error::invalid(Quantity::Span, given, "a part of the sound"));
    }
    clip.finish()?;
    Ok(Some(ClipPlace { start_seconds: seconds(first), end_seconds: seconds(first + kept) }))
}

impl ClipRequest {
    /// The first frame and the one after the last; beyond the end of the sound there may be none.
    fn frames(&self, rate_hz: u32) -> (u64, u64) {
        let Some(span) = self.span else { return (0, u64::MAX) };
        // Conversion saturates: an infinite end is the last frame there can be.
        let frame = |seconds: f64| (seconds.max(0.0) * f64::from(rate_hz)).round() as u64;
        let start = frame(span.start_seconds()).saturating_sub(frame(self.handles_seconds));
        (
            start,
            frame(span.end_seconds()).max(frame(span.start_seconds()) + 1).saturating_add(frame(self.handles_seconds)),
        )
    }
}

#[cfg(test)]
mod tests;
