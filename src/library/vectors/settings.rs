//! When a library has lists, and how long they are.

/// What an index is tuned by. The defaults come from the figures in `benches/vectors`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Up to this many vectors, all are compared in f32; above, first by their codes.
    pub scanned_len: usize,
    /// Above this many vectors there are lists.
    pub listed_len: usize,
    /// Vectors in a list, about.
    pub list_len: usize,
    /// Newer vectors go into lists when there are more of them than this; until then all of them are compared.
    pub newer_len: usize,
    /// A filter that lets no more vectors through is answered by comparing these.
    pub selected_len: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { scanned_len: 16_000, listed_len: 16_000, list_len: 256, newer_len: 1_000, selected_len: 2_000 }
    }
}
