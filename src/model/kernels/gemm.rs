//! The matrix product: a register tile of rows × vectors over one packed panel, and the loops around it.
//!
//! Every output is one chain `start + a₀w₀ + a₁w₁ + …` in order of depth, whatever tile it falls into.

use crate::model::kernels::isa::{Isa, Kernel, Level, load, store};
use crate::model::kernels::packed::Float;
use crate::model::kernels::panel::PANEL;

/// Rows of the largest register tile of any level.
pub(super) const MOST_ROWS: usize = 8;

/// Rows of a panel that are asked for ahead of their use.
const PREFETCH_ROWS: usize = 12;

/// `out[r, c] = bias[c] + add[r, c] + Σ a[r, k] · weights[k, c]` for the columns of one panel.
#[derive(Clone, Copy)]
pub(super) struct Product {
    /// `[rows, depth]`, rows `a_stride` apart.
    pub(super) a: *const f32,
    pub(super) a_stride: usize,
    pub(super) rows: usize,
    pub(super) depth: usize,
    /// One panel, `[depth, PANEL]`.
    pub(super) panel: *const u8,
    pub(super) float: Float,
    /// Columns of the panel that exist, at most [`PANEL`].
    pub(super) columns: usize,
    /// `PANEL` values, or null for zeros.
    pub(super) bias: *const f32,
    /// `[rows, columns]`, rows `add_stride` apart, or null for zeros; may be `out` itself.
    pub(super) add: *const f32,
    pub(super) add_stride: usize,
    pub(super) out: *mut f32,
    pub(super) out_stride: usize,
}

impl Product {
    /// Computes the product.
    ///
    /// # Safety
    /// The matrices must be readable, and `out` writable by nobody else, in the shapes the fields state.
    #[inline]
    pub(super) unsafe fn compute(self, level: Level) {
        level.run(self);
    }

    /// The same for the rows from `row` and the columns from `column` on.
    #[inline(always)]
    fn at(mut self, row: usize, column: usize) -> Self {
        self.a = self.a.wrapping_add(row * self.a_stride);
        self.panel = self.panel.wrapping_add(column * self.float.bytes());
        if !self.bias.is_null() {
            self.bias = self.bias.wrapping_add(column);
        }
        if !self.add.is_null() {
            self.add = self.add.wrapping_add(row * self.add_stride + column);
        }
        self.out = self.out.wrapping_add(row * self.out_stride + column);
        self.columns -= column;
        self.rows -= row;
        self
    }
}

impl Kernel for Product {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let (lanes, widest) = (S::F32_LANES, S::F32_LANES * S::TILE_VECTORS);
        for column in (0..self.columns).step_by(widest) {
            let columns = widest.min(self.columns - column);
            for row in (0..self.rows).step_by(S::TILE_ROWS) {
                let tile = self.at(row, column);
                let (rows, vectors) = (tile.rows.min(S::TILE_ROWS), columns.div_ceil(lanes));
                if columns == vectors * lanes {
                    tile.dispatch(simd, rows, vectors);
                } else {
                    tile.through_buffer(simd, rows, columns, vectors);
                }
            }
        }
    }
}

impl Product {
    /// A tile whose last vector is only partly inside the matrix.
    #[inline(always)]
    fn through_buffer<S: Isa>(self, simd: S, rows: usize, columns: usize, vectors: usize) {
        let mut buffer = [0f32; MOST_ROWS * PANEL];
        let mut tile = self;
        if !self.add.is_null() {
            for row in 0..rows {
                for column in 0..columns {
                    // SAFETY: row and column are inside `add`, by the caller's promise.
                    buffer[row * PANEL + column] = unsafe { *self.add.add(row * self.add_stride + column) };
                }
            }
            (tile.add, tile.add_stride) = (buffer.as_ptr(), PANEL);
        }
        (tile.out, tile.out_stride) = (buffer.as_mut_ptr(), PANEL);
        tile.dispatch(simd, rows, vectors);
        for row in 0..rows {
            for column in 0..columns {
                // SAFETY: row and column are inside `out`, by the caller's promise.
                unsafe { *self.out.add(row * self.out_stride + column) = buffer[row * PANEL + column] };
            }
        }
    }

    #[inline(always)]
    fn dispatch<S: Isa>(self, simd: S, rows: usize, vectors: usize) {
        match self.float {
            Float::F32 => self.choose::<S, false>(simd, rows, vectors),
            Float::F16 => self.choose::<S, true>(simd, rows, vectors),
        }
    }

