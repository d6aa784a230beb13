//! The object that `search --json` and `similar --json` print: the one that a server answers with.

use auricle::wire::hits::HitList;
use auricle::wire::path::text;

use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::hits::Found;
use crate::cli::terminal::output::json_line;

/// `found` as one line of JSON.
pub(crate) fn render(found: &Found<'_>) -> Result<Vec<u8>, Failure> {
    let Found { library, request, answer } = found;
    let mut out = Vec::new();
    json_line(&mut out, &HitList::new(text(library.folder()), library.model(), request, answer))?;
    Ok(out)
}
