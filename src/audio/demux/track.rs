//! The sound track that is read from a file: its codec, the sound to leave out, and how far its stamps can be believed. It
//! reads nothing itself.

use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};

use crate::audio::container::Trim;
use crate::audio::metadata::{Metadata, Tags};

/// The sound track that is read.
#[derive(Debug, Clone)]
pub(in crate::audio) struct Track {
    pub(in crate::audio) id: u32,
    pub(in crate::audio) params: AudioCodecParameters,
    /// What to leave out at the ends; what the packets themselves say comes on top.
    pub(in crate::audio) trim: Trim,
    /// Frames the file promises, after trimming; `None` where it does not say.
    pub(in crate::audio) stated_frames: Option<u64>,
    /// Whether packets are stamped to the frame, so that a hole between two of them can be seen.
    pub(in crate::audio) stamps: Stamps,
    /// Frame from which on the stated end of an MPEG stream no longer counts.
    pub(in crate::audio) mpeg_end: Option<u64>,
}

/// How exactly packets are stamped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) enum Stamps {
    /// To the frame.
    Exact,
    /// Rounded, or counted by the demuxer itself.
    Vague,
}

/// Whether a file goes on behind the present link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) enum Further {
    /// A change of the track comes next.
    Yes,
    /// The sound is over.
    No,
}

impl Track {
    /// What is said of the file of which this is the track; `frames` are those of all its sound.
    pub(super) fn describe(
        &self,
        decoder: &dyn AudioDecoder,
        container: &str,
        frames: Option<u64>,
        tags: Tags,
    ) -> Metadata {
        let params = decoder.codec_params();
        let rate_hz = params.sample_rate.unwrap_or(0);
        let channels = params.channels.as_ref().or(self.params.channels.as_ref()).map_or(0, |layout| layout.count());
        Metadata {
            container: container.to_owned(),
            codec: decoder.codec_info().short_name.to_owned(),
            bits: bits_of(decoder.codec_info().short_name, params),
            rate_hz,
            channels: u32::try_from(channels).unwrap_or(u32::MAX),
            duration_seconds: frames.filter(|_| rate_hz > 0).map(|frames| frames as f64 / f64::from(rate_hz)),
            tags,
            cues: Vec::new(),
        }
    }
}

/// Bits of a sample of a codec that keeps whole numbers as they are.
fn bits_of(codec: &str, params: &AudioCodecParameters) -> Option<u32> {
    match codec {
        "flac" | "alac" => params.bits_per_sample,
        _ => ["8", "16", "24", "32"].into_iter().find_map(|bits| {
            let is_whole = ["pcm_s", "pcm_u"].into_iter().any(|kind| {
                codec.strip_prefix(kind).is_some_and(|rest| rest.trim_end_matches(['l', 'b', 'e']) == bits)
            });
            is_whole.then(|| bits.parse().ok()).flatten()
        }),
    }
}
