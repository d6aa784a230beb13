//! The rows of an index: those in lists first, then those of the table.

use std::borrow::Cow;

use fixedbitset::FixedBitSet;

use crate::library::record::segment::{SegmentId, SegmentKind};
use crate::library::vectors::VectorIndex;
use crate::library::vectors::codes::Code;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::lists::VectorLists;
use crate::library::vectors::read_changes::ChangedSegment;
use crate::library::vectors::table::Values;

impl VectorIndex {
    /// The first row that is in no list.
    pub(super) fn newer(&self) -> usize {
        self.lists.as_ref().map_or(0, VectorLists::len)
    }

    /// Number of rows, the dead too.
    pub(super) fn row_len(&self) -> usize {
        self.newer() + self.table.len()
    }

    /// The live row of `segment`.
    pub(super) fn row_of(&self, segment: SegmentId) -> Option<usize> {
        let newer = self.table.row_of(segment).map(|row| self.newer() + row);
        newer.or_else(|| self.lists.as_ref()?.row_of(segment))
    }

    /// The segment of `row`; `None` if it is damaged.
    pub(super) fn segment(&self, row: usize) -> Option<SegmentId> {
        match &self.lists {
            Some(lists) if row < lists.len() => lists.segment(row),
            _ => Some(self.table.segment(row - self.newer())),
        }
    }

    /// The kind and the code of `row`; `None` if it has none or is damaged.
    pub(super) fn content(&self, row: usize) -> Option<(SegmentKind, Code)> {
        match (&self.lists, self.table.values()) {
            (Some(lists), _) if row < lists.len() => lists.content(row),
            (_, Values::Coded(codes)) => Some((self.table.kind(row - self.newer()), codes.code(row - self.newer()))),
            (_, Values::Full(_)) => None,
        }
    }

    /// The live rows, ascending.
    pub(super) fn live_rows(&self) -> impl Iterator<Item = usize> {
        let newer = self.newer();
        self.lists.iter().flat_map(VectorLists::live_rows).chain(self.table.live_rows().map(move |row| newer + row))
    }

    /// The live rows that `filter` lets through.
    pub(super) fn allowed(&self, filter: &Filter<'_>) -> Cow<'_, FixedBitSet> {
        let Some(lists) = &self.lists else { return self.table.allowed(filter) };
        let mut allowed = FixedBitSet::with_capacity(self.row_len());
        lists.allowed(filter, |row| allowed.insert(row));
        self.table.allowed(filter).ones().for_each(|row| allowed.insert(lists.len() + row));
        Cow::Owned(allowed)
    }

    /// Counts a segment with its vector; one whose vector is damaged is not found.
    pub(super) fn put(&mut self, found: ChangedSegment) {
        let ChangedSegment { segment, kind, vector } = found;
        let Some(vector) = vector else { return self.remove(segment) };
        if let Some(lists) = &mut self.lists {
            if lists.revive(segment, kind, &Code::of(vector.as_slice())) {
                return self.table.remove(segment);
            }
            lists.remove(segment);
        }
        self.table.put(segment, kind, vector.as_slice());
    }

    /// Stops counting `segment`, if it does.
    pub(super) fn remove(&mut self, segment: SegmentId) {
        self.table.remove(segment);
        if let Some(lists) = &mut self.lists {
            lists.remove(segment);
        }
    }
}