    #[inline(always)]
    fn choose<S: Isa, const HALF: bool>(self, simd: S, rows: usize, vectors: usize) {
        match vectors {
            1 => self.choose_rows::<S, HALF, 1>(simd, rows),
            2 => self.choose_rows::<S, HALF, 2>(simd, rows),
            _ => self.choose_rows::<S, HALF, 3>(simd, rows),
        }
    }

    #[inline(always)]
    fn choose_rows<S: Isa, const HALF: bool, const VECTORS: usize>(self, simd: S, rows: usize) {
        // Tiles larger than the level's own never come; the guards keep them from being compiled.
        if VECTORS > S::TILE_VECTORS {
            return;
        }
        match rows {
            1 => self.call::<S, HALF, 1, VECTORS>(simd),
            2 => self.call::<S, HALF, 2, VECTORS>(simd),
            3 => self.call::<S, HALF, 3, VECTORS>(simd),
            4 => self.call::<S, HALF, 4, VECTORS>(simd),
            5 if S::TILE_ROWS > 4 => self.call::<S, HALF, 5, VECTORS>(simd),
            6 if S::TILE_ROWS > 4 => self.call::<S, HALF, 6, VECTORS>(simd),
            7 if S::TILE_ROWS > 6 => self.call::<S, HALF, 7, VECTORS>(simd),
            _ if S::TILE_ROWS > 6 => self.call::<S, HALF, 8, VECTORS>(simd),
            _ => unreachable!("a tile has at most TILE_ROWS rows"),
        }
    }

    /// A function of its own for each tile, so that the loops above stay small.
    #[inline(always)]
    fn call<S: Isa, const HALF: bool, const ROWS: usize, const VECTORS: usize>(self, simd: S) {
        simd.vectorize(Tile::<S, HALF, ROWS, VECTORS>(self, simd));
    }
}

struct Tile<S, const HALF: bool, const ROWS: usize, const VECTORS: usize>(Product, S);

impl<S: Isa, const HALF: bool, const ROWS: usize, const VECTORS: usize> pulp::WithSimd
    for Tile<S, HALF, ROWS, VECTORS>
{
    type Output = ();

    #[inline(always)]
    fn with_simd<Same: pulp::Simd>(self, _: Same) {
        let Tile(tile, simd) = self;
        // SAFETY: `Product::compute`'s caller promises matrices of the stated shapes, and this tile is inside them.
        unsafe { multiply::<S, HALF, ROWS, VECTORS>(simd, tile) }
    }
}

/// # Safety
/// As [`Product::compute`], for `ROWS` rows and `VECTORS` whole vectors of columns.
#[inline(always)]
unsafe fn multiply<S: Isa, const HALF: bool, const ROWS: usize, const VECTORS: usize>(simd: S, tile: Product) {
    let lanes = S::F32_LANES;
    let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
    // SAFETY: all pointers stay inside the matrices that the caller promises; prefetching may pass any address.
    unsafe {
        for (row, sums) in sums.iter_mut().enumerate() {
            for (vector, sum) in sums.iter_mut().enumerate() {
                if !tile.bias.is_null() {
                    *sum = load(simd, tile.bias.add(vector * lanes));
                }
                if !tile.add.is_null() {
                    let add = load(simd, tile.add.add(row * tile.add_stride + vector * lanes));
                    *sum = simd.add_f32s(*sum, add);
                }
            }
        }
        let mut panel = tile.panel;
        for k in 0..tile.depth {
            let mut weights = [simd.splat_f32s(0.0); VECTORS];
            for (vector, weight) in weights.iter_mut().enumerate() {
                *weight = match HALF {
                    true => simd.load_halves(panel.cast::<u16>().add(vector * lanes)),
                    false => load(simd, panel.cast::<f32>().add(vector * lanes)),
                };
            }
            let row_bytes = PANEL * if HALF { 2 } else { 4 };
            for line in 0..(VECTORS * lanes * row_bytes / PANEL).div_ceil(64) {
                prefetch(panel.wrapping_add(PREFETCH_ROWS * row_bytes + line * 64));
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                let a = simd.splat_f32s(*tile.a.add(row * tile.a_stride + k));
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum = simd.fma(a, weight, *sum);
                }
            }
            panel = panel.add(row_bytes);
        }
        for (row, sums) in sums.iter().enumerate() {
            for (vector, sum) in sums.iter().enumerate() {
                store(simd, tile.out.add(row * tile.out_stride + vector * lanes), *sum);
            }
        }
    }
}

#[inline(always)]
fn prefetch(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch is a hint that no address can make fail.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
