//! The object that `search --json` and `similar --json` print: the one that a server answers with.

use auricle::server::wire::hits::HitList;
use auricle::server::wire::text;

use super::Found;
use crate::cli::exit::Failure;
use crate::cli::output::json_line;

/// `found` as one line of JSON.
pub(super) fn render(found: &Found<'_>) -> Result<Vec<u8>, Failure> {
    let Found { library, request, answer } = found;
    let mut out = Vec::new();
    json_line(&mut out, &HitList::new(library, text(library.folder()), request, answer)?)?;
    Ok(out)
}
