//! Sounds that may be one recording: found among those that share a landmark.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use crate::error::Result;
use crate::library::Library;
use crate::library::browse::ClipRow;
use crate::search::hit::CopyKind;
use crate::search::map::landmarks::{NearestLandmarks, vectors};

/// Cosine from which on it is worth asking whether two sounds are one recording: a lower rate and silence that was cut off
/// move it less.
const COMPARABLE: f32 = 0.8;

/// Cosine from which on two sounds are all but the same.
const NEAR_IDENTICAL: f32 = 0.98;

/// Landmarks whose company a sound is compared with: of two like ones the nearest may differ, hardly all of these.
const SHARED: usize = 3;

/// Sounds of one landmark that are compared at a time.
const COMPANY: usize = 2000;

/// Pairs that are kept, the most alike ones.
const PAIRS: usize = 100_000;

/// Two sounds that may be one recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimilarPair {
    /// One of them, by its index among the clips.
    pub first: usize,
    /// The other, which comes later.
    pub second: usize,
    /// Their cosine.
    pub cosine: f32,
    /// How alike they are.
    pub likeness: Likeness,
}

/// How alike two sounds are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// One recording, stored in two ways.
    SameRecording,
    /// All but the same.
    NearIdentical,
}

impl Likeness {
    /// The likeness's name as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Likeness::SameRecording => CopyKind::SameRecording.name(),
            Likeness::NearIdentical => "near-identical",
        }
    }
}

/// The pairs among `clips`, whose landmarks are `nearest`; `None` if `watch`, which is told what share of the work is done,
/// breaks off.
pub(super) fn find(
    library: &Library,
    clips: &[ClipRow],
    nearest: &[NearestLandmarks],
    watch: &dyn Fn(f64) -> ControlFlow<()>,
) -> Result<Option<Vec<SimilarPair>>> {
    let mut companies: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (clip, nearest) in nearest.iter().enumerate() {
        let shared = nearest.iter().take(SHARED);
        shared.for_each(|(landmark, _)| companies.entry(*landmark).or_default().push(clip));
    }
    let (mut seen, mut pairs) = (HashSet::new(), Vec::new());
    let companies: Vec<&[usize]> = companies.values().flat_map(|company| company.chunks(COMPANY)).collect();
    for (index, company) in companies.iter().enumerate() {
        if watch(index as f64 / companies.len() as f64).is_break() {
            return Ok(None);
        }
        compare(library, clips, company, &mut |pair| {
            if seen.insert((pair.first, pair.second)) {
                pairs.push(pair);
            }
        })?;
    }
    pairs.sort_by(|a, b| b.cosine.total_cmp(&a.cosine).then(a.first.cmp(&b.first)).then(a.second.cmp(&b.second)));
    pairs.truncate(PAIRS);
    Ok(Some(pairs))
}

fn compare(library: &Library, clips: &[ClipRow], company: &[usize], take: &mut dyn FnMut(SimilarPair)) -> Result<()> {
    let members: Vec<ClipRow> = company.iter().map(|clip| clips[*clip].clone()).collect();
    let (present, vectors) = vectors(library, &members)?;
    // What lost its vector since is compared next time.
    if present.len() != members.len() {
        return Ok(());
    }
    let cosines = vectors.dot(&vectors.t());
    let imprints = library.imprints_of(&members.iter().map(|clip| clip.file).collect::<Vec<_>>())?;
    for (row, first) in company.iter().enumerate() {
        for (column, second) in company.iter().enumerate().skip(row + 1) {
            let cosine = cosines[(row, column)].min(1.0);
            let (a, b) = (&clips[*first], &clips[*second]);
            if cosine < COMPARABLE || (a.hash.is_some() && a.hash == b.hash) {
                continue;
            }
            let imprints = imprints.get(&a.file).zip(imprints.get(&b.file));
            let is_same = imprints.is_some_and(|(one, other)| one.is_same_recording(other));
            if is_same || cosine >= NEAR_IDENTICAL {
                let likeness = if is_same { Likeness::SameRecording } else { Likeness::NearIdentical };
                take(SimilarPair { first: *first, second: *second, cosine, likeness });
            }
        }
    }
    Ok(())
}
