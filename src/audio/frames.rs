//! The samples of a sound as its file has them: every channel, at the file's own rate. For copies of a part of it; what is heard
//! and embedded is mixed ([`Blocks`](crate::audio::Blocks)).

use std::fmt;

use crate::audio::decode::Decoder;
use crate::audio::reader_error::Fault;
use crate::error::{Result, Stage};

/// A stream of frames, a sample a channel; memory use does not depend on the file's length.
pub(crate) struct Frames {
    name: String,
    decoder: Decoder,
    rate_hz: u32,
    channels: u32,
}

impl Frames {
    /// The frames that `decoder`, which has given nothing yet, finds in the file called `name`.
    pub(super) fn new(name: String, mut decoder: Decoder, rate_hz: u32, channels: u32) -> Self {
        let channels = channels.max(1);
        decoder.keep_channels(channels as usize);
        Frames { name, decoder, rate_hz, channels }
    }

    /// Number of channels, at least 1.
    pub(crate) fn channels(&self) -> u32 {
        self.channels
    }

    /// Frames a second.
    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// The next frames (never none), their samples channel by channel, or `None` at the end. Samples that the file has as
    /// whole numbers of up to 24 bits are those numbers, divided by the greatest of their kind plus one.
    ///
    /// # Errors
    /// [`Error::Data`](crate::error::Error::Data) at stage `decode` if the file holds no samples, none of them can be
    /// decoded, or its rate changes on the way.
    pub(crate) fn next_frames(&mut self) -> Result<Option<&[f32]>> {
        let block = self.decoder.next().map_err(|fault| fault.of(&self.name))?;
        match block {
            Some(block) if block.rate_hz != self.rate_hz => {
                let reason = format!("its rate changes from {} Hz to {} Hz on the way", self.rate_hz, block.rate_hz);
                Err(Fault::new(Stage::Decode, reason).of(&self.name))
            }
            block => Ok(block.map(|block| block.samples)),
        }
    }
}

impl fmt::Debug for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames").field("name", &self.name).field("rate_hz", &self.rate_hz).finish_non_exhaustive()
    }
}
