//! Any bytes → the readers that must bear them, one function a kind, for `fuzz/` and `tests/fuzzed.rs`. Each returns whatever the
//! bytes are; a panic is a finding, an assertion of what always holds included. It is for those two alone, and no part of the
//! door.

use std::path::Path;

use crate::audio;
use crate::audio::{HIGHEST_ASKED_RATE_HZ, LOWEST_ASKED_RATE_HZ};
use crate::classify::label::{Label, read_labels};
use crate::classify::stored_head::StoredHead;
use crate::imprint::Imprint;
use crate::library;
use crate::library::lookup::format_name;
use crate::library::text::prompt::Prompt;
use crate::library::text::query::{Ending, Words};
use crate::recording_time::RecordingTime;
use crate::search::clauses::Clauses;
use crate::search::dates::{read_date, read_hour, read_recorded};
use crate::search::example::{Example, read_clock};

/// Samples decoded of one input: what comes later is read by the same code.
const MOST_SAMPLES: usize = 1 << 20;

/// A sound file of any container and codec: its metadata, the date in them, and its samples, which are finite.
pub fn sound(bytes: &[u8]) {
    let Ok(sound) = audio::open_bytes("fuzzed", bytes.to_vec()) else { return };
    let metadata = sound.metadata().clone();
    metadata.tags.recorded(Path::new("fuzzed"));
    let rate_hz = metadata.rate_hz.clamp(LOWEST_ASKED_RATE_HZ, HIGHEST_ASKED_RATE_HZ);
    let Ok(mut blocks) = sound.into_blocks(rate_hz) else { return };
    let mut len_samples = 0;
    while let Ok(Some(block)) = blocks.next_block() {
        assert!(!block.is_empty() && block.iter().all(|sample| sample.is_finite()));
        len_samples += block.len();
        if len_samples > MOST_SAMPLES {
            return;
        }
    }
    assert!(blocks.partial() != Some(""));
}

/// A chunk of words in a RIFF file, of the kind that the first byte chooses.
pub fn words(bytes: &[u8]) {
    let Some((kind, content)) = bytes.split_first() else { return };
    for (name, words) in audio::words_of_chunk(*kind, content).into_named() {
        assert!(!words.trim().is_empty(), "{name}");
    }
}

/// Words about a time, and the name of a file: what was read is printed and read again.
pub fn times(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let tags = [("comment", text.as_ref()), ("date", text.as_ref())];
    let times = [RecordingTime::from_text(&text), RecordingTime::of(Path::new(text.as_ref()), tags)];
    for time in times.into_iter().flatten() {
        assert_eq!(RecordingTime::from_text(&time.to_string()), Some(time));
        let (first, last) = time.local_seconds();
        assert!(first <= last);
        time.clock_at(f64::from(u32::MAX));
    }
}

/// What people type: searches, labels, examples, spans, dates, hours and formats.
pub fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for ending in [Ending::Finished, Ending::Typing] {
        let clauses = Clauses::read(&text, ending);
        for part in std::iter::once(&clauses.wanted).chain(&clauses.unwanted) {
            drop(Words::parse(part, ending));
        }
        drop(clauses.to_string());
        drop(Words::parse(&text, ending));
    }
    drop(Prompt::of(&text, &|word| word.chars().count().div_ceil(3)));
    let labels = (Label::parse(&text).map(|label| label.words()), read_labels(text.split(',')));
    drop(labels);
    drop((Example::parse(text.as_ref()), format_name(&text)));
    if let Some(seconds) = read_clock(&text) {
        assert!(seconds.is_finite() && seconds >= 0.0);
    }
    let ranges = [read_date(&text), read_recorded(&text), read_hour(&text).map(|(from, to)| (from.into(), to.into()))];
    assert!(ranges.iter().flatten().all(|(first, last)| first <= last));
}

/// The files of a derived index, of the kind that the first byte chooses.
pub fn index(bytes: &[u8]) {
    let Some((kind, content)) = bytes.split_first() else { return };
    match kind % 2 {
        0 => library::fuzzing::lists(content),
        _ => library::fuzzing::manifest(content),
    }
}

/// An imprint as it is stored: what was read is written as it was, and sounds like itself or is silence.
pub fn imprint(bytes: &[u8]) {
    let Some(imprint) = Imprint::from_bytes(bytes) else { return };
    assert_eq!(imprint.to_bytes(), bytes);
    imprint.is_same_recording(&imprint);
    if let Some(other) = Imprint::from_bytes(&bytes[..bytes.len().min(5 + 25 * 7)]) {
        imprint.is_same_recording(&other);
    }
}

/// A head's document: whatever is taken for one judges vectors.
pub fn head(bytes: &[u8]) {
    let Ok(head) = serde_json::from_slice::<StoredHead>(bytes) else { return };
    let dim = head.head.classes().first().map_or(0, |class| class.weights.len());
    if head.head.classes().iter().all(|class| class.weights.len() == dim) {
        let presences = head.head.presences(&vec![0.5; dim]);
        assert!(presences.iter().all(|presence| (0.0..=1.0).contains(presence)), "{presences:?}");
        head.head.classes().iter().for_each(|class| drop(class.direction()));
    }
}
