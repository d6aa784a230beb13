//! Which clips are nearest to which, exactly; and whether those are of the same class.

use crate::classify::metrics::{Proportion, average_precision_at};
use crate::embedding::matrix::EmbeddingMatrix;
use crate::eval::analysis::ClipAnalysis;
use crate::eval::dataset::LabelledClip;
use crate::eval::split::Round;

/// How many neighbours are looked at.
pub(super) const LIMIT: usize = 10;

/// Queries that are compared at once: enough for a matrix product to be worth it, little enough to fit beside it.
const BLOCK: usize = 256;

/// How far the nearest clips are of the same class, where those tested on ask and those learned from answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbourhood {
    /// Clips whose nearest has a class in common with them.
    pub nearest: Proportion,
    /// Share of the ten nearest that have a class in common with the clip, mean over the clips.
    pub precision: f64,
    /// Mean average precision of the ten nearest.
    pub mean_average_precision: f64,
}

/// Looks at the neighbours of each clip that is tested on.
pub fn look_around(items: &[LabelledClip], analyses: &[ClipAnalysis], rounds: &[Round]) -> Neighbourhood {
    let (mut nearest, mut precision, mut average) = (Proportion::default(), 0.0, 0.0);
    for round in rounds {
        each_query(analyses, &round.test, &round.train, |query, cosines| {
            let is_alike = |clip: usize| items[clip].classes.iter().any(|class| items[query].classes.contains(class));
            let hits: Vec<bool> = first(cosines, LIMIT).iter().map(|(row, _)| is_alike(round.train[*row])).collect();
            let relevant = round.train.iter().filter(|clip| is_alike(**clip)).count();
            nearest.right += usize::from(hits.first() == Some(&true));
            nearest.total += 1;
            precision += hits.iter().filter(|hit| **hit).count() as f64 / LIMIT.min(round.train.len()).max(1) as f64;
            average += average_precision_at(LIMIT, &hits, relevant);
        });
    }
    let queries = nearest.total.max(1) as f64;
    Neighbourhood { nearest, precision: precision / queries, mean_average_precision: average / queries }
}

/// Calls `take` with each of `queries` and its cosine with each of `rows`, all of them places among `heard`.
pub(super) fn each_query(
    analyses: &[ClipAnalysis],
    queries: &[usize],
    rows: &[usize],
    mut take: impl FnMut(usize, &[f32]),
) {
    let matrix = |clips: &[usize]| EmbeddingMatrix::new(clips.iter().map(|clip| &analyses[*clip].vector));
    let rows = matrix(rows);
    for block in queries.chunks(BLOCK) {
        let cosines = matrix(block).cosines(&rows);
        for (query, cosines) in block.iter().zip(cosines.outer_iter()) {
            take(*query, &cosines.to_vec());
        }
    }
}

/// The places of the `limit` highest of `cosines` and their values, highest first; of equal ones the first.
pub(super) fn first(cosines: &[f32], limit: usize) -> Vec<(usize, f32)> {
    let mut places: Vec<usize> = (0..cosines.len()).collect();
    let by_cosine = |a: &usize, b: &usize| cosines[*b].total_cmp(&cosines[*a]).then(a.cmp(b));
    if limit < places.len() {
        places.select_nth_unstable_by(limit, by_cosine);
        places.truncate(limit);
    }
    places.sort_unstable_by(by_cosine);
    places.into_iter().map(|place| (place, cosines[place])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::tests::{analysis_at, item};

    #[test]
    fn the_first_are_the_highest() {
        assert_eq!(first(&[0.1, 0.9, 0.5, 0.9], 3), [(1, 0.9), (3, 0.9), (2, 0.5)]);
        assert_eq!(first(&[0.1], 3), [(0, 0.1)]);
        assert!(first(&[], 3).is_empty());
    }

    #[test]
    fn neighbours_of_the_same_class_count() {
        let items = [item(0), item(0), item(1), item(0), item(1)];
        let analyses = [0.0, 10.0, 20.0, 31.0, 90.0].map(analysis_at);
        let rounds = [Round { fold: 0, train: vec![1, 2, 3, 4], test: vec![0] }];
        let around = look_around(&items, &analyses, &rounds);
        assert_eq!((around.nearest, around.precision), (Proportion { right: 1, total: 1 }, 0.5));
        // Alike are the first and the third of four: (1 + 2/3) / 2.
        assert!((around.mean_average_precision - 5.0 / 6.0).abs() < 1e-9, "{around:?}");
    }
}
