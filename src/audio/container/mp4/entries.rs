//! A table of entries of one length, in a file. In: where it lies. Out: its entries by number, read some thousands at a
//! time, so that a table of any length takes the same memory. A stated number of entries is never believed beyond the
//! bytes that there are.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::BoxSpan;
use crate::audio::source::read_at;

/// Bytes that are read at once.
const READ_BYTES: u64 = 16 << 10;

/// A table, and the part of it that was read last.
#[derive(Debug, Clone)]
pub(super) struct Entries {
    span: BoxSpan,
    entry_len: u64,
    count: u64,
    buffer: Vec<u8>,
    /// Number of the first entry in the buffer.
    first: u64,
}

impl Entries {
    /// The entries of `entry_len` bytes in `span`, of which there are to be `stated`.
    pub(super) fn new(span: BoxSpan, entry_len: u64, stated: u64) -> Self {
        let count = span.len().checked_div(entry_len).map_or(stated, |there_are| stated.min(there_are));
        Entries { span, entry_len, count, buffer: Vec::new(), first: 0 }
    }

    /// No entries.
    pub(super) fn none() -> Self {
        Entries::new(BoxSpan { start: 0, end: 0 }, 1, 0)
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The bytes of an entry; `None` behind the last.
    pub(super) fn entry(&mut self, source: &mut dyn MediaSource, index: u64) -> io::Result<Option<&[u8]>> {
        if index >= self.count {
            return Ok(None);
        }
        let within = |entries: &Self| {
            let from = index.checked_sub(entries.first)?.checked_mul(entries.entry_len)?;
            let from = usize::try_from(from).ok()?;
            let to = from.checked_add(usize::try_from(entries.entry_len).ok()?)?;
            (to <= entries.buffer.len()).then_some(from..to)
        };
        if within(self).is_none() {
            let start = self.span.start + index * self.entry_len;
            let len = (self.span.end.saturating_sub(start)).min(READ_BYTES / self.entry_len.max(1) * self.entry_len);
            self.buffer = read_at(source, start, usize::try_from(len).expect("16 KiB fit into the address space"))?;
            self.first = index;
        }
        Ok(within(self).map(|range| &self.buffer[range]))
    }
}
