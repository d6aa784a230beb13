//! A clip as Broadcast WAV: the format, where the clip is from (`bext`, `iXML`), and the samples.

use std::io::{Seek, SeekFrom, Write};

use crate::error::Result;
use crate::operations::clip::origin::Origin;
use crate::operations::clip::sample::{SampleKind, whole};
use crate::operations::clip::writer::{ClipWriter, too_long, unwritable};

/// Format codes of samples.
const WHOLE: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;

/// What stands after the code of the samples in an extensible format.
const GUID_REST: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// Channels from which on plain formats do not say which is which.
const MANY_CHANNELS: usize = 3;

/// Where a RIFF file has its length.
const RIFF_LEN_AT: u64 = 4;

/// A WAV file that is being written.
pub(super) struct WavClip<'a, W> {
    out: &'a mut W,
    kind: SampleKind,
    data_len_at: u64,
    data_len: u64,
    bytes: Vec<u8>,
}

impl<'a, W: Write + Seek> WavClip<'a, W> {
    /// Writes all that stands before the samples.
    pub(super) fn begin(out: &'a mut W, origin: &Origin<'_>, channels: usize) -> Result<Self> {
        let kind = SampleKind::of(origin.metadata.bits);
        let mut head = b"RIFF\0\0\0\0WAVE".to_vec();
        add_chunk(&mut head, b"fmt ", &format(kind, origin.metadata.rate_hz, channels));
        add_chunk(&mut head, b"bext", &origin.bext(kind.bits()));
        add_chunk(&mut head, b"iXML", origin.ixml().as_bytes());
        head.extend(b"data\0\0\0\0");
        out.write_all(&head).map_err(unwritable)?;
        Ok(WavClip { out, kind, data_len_at: head.len() as u64 - 4, data_len: 0, bytes: Vec::new() })
    }
}

impl<W: Write + Seek> ClipWriter for WavClip<'_, W> {
    fn push(&mut self, samples: &[f32]) -> Result<()> {
        self.bytes.clear();
        for &sample in samples {
            match self.kind {
                // Eight bits are counted from the lowest, others from the middle.
                SampleKind::Whole(8) => self.bytes.push((whole(sample, 8) + 128) as u8),
                SampleKind::Whole(bits) => {
                    let len = bits as usize / 8;
                    self.bytes.extend(&whole(sample, bits).to_le_bytes()[..len]);
                }
                SampleKind::Float => self.bytes.extend(sample.to_le_bytes()),
            }
        }
        self.data_len += self.bytes.len() as u64;
        if self.data_len_at + self.data_len > u64::from(u32::MAX) {
            return Err(too_long("a WAV file (4 GiB)"));
        }
        self.out.write_all(&self.bytes).map_err(unwritable)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let WavClip { out, data_len_at, data_len, .. } = *self;
        let odd = data_len % 2;
        let riff_len = (data_len_at + 4 + data_len + odd - 8) as u32;
        let mut write = || {
            out.write_all(&[0][..odd as usize])?;
            out.seek(SeekFrom::Start(RIFF_LEN_AT))?;
            out.write_all(&riff_len.to_le_bytes())?;
            out.seek(SeekFrom::Start(data_len_at))?;
            out.write_all(&(data_len as u32).to_le_bytes())?;
            out.flush()
        };
        write().map_err(unwritable)
    }
}

/// Adds a chunk, whose `content` is of an even length.
fn add_chunk(head: &mut Vec<u8>, id: &[u8; 4], content: &[u8]) {
    head.extend(id);
    head.extend((content.len() as u32).to_le_bytes());
    head.extend(content);
}

fn format(kind: SampleKind, rate_hz: u32, channels: usize) -> Vec<u8> {
    let code = if kind == SampleKind::Float { FLOAT } else { WHOLE };
    let bits = kind.bits() as u16;
    let frame_len = channels as u32 * u32::from(bits) / 8;
    let is_many = channels >= MANY_CHANNELS;
    let mut format = Vec::new();
    format.extend(if is_many { EXTENSIBLE } else { code }.to_le_bytes());
    format.extend((channels as u16).to_le_bytes());
    format.extend(rate_hz.to_le_bytes());
    format.extend((rate_hz * frame_len).to_le_bytes());
    format.extend((frame_len as u16).to_le_bytes());
    format.extend(bits.to_le_bytes());
    if is_many {
        // 22 bytes follow: the bits that count, no word on which channel is where, and the kind of samples.
        format.extend(22u16.to_le_bytes());
        format.extend(bits.to_le_bytes());
        format.extend(0u32.to_le_bytes());
        format.extend(code.to_le_bytes());
        format.extend(GUID_REST);
    }
    format
}
