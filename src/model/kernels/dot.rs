//! TileSums of products of small integers: unsigned activations by signed weights, four at a time, over one packed panel.
//!
//! The sums are exact, so that every kind of processor gets the same bits.

use crate::model::kernels::isa::Level;
use crate::model::kernels::panel::PANEL;

/// Values along the depth that one instruction multiplies and adds up.
pub(super) const QUAD: usize = 4;

/// Rows of a tile.
pub(super) const TILE_ROWS: usize = 8;

/// The sums of one tile.
pub(super) type TileSums = [[i32; PANEL]; TILE_ROWS];

/// What multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Int8Dot {
    /// Plain Rust: much slower than f32 on every processor that was tried.
    Portable,
    /// AVX-VNNI, 256 bits.
    #[cfg(target_arch = "x86_64")]
    Vnni256,
    /// AVX-512 VNNI, 512 bits.
    #[cfg(target_arch = "x86_64")]
    Vnni512,
}

/// One tile's inputs.
#[derive(Clone, Copy)]
pub(super) struct DotTile {
    /// `[TILE_ROWS, quads, QUAD]`, rows `stride` apart.
    pub(super) rows: *const u8,
    pub(super) stride: usize,
    pub(super) quads: usize,
    /// One panel, `[quads, PANEL, QUAD]`.
    pub(super) panel: *const i8,
}

impl Int8Dot {
    /// Every one that this machine runs, slowest first.
    pub(in crate::model) fn available() -> Vec<Self> {
        let mut found = vec![Int8Dot::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            found.extend(std::is_x86_feature_detected!("avxvnni").then_some(Int8Dot::Vnni256));
            let has_512 = std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512vnni");
            found.extend(has_512.then_some(Int8Dot::Vnni512));
        }
        found
    }

    /// The one that goes with `level`, if with it int8 is faster there than f32; the portable level has no speed to lose.
    pub(in crate::model) fn of(level: Level) -> Option<Self> {
        let has = |dot: Int8Dot| Int8Dot::available().contains(&dot).then_some(dot);
        match level {
            Level::Portable => Some(Int8Dot::Portable),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) => has(Int8Dot::Vnni256),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(_) => has(Int8Dot::Vnni512),
            #[cfg(target_arch = "aarch64")]
            Level::Neon(_) => None,
        }
    }

    /// `sums[r][c] = Σ rows[r][k] · panel[k][c]`.
    ///
    /// # Safety
    /// The rows and the panel must be readable in the shapes that [`DotTile`] states.
    #[inline]
    pub(super) unsafe fn multiply(self, tile: DotTile, sums: &mut TileSums) {
        match self {
            // SAFETY: the caller's promise.
            Int8Dot::Portable => unsafe { multiply_portably(tile, sums) },
            // SAFETY: the same, and `available` found these instructions.
            #[cfg(target_arch = "x86_64")]
            Int8Dot::Vnni256 => unsafe { x86::multiply_256(tile, sums) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Int8Dot::Vnni512 => unsafe { x86::multiply_512(tile, sums) },
        }
    }
}

