//! The vectors of a library in memory, one a row: which segment each is, whether it still counts, and its values.

use std::borrow::Cow;
use std::collections::HashMap;

use fixedbitset::FixedBitSet;

use crate::library::record::segment::{SegmentId, SegmentKind};
use crate::library::vectors::code_blocks::CodeBlocks;
use crate::library::vectors::codes::Code;
use crate::library::vectors::filter::Filter;

/// Rows are only ever appended; a row that no longer counts is dead until the table is made anew.
#[derive(Debug)]
pub(super) struct Table {
    dim: usize,
    ids: Vec<i64>,
    moments: FixedBitSet,
    live: FixedBitSet,
    live_len: usize,
    /// The first rows, whose ids ascend.
    sorted: usize,
    /// The rows after those, by id; of two with one id, the later.
    late: HashMap<i64, usize>,
    values: Values,
}

/// The values of a table's vectors.
#[derive(Debug)]
pub(super) enum Values {
    /// As they are, row-major `[rows, dim]`: small libraries, where every search compares them all.
    Full(Vec<f32>),
    /// Coded: the others.
    Coded(CodeBlocks),
}

impl Table {
    /// An empty table for vectors of `dim` values.
    pub(super) fn new(dim: usize) -> Self {
        Table::with(dim, Vec::new(), FixedBitSet::new(), Values::Full(Vec::new()))
    }

    /// A table of these rows, all live, their ids ascending.
    pub(super) fn with(dim: usize, ids: Vec<i64>, moments: FixedBitSet, values: Values) -> Self {
        let mut live = FixedBitSet::with_capacity(ids.len());
        live.insert_range(..);
        let len = ids.len();
        Table { dim, ids, moments, live, live_len: len, sorted: len, late: HashMap::new(), values }
    }

    /// Number of rows, the dead too.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Number of rows that count.
    pub(super) fn live_len(&self) -> usize {
        self.live_len
    }

    /// Values a vector.
    pub(super) fn dim(&self) -> usize {
        self.dim
    }

    /// The values.
    pub(super) fn values(&self) -> &Values {
        &self.values
    }

    /// The kind of row `row`.
    pub(super) fn kind(&self, row: usize) -> SegmentKind {
        if self.moments.contains(row) { SegmentKind::Moment } else { SegmentKind::Clip }
    }

    /// The segment of row `row`.
    pub(super) fn segment(&self, row: usize) -> SegmentId {
        SegmentId(self.ids[row])
    }

    /// The live row of `segment`.
    pub(super) fn row_of(&self, segment: SegmentId) -> Option<usize> {
        self.any_row_of(segment).filter(|row| self.live.contains(*row))
    }

    fn any_row_of(&self, segment: SegmentId) -> Option<usize> {
        let late = self.late.get(&segment.0).copied();
        late.or_else(|| self.ids[..self.sorted].binary_search(&segment.0).ok())
    }

