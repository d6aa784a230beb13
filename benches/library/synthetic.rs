//! A catalogue of made-up files with names, tags and vectors like those of a large collection.

use std::path::{Path, PathBuf};

use auricle::embedding::{Embedding, Space};
use auricle::library::record::change::Change;
use auricle::library::record::file::{FileFacts, Hash, Stamp};
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::{Segment, SegmentKind};
use auricle::library::record::sound::SoundFacts;
use auricle::library::writer::Writer;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

const CLUSTERS: usize = 2000;
const FILES_A_COMMIT: usize = 2000;

/// How far a vector is from its centre, both of length 1: cosines of about 0.8 within a cluster.
const SPREAD: f32 = 0.7;

const THINGS: [&str; 12] =
    ["kick", "snare", "rain", "door", "wind", "dog", "engine", "bell", "footsteps", "siren", "birds", "crowd"];
const KINDS: [&str; 8] = ["808", "hard", "soft", "close", "distant", "metal", "wood", "vintage"];
const GENRES: [&str; 4] = ["field recording", "drums", "foley", "ambience"];

/// Writes a library of `files` files into `folder`, as `auricle index` with `model` writes it.
pub(crate) fn write_library(folder: &Path, files: usize, model: &Space) {
    let dim = model.dim;
    let mut writer = Writer::open(folder, model).expect("the folder is new");
    let mut random = SmallRng::seed_from_u64(20_261_121);
    let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| direction(&mut random, dim)).collect();
    for start in (0..files).step_by(FILES_A_COMMIT) {
        let numbers = start..files.min(start + FILES_A_COMMIT);
        let changes: Vec<Change> = numbers.map(|number| change(number, &centres, &mut random)).collect();
        writer.commit(&changes).expect("the batch is sound");
    }
}

fn change(number: usize, centres: &[Vec<f32>], random: &mut SmallRng) -> Change {
    let (thing, kind) = (THINGS[random.random_range(0..THINGS.len())], KINDS[random.random_range(0..KINDS.len())]);
    let format = ["wav", "flac", "mp3"][number % 3];
    let duration_seconds = f64::from(random.random_range(0.1f32..9.0));
    let path = format!("/sounds/pack {:03}/{thing}/{thing}_{kind}-{number:06}.{format}", number % 1000);
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&number.to_le_bytes());
    Change::Indexed {
        file: FileFacts {
            path: PathBuf::from(path),
            stamp: Stamp { size_bytes: 1, modified_ns: number as i64 },
            hash: Some(Hash(hash)),
            hearing: Hearing::Mix,
        },
        sound: SoundFacts {
            cues: Vec::new(),
            container: format.into(),
            codec: format.into(),
            rate_hz: 44_100,
            channels: 2,
            duration_seconds,
            tags: vec![
                ("title".into(), format!("{kind} {thing}")),
                ("genre".into(), GENRES[random.random_range(0..GENRES.len())].into()),
            ],
            partial: None,
            imprint: None,
        },
        segments: vec![(
            Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: duration_seconds, channel: None },
            vector(centres, random),
        )],
    }
}

/// A vector of a cluster; squaring makes some clusters many times as large as others.
fn vector(centres: &[Vec<f32>], random: &mut SmallRng) -> Embedding {
    let centre = &centres[(random.random::<f32>().powi(2) * CLUSTERS as f32) as usize % CLUSTERS];
    let noise = direction(random, centre.len());
    let values = centre.iter().zip(&noise).map(|(centre, noise)| centre + SPREAD * noise).collect();
    Embedding::normalized(values).expect("noise has a direction")
}

/// A random direction of about unit length: sums of uniform numbers are near enough to Gaussian ones.
fn direction(random: &mut SmallRng, dim: usize) -> Vec<f32> {
    let gaussian = |_| (0..4).map(|_| random.random_range(-1.0f32..1.0)).sum::<f32>();
    let values: Vec<f32> = (0..dim).map(gaussian).collect();
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter().map(|value| value / length).collect()
}
