//! Vorbis of more than two channels. In: packets and the two headers that symphonia keeps for the track. Out: sound of
//! all channels. Mono and stereo are left to symphonia, which is faster; but of more channels its decoder (0.6.1) mixes
//! up the residues: against libvorbis and ffmpeg the error was 14 dB below the sound for 3 to 8 channels and as loud as
//! the sound for 5.1. lewton agrees with them.

use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use symphonia::core::audio::{
    AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, Channels, GenericAudioBufferRef,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::{Error, Result};
use symphonia::core::packet::PacketRef;

/// Length of the identification header in bytes; the setup header follows it (Vorbis I, 4.2.2).
const IDENT_LEN: usize = 30;

/// Where the number of channels stands in the identification header.
const CHANNELS_AT: usize = 11;

const INFO: CodecInfo = CodecInfo { short_name: "vorbis", long_name: "Vorbis", profiles: &[] };

/// Decodes the packets of one Vorbis track.
pub(super) struct SurroundVorbis {
    params: AudioCodecParameters,
    ident: IdentHeader,
    setup: SetupHeader,
    previous: PreviousWindowRight,
    decoded: AudioBuffer<f32>,
}

/// Whether `params` are of a track that this decoder is for.
pub(super) fn is_surround(params: &AudioCodecParameters) -> bool {
    let channels = params.extra_data.as_ref().and_then(|headers| headers.get(CHANNELS_AT));
    params.codec == CODEC_ID_VORBIS && channels.is_some_and(|&channels| channels > 2)
}

impl SurroundVorbis {
    /// A decoder for the track with `params`.
    pub(super) fn new(params: &AudioCodecParameters) -> Result<Self> {
        let headers = params.extra_data.as_deref().unwrap_or_default();
        let (ident, setup) =
            headers.split_at_checked(IDENT_LEN).ok_or(Error::DecodeError("vorbis: no identification header"))?;
        let ident = read_header_ident(ident).map_err(|_| Error::DecodeError("vorbis: bad identification header"))?;
        let blocks = (ident.blocksize_0, ident.blocksize_1);
        let setup = read_header_setup(setup, ident.audio_channels, blocks)
            .map_err(|_| Error::DecodeError("vorbis: bad setup header"))?;
        let layout = Channels::Discrete(u16::from(ident.audio_channels));
        let mut params = params.clone();
        params.with_sample_rate(ident.audio_sample_rate).with_channels(layout.clone());
        let spec = AudioSpec::new(ident.audio_sample_rate, layout);
        let decoded = AudioBuffer::new(spec, 1 << ident.blocksize_1);
        Ok(SurroundVorbis { params, ident, setup, previous: PreviousWindowRight::new(), decoded })
    }
}

impl AudioDecoder for SurroundVorbis {
    fn reset(&mut self) {
        self.previous = PreviousWindowRight::new();
    }

    fn codec_info(&self) -> &CodecInfo {
        &INFO
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.decoded.clear();
        let begins = self.previous.is_empty();
        let planes: Vec<Vec<f32>> =
            read_audio_packet_generic(&self.ident, &self.setup, packet.data, &mut self.previous)
                .map_err(|_| Error::DecodeError("vorbis: invalid packet"))?;
        let frames = planes.iter().map(Vec::len).min().unwrap_or(0);
        self.decoded.grow_capacity(frames);
        self.decoded.render_uninit(Some(frames));
        for (channel, samples) in planes.iter().enumerate() {
            let plane = self.decoded.plane_mut(channel).expect("the buffer has a plane for each channel");
            plane.copy_from_slice(&samples[..frames]);
        }
        // The first packet only fills the overlap, and there is nothing in it to trim.
        if !begins {
            let frames = |ticks: u64| usize::try_from(ticks).unwrap_or(usize::MAX);
            self.decoded.trim(frames(packet.trim_start.get()), frames(packet.trim_end.get()));
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