    /// The live rows that `filter` lets through.
    pub(super) fn allowed(&self, filter: &Filter<'_>) -> Cow<'_, FixedBitSet> {
        let mut allowed = match filter.among {
            None => Cow::Borrowed(&self.live),
            Some(segments) => {
                let mut rows = FixedBitSet::with_capacity(self.len());
                rows.extend(segments.iter().filter_map(|segment| self.row_of(*segment)));
                Cow::Owned(rows)
            }
        };
        match filter.kind {
            None => {}
            Some(SegmentKind::Moment) => allowed.to_mut().intersect_with(&self.moments),
            Some(SegmentKind::Clip) => allowed.to_mut().difference_with(&self.moments),
        }
        allowed
    }

    /// The live rows, ascending.
    pub(super) fn live_rows(&self) -> impl Iterator<Item = usize> {
        self.live.ones()
    }

    /// Stops counting `segment`, if it does.
    pub(super) fn remove(&mut self, segment: SegmentId) {
        if let Some(row) = self.row_of(segment) {
            self.live.remove(row);
            self.live_len -= 1;
        }
    }

    /// Counts `segment` with this vector of `dim` values, in place of what it may have had.
    pub(super) fn put(&mut self, segment: SegmentId, kind: SegmentKind, vector: &[f32]) {
        self.remove(segment);
        if let Some(row) = self.any_row_of(segment).filter(|row| self.holds(*row, kind, vector)) {
            self.live.insert(row);
            self.live_len += 1;
            return;
        }
        self.append(segment, kind);
        match &mut self.values {
            Values::Full(values) => values.extend_from_slice(vector),
            Values::Coded(codes) => codes.push(&Code::of(vector)),
        }
    }

    fn append(&mut self, segment: SegmentId, kind: SegmentKind) {
        let row = self.ids.len();
        if self.late.is_empty() && self.ids.last().is_none_or(|last| *last < segment.0) {
            self.sorted += 1;
        } else {
            self.late.insert(segment.0, row);
        }
        self.ids.push(segment.0);
        self.live.grow_and_insert(row);
        self.moments.grow(row + 1);
        self.moments.set(row, kind == SegmentKind::Moment);
        self.live_len += 1;
    }

    /// Whether `row` is of that kind and has that vector.
    fn holds(&self, row: usize, kind: SegmentKind, vector: &[f32]) -> bool {
        let same_kind = self.moments.contains(row) == (kind == SegmentKind::Moment);
        same_kind
            && match &self.values {
                Values::Full(values) => values[row * self.dim..(row + 1) * self.dim] == *vector,
                Values::Coded(codes) => codes.code(row) == Code::of(vector),
            }
    }

    /// Codes the values, if they are not.
    pub(super) fn code(&mut self) {
        let Values::Full(values) = &self.values else { return };
        let mut codes = CodeBlocks::new(self.dim);
        for vector in values.chunks_exact(self.dim) {
            codes.push(&Code::of(vector));
        }
        self.values = Values::Coded(codes);
    }

    /// Size in memory, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        let values = match &self.values {
            Values::Full(values) => values.capacity() * size_of::<f32>(),
            Values::Coded(codes) => codes.len_bytes(),
        };
        let flags = (self.live.len() + self.moments.len()) / 8;
        values + flags + self.ids.capacity() * size_of::<i64>() + self.late.capacity() * size_of::<(i64, usize)>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(table: &Table, filter: &Filter<'_>) -> Vec<i64> {
        table.allowed(filter).ones().map(|row| table.segment(row).0).collect()
    }

    #[test]
    fn rows_are_put_removed_replaced_and_revived() {
        for coded in [false, true] {
            let mut table = Table::new(2);
            if coded {
                table.code();
            }
            let (one, other) = ([1.0, 0.0], [0.6, 0.8]);
            for id in [1, 2, 5] {
                table.put(SegmentId(id), SegmentKind::Clip, &one);
            }
            table.put(SegmentId(3), SegmentKind::Moment, &other);
            table.remove(SegmentId(2));
            table.remove(SegmentId(9));
            assert_eq!((table.len(), table.live_len()), (4, 3));
            table.put(SegmentId(2), SegmentKind::Clip, &one);
            assert_eq!((table.len(), table.row_of(SegmentId(2))), (4, Some(1)), "revived");
            table.put(SegmentId(2), SegmentKind::Clip, &other);
            assert_eq!((table.len(), table.row_of(SegmentId(2))), (5, Some(4)), "replaced");
            assert_eq!((table.row_of(SegmentId(3)), table.row_of(SegmentId(9))), (Some(3), None));
            {
                let (kind, among) = (Some(SegmentKind::Moment), HashSet::from([1, 3, 7].map(SegmentId)));
                assert_eq!(ids(&table, &Filter { kind, among: None }), [3]);
                assert_eq!(ids(&table, &Filter { kind: Some(SegmentKind::Clip), among: Some(&among) }), [1]);
                let mut among = ids(&table, &Filter { kind: None, among: Some(&among) });
                among.sort();
                assert_eq!(among, [1, 3]);
            }
        }
    }
}
