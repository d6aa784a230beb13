//! Which instructions a kernel is compiled for, and which of them this machine runs.

use std::sync::OnceLock;

use pulp::{Scalar128b, Simd, WithSimd};

/// Forces a level by its name, or the plain operations by the name `plain`; read once.
const SWITCH: &str = "AURICLE_KERNELS";

/// The instruction sets that kernels are compiled for.
#[derive(Debug, Clone, Copy)]
pub(in crate::model) enum Level {
    /// No more than the build's own baseline.
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
    /// AVX-512 F, BW, CD, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    Avx512(pulp::x86::V4),
    /// Every 64-bit ARM.
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
}

impl Level {
    /// Every level this machine runs, slowest first.
    pub(in crate::model) fn available() -> Vec<Self> {
        let mut levels = vec![Level::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            levels.extend(pulp::x86::V3::try_new().map(Level::Avx2));
            levels.extend(pulp::x86::V4::try_new().map(Level::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        levels.extend(pulp::aarch64::Neon::try_new().map(Level::Neon));
        levels
    }

    /// The name that [`SWITCH`] knows it by.
    pub(in crate::model) fn name(self) -> &'static str {
        match self {
            Level::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(_) => "avx512",
            #[cfg(target_arch = "aarch64")]
            Level::Neon(_) => "neon",
        }
    }

    /// Runs `kernel` compiled for this level.
    #[inline]
    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Level::Portable => Simd::vectorize(Scalar128b, Compiled(kernel, Scalar128b)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(simd) => Simd::vectorize(simd, Compiled(kernel, simd)),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(simd) => Simd::vectorize(simd, Compiled(kernel, simd)),
            #[cfg(target_arch = "aarch64")]
            Level::Neon(simd) => Simd::vectorize(simd, Compiled(kernel, simd)),
        }
    }
}

/// The level that layers are loaded for; `None` where the plain operations are asked for.
pub(in crate::model) fn level() -> Option<Level> {
    static CHOICE: OnceLock<Option<Level>> = OnceLock::new();
    *CHOICE.get_or_init(|| choose(std::env::var(SWITCH).ok().as_deref(), &Level::available()))
}

fn choose(wanted: Option<&str>, available: &[Level]) -> Option<Level> {
    let best = available.last().copied();
    match wanted {
        Some("plain") => None,
        None | Some("") => best,
        Some(name) => available.iter().copied().find(|level| level.name() == name).or_else(|| {
            tracing::warn!("{SWITCH} names {name:?}, which this machine does not run; it is ignored");
            best
        }),
    }
}

/// Code that is generic over the instruction set.
pub(super) trait Kernel {
    type Output;
    /// Must be `#[inline(always)]`, so that it is compiled with the instructions of `simd`.
    fn run<S: Isa>(self, simd: S) -> Self::Output;
}

struct Compiled<K, S>(K, S);

impl<K: Kernel, S: Isa> WithSimd for Compiled<K, S> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<Same: Simd>(self, _: Same) -> K::Output {
        self.0.run(self.1)
    }
}

/// What the microkernels need beyond `pulp`: the shape of their register tile and weights of half size.
pub(super) trait Isa: Simd {
    /// Rows of a register tile; at most [`crate::model::kernels::gemm::MOST_ROWS`].
    const TILE_ROWS: usize;
    /// Vectors of a register tile along a row; at most 3, and dividing a panel.
    const TILE_VECTORS: usize;

    /// `a · b + c`, fused where the machine has it.
    fn fma(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s;

    /// As many f16 values as a vector has lanes, as f32.
    ///
    /// # Safety
    /// That many values must be readable at `from`.
    unsafe fn load_halves(self, from: *const u16) -> Self::f32s;
}

/// [`Isa::load_halves`] without instructions for it.
///
/// # Safety
/// As there.
#[inline(always)]
unsafe fn widen_halves<S: Isa>(from: *const u16) -> S::f32s {
    let mut wide = [0f32; 16];
    for (lane, value) in wide.iter_mut().enumerate().take(S::F32_LANES) {
        // SAFETY: the caller promises `F32_LANES` readable values.
        *value = half::f16::from_bits(unsafe { from.add(lane).read_unaligned() }).to_f32();
    }
    // SAFETY: `wide` holds at least `F32_LANES` values, and `f32s` is plain data of that size.
    unsafe { wide.as_ptr().cast::<S::f32s>().read_unaligned() }
}

impl Isa for Scalar128b {
    const TILE_ROWS: usize = 4;
    const TILE_VECTORS: usize = 2;

    #[inline(always)]
    fn fma(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
        // A fused multiplication would be a call into the C library on machines of this level, and `pulp`'s own operations
        // are calls too where the compiler does not inline them: some hundred times slower than SSE, which every x86-64 has.
        #[cfg(target_arch = "x86_64")]
        {
            use core::arch::x86_64::{__m128, _mm_add_ps, _mm_mul_ps};
            let [a, b, c]: [__m128; 3] = [pulp::cast(a), pulp::cast(b), pulp::cast(c)];
            // SAFETY: SSE is part of x86-64.
            pulp::cast(unsafe { _mm_add_ps(_mm_mul_ps(a, b), c) })
        }
        #[cfg(not(target_arch = "x86_64"))]
        self.add_f32s(self.mul_f32s(a, b), c)
    }

