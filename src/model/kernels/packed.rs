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

    /// The same memory as twice as many 16-bit integers.
    fn integers(&mut self) -> &mut [i16] {
        // SAFETY: as `values`; every bit pattern is a valid `i16`.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.0.len() * LINE * 2) }
    }
}

/// How weights are stored; arithmetic is f32 either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Storage {
    F32,
    /// Integers times one factor for each output: half the memory, and a quarter of f16's error, because the values of
    /// one output are of one magnitude.
    I16,
}

/// A matrix `[depth, columns]` as panels `[columns / PANEL][depth][PANEL]`, the last one padded with zeros.
pub(super) struct Packed {
    pub(super) storage: Storage,
    pub(super) depth: usize,
    pub(super) columns: usize,
    values: Aligned,
    /// What each column's integers are multiplied by, padded to whole panels; empty for f32.
    factors: Aligned,
}

impl Packed {
    /// Packs the transpose of `rows`: each is one output column, of `depth` values times its scale.
    pub(super) fn transposed(rows: &[(&[f32], f32)], depth: usize, storage: Storage) -> Self {
        let columns = rows.len();
        let len = columns.div_ceil(PANEL) * PANEL * depth;
        let mut values = Aligned::zeroed(match storage {
            Storage::F32 => len,
            Storage::I16 => len.div_ceil(2),
        });
        let mut factors = Aligned::default();
        if storage == Storage::I16 {
            factors = Aligned::zeroed(columns.div_ceil(PANEL) * PANEL);
            for (factor, (row, scale)) in factors.values().iter_mut().zip(rows) {
                *factor = factor_of(row) * scale;
            }
        }
        for (panel, rows) in rows.chunks(PANEL).enumerate() {
            let span = panel * PANEL * depth..(panel + 1) * PANEL * depth;
            match storage {
                Storage::F32 => fill_panel(&mut values.values()[span], rows, depth, |(_, scale)| {
                    let scale = *scale;
                    move |value| value * scale
                }),
                Storage::I16 => fill_panel(&mut values.integers()[span], rows, depth, |(row, _)| {
                    let factor = factor_of(row);
                    move |value| integer(value, factor)
                }),
            }
        }
        Packed { storage, depth, columns, values, factors }
    }

    /// Where the factors of panel `index` begin; null for f32.
    pub(super) fn factors(&self, index: usize) -> *const f32 {
        match self.storage {
            Storage::F32 => std::ptr::null(),
            Storage::I16 => self.factors.as_ptr().wrapping_add(index * PANEL),
        }
    }

    pub(super) fn panels(&self) -> usize {
        self.columns.div_ceil(PANEL)
    }

    /// Where panel `index` begins; its elements are f32 or i16 by [`Packed::storage`].
    pub(super) fn panel(&self, index: usize) -> *const u8 {
        debug_assert!(index < self.panels());
        let bytes = match self.storage {
            Storage::F32 => 4,
            Storage::I16 => 2,
        };
        self.values.as_ptr().cast::<u8>().wrapping_add(index * PANEL * self.depth * bytes)
    }
}

/// Depth that is transposed at a time, so that the panel's part stays in the first-level cache.
const PACK_DEPTH: usize = 64;

fn fill_panel<T, C: Fn(f32) -> T>(
    panel: &mut [T],
    rows: &[(&[f32], f32)],
    depth: usize,
    converter: impl Fn(&(&[f32], f32)) -> C,
) {
    let converters: Vec<C> = rows.iter().map(converter).collect();
    for start in (0..depth).step_by(PACK_DEPTH) {
        let end = (start + PACK_DEPTH).min(depth);
        for (column, ((row, _), convert)) in rows.iter().zip(&converters).enumerate() {
            for (k, value) in row[start..end].iter().enumerate() {
                panel[(start + k) * PANEL + column] = convert(*value);
            }
        }
    }
}

/// The value of an integer's unit, so that the largest of `values` is the largest integer. A row of zeros, or of values
/// too small for a normal factor, becomes zeros.
fn factor_of(values: &[f32]) -> f32 {
    let factor = values.iter().fold(0f32, |largest, value| largest.max(value.abs())) / f32::from(i16::MAX);
    if factor.is_normal() { factor } else { 0.0 }
}

fn integer(value: f32, factor: f32) -> i16 {
    if factor == 0.0 { 0 } else { (value / factor).round() as i16 }
}

/// Rows to be looked up by number.
pub(in crate::model) struct Table {
    width: usize,
    values: Values,
}

enum Values {
    F32(Vec<f32>),
    /// Integers, and each row's factor.
    I16(Vec<i16>, Vec<f32>),
}

impl Table {
    /// Keeps `values`, rows of `width`, as `storage`.
    pub(super) fn new(values: &[f32], width: usize, storage: Storage) -> Self {
        let values = match storage {
            Storage::F32 => Values::F32(values.to_vec()),
            Storage::I16 => {
                let factors: Vec<f32> = values.chunks_exact(width).map(factor_of).collect();
                let row = |(row, factor): (&[f32], &f32)| row.iter().map(|v| integer(*v, *factor)).collect::<Vec<_>>();
                Values::I16(values.chunks_exact(width).zip(&factors).flat_map(row).collect(), factors)
            }
        };
        Table { width, values }
    }

    /// The rows at `places`, end to end; each must exist.
    pub(in crate::model) fn rows(&self, places: &[u32]) -> Vec<f32> {
        let span = |place: &u32| *place as usize * self.width..(*place as usize + 1) * self.width;
        match &self.values {
            Values::F32(values) => places.iter().flat_map(|place| values[span(place)].iter().copied()).collect(),
            Values::I16(values, factors) => {
                let row = |place: &u32| {
                    let factor = factors[*place as usize];
                    values[span(place)].iter().map(move |value| f32::from(*value) * factor)
                };
                places.iter().flat_map(row).collect()
            }
        }
    }
}
