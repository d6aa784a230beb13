//! The beginning of some bytes → a date, a time of day, a zone. A [`Cursor`] goes over what it could read and stays where it
//! could not.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// The zone farthest from UTC, in hours: Kiribati's is 14.
const FARTHEST_HOURS: i32 = 14;

/// Bytes not yet read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Cursor { rest: text }
    }

    /// The next byte, which stays.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Whether the next byte is a digit.
    pub(super) fn is_at_digit(&self) -> bool {
        self.peek().is_some_and(|byte| byte.is_ascii_digit())
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Goes over `word`, in whatever case.
    pub(super) fn skip(&mut self, word: &[u8]) -> Option<()> {
        let start = self.rest.get(..word.len())?;
        start.eq_ignore_ascii_case(word).then(|| self.rest = &self.rest[word.len()..])
    }

    /// Goes over one of `signs`, and says which.
    pub(super) fn one_of(&mut self, signs: &[u8]) -> Option<u8> {
        let sign = self.peek().filter(|sign| signs.contains(sign))?;
        self.rest = &self.rest[1..];
        Some(sign)
    }

    /// A number of exactly so many digits.
    pub(super) fn number(&mut self, digits: usize) -> Option<i16> {
        let number = self.rest.get(..digits).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        self.rest = &self.rest[digits..];
        Some(number.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0')))
    }

    /// Two digits.
    pub(super) fn pair(&mut self) -> Option<i8> {
        self.number(2).and_then(|number| i8::try_from(number).ok())
    }

    /// Year, month and day with the same one of `signs` between them, or with none.
    pub(super) fn date(&mut self, signs: &[u8]) -> Option<Date> {
        let mut ahead = *self;
        let year = ahead.number(4)?;
        let sign = ahead.one_of(signs);
        let month = ahead.pair()?;
        if let Some(sign) = sign {
            ahead.one_of(&[sign])?;
        }
        let date = Date::new(year, month, ahead.pair()?).ok()?;
        *self = ahead;
        Some(date)
    }

    /// Hour, minute and second with the same one of `signs` between them, or with none. A leap second is the one before it.
    pub(super) fn time(&mut self, signs: &[u8]) -> Option<Time> {
        let mut ahead = *self;
        let (hour, minute, sign) = ahead.hour_and_minute(signs)?;
        if let Some(sign) = sign {
            ahead.one_of(&[sign])?;
        }
        let second = ahead.pair().filter(|second| *second <= 60)?.min(59);
        let time = Time::new(hour, minute, second, 0).ok()?;
        *self = ahead;
        Some(time)
    }

    /// The same without seconds, which are taken for 0.
    pub(super) fn minute(&mut self, signs: &[u8]) -> Option<Time> {
        let mut ahead = *self;
        let (hour, minute, _) = ahead.hour_and_minute(signs)?;
        let time = Time::new(hour, minute, 0, 0).ok()?;
        *self = ahead;
        Some(time)
    }

    /// Hour, minute and perhaps second with letters behind them: `13h10m05s`, `13h10m05`, `13h10`.
    pub(super) fn spelled_time(&mut self) -> Option<Time> {
        let mut ahead = *self;
        let hour = ahead.pair()?;
        ahead.skip(b"h")?;
        let minute = ahead.pair()?;
        let mut second = 0;
        if ahead.skip(b"m").is_some() && ahead.is_at_digit() {
            second = ahead.pair().filter(|second| *second <= 60)?.min(59);
            ahead.skip(b"s");
        }
        let time = Time::new(hour, minute, second, 0).ok()?;
        *self = ahead;
        Some(time)
    }

    fn hour_and_minute(&mut self, signs: &[u8]) -> Option<(i8, i8, Option<u8>)> {
        let hour = self.pair()?;
        let sign = self.one_of(signs);
        Some((hour, self.pair()?, sign))
    }

    /// A fraction of a second behind a point or a comma, in nanoseconds; 0 where there is none.
    pub(super) fn fraction(&mut self) -> i32 {
        let mut ahead = *self;
        if ahead.one_of(b".,").is_none() || !ahead.is_at_digit() {
            return 0;
        }
        let (mut nanoseconds, mut unit) = (0, 100_000_000);
        while let Some(digit) = ahead.number(1) {
            nanoseconds += i32::from(digit) * unit;
            unit /= 10;
        }
        *self = ahead;
        nanoseconds
    }

    /// `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`, `UTC+2`, `UTC-3:30`.
    pub(super) fn zone(&mut self) -> Option<Offset> {
        let mut ahead = *self;
        let is_named = ahead.skip(b"UTC").or_else(|| ahead.skip(b"GMT")).is_some();
        let offset = match ahead.one_of(b"+-") {
            Some(sign) => ahead.distance(if sign == b'-' { -1 } else { 1 }, is_named)?,
            None if is_named || ahead.one_of(b"Zz").is_some() => Offset::UTC,
            None => return None,
        };
        let goes_on = ahead.peek().is_some_and(|byte| byte.is_ascii_alphanumeric());
        (!goes_on).then(|| *self = ahead)?;
        Some(offset)
    }

    /// Hours and minutes from UTC; of a zone that is called UTC the hours may be one digit.
    fn distance(&mut self, sign: i32, is_named: bool) -> Option<Offset> {
        let hours = match self.pair() {
            Some(hours) => i32::from(hours),
            None if is_named => i32::from(self.number(1)?),
            None => return None,
        };
        let has_sign = self.one_of(b":").is_some();
        let minutes = match self.pair() {
            Some(minutes) => i32::from(minutes),
            None if has_sign => return None,
            None => 0,
        };
        let is_plausible = hours <= FARTHEST_HOURS && minutes < 60 && minutes % 15 == 0;
        is_plausible.then(|| Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()).flatten()
    }
}
