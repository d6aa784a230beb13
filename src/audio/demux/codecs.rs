//! Decoders. In: what a track says about its codec. Out: a decoder for its packets, or why there is none.

use std::sync::LazyLock;

use symphonia::core::codecs::audio::well_known;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::default::register_enabled_codecs;

use crate::audio::aac;
use crate::audio::aac::SplitAac;
use crate::audio::opus::OpusTrack;
use crate::audio::reader_error::Fault;
use crate::audio::vorbis;
use crate::audio::vorbis::SurroundVorbis;
use crate::error::Stage;
use crate::panics::contain;

/// symphonia's decoders and our Opus; those for surround Vorbis and for more than plain AAC are chosen by hand.
static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut registry = CodecRegistry::new();
    register_enabled_codecs(&mut registry);
    registry.register_audio_decoder::<OpusTrack>();
    registry
});

/// Codecs that files hold and nothing here decodes, for the message.
const UNDECODABLE: [(AudioCodecId, &str); 6] = [
    (well_known::CODEC_ID_AC3, "AC-3 (Dolby Digital)"),
    (well_known::CODEC_ID_EAC3, "E-AC-3 (Dolby Digital Plus)"),
    (well_known::CODEC_ID_AC4, "AC-4"),
    (well_known::CODEC_ID_DCA, "DTS"),
    (well_known::CODEC_ID_WMA, "Windows Media Audio"),
    (well_known::CODEC_ID_SPEEX, "Speex"),
];

/// Makes a decoder for `params`.
pub(in crate::audio) fn make_decoder(params: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, String> {
    let made = contain(|| match params {
        _ if vorbis::is_surround(params) => {
            SurroundVorbis::new(params).map(|decoder| Box::new(decoder) as Box<dyn AudioDecoder>)
        }
        _ if aac::is_beyond_plain(params) => {
            SplitAac::new(params).map(|decoder| Box::new(decoder) as Box<dyn AudioDecoder>)
        }
        _ => CODECS.make_audio_decoder(params, &AudioDecoderOptions::default()),
    });
    match made {
        Ok(Ok(decoder)) => Ok(decoder),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic),
    }
}

/// The fault of a track for which there is no decoder.
pub(super) fn undecodable(params: &AudioCodecParameters, cause: &str) -> Fault {
    let known = UNDECODABLE.iter().find(|(id, _)| *id == params.codec).map(|(_, name)| *name);
    let reason = match known {
        Some(name) => return undecodable_named(name),
        None => format!("holds sound that cannot be decoded here ({cause}); convert it to WAV or FLAC"),
    };
    Fault::new(Stage::Probe, reason)
}

/// The fault of a track in the codec called `name`, for which there is no decoder.
pub(super) fn undecodable_named(name: &str) -> Fault {
    Fault::new(Stage::Probe, format!("holds {name}, which cannot be decoded here; convert it to WAV or FLAC"))
}
