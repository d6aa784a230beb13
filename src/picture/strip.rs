//! Values along time in a bounded number of columns, however long the time: what a picture is drawn from.

use std::ops::Range;

/// Columns of values. Where there would be too many, each two neighbours become one that has the higher values of both, and
/// from then on each column stands for twice the time.
#[derive(Debug)]
pub struct Strip {
    /// Values a column.
    height: usize,
    /// Columns kept at most. Even, as they are merged by twos.
    most_columns: usize,
    /// Row-major `[columns, height]`.
    values: Vec<f32>,
    /// Moments that a column stands for.
    per_column: usize,
    /// Moments so far.
    moments: usize,
}

impl Strip {
    /// A strip of columns of `height` values, at least 1, for a picture of `width` columns.
    pub fn new(height: usize, width: usize) -> Self {
        // Twice what the picture has, so that each of its columns has one of its own.
        Strip { height, most_columns: 2 * width.max(1), values: Vec::new(), per_column: 1, moments: 0 }
    }

    /// Number of moments so far.
    pub fn moments(&self) -> usize {
        self.moments
    }

    /// Adds the `values` of the next moment.
    pub fn push(&mut self, values: &[f32]) {
        if self.moments == self.most_columns * self.per_column {
            self.merge();
        }
        if self.moments.is_multiple_of(self.per_column) {
            self.values.extend_from_slice(values);
        } else {
            let last = self.values.len() - self.height;
            raise(&mut self.values[last..], values);
        }
        self.moments += 1;
    }

    fn merge(&mut self) {
        let height = self.height;
        for column in 0..self.most_columns / 2 {
            let (kept, others) = self.values.split_at_mut((2 * column + 1) * height);
            let first = 2 * column * height;
            raise(&mut kept[first..], &others[..height]);
            self.values.copy_within(first..first + height, column * height);
        }
        self.values.truncate(self.most_columns / 2 * height);
        self.per_column *= 2;
    }

    /// The highest values in the part between two shares of all time, 0..=1; at least one column's. `None` for an empty strip.
    pub fn within(&self, shares: Range<f64>) -> Option<Vec<f32>> {
        let columns = self.values.len() / self.height;
        let column = |share: f64| share * self.moments as f64 / self.per_column as f64;
        let first = (column(shares.start) as usize).min(columns.checked_sub(1)?);
        let end = (column(shares.end).ceil() as usize).clamp(first + 1, columns);
        let mut highest = self.values[first * self.height..][..self.height].to_vec();
        for values in self.values[first * self.height..end * self.height].chunks_exact(self.height) {
            raise(&mut highest, values);
        }
        Some(highest)
    }
}

fn raise(values: &mut [f32], others: &[f32]) {
    for (value, other) in values.iter_mut().zip(others) {
        *value = value.max(*other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 1600;
    const MOST_COLUMNS: usize = 2 * WIDTH;

    #[test]
    fn a_strip_keeps_the_highest_values_in_their_place_however_long_it_is() {
        for moments in [1, 5, MOST_COLUMNS, MOST_COLUMNS + 1, 7 * MOST_COLUMNS + 3] {
            let mut strip = Strip::new(2, WIDTH);
            for moment in 0..moments {
                strip.push(&[moment as f32, if moment == moments / 2 { 1.0 } else { 0.0 }]);
                assert!(strip.values.len() <= 2 * MOST_COLUMNS);
            }
            assert_eq!(strip.moments(), moments);
            let last = (moments - 1) as f32;
            assert_eq!(strip.within(0.0..1.0), Some(vec![last, 1.0]), "{moments} moments");
            assert_eq!(strip.within(1.0..1.0).unwrap()[0], last);
            let share = (moments / 2) as f64 / moments as f64;
            assert_eq!(strip.within(share + 1e-9..share + 1e-9).unwrap()[1], 1.0, "{moments} moments");
            if moments > 2 {
                assert_eq!(strip.within(0.0..share - 2.0 / MOST_COLUMNS as f64).unwrap()[1], 0.0, "{moments} moments");
            }
        }
    }

    #[test]
    fn an_empty_strip_has_nothing() {
        assert_eq!(Strip::new(3, WIDTH).within(0.0..1.0), None);
    }
}
