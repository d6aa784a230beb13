//! Landmarks → points on a plane (t-SNE), and sounds between them.

use bhtsne::tSNE;
use ndarray::{Array2, Axis};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::embedding::dot;
use crate::search::map::landmarks::NearestLandmarks;

/// Neighbours that count for a landmark, about: the usual value of the method.
const PERPLEXITY: f32 = 30.0;

/// Landmarks below which the method has too little to go by.
const LEAST_LANDMARKS: usize = 12;

/// Rounds after which little moves any more.
const EPOCHS: usize = 600;

/// How coarsely far landmarks are summed up: the usual value of the method.
const THETA: f32 = 0.5;

/// How far the first places are apart, small beside the last ones.
const BEGINNING: f32 = 1e-2;

/// How fast a landmark loses weight with each unit of cosine.
const SHARPNESS: f32 = 30.0;

/// Where each of `landmarks` is, −1..=1.
pub(super) fn lay_out(landmarks: &Array2<f32>) -> Vec<[f32; 2]> {
    let beginning = project(landmarks);
    if landmarks.nrows() < LEAST_LANDMARKS {
        return fit(beginning);
    }
    let rows: Vec<Vec<f32>> = landmarks.axis_iter(Axis(0)).map(|row| row.to_vec()).collect();
    let perplexity = PERPLEXITY.min((landmarks.nrows() - 1) as f32 / 4.0);
    let beginning: Vec<f32> = beginning.into_iter().flatten().map(|value| value * BEGINNING).collect();
    let mut method = tSNE::<f32, Vec<f32>, 2>::new(&rows);
    method.perplexity(perplexity).epochs(EPOCHS).initial_embedding(beginning);
    method.barnes_hut(THETA, |a, b| {
        // The distance of two vectors of unit length.
        (2.0 - 2.0 * dot(a, b)).max(0.0).sqrt() as f32
    });
    fit(method.embedding().as_chunks::<2>().0.to_vec())
}

/// The places of sounds between the landmarks in `layout` that they are nearest to.
pub(super) fn place(layout: &[[f32; 2]], nearest: &[NearestLandmarks]) -> Vec<[f32; 2]> {
    let between = |nearest: &NearestLandmarks| {
        let best = nearest.first().map_or(0.0, |(_, cosine)| *cosine);
        let weights = nearest.iter().map(|(landmark, cosine)| (*landmark, ((cosine - best) * SHARPNESS).exp()));
        let (mut sum, mut total) = ([0.0, 0.0], 0.0);
        for (landmark, weight) in weights {
            let [x, y] = layout[landmark];
            sum = [sum[0] + x * weight, sum[1] + y * weight];
            total += weight;
        }
        sum.map(|value| if total > 0.0 { value / total } else { 0.0 })
    };
    nearest.par_iter().map(between).collect()
}

/// The two directions in which `rows` differ most, roughly: from one to the one least like it, and across.
fn project(rows: &Array2<f32>) -> Vec<[f32; 2]> {
    if rows.nrows() == 0 {
        return Vec::new();
    }
    let least_like = |row: usize| {
        let cosines = rows.dot(&rows.row(row));
        let least = cosines.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        least.map_or(0, |(index, _)| index)
    };
    let first = least_like(0);
    let second = least_like(first);
    let along = &rows.row(second) - &rows.row(first);
    let length = along.dot(&along).sqrt().max(f32::MIN_POSITIVE);
    let along = along / length;
    let middle = rows.mean_axis(Axis(0)).unwrap_or_else(|| along.clone());
    let offsets = rows - &middle.insert_axis(Axis(0));
    let x = offsets.dot(&along);
    let rest: Vec<f32> = offsets.axis_iter(Axis(0)).zip(&x).map(|(row, x)| row.dot(&row) - x * x).collect();
    let farthest = rest.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index);
    let across = &offsets.row(farthest) - &(&along * x[farthest]);
    let length = across.dot(&across).sqrt().max(f32::MIN_POSITIVE);
    let y = offsets.dot(&(across / length));
    x.iter().zip(&y).map(|(x, y)| [*x, *y]).collect()
}

/// `places` moved and shrunk so that they fill −1..=1.
fn fit(places: Vec<[f32; 2]>) -> Vec<[f32; 2]> {
    let bounds = |axis: usize| {
        let values = places.iter().map(|place| place[axis]);
        values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let [(left, right), (bottom, top)] = [bounds(0), bounds(1)];
    let half = ((right - left).max(top - bottom) / 2.0).max(f32::MIN_POSITIVE);
    let centre = [(left + right) / 2.0, (bottom + top) / 2.0];
    let move_in = |place: &[f32; 2]| [0, 1].map(|axis| ((place[axis] - centre[axis]) / half).clamp(-1.0, 1.0));
    places.iter().map(move_in).collect()
}
