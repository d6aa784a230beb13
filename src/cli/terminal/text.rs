//! Words and numbers as people read them: names that cannot harm a terminal, paths, counts, lengths of time.

use std::env;
use std::fmt::Write as _;
use std::path::Path;

use auricle::recording_time::RecordingTime;

/// `text` with control characters made visible: a file name must not move the cursor or colour the screen.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// `path` as it is printed for people: relative where it lies below the current folder.
pub(crate) fn short_path(path: &Path) -> String {
    let current = env::current_dir().and_then(|current| current.canonicalize());
    let relative = current.ok().and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf));
    relative.as_deref().filter(|path| !path.as_os_str().is_empty()).unwrap_or(path).display().to_string()
}

/// `count` of what `noun` names, for example `1 file` or `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `seconds` as minutes and seconds, or hours, minutes and seconds: `0:02.5`, `1:00:00.0`.
pub(crate) fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    let (minutes, tenths) = (tenths / 600, tenths % 600);
    let mut text = String::new();
    if minutes >= 60 {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}:{:02}", minutes / 60, minutes % 60);
    } else {
        let _ = write!(text, "{minutes}");
    }
    let _ = write!(text, ":{:02}.{}", tenths / 10, tenths % 10);
    text
}

/// `recorded` as people read it: `2021-04-20 13:10:00 +02:00`, or as much of that as is known.
pub(crate) fn date_and_time(recorded: &RecordingTime) -> String {
    let text = recorded.to_string();
    let Some((date, time)) = text.split_once('T') else { return text };
    match time.find(['+', '-', 'Z']) {
        Some(zone) => format!("{date} {} {}", &time[..zone], &time[zone..]),
        None => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(printable("a\n\u{1b}[31mé"), "a\\n\\u{1b}[31mé");
    }

    #[test]
    fn a_time_of_recording_stands_beside_its_zone() {
        for (text, expected) in [
            ("2021-04-20T13:10:00+02:00", "2021-04-20 13:10:00 +02:00"),
            ("2021-04-20T13:10:00-03:00", "2021-04-20 13:10:00 -03:00"),
            ("2021-04-20T13:10:00Z", "2021-04-20 13:10:00 Z"),
            ("2021-04-20T13:10:00", "2021-04-20 13:10:00"),
            ("2021-04", "2021-04"),
        ] {
            assert_eq!(date_and_time(&RecordingTime::from_text(text).unwrap()), expected);
        }
    }

    #[test]
    fn lengths_of_time_read_like_a_clock() {
        for (seconds, expected) in
            [(0.0, "0:00.0"), (2.54, "0:02.5"), (59.96, "1:00.0"), (3600.0, "1:00:00.0"), (-1.0, "0:00.0")]
        {
            assert_eq!(clock(seconds), expected);
        }
    }
}