/// # Safety
/// As [`Int8Dot::multiply`].
unsafe fn multiply_portably(tile: DotTile, sums: &mut TileSums) {
    *sums = [[0; PANEL]; TILE_ROWS];
    // SAFETY: the caller promises the panel.
    let panel = unsafe { std::slice::from_raw_parts(tile.panel, tile.quads * PANEL * QUAD) };
    for (row, sums) in sums.iter_mut().enumerate() {
        // SAFETY: the caller promises `TILE_ROWS` rows.
        let row = unsafe { std::slice::from_raw_parts(tile.rows.add(row * tile.stride), tile.quads * QUAD) };
        for (a, weights) in row.chunks_exact(QUAD).zip(panel.chunks_exact(PANEL * QUAD)) {
            for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(QUAD)) {
                *sum += a.iter().zip(weights).map(|(a, w)| i32::from(*a) * i32::from(*w)).sum::<i32>();
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{
        __m256i, __m512i, _MM_HINT_T0, _mm_prefetch, _mm256_dpbusd_avx_epi32, _mm256_set1_epi32, _mm256_setzero_si256,
        _mm512_dpbusd_epi32, _mm512_set1_epi32, _mm512_setzero_si512,
    };

    use super::{DotTile, PANEL, QUAD, TILE_ROWS, TileSums};

    /// Bytes of a panel for one quad.
    const LINE: usize = PANEL * QUAD;

    /// Lines of a panel that are asked for ahead of their use.
    const PREFETCH_LINES: usize = 8;

    /// A quad of one row, for every lane.
    ///
    /// # Safety
    /// As [`super::Int8Dot::multiply`], with `row` and `quad` inside the tile.
    #[inline(always)]
    unsafe fn quad_of(tile: DotTile, row: usize, quad: usize) -> i32 {
        // SAFETY: the caller's promise.
        unsafe { tile.rows.add(row * tile.stride + quad * QUAD).cast::<i32>().read_unaligned() }
    }

    /// # Safety
    /// As [`super::Int8Dot::multiply`], on a processor with these instructions.
    #[target_feature(enable = "avx512f,avx512vnni")]
    pub(super) unsafe fn multiply_512(tile: DotTile, sums: &mut TileSums) {
        const VECTORS: usize = PANEL / 16;
        let mut tiles = [[_mm512_setzero_si512(); VECTORS]; TILE_ROWS];
        for quad in 0..tile.quads {
            let line = tile.panel.wrapping_add(quad * LINE);
            for vector in 0..VECTORS {
                _mm_prefetch::<_MM_HINT_T0>(line.wrapping_add(PREFETCH_LINES * LINE + vector * 64));
            }
            // SAFETY: the line is inside the panel that the caller promises.
            let weights: [__m512i; VECTORS] = unsafe { line.cast::<[__m512i; VECTORS]>().read_unaligned() };
            for (row, sums) in tiles.iter_mut().enumerate() {
                // SAFETY: row and quad are inside the tile.
                let a = _mm512_set1_epi32(unsafe { quad_of(tile, row, quad) });
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum = _mm512_dpbusd_epi32(*sum, a, weight);
                }
            }
        }
        // SAFETY: both are the same number of 32-bit integers without padding.
        unsafe { std::ptr::from_mut(sums).cast::<[[__m512i; VECTORS]; TILE_ROWS]>().write_unaligned(tiles) };
    }

    /// Four rows by half a panel at a time, since there are 16 registers of this width.
    ///
    /// # Safety
    /// As [`super::Int8Dot::multiply`], on a processor with these instructions.
    #[target_feature(enable = "avx2,avxvnni")]
    pub(super) unsafe fn multiply_256(tile: DotTile, sums: &mut TileSums) {
        const ROWS: usize = TILE_ROWS / 2;
        const VECTORS: usize = PANEL / 16;
        for (first_row, column) in [(0, 0), (0, PANEL / 2), (ROWS, 0), (ROWS, PANEL / 2)] {
            let mut tiles = [[_mm256_setzero_si256(); VECTORS]; ROWS];
            for quad in 0..tile.quads {
                let line = tile.panel.wrapping_add(quad * LINE + column * QUAD);
                // SAFETY: half a line is inside the panel that the caller promises.
                let weights: [__m256i; VECTORS] = unsafe { line.cast::<[__m256i; VECTORS]>().read_unaligned() };
                for (row, sums) in tiles.iter_mut().enumerate() {
                    // SAFETY: row and quad are inside the tile.
                    let a = _mm256_set1_epi32(unsafe { quad_of(tile, first_row + row, quad) });
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum = _mm256_dpbusd_avx_epi32(*sum, a, weight);
                    }
                }
            }
            for (sums, tiles) in sums[first_row..].iter_mut().zip(tiles) {
                let half = &mut sums[column..column + PANEL / 2];
                // SAFETY: half a panel is the same number of 32-bit integers without padding.
                unsafe { half.as_mut_ptr().cast::<[__m256i; VECTORS]>().write_unaligned(tiles) };
            }
        }
    }
}
