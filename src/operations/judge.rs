//! What words or a head found in a sound → the labels that are stored of it.

use crate::classify::classifier::LabelVerdict;
use crate::classify::timeline::events::SoundEvent;
use crate::library::record::label::{Labelled, Labeller};

/// Who judges: the head called `head`, or words.
pub fn labeller(head: Option<&str>) -> Labeller {
    head.map_or(Labeller::ZeroShot, |name| Labeller::Head(name.to_owned()))
}

/// A label of a whole sound of `seconds`.
pub fn label_of_sound(label: &str, presence: f32, seconds: f64) -> Labelled {
    Labelled { label: label.to_owned(), start_seconds: 0.0, end_seconds: seconds, score: presence }
}

/// The labels of a whole sound of `seconds`.
pub fn labels_of_sound(found: &[&LabelVerdict], seconds: f64) -> Vec<Labelled> {
    found.iter().map(|scored| label_of_sound(&scored.label, scored.presence, seconds)).collect()
}

/// The labels that `events` are, of labels called `names`.
pub fn labels_along_time(events: &[SoundEvent], names: &[String]) -> Vec<Labelled> {
    let labelled = |event: &SoundEvent| Labelled {
        label: names[event.label].clone(),
        start_seconds: event.seconds.start,
        end_seconds: event.seconds.end,
        score: event.score,
    };
    events.iter().map(labelled).collect()
}
