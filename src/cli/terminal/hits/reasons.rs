//! The reasons of a hit in a few words.

use auricle::library::text::score::{Match, TextField};
use auricle::search::hit::{Hit, Reason};

/// Places in the order in which they are listed.
const PLACES: [TextField; 4] = [TextField::Name, TextField::Tags, TextField::Category, TextField::Folder];

/// The reasons of `hit`: `kick 808 in name, drums in folder; sound #3`.
pub(crate) fn reasons(hit: &Hit) -> String {
    hit.reasons.iter().filter_map(reason).collect::<Vec<_>>().join("; ")
}

fn reason(reason: &Reason) -> Option<String> {
    match reason {
        Reason::Sound { rank } => Some(format!("sound #{rank}")),
        Reason::Words { matches, .. } => {
            let places = PLACES.into_iter().filter_map(|place| matches_in(matches, place));
            Some(places.collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

fn matches_in(matches: &[Match], place: TextField) -> Option<String> {
    let quoted = |words: &str| if words.contains(' ') { format!("\"{words}\"") } else { words.to_owned() };
    let words: Vec<String> =
        matches.iter().filter(|found| found.place == place).map(|found| quoted(in_file(found))).collect();
    (!words.is_empty()).then(|| format!("{} in {}", words.join(" "), place.name()))
}

/// The words that the file has.
fn in_file(found: &Match) -> &str {
    found.instead.as_ref().unwrap_or(&found.words)
}
