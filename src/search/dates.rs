//! Dates as people write them → stretches of time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

/// The first and the last nanosecond since the Unix epoch of the day, month or year that `text` names in the local
/// calendar: `2024-05-03`, `2024-05` or `2024`; `None` if it names none.
pub fn read_date(text: &str) -> Option<(i64, i64)> {
    read_date_in(text, &TimeZone::system())
}

fn read_date_in(text: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    let (first, length): (String, Span) = match text.split('-').count() {
        1 => (format!("{text}-01-01"), 1.year()),
        2 => (format!("{text}-01"), 1.month()),
        _ => (text.to_owned(), 1.day()),
    };
    let first: Date = first.parse().ok()?;
    let after = first.checked_add(length).ok()?;
    let start_ns = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_nanosecond());
    let clamp = |ns: i128| ns.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    Some((clamp(start_ns(first)?), clamp(start_ns(after)? - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_all_of_its_day_month_or_year() {
        let day_ns = 86_400 * 1_000_000_000;
        let check = |text: &str, first_day: i64, days: i64| {
            let expected = (first_day * day_ns, (first_day + days) * day_ns - 1);
            assert_eq!(read_date_in(text, &TimeZone::UTC), Some(expected), "{text}");
        };
        check("1970-01-02", 1, 1);
        check("1970-02", 31, 28);
        check("1972", 730, 366);
        check("1969-12-31", -1, 1);
        for text in ["", "70", "1970-13", "1970-02-30", "yesterday", "1970-1-1-1", "-1970"] {
            assert_eq!(read_date_in(text, &TimeZone::UTC), None, "{text}");
        }
    }
}
