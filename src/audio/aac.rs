//! AAC beyond mono and stereo of low complexity, which symphonia's decoder refuses or is silent about: more channels, and
//! HE-AAC. In: packets and the configuration that containers keep for the track. Out: sound of all channels. The elements of
//! a packet, one or two channels each, are told apart by oxideav-aac's readers and decoded by one of symphonia's decoders
//! each. What HE-AAC says of the upper half of the spectrum is left out, which [`core_note`] tells.
//!
//! Reference: ISO/IEC 14496-3, 1.6 (configuration), 4.4.2 (elements), 4.6.18 (spectral band replication).

use oxideav_aac::asc::AudioSpecificConfig;
use oxideav_aac::ics_body::IcsBody;
use oxideav_aac::ics_info::IcsInfo;
use oxideav_aac::raw_data_block::{Element, IdSynEle, Walker};
use oxideav_aac::spectral_data::SpectralData;
use oxideav_aac::swb_offset::FrameFamily;
use oxideav_core::bits::{BitReader, BitWriter};
use symphonia::core::audio::{
    AsGenericAudioBufferRef, Audio, AudioBuffer, AudioMut, AudioSpec, Channels, GenericAudioBufferRef,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::well_known::profiles::CODEC_PROFILE_AAC_HE;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, FinalizeResult};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::errors::{Result, decode_error, unsupported_error};
use symphonia::core::packet::{Packet, PacketRef};
use symphonia::default::codecs::AacDecoder;

use crate::panics::contain;

/// Rates by the index that a configuration has for them (ISO/IEC 14496-3, table 1.18).
const RATES_HZ: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// The object type of low complexity.
const LOW_COMPLEXITY: u8 = 2;

/// Frames in a packet.
const PACKET_FRAMES: usize = 1024;

/// The element that ends a packet, and its bits.
const END: u32 = 7;
const ID_BITS: u32 = 3;

/// Kinds of filling that are spectral band replication.
const BAND_REPLICATION: std::ops::RangeInclusive<u32> = 13..=14;

const PLAIN: CodecInfo = CodecInfo { short_name: "aac", long_name: "Advanced Audio Coding", profiles: &[] };
const HE: CodecInfo = CodecInfo { short_name: "he_aac", long_name: "High-Efficiency AAC", profiles: &[] };
const HE_V2: CodecInfo = CodecInfo { short_name: "he_aac_v2", long_name: "High-Efficiency AAC v2", profiles: &[] };

/// Decodes the packets of one AAC track.
pub(super) struct SplitAac {
    params: AudioCodecParameters,
    setup: AacSetup,
    parts: Vec<ElementDecoder>,
    decoded: AudioBuffer<f32>,
}

/// The decoder of one element.
struct ElementDecoder {
    name: (IdSynEle, u8),
    codec: Box<dyn AudioDecoder>,
}

/// How a track is coded.
#[derive(Debug, Clone)]
struct AacSetup {
    object_type: u8,
    rate_index: u8,
    rate_hz: u32,
    channels: u16,
    has_long_packets: bool,
    info: &'static CodecInfo,
}

/// Whether `params` are of a track that this decoder is for.
pub(super) fn is_beyond_plain(params: &AudioCodecParameters) -> bool {
    let setup = (params.codec == CODEC_ID_AAC).then(|| AacSetup::of(params).ok()).flatten();
    setup.is_some_and(|setup| {
        let is_low = setup.object_type == LOW_COMPLEXITY && setup.has_long_packets;
        is_low && (setup.info.short_name != PLAIN.short_name || !(1..=2).contains(&setup.channels))
    })
}

/// `params` with what the first packet of the track shows: band replication need not be announced.
pub(super) fn refined(mut params: AudioCodecParameters, packet: &[u8]) -> AudioCodecParameters {
    let setup = (params.codec == CODEC_ID_AAC).then(|| AacSetup::of(&params).ok()).flatten();
    let Some(setup) = setup.filter(|setup| setup.info.short_name == PLAIN.short_name) else { return params };
    if let Ok(Some(split)) = contain(|| setup.split(packet))
        && split.has_band_replication
    {
        params.with_profile(CODEC_PROFILE_AAC_HE);
    }
    params
}

