//! A sound file as a stream of packets of one sound track. In: a byte source. Out: the track chosen, its decoder, what
//! the file says about itself, and the packets in order. It chooses symphonia's demuxer or one of ours by content; it
//! turns no packet into samples.

use std::sync::LazyLock;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, Track as SymphoniaTrack, TrackFlags};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;
use symphonia::default::{formats, meta, register_enabled_codecs};

use crate::audio::container::caf::TrueLen;
use crate::audio::container::disguise::coded_sound;
use crate::audio::container::matroska::MatroskaExtras;
use crate::audio::container::mp4::TrackTimes;
use crate::audio::container::pcm::{PcmPackets, PcmRun};
use crate::audio::container::recognise::{ContainerKind, Recognised, recognise};
use crate::audio::container::wave;
use crate::audio::container::wave::format::WaveContent;
use crate::audio::container::{Trim, aiff, au, caf, matroska, mp4};
use crate::audio::metadata::{Metadata, TagName, Tags};
use crate::audio::opus::OpusTrack;
use crate::audio::reader_error::Fault;
use crate::audio::source::{Forward, OverlongSource, PatchedSource, SeekableBytes, Window, len_bytes, read_at};
use crate::audio::tags::encoding;
use crate::audio::vorbis::SurroundVorbis;
use crate::audio::{tags, vorbis};
use crate::error::Stage;
use crate::panics::contain;

/// symphonia's decoders and our Opus.
static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut registry = CodecRegistry::new();
    register_enabled_codecs(&mut registry);
    registry.register_audio_decoder::<OpusTrack>();
    registry
});

/// Bytes in front of a sound that are read for their words, at most: tags with large pictures have less.
const LONGEST_FRONT: usize = 16 << 20;

/// Codecs that files hold and nothing here decodes, for the message.
const UNDECODABLE: [(AudioCodecId, &str); 6] = [
    (well_known::CODEC_ID_AC3, "AC-3 (Dolby Digital)"),
    (well_known::CODEC_ID_EAC3, "E-AC-3 (Dolby Digital Plus)"),
    (well_known::CODEC_ID_AC4, "AC-4"),
    (well_known::CODEC_ID_DCA, "DTS"),
    (well_known::CODEC_ID_WMA, "Windows Media Audio"),
    (well_known::CODEC_ID_SPEEX, "Speex"),
];

/// The sound track that is read.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub(super) id: u32,
    pub(super) params: AudioCodecParameters,
    /// What to leave out at the ends; what the packets themselves say comes on top.
    pub(super) trim: Trim,
    /// Frames the file promises, after trimming; `None` where it does not say.
    pub(super) stated_frames: Option<u64>,
    /// Whether packets are stamped to the frame, so that a hole between two of them can be seen.
    pub(super) stamps: Stamps,
    /// Frame from which on the stated end of an MPEG stream no longer counts; see [`Demuxer::next`].
    mpeg_end: Option<u64>,
}

/// How exactly packets are stamped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamps {
    /// To the frame.
    Exact,
    /// Rounded, or counted by the demuxer itself.
    Vague,
}

/// What comes next in a file.
pub(super) enum Next {
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
enum Packets {
    Run(PcmPackets),
    Symphonia(Box<dyn FormatReader>),
}

/// A file, opened.
pub(super) struct Demuxer {
    packets: Packets,
    track: Track,
    kind: ContainerKind,
    ending: DataEnd,
}

/// What it means that the data stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DataEnd {
    /// The demuxer knows where the end should be.
    Stated,
    /// The file was written without a known end: wherever it stops is its end.
    Live,
    /// The file is known to have been cut short.
    Cut,
}

/// A file opened, with the decoder of its track and what it says about itself.
pub(super) struct OpenSound {
    pub(super) demuxer: Demuxer,
    pub(super) decoder: Box<dyn AudioDecoder>,
    pub(super) metadata: Metadata,
}

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
    tags::add_front(front, &mut in_front);
    opened.metadata.tags.fill_from(in_front);
    Ok(opened)
}

/// Opens the file in `source`, which is of the given kind and has nothing in front that its demuxer cannot read.
fn open_kind(mut source: SeekableBytes, kind: ContainerKind) -> Result<OpenSound, Fault> {
    match kind {
        ContainerKind::Wave => {
            let wave = wave::read(source.as_mut())?;
            match wave.content {
                WaveContent::Samples(run) => open_run(source, run, kind, wave.tags),
                WaveContent::Mpeg { start, len } => {
                    let mut opened = open_symphonia(Box::new(Window::new(source, start, len)), ContainerKind::Mpeg)?;
                    opened.metadata.container = "wav".to_owned();
                    opened.metadata.tags = wave.tags;
                    Ok(opened)
                }
            }
        }
        ContainerKind::Aiff => {
            let aiff = aiff::read(source.as_mut())?;
            open_run(source, aiff.run, kind, aiff.tags)
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
                    let mut opened = open_symphonia(source, kind)?;
                    opened.metadata.tags.fill_from(caf.tags);
                    Ok(opened)
                }
            }
        }
        _ => open_symphonia(source, kind),
    }
}

