//! Weights in the order the microkernel reads them: panels of columns, each contiguous along the depth.

/// Output columns of a panel: three vectors of AVX-512, a multiple of every level's register tile.
pub(super) const PANEL: usize = 48;

/// f32 values in a cache line, to which panels are aligned.
const LINE: usize = 16;

/// One cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

/// Zeroed floats that begin on a cache line.
#[derive(Default)]
pub(super) struct Aligned(Vec<Line>);

impl Aligned {
    pub(super) fn zeroed(len: usize) -> Self {
        Aligned(vec![Line([0.0; LINE]); len.div_ceil(LINE)])
    }

    pub(super) fn as_ptr(&self) -> *const f32 {
        self.0.as_ptr().cast()
    }

    /// At least as many values as were asked for.
    pub(super) fn values(&mut self) -> &mut [f32] {
        // SAFETY: a `Line` is exactly `LINE` floats without padding, and the vector is borrowed for as long.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * LINE) }
    }

    /// The same memory as twice as many 16-bit values.
    fn halves(&mut self) -> &mut [u16] {
        // SAFETY: as `values`; every bit pattern is a valid `u16`.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * LINE * 2) }
    }
}

/// How weights are stored; arithmetic is f32 either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Storage {
    F32,
    F16,
}

/// A matrix `[depth, columns]` as panels `[columns / PANEL][depth][PANEL]`, the last one padded with zeros.
pub(super) struct Packed {
    pub(super) storage: Storage,
    pub(super) depth: usize,
    pub(super) columns: usize,
    values: Aligned,
}

impl Packed {
    /// Packs the transpose of `rows`: each is one output column, of `depth` values.
    pub(super) fn transposed(rows: &[&[f32]], depth: usize, storage: Storage) -> Self {
        let columns = rows.len();
        let len = columns.div_ceil(PANEL) * PANEL * depth;
        let mut values = Aligned::zeroed(match storage {
            Storage::F32 => len,
            Storage::F16 => len.div_ceil(2),
        });
        for (panel, rows) in rows.chunks(PANEL).enumerate() {
            let span = panel * PANEL * depth..(panel + 1) * PANEL * depth;
            match storage {
                Storage::F32 => fill_panel(&mut values.values()[span], rows, depth, |value| value),
                Storage::F16 => {
                    fill_panel(&mut values.halves()[span], rows, depth, |v| half::f16::from_f32(v).to_bits())
                }
            }
        }
        Packed { storage, depth, columns, values }
    }

    pub(super) fn panels(&self) -> usize {
        self.columns.div_ceil(PANEL)
    }

    /// Where panel `index` begins; its elements are f32 or f16 by [`Packed::storage`].
    pub(super) fn panel(&self, index: usize) -> *const u8 {
        debug_assert!(index < self.panels());
        let bytes = match self.storage {
            Storage::F32 => 4,
            Storage::F16 => 2,
        };
        self.values.as_ptr().cast::<u8>().wrapping_add(index * PANEL * self.depth * bytes)
    }
}

/// Depth that is transposed at a time, so that the panel's part stays in the first-level cache.
const PACK_DEPTH: usize = 64;

fn fill_panel<T: Copy>(panel: &mut [T], rows: &[&[f32]], depth: usize, convert: impl Fn(f32) -> T) {
    for start in (0..depth).step_by(PACK_DEPTH) {
        let end = (start + PACK_DEPTH).min(depth);
        for (column, row) in rows.iter().enumerate() {
            for (k, value) in row[start..end].iter().enumerate() {
                panel[(start + k) * PANEL + column] = convert(*value);
            }
        }
    }
}

/// Rows to be looked up by number.
pub(in crate::model) struct Table {
    width: usize,
    values: Values,
}

enum Values {
    F32(Vec<f32>),
    F16(Vec<half::f16>),
}

impl Table {
    /// Keeps `values`, rows of `width`, as `storage`.
    pub(super) fn new(values: &[f32], width: usize, storage: Storage) -> Self {
        let values = match storage {
            Storage::F32 => Values::F32(values.to_vec()),
            Storage::F16 => Values::F16(values.iter().map(|value| half::f16::from_f32(*value)).collect()),
        };
        Table { width, values }
    }

    /// The rows at `places`, end to end; each must exist.
    pub(in crate::model) fn rows(&self, places: &[u32]) -> Vec<f32> {
        let span = |place: &u32| *place as usize * self.width..(*place as usize + 1) * self.width;
        match &self.values {
            Values::F32(values) => places.iter().flat_map(|place| values[span(place)].iter().copied()).collect(),
            Values::F16(values) => {
                places.iter().flat_map(|place| values[span(place)].iter().map(|value| value.to_f32())).collect()
            }
        }
    }
}
