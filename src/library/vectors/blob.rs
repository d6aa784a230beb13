//! The form a vector has in the catalogue: `dim` little-endian f32 of unit length.

use crate::embedding::{Embedding, from_bytes, to_bytes};

/// The stored form of `vector`.
pub(in crate::library) fn encode(vector: &Embedding) -> Vec<u8> {
    to_bytes(std::slice::from_ref(vector))
}

/// The vector whose stored form is `blob`, or `None` if that is not `dim` values of unit length.
pub(in crate::library) fn decode(blob: &[u8], dim: usize) -> Option<Embedding> {
    from_bytes(blob, 1, dim)?.pop()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn a_stored_vector_comes_back_bit_for_bit(values in prop::collection::vec(0.1f32..1.0, 21)) {
            let vector = Embedding::normalized(values).unwrap();
            prop_assert_eq!(decode(&encode(&vector), 21), Some(vector));
        }

        #[test]
        fn no_blob_makes_the_reader_panic(blob in prop::collection::vec(any::<u8>(), 0..40), dim in 0usize..10) {
            let decoded = decode(&blob, dim);
            assert!(decoded.is_none_or(|vector| vector.dim() == dim));
        }
    }
}
