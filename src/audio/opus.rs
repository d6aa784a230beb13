//! Opus for symphonia, which has no decoder of its own for it. In: Opus packets (RFC 6716) and the identification header
//! that Ogg, Matroska and MP4 keep for the track (RFC 7845, 5.1). Out: 48 kHz sound with the header's gain applied,
//! limited to full scale as libopus's own 16-bit output is (a corrupt packet can decode to far more). It takes out no
//! pre-skip and no padding at the end: those are the container's business.

use ruopus::{MultistreamDecoder, OpusDecoder, PacketError};
use symphonia::core::audio::{
    AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, Channels, GenericAudioBufferRef,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, FinalizeResult};
use symphonia::core::codecs::registry::{RegisterableAudioDecoder, SupportedAudioCodec};
use symphonia::core::errors::{Result, decode_error, unsupported_error};
use symphonia::core::packet::PacketRef;

/// Rate at which every Opus stream is decoded, in Hz.
const RATE_HZ: u32 = 48_000;

/// Longest packet: 120 ms (RFC 6716, 3.2.5). A packet that breaks the rule makes the buffer grow.
const LONGEST_PACKET_FRAMES: usize = 5760;

/// The codec as symphonia lists it.
const SUPPORTED: SupportedAudioCodec =
    SupportedAudioCodec { id: CODEC_ID_OPUS, info: CodecInfo { short_name: "opus", long_name: "Opus", profiles: &[] } };

/// Decodes the packets of one Opus track.
pub(super) struct OpusTrack {
    params: AudioCodecParameters,
    head: OpusHead,
    streams: OpusDecoders,
    channels: usize,
    /// Factor from the header's output gain.
    gain: f32,
    decoded: AudioBuffer<f32>,
}

impl RegisterableAudioDecoder for OpusTrack {
    fn try_registry_new(params: &AudioCodecParameters, _: &AudioDecoderOptions) -> Result<Box<dyn AudioDecoder>> {
        let head = match &params.extra_data {
            Some(bytes) => OpusHead::parse(bytes)?.checked()?,
            None => OpusHead::plain(params.channels.as_ref().map_or(2, Channels::count))?,
        };
        let channels = head.mapping.len();
        let layout = Channels::Discrete(u16::try_from(channels).expect("a mapping has at most 255 channels"));
        let mut params = params.clone();
        params.with_sample_rate(RATE_HZ).with_channels(layout.clone());
        Ok(Box::new(OpusTrack {
            params,
            streams: head.decoder(),
            channels,
            gain: head.gain(),
            head,
            decoded: AudioBuffer::new(AudioSpec::new(RATE_HZ, layout), LONGEST_PACKET_FRAMES),
        }))
    }

    fn supported_codecs() -> &'static [SupportedAudioCodec] {
        &[SUPPORTED]
    }
}

impl AudioDecoder for OpusTrack {
    fn reset(&mut self) {
        self.streams = self.head.decoder();
    }

    fn codec_info(&self) -> &CodecInfo {
        &SUPPORTED.info
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.decoded.clear();
        let Ok(interleaved) = self.streams.decode(packet.data) else {
            return decode_error("opus: invalid packet");
        };
        let frames = interleaved.len() / self.channels;
        self.decoded.grow_capacity(frames);
        self.decoded.render_uninit(Some(frames));
        for channel in 0..self.channels {
            let samples = interleaved.iter().skip(channel).step_by(self.channels);
            let plane = self.decoded.plane_mut(channel).expect("the buffer has a plane for each channel");
            for (to, from) in plane.iter_mut().zip(samples) {
                *to = (from * self.gain).clamp(-1.0, 1.0);
            }
        }
        Ok(self.decoded.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.decoded.as_generic_audio_buffer_ref()
    }
}

/// The decoders behind a track. The plain one is not only the usual case: it alone fills in the pauses of a stream that
/// sends nothing in silence (DTX packets of one byte).
enum OpusDecoders {
    One(Box<OpusDecoder>),
    Many(MultistreamDecoder),
}

impl OpusDecoders {
    /// The channels' samples in turn.
    fn decode(&mut self, packet: &[u8]) -> std::result::Result<Vec<f32>, PacketError> {
        match self {
            OpusDecoders::One(decoder) => decoder.decode_packet(packet),
            OpusDecoders::Many(decoder) => decoder.decode_packet(packet),
        }
    }
}

/// The identification header.
struct OpusHead {
    /// Output gain in 1/256 dB.
    gain_q8_db: i16,
    streams: u8,
    coupled: u8,
    /// For each output channel, the decoded channel it is.
    mapping: Vec<u8>,
}

impl OpusHead {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let fields = match bytes.first_chunk::<19>() {
            Some(fields) if fields.starts_with(b"OpusHead") => fields,
            _ => return decode_error("opus: no identification header"),
        };
        let channels = usize::from(fields[9]);
        let gain_q8_db = i16::from_le_bytes([fields[16], fields[17]]);
        let family = fields[18];
        match family {
            0 => return Ok(OpusHead { gain_q8_db, ..OpusHead::plain(channels)? }),
            1 | 2 | 255 => {}
            // Family 3 mixes its channels by a matrix (RFC 8486).
            _ => return unsupported_error("opus: an unknown channel mapping family"),
        }
        let (Some(&[streams, coupled]), Some(mapping)) =
            (bytes.get(19..21).and_then(|two| two.first_chunk()), bytes.get(21..21 + channels))
        else {
            return decode_error("opus: the channel mapping is cut short");
        };
        Ok(OpusHead { gain_q8_db, streams, coupled, mapping: mapping.to_vec() })
    }

    /// Mapping family 0: one stream of one or two channels.
    fn plain(channels: usize) -> Result<Self> {
        match channels {
            1 => Ok(OpusHead { gain_q8_db: 0, streams: 1, coupled: 0, mapping: vec![0] }),
            2 => Ok(OpusHead { gain_q8_db: 0, streams: 1, coupled: 1, mapping: vec![0, 1] }),
            _ => unsupported_error("opus: a mapping of family 0 with more than two channels"),
        }
    }

    /// Checks what the decoder takes for granted (RFC 7845, 5.1.1).
    fn checked(self) -> Result<Self> {
        let (streams, coupled) = (u16::from(self.streams), u16::from(self.coupled));
        let is_mapped = |&channel: &u8| channel == 255 || u16::from(channel) < streams + coupled;
        let is_possible = streams >= 1 && coupled <= streams && streams + coupled <= 255;
        if is_possible && !self.mapping.is_empty() && self.mapping.iter().all(is_mapped) {
            return Ok(self);
        }
        decode_error("opus: impossible channel mapping")
    }

    fn decoder(&self) -> OpusDecoders {
        match self.mapping.as_slice() {
            [0] if self.streams == 1 => OpusDecoders::One(Box::new(OpusDecoder::new(1))),
            [0, 1] if self.streams == 1 => OpusDecoders::One(Box::new(OpusDecoder::new(2))),
            mapping => OpusDecoders::Many(MultistreamDecoder::with_rate(
                RATE_HZ,
                self.streams.into(),
                self.coupled.into(),
                mapping,
            )),
        }
    }

    fn gain(&self) -> f32 {
        10f32.powf(f32::from(self.gain_q8_db) / (20.0 * 256.0))
    }
}
