//! Samples as numbers of so many bits, which are those of the file where it has whole numbers.

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SampleKind {
    /// Whole numbers of this many bits: 8, 16 or 24.
    Whole(u32),
    /// 32-bit float.
    Float,
}

impl SampleKind {
    /// The kind that holds samples of so many bits; of those that are no whole numbers, or longer, float.
    pub(super) fn of(bits: Option<u32>) -> Self {
        match bits {
            Some(1..=8) => SampleKind::Whole(8),
            Some(9..=16) => SampleKind::Whole(16),
            Some(17..=24) => SampleKind::Whole(24),
            _ => SampleKind::Float,
        }
    }

    /// Bits of a sample.
    pub(super) fn bits(self) -> u32 {
        match self {
            SampleKind::Whole(bits) => bits,
            SampleKind::Float => 32,
        }
    }
}

/// `sample` as a whole number of `bits`; what is beyond full scale is full scale.
pub(super) fn whole(sample: f32, bits: u32) -> i32 {
    let scale = f64::from(1u32 << (bits - 1));
    (f64::from(sample) * scale).round().clamp(-scale, scale - 1.0) as i32
}
