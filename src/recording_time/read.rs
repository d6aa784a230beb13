//! Words about a time → the time.

use jiff::civil::{Date, Time};
use jiff::fmt::strtime;

use crate::recording_time::scan::Cursor;
use crate::recording_time::{Exactness, RecordingTime};

/// The year of the first recording of a sound (Scott de Martinville's phonautograms); what is older is no date.
const FIRST_YEAR: i16 = 1857;

/// What is newer is a mistake, too.
const LAST_YEAR: i16 = 2099;

/// How AudioMoth begins the comment of a recording, in every version of its firmware.
const AUDIOMOTH: &[u8] = b"Recorded at ";

/// Between the numbers of a date.
const DATE_SIGNS: &[u8] = b"-/:.";

/// Between the numbers of a time of day.
const TIME_SIGNS: &[u8] = b":.-";

/// The time that `text` is about.
pub(super) fn text(text: &str) -> Option<RecordingTime> {
    let text = text.trim();
    audiomoth(text).or_else(|| stated(text)).or_else(|| of_c(text)).filter(is_plausible)
}

/// The time in AudioMoth's sentence: `Recorded at 19:17:30 24/06/2021 (UTC+1) by AudioMoth …`. Its seconds may have a
/// fraction, and the oldest firmware, whose clocks were mostly but not always set to UTC, names no zone.
pub(super) fn audiomoth(text: &str) -> Option<RecordingTime> {
    let place = text.as_bytes().windows(AUDIOMOTH.len()).position(|bytes| bytes == AUDIOMOTH)?;
    let mut cursor = Cursor::new(&text.as_bytes()[place + AUDIOMOTH.len()..]);
    let time = cursor.time(b":")?;
    let time = time.with().subsec_nanosecond(cursor.fraction()).build().ok()?;
    cursor.skip(b" ")?;
    let (day, _, month, _) = (cursor.pair()?, cursor.skip(b"/")?, cursor.pair()?, cursor.skip(b"/")?);
    let date = Date::new(cursor.number(4)?, month, day).ok()?;
    let offset = cursor.skip(b" (").and_then(|()| cursor.zone());
    let found = RecordingTime { local: date.to_datetime(time), exactness: Exactness::Clock, offset };
    Some(found).filter(is_plausible)
}

/// ISO 8601 and what resembles it, year first.
fn stated(text: &str) -> Option<RecordingTime> {
    let mut cursor = Cursor::new(text.as_bytes());
    let Some(date) = cursor.date(DATE_SIGNS) else { return month_or_year(cursor) };
    let found = RecordingTime { local: date.into(), exactness: Exactness::Day, offset: None };
    let is_apart = cursor.one_of(b"Tt _").is_some();
    if !is_apart && !cursor.is_at_digit() {
        return Some(found);
    }
    match clock(&mut cursor) {
        Some(time) => {
            cursor.one_of(b" ");
            let offset = cursor.zone();
            Some(RecordingTime { local: date.to_datetime(time), exactness: Exactness::Clock, offset })
        }
        // Digits right behind a date make it a longer number.
        None => is_apart.then_some(found),
    }
}

fn clock(cursor: &mut Cursor<'_>) -> Option<Time> {
    match cursor.time(TIME_SIGNS) {
        Some(time) => time.with().subsec_nanosecond(cursor.fraction()).build().ok(),
        None => cursor.minute(TIME_SIGNS),
    }
    .filter(|_| !cursor.is_at_digit())
}

/// A date that ends with its month or its year. What some programs write for a day that they do not know, `2021-00-00`, has a
/// year.
fn month_or_year(mut cursor: Cursor<'_>) -> Option<RecordingTime> {
    let year = cursor.number(4).filter(|_| !cursor.is_at_digit())?;
    let first = |month| Date::new(year, month, 1).ok();
    let month = cursor.one_of(DATE_SIGNS).and_then(|_| cursor.pair()).filter(|_| !cursor.is_at_digit()).and_then(first);
    let (date, exactness) = match month {
        Some(month) => (month, Exactness::Month),
        None => (first(1)?, Exactness::Year),
    };
    Some(RecordingTime { local: date.into(), exactness, offset: None })
}