/// Makes a decoder for `params`.
pub(super) fn make_decoder(params: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, String> {
    let made = contain(|| match vorbis::is_surround(params) {
        true => SurroundVorbis::new(params).map(|decoder| Box::new(decoder) as Box<dyn AudioDecoder>),
        false => CODECS.make_audio_decoder(params, &AudioDecoderOptions::default()),
    });
    match made {
        Ok(Ok(decoder)) => Ok(decoder),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic),
    }
}

impl Demuxer {
    /// The track that is read.
    pub(super) fn track(&self) -> &Track {
        &self.track
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> Next {
        loop {
            let packets = &mut self.packets;
            let read = contain(|| match packets {
                Packets::Run(run) => run.next_packet(),
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
    pub(super) fn enter_link(&mut self) -> Result<Box<dyn AudioDecoder>, Fault> {
        let Packets::Symphonia(reader) = &self.packets else {
            return Err(no_track());
        };
        let (track, decoder) = choose_track(reader.as_ref(), self.kind, &Ends::default())?;
        self.track = track;
        Ok(decoder)
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

fn open_run(mut source: SeekableBytes, run: PcmRun, kind: ContainerKind, tags: Tags) -> Result<OpenSound, Fault> {
    if let Some(coding) = coded_sound(source.as_mut(), &run)? {
        let reason = format!(
            "says it holds PCM but holds {coding}, which cannot be decoded here and would be noise; \
             convert it to WAV or FLAC"
        );
        return Err(Fault::new(Stage::Probe, reason));
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
    let metadata = describe(&track, decoder.as_ref(), name_of(kind, false), Some(frames), tags);
    Ok(OpenSound {
        demuxer: Demuxer { packets: Packets::Run(PcmPackets::new(source, run)), track, kind, ending: DataEnd::Stated },
        decoder,
        metadata,
    })
}

/// What our own look into a file said about the ends of its tracks.
#[derive(Default)]
struct Ends {
    mp4: Vec<TrackTimes>,
    matroska: MatroskaExtras,
    itunes: Option<Trim>,
    /// The length of the sound of a CAF file that was cut short.
    caf: Option<TrueLen>,
    /// The length that an MP4 file should have, in bytes.
    claimed_len: Option<u64>,
}

impl Ends {
    /// A file whose boxes cannot be walked keeps all its sound; whether it can be read at all is the demuxer's word.
    fn read(source: &mut dyn MediaSource, kind: ContainerKind) -> Self {
        match kind {
            ContainerKind::Mp4 => Ends {
                claimed_len: mp4::claimed_len(source).ok(),
                mp4: mp4::read_times(source).unwrap_or_default(),
                ..Ends::default()
            },
            ContainerKind::Matroska => Ends { matroska: matroska::read(source).unwrap_or_default(), ..Ends::default() },
            ContainerKind::Caf => Ends { caf: caf::true_len(source).unwrap_or_default(), ..Ends::default() },
            _ => Ends::default(),
        }
    }

    /// The source as symphonia must see it to read what a file cut short still holds.
    fn mend(&self, source: SeekableBytes) -> SeekableBytes {
        if let Some(TrueLen { at, len }) = self.caf {
            return Box::new(PatchedSource { inner: source, at, bytes: len.to_be_bytes() });
        }
        match self.claimed_len {
            Some(len) => Box::new(OverlongSource { inner: source, len }),
            None if self.matroska.is_cut => Box::new(Forward(source)),
            None => source,
        }
    }

    fn ending(&self) -> DataEnd {
        match self.caf {
            Some(_) => DataEnd::Cut,
            None if self.matroska.is_live => DataEnd::Live,
            None => DataEnd::Stated,
        }
    }

    fn trim(&self, kind: ContainerKind, track: &SymphoniaTrack, params: &AudioCodecParameters, rate_hz: u32) -> Trim {
        match kind {
            ContainerKind::Mp4 => {
                let edited = self.mp4.iter().find(|times| times.id == track.id).map(|times| times.trim(rate_hz));
                self.itunes.or(edited).unwrap_or_default()
            }
            ContainerKind::Matroska => self.matroska.trim(track.id, rate_hz),
            // Ogg states Opus's pre-skip for the track; for every other codec its packets say what to leave out.
            ContainerKind::Ogg if params.codec == well_known::CODEC_ID_OPUS => {
                Trim { skip: u64::from(track.delay.unwrap_or(0)), ..Trim::default() }
            }
            _ => Trim::default(),
        }
    }
}

fn open_symphonia(mut source: SeekableBytes, kind: ContainerKind) -> Result<OpenSound, Fault> {
    let mut ends = Ends::read(source.as_mut(), kind);
    source.rewind()?;
    let source = ends.mend(source);
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
    let options = (FormatOptions::default(), MetadataOptions::default());
    let probed = contain(|| probe_of(kind).probe(&Hint::new(), stream, options.0, options.1));
    let mut reader = match probed {
        Ok(Ok(reader)) => reader,
        Ok(Err(error)) => {
            let cause = error.to_string();
            return Err(unopenable(kind, &cause).caused_by(error));
        }
        Err(panic) => return Err(unopenable(kind, &panic)),
    };
    let (mut tags, gapless) = tags::read_all(reader.as_mut());
    tags.fill(TagName::Title, encoding::text(&ends.matroska.title));
    ends.itunes = gapless.as_deref().and_then(mp4::trim_of_itunes_tag);
    let (track, decoder) = choose_track(reader.as_ref(), kind, &ends)?;
    let name = name_of(kind, ends.matroska.is_webm);
    let mut metadata = describe(&track, decoder.as_ref(), name, track.stated_frames, tags);
    if metadata.duration_seconds.is_none() && matches!(kind, ContainerKind::Matroska | ContainerKind::Caf) {
        let info = reader.media_info();
        let stated = info.duration.zip(info.time_base).and_then(|(ticks, base)| base.calc_duration(ticks));
        metadata.duration_seconds = stated.map(|time| time.as_secs_f64());
    }
    Ok(OpenSound {
        demuxer: Demuxer { packets: Packets::Symphonia(reader), track, kind, ending: ends.ending() },
        decoder,
        metadata,
    })
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
        ContainerKind::Mp4 => probe.register_format::<formats::IsoMp4Reader<'_>>(),
        ContainerKind::Matroska => probe.register_format::<formats::MkvReader<'_>>(),
        ContainerKind::Caf => probe.register_format::<formats::CafReader<'_>>(),
        ContainerKind::Wave | ContainerKind::Aiff | ContainerKind::Au => {}
    }
    if matches!(kind, ContainerKind::Mpeg | ContainerKind::Adts | ContainerKind::Flac) {
        probe.register_metadata::<meta::Id3v2Reader<'_>>();
        probe.register_metadata::<meta::Id3v1Reader<'_>>();
        probe.register_metadata::<meta::ApeReader<'_>>();
    }
    probe
}

/// The default sound track if it can be decoded, or else the first that can.
fn choose_track(
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
        ContainerKind::Mp4 => trim.keep,
        // Matroska states milliseconds; CAF's count is of whole packets, and an ALAC packet may be cut short.
        ContainerKind::Matroska | ContainerKind::Caf => None,
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

fn describe(track: &Track, decoder: &dyn AudioDecoder, container: &str, frames: Option<u64>, tags: Tags) -> Metadata {
    let params = decoder.codec_params();
    let rate_hz = params.sample_rate.unwrap_or(0);
    let channels = params.channels.as_ref().or(track.params.channels.as_ref()).map_or(0, |layout| layout.count());
    Metadata {
        container: container.to_owned(),
        codec: decoder.codec_info().short_name.to_owned(),
        rate_hz,
        channels: u32::try_from(channels).unwrap_or(u32::MAX),
        duration_seconds: frames.filter(|_| rate_hz > 0).map(|frames| frames as f64 / f64::from(rate_hz)),
        tags,
    }
}

fn name_of(kind: ContainerKind, is_webm: bool) -> &'static str {
    match kind {
        ContainerKind::Wave => "wav",
        ContainerKind::Aiff => "aiff",
        ContainerKind::Au => "au",
        ContainerKind::Flac => "flac",
        ContainerKind::Mpeg => "mp3",
        ContainerKind::Adts => "aac",
        ContainerKind::Ogg => "ogg",
        ContainerKind::Mp4 => "mp4",
        ContainerKind::Matroska if is_webm => "webm",
        ContainerKind::Matroska => "mkv",
        ContainerKind::Caf => "caf",
    }
}

fn unopenable(kind: ContainerKind, cause: &str) -> Fault {
    let name = name_of(kind, false);
    let reason = format!("looks like {name} but cannot be opened ({cause}); it is damaged or cut short, copy it again");
    Fault::new(Stage::Probe, reason)
}

fn undecodable(params: &AudioCodecParameters, cause: &str) -> Fault {
    let known = UNDECODABLE.iter().find(|(id, _)| *id == params.codec).map(|(_, name)| *name);
    let reason = match known {
        Some(name) => format!("holds {name}, which cannot be decoded here; convert it to WAV or FLAC"),
        None => format!("holds sound that cannot be decoded here ({cause}); convert it to WAV or FLAC"),
    };
    Fault::new(Stage::Probe, reason)
}

fn no_track() -> Fault {
    Fault::new(Stage::Probe, "holds no sound track; leave it out")
}
