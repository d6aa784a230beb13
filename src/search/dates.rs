//! Dates and times of day as people write them → stretches of time.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

/// The first and the last nanosecond since the Unix epoch of the day, month or year that `text` names in the local
/// calendar: `2024-05-03`, `2024-05` or `2024`; `None` if it names none.
pub fn read_date(text: &str) -> Option<(i64, i64)> {
    read_date_in(text, &TimeZone::system())
}

/// The first and the last second, since 1970 began on a recorder's clock, of what `text` names by that clock: a year, month or
/// day, or an hour, minute or second of one (`2024-05-03T04`, `2024-05-03 04:30`); `None` if it names none.
pub fn read_recorded(text: &str) -> Option<(i64, i64)> {
    let (first, after) = match text.split_once(['T', 't', ' ']) {
        None => read_days(text)?,
        Some((day, time)) => {
            let (time, length) = read_time(time)?;
            let first = day.parse::<Date>().ok()?.to_datetime(time);
            (first, first.checked_add(length).ok()?)
        }
    };
    let seconds = |clock: DateTime| Some(clock.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second());
    Some((seconds(first)?, seconds(after)? - 1))
}

/// The first and the last second since midnight of the hour, minute or second that `text` names: `4`, `04:30` or `04:30:15`;
/// `None` if it names none.
pub fn read_hour(text: &str) -> Option<(u32, u32)> {
    let (time, length) = read_time(text)?;
    let midnight = Time::midnight();
    let first = (time - midnight).total(jiff::Unit::Second).ok()? as u32;
    let length = length.total(jiff::Unit::Second).ok()? as u32;
    Some((first, first + length - 1))
}

/// The time of day at which what `text` names begins, and how long it is.
fn read_time(text: &str) -> Option<(Time, Span)> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_number = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(is_number) || parts[1..].iter().any(|part| part.len() != 2) {
        return None;
    }
    let number = |at: usize| parts.get(at).map_or(Some(0), |part| part.parse::<i8>().ok());
    let time = Time::new(number(0)?, number(1)?, number(2)?, 0).ok()?;
    let length = match parts.len() {
        1 => 1.hour(),
        2 => 1.minute(),
        3 => 1.second(),
        _ => return None,
    };
    Some((time, length))
}

fn read_date_in(text: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    let (first, after) = read_days(text)?;
    let start_ns = |day: DateTime| Some(day.to_zoned(zone.clone()).ok()?.timestamp().as_nanosecond());
    let clamp = |ns: i128| ns.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    Some((clamp(start_ns(first)?), clamp(start_ns(after)? - 1)))
}

/// The beginning of the day, month or year that `text` names, and its end.
fn read_days(text: &str) -> Option<(DateTime, DateTime)> {
    let (first, length): (String, Span) = match text.split('-').count() {
        1 => (format!("{text}-01-01"), 1.year()),
        2 => (format!("{text}-01"), 1.month()),
        _ => (text.to_owned(), 1.day()),
    };
    let first: Date = first.parse().ok()?;
    Some((first.into(), first.checked_add(length).ok()?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn a_date_is_all_of_its_day_month_or_year() {
        let day_ns = DAY * 1_000_000_000;
        let check = |text: &str, first_day: i64, days: i64| {
            let expected = (first_day * day_ns, (first_day + days) * day_ns - 1);
            assert_eq!(read_date_in(text, &TimeZone::UTC), Some(expected), "{text}");
            assert_eq!(read_recorded(text), Some((first_day * DAY, (first_day + days) * DAY - 1)), "{text}");
        };
        check("1970-01-02", 1, 1);
        check("1970-02", 31, 28);
        check("1972", 730, 366);
        check("1969-12-31", -1, 1);
        for text in ["", "70", "1970-13", "1970-02-30", "yesterday", "1970-1-1-1", "-1970"] {
            assert_eq!((read_date_in(text, &TimeZone::UTC), read_recorded(text)), (None, None), "{text}");
        }
    }

    #[test]
    fn a_day_may_be_shorter_or_longer_where_clocks_are_changed_but_not_on_a_recorder() {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        for (day, hours) in [("2021-03-28", 23), ("2021-10-31", 25), ("2021-06-01", 24)] {
            let (first, last) = read_date_in(day, &zone).unwrap();
            assert_eq!(last - first + 1, hours * 3600 * 1_000_000_000, "{day}");
            let (first, last) = read_recorded(day).unwrap();
            assert_eq!(last - first + 1, DAY, "{day}");
        }
    }

    #[test]
    fn a_time_of_day_is_all_of_its_hour_minute_or_second() {
        for (text, first, last) in
            [("4", 14_400, 17_999), ("04", 14_400, 17_999), ("0:30", 1800, 1859), ("23:59:59", 86_399, 86_399)]
        {
            assert_eq!(read_hour(text), Some((first, last)), "{text}");
            let (first, last) = (i64::from(first) + DAY, i64::from(last) + DAY);
            assert_eq!(read_recorded(&format!("1970-01-02T{text}")), Some((first, last)), "{text}");
            assert_eq!(read_recorded(&format!("1970-01-02 {text}")), Some((first, last)), "{text}");
        }
        for text in ["", "24", "4:60", "4:5", "-1", "4:30:15:1", "noon", "4.5", "+4", "004", ":30", "4:"] {
            assert_eq!(read_hour(text), None, "{text}");
        }
        for text in ["1970-01T04", "1970T04", "1970-01-02T", "1970-01-02T04+02:00", "T04"] {
            assert_eq!(read_recorded(text), None, "{text}");
        }
    }
}
