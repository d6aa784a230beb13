//! Vectors at a quarter of their size: each value as an 8-bit multiple of the vector's own step.
//!
//! A cosine of two codes is off by about 0.0006 at 512 values (both are rounded to 1/127 of their largest value), which
//! is enough to find candidates; whoever needs the true order computes the few best again in f32.

use crate::library::vectors::kernels;

/// The largest code.
const LARGEST: f32 = 127.0;

/// A table of coded vectors, row-major `[rows, dim]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Codes {
    dim: usize,
    values: Vec<i8>,
    steps: Vec<f32>,
}

/// Coded vectors that lie somewhere, row-major `[rows, dim]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodedRows<'a> {
    dim: usize,
    values: &'a [i8],
    steps: &'a [f32],
}

/// One coded vector.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Code {
    values: Vec<i8>,
    step: f32,
}

impl Code {
    /// The code of these values and this step.
    pub(super) fn from_row((values, step): (&[i8], f32)) -> Self {
        Code { values: values.to_vec(), step }
    }

    /// The cosine of two codes, −1..=1.
    pub(super) fn cosine(&self, other: &Self) -> f32 {
        let mut cosine = 0.0;
        let one = CodedRows::new(self.values.len(), &self.values, std::slice::from_ref(&self.step));
        one.cosines(other, std::iter::once(0), |_, found| cosine = found);
        cosine
    }

    /// The size of one step: the error of a value is up to half of it.
    pub(super) fn step(&self) -> f32 {
        self.step
    }

    /// Codes `vector`, which has unit length.
    pub(super) fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0f32, |largest, value| largest.max(value.abs()));
        let per_step = LARGEST / largest;
        let values = vector.iter().map(|value| (value * per_step).round() as i8).collect();
        Code { values, step: largest / LARGEST }
    }
}

impl<'a> CodedRows<'a> {
    /// The rows with these codes and one step each, which fit each other.
    pub(super) fn new(dim: usize, values: &'a [i8], steps: &'a [f32]) -> Self {
        CodedRows { dim, values, steps }
    }

    /// Calls `take` with each of `rows` and its cosine with `query`, −1..=1.
    pub(super) fn cosines(&self, query: &Code, rows: impl Iterator<Item = usize>, mut take: impl FnMut(usize, f32)) {
        kernels::dot_codes(self.values, &query.values, rows, |row, dot| {
            take(row, (dot as f32 * self.steps[row] * query.step).clamp(-1.0, 1.0));
        });
    }

    /// The codes and the step of row `row`.
    pub(super) fn row(&self, row: usize) -> (&'a [i8], f32) {
        (&self.values[row * self.dim..(row + 1) * self.dim], self.steps[row])
    }
}

impl Codes {
    /// No vectors of `dim` values.
    pub(super) fn new(dim: usize) -> Self {
        Codes { dim, values: Vec::new(), steps: Vec::new() }
    }

    /// The table with these codes and one step a row; `None` if the lengths do not fit or a step is no step.
    pub(super) fn from_parts(dim: usize, values: Vec<i8>, steps: Vec<f32>) -> Option<Self> {
        let sound = values.len() == dim * steps.len() && steps.iter().all(|step| (0.0..=1.0).contains(step));
        sound.then_some(Codes { dim, values, steps })
    }

    /// The codes and the steps.
    pub(super) fn parts(&self) -> (&[i8], &[f32]) {
        (&self.values, &self.steps)
    }

    /// Values a row.
    pub(super) fn dim(&self) -> usize {
        self.dim
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Appends a row.
    pub(super) fn push(&mut self, code: &Code) {
        self.values.extend_from_slice(&code.values);
        self.steps.push(code.step);
    }

    /// Calls `take` with each of `rows` and its cosine with `query`, −1..=1.
    pub(super) fn cosines(&self, query: &Code, rows: impl Iterator<Item = usize>, take: impl FnMut(usize, f32)) {
        self.rows().cosines(query, rows, take);
    }

    /// All rows.
    pub(super) fn rows(&self) -> CodedRows<'_> {
        CodedRows::new(self.dim, &self.values, &self.steps)
    }

    /// The cosine of two rows, −1..=1.
    pub(super) fn cosine(&self, a: usize, b: usize) -> f32 {
        let mut cosine = 0.0;
        kernels::dot_codes(&self.values, self.row(a), std::iter::once(b), |_, dot| {
            cosine = (dot as f32 * self.steps[a] * self.steps[b]).clamp(-1.0, 1.0);
        });
        cosine
    }

    /// Size in memory, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        self.values.capacity() + self.steps.capacity() * size_of::<f32>()
    }

    fn row(&self, row: usize) -> &[i8] {
        &self.values[row * self.dim..(row + 1) * self.dim]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop, proptest};

    use super::*;
    use crate::embedding::Embedding;

    const DIM: usize = 64;

    fn unit() -> impl Strategy<Value = Embedding> {
        prop::collection::vec(-1.0f32..1.0, DIM).prop_filter_map("no direction", |v| Embedding::normalized(v).ok())
    }

    proptest! {
        #[test]
        fn the_cosine_of_codes_is_near_the_true_one(a in unit(), b in unit()) {
            let mut codes = Codes::new(DIM);
            codes.push(&Code::of(a.as_slice()));
            codes.push(&Code::of(b.as_slice()));
            let near = |cosine: f32| assert!((cosine - a.cosine_in_space(&b)).abs() < 0.01, "{cosine} for {}", a.cosine_in_space(&b));
            near(codes.cosine(0, 1));
            codes.cosines(&Code::of(b.as_slice()), std::iter::once(0), |_, cosine| near(cosine));
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        assert!(Codes::from_parts(2, vec![1; 4], vec![0.1; 2]).is_some());
        for (values, steps) in
            [(vec![1; 3], vec![0.1; 2]), (vec![1; 4], vec![f32::NAN; 2]), (vec![1; 4], vec![-0.1; 2])]
        {
            assert!(Codes::from_parts(2, values, steps).is_none());
        }
    }
}
