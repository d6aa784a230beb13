//! The stored formats of derived indexes, for [`crate::fuzzing`]: any bytes are either refused or can be searched.

use crate::library::{derived, vectors};

/// What lists of vectors are opened by.
pub(crate) fn lists(bytes: &[u8]) {
    vectors::lists::stored::search_any(bytes);
}

/// A manifest, with the checksum that belongs to it: the fuzzer would not find that by itself.
pub(crate) fn manifest(bytes: &[u8]) {
    drop(derived::parse(bytes));
    let line: Vec<u8> = bytes.iter().copied().take_while(|byte| *byte != b'\n').collect();
    let sealed = [&line[..], b"\n", blake3::hash(&line).to_hex().as_bytes()].concat();
    drop(derived::parse(&sealed));
}
