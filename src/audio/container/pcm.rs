//! A run of samples without packets of its own, as WAV and AIFF hold it. In: where the run lies and how its samples are
//! written. Out: packets of whole blocks for symphonia's PCM and ADPCM decoders, as many as the file really has. It
//! parses no header.

use std::io::{Read, Seek, SeekFrom};

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};
use symphonia::core::errors::Result as SymphoniaResult;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use crate::audio::reader_error::Fault;
use crate::audio::source::SeekableBytes;
use crate::error::Stage;

/// Bytes of a packet, at most: long enough to make the calls cheap, short enough for 65,535 channels.
const PACKET_BYTES: u64 = 32 << 10;

/// Bytes of a block of Apple's IMA4 for one channel (QuickTime File Format, "IMA 4:1").
pub(in crate::audio) const IMA4_BLOCK_BYTES: u32 = 34;

/// Frames in it.
pub(in crate::audio) const IMA4_BLOCK_FRAMES: u32 = 64;

/// How a run of samples is written, and where.
#[derive(Debug, Clone)]
pub(in crate::audio) struct PcmRun {
    /// Codec of the samples.
    pub(in crate::audio) codec: AudioCodecId,
    /// Sample rate in Hz, as stated.
    pub(in crate::audio) rate_hz: u32,
    /// Channels, at least 1.
    pub(in crate::audio) channels: u16,
    /// Bytes of a block: one frame of all channels, or one ADPCM block.
    pub(in crate::audio) block_bytes: u32,
    /// Frames in a block; 1 but for ADPCM.
    pub(in crate::audio) block_frames: u32,
    /// Where the run begins, in bytes from the start of the file.
    pub(in crate::audio) start: u64,
    /// Length of the run in bytes, as far as the file goes.
    pub(in crate::audio) len: u64,
    /// Frames the header promises; `None` where it does not know.
    pub(in crate::audio) stated_frames: Option<u64>,
}

/// Samples in one channel of one block and bytes per sample.
#[derive(Debug, Clone, Copy)]
pub(in crate::audio) struct SampleWidth {
    /// Codec of the samples.
    pub(in crate::audio) codec: AudioCodecId,
    /// Bytes of one sample of one channel.
    pub(in crate::audio) bytes: u32,
}

impl PcmRun {
    /// Checks that the run can be cut into packets.
    pub(in crate::audio) fn checked(self) -> Result<Self, Fault> {
        if self.channels == 0 {
            return Err(Fault::new(Stage::Probe, "states 0 channels; its header is damaged, copy it again"));
        }
        if self.block_bytes == 0 || self.block_frames == 0 {
            return Err(Fault::new(Stage::Probe, "states samples of 0 bytes; its header is damaged, copy it again"));
        }
        Ok(self)
    }

    /// Frames in `len` bytes of the run.
    pub(in crate::audio) fn frames_in(&self, len: u64) -> u64 {
        len / u64::from(self.block_bytes.max(1)) * u64::from(self.block_frames)
    }

    /// What the decoder needs to know.
    pub(in crate::audio) fn codec_params(&self) -> AudioCodecParameters {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(self.codec)
            .with_sample_rate(self.rate_hz)
            .with_channels(Channels::Discrete(self.channels))
            .with_max_frames_per_packet(self.blocks_per_packet() * u64::from(self.block_frames))
            .with_frames_per_block(u64::from(self.block_frames));
        params
    }

    fn blocks_per_packet(&self) -> u64 {
        (PACKET_BYTES / u64::from(self.block_bytes)).max(1)
    }
}

/// Reads a run packet by packet.
pub(in crate::audio) struct PcmPackets {
    source: SeekableBytes,
    run: PcmRun,
    blocks_read: u64,
}

impl PcmPackets {
    /// Packets of `run`, which lies in `source`.
    pub(in crate::audio) fn new(source: SeekableBytes, run: PcmRun) -> Self {
        PcmPackets { source, run, blocks_read: 0 }
    }

    /// The next packet, or `None` where no whole block is left.
    pub(in crate::audio) fn next_packet(&mut self) -> SymphoniaResult<Option<Packet>> {
        let (block_bytes, block_frames) = (u64::from(self.run.block_bytes), u64::from(self.run.block_frames));
        let position = self.blocks_read * block_bytes;
        let left = self.run.len.saturating_sub(position) / block_bytes;
        let wanted = left.min(self.run.blocks_per_packet()) * block_bytes;
        self.source.seek(SeekFrom::Start(self.run.start + position))?;
        let mut bytes = Vec::new();
        self.source.by_ref().take(wanted).read_to_end(&mut bytes)?;
        let blocks = bytes.len() as u64 / block_bytes;
        if blocks == 0 {
            return Ok(None);
        }
        bytes.truncate(usize::try_from(blocks * block_bytes).expect("no longer than the bytes read"));
        let frame = i64::try_from(self.blocks_read * block_frames).unwrap_or(i64::MAX);
        self.blocks_read += blocks;
        Ok(Some(Packet::new(0, Timestamp::new(frame), Duration::new(blocks * block_frames), bytes)))
    }
}
