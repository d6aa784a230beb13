//! Several queries and what their cosines promise → the segments that promise most, without comparing all.
//!
//! A promise that is never more than a cosine with one direction, the bound, lets a search stop early: segments are taken
//! nearest to the bound first, and once enough of them promise more than the next could, no other can be better. This is the
//! threshold algorithm of Fagin, Lotem and Naor (2001) with one sorted list.

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::record::segment::SegmentId;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::codes::Code;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::top_k::ScoredRow;

/// Segments looked at first, beside each that is wanted; then so many times more, until they suffice.
const AT_FIRST: usize = 4;
const MORE: usize = 4;

/// Beyond this share of all, comparing every one is no slower.
const WORTHWHILE: usize = 8;

/// What segments are looked for by.
pub struct PromiseQuestion<'a> {
    /// The queries whose cosines count.
    pub queries: Vec<&'a Embedding>,
    /// What a segment promises whose cosines with the queries these are; for any segment at most `scale` times its cosine with
    /// `bound`.
    pub promise: &'a dyn Fn(&[f32]) -> f32,
    /// A direction that nothing promising points far away from.
    pub bound: Embedding,
    /// The most that a cosine with it of 1 can promise.
    pub scale: f32,
}

impl VectorIndex {
    /// The `count` segments that promise most, in any order, each with its promise as codes tell it; `None` where only a
    /// comparison of all can tell: in a library without lists, or when too many near to the bound promise little.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn most_promising(
        &self,
        question: &PromiseQuestion<'_>,
        count: usize,
        filter: &Filter<'_>,
    ) -> Result<Option<Vec<(f32, SegmentId)>>> {
        let dim = self.table.dim();
        let fits = question.bound.dim() == dim && question.queries.iter().all(|query| query.dim() == dim);
        if !fits || count == 0 || self.lists.is_none() {
            return Ok(None);
        }
        let bound = Code::of(question.bound.as_slice());
        let mut looked_at = count.saturating_mul(AT_FIRST);
        while looked_at < self.len() / WORTHWHILE {
            let Some(near) = self.near(&bound, looked_at, looked_at, filter) else { return Ok(None) };
            let Some(mut promising) = self.promises(question, &near) else { return Ok(None) };
            if count < promising.len() {
                promising.select_nth_unstable_by(count - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            }
            let next = near.last().map_or(f32::NEG_INFINITY, |farthest| question.scale * farthest.cosine);
            let enough = promising.len() >= count && promising[count - 1].0 >= next;
            if enough || near.len() < looked_at {
                promising.truncate(count);
                return Ok(Some(promising));
            }
            looked_at *= MORE;
        }
        Ok(None)
    }

    /// What each of `rows` promises; `None` if one turns out to be damaged.
    fn promises(&self, question: &PromiseQuestion<'_>, rows: &[ScoredRow]) -> Option<Vec<(f32, SegmentId)>> {
        let queries: Vec<Code> = question.queries.iter().map(|query| Code::of(query.as_slice())).collect();
        let mut cosines = vec![0.0; queries.len()];
        let mut promise = |scored: &ScoredRow| {
            let (_, code) = self.content(scored.row)?;
            cosines.iter_mut().zip(&queries).for_each(|(cosine, query)| *cosine = code.cosine(query));
            Some(((question.promise)(&cosines), self.segment(scored.row)?))
        };
        rows.iter().map(&mut promise).collect()
    }
}
