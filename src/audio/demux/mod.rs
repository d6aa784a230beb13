//! A sound file as a stream of packets of one sound track. In: a byte source. Out: the track chosen, its decoder, what
//! the file says about itself, and the packets in order. It chooses symphonia's demuxer or one of ours by content; it
//! turns no packet into samples.

mod choice;
pub(super) mod codecs;
pub(super) mod demuxer;
mod ends;
mod flacs;
mod frames;
mod movie;
mod parts;
mod probed;
mod run;
pub(super) mod track;

use crate::audio::container::recognise::{ContainerKind, Recognised, recognise};
use crate::audio::container::wave::format::WaveContent;
use crate::audio::container::{aiff, au, caf, wave};
use crate::audio::demux::demuxer::OpenSound;
use crate::audio::demux::movie::open_movie;
use crate::audio::demux::probed::open_probed;
use crate::audio::demux::run::open_run;
use crate::audio::metadata::Tags;
use crate::audio::reader_error::Fault;
use crate::audio::source::{SeekableBytes, Window, len_bytes, read_at};
use crate::audio::tags;
use crate::audio::tags::cues::NamedPlaces;

/// Bytes in front of a sound that are read for their words, at most: tags with large pictures have less.
const LONGEST_FRONT: usize = 16 << 20;

/// Recognises and opens the file in `source`.
pub(super) fn open(mut source: SeekableBytes) -> Result<OpenSound, Fault> {
    let Recognised { kind, start } = recognise(source.as_mut())?;
    if start == 0 {
        return open_kind(source, kind);
    }
    let front = read_at(source.as_mut(), 0, usize::try_from(start).unwrap_or(usize::MAX).min(LONGEST_FRONT))?;
    let len = len_bytes(source.as_mut())?.saturating_sub(start);
    let mut opened = open_kind(Box::new(Window::new(source, start, len)), kind)?;
    let mut in_front = Tags::default();
    let seconds = tags::add_front(front, &mut in_front);
    opened.metadata.tags.fill_from(in_front);
    Ok(opened.with_places(NamedPlaces { frames: Vec::new(), seconds }))
}

/// Opens the file in `source`, which is of the given kind and has nothing in front that its demuxer cannot read.
fn open_kind(mut source: SeekableBytes, kind: ContainerKind) -> Result<OpenSound, Fault> {
    match kind {
        ContainerKind::Wave => {
            let wave = wave::read(source.as_mut())?;
            match wave.content {
                WaveContent::Samples(run) => {
                    let mut opened = open_run(source, run, kind, wave.tags)?;
                    opened.notes.extend(wave.notes);
                    Ok(opened.with_places(wave.cues))
                }
                WaveContent::Mpeg { start, len } => {
                    let mut opened = open_probed(Box::new(Window::new(source, start, len)), ContainerKind::Mpeg)?;
                    opened.metadata.container = "wav".to_owned();
                    opened.metadata.tags = wave.tags;
                    opened.notes.extend(wave.notes);
                    Ok(opened.with_places(wave.cues))
                }
            }
        }
        ContainerKind::Aiff => {
            let aiff = aiff::read(source.as_mut())?;
            Ok(open_run(source, aiff.run, kind, aiff.tags)?.with_places(aiff.cues))
        }
        ContainerKind::Au => {
            let run = au::read(source.as_mut())?;
            open_run(source, run, kind, Tags::default())
        }
        ContainerKind::Caf => {
            let caf = caf::read(source.as_mut())?;
            match caf.run {
                Some(run) => open_run(source, run, kind, caf.tags),
                None => {
                    let mut opened = open_probed(source, kind)?;
                    opened.metadata.tags.fill_from(caf.tags);
                    Ok(opened)
                }
            }
        }
        ContainerKind::Mp4 => open_movie(source),
        ContainerKind::Flac
        | ContainerKind::Mpeg
        | ContainerKind::Adts
        | ContainerKind::Ogg
        | ContainerKind::Matroska => open_probed(source, kind),
    }
}
