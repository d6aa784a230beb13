//! Hits as bare paths for pipes: the operating system's own bytes, each with a NUL after it, each file once.

use std::collections::HashSet;

use auricle::search::hit::Hit;

/// The paths of `hits`, best first.
pub(crate) fn render(hits: &[Hit]) -> Vec<u8> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for hit in hits.iter().filter(|hit| seen.insert(&hit.file.path)) {
        out.extend(hit.file.path.as_os_str().as_encoded_bytes());
        out.push(0);
    }
    out
}
