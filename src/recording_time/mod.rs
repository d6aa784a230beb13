//! When a recording began, as far as its file says: the recorder's own clock, kept as it was, and how far that clock was from
//! UTC where that is known. `read` takes it from words, `name` from the name of a file, `choice` from all that is known of one.

mod scan;
mod read;
mod name;
mod choice;

use std::fmt;
use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, ToSpan};

/// How exactly the beginning of a recording is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exactness {
    /// Its year.
    Year,
    /// Its month.
    Month,
    /// Its day.
    Day,
    /// The time of its day.
    Clock,
}

/// When a recording began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingTime {
    /// By the recorder's clock; of what is less exact, the beginning.
    local: DateTime,
    exactness: Exactness,
    /// That clock's distance from UTC; `None` if nothing says.
    offset: Option<Offset>,
}

impl RecordingTime {
    /// Reads what [`RecordingTime`] prints, and most of what tags have for a date: ISO 8601, whole or only its beginning
    /// (`2021`, `2021-04`, `2021-04-20`, `2021-04-20T13:10:00+02:00`), the same with other signs between the numbers or none,
    /// C's `Tue Apr 20 13:10:00 2021`, and AudioMoth's sentence. `None` for anything else, and for what no clock shows.
    pub fn from_text(text: &str) -> Option<Self> {
        read::text(text)
    }

    /// When the recording at `path` began, of whose tags these are the names and words.
    ///
    /// The most exact statement counts: a time of day before a day, a day before a month or a year. Of equally exact ones a
    /// recorder's own sentence (AudioMoth's, in the comment or the description) comes first, then the tag `date`, then the name
    /// of the file. When the file says it was made (the tag `created`) counts only where there is nothing else. A clock without a zone is given that of another statement of the very same time.
    pub fn of<'a>(path: &Path, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        choice::of(path, tags)
    }

    /// How exactly it is known.
    pub fn exactness(&self) -> Exactness {
        self.exactness
    }

    /// How much it says: compared, the greater says more.
    pub(crate) fn worth(&self) -> (Exactness, bool) {
        (self.exactness, self.offset.is_some())
    }

    /// The beginning by the recorder's clock; of what is known less exactly, its first second.
    pub fn local(&self) -> DateTime {
        self.local
    }

    /// The time `seconds` after the beginning, to a millisecond, by the same clock; `None` if no time of day is known.
    pub fn clock_at(&self, seconds: f64) -> Option<Self> {
        let after = SignedDuration::try_from_secs_f64((seconds * 1e3).round() / 1e3).ok()?;
        let is_known = self.exactness == Exactness::Clock;
        self.local.checked_add(after).ok().filter(|_| is_known).map(|local| RecordingTime { local, ..*self })
    }

    /// The first and the last second in which the recording may have begun, by the recorder's clock, counted from the
    /// beginning of 1970 by that clock. Both are the same where the time of day is known.
    pub fn local_seconds(&self) -> (i64, i64) {
        let length: Span = match self.exactness {
            Exactness::Year => 1.year(),
            Exactness::Month => 1.month(),
            Exactness::Day => 1.day(),
            Exactness::Clock => 1.second(),
        };
        let first = count(self.local);
        (first, self.local.checked_add(length).map_or(first, |after| count(after) - 1))
    }
}

/// Seconds since the beginning of 1970 on a clock that shows `local`, wherever it hangs.
fn count(local: DateTime) -> i64 {
    let at = local.with().subsec_nanosecond(0).build().and_then(|local| local.to_zoned(TimeZone::UTC));
    at.map_or(i64::MIN, |at| at.timestamp().as_second())
}

/// ISO 8601, as short as it is known: `2021`, `2021-04`, `2021-04-20`, `2021-04-20T13:10:00`, and with a zone
/// `2021-04-20T13:10:00+02:00` or `2021-04-20T11:10:00Z`.
impl fmt::Display for RecordingTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.local.year(), self.local.month());
        match self.exactness {
            Exactness::Year => write!(f, "{year:04}"),
            Exactness::Month => write!(f, "{year:04}-{month:02}"),
            Exactness::Day => write!(f, "{}", self.local.date()),
            Exactness::Clock => write!(f, "{}{}", self.local, Zone(self.offset)),
        }
    }
}

/// A zone as ISO 8601 has it behind a time: nothing for an unknown one.
struct Zone(Option<Offset>);

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(offset) = self.0 else { return Ok(()) };
        let minutes = offset.seconds() / 60;
        if minutes == 0 {
            return f.write_str("Z");
        }
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> RecordingTime {
        RecordingTime::from_text(text).unwrap()
    }

    #[test]
    fn what_is_printed_is_read_again() {
        for text in [
            "2021",
            "2021-04",
            "2024-02-29",
            "2021-04-20T13:10:00",
            "2021-04-20T13:10:00.25",
            "2021-04-20T13:10:00Z",
            "2021-04-20T13:10:00+05:45",
            "2021-04-20T13:10:00-03:30",
        ] {
            assert_eq!(time(text).to_string(), text);
        }
    }

    #[test]
    fn a_place_in_a_recording_has_a_time_by_the_same_clock() {
        let at = |text: &str, seconds| time(text).clock_at(seconds).map(|clock| clock.to_string());
        for (began, seconds, expected) in [
            ("2021-04-20T13:10:00+02:00", 61.5, "2021-04-20T13:11:01.5+02:00"),
            ("2021-04-20T13:10:00", 0.0, "2021-04-20T13:10:00"),
            ("2020-02-28T23:59:59Z", 1.0004, "2020-02-29T00:00:00Z"),
            ("2021-12-31T23:00:00", 7200.0, "2022-01-01T01:00:00"),
            // A recorder does not change its clock on the way, even where people change theirs that night.
            ("2021-03-28T01:30:00+01:00", 3600.0, "2021-03-28T02:30:00+01:00"),
        ] {
            assert_eq!(at(began, seconds).as_deref(), Some(expected), "{began} and {seconds} s");
        }
        assert_eq!(at("2021-04-20", 5.0), None);
        assert_eq!(at("2021-04-20T13:10:00", f64::NAN), None);
        assert_eq!(at("2021-04-20T13:10:00", 1e18), None);
    }

    #[test]
    fn what_is_known_less_exactly_is_a_stretch_of_time() {
        let day = 86_400;
        for (text, first, last) in [
            ("1970", 0, 365 * day - 1),
            ("1972", 730 * day, 1096 * day - 1),
            ("1970-02", 31 * day, 59 * day - 1),
            ("1970-01-02", day, 2 * day - 1),
            ("1970-01-01T00:00:05+02:00", 5, 5),
            ("1969-12-31T23:59:59.5", -1, -1),
        ] {
            assert_eq!(time(text).local_seconds(), (first, last), "{text}");
        }
    }
}
