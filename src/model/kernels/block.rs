//! The part of a linear layer's output that one call of a microkernel writes.

/// Whether a product replaces the output or is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accumulation {
    /// The output is written.
    Replace,
    /// The product is added to what the output holds: a residual connection.
    Add,
}

/// Some rows of the output and one panel of its columns.
#[derive(Clone, Copy)]
pub(super) struct OutputBlock {
    pub(super) panel: usize,
    pub(super) rows: usize,
    /// Columns of the panel that exist.
    pub(super) columns: usize,
    /// `PANEL` values.
    pub(super) bias: *const f32,
    /// `[rows, columns]`, rows `stride` apart.
    pub(super) out: *mut f32,
    pub(super) stride: usize,
    pub(super) target: Accumulation,
}
