//! AU, as Sun and NeXT had it. In: a byte source that begins with `.snd`. Out: the run of samples; the comment behind the
//! header is left out. symphonia has no reader for it, but decodes the samples.
//!
//! Reference: Sun Microsystems, `au(4)`; GTZAN's music lies in such files.

use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F64BE, CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S8, CODEC_ID_PCM_S16BE,
    CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S32BE,
};
use symphonia::core::io::MediaSource;

use crate::audio::container::pcm::{PcmRun, SampleWidth};
use crate::audio::reader_error::Fault;
use crate::audio::source::{len_bytes, read_array};
use crate::error::Stage;

/// Bytes of the header without its comment.
const HEADER_LEN: u64 = 24;

/// Stands for a length that was not known when the header was written.
const UNKNOWN_LEN: u32 = u32::MAX;

/// Reads the header of the AU file in `source`.
pub(in crate::audio) fn read(source: &mut dyn MediaSource) -> Result<PcmRun, Fault> {
    let file_len = len_bytes(source)?;
    if file_len < HEADER_LEN {
        return Err(Fault::new(Stage::Probe, "is AU but ends within its header; it is damaged, copy it again"));
    }
    let header: [u8; HEADER_LEN as usize] = read_array(source, 0)?;
    let field = |place: usize| {
        let bytes = header[4 * place..4 * place + 4].try_into().expect("4 bytes were taken");
        u32::from_be_bytes(bytes)
    };
    let [offset, stated_len, encoding, rate_hz, channels] = [1, 2, 3, 4, 5].map(field);
    let width = sample_width(encoding)?;
    let channels = u16::try_from(channels).unwrap_or(0);
    let block_bytes = width.bytes * u32::from(channels);
    let start = u64::from(offset).max(HEADER_LEN);
    // A recorder that was cut off leaves a length of 0, and from 4 GiB on 32 bits begin at 0 again; then the file's own
    // length counts, because nothing follows the sound.
    let is_known =
        stated_len != UNKNOWN_LEN && stated_len != 0 && file_len - start.min(file_len) <= u64::from(u32::MAX);
    let stated_len = is_known.then_some(u64::from(stated_len));
    let run = PcmRun {
        codec: width.codec,
        rate_hz,
        channels,
        block_bytes,
        block_frames: 1,
        start,
        len: file_len.saturating_sub(start).min(stated_len.unwrap_or(u64::MAX)),
        stated_frames: stated_len.map(|len| len / u64::from(block_bytes.max(1))),
    };
    run.checked()
}

fn sample_width(encoding: u32) -> Result<SampleWidth, Fault> {
    let (codec, bytes) = match encoding {
        1 => (CODEC_ID_PCM_MULAW, 1),
        2 => (CODEC_ID_PCM_S8, 1),
        3 => (CODEC_ID_PCM_S16BE, 2),
        4 => (CODEC_ID_PCM_S24BE, 3),
        5 => (CODEC_ID_PCM_S32BE, 4),
        6 => (CODEC_ID_PCM_F32BE, 4),
        7 => (CODEC_ID_PCM_F64BE, 8),
        27 => (CODEC_ID_PCM_ALAW, 1),
        other => {
            let reason =
                format!("is AU with samples of an unsupported kind ({other}); convert it to 16-bit WAV or FLAC");
            return Err(Fault::new(Stage::Probe, reason));
        }
    };
    Ok(SampleWidth { codec, bytes })
}
