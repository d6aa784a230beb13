//! The log-mel of a sound of any length, of which any frames can be asked for once the sound has ended: in memory while it is
//! short, and in a temporary file, which has no name and goes with the process, beyond that. An hour takes 92 MB there.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::error::{Error, Result, Stage};
use crate::features::mel::{MelBlocks, MelPlan};

/// Values that are kept in memory: 32 MiB, some 20 minutes of sound.
const KEPT: usize = 8 << 20;

/// The log-mel of one sound in the making.
#[derive(Debug)]
pub(super) struct LongMelStream {
    blocks: MelBlocks,
    mel: LongMel,
    /// Why the file could not be written to.
    failure: Option<io::Error>,
}

/// The log-mel of a whole sound.
#[derive(Debug)]
pub(super) struct LongMel {
    bins: usize,
    /// The first frames, if there are too many for memory.
    file: Option<File>,
    /// How many values are there.
    filed: usize,
    /// The other frames.
    values: Vec<f32>,
}

impl LongMelStream {
    /// A stream for one sound.
    pub(super) fn new(plan: &MelPlan) -> Self {
        let blocks = MelBlocks::of(plan);
        LongMelStream { mel: LongMel::new(blocks.bins(), Vec::new()), blocks, failure: None }
    }

    /// Takes the next samples.
    pub(super) fn push(&mut self, samples: &[f32]) {
        let block = self.blocks.push(samples);
        if self.failure.is_none() {
            self.failure = self.mel.extend(&block.values).err();
        }
    }

    /// Ends the sound.
    ///
    /// # Errors
    /// [`Error::Data`] at stage `features` if there was no room for a temporary file.
    pub(super) fn finish(mut self) -> Result<LongMel> {
        let rest = self.blocks.finish();
        match self.failure {
            None => {
                self.mel.values.extend(&rest.values);
                Ok(self.mel)
            }
            Some(failure) => Err(unkept(failure)),
        }
    }
}

impl LongMel {
    /// One of `bins` values a frame, which are all in memory.
    pub(super) fn new(bins: usize, values: Vec<f32>) -> Self {
        LongMel { bins, file: None, filed: 0, values }
    }

    /// Values a frame.
    pub(super) fn bins(&self) -> usize {
        self.bins
    }

    /// Number of frames.
    pub(super) fn frames(&self) -> usize {
        (self.filed + self.values.len()) / self.bins
    }

    /// The values of `count` frames from `start` on.
    ///
    /// # Errors
    /// [`Error::Data`] at stage `features` if the temporary file cannot be read.
    pub(super) fn crop(&self, start: usize, count: usize) -> Result<Vec<f32>> {
        let (start, end) = (start * self.bins, (start + count) * self.bins);
        let mut values = vec![0.0; end.min(self.filed).saturating_sub(start)];
        if let Some(mut file) = self.file.as_ref().filter(|_| !values.is_empty()) {
            let place = SeekFrom::Start((start * size_of::<f32>()) as u64);
            let read = file.seek(place).and_then(|_| file.read_exact(bytemuck::cast_slice_mut(&mut values)));
            read.map_err(unkept)?;
        }
        values.extend_from_slice(&self.values[start.saturating_sub(self.filed)..end.saturating_sub(self.filed)]);
        Ok(values)
    }

    fn extend(&mut self, values: &[f32]) -> io::Result<()> {
        self.values.extend_from_slice(values);
        if self.values.len() < KEPT {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        file.write_all(bytemuck::cast_slice(&self.values))?;
        self.filed += self.values.len();
        self.values.clear();
        Ok(())
    }
}

fn unkept(cause: io::Error) -> Error {
    let reason = format!(
        "its log-mel is too long for memory and cannot be kept in the temporary folder ({cause}); make room there"
    );
    Error::data("the sound", Stage::Features, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_the_same_from_memory_and_from_a_file() {
        let bins = 64;
        let values: Vec<f32> = (0..2 * KEPT + 5 * bins).map(|place| place as f32).collect();
        let mut long = LongMel::new(bins, Vec::new());
        values.chunks(KEPT / 3).for_each(|block| long.extend(block).unwrap());
        assert!(long.file.is_some() && long.filed >= KEPT && long.values.len() < KEPT);
        let short = LongMel::new(bins, values);
        assert_eq!(long.frames(), short.frames());
        let edge = long.filed / bins;
        for (start, count) in [(0, 1), (7, 1000), (edge - 2, 4), (edge, 3), (long.frames() - 1, 1), (edge - 1, 1)] {
            assert_eq!(long.crop(start, count).unwrap(), short.crop(start, count).unwrap(), "{start}, {count}");
        }
    }
}
