//! Weights in the order the microkernel reads them: panels of columns, each contiguous along the depth.

use memmap2::{MmapMut, MmapOptions};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::model::kernels::dot::Int8Dot;
use crate::model::kernels::panel::PANEL;

/// f32 values in a cache line, to which panels are aligned.
const LINE: usize = 16;

/// Bytes of a huge page, and where it begins.
const HUGE_PAGE: usize = 2 << 20;

/// One cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

/// Bytes from which memory gets pages of its own. Between what a load allocates and gives back, what stays would keep the
/// allocator from returning the rest: some 40 MiB of a full-size model.
const OWN_PAGES: usize = 1 << 16;

/// Zeroed floats that begin on a cache line, on huge pages where they fill any and the system has them: the processor then
/// reads them nearly twice as fast, because looking up addresses of small pages keeps it from asking ahead.
pub(super) struct Aligned(Memory);

enum Memory {
    Lines(Vec<Line>),
    /// Pages of their own; the floats begin at byte `start`.
    Pages {
        map: MmapMut,
        start: usize,
        len_bytes: usize,
    },
}

impl Default for Aligned {
    fn default() -> Self {
        Aligned(Memory::Lines(Vec::new()))
    }
}

impl Aligned {
    pub(super) fn zeroed(len: usize) -> Self {
        let lines = len.div_ceil(LINE);
        let len_bytes = lines * size_of::<Line>();
        let pages = (len_bytes >= OWN_PAGES).then(|| Self::pages(len_bytes)).flatten();
        Aligned(pages.unwrap_or_else(|| Memory::Lines(vec![Line([0.0; LINE]); lines])))
    }

    /// Memory in which whole huge pages are asked for as such, or nothing if the system has no such memory.
    fn pages(len_bytes: usize) -> Option<Memory> {
        if len_bytes < HUGE_PAGE {
            let map = MmapOptions::new().len(len_bytes).map_anon().ok()?;
            return Some(Memory::Pages { map, start: 0, len_bytes });
        }
        let map = MmapOptions::new().len(len_bytes + HUGE_PAGE).map_anon().ok()?;
        let start = map.as_ptr().align_offset(HUGE_PAGE);
        // Small pages serve as well, only slower.
        #[cfg(target_os = "linux")]
        let _ = map.advise_range(memmap2::Advice::HugePage, start, len_bytes / HUGE_PAGE * HUGE_PAGE);
        Some(Memory::Pages { map, start, len_bytes })
    }

    fn bytes(&self) -> usize {
        match &self.0 {
            Memory::Lines(lines) => lines.len() * size_of::<Line>(),
            Memory::Pages { len_bytes, .. } => *len_bytes,
        }
    }

    pub(super) fn as_ptr(&self) -> *const f32 {
        match &self.0 {
            Memory::Lines(lines) => lines.as_ptr().cast(),
            Memory::Pages { map, start, .. } => map.as_ptr().wrapping_add(*start).cast(),
        }
    }

    fn as_mut_ptr(&mut self) -> *mut f32 {
        match &mut self.0 {
            Memory::Lines(lines) => lines.as_mut_ptr().cast(),
            Memory::Pages { map, start, .. } => map.as_mut_ptr().wrapping_add(*start).cast(),
        }
    }

    /// At least as many values as were asked for.
    pub(super) fn values(&mut self) -> &mut [f32] {
        let len = self.bytes() / size_of::<f32>();
        // SAFETY: the memory is that long, begins on a cache line, was zeroed, and is borrowed for as long; lines are floats
        // without padding.
        unsafe { std::slice::from_raw_parts_mut(self.as_mut_ptr(), len) }
    }

    /// The same memory as four times as many small integers.
    pub(super) fn bytes_mut(&mut self) -> &mut [i8] {
        let len = self.bytes();
        // SAFETY: as `values`; every bit pattern is a valid `i8`.
        unsafe { std::slice::from_raw_parts_mut(self.as_mut_ptr().cast(), len) }
    }

    /// The same memory as twice as many 16-bit values.
    fn halves(&mut self) -> &mut [u16] {
        let len = self.bytes() / size_of::<u16>();
        // SAFETY: as `values`; every bit pattern is a valid `u16`.
        unsafe { std::slice::from_raw_parts_mut(self.as_mut_ptr().cast(), len) }
    }
}

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Storage {
    /// Arithmetic is f32, whatever the weights are.
    Float(Float),
    /// Weights and inputs are rounded to eight bits, and multiplied by what is named.
    Int8(Int8Dot),
}

