//! Two lists of numbers → how well one orders the other.

/// Spearman's rank correlation of two lists of the same length, −1..=1: 1 if they put things in the same order. Of equal
/// scores the earlier comes first. `None` for fewer than two.
pub(crate) fn rank_correlation(first: &[f32], second: &[f32]) -> Option<f32> {
    let count = first.len() as f64;
    if first.len() < 2 {
        return None;
    }
    let squares = places(first).into_iter().zip(places(second)).map(|(a, b)| (a - b) * (a - b));
    Some((1.0 - 6.0 * squares.sum::<f64>() / (count * (count * count - 1.0))) as f32)
}

/// The mean of `values`; `None` if there are none.
pub(crate) fn mean(values: impl IntoIterator<Item = f32>) -> Option<f32> {
    let (mut count, mut total) = (0usize, 0f64);
    for value in values {
        count += 1;
        total += f64::from(value);
    }
    (count > 0).then(|| (total / count as f64) as f32)
}

fn places(scores: &[f32]) -> Vec<f64> {
    let mut places = vec![0.0; scores.len()];
    for (place, index) in best_first(scores).into_iter().enumerate() {
        places[index] = place as f64;
    }
    places
}

fn best_first(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_correlation_is_1_for_the_same_order_and_minus_1_for_the_reverse() {
        let order = [0.1, 0.5, 0.9, 0.7];
        assert_eq!(rank_correlation(&order, &[1.0, 2.0, 30.0, 20.0]), Some(1.0));
        assert_eq!(rank_correlation(&order, &order.map(|score| -score)), Some(-1.0));
        // Neighbours changed places: 1 − 6·2/(4·15).
        assert!((rank_correlation(&order, &[0.1, 0.5, 0.7, 0.9]).unwrap() - 0.8).abs() < 1e-6);
        assert_eq!(rank_correlation(&[1.0], &[1.0]), None);
    }
}
