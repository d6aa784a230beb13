//! Streams of MPEG audio and ADTS frames. In: a byte source. Out: the opened sound: what symphonia reads of its tags and of
//! its encoder's padding, and its frames by our own walk, each change of format a link of its own.

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::{Error as SymphoniaError, Result as SymphoniaResult};
use symphonia::core::packet::{Packet, PacketBuilder};
use symphonia::core::units::{Duration, Timestamp};

use crate::audio::aac;
use crate::audio::container::Trim;
use crate::audio::container::mpeg::frame::{ADTS_PROFILES, FrameFormat};
use crate::audio::container::mpeg::stream::{FrameWalk, StreamItem};
use crate::audio::demux::codecs::{make_decoder, undecodable};
use crate::audio::demux::track::{Stamps, Track};
use crate::audio::reader_error::Fault;

/// The packets of a stream of frames.
pub(super) struct FramePackets {
    walk: FrameWalk,
    /// When the next frame begins, in frames; below 0 it is what the encoder put before the sound.
    begins: Timestamp,
    /// Where the sound ends in the first link, before what the encoder put behind it.
    ends: Option<Timestamp>,
    /// The next frame, looked at before its time.
    ahead: Option<Vec<u8>>,
}

impl FramePackets {
    /// The frames of `walk`, of which `delay` come before the sound; `frames` are those of the sound.
    pub(super) fn new(walk: FrameWalk, delay: u32, frames: Option<u64>) -> Self {
        let ends = frames.and_then(|frames| Duration::from(frames).timestamp_from(Timestamp::ZERO));
        FramePackets { walk, begins: Timestamp::new(-i64::from(delay)), ends, ahead: None }
    }

    /// The next packet; [`SymphoniaError::ResetRequired`] where frames of another format follow.
    pub(super) fn next_packet(&mut self) -> SymphoniaResult<Option<Packet>> {
        let item = match self.ahead.take() {
            Some(bytes) => Some(StreamItem::Frame(bytes)),
            None => self.walk.next()?,
        };
        match item {
            None => Ok(None),
            Some(StreamItem::Change) => Err(SymphoniaError::ResetRequired),
            Some(StreamItem::Junk(_)) => Err(SymphoniaError::DecodeError("bytes between frames that are none")),
            Some(StreamItem::Frame(bytes)) => {
                let lasts = Duration::new(self.walk.format().frames());
                let packet =
                    PacketBuilder::new().track_id(0).pts(self.begins).trimmed_dur(lasts, self.ends).data(bytes).build();
                self.begins = self.begins.checked_add(lasts).unwrap_or(self.begins);
                Ok(Some(packet))
            }
        }
    }

    /// What the decoder of the frames that come next needs to know.
    pub(super) fn params(&mut self) -> Result<AudioCodecParameters, Fault> {
        let params = params_of(self.walk.format());
        if params.codec == CODEC_ID_AAC && self.ahead.is_none() {
            self.ahead = match self.walk.next()? {
                Some(StreamItem::Frame(bytes)) => Some(bytes),
                _ => None,
            };
        }
        Ok(match &self.ahead {
            Some(first) => aac::refined(params, first),
            None => params,
        })
    }

    /// The track from here on, with its decoder.
    pub(super) fn enter_format(&mut self) -> Result<(Track, Box<dyn AudioDecoder>), Fault> {
        self.ends = None;
        let params = self.params()?;
        let decoder = make_decoder(&params).map_err(|cause| undecodable(&params, &cause))?;
        let track =
            Track { id: 0, params, trim: Trim::default(), stated_frames: None, stamps: Stamps::Vague, mpeg_end: None };
        Ok((track, decoder))
    }
}

/// What a decoder of frames in `format` needs to know.
fn params_of(format: FrameFormat) -> AudioCodecParameters {
    let mut params = AudioCodecParameters::new();
    let codec = match format.layer {
        1 => CODEC_ID_MP1,
        2 => CODEC_ID_MP2,
        3 => CODEC_ID_MP3,
        _ => CODEC_ID_AAC,
    };
    params.for_codec(codec).with_sample_rate(format.rate_hz);
    if format.channels > 0 {
        params.with_channels(Channels::Discrete(format.channels));
    }
    if let Some(profile) = format.layer.checked_sub(ADTS_PROFILES)
        && let Some(config) = aac::config_bytes(profile, format.rate_hz, format.channels)
    {
        params.with_extra_data(config.into());
    }
    params
}
