//! Ranges as they are typed → [`Bounds`]: `A..B` with both ends included, either of them left open, or a single value, of
//! durations, rates, counts, dates and times of day.

use auricle::library::lookup::Bounds;
use auricle::search::dates::{read_date, read_hour, read_recorded};
use auricle::search::example::read_clock;

/// Separates the two ends.
const SEPARATOR: &str = "..";

/// Durations in seconds, as in `1..10`, `..2.5` or `1:30..`.
pub(super) fn durations(text: &str) -> Result<Bounds<f64>, String> {
    if !text.contains(SEPARATOR) {
        return Err(format!("expected a range, for example {text}.."));
    }
    bounds(text, |end| single(read_clock(end), "seconds or minutes:seconds"))
}

/// Rates in Hz, as in `44100`, `44.1k` or `48k..`.
pub(super) fn rates(text: &str) -> Result<Bounds<u32>, String> {
    bounds(text, |end| single(read_rate(end), "a rate in Hz, such as 44100 or 44.1k"))
}

/// Counts, as in `2` or `..2`.
pub(super) fn counts(text: &str) -> Result<Bounds<u32>, String> {
    bounds(text, |end| single(end.parse().ok(), "a whole number"))
}

/// Nanoseconds since the Unix epoch from whole days, months or years of the local calendar: `2024`, `2024-05..`,
/// `2024-05-01..2024-05-03`.
pub(super) fn dates(text: &str) -> Result<Bounds<i64>, String> {
    bounds(text, |end| {
        read_date(end).ok_or_else(|| format!("{end:?} is not a date such as 2024-05-03, 2024-05 or 2024"))
    })
}

/// Seconds of a recorder's clock since 1970 began on it, from days, months, years or times of day: `2024-05..2024-07`,
/// `2024-05-03T04..2024-05-03T06:30`.
pub(super) fn recorded(text: &str) -> Result<Bounds<i64>, String> {
    bounds(text, |end| {
        read_recorded(end)
            .ok_or_else(|| format!("{end:?} is not a time such as 2024-05-03T04:30, 2024-05-03, 2024-05 or 2024"))
    })
}

/// Seconds since midnight, from hours or minutes of the day: `4..7`, `22:30..3`, which is the night.
pub(super) fn hours(text: &str) -> Result<Bounds<u32>, String> {
    ends(text, |end| read_hour(end).ok_or_else(|| format!("{end:?} is not a time of day such as 4 or 4:30")))
}

/// Reads a range or a single value; `read` gives the first and last point that a value stands for.
fn bounds<T: PartialOrd + Copy>(
    text: &str,
    read: impl Fn(&str) -> Result<(T, T), String>,
) -> Result<Bounds<T>, String> {
    match ends(text, read)? {
        Bounds { least: Some(least), most: Some(most) } if least > most => {
            Err("the range ends before it begins".to_owned())
        }
        bounds => Ok(bounds),
    }
}

/// The same, whichever end is greater.
fn ends<T: Copy>(text: &str, read: impl Fn(&str) -> Result<(T, T), String>) -> Result<Bounds<T>, String> {
    let Some((least, most)) = text.split_once(SEPARATOR) else {
        let (least, most) = read(text.trim())?;
        return Ok(Bounds { least: Some(least), most: Some(most) });
    };
    let read_end = |end: &str| Some(end.trim()).filter(|end| !end.is_empty()).map(&read).transpose();
    let (least, most) = (read_end(least)?.map(|(first, _)| first), read_end(most)?.map(|(_, last)| last));
    if least.is_none() && most.is_none() {
        return Err("a range needs at least one end, for example 2.. or ..2".to_owned());
    }
    Ok(Bounds { least, most })
}

fn single<T: Copy>(value: Option<T>, kind: &str) -> Result<(T, T), String> {
    value.map(|value| (value, value)).ok_or_else(|| format!("expected {kind}"))
}

fn read_rate(text: &str) -> Option<u32> {
    let Some(thousands) = text.strip_suffix(['k', 'K']) else { return text.parse().ok() };
    let rate_hz = (thousands.parse::<f64>().ok()? * 1000.0).round();
    (0.0..=f64::from(u32::MAX)).contains(&rate_hz).then_some(rate_hz as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: PartialOrd + Copy + std::fmt::Debug>(
        read: impl Fn(&str) -> Result<Bounds<T>, String>,
        cases: &[(&str, Option<T>, Option<T>)],
        refused: &[&str],
    ) {
        for (text, least, most) in cases {
            assert_eq!(read(text), Ok(Bounds { least: *least, most: *most }), "{text}");
        }
        for text in refused {
            assert!(read(text).is_err_and(|error| !error.is_empty()), "{text}");
        }
    }

    #[test]
    fn lengths_of_time() {
        let cases = [
            ("1..10", Some(1.0), Some(10.0)),
            ("..2.5", None, Some(2.5)),
            ("1:30..", Some(90.0), None),
            (" 0 .. 1:00:00 ", Some(0.0), Some(3600.0)),
        ];
        check(durations, &cases, &["5", "..", "", "3..2", "-1..2", "a..b", "1...2...3", "NaN..", "inf.."]);
    }

    #[test]
    fn rates_and_counts() {
        let cases = [("44100", Some(44100), Some(44100)), ("44.1k..", Some(44100), None), ("..48K", None, Some(48000))];
        check(rates, &cases, &["44,1k", "-1k", "k", "9999999k", "1e99k", "high"]);
        check(counts, &[("2", Some(2), Some(2)), ("2..", Some(2), None)], &["1.5", "-1", "two", "3..1"]);
    }

    #[test]
    fn hours_may_go_over_midnight() {
        let cases = [
            ("4", Some(14_400), Some(17_999)),
            ("4..7", Some(14_400), Some(28_799)),
            ("22:30..3:15", Some(81_000), Some(11_759)),
            ("..6", None, Some(25_199)),
        ];
        check(hours, &cases, &["..", "", "25..26", "4-7", "dawn"]);
        let cases = [("1970-01-01T04..1970-01-02", Some(14_400), Some(172_799))];
        check(recorded, &cases, &["2024..2023", "1970-01-02T05..1970-01-02T04", "2024-13", ".."]);
    }

    #[test]
    fn ranges_of_dates() {
        assert!(dates("2024..2023").is_err() && dates("2024..2024-05").is_ok() && dates("2024-05-03").is_ok());
        assert!(
            dates("1000..9000").is_ok_and(|bounds| bounds.least == Some(i64::MIN) && bounds.most == Some(i64::MAX))
        );
    }
}
