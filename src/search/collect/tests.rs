//! What several queries find, against the scores of every segment.

use proptest::prelude::{any, prop, proptest};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::embedding::Embedding;
use crate::library::vectors::search::CODED_ERROR;
use crate::library::vectors::settings::Settings;
use crate::search::algebra::WeightedVector;
use crate::search::tests::{Sound, searcher_of};

const SOUNDS: usize = 200;
const DIM: usize = 48;

fn vector(random: &mut StdRng) -> Embedding {
    Embedding::normalized((0..DIM).map(|_| random.random_range(-1.0f32..1.0)).collect()).unwrap()
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(8))]

    #[test]
    fn of_several_queries_the_most_promising_segments_of_all_are_found(
        seed in any::<u64>(),
        wanted in prop::collection::vec(0.1f32..5.0, 1..3),
        unwanted in prop::collection::vec((0.1f32..5.0, -0.2f32..0.2), 1..3),
        coded in any::<bool>(),
    ) {
        let mut random = StdRng::seed_from_u64(seed);
        let sounds: Vec<_> = (0..SOUNDS).map(|i| Sound::new(&format!("/{i}"), vector(&mut random))).collect();
        let (_folder, searcher) = searcher_of(&sounds);
        let scanned_len = if coded { 10 } else { SOUNDS };
        let settings = Settings { scanned_len, ..Settings::default() };
        let vectors = VectorIndex::open_with(&searcher.library, settings).unwrap();
        let mut part = |weight, baseline| WeightedVector { vector: vector(&mut random), weight, baseline };
        let algebra = Algebra {
            wanted: wanted.iter().map(|weight| part(*weight, 0.0)).collect(),
            unwanted: unwanted.iter().map(|(weight, baseline)| part(*weight, *baseline)).collect(),
        };
        let (pool, recent_pools) = (&OnceCell::new(), &RecentPools::default());
        let sounds = SoundComparison { vectors: &vectors, algebra: &algebra, mode: Mode::Auto, pool, recent_pools };
        let scope = Scope { files: None, segments: None };
        let every = sounds.nearest(&scope, SOUNDS + 1).unwrap();
        assert_eq!(every.len(), SOUNDS);
        let promises = sounds.promises(&every).unwrap();
        // Cosines of coded vectors are off by a little.
        let moved = 1.0 + unwanted.iter().map(|(weight, _)| weight).sum::<f32>() / wanted.iter().sum::<f32>();
        let tolerance = 2.0 * CODED_ERROR * moved;
        for count in [1, 10, SOUNDS - 1] {
            let nearest = sounds.nearest(&scope, count).unwrap();
            assert_eq!(nearest, every[..count]);
            let least = nearest.iter().map(|segment| promises[segment]).fold(f32::INFINITY, f32::min);
            assert!(every[count..].iter().all(|segment| promises[segment] <= least + tolerance));
        }
    }
}