/// What is lost of a track with `params`; `None` where it is decoded whole.
pub(super) fn core_note(params: &AudioCodecParameters) -> Option<String> {
    let setup = (params.codec == CODEC_ID_AAC).then(|| AacSetup::of(params).ok()).flatten()?;
    let (name, more) = match setup.info.short_name {
        "he_aac" => ("HE-AAC", ""),
        "he_aac_v2" => ("HE-AAC v2", " and in mono"),
        _ => return None,
    };
    Some(format!("is {name}, of which only the core was decoded: up to {} Hz{more}", setup.rate_hz / 2))
}

/// The two bytes by which a container would describe a stream of frames: `profile` is that of ADTS, one below the object
/// type.
pub(super) fn config_bytes(profile: u32, rate_hz: u32, channels: u16) -> Option<[u8; 2]> {
    let rate_index = u32::try_from(RATES_HZ.iter().position(|&known| known == rate_hz)?).ok()?;
    let configuration = if channels == 8 { 7 } else { u32::from(channels) };
    let bits = (profile + 1) << 11 | rate_index << 7 | configuration << 3;
    u16::try_from(bits).ok().map(u16::to_be_bytes)
}

/// A packet, taken apart.
#[derive(Default)]
struct SplitPacket {
    /// Each channel element as a packet of its own.
    elements: Vec<((IdSynEle, u8), Vec<u8>)>,
    has_band_replication: bool,
}

impl AacSetup {
    fn of(params: &AudioCodecParameters) -> Result<Self> {
        let config = match &params.extra_data {
            Some(bytes) => match contain(|| AudioSpecificConfig::parse(bytes)) {
                Ok(Ok((config, _))) => Some(config),
                _ => return decode_error("aac: bad configuration"),
            },
            None => None,
        };
        let rate_hz = config.as_ref().map_or(params.sample_rate.unwrap_or(0), |config| config.sample_rate);
        let stated = params.channels.as_ref().map_or(0, Channels::count);
        let channels = config.as_ref().map_or(stated, AudioSpecificConfig::channel_count);
        let Some(rate_index) = RATES_HZ.iter().position(|&known| known == rate_hz) else {
            return unsupported_error("aac: a rate beyond the standard's table");
        };
        let info = match &config {
            Some(config) if config.ps_present => &HE_V2,
            Some(config) if config.sbr_present => &HE,
            _ if params.profile == Some(CODEC_PROFILE_AAC_HE) => &HE,
            _ => &PLAIN,
        };
        Ok(AacSetup {
            object_type: config.as_ref().map_or(LOW_COMPLEXITY, |config| config.aot),
            rate_index: u8::try_from(rate_index).expect("the table has 13 rates"),
            rate_hz,
            channels: u16::try_from(channels).unwrap_or(0),
            has_long_packets: config
                .is_none_or(|config| config.ga_body.frame_length.samples() as usize == PACKET_FRAMES),
            info,
        })
    }

    /// Takes `packet` apart; `None` if that is not possible.
    fn split(&self, packet: &[u8]) -> Option<SplitPacket> {
        let (mut reader, mut split) = (BitReader::new(packet), SplitPacket::default());
        while reader.bits_remaining() > u64::from(ID_BITS) {
            let start = reader.bit_position();
            match Walker::new(&mut reader).next_element_keep_fill().ok()? {
                Some(Element::ChannelElement { kind, element_instance_tag }) => {
                    self.pass_element(&mut reader, kind)?;
                    let bits = cut(packet, start, reader.bit_position())?;
                    split.elements.push(((kind, element_instance_tag), bits));
                }
                Some(Element::Fill { payload_bytes }) => {
                    let bits = 8 * payload_bytes;
                    split.has_band_replication |=
                        bits >= 4 && reader.peek_u32(4).is_ok_and(|kind| BAND_REPLICATION.contains(&kind));
                    reader.skip(bits).ok()?;
                }
                Some(Element::End) | None => break,
                Some(_) => {}
            }
        }
        Some(split)
    }

    /// Reads on to the end of a channel element whose name was read.
    fn pass_element(&self, reader: &mut BitReader<'_>, kind: IdSynEle) -> Option<()> {
        match kind {
            IdSynEle::Sce | IdSynEle::Lfe => self.pass_channel(reader, None),
            IdSynEle::Cpe if reader.read_bit().ok()? => {
                let family = FrameFamily::default();
                let shared = IcsInfo::parse_family(reader, family, self.object_type, self.rate_index, true).ok()?;
                if reader.read_u32(2).ok()? == 1 {
                    reader.skip(u32::from(shared.num_window_groups) * u32::from(shared.max_sfb)).ok()?;
                }
                self.pass_channel(reader, Some(&shared))?;
                self.pass_channel(reader, Some(&shared))
            }
            IdSynEle::Cpe => {
                self.pass_channel(reader, None)?;
                self.pass_channel(reader, None)
            }
            _ => None,
        }
    }

