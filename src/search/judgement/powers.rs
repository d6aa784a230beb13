//! e to the power of many values, and the sums in which texts compete for a sound, on the widest registers the processor has.
//!
//! The loops are plain; [`pulp`] compiles them once for each instruction set and picks one at run time.

use pulp::{Arch, NullaryFnOnce};

/// Sums kept apart, so that the compiler can use the widest registers.
const LANES: usize = 16;

/// Beyond these, e to a power is no f32 any more, or no normal one.
const MOST: f32 = 88.0;
const LEAST: f32 = -87.0;

/// ln 2 in two parts: the first has few enough digits that its multiples by whole numbers are exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// 1/n! from n = 6 on down to 2: the Taylor series is within 2⁻²³ of e^x for |x| ≤ ln 2 / 2.
const SERIES: [f32; 5] = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5];

/// 1.5 · 2²³: what is added to it is rounded to a whole number.
const ROUNDING: f32 = 12_582_912.0;

/// Replaces each of `values` by e^(`sharpness` · value), within a millionth of it.
pub(super) fn raise(values: &mut [f32], sharpness: f32) {
    Arch::new().dispatch(Raised { values, sharpness });
}

/// Σ share · power, and Σ (1 − share) · power.
pub(super) fn shared_sums(powers: &[f32], shares: &[f32]) -> (f64, f64) {
    Arch::new().dispatch(SharedSums { powers, shares })
}

/// Adds `weight` times each of `values` to `sums`.
pub(super) fn add_weighted(sums: &mut [f32], values: &[f32], weight: f32) {
    Arch::new().dispatch(WeightedAddition { sums, values, weight });
}

struct Raised<'a> {
    values: &'a mut [f32],
    sharpness: f32,
}

impl NullaryFnOnce for Raised<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for value in self.values {
            *value = exp(*value * self.sharpness);
        }
    }
}

/// e^x: 2 to the power of a whole number times e to the power of what is left.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = x.clamp(LEAST, MOST);
    let rounded = x * std::f32::consts::LOG2_E + ROUNDING;
    let whole = rounded - ROUNDING;
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let [c6, c5, c4, c3, c2] = SERIES;
    let series = ((((c6 * rest + c5) * rest + c4) * rest + c3) * rest + c2) * rest * rest + rest + 1.0;
    // The whole number is in the lowest bits of what was rounded; moved up by the digits of an f32, it is an exponent.
    let power = rounded.to_bits() << 23;
    series * f32::from_bits(power.wrapping_add(1.0f32.to_bits()))
}

struct SharedSums<'a> {
    powers: &'a [f32],
    shares: &'a [f32],
}

impl NullaryFnOnce for SharedSums<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn call(self) -> (f64, f64) {
        let (mut own, mut others) = ([0f32; LANES], [0f32; LANES]);
        let ((powers, powers_left), (shares, shares_left)) =
            (self.powers.as_chunks::<LANES>(), self.shares.as_chunks::<LANES>());
        for (powers, shares) in powers.iter().zip(shares) {
            for lane in 0..LANES {
                own[lane] += shares[lane] * powers[lane];
                others[lane] += (1.0 - shares[lane]) * powers[lane];
            }
        }
        for (lane, (power, share)) in powers_left.iter().zip(shares_left).enumerate() {
            own[lane] += share * power;
            others[lane] += (1.0 - share) * power;
        }
        let total = |sums: [f32; LANES]| sums.iter().map(|sum| f64::from(*sum)).sum();
        (total(own), total(others))
    }
}

struct WeightedAddition<'a> {
    sums: &'a mut [f32],
    values: &'a [f32],
    weight: f32,
}

impl NullaryFnOnce for WeightedAddition<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (sum, value) in self.sums.iter_mut().zip(self.values) {
            *sum += self.weight * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, proptest};

    use super::*;

    proptest! {
        #[test]
        fn values_are_raised_to_within_a_millionth(values in prop::collection::vec(-40.0f32..40.0, 0..70), sharpness in 0.5f32..2.0) {
            let mut raised = values.clone();
            raise(&mut raised, sharpness);
            for (value, raised) in values.iter().zip(raised) {
                let exact = f64::from(value * sharpness).exp();
                assert!((f64::from(raised) / exact - 1.0).abs() < 1e-6, "{value}: {raised}, not {exact}");
            }
        }

        #[test]
        fn shared_sums_are_those_of_f64(pairs in prop::collection::vec((0.0f32..1.0, 0.0f32..100.0), 0..70)) {
            let (shares, powers): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
            let sum = |of: fn(f64) -> f64| pairs.iter().map(|(share, power)| of((*share).into()) * f64::from(*power)).sum::<f64>();
            let (own, others) = shared_sums(&powers, &shares);
            let near = |sum: f64, exact: f64| (sum - exact).abs() <= 1e-6 * (1.0 + exact);
            assert!(near(own, sum(|share| share)) && near(others, sum(|share| 1.0 - share)));
        }
    }

    #[test]
    fn what_is_too_large_or_too_small_stays_finite() {
        let mut values = [f32::INFINITY, 1e9, -1e9, f32::NEG_INFINITY];
        raise(&mut values, 1.5);
        assert!(values.iter().all(|value| value.is_finite() && *value > 0.0));
    }
}