    #[inline(always)]
    unsafe fn load_halves(self, from: *const u16) -> Self::f32s {
        // SAFETY: the same promise.
        unsafe { widen_halves::<Self>(from) }
    }
}

#[cfg(target_arch = "x86_64")]
impl Isa for pulp::x86::V3 {
    const TILE_ROWS: usize = 6;
    const TILE_VECTORS: usize = 2;

    #[inline(always)]
    fn fma(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
        self.mul_add_f32s(a, b, c)
    }

    #[inline(always)]
    unsafe fn load_halves(self, from: *const u16) -> Self::f32s {
        // SAFETY: the caller promises 8 readable values, 16 bytes.
        let bits = unsafe { from.cast::<core::arch::x86_64::__m128i>().read_unaligned() };
        let wide: Self::u32s = pulp::cast(self.avx2._mm256_cvtepu16_epi32(bits));
        // Exponent and mantissa move to where f32 has them; the multiplication mends the exponent's bias.
        let magnitude = self.and_u32s(wide, self.splat_u32s(0x7fff));
        let magnitude = self.wrapping_dyn_shl_u32s(magnitude, self.splat_u32s(13));
        let sign = self.and_u32s(wide, self.splat_u32s(0x8000));
        let sign = self.wrapping_dyn_shl_u32s(sign, self.splat_u32s(16));
        let scale = self.splat_f32s(f32::from_bits((127 + 112) << 23));
        let magnitude = self.mul_f32s(self.transmute_f32s_u32s(magnitude), scale);
        self.or_f32s(magnitude, self.transmute_f32s_u32s(sign))
    }
}

#[cfg(target_arch = "x86_64")]
impl Isa for pulp::x86::V4 {
    const TILE_ROWS: usize = 8;
    const TILE_VECTORS: usize = 3;

    #[inline(always)]
    fn fma(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
        self.mul_add_f32s(a, b, c)
    }

    #[inline(always)]
    unsafe fn load_halves(self, from: *const u16) -> Self::f32s {
        // SAFETY: the caller promises 16 readable values, 32 bytes.
        let bits = unsafe { from.cast::<core::arch::x86_64::__m256i>().read_unaligned() };
        pulp::cast(self.avx512f._mm512_cvtph_ps(bits))
    }
}

#[cfg(target_arch = "aarch64")]
impl Isa for pulp::aarch64::Neon {
    const TILE_ROWS: usize = 8;
    const TILE_VECTORS: usize = 3;

    #[inline(always)]
    fn fma(self, a: Self::f32s, b: Self::f32s, c: Self::f32s) -> Self::f32s {
        self.mul_add_f32s(a, b, c)
    }

    #[inline(always)]
    unsafe fn load_halves(self, from: *const u16) -> Self::f32s {
        // SAFETY: the same promise.
        unsafe { widen_halves::<Self>(from) }
    }
}

/// Reads one vector.
///
/// # Safety
/// `F32_LANES` values must be readable at `from`.
#[inline(always)]
pub(super) unsafe fn load<S: Simd>(_: S, from: *const f32) -> S::f32s {
    // SAFETY: the caller's promise; `f32s` is plain data of `F32_LANES` floats.
    unsafe { from.cast::<S::f32s>().read_unaligned() }
}

/// Writes one vector.
///
/// # Safety
/// `F32_LANES` values must be writable at `to`.
#[inline(always)]
pub(super) unsafe fn store<S: Simd>(_: S, to: *mut f32, value: S::f32s) {
    // SAFETY: the caller's promise; `f32s` is plain data of `F32_LANES` floats.
    unsafe { to.cast::<S::f32s>().write_unaligned(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_forces_a_level_or_none_and_ignores_what_it_does_not_know() {
        let available = Level::available();
        let best = available.last().unwrap().name();
        let chosen = |wanted| choose(wanted, &available).map(Level::name);
        assert_eq!(chosen(Some("portable")), Some("portable"));
        assert_eq!(chosen(Some("plain")), None);
        for ignored in [None, Some(""), Some("mmx")] {
            assert_eq!(chosen(ignored), Some(best));
        }
    }

    #[test]
    fn every_half_becomes_the_same_f32_at_every_level() {
        struct Widen<'a>(&'a [u16]);
        impl Kernel for Widen<'_> {
            type Output = Vec<f32>;
            #[inline(always)]
            fn run<S: Isa>(self, simd: S) -> Vec<f32> {
                let mut out = vec![0f32; self.0.len()];
                for (from, to) in self.0.chunks_exact(S::F32_LANES).zip(out.chunks_exact_mut(S::F32_LANES)) {
                    // SAFETY: both chunks hold exactly one vector.
                    unsafe { store(simd, to.as_mut_ptr(), simd.load_halves(from.as_ptr())) };
                }
                out
            }
        }
        let finite: Vec<u16> = (0..=u16::MAX).filter(|bits| half::f16::from_bits(*bits).is_finite()).collect();
        let expected: Vec<f32> = finite.iter().map(|bits| half::f16::from_bits(*bits).to_f32()).collect();
        assert_eq!(finite.len() % 16, 0);
        for level in Level::available() {
            assert_eq!(level.run(Widen(&finite)), expected, "{}", level.name());
        }
    }
}