/// The floats that weights can be stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Float {
    F32,
    /// Where it holds the weights exactly; elsewhere they stay f32.
    F16,
}

impl Storage {
    pub(in crate::model) const F32: Self = Storage::Float(Float::F32);
    pub(in crate::model) const F16: Self = Storage::Float(Float::F16);
}

impl Float {
    /// Bytes of one value.
    pub(super) fn bytes(self) -> usize {
        match self {
            Float::F32 => size_of::<f32>(),
            Float::F16 => size_of::<u16>(),
        }
    }
}

/// A matrix `[depth, columns]` as panels `[columns / PANEL][depth][PANEL]`, the last one padded with zeros.
pub(super) struct Packed {
    pub(super) float: Float,
    pub(super) depth: usize,
    pub(super) columns: usize,
    values: Aligned,
}

impl Packed {
    /// Packs the transpose of `rows`: each is one output column, of `depth` values.
    pub(super) fn transposed(rows: &[&[f32]], depth: usize, float: Float) -> Self {
        let columns = rows.len();
        let len = columns.div_ceil(PANEL) * PANEL * depth;
        let mut values = Aligned::zeroed((len * float.bytes()).div_ceil(size_of::<f32>()));
        for (panel, rows) in rows.chunks(PANEL).enumerate() {
            let span = panel * PANEL * depth..(panel + 1) * PANEL * depth;
            match float {
                Float::F32 => fill_panel(&mut values.values()[span], rows, depth, |value| value),
                Float::F16 => {
                    let nearest = |value| half::f16::from_f32(value).to_bits();
                    fill_panel(&mut values.halves()[span], rows, depth, |value| {
                        exact_half(value).unwrap_or_else(|| nearest(value))
                    });
                }
            }
        }
        Packed { float, depth, columns, values }
    }

    pub(super) fn panels(&self) -> usize {
        self.columns.div_ceil(PANEL)
    }

    /// Where panel `index` begins; its elements are [`Packed::float`].
    pub(super) fn panel(&self, index: usize) -> *const u8 {
        debug_assert!(index < self.panels());
        self.values.as_ptr().cast::<u8>().wrapping_add(index * PANEL * self.depth * self.float.bytes())
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

/// The bits of the f16 that is `value`, if one is: then, and only then, half the memory costs nothing.
pub(super) fn exact_half(value: f32) -> Option<u16> {
    let bits = value.to_bits();
    let (sign, exponent, fraction) = ((bits >> 16) & 0x8000, (bits >> 23) & 0xFF, bits & 0x7F_FFFF);
    // Nearly all weights are normal numbers in both formats, which takes no conversion: exponents -14 to 15, ten bits of
    // fraction.
    if (113..=142).contains(&exponent) {
        return (fraction & 0x1FFF == 0).then_some((sign | (exponent - 112) << 10 | fraction >> 13) as u16);
    }
    let half = half::f16::from_f32(value);
    (half.to_f32() == value).then_some(half.to_bits())
}

/// Rows of f16 to be looked up by number.
pub(in crate::model) struct HalfTable {
    width: usize,
    values: Vec<half::f16>,
}

impl HalfTable {
    /// Keeps `values`, rows of `width`, which f16 must hold exactly.
    pub(super) fn new(values: &[f32], width: usize) -> Self {
        HalfTable { width, values: values.par_iter().map(|value| half::f16::from_f32(*value)).collect() }
    }

    /// The rows at `places`, end to end; each must exist.
    pub(in crate::model) fn rows(&self, places: &[u32]) -> Vec<f32> {
        let row = |place: &u32| &self.values[*place as usize * self.width..][..self.width];
        places.iter().flat_map(|place| row(place).iter().map(|value| value.to_f32())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::exact_half;

    #[test]
    fn the_f16_of_a_value_is_itself_and_of_no_other_value() {
        for bits in 0..=u16::MAX {
            let value = half::f16::from_bits(bits).to_f32();
            assert_eq!(exact_half(value), (!value.is_nan()).then_some(bits), "{value}");
            let near = f32::from_bits(value.to_bits() ^ 1);
            assert_eq!(exact_half(near), None, "{near}");
        }
        for value in [65_520.0, -1e9, 1e-8, f32::MIN_POSITIVE] {
            assert_eq!(exact_half(value), None, "{value}");
        }
    }
}
