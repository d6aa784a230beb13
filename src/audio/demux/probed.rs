//! Files that symphonia's demuxers read. In: a byte source of a known kind. Out: the opened sound, mended where the file
//! would otherwise be given up.

use std::io::Seek;

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::default::{formats, meta};

use crate::audio::aac;
use crate::audio::container::flac;
use crate::audio::container::mpeg::stream::FrameWalk;
use crate::audio::container::recognise::ContainerKind;
use crate::audio::demux::choice::{choose_track, take_again};
use crate::audio::demux::codecs;
use crate::audio::demux::demuxer::{Demuxer, OpenSound, Packets};
use crate::audio::demux::ends::{DataEnd, Ends};
use crate::audio::demux::flacs::FlacStream;
use crate::audio::demux::frames::FramePackets;
use crate::audio::metadata::{TagName, Tags};
use crate::audio::reader_error::Fault;
use crate::audio::source::{SeekableBytes, SharedSource, len_bytes, read_at};
use crate::audio::tags;
use crate::audio::tags::FileMetadata;
use crate::audio::tags::cues::NamedPlaces;
use crate::audio::tags::id3::Id3Extras;
use crate::audio::tags::{encoding, id3};
use crate::panics::contain;

/// Bytes of an ID3 tag that are looked at for what symphonia does not tell: tags with large pictures have less.
const LONGEST_ID3: usize = 16 << 20;

/// Opens the file in `source`, which is of the given kind.
pub(super) fn open_probed(mut source: SeekableBytes, kind: ContainerKind) -> Result<OpenSound, Fault> {
    let ends = Ends::read(source.as_mut(), kind);
    let (extras, (foreign, mut places)) = (id3_extras(source.as_mut(), kind)?, flac_words(source.as_mut(), kind)?);
    let mut streams = None;
    // Frames are walked along by us; symphonia reads what is said around them.
    let (source, frames) = match kind {
        ContainerKind::Mpeg | ContainerKind::Adts => {
            let mut shared = SharedSource::new(source);
            shared.rewind()?;
            (Box::new(shared.clone()) as SeekableBytes, FrameWalk::new(Box::new(shared))?)
        }
        ContainerKind::Flac => {
            let begins = id3::tag_len(&read_at(source.as_mut(), 0, id3::HEADER_LEN)?).unwrap_or(0);
            let mut stream = FlacStream::new(SharedSource::new(source), begins as u64);
            stream.rewind()?;
            streams = Some(stream.packets());
            (Box::new(stream) as SeekableBytes, None)
        }
        _ => {
            source.rewind()?;
            (source, None)
        }
    };
    let source = ends.mend(source);
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
    let options = (FormatOptions::default(), MetadataOptions::default());
    let probed = contain(|| probe_of(kind).probe(&Hint::new(), stream, options.0, options.1));
    let mut reader = match probed {
        Ok(Ok(reader)) => reader,
        Ok(Err(_)) if ends.has_speex => return Err(codecs::undecodable_named("Speex")),
        Ok(Err(error)) => {
            let cause = error.to_string();
            return Err(kind.unopenable(&cause).caused_by(error));
        }
        Err(panic) => return Err(kind.unopenable(&panic)),
    };
    let FileMetadata { mut tags, chapters, .. } = tags::read_all(reader.as_mut(), extras);
    places.seconds.extend(chapters);
    places.seconds.extend_from_slice(&ends.matroska.chapters);
    tags.fill_from(foreign);
    tags.fill(TagName::Title, encoding::text(&ends.matroska.title));
    let name = if ends.matroska.is_webm { "webm" } else { kind.name() };
    let info = reader.media_info();
    let stated = info.duration.zip(info.time_base).and_then(|(ticks, base)| base.calc_duration(ticks));
    let (mut demuxer, decoder) = begin(reader, frames, kind, &ends)?;
    demuxer.packets = match (demuxer.packets, streams) {
        (Packets::Symphonia(reader), Some(of_streams)) => Packets::Flac(Box::new(of_streams(reader))),
        (packets, _) => packets,
    };
    let mut metadata = demuxer.track.describe(decoder.as_ref(), name, demuxer.track.stated_frames, tags);
    if metadata.duration_seconds.is_none() && matches!(kind, ContainerKind::Matroska | ContainerKind::Caf) {
        metadata.duration_seconds = stated.map(|time| time.as_secs_f64());
    }
    demuxer.ending = ends.ending();
    let notes = aac::core_note(&demuxer.track.params).into_iter().collect();
    Ok(OpenSound { demuxer, decoder, metadata, notes }.with_places(places))
}

