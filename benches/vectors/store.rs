//! Where the vectors come from, and the library that they are written into.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use auricle::embedding::{Embedding, Space};
use auricle::library::Library;
use auricle::library::record::change::Change;
use auricle::library::record::file::{FileFacts, Stamp};
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::{Segment, SegmentKind};
use auricle::library::record::sound::SoundFacts;
use auricle::library::writer::Writer;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::synthetic::Synthetic;

const FILES_A_COMMIT: usize = 2000;

/// Where vectors come from.
pub(crate) enum Source {
    /// Made up.
    Synthetic(Synthetic),
    /// Between real ones: each lies somewhere between two that are near to each other in the file they come from.
    Mixed { real: Vec<f32>, queries: usize, dim: usize, seed: u64 },
}

impl Source {
    /// Real vectors, and any number between them, from a file of bare little-endian f32, row-major `[_, dim]`. Every fiftieth
    /// is kept back as a query.
    pub(crate) fn mixed(path: &Path, dim: usize, seed: u64) -> Self {
        let bytes = std::fs::read(path).expect("kind= is clusters, manifold or a file");
        let all: Vec<f32> = bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect();
        let rows = all.chunks_exact(dim).enumerate();
        let (asking, kept): (Vec<_>, Vec<_>) = rows.partition(|(row, _)| row % 50 == 0);
        let flat =
            |rows: Vec<(usize, &[f32])>| rows.into_iter().flat_map(|(_, row)| row).copied().collect::<Vec<f32>>();
        let (asking, mut real) = (flat(asking), flat(kept));
        let queries = asking.len() / dim;
        real.extend(asking);
        Source::Mixed { real, queries, dim, seed }
    }

    /// Values a vector.
    pub(crate) fn dim(&self) -> usize {
        match self {
            Source::Synthetic(synthetic) => synthetic.dim(),
            Source::Mixed { dim, .. } => *dim,
        }
    }

    /// Vectors `start..start + len`, row-major `[len, dim]`; both are multiples of 1,000.
    pub(crate) fn library(&self, start: usize, len: usize) -> Vec<f32> {
        let (real, queries, dim, seed) = match self {
            Source::Synthetic(synthetic) => return synthetic.library(start, len),
            Source::Mixed { real, queries, dim, seed } => (real, *queries, *dim, *seed),
        };
        let rows = real.len() / dim - queries;
        let row = |row: usize| &real[row % rows * dim..][..dim];
        let vector = |number: usize| {
            if number < rows {
                return row(number).to_vec();
            }
            let mut random = SmallRng::seed_from_u64(seed ^ (number as u64).wrapping_mul(0x9e37_79b9));
            let (one, apart, share) =
                (random.random_range(0..rows), random.random_range(1..8), random.random_range(0.0..0.5f32));
            let mixed: Vec<f32> =
                row(one).iter().zip(row(one + apart)).map(|(a, b)| (1.0 - share) * a + share * b).collect();
            embedding(mixed).as_slice().to_vec()
        };
        (start..start + len).flat_map(vector).collect()
    }

    /// Queries that are sounds, and queries that are texts; of real vectors, both are sounds that the library has not.
    pub(crate) fn queries(&self, len: usize) -> [Vec<Vec<f32>>; 2] {
        let (real, queries, dim) = match self {
            Source::Synthetic(synthetic) => return synthetic.queries(len),
            Source::Mixed { real, queries, dim, .. } => (real, *queries, *dim),
        };
        let asking: Vec<Vec<f32>> = real[real.len() - queries * dim..].chunks_exact(dim).map(<[f32]>::to_vec).collect();
        let half = asking.len() / 2;
        [asking[..half.min(len)].to_vec(), asking[half..].iter().take(len).cloned().collect()]
    }
}

/// The direction of `values`.
pub(crate) fn embedding(values: Vec<f32>) -> Embedding {
    Embedding::normalized(values).expect("it has a direction")
}

/// Writes the vectors numbered `numbers` as clips into the library in `folder`, as `auricle index` writes them.
pub(crate) fn write_library(folder: &Path, numbers: Range<usize>, source: &Source) -> Library {
    let model = Space { name: "synthetic".into(), fingerprint: "synthetic".into(), dim: source.dim() };
    let mut writer = Writer::open(folder, &model).expect("the folder can be written");
    let clip = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 5.0, channel: None };
    for start in numbers.clone().step_by(FILES_A_COMMIT) {
        let vectors = source.library(start, FILES_A_COMMIT.min(numbers.end - start));
        let change = |(at, vector): (usize, &[f32])| {
            let path = PathBuf::from(format!("/sounds/{:03}/recording-{}.wav", (start + at) % 1000, start + at));
            let stamp = Stamp { size_bytes: 1, modified_ns: 0 };
            let file = FileFacts { path, stamp, hash: None, hearing: Hearing::Mix };
            Change::Indexed { file, sound: SoundFacts::default(), segments: vec![(clip, embedding(vector.to_vec()))] }
        };
        let changes: Vec<_> = vectors.chunks_exact(source.dim()).enumerate().map(change).collect();
        writer.commit(&changes).expect("the batch is sound");
    }
    drop(writer);
    Library::open(folder).expect("it was just written")
}

/// Writes the vectors and the queries as bare f32 into `folder`.
pub(crate) fn dump(source: &Source, vectors: usize, queries: &[Vec<Embedding>; 2], folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let create = |name: &str| BufWriter::new(File::create(folder.join(name)).expect("the file can be written"));
    let mut file = create("vectors.f32");
    for start in (0..vectors).step_by(100_000) {
        write(&mut file, &source.library(start, 100_000.min(vectors - start)));
    }
    for (name, queries) in ["sounds.f32", "texts.f32"].iter().zip(queries) {
        let mut file = create(name);
        queries.iter().for_each(|query| write(&mut file, query.as_slice()));
    }
}

fn write(file: &mut BufWriter<File>, values: &[f32]) {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    file.write_all(&bytes).expect("the disk has room");
}
