//! The packets of an MP4 track: what its edit list plays, part by part. In: the track, its codec and the list. Out: packets,
//! and for each part a track of its own, with its pause, a decoder begun a little before it, and the frames to leave out at
//! both ends.

use symphonia::core::codecs::audio::well_known::CODEC_ID_ADPCM_IMA_QT;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::{Error as SymphoniaError, Result as SymphoniaResult, decode_error};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use crate::audio::container::Trim;
use crate::audio::container::mp4::edits::{PlayList, PlayedPart};
use crate::audio::container::mp4::tables::{Sample, SampleUnit};
use crate::audio::container::mp4::{MovieTrack, SampleWalk};
use crate::audio::container::pcm::{IMA4_BLOCK_BYTES, IMA4_BLOCK_FRAMES};
use crate::audio::demux::choice::no_track;
use crate::audio::demux::codecs::{make_decoder, undecodable};
use crate::audio::demux::track::{Further, Stamps, Track};
use crate::audio::reader_error::Fault;
use crate::audio::source::{SeekableBytes, read_at};

/// Bytes of a packet of plain samples, at most.
const PLAIN_PACKET_BYTES: u64 = 32 << 10;

/// The longest packet that is read; a damaged table may state gigabytes.
const LONGEST_PACKET: u64 = 16 << 20;

/// How long before a part its decoder begins, so that it gives what it would had it decoded all before: Opus needs 80 ms
/// (RFC 7845, 4.6), MP3 some frames, AAC one.
const LEAD_MILLISECONDS: u64 = 500;

/// The packets of one track, part by part.
pub(super) struct MoviePackets {
    source: SeekableBytes,
    media: MovieTrack,
    params: AudioCodecParameters,
    rate_hz: u32,
    parts: Vec<PlayedPart>,
    /// Number of the part that is read.
    part: usize,
    /// What the file's own tag says of its only part.
    stated: Option<Trim>,
    /// What cannot be parted of plain samples or IMA4; `None` for a codec with packets of its own.
    unit: Option<SampleUnit>,
    walk: SampleWalk,
    /// The next sample, looked at before its time.
    ahead: Option<Sample>,
    /// Frames between the first sample of the part and what is heard of it.
    lead: u64,
    state: PartState,
}

/// How far the present part is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartState {
    Reading,
    /// It is over and another follows.
    Over,
}

impl MoviePackets {
    /// The packets of what `list` plays of `media`, or of what the file's own tag says of its only part.
    pub(super) fn new(
        mut source: SeekableBytes,
        media: MovieTrack,
        params: AudioCodecParameters,
        (list, stated): (PlayList, Option<Trim>),
        rate_hz: u32,
    ) -> Result<Self, Fault> {
        let unit = unit_of(&params);
        let walk = media.samples(source.as_mut(), unit)?;
        let mut packets = MoviePackets {
            source,
            media,
            params,
            rate_hz,
            parts: list.parts,
            part: 0,
            stated,
            unit,
            walk,
            ahead: None,
            lead: 0,
            state: PartState::Reading,
        };
        packets.ahead = packets.next_sample()?;
        // The only part is decoded from the first sample on, which is also right for files whose list is wrong.
        let begins = packets.parts[0].begins;
        if packets.parts.len() > 1 {
            packets.go_to(begins)?;
        } else {
            packets.lead = packets.media.frames(begins, rate_hz);
        }
        Ok(packets)
    }

    /// The frames that all parts are to have; `None` where the file does not say.
    pub(super) fn stated_frames(&self) -> Option<u64> {
        if let Some(keep) = self.stated.and_then(|trim| trim.keep) {
            return Some(keep);
        }
        self.parts.iter().try_fold(0u64, |sum, part| Some(sum.saturating_add(part.pause).saturating_add(part.frames?)))
    }

    /// The track as the present part has it.
    pub(super) fn track(&self) -> Track {
        let part = self.parts[self.part];
        let trim = Trim { pause: part.pause, skip: self.lead, keep: part.frames, drop_last: 0 };
        let trim = self.stated.map_or(trim, |stated| Trim { pause: part.pause, ..stated });
        Track {
            id: self.media.id,
            params: self.params.clone(),
            trim,
            stated_frames: trim.keep,
            stamps: if self.media.is_fragmented() { Stamps::Exact } else { Stamps::Vague },
            mpeg_end: None,
        }
    }

