//! All that is known of a file → when its recording began.

use std::path::Path;

use crate::recording_time::{Exactness, RecordingTime, name, read};

/// When the recording at `path` began, of whose tags these are the names and words; the rules stand at
/// [`RecordingTime::of`].
pub(super) fn of<'a>(path: &Path, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<RecordingTime> {
    let (mut own, mut tagged, mut made) = (None, None, None);
    for (tag, words) in tags {
        match tag {
            "comment" | "description" => own = own.or_else(|| read::audiomoth(words)),
            "date" => tagged = tagged.or_else(|| read::text(words)),
            "created" => made = made.or_else(|| read::text(words)),
            _ => {}
        }
    }
    let named = path.file_name().and_then(|name| name::read(&name.to_string_lossy()));
    let stated = [own, tagged, named];
    let Some(exactest) = stated.iter().flatten().map(|time| time.exactness).max() else { return made };
    let chosen = stated.iter().flatten().find(|time| time.exactness == exactest).copied()?;
    let same = |other: &&RecordingTime| other.exactness == Exactness::Clock && other.local == chosen.local;
    let offset = stated.iter().flatten().filter(same).find_map(|time| time.offset);
    Some(RecordingTime { offset: chosen.offset.or(offset), ..chosen })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_statement_counts_and_then_the_recorders_own() {
        let moth = "Recorded at 19:17:30 24/06/2021 (UTC+1) by AudioMoth 24F31901603710CF";
        for (path, tags, expected) in [
            ("20210624_181730.WAV", &[("comment", moth)][..], Some("2021-06-24T19:17:30+01:00")),
            ("20210624_181730.WAV", &[("comment", "at the pond")], Some("2021-06-24T18:17:30")),
            ("a/20210624_181730.WAV", &[("date", "2022")], Some("2021-06-24T18:17:30")),
            ("20210624_181730.WAV", &[("date", "2021-06-24 20:00:00")], Some("2021-06-24T20:00:00")),
            ("20210624_181730Z.WAV", &[("date", "2021-06-24 18:17:30")], Some("2021-06-24T18:17:30Z")),
            ("20210624_181730Z.WAV", &[("date", "2021-06-24 18:17:31")], Some("2021-06-24T18:17:31")),
            ("rain.wav", &[("date", "2021-06-24"), ("title", "20200101_000000")], Some("2021-06-24")),
            ("20210624 rain.wav", &[("date", "2019")], Some("2021-06-24")),
            ("ZOOM0001.WAV", &[("date", "soon")], None),
            ("20210101/rain.wav", &[], None),
            ("voice.m4a", &[("created", "2021-06-24T18:17:30Z")], Some("2021-06-24T18:17:30Z")),
            ("song.m4a", &[("created", "2021-06-24T18:17:30Z"), ("date", "2005")], Some("2005")),
            ("20190102 voice.m4a", &[("created", "2021-06-24T18:17:30Z")], Some("2019-01-02")),
        ] {
            let found = of(Path::new(path), tags.iter().copied());
            assert_eq!(found.map(|time| time.to_string()).as_deref(), expected, "{path} {tags:?}");
        }
    }
}
