//! `FILE` or `FILE@START-END`, as people write them → an example to compare with.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::error::{Error, Quantity, Result};
use crate::time_span::TimeSpan;

/// A sound to compare with: a file, which need not be in the library, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The file.
    pub path: PathBuf,
    /// The part; `None` for all of it.
    pub span: Option<TimeSpan>,
}

impl Example {
    /// Reads `FILE` or `FILE@START-END`, the times as [`read_clock`] reads them. A file of exactly that name, `@` and all,
    /// is taken whole.
    ///
    /// # Errors
    /// [`Error::Request`] if the end is not after the start.
    pub fn parse(text: impl AsRef<OsStr>) -> Result<Self> {
        let text = text.as_ref();
        let whole = Example { path: text.into(), span: None };
        if Path::new(text).exists() {
            return Ok(whole);
        }
        let Some((path, times)) = split_at_sign(text) else { return Ok(whole) };
        let Some((start, end)) = times.split_once('-').and_then(|(start, end)| read_clock(start).zip(read_clock(end)))
        else {
            return Ok(whole);
        };
        let span = TimeSpan::new(start, end).ok_or_else(|| {
            let given = format!("{start} s to {end} s of {}", Path::new(&path).display());
            Error::invalid(Quantity::Span, given, "a start and a later end in seconds")
        })?;
        Ok(Example { path: path.into(), span: Some(span) })
    }
}

/// What stands before and after the last `@`, of which the first need not be Unicode.
#[cfg(unix)]
fn split_at_sign(text: &OsStr) -> Option<(OsString, String)> {
    use std::os::unix::ffi::OsStrExt;
    let bytes = text.as_bytes();
    let at = bytes.iter().rposition(|byte| *byte == b'@')?;
    let times = std::str::from_utf8(&bytes[at + 1..]).ok()?;
    Some((OsStr::from_bytes(&bytes[..at]).to_owned(), times.to_owned()))
}

/// What stands before and after the last `@`; `None` for text that is not Unicode.
#[cfg(not(unix))]
fn split_at_sign(text: &OsStr) -> Option<(OsString, String)> {
    let (path, times) = text.to_str()?.rsplit_once('@')?;
    Some((path.into(), times.to_owned()))
}

/// Reads `seconds`, `minutes:seconds` or `hours:minutes:seconds` as seconds; `None` if `text` is none of them.
pub fn read_clock(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    for part in text.split(':') {
        let value: f64 = part.trim().parse().ok()?;
        if !value.is_finite() || value < 0.0 {
            return None;
        }
        seconds = seconds * 60.0 + value;
    }
    Some(seconds).filter(|seconds| seconds.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_no_number_holds_is_none() {
        assert_eq!(read_clock("1:0:1"), Some(3601.0));
        assert_eq!(read_clock("9e307:0:0"), None);
    }

    #[test]
    fn a_span_follows_the_file() {
        let span = |start, end| TimeSpan::new(start, end);
        for (text, path, expected) in [
            ("rain.wav", "rain.wav", None),
            ("rain.wav@1.5-4", "rain.wav", span(1.5, 4.0)),
            ("a@b.wav@0-1:02.5", "a@b.wav", span(0.0, 62.5)),
            ("me@home.wav", "me@home.wav", None),
            ("x@1:0:0-2:0:0", "x", span(3600.0, 7200.0)),
            ("x@NaN-inf", "x@NaN-inf", None),
            ("", "", None),
        ] {
            assert_eq!(Example::parse(text).unwrap(), Example { path: path.into(), span: expected }, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_span_follows_a_name_that_is_not_unicode() {
        use std::os::unix::ffi::OsStrExt;
        let example = Example::parse(OsStr::from_bytes(b"caf\xe9.wav@1-2")).unwrap();
        assert_eq!(example.path, Path::new(OsStr::from_bytes(b"caf\xe9.wav")));
        assert_eq!(example.span, TimeSpan::new(1.0, 2.0));
    }

    #[test]
    fn a_span_that_ends_before_it_starts_is_refused() {
        for text in ["x.wav@2-1", "x.wav@2-2"] {
            assert!(matches!(Example::parse(text), Err(Error::Request(_))), "{text}");
        }
    }
}
