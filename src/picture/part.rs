//! A part of a sound, block by block.

use std::ops::Range;

use crate::audio::Blocks;
use crate::error::Result;

/// Hands the samples of `blocks` that lie in `range` to `take`, and decodes no further.
pub(super) fn each_block(mut blocks: Blocks, range: Range<u64>, mut take: impl FnMut(&[f32])) -> Result<()> {
    let mut position = 0;
    while position < range.end
        && let Some(block) = blocks.next_block()?
    {
        let len = block.len() as u64;
        let [start, end] = [range.start, range.end].map(|at| at.saturating_sub(position).min(len) as usize);
        take(&block[start..end]);
        position += len;
    }
    Ok(())
}

/// The samples between two times in `seconds`, at `rate_hz`.
pub(super) fn samples_within(seconds: &Range<f64>, rate_hz: u32) -> Range<u64> {
    let [start, end] = [seconds.start, seconds.end].map(|time| (time * f64::from(rate_hz)).round() as u64);
    start..end
}
