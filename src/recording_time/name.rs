//! The name of a file → the time in it, for names that recorders give: eight digits of a date, or its parts with signs between
//! them, and the time of day in six digits or three parts. What is only a number (`ZOOM0001`, `210420_0001`) is no time.

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::recording_time::scan::Cursor;
use crate::recording_time::{Exactness, RecordingTime};

/// Digital recorders that name their files by time came after this, and a number that reads as an earlier day is a number.
const FIRST_YEAR: i16 = 1990;

/// A number that reads as a later day is a number, too.
const LAST_YEAR: i16 = 2099;

/// Between the numbers of a date.
const DATE_SIGNS: &[u8] = b"-_.";

/// Between the numbers of a time of day.
const TIME_SIGNS: &[u8] = b"-_.:";

/// The time in `name`: the first with a time of day, else the first day.
pub(super) fn read(name: &str) -> Option<RecordingTime> {
    let bytes = name.as_bytes();
    let starts = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit() && !is_digit(before(bytes, *at)));
    let found: Vec<RecordingTime> = starts.filter_map(|at| read_at(bytes, at)).chain(hydrophone(bytes)).collect();
    found.iter().find(|time| time.exactness == Exactness::Clock).or(found.first()).copied()
}

/// The time that begins at the digit `at`, before which there is none.
fn read_at(bytes: &[u8], at: usize) -> Option<RecordingTime> {
    let mut cursor = Cursor::new(&bytes[at..]);
    let date = cursor.date(DATE_SIGNS).filter(|date| (FIRST_YEAR..=LAST_YEAR).contains(&date.year()))?;
    if let Some(found) = with_clock(date, cursor) {
        return Some(found);
    }
    // A number that happens to read as a day is most often part of a longer name.
    let stands_alone = !is_alphanumeric(before(bytes, at)) && !is_alphanumeric(cursor.peek());
    stands_alone.then_some(RecordingTime { local: date.into(), exactness: Exactness::Day, offset: None })
}

fn with_clock(date: Date, mut cursor: Cursor<'_>) -> Option<RecordingTime> {
    if cursor.skip(b" at ").is_none() {
        cursor.one_of(b"_-Tt .$");
    }
    let time = cursor.time(TIME_SIGNS).or_else(|| cursor.spelled_time()).filter(|_| !cursor.is_at_digit())?;
    // A fraction with a zone behind it; without one it is a counter or the beginning of the name's ending.
    let mut ahead = cursor;
    let fraction = ahead.fraction();
    let (nanoseconds, offset) = match zone(ahead).filter(|_| fraction > 0 || ahead.rest().len() < cursor.rest().len()) {
        Some(offset) => (fraction, Some(offset)),
        None => (0, zone(cursor)),
    };
    let time = time.with().subsec_nanosecond(nanoseconds).build().ok()?;
    Some(RecordingTime { local: date.to_datetime(time), exactness: Exactness::Clock, offset })
}

/// The time in the names that SoundTrap hydrophones give: a serial number, a point, and twelve digits of date and time
/// (`5678.210420131000.wav`).
fn hydrophone(name: &[u8]) -> Option<RecordingTime> {
    /// Digits of a serial number, at least.
    const SERIAL_LEN: usize = 3;
    let (serial, rest) = name.split_at_checked(name.iter().position(|byte| *byte == b'.')?)?;
    let mut cursor = Cursor::new(&rest[1..]);
    let (year, month, day) = (cursor.number(2)?, cursor.pair()?, cursor.pair()?);
    let (date, time) = (Date::new(2000 + year, month, day).ok()?, cursor.time(b"")?);
    let is_whole =
        serial.len() >= SERIAL_LEN && serial.iter().all(u8::is_ascii_digit) && !is_alphanumeric(cursor.peek());
    is_whole.then(|| RecordingTime { local: date.to_datetime(time), exactness: Exactness::Clock, offset: None })
}

/// The zone behind a time of day. A dash with two digits behind it is a counter far more often.
fn zone(mut cursor: Cursor<'_>) -> Option<Offset> {
    let mut apart = cursor;
    if apart.one_of(b" _").is_some() && apart.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'+') {
        cursor = apart;
    }
    let is_counter = cursor.rest().starts_with(b"-") && !cursor.rest().iter().skip(1).take(4).all(u8::is_ascii_digit);
    if is_counter { None } else { cursor.zone() }
}

fn before(bytes: &[u8], at: usize) -> Option<u8> {
    at.checked_sub(1).map(|before| bytes[before])
}