    fn pass_channel(&self, reader: &mut BitReader<'_>, shared: Option<&IcsInfo>) -> Option<()> {
        let (object_type, rate_index, family) = (self.object_type, self.rate_index, FrameFamily::default());
        let body = match shared {
            Some(shared) => IcsBody::parse_with_ics_info(reader, shared, object_type, false),
            None => IcsBody::parse_family(reader, family, object_type, rate_index, false),
        };
        let body = body.ok()?;
        let windows = shared.or(body.ics_info.as_ref())?;
        SpectralData::parse(reader, windows, &body.section_data, rate_index).ok().map(|_| ())
    }
}

/// The bits of `packet` from `start` to `end` as a packet of their own.
fn cut(packet: &[u8], start: u64, end: u64) -> Option<Vec<u8>> {
    let (mut reader, mut writer) = (BitReader::new(packet), BitWriter::new());
    reader.skip(u32::try_from(start).ok()?).ok()?;
    let mut left = end.checked_sub(start)?;
    while left > 0 {
        let bits = left.min(24) as u32;
        writer.write_u32(reader.read_u32(bits).ok()?, bits);
        left -= u64::from(bits);
    }
    writer.write_u32(END, ID_BITS);
    // A decoder looks at some bits more than it takes.
    writer.write_u32(0, 29);
    Some(writer.finish())
}

impl SplitAac {
    /// A decoder for the track with `params`.
    pub(super) fn new(params: &AudioCodecParameters) -> Result<Self> {
        let setup = AacSetup::of(params)?;
        let layout = Channels::Discrete(setup.channels);
        let mut params = params.clone();
        params.with_sample_rate(setup.rate_hz).with_channels(layout.clone());
        let decoded = AudioBuffer::new(AudioSpec::new(setup.rate_hz, layout), PACKET_FRAMES);
        Ok(SplitAac { params, setup, parts: Vec::new(), decoded })
    }

    /// The place of the decoder for the element called `name`, which is made where there is none.
    fn part(&mut self, name: (IdSynEle, u8)) -> Result<usize> {
        if let Some(place) = self.parts.iter().position(|part| part.name == name) {
            return Ok(place);
        }
        let mut params = AudioCodecParameters::new();
        let channels = if name.0 == IdSynEle::Cpe { 2 } else { 1 };
        params.for_codec(CODEC_ID_AAC).with_sample_rate(self.setup.rate_hz).with_channels(Channels::Discrete(channels));
        let codec = AacDecoder::try_registry_new(&params, &AudioDecoderOptions::default())?;
        self.parts.push(ElementDecoder { name, codec });
        Ok(self.parts.len() - 1)
    }
}

impl AudioDecoder for SplitAac {
    fn reset(&mut self) {
        self.parts.clear();
    }

    fn codec_info(&self) -> &CodecInfo {
        self.setup.info
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.decoded.clear();
        let Some(split) = self.setup.split(packet.data) else { return decode_error("aac: invalid packet") };
        let mut planes: Vec<Vec<f32>> = Vec::new();
        for (name, bytes) in split.elements {
            let place = self.part(name)?;
            let element = Packet::new(0, packet.pts, packet.dur, bytes);
            let buffer = self.parts[place].codec.decode(&element)?;
            let mut of_element = vec![Vec::new(); buffer.num_planes()];
            buffer.copy_to_vecs_planar(&mut of_element);
            planes.append(&mut of_element);
        }
        if planes.is_empty() {
            return Ok(self.decoded.as_generic_audio_buffer_ref());
        }
        let layout = Channels::Discrete(u16::try_from(planes.len()).unwrap_or(u16::MAX));
        let spec = AudioSpec::new(self.setup.rate_hz, layout);
        if self.decoded.spec() != &spec {
            self.decoded = AudioBuffer::new(spec, PACKET_FRAMES);
        }
        self.decoded.render_uninit(Some(PACKET_FRAMES));
        for (channel, samples) in planes.iter().enumerate() {
            let plane = self.decoded.plane_mut(channel).expect("the buffer has a plane for each channel");
            plane.copy_from_slice(samples);
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
