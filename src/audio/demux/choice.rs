//! Which track of a file is read. In: the tracks that symphonia's demuxer found. Out: the default sound track if it can be
//! decoded, or else the first that can, with its decoder.

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::formats::{FormatReader, Track as SymphoniaTrack, TrackFlags};

use crate::audio::container::recognise::ContainerKind;
use crate::audio::demux::codecs::{make_decoder, undecodable};
use crate::audio::demux::ends::Ends;
use crate::audio::demux::track::{Stamps, Track};
use crate::audio::reader_error::Fault;
use crate::error::Stage;

/// The default sound track if it can be decoded, or else the first that can.
pub(super) fn choose_track(
    reader: &dyn FormatReader,
    kind: ContainerKind,
    ends: &Ends,
) -> Result<(Track, Box<dyn AudioDecoder>), Fault> {
    let mut tracks: Vec<&SymphoniaTrack> = reader.tracks().iter().collect();
    tracks.sort_by_key(|track| !(track.flags.contains(TrackFlags::DEFAULT) || ends.matroska.is_default(track.id)));
    let mut refusal = None;
    for track in tracks {
        let Some(CodecParameters::Audio(params)) = &track.codec_params else { continue };
        match make_decoder(params) {
            Ok(decoder) => return Ok((read_track(track, params, decoder.as_ref(), kind, ends), decoder)),
            Err(cause) => refusal = refusal.or_else(|| Some(undecodable(params, &cause))),
        }
    }
    Err(refusal.unwrap_or_else(no_track))
}

/// The track called `id`, now that its first packet has shown more of its codec: `params`.
pub(super) fn take_again(
    reader: &dyn FormatReader,
    kind: ContainerKind,
    ends: &Ends,
    (id, params): (u32, &AudioCodecParameters),
) -> Result<(Track, Box<dyn AudioDecoder>), Fault> {
    let track = reader.tracks().iter().find(|track| track.id == id).ok_or_else(no_track)?;
    let decoder = make_decoder(params).map_err(|cause| undecodable(params, &cause))?;
    Ok((read_track(track, params, decoder.as_ref(), kind, ends), decoder))
}

/// The fault of a file without a sound track.
pub(super) fn no_track() -> Fault {
    Fault::new(Stage::Probe, "holds no sound track; leave it out")
}

fn read_track(
    track: &SymphoniaTrack,
    params: &AudioCodecParameters,
    decoder: &dyn AudioDecoder,
    kind: ContainerKind,
    ends: &Ends,
) -> Track {
    let trim = ends.trim(kind, track, params, decoder.codec_params().sample_rate.unwrap_or(0));
    // Without a LAME tag the number of frames in an MPEG stream is symphonia's guess.
    let frames = track.num_frames.filter(|_| kind != ContainerKind::Mpeg || track.delay.is_some());
    let stated_frames = match kind {
        // symphonia guesses the length of ADTS. Matroska states milliseconds; CAF's count is of whole packets, and an ALAC
        // packet may be cut short.
        ContainerKind::Adts | ContainerKind::Matroska | ContainerKind::Caf => None,
        // The last page's stamp counts the pre-skip and, in a recording joined late, what came before.
        ContainerKind::Ogg => {
            let before = u64::try_from(track.start_ts.get()).unwrap_or(0);
            frames.map(|frames| frames.saturating_sub(before.saturating_add(trim.skip)))
        }
        _ => frames,
    };
    let padded = |frames: u64| frames.saturating_add(u64::from(track.padding.unwrap_or(0)));
    Track {
        id: track.id,
        params: params.clone(),
        trim,
        stated_frames,
        stamps: if matches!(kind, ContainerKind::Flac | ContainerKind::Ogg) { Stamps::Exact } else { Stamps::Vague },
        mpeg_end: frames.map(padded),
    }
}