    /// The next packet of the present part; [`SymphoniaError::ResetRequired`] where another part follows.
    pub(super) fn next_packet(&mut self) -> SymphoniaResult<Option<Packet>> {
        if self.state == PartState::Over {
            return Err(SymphoniaError::ResetRequired);
        }
        let Some(sample) = self.ahead else {
            return match self.leave_part() {
                Further::Yes => Err(SymphoniaError::ResetRequired),
                Further::No => Ok(None),
            };
        };
        self.ahead = self.next_sample()?;
        if sample.len > LONGEST_PACKET {
            return decode_error("a packet of an impossible length");
        }
        let len = usize::try_from(sample.len).expect("16 MiB fit into the address space");
        let mut bytes = read_at(self.source.as_mut(), sample.position, len)?;
        if bytes.len() < len {
            // Of plain samples what there is counts.
            let whole = self.unit.map_or(0, |unit| bytes.len() as u64 / unit.len * unit.len);
            if whole == 0 {
                return Err(SymphoniaError::IoError(std::io::ErrorKind::UnexpectedEof.into()));
            }
            bytes.truncate(usize::try_from(whole).expect("no longer than the bytes read"));
        }
        Ok(Some(self.packet(sample, bytes)))
    }

    fn packet(&self, sample: Sample, bytes: Vec<u8>) -> Packet {
        let frames = |ticks| self.media.frames(ticks, self.rate_hz);
        let begins = frames(sample.begins);
        let lasts = match self.unit {
            // The decoder of blocks goes by this.
            Some(SampleUnit { len, frames: in_block @ 2.. }) => bytes.len() as u64 / len * in_block,
            _ => frames(sample.begins.saturating_add(sample.ticks)).saturating_sub(begins),
        };
        let stamp = Timestamp::new(i64::try_from(begins).unwrap_or(i64::MAX));
        Packet::new(self.media.id, stamp, Duration::new(lasts), bytes)
    }

    /// Ends the present part.
    pub(super) fn leave_part(&mut self) -> Further {
        if self.part + 1 < self.parts.len() {
            self.state = PartState::Over;
            return Further::Yes;
        }
        Further::No
    }

    /// Begins the next part: its track, and a decoder of its own.
    pub(super) fn enter_part(&mut self) -> Result<(Track, Box<dyn AudioDecoder>), Fault> {
        self.part += 1;
        self.state = PartState::Reading;
        let part = *self.parts.get(self.part).ok_or_else(no_track)?;
        if part.frames != Some(0) {
            self.go_to(part.begins)?;
        }
        let decoder = make_decoder(&self.params).map_err(|cause| undecodable(&self.params, &cause))?;
        Ok((self.track(), decoder))
    }

    /// Goes to a sample a little before `begins`, in ticks of the media.
    fn go_to(&mut self, begins: u64) -> Result<(), Fault> {
        let from = begins.saturating_sub(self.media.ticks(LEAD_MILLISECONDS));
        if self.ahead.is_none_or(|sample| sample.begins > from) {
            self.walk = self.media.samples(self.source.as_mut(), self.unit)?;
            self.ahead = self.next_sample()?;
        }
        while self.ahead.is_some_and(|sample| sample.begins.saturating_add(sample.ticks) <= from) {
            self.ahead = self.next_sample()?;
        }
        let first = self.ahead.map_or(begins, |sample| sample.begins.min(begins));
        self.lead = self.media.frames(begins, self.rate_hz) - self.media.frames(first, self.rate_hz);
        Ok(())
    }

    fn next_sample(&mut self) -> std::io::Result<Option<Sample>> {
        self.walk.next(self.source.as_mut(), PLAIN_PACKET_BYTES)
    }
}

/// What cannot be parted of the samples of a codec; `None` for one with packets of its own.
fn unit_of(params: &AudioCodecParameters) -> Option<SampleUnit> {
    let channels = params.channels.as_ref().map_or(0, |layout| layout.count() as u64);
    let sample_len = u64::from(params.bits_per_coded_sample.unwrap_or(8).div_ceil(8));
    let is_plain = params.frames_per_block == Some(1) || params.max_frames_per_packet == Some(1);
    let unit = match params.codec {
        CODEC_ID_ADPCM_IMA_QT => {
            SampleUnit { len: u64::from(IMA4_BLOCK_BYTES) * channels, frames: u64::from(IMA4_BLOCK_FRAMES) }
        }
        _ if is_plain => SampleUnit { len: sample_len * channels, frames: 1 },
        _ => return None,
    };
    (channels > 0).then_some(unit)
}
