//! A query → the rows nearest to it, out of as many lists as that takes.
//!
//! Of a list that has not been read, this is known: how near its centre is to the query, and how far its vectors lie from
//! there. If their cosines with the query are spread normally around the centre's, the number of them beyond the last of the
//! best so far can be expected; a list is read if that is more than [`WORTH`]. How wide they are spread is learned from the lists
//! that have been read: it depends on the query, on the dimension that the data really have, and on nothing chosen here.

use fixedbitset::FixedBitSet;

use crate::library::record::segment::SegmentKind;
use crate::library::vectors::codes::Code;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::lists::part::Damaged;
use crate::library::vectors::lists::{VectorLists, passes};
use crate::library::vectors::top_k::{Nearest, ScoredRow};

/// A list is read if it can be expected to hold so many of those wanted. The fewer vectors a filter lets through, the more lists
/// share them, and the less each is worth: by the root of the share that passes.
const WORTH: f64 = 0.03;

/// Lists that are read before anything is expected of others.
const AT_FIRST: usize = 3;

/// Lists whose centres are looked for first; then so many times more, as long as they are worth it.
const BREADTH: usize = 64;
const WIDER: usize = 4;

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::library::vectors) struct ListQuestion<'a> {
    pub(in crate::library::vectors) query: &'a Code,
    /// So many are wanted.
    pub(in crate::library::vectors) limit: usize,
    /// And so many are kept, as codes are not exact.
    pub(in crate::library::vectors) kept: usize,
    pub(in crate::library::vectors) filter: &'a Filter<'a>,
}

/// What a search has found so far.
struct Probe<'a> {
    lists: &'a VectorLists,
    question: ListQuestion<'a>,
    /// The share of vectors that the filter lets through, as far as is known.
    share: f64,
    best: Nearest,
    kept: Nearest,
    /// Sums over the rows that were read: of the squared distance of a cosine from its centre's, and of a vector from its centre.
    deviations: f64,
    spreads: f64,
    read: FixedBitSet,
}

impl VectorLists {
    /// The rows nearest to a query, nearest first: `kept` of them, of which the first `limit` are found with great likelihood;
    /// `None` if a list turns out to be damaged.
    pub(in crate::library::vectors) fn nearest(&self, question: ListQuestion<'_>) -> Option<Vec<ScoredRow>> {
        let mut probe = Probe {
            lists: self,
            question,
            share: self.share(question.filter),
            best: Nearest::new(question.limit),
            kept: Nearest::new(question.kept),
            deviations: 0.0,
            spreads: 0.0,
            read: FixedBitSet::with_capacity(self.centres.len()),
        };
        let mut breadth = BREADTH;
        loop {
            let centres = self.centres.nearest(question.query, breadth);
            let worth = self.noted(probe.read_worthy(&centres))?;
            // A graph can have parts that no way leads to.
            if (!worth && probe.best.is_full()) || centres.len() >= self.list_len() {
                return Some(probe.kept.into_sorted());
            }
            breadth *= WIDER;
        }
    }

    /// About which share of the vectors `filter` lets through.
    fn share(&self, filter: &Filter<'_>) -> f64 {
        let all = self.live_len.max(1) as f64;
        let moments = self.moments as f64 / all;
        let kind = match filter.kind {
            None => 1.0,
            Some(SegmentKind::Moment) => moments,
            Some(SegmentKind::Clip) => 1.0 - moments,
        };
        filter.among.map_or(1.0, |among| (among.len() as f64 / all).min(1.0)) * kind.max(1.0 / all)
    }
}

impl Probe<'_> {
    /// Reads those lists around `centres`, nearest first, that are worth it. Whether the last of them would have been worth it.
    fn read_worthy(&mut self, centres: &[ScoredRow]) -> Result<bool, Damaged> {
        let mut last = false;
        for (place, centre) in centres.iter().enumerate() {
            if self.read.contains(centre.row) {
                continue;
            }
            last = place < AT_FIRST || self.expected(*centre) > WORTH * self.share.sqrt();
            if last {
                self.read(*centre)?;
            }
        }
        Ok(last)
    }

    /// How many of those wanted the list around `centre` can be expected to hold.
    fn expected(&self, centre: ScoredRow) -> f64 {
        let len = f64::from(self.lists.lens[centre.row]) * self.share;
        if !self.best.is_full() {
            return len;
        }
        let length = f64::from(self.lists.centres.lengths[centre.row]);
        let wider = self.deviations / self.spreads.max(f64::MIN_POSITIVE);
        let spread = (wider * (1.0 - length * length)).max(1e-12).sqrt();
        len * beyond((f64::from(self.best.farthest()) - length * f64::from(centre.cosine)) / spread)
    }

    fn read(&mut self, centre: ScoredRow) -> Result<(), Damaged> {
        self.read.insert(centre.row);
        let length = self.lists.centres.lengths[centre.row];
        let (middle, spread) = (length * centre.cosine, f64::from(1.0 - length * length));
        for (part, start) in self.lists.parts.iter().zip(&self.lists.starts) {
            let Some(run) = part.run_of(centre.row as u32)? else { continue };
            let mut deviations = 0f32;
            let (best, kept, filter) = (&mut self.best, &mut self.kept, self.question.filter);
            run.codes.cosines(self.question.query, 0..run.ids.len(), |row, cosine| {
                deviations += (cosine - middle) * (cosine - middle);
                let near = !kept.is_full() || cosine > kept.farthest();
                if near && part.live.contains(run.first + row) && passes(&run, row, filter) {
                    let scored = ScoredRow { cosine, row: start + run.first + row };
                    best.push(scored);
                    kept.push(scored);
                }
            });
            self.deviations += f64::from(deviations);
            self.spreads += spread * run.ids.len() as f64;
        }
        Ok(())
    }
}

/// The probability that a normal variable is more than `z` standard deviations above its mean, within a hundredth of it
/// (Börjesson and Sundberg 1979).
fn beyond(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - beyond(-z);
    }
    (-0.5 * z * z).exp() / (0.661 * z + 0.339 * (z * z + 5.51).sqrt()) / std::f64::consts::TAU.sqrt()
}
