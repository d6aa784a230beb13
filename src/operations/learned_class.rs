//! Names of learned classes, HEAD or HEAD:CLASS → directions to search in.

use crate::classify::stored_head::StoredHead;
use crate::error::{Refusal, Result};
use crate::library::Library;
use crate::library::heads::CLASS_SEPARATOR;
use crate::search::request::LearnedClass;

/// The class of `library` that `name` means.
///
/// # Errors
/// [`Refusal`] for a head or a class that is not there, and for a head with several classes where none is named.
pub fn find(library: &Library, name: &str) -> Result<LearnedClass> {
    // A head's name has no colon; a class's may have.
    let (head, class) = match name.split_once(CLASS_SEPARATOR) {
        Some((head, class)) => (head, Some(class)),
        None => (name, None),
    };
    let taught = StoredHead::open(library, head)?;
    let classes = taught.head.classes();
    let found = match (class, classes) {
        (None, [only]) => Some(only),
        (None, _) => None,
        (Some(class), classes) => classes.iter().find(|known| known.name == class),
    };
    let found = found.ok_or_else(|| {
        let known = taught.head.names().to_vec();
        Refusal::ClassUnknown { head: head.to_owned(), class: name.to_owned(), known }
    })?;
    let (direction, length, boundary) =
        found.direction().ok_or_else(|| Refusal::ClassUntaught { class: name.to_owned() })?;
    Ok(LearnedClass { name: name.to_owned(), direction, boundary, log_odds_unit: 1.0 / length })
}
