//! What our own look into a file says about the ends of its tracks. In: the byte source. Out: the source as symphonia must
//! see it, the sound to leave out of each track, and what it means that the data stops.

use symphonia::core::codecs::audio::{AudioCodecParameters, well_known};
use symphonia::core::formats::Track as SymphoniaTrack;
use symphonia::core::io::MediaSource;

use crate::audio::container::caf::TrueLen;
use crate::audio::container::matroska::MatroskaExtras;
use crate::audio::container::recognise::ContainerKind;
use crate::audio::container::{Trim, caf, matroska, ogg};
use crate::audio::source::{Forward, PatchedSource, SeekableBytes};

/// What it means that the data stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataEnd {
    /// The demuxer knows where the end should be.
    Stated,
    /// The file was written without a known end: wherever it stops is its end.
    Live,
    /// The file is known to have been cut short.
    Cut,
}

/// What our own look into a file said about the ends of its tracks.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) matroska: MatroskaExtras,
    /// Whether it is several Ogg files in one.
    is_chained: bool,
    /// Whether its first stream is Speex.
    pub(super) has_speex: bool,
    /// The length of the sound of a CAF file that was cut short.
    caf: Option<TrueLen>,
}

impl Ends {
    /// A file whose elements cannot be walked keeps all its sound; whether it can be read at all is the demuxer's word.
    pub(super) fn read(source: &mut dyn MediaSource, kind: ContainerKind) -> Self {
        match kind {
            ContainerKind::Matroska => Ends { matroska: matroska::read(source).unwrap_or_default(), ..Ends::default() },
            ContainerKind::Ogg => Ends {
                is_chained: ogg::is_chained(source).unwrap_or_default(),
                has_speex: ogg::has_speex(source).unwrap_or_default(),
                ..Ends::default()
            },
            ContainerKind::Caf => Ends { caf: caf::true_len(source).unwrap_or_default(), ..Ends::default() },
            _ => Ends::default(),
        }
    }

    /// The source as symphonia must see it to read what a file cut short still holds.
    pub(super) fn mend(&self, source: SeekableBytes) -> SeekableBytes {
        let source: SeekableBytes = match self.matroska.chapters_hidden {
            Some((at, bytes)) => Box::new(PatchedSource { inner: source, at, bytes }),
            None => source,
        };
        match self.caf {
            Some(TrueLen { at, len }) => Box::new(PatchedSource { inner: source, at, bytes: len.to_be_bytes() }),
            None if self.matroska.is_cut || self.is_chained => Box::new(Forward(source)),
            None => source,
        }
    }

    pub(super) fn ending(&self) -> DataEnd {
        match self.caf {
            Some(_) => DataEnd::Cut,
            None if self.matroska.is_live => DataEnd::Live,
            None => DataEnd::Stated,
        }
    }

    pub(super) fn trim(
        &self,
        kind: ContainerKind,
        track: &SymphoniaTrack,
        params: &AudioCodecParameters,
        rate_hz: u32,
    ) -> Trim {
        match kind {
            ContainerKind::Matroska => self.matroska.trim(track.id, rate_hz),
            // Ogg states Opus's pre-skip for the track; for every other codec its packets say what to leave out.
            ContainerKind::Ogg if params.codec == well_known::CODEC_ID_OPUS => {
                Trim { skip: u64::from(track.delay.unwrap_or(0)), ..Trim::default() }
            }
            _ => Trim::default(),
        }
    }
}