fn is_digit(byte: Option<u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_digit())
}

fn is_alphanumeric(byte: Option<u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_recorders_give_are_times() {
        for (name, expected) in [
            ("20210420_131000.WAV", "2021-04-20T13:10:00"),
            ("SITE_20210420_131000Z.wav", "2021-04-20T13:10:00Z"),
            ("S4A01234_20210420_131000.wav", "2021-04-20T13:10:00"),
            ("S4A01234_20210420$131000.wac", "2021-04-20T13:10:00"),
            ("SM304472_0+1_20210420$131000.wav", "2021-04-20T13:10:00"),
            ("2021-04-20 13.10.00.m4a", "2021-04-20T13:10:00"),
            ("2021-04-20-13-10-00.aac", "2021-04-20T13:10:00"),
            ("2021_04_20_13_10_00.mp3", "2021-04-20T13:10:00"),
            ("2021-04-20T13:10:00+02:00.flac", "2021-04-20T13:10:00+02:00"),
            ("20210420T131000+0200.flac", "2021-04-20T13:10:00+02:00"),
            ("20210420T131000-0330_REC.flac", "2021-04-20T13:10:00-03:30"),
            ("20210420T131000+1000_Site-A_[-27.1 152.9].flac", "2021-04-20T13:10:00+10:00"),
            ("20210420_131000_UTC.wav", "2021-04-20T13:10:00Z"),
            ("20210420_131000_UTC+2.wav", "2021-04-20T13:10:00+02:00"),
            ("REC20210420131000.wav", "2021-04-20T13:10:00"),
            ("WhatsApp Audio 2021-04-20 at 13.10.00.opus", "2021-04-20T13:10:00"),
            ("20210420_131000_20210420_141000.wav", "2021-04-20T13:10:00"),
            ("20200101 copy of 20210420_131000.wav", "2021-04-20T13:10:00"),
            ("20210420_131000_001.wav", "2021-04-20T13:10:00"),
            ("20200229_000000.wav", "2020-02-29T00:00:00"),
            ("20210420.wav", "2021-04-20"),
            ("dawn 2021-04-20 pond.wav", "2021-04-20"),
            ("2021.04.20.mp3", "2021-04-20"),
            ("AUD-20210420-WA0001.opus", "2021-04-20"),
            ("20210420_0001.wav", "2021-04-20"),
            ("20210420_251000.wav", "2021-04-20"),
            ("ä 20210420_131000.wav", "2021-04-20T13:10:00"),
            ("5678.210420131000.wav", "2021-04-20T13:10:00"),
            ("671641608.210420131000.d.wav", "2021-04-20T13:10:00"),
            ("2021-04-20_13h10m05.wav", "2021-04-20T13:10:05"),
            ("2021-04-20 13h10m05s.wav", "2021-04-20T13:10:05"),
            ("2021-04-20 13h10.wav", "2021-04-20T13:10:00"),
            ("20210420T131000.250000+0200.wav", "2021-04-20T13:10:00.25+02:00"),
            ("20210420_131000.000Z.flac", "2021-04-20T13:10:00Z"),
            ("20210420_131000.001.wav", "2021-04-20T13:10:00"),
            ("20210420_131000.3gp", "2021-04-20T13:10:00"),
        ] {
            assert_eq!(read(name).map(|time| time.to_string()).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn numbers_are_no_times() {
        for name in [
            "ZOOM0001.WAV",
            "210420_0001.wav",
            "210420-131000.WAV",
            "5BDFCB40.WAV",
            "20211320_131000.wav",
            "20210229_131000.wav",
            "12345678_131000.wav",
            "19700101_000000.wav",
            "620210420_131000.wav",
            "freesound_20210420x.wav",
            "take20210420.wav",
            "2021042.wav",
            "202104201310001.wav",
            "3f2e2021-44-20.wav",
            "DR0000_0123.wav",
            "1-17367-A-10.wav",
            "12.210420131000.wav",
            "5678.211320131000.wav",
            "5678.2104201310001.wav",
            "v1.210420131000.wav",
            "",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }

    #[test]
    fn a_number_behind_a_time_is_no_zone() {
        for name in ["20210420_131000-0001.wav", "20210420_131000_-1.wav", "20210420_131000-12.wav"] {
            assert_eq!(read(name).unwrap().to_string(), "2021-04-20T13:10:00", "{name}");
        }
    }
}
