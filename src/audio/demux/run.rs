//! A run of samples as an opened sound. In: where the run lies and how its samples are written. Out: its packets and its
//! decoder; a run that is really coded sound is refused.

use crate::audio::container::Trim;
use crate::audio::container::disguise::{coded_sound, disguised};
use crate::audio::container::pcm::{PcmPackets, PcmRun};
use crate::audio::container::recognise::ContainerKind;
use crate::audio::demux::codecs::{make_decoder, undecodable};
use crate::audio::demux::demuxer::{Demuxer, OpenSound, Packets};
use crate::audio::demux::ends::DataEnd;
use crate::audio::demux::track::{Stamps, Track};
use crate::audio::metadata::Tags;
use crate::audio::reader_error::Fault;
use crate::audio::source::SeekableBytes;
use crate::error::Stage;

/// Opens `run`, which lies in `source`.
pub(super) fn open_run(
    mut source: SeekableBytes,
    run: PcmRun,
    kind: ContainerKind,
    tags: Tags,
) -> Result<OpenSound, Fault> {
    if let Some(coding) = coded_sound(source.as_mut(), &run)? {
        return Err(disguised(coding, Stage::Probe));
    }
    let track = Track {
        id: 0,
        params: run.codec_params(),
        // The last block of ADPCM is filled up behind the stated end.
        trim: Trim { keep: run.stated_frames.filter(|_| run.block_frames > 1), ..Trim::default() },
        stated_frames: run.stated_frames,
        stamps: Stamps::Vague,
        mpeg_end: None,
    };
    let decoder = make_decoder(&track.params).map_err(|cause| undecodable(&track.params, &cause))?;
    let frames = run.stated_frames.unwrap_or_else(|| run.frames_in(run.len));
    let metadata = track.describe(decoder.as_ref(), kind.name(), Some(frames), tags);
    let packets = Packets::Run(PcmPackets::new(source, run));
    let demuxer = Demuxer { packets, track, first: None, kind, ending: DataEnd::Stated };
    Ok(OpenSound { demuxer, decoder, metadata, notes: Vec::new() })
}
