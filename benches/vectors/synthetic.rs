//! Made-up vectors of two kinds, always the same for one seed: a library's, and queries of two kinds about them.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// How vectors are made.
pub(crate) enum Kind {
    /// 2,000 clusters of very unequal size, in which the vectors are spread in every direction: hard, as most of a cluster is
    /// about equally near to a query.
    Clusters,
    /// Few things vary: 16 numbers, of which 3,000 clusters of unequal size and width are spread over, bent into the space
    /// by two curves each, and a little noise in every direction. Some vectors are near to very many, as hubs are among
    /// real ones.
    Manifold,
}

/// Clusters of either kind.
const CLUSTERS: [usize; 2] = [2000, 3000];

/// Numbers that vary in a manifold.
const LATENT: usize = 16;

/// How far a vector is from its cluster's centre, both of length 1: cosines of about 0.8 within a cluster.
const SPREAD: f32 = 0.7;

/// Noise on a manifold, where the rest has about length 1.
const NOISE: f32 = 0.3;

/// How far a text is pushed to the side that all texts lie on, next to 1 for the sound it is about.
const GAP: f32 = 1.0;

/// Vectors made from one seed.
const CHUNK: usize = 1000;

/// Made-up vectors of one kind.
pub(crate) struct Synthetic {
    kind: Kind,
    dim: usize,
    seed: u64,
    centres: Vec<Vec<f32>>,
    widths: Vec<f32>,
    /// From the bent numbers to each value.
    map: Vec<Vec<f32>>,
    side: Vec<f32>,
}

impl Synthetic {
    /// Vectors of `dim` values.
    pub(crate) fn new(kind: Kind, dim: usize, seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let (clusters, latent) = match kind {
            Kind::Clusters => (CLUSTERS[0], dim),
            Kind::Manifold => (CLUSTERS[1], LATENT),
        };
        let map = (0..dim).map(|_| direction(&mut random, 2 * LATENT)).collect();
        let centres = (0..clusters).map(|_| direction(&mut random, latent)).collect();
        let widths = (0..clusters).map(|_| random.random_range(0.3f32..1.2)).collect();
        let side = direction(&mut random, dim);
        Synthetic { kind, dim, seed, centres, widths, map, side }
    }

    /// Values a vector.
    pub(crate) fn dim(&self) -> usize {
        self.dim
    }

    /// Vectors `start..start + len` of the library, row-major `[len, dim]`; `start` and `len` are multiples of 1,000.
    pub(crate) fn library(&self, start: usize, len: usize) -> Vec<f32> {
        let chunk = |chunk: usize| {
            let mut random = SmallRng::seed_from_u64(self.seed.wrapping_mul(7_000_003) + 1 + chunk as u64);
            (0..CHUNK).flat_map(|_| self.vector(&mut random)).collect::<Vec<f32>>()
        };
        (start / CHUNK..(start + len) / CHUNK).into_par_iter().flat_map_iter(chunk).collect()
    }

    /// `len` queries that are sounds, and as many that are texts: drawn like the vectors of the library, but others.
    pub(crate) fn queries(&self, len: usize) -> [Vec<Vec<f32>>; 2] {
        let mut random = SmallRng::seed_from_u64(!self.seed);
        let sounds = (0..len).map(|_| self.vector(&mut random)).collect();
        let mut text = |_| {
            let sound = self.vector(&mut random);
            normalized(sound.iter().zip(&self.side).map(|(value, side)| value + GAP * side).collect())
        };
        [sounds, (0..len).map(&mut text).collect()]
    }

    fn vector(&self, random: &mut SmallRng) -> Vec<f32> {
        // Squaring makes some clusters many times as large as others.
        let cluster = (random.random::<f32>().powi(2) * self.centres.len() as f32) as usize % self.centres.len();
        let centre = &self.centres[cluster];
        match self.kind {
            Kind::Clusters => {
                let noise = direction(random, self.dim);
                normalized(centre.iter().zip(&noise).map(|(centre, noise)| centre + SPREAD * noise).collect())
            }
            Kind::Manifold => {
                let offset = direction(random, LATENT);
                let latent: Vec<f32> = centre.iter().zip(&offset).map(|(c, o)| c + self.widths[cluster] * o).collect();
                let bent: Vec<f32> = latent
                    .iter()
                    .map(|x| (3.0 * x).tanh())
                    .chain(latent.iter().map(|x| 0.5 * (5.0 * x).sin()))
                    .collect();
                let noise = direction(random, self.dim);
                let value = |(row, noise): (&Vec<f32>, &f32)| {
                    row.iter().zip(&bent).map(|(weight, bent)| weight * bent).sum::<f32>() + NOISE * noise
                };
                normalized(self.map.iter().zip(&noise).map(value).collect())
            }
        }
    }
}

/// A random direction of length 1: sums of uniform numbers are near enough to Gaussian ones.
fn direction(random: &mut SmallRng, dim: usize) -> Vec<f32> {
    normalized((0..dim).map(|_| (0..4).map(|_| random.random_range(-1.0f32..1.0)).sum::<f32>()).collect())
}

fn normalized(mut values: Vec<f32>) -> Vec<f32> {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter_mut().for_each(|value| *value /= length);
    values
}
