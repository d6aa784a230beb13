//! The packets of one sound track, in order, from whichever demuxer reads the file. It turns no packet into samples.

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::FormatReader;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

use crate::audio::container::pcm::PcmPackets;
use crate::audio::container::recognise::ContainerKind;
use crate::audio::demux::choice::{choose_track, no_track};
use crate::audio::demux::ends::{DataEnd, Ends};
use crate::audio::demux::flacs::FlacPackets;
use crate::audio::demux::frames::FramePackets;
use crate::audio::demux::parts::MoviePackets;
use crate::audio::demux::track::{Further, Track};
use crate::audio::metadata::{Metadata, TagName};
use crate::audio::reader_error::Fault;
use crate::audio::tags::BETWEEN_PARTS;
use crate::audio::tags::cues::NamedPlaces;
use crate::panics::contain;

/// What comes next in a file.
pub(in crate::audio) enum Next {
    /// A packet of the track.
    Packet(Packet),
    /// Another sound follows in the same file: the track has changed.
    NewLink,
    /// The end, as it should be.
    End,
    /// The data stops before its end.
    CutShort,
    /// Something unreadable, which the demuxer may get over.
    Unreadable(String),
    /// Something unreadable, which it cannot get over.
    Lost(String),
}

/// Packets, from whichever demuxer.
pub(super) enum Packets {
    Run(PcmPackets),
    Frames(Box<FramePackets>),
    Movie(Box<MoviePackets>),
    Flac(Box<FlacPackets>),
    Symphonia(Box<dyn FormatReader>),
}

/// A file, opened.
pub(in crate::audio) struct Demuxer {
    pub(super) packets: Packets,
    pub(super) track: Track,
    /// The first packet, where it had to be looked at before its time.
    pub(super) first: Option<Packet>,
    pub(super) kind: ContainerKind,
    pub(super) ending: DataEnd,
}

/// A file opened, with the decoder of its track and what it says about itself.
pub(in crate::audio) struct OpenSound {
    pub(in crate::audio) demuxer: Demuxer,
    pub(in crate::audio) decoder: Box<dyn AudioDecoder>,
    pub(in crate::audio) metadata: Metadata,
    /// What is already known to be lost.
    pub(in crate::audio) notes: Vec<String>,
}

impl OpenSound {
    /// The same, whose file names these `places` too. The words of those in seconds become a tag.
    pub(super) fn with_places(mut self, places: NamedPlaces) -> Self {
        let NamedPlaces { frames, mut seconds } = places;
        let metadata = &mut self.metadata;
        seconds.iter().for_each(|place| metadata.tags.join(TagName::Cues, &place.words, BETWEEN_PARTS));
        seconds.append(&mut metadata.cues);
        metadata.cues = NamedPlaces { frames, seconds }.into_places(metadata.rate_hz);
        self
    }
}

impl Demuxer {
    /// The track that is read.
    pub(in crate::audio) fn track(&self) -> &Track {
        &self.track
    }

    /// What comes next.
    pub(in crate::audio) fn next(&mut self) -> Next {
        if let Some(first) = self.first.take() {
            return Next::Packet(first);
        }
        loop {
            let packets = &mut self.packets;
            let read = contain(|| match packets {
                Packets::Run(run) => run.next_packet(),
                Packets::Frames(frames) => frames.next_packet(),
                Packets::Movie(movie) => movie.next_packet(),
                Packets::Flac(streams) => streams.next_packet(),
                Packets::Symphonia(reader) => reader.next_packet(),
            });
            return match read {
                Ok(Ok(Some(packet))) if packet.track_id != self.track.id => continue,
                Ok(Ok(Some(packet))) => Next::Packet(self.with_true_end(packet)),
                Ok(Ok(None)) if self.ending == DataEnd::Cut => Next::CutShort,
                Ok(Ok(None)) => Next::End,
                Ok(Err(SymphoniaError::ResetRequired)) => Next::NewLink,
                Ok(Err(SymphoniaError::IoError(error))) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    if self.ending == DataEnd::Live { Next::End } else { Next::CutShort }
                }
                Ok(Err(SymphoniaError::IoError(error))) => Next::Lost(error.to_string()),
                Ok(Err(error)) => Next::Unreadable(error.to_string()),
                Err(panic) => Next::Lost(panic),
            };
        }
    }

    /// Takes up the track that follows after [`Next::NewLink`], with its decoder.
    pub(in crate::audio) fn enter_link(&mut self) -> Result<Box<dyn AudioDecoder>, Fault> {
        let (track, decoder) = match &mut self.packets {
            Packets::Run(_) => return Err(no_track()),
            Packets::Frames(frames) => frames.enter_format()?,
            Packets::Movie(movie) => movie.enter_part()?,
            Packets::Flac(streams) => streams.enter_stream()?,
            Packets::Symphonia(reader) => choose_track(reader.as_ref(), self.kind, &Ends::default())?,
        };
        self.track = track;
        Ok(decoder)
    }

    /// Leaves the present link, of which enough was read, and says whether another follows.
    pub(in crate::audio) fn leave_link(&mut self) -> Further {
        match &mut self.packets {
            Packets::Movie(movie) => movie.leave_part(),
            Packets::Run(_) | Packets::Frames(_) | Packets::Flac(_) | Packets::Symphonia(_) => Further::No,
        }
    }

    /// symphonia cuts an MPEG stream at its stated length, but that is often a guess from the first frames' bit rate,
    /// and in files put together from several it is the first one's. The cut is right only where the encoder stated its
    /// padding (LAME tag), and only for the frames that padding is in.
    fn with_true_end(&self, mut packet: Packet) -> Packet {
        if self.kind == ContainerKind::Mpeg {
            let begins = u64::try_from(packet.pts.get()).unwrap_or(0);
            if self.track.mpeg_end.is_none_or(|end| begins >= end) {
                packet.trim_end = Duration::ZERO;
            }
        }
        packet
    }
}
