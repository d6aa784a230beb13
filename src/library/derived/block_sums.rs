//! Checksums of a file's blocks: one that is mapped is checked where it is first read, and nowhere else.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// BLAKE3 of a block.
pub(crate) type BlockSum = [u8; 32];

/// Bytes in a block; the last of a file may be shorter. As many as a hash takes at full speed, and few pages.
pub(crate) const BLOCK_BYTES: usize = 16 << 10;

/// The checksums of the blocks of a file, and which of them have been found right.
#[derive(Debug)]
pub(crate) struct BlockSums {
    sums: Box<[BlockSum]>,
    checked: Box<[AtomicBool]>,
}

impl BlockSums {
    /// What is to be expected of a file, nothing of which has been checked.
    pub(crate) fn new(sums: &[BlockSum]) -> Self {
        BlockSums { sums: sums.into(), checked: sums.iter().map(|_| AtomicBool::new(false)).collect() }
    }

    /// The checksums of `bytes`, in order.
    pub(crate) fn of(bytes: &[u8]) -> impl Iterator<Item = BlockSum> {
        bytes.chunks(BLOCK_BYTES).map(|block| *blake3::hash(block).as_bytes())
    }

    /// Number of blocks of a file of `len_bytes`.
    pub(crate) fn blocks(len_bytes: u64) -> usize {
        len_bytes.div_ceil(BLOCK_BYTES as u64) as usize
    }

    /// The checksums themselves.
    pub(crate) fn sums(&self) -> &[BlockSum] {
        &self.sums
    }

    /// Whether the blocks that `range` touches are what was written, where `file` is the whole of it.
    pub(crate) fn hold(&self, file: &[u8], range: Range<usize>) -> bool {
        if range.is_empty() {
            return true;
        }
        let last = (range.end - 1) / BLOCK_BYTES;
        (range.start / BLOCK_BYTES..=last).all(|block| self.is_sound(file, block))
    }

    /// Whether `file` is what was written, all of which is read again.
    pub(crate) fn fit(&self, file: &[u8]) -> bool {
        BlockSums::of(file).eq(self.sums.iter().copied())
    }

    fn is_sound(&self, file: &[u8], block: usize) -> bool {
        let (Some(sum), Some(checked)) = (self.sums.get(block), self.checked.get(block)) else { return false };
        if checked.load(Ordering::Relaxed) {
            return true;
        }
        let start = block * BLOCK_BYTES;
        let bytes = file.get(start..file.len().min(start + BLOCK_BYTES));
        let is_sound = bytes.is_some_and(|bytes| blake3::hash(bytes).as_bytes() == sum);
        checked.store(is_sound, Ordering::Relaxed);
        is_sound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_checked_when_it_is_first_read_and_no_other_is() {
        let mut file = vec![7; 2 * BLOCK_BYTES + 100];
        let sums: Vec<BlockSum> = BlockSums::of(&file).collect();
        assert_eq!(sums.len(), BlockSums::blocks(file.len() as u64));
        file[BLOCK_BYTES] ^= 1;
        let sums = BlockSums::new(&sums);
        assert!(sums.hold(&file, 0..BLOCK_BYTES) && !sums.fit(&file));
        assert!(sums.hold(&file, 2 * BLOCK_BYTES..file.len()));
        assert!(!sums.hold(&file, BLOCK_BYTES - 1..BLOCK_BYTES + 1) && !sums.hold(&file, 0..file.len()));
        assert!(sums.hold(&file, BLOCK_BYTES..BLOCK_BYTES), "nothing is read");
        assert!(!sums.hold(&file, file.len()..3 * BLOCK_BYTES + 1), "there is no such block");
        file[BLOCK_BYTES] ^= 1;
        assert!(sums.hold(&file, 0..file.len()) && sums.fit(&file));
    }
}