/// What symphonia does not tell of the ID3 tags at both ends of the file in `source`.
fn id3_extras(source: &mut dyn MediaSource, kind: ContainerKind) -> Result<Id3Extras, Fault> {
    if !matches!(kind, ContainerKind::Mpeg | ContainerKind::Adts | ContainerKind::Flac) {
        return Ok(Id3Extras::default());
    }
    let len = id3::tag_len(&read_at(source, 0, id3::HEADER_LEN)?).unwrap_or(0).min(LONGEST_ID3);
    let version_2 = read_at(source, 0, len)?;
    let end = len_bytes(source)?.saturating_sub(id3::VERSION_1_LEN as u64);
    Ok(Id3Extras::read(&version_2, &read_at(source, end, id3::VERSION_1_LEN)?))
}

/// The words of the WAV file that the FLAC file in `source` was made of, and the places that either names.
fn flac_words(source: &mut dyn MediaSource, kind: ContainerKind) -> Result<(Tags, NamedPlaces), Fault> {
    if kind != ContainerKind::Flac {
        return Ok(Default::default());
    }
    let start = id3::tag_len(&read_at(source, 0, id3::HEADER_LEN)?).unwrap_or(0);
    Ok(flac::read(source, start as u64)?)
}

/// The packets of the track that is read, and its decoder.
fn begin(
    mut reader: Box<dyn FormatReader>,
    frames: Option<FrameWalk>,
    kind: ContainerKind,
    ends: &Ends,
) -> Result<(Demuxer, Box<dyn AudioDecoder>), Fault> {
    let demuxer = |packets, track, first| Demuxer { packets, track, first, kind, ending: DataEnd::Stated };
    match frames {
        Some(walk) if kind == ContainerKind::Adts => {
            let mut packets = FramePackets::new(walk, 0, None);
            let (track, decoder) = packets.enter_format()?;
            Ok((demuxer(Packets::Frames(Box::new(packets)), track, None), decoder))
        }
        Some(walk) => {
            let (track, decoder) = choose_track(reader.as_ref(), kind, ends)?;
            let read = reader.tracks().first();
            let delay = read.and_then(|track| track.delay).unwrap_or(0);
            let packets = FramePackets::new(walk, delay, read.and_then(|track| track.num_frames));
            Ok((demuxer(Packets::Frames(Box::new(packets)), track, None), decoder))
        }
        None => {
            let (mut track, mut decoder) = choose_track(reader.as_ref(), kind, ends)?;
            let mut first = None;
            if track.params.codec == CODEC_ID_AAC {
                first = first_packet(reader.as_mut(), track.id);
                let params = first.as_ref().map(|packet| aac::refined(track.params.clone(), &packet.data));
                if let Some(params) = params.filter(|params| params.profile != track.params.profile) {
                    (track, decoder) = take_again(reader.as_ref(), kind, ends, (track.id, &params))?;
                }
            }
            Ok((demuxer(Packets::Symphonia(reader), track, first), decoder))
        }
    }
}

/// The first packet of the track called `id`; a fault is met again by whoever reads on.
fn first_packet(reader: &mut dyn FormatReader, id: u32) -> Option<Packet> {
    loop {
        match contain(|| reader.next_packet()) {
            Ok(Ok(Some(packet))) if packet.track_id == id => return Some(packet),
            Ok(Ok(Some(_))) => {}
            _ => return None,
        }
    }
}

/// A probe that knows only the container the file was recognised as, and for containers without words of their own the
/// tags that may stand around them.
fn probe_of(kind: ContainerKind) -> Probe {
    let mut probe = Probe::default();
    match kind {
        ContainerKind::Flac => probe.register_format::<formats::FlacReader<'_>>(),
        ContainerKind::Mpeg => probe.register_format::<formats::MpaReader<'_>>(),
        ContainerKind::Adts => probe.register_format::<formats::AdtsReader<'_>>(),
        ContainerKind::Ogg => probe.register_format::<formats::OggReader<'_>>(),
        ContainerKind::Matroska => probe.register_format::<formats::MkvReader<'_>>(),
        ContainerKind::Caf => probe.register_format::<formats::CafReader<'_>>(),
        ContainerKind::Mp4 | ContainerKind::Wave | ContainerKind::Aiff | ContainerKind::Au => {}
    }
    if matches!(kind, ContainerKind::Mpeg | ContainerKind::Adts | ContainerKind::Flac) {
        probe.register_metadata::<meta::Id3v2Reader<'_>>();
        probe.register_metadata::<meta::Id3v1Reader<'_>>();
        probe.register_metadata::<meta::ApeReader<'_>>();
    }
    probe
}
