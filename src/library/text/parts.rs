//! Named pieces of bytes ↔ one run of bytes. It checks that the lengths fit, not what the bytes are.

use serde::{Deserialize, Serialize};

/// What stands before the bytes: names and lengths as JSON, then a line feed.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    parts: Vec<(String, usize)>,
}

/// `parts` as one run of bytes.
pub(super) fn join(parts: &[(String, Vec<u8>)]) -> serde_json::Result<Vec<u8>> {
    let contents = Contents { parts: parts.iter().map(|(name, bytes)| (name.clone(), bytes.len())).collect() };
    let mut joined = serde_json::to_vec(&contents)?;
    joined.push(b'\n');
    for (_, bytes) in parts {
        joined.extend_from_slice(bytes);
    }
    Ok(joined)
}

/// The parts of `joined`, or `None` if it is nothing that [`join`] made.
pub(in crate::library) fn split(joined: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let end = joined.iter().position(|byte| *byte == b'\n')?;
    let (contents, mut rest) = (&joined[..end], &joined[end + 1..]);
    let contents: Contents = serde_json::from_slice(contents).ok()?;
    let mut parts = Vec::with_capacity(contents.parts.len());
    for (name, len) in contents.parts {
        let (bytes, after) = rest.split_at_checked(len)?;
        parts.push((name, bytes.to_vec()));
        rest = after;
    }
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn what_is_joined_comes_apart_and_nothing_else_does(
            parts in prop::collection::vec((any::<String>(), prop::collection::vec(any::<u8>(), 0..50)), 0..5),
            noise in prop::collection::vec(any::<u8>(), 0..50),
        ) {
            let joined = join(&parts).unwrap();
            prop_assert_eq!(split(&joined[..joined.len() - 1]), None);
            prop_assert_eq!(split(&joined), Some(parts));
            prop_assert_eq!(split(&noise), None);
        }
    }
}