/// C's `asctime`, as `IDIT` has it: `Tue Apr 20 13:10:00 2021`.
fn of_c(text: &str) -> Option<RecordingTime> {
    let local = strtime::parse("%a %b %d %H:%M:%S %Y", text).ok()?.to_datetime().ok()?;
    Some(RecordingTime { local, exactness: Exactness::Clock, offset: None })
}

fn is_plausible(found: &RecordingTime) -> bool {
    (FIRST_YEAR..=LAST_YEAR).contains(&found.local.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expected: Option<&str>) {
        assert_eq!(text(words).map(|time| time.to_string()).as_deref(), expected, "{words}");
    }

    #[test]
    fn dates_as_tags_have_them() {
        for (words, expected) in [
            ("2021", "2021"),
            ("2021-04", "2021-04"),
            ("2021-00-00", "2021"),
            ("2021-04-20", "2021-04-20"),
            ("2021/04/20", "2021-04-20"),
            ("20210420", "2021-04-20"),
            ("2021-04-20 13:10:00", "2021-04-20T13:10:00"),
            ("2021-04-20T13:10:00.5", "2021-04-20T13:10:00.5"),
            ("2021-04-20T13:10:00,123456789123", "2021-04-20T13:10:00.123456789"),
            ("2021-04-20T13:10:00+02:00", "2021-04-20T13:10:00+02:00"),
            ("2021-04-20T13:10:00.000+0200", "2021-04-20T13:10:00+02:00"),
            ("2021-04-20 13:10:00 -03", "2021-04-20T13:10:00-03:00"),
            ("2021-04-20T11:10:00Z", "2021-04-20T11:10:00Z"),
            ("2021-04-20 11:10:00 UTC", "2021-04-20T11:10:00Z"),
            ("2021-04-20 13:10:00 UTC+2", "2021-04-20T13:10:00+02:00"),
            ("2021:04:20 13:10:00", "2021-04-20T13:10:00"),
            ("2021-04-20T13:10", "2021-04-20T13:10:00"),
            ("20210420T131000+0530", "2021-04-20T13:10:00+05:30"),
            ("20210420131000", "2021-04-20T13:10:00"),
            ("Tue Apr 20 13:10:00 2021\n", "2021-04-20T13:10:00"),
            ("  2021-04-20 live ", "2021-04-20"),
            ("2021-04-20T25:00:00", "2021-04-20"),
            ("2020-02-29T00:00:00", "2020-02-29T00:00:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2021-04-20T13:10:00+99:00", "2021-04-20T13:10:00"),
            ("2021-10-31T02:30:00+01:00", "2021-10-31T02:30:00+01:00"),
        ] {
            check(words, Some(expected));
        }
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for words in ["", "2004 remaster", "0000-00-00", "20/04/2021", "April", "12", "99999", "2021042", "3021-04-20"]
        {
            let expected = words.starts_with("2004").then_some("2004");
            check(words, expected);
        }
        check("2021-02-29", Some("2021-02"));
    }

    #[test]
    fn audiomoth_says_when_it_recorded() {
        let rest = "by AudioMoth 24F31901603710CF at medium gain while battery was 4.2V and temperature was 21.4C.";
        for (zone, expected) in [
            ("(UTC) ", "2021-06-24T19:17:30Z"),
            ("(UTC+1) ", "2021-06-24T19:17:30+01:00"),
            ("(UTC-3) ", "2021-06-24T19:17:30-03:00"),
            ("(UTC+5:30) ", "2021-06-24T19:17:30+05:30"),
            ("(UTC+10) ", "2021-06-24T19:17:30+10:00"),
            ("", "2021-06-24T19:17:30"),
        ] {
            check(&format!("Recorded at 19:17:30 24/06/2021 {zone}{rest}"), Some(expected));
        }
        check(&format!("Recorded at 19:17:30.250 24/06/2021 (UTC) {rest}"), Some("2021-06-24T19:17:30.25Z"));
        check("Recorded at 25:17:30 24/06/2021 (UTC) by AudioMoth", None);
        check("Recorded at 19:17:30 31/06/2021 (UTC) by AudioMoth", None);
        check("Recorded at 00:00:05 01/01/1970 (UTC) by AudioMoth", Some("1970-01-01T00:00:05Z"));
        check("Recorded at Abbey Road", None);
    }
}
