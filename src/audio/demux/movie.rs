//! An MP4 file as an opened sound. In: the byte source. Out: the sound track that is read, its decoder, and the packets of
//! what its edit list plays.

use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, TrackFlags};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::default::formats::IsoMp4Reader;

use crate::audio::aac;
use crate::audio::container::mp4;
use crate::audio::container::mp4::MovieTrack;
use crate::audio::container::mp4::edits::trim_of_itunes_tag;
use crate::audio::container::mpeg::frame::FrameFormat;
use crate::audio::container::recognise::ContainerKind;
use crate::audio::demux::choice::no_track;
use crate::audio::demux::codecs::{make_decoder, undecodable};
use crate::audio::demux::demuxer::{Demuxer, OpenSound, Packets};
use crate::audio::demux::ends::DataEnd;
use crate::audio::demux::parts::MoviePackets;
use crate::audio::reader_error::Fault;
use crate::audio::source::SeekableBytes;
use crate::audio::tags;
use crate::audio::tags::FileMetadata;
use crate::audio::tags::cues::NamedPlaces;
use crate::audio::tags::id3::Id3Extras;
use crate::error::Stage;
use crate::panics::contain;

/// Opens the MP4 file in `source`.
pub(super) fn open_movie(mut source: SeekableBytes) -> Result<OpenSound, Fault> {
    let Some(movie) = mp4::read(source.as_mut())? else {
        return Err(ContainerKind::Mp4.unopenable("it has no moov box"));
    };
    let mut reader = read_head(movie.head)?;
    let FileMetadata { mut tags, gapless, .. } = tags::read_all(reader.as_mut(), Id3Extras::default());
    tags.fill_from(movie.words);
    let (track, mut params, mut decoder) = choose(reader.as_ref(), movie.tracks)?;
    if params.codec == CODEC_ID_AAC {
        let first = track.first_sample(source.as_mut())?;
        params = aac::refined(params, &first);
        decoder = make_decoder(&params).map_err(|cause| undecodable(&params, &cause))?;
    }
    if params.codec == CODEC_ID_MP3 {
        // The description says neither which layer it is nor how many channels there are.
        let first = track.first_sample(source.as_mut())?;
        if let Some(refined) = frame_params(&first, &params) {
            params = refined;
            decoder = make_decoder(&params).map_err(|cause| undecodable(&params, &cause))?;
        }
    }
    let rate_hz = decoder.codec_params().sample_rate.unwrap_or(0);
    let mut list = track.play_list(rate_hz);
    let stated = gapless.as_deref().and_then(trim_of_itunes_tag).filter(|_| list.parts.len() == 1);
    let mut notes = std::mem::take(&mut list.notes);
    notes.extend(aac::core_note(&params));
    let packets = MoviePackets::new(source, track, params, (list, stated), rate_hz)?;
    let (track, frames) = (packets.track(), packets.stated_frames());
    let metadata = track.describe(decoder.as_ref(), ContainerKind::Mp4.name(), frames, tags);
    let packets = Packets::Movie(Box::new(packets));
    let kind = ContainerKind::Mp4;
    let demuxer = Demuxer { packets, track, first: None, kind, ending: DataEnd::Stated };
    let places = NamedPlaces { frames: Vec::new(), seconds: movie.chapters };
    Ok(OpenSound { demuxer, decoder, metadata, notes }.with_places(places))
}

/// What the first frame of a track of MPEG audio shows beside `params`.
fn frame_params(frame: &[u8], params: &AudioCodecParameters) -> Option<AudioCodecParameters> {
    let format = FrameFormat::of_mpeg(frame)?;
    let codec = [CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3][format.layer as usize - 1];
    let mut refined = params.clone();
    refined.for_codec(codec).with_channels(Channels::Discrete(format.channels));
    Some(refined)
}

/// The fault of a track whose description nothing here knows.
fn unknown_coding(coding: [u8; 4]) -> Fault {
    let name = String::from_utf8_lossy(&coding).trim().to_owned();
    let reason = format!("holds sound of a kind that cannot be decoded here ({name}); convert it to WAV or FLAC");
    Fault::new(Stage::Probe, reason)
}

fn read_head(head: Vec<u8>) -> Result<Box<dyn FormatReader>, Fault> {
    let stream = MediaSourceStream::new(Box::new(std::io::Cursor::new(head)), MediaSourceStreamOptions::default());
    let mut probe = Probe::default();
    probe.register_format::<IsoMp4Reader<'_>>();
    let options = (FormatOptions::default(), MetadataOptions::default());
    match contain(|| probe.probe(&Hint::new(), stream, options.0, options.1)) {
        Ok(Ok(reader)) => Ok(reader),
        Ok(Err(error)) => {
            let cause = error.to_string();
            Err(ContainerKind::Mp4.unopenable(&cause).caused_by(error))
        }
        Err(panic) => Err(ContainerKind::Mp4.unopenable(&panic)),
    }
}

/// The first sound track that is enabled and can be decoded, or else the first that can: with its codec and its decoder.
fn choose(
    reader: &dyn FormatReader,
    mut tracks: Vec<MovieTrack>,
) -> Result<(MovieTrack, AudioCodecParameters, Box<dyn AudioDecoder>), Fault> {
    let read = |id: u32| reader.tracks().iter().find(|track| track.id == id);
    tracks.sort_by_key(|track| !read(track.id).is_some_and(|read| read.flags.contains(TrackFlags::DEFAULT)));
    let mut refusal = None;
    for track in tracks {
        let Some(params) = track.plain.clone().or_else(|| match &read(track.id)?.codec_params {
            Some(CodecParameters::Audio(params)) => Some(params.clone()),
            _ => None,
        }) else {
            refusal = refusal.or_else(|| track.coding.map(unknown_coding));
            continue;
        };
        match make_decoder(&params) {
            Ok(decoder) => return Ok((track, params, decoder)),
            Err(cause) => refusal = refusal.or_else(|| Some(undecodable(&params, &cause))),
        }
    }
    Err(refusal.unwrap_or_else(no_track))
}
