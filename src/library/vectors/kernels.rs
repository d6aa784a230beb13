//! Dot products of the rows of a table with a query, on the widest registers the processor has.
//!
//! The loops are plain; [`pulp`] compiles them once for each instruction set and picks one at run time.

use pulp::{Arch, NullaryFnOnce};

/// Sums kept apart, so that the compiler can use the widest registers.
const LANES: usize = 16;

/// Calls `take` with each of `rows` and the dot product of that row of `table`, row-major `[_, query.len()]`, with
/// `query`.
pub(super) fn dot_rows(table: &[f32], query: &[f32], rows: impl Iterator<Item = usize>, take: impl FnMut(usize, f32)) {
    Arch::new().dispatch(RowProducts { table, query, rows, product: dot, take });
}

/// The same for a table and a query of small integers.
pub(super) fn dot_codes(table: &[i8], query: &[i8], rows: impl Iterator<Item = usize>, take: impl FnMut(usize, i32)) {
    Arch::new().dispatch(RowProducts { table, query, rows, product: dot_i8, take });
}

/// The products of rows with a query, in the widest instructions.
struct RowProducts<'a, T, I, P, F> {
    table: &'a [T],
    query: &'a [T],
    rows: I,
    product: P,
    take: F,
}

impl<T, S, I, P, F> NullaryFnOnce for RowProducts<'_, T, I, P, F>
where
    I: Iterator<Item = usize>,
    P: Fn(&[T], &[T]) -> S,
    F: FnMut(usize, S),
{
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let dim = self.query.len();
        for row in self.rows {
            (self.take)(row, (self.product)(&self.table[row * dim..(row + 1) * dim], self.query));
        }
    }
}

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Cannot overflow: 2^31 / 128² is more than 130,000 values. A check for it would keep the compiler from wide registers, and
/// so do sums that are kept apart here: of one plain sum it makes multiplications that add up pairs.
#[inline(always)]
fn dot_i8(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).fold(0, |sum: i32, (a, b)| sum.wrapping_add(i32::from(*a) * i32::from(*b)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, proptest};

    use super::*;

    fn pair<T: std::fmt::Debug>(value: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
        (0usize..70).prop_flat_map(move |dim| {
            (prop::collection::vec(value.clone(), dim), prop::collection::vec(value.clone(), dim))
        })
    }

    proptest! {
        #[test]
        fn the_f32_product_is_that_of_f64((a, b) in pair(-1.0f32..1.0)) {
            let exact: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            dot_rows(&a, &b, std::iter::once(0), |_, dot| assert!((f64::from(dot) - exact).abs() < 1e-5));
        }

        #[test]
        fn the_integer_product_is_exact((a, b) in pair(any::<i8>())) {
            let exact: i64 = a.iter().zip(&b).map(|(a, b)| i64::from(*a) * i64::from(*b)).sum();
            dot_codes(&a, &b, std::iter::once(0), |_, dot| assert_eq!(i64::from(dot), exact));
        }
    }
}
