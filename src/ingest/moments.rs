//! Which moments of long sounds a run makes vectors of: what is asked for, squared with what the library has.
//!
//! All files of a library have the same moments, or a hit would say more about how its file was indexed than about its
//! sound. So a library keeps what it was begun with.

use std::num::NonZeroUsize;

use crate::error::{Error, LibraryFailure, Quantity, Result};
use crate::features::config::FrontEnd;
use crate::ingest::request::IngestRequest;
use crate::library::record::segment::Moments;
use crate::library::writer::Writer;

/// The least time between two moments, in seconds: below it they are the same sound, and day-long files would have
/// millions.
const LEAST_HOP_SECONDS: f64 = 0.1;

/// How much of a window two neighbours share unless something else is asked for.
const DEFAULT_OVERLAP: f64 = 0.5;

/// The moments that a new library has: windows with half overlap.
pub fn default_moments(front_end: &FrontEnd) -> Moments {
    let window_seconds = front_end.window_len_samples() as f64 / f64::from(front_end.rate_hz());
    Moments::Every { hop_seconds: window_seconds * (1.0 - DEFAULT_OVERLAP) }
}

/// Decides which moments `request` makes, records it in the library, and gives the hop in samples; `None` for no moments.
pub(super) fn settle(request: &IngestRequest<'_>, writer: &mut Writer) -> Result<Option<NonZeroUsize>> {
    let front_end = request.encoder.front_end();
    let library = writer.library();
    let kept = library.moments()?;
    let moments = request.moments.or(kept).unwrap_or_else(|| default_moments(front_end));
    let hop = hop_len_samples(moments, front_end)?;
    if kept != Some(moments) {
        if let Some(kept) = kept
            && library.totals()?.segments > 0
        {
            return Err(refused(writer, kept, moments));
        }
        writer.keep_moments(moments)?;
    }
    Ok(hop)
}

/// Samples, at the rate of the model behind `front_end`, from one of `moments` to the next; `None` for no moments.
///
/// # Errors
/// [`Error::Request`] for moments that are too near to each other.
pub fn hop_len_samples(moments: Moments, front_end: &FrontEnd) -> Result<Option<NonZeroUsize>> {
    check(moments)?;
    Ok(match moments {
        Moments::None => None,
        Moments::Every { hop_seconds } => {
            NonZeroUsize::new((hop_seconds * f64::from(front_end.rate_hz())).round() as usize)
        }
    })
}

fn check(moments: Moments) -> Result<()> {
    match moments {
        Moments::Every { hop_seconds } if !(LEAST_HOP_SECONDS..f64::INFINITY).contains(&hop_seconds) => {
            let allowed = format!("{LEAST_HOP_SECONDS} s or more");
            Err(Error::invalid(Quantity::Hop, format_args!("{hop_seconds} s"), allowed))
        }
        _ => Ok(()),
    }
}

fn refused(writer: &Writer, kept: Moments, asked: Moments) -> Error {
    let failure = LibraryFailure::OtherMoments { own: kept.to_string(), other: asked.to_string() };
    Error::library(writer.library().folder(), failure)
}
