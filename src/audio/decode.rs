//! Packets → mono samples at the file's own rate. In: an opened file. Out: chunks of f32, the channels mixed, with
//! what the encoder added at the ends taken out, and an account of what was lost. It changes no rate, and it never gives
//! up a file of which anything can be decoded.

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::codecs::audio::well_known;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::packet::Packet;

use crate::audio::container::disguise::{DisguiseWatch, disguised};
use crate::audio::damage_note::Damage;
use crate::audio::demux::codecs::make_decoder;
use crate::audio::demux::demuxer::{Demuxer, Next, OpenSound};
use crate::audio::demux::track::{Further, Stamps};
use crate::audio::mixdown::{ChannelChoice, Mixer};
use crate::audio::reader_error::Fault;
use crate::audio::resample::{HIGHEST_RATE_HZ, LOWEST_RATE_HZ};
use crate::error::Stage;
use crate::panics::contain;

/// Undecodable packets in a row after which the rest of a file is given up: about two minutes of sound. It bounds the
/// time spent on a file that is noise behind a good header.
const MOST_LOST_IN_A_ROW: u32 = 5_000;

/// Failures of the demuxer in a row after which it is taken to be stuck.
const MOST_UNREADABLE_IN_A_ROW: u32 = 100;

/// A hole between two packets, or a missing end, of less than this is the encoder's rounding, not damage.
const SMALLEST_HOLE_SECONDS: f64 = 0.005;

/// Samples beyond this are no sound (180 dB above full scale) and would overflow in a resampler; they count as damage
/// like those that are not finite.
const LARGEST_SAMPLE: f32 = 1e9;

/// Samples at one rate.
pub(super) struct SampleBlock<'a> {
    pub(super) rate_hz: u32,
    pub(super) samples: &'a [f32],
}

/// Decodes one file.
pub(super) struct Decoder {
    demuxer: Demuxer,
    codec: Box<dyn AudioDecoder>,
    damage: Damage,
    choice: ChannelChoice,
    /// The number of channels where they are given side by side and not mixed.
    lanes: Option<usize>,
    mixer: Mixer,
    planes: Vec<Vec<f32>>,
    /// The rate of what is in `planes` and waits until what the mixer held has been given.
    waiting_hz: Option<u32>,
    mono: Vec<f32>,
    rate_hz: u32,
    link: Link,
    /// Seconds given in the links before this one.
    seconds_before: f64,
    first_loss: Option<String>,
    lost_in_a_row: u32,
    unreadable_in_a_row: u32,
    has_given: bool,
    has_ended: bool,
    disguise: DisguiseWatch,
    /// Whether the one channel that is to be heard was missing anywhere.
    has_lost_channel: bool,
}

/// Where we are in the present link: a file is one link, but Ogg files can be chained, and MP4 files edited.
#[derive(Default)]
struct Link {
    to_pause: u64,
    to_skip: u64,
    to_keep: Option<u64>,
    to_hold: usize,
    /// Frames at the end of what was read that may have to be dropped, one plane a channel.
    held: Vec<Vec<f32>>,
    /// Frames of the pause and of the sound given so far.
    paused: u64,
    given: u64,
    /// Stamp at which the next packet should begin.
    expected: Option<i64>,
    stated: Option<u64>,
}

impl Link {
    fn of(demuxer: &Demuxer, rate_hz: u32) -> Self {
        let track = demuxer.track();
        // No encoder pads by more than a second; a larger number is damage, and would be kept in memory.
        let most_held = u64::from(rate_hz);
        Link {
            to_pause: track.trim.pause,
            to_skip: track.trim.skip,
            to_keep: track.trim.keep,
            to_hold: usize::try_from(track.trim.drop_last.min(most_held)).unwrap_or(0),
            stated: track.stated_frames,
            ..Link::default()
        }
    }

    /// Takes out of `planes`, one a channel, what belongs to neither end of the sound.
    fn trim(&mut self, planes: &mut [Vec<f32>]) {
        let frames = planes.iter().map(Vec::len).min().unwrap_or(0);
        let skipped = usize::try_from(self.to_skip).unwrap_or(usize::MAX).min(frames);
        self.to_skip -= skipped as u64;
        let mut kept = frames - skipped;
        if let Some(left) = &mut self.to_keep {
            kept = kept.min(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= kept as u64;
        }
        for plane in planes.iter_mut() {
            plane.truncate(skipped + kept);
            plane.drain(..skipped);
        }
        if self.to_hold > 0 {
            self.held.resize_with(planes.len(), Vec::new);
            for (held, plane) in self.held.iter_mut().zip(planes.iter_mut()) {
                held.append(plane);
                let surplus = held.len().saturating_sub(self.to_hold);
                plane.extend(held.drain(..surplus));
            }
        }
        self.given += planes.first().map_or(0, Vec::len) as u64;
    }
}

impl Decoder {
    /// Begins to decode `opened`.
    pub(super) fn new(opened: OpenSound) -> Result<Self, Fault> {
        let rate_hz = opened.metadata.rate_hz;
        check_rate(rate_hz)?;
        let mut damage = Damage::default();
        opened.notes.into_iter().for_each(|note| damage.add(note));
        Ok(Decoder {
            link: Link::of(&opened.demuxer, rate_hz),
            disguise: DisguiseWatch::new(opened.decoder.codec_params().codec),
            demuxer: opened.demuxer,
            codec: opened.decoder,
            damage,
            choice: ChannelChoice::default(),
            lanes: None,
            mixer: Mixer::default(),
            planes: Vec::new(),
            waiting_hz: None,
            mono: Vec::new(),
            rate_hz,
            seconds_before: 0.0,
            first_loss: None,
            lost_in_a_row: 0,
            unreadable_in_a_row: 0,
            has_given: false,
            has_ended: false,
            has_lost_channel: false,
        })
    }

    /// Hears the channels that `choice` says; before the first sample.
    ///
    /// # Errors
    /// If the sound, of which `channels` are known, has no such channel.
    pub(super) fn choose(&mut self, choice: ChannelChoice, channels: u32) -> Result<(), Fault> {
        self.choice = choice;
        match choice {
            ChannelChoice::Only(number) if number == 0 || number > channels => Err(no_channel(number, channels)),
            _ => Ok(()),
        }
    }

    /// Gives frames of so many channels from now on, a sample a channel, and mixes nothing; before the first sample.
    pub(super) fn keep_channels(&mut self, channels: usize) {
        self.lanes = Some(channels);
    }

    /// What was lost or mended so far.
    pub(super) fn damage(&self) -> Option<&str> {
        self.damage.text()
    }

    /// The next samples, never none, or `None` at the end.
    ///
    /// # Errors
    /// If the file ends without a single sample.
    pub(super) fn next(&mut self) -> Result<Option<SampleBlock<'_>>, Fault> {
        while !self.has_ended {
            self.step()?;
            if !self.mono.is_empty() {
                self.has_given = true;
                return Ok(Some(SampleBlock { rate_hz: self.rate_hz, samples: &self.mono }));
            }
        }
        if self.has_given {
            return Ok(None);
        }
        Err(match self.first_loss.take() {
            Some(cause) => Fault::new(Stage::Decode, format!("nothing in it can be decoded ({cause}); copy it again")),
            None => Fault::new(Stage::Decode, "holds no audio samples; leave it out or record it again"),
        })
    }

    /// Takes one step through the file; what it yields is in `mono`.
    fn step(&mut self) -> Result<(), Fault> {
        self.mono.clear();
        if let Some(rate_hz) = self.waiting_hz.take() {
            self.enter_rate(rate_hz)?;
            self.take_planes();
            return Ok(());
        }
        if self.link.to_pause > 0 {
            self.pause();
            return Ok(());
        }
        if self.link.to_keep == Some(0) {
            self.leave_link();
            return Ok(());
        }
        let next = self.demuxer.next();
        if !matches!(next, Next::Unreadable(_)) {
            self.unreadable_in_a_row = 0;
        }
        match next {
            Next::Packet(packet) => self.take_packet(&packet)?,
            Next::NewLink => self.enter_link(),
            Next::End => self.end(None),
            Next::CutShort => self.end(Some("the file is cut short there")),
            Next::Lost(cause) => {
                self.first_loss.get_or_insert_with(|| cause.clone());
                self.end(Some(&cause));
            }
            Next::Unreadable(cause) => self.pass_unreadable(&cause),
        }
        Ok(())
    }

    /// Gives the silence before the sound, or a second of it.
    fn pause(&mut self) {
        let frames = self.link.to_pause.min(u64::from(self.rate_hz));
        let frames_len = usize::try_from(frames).expect("a second fits into memory");
        self.mono.resize(frames_len * self.lanes.unwrap_or(1), 0.0);
        self.link.to_pause -= frames;
        self.link.paused += frames;
    }

    /// Leaves a link of which all that counts was read.
    fn leave_link(&mut self) {
        if self.demuxer.leave_link() == Further::No {
            self.close();
        }
        self.link.to_keep = None;
    }

    fn take_packet(&mut self, packet: &Packet) -> Result<(), Fault> {
        self.note_hole(packet);
        match decode(self.codec.as_mut(), packet, &mut self.planes) {
            Ok(rate_hz) => {
                self.lost_in_a_row = 0;
                self.damage.packet_decoded();
                if let Some(coding) = self.disguise.meet(&self.planes) {
                    return Err(disguised(coding, Stage::Decode));
                }
                let channels = if self.chosen().is_some() { 1 } else { self.planes.len() };
                if self.mixer.must_finish(channels, rate_hz) {
                    self.mixer.finish(&mut self.mono);
                    self.waiting_hz = Some(rate_hz);
                    return Ok(());
                }
                self.enter_rate(rate_hz)?;
                self.take_planes();
            }
            Err(Undecodable { cause, is_torn }) => self.lose_packet(cause, is_torn),
        }
        Ok(())
    }

    /// The place of the channel that is to be heard alone, if what was decoded has it.
    fn chosen(&self) -> Option<usize> {
        match self.choice {
            ChannelChoice::Only(number) => (number as usize).checked_sub(1).filter(|place| *place < self.planes.len()),
            ChannelChoice::Mix => None,
        }
    }

    /// Mixes what was decoded, less what belongs to neither end of the sound.
    fn take_planes(&mut self) {
        if let Some(place) = self.chosen() {
            self.planes.swap(0, place);
            self.planes.truncate(1);
        } else if let ChannelChoice::Only(number) = self.choice
            && !std::mem::replace(&mut self.has_lost_channel, true)
        {
            self.damage
                .add(format!("at {:.2} s channel {number} ends, and the rest is heard without it", self.seconds()));
        }
        self.damage.not_finite(silence_unsound(&mut self.planes));
        self.link.trim(&mut self.planes);
        match self.lanes {
            Some(channels) => put_side_by_side(&self.planes, channels, &mut self.mono),
            None => self.mixer.push(&mut self.planes, self.rate_hz, &mut self.mono),
        }
    }

    fn lose_packet(&mut self, cause: String, is_torn: Torn) {
        self.damage.packet_lost(self.seconds(), &cause);
        self.lost_in_a_row += 1;
        let remade = match is_torn {
            Torn::Yes => make_decoder(&self.demuxer.track().params).map(|codec| self.codec = codec),
            Torn::No => Ok(()),
        };
        self.first_loss.get_or_insert(cause);
        if self.lost_in_a_row >= MOST_LOST_IN_A_ROW || remade.is_err() {
            self.end(Some("too much of it in a row cannot be decoded"));
        }
    }

    fn pass_unreadable(&mut self, cause: &str) {
        self.first_loss.get_or_insert_with(|| cause.to_owned());
        self.unreadable_in_a_row += 1;
        if self.unreadable_in_a_row == 1 {
            self.damage.add(format!("at {:.2} s data was unreadable and left out ({cause})", self.seconds()));
        }
        if self.unreadable_in_a_row >= MOST_UNREADABLE_IN_A_ROW {
            self.end(Some("the rest cannot be read"));
        }
    }

    /// Goes on with the next sound of a chained file.
    fn enter_link(&mut self) {
        self.mixer.finish(&mut self.mono);
        self.seconds_before = self.seconds();
        match self.demuxer.enter_link() {
            Ok(codec) => {
                self.codec = codec;
                self.link = Link::of(&self.demuxer, self.rate_hz);
            }
            Err(_) => self.end(Some("another sound follows that cannot be decoded here")),
        }
    }

    /// A decoder may find another rate in the data than the header stated, and a chained file may change it.
    fn enter_rate(&mut self, rate_hz: u32) -> Result<(), Fault> {
        if rate_hz != self.rate_hz {
            check_rate(rate_hz)?;
            self.seconds_before = self.seconds();
            self.rate_hz = rate_hz;
            (self.link.paused, self.link.given) = (0, 0);
        }
        Ok(())
    }

    /// Seconds of sound given so far.
    fn seconds(&self) -> f64 {
        self.seconds_before + (self.link.paused + self.link.given) as f64 / f64::from(self.rate_hz)
    }

    fn note_hole(&mut self, packet: &Packet) {
        let begins = packet.pts.get();
        if self.demuxer.track().stamps == Stamps::Exact {
            let missing = self.link.expected.map_or(0, |expected| begins.saturating_sub(expected));
            let seconds = missing as f64 / f64::from(self.rate_hz);
            if seconds > SMALLEST_HOLE_SECONDS {
                self.damage.add(format!("at {:.2} s {seconds:.2} s of sound is missing", self.seconds()));
            }
        }
        self.link.expected = Some(begins.saturating_add_unsigned(packet.block_dur().get()));
    }

    /// Gives what is still held, and says what was done about its channels.
    fn close(&mut self) {
        self.has_ended = true;
        self.mixer.finish(&mut self.mono);
        if let Some(note) = self.mixer.note() {
            self.damage.add(note);
        }
    }

    /// Ends the sound, early if there is a `cause`.
    fn end(&mut self, cause: Option<&str>) {
        self.close();
        let (seconds, rate_hz) = (self.seconds(), f64::from(self.rate_hz));
        let missing = self.link.stated.map(|stated| stated.saturating_sub(self.link.given) as f64 / rate_hz);
        let of_stated = match missing {
            Some(missing) if missing > SMALLEST_HOLE_SECONDS => format!(" of the stated {:.2} s", seconds + missing),
            _ => String::new(),
        };
        match cause {
            Some(cause) => self.damage.add(format!("ends after {seconds:.2} s{of_stated}: {cause}")),
            None if !of_stated.is_empty() => self.damage.add(format!("holds {seconds:.2} s{of_stated}")),
            None => {}
        }
    }
}

/// A packet that cannot be decoded.
struct Undecodable {
    cause: String,
    is_torn: Torn,
}

/// Whether the decoder must be made anew.
enum Torn {
    Yes,
    No,
}

/// Decodes `packet` into `planes`, one a channel, and returns the rate.
fn decode(codec: &mut dyn AudioDecoder, packet: &Packet, planes: &mut Vec<Vec<f32>>) -> Result<u32, Undecodable> {
    let outcome = contain(|| {
        codec.decode(packet).map(|buffer| {
            copy_planes(&buffer, planes);
            buffer.spec().rate()
        })
    });
    match outcome {
        Ok(Ok(rate_hz)) => {
            trim_packet(codec, packet, planes);
            Ok(rate_hz)
        }
        Ok(Err(error)) => {
            let is_torn = if matches!(error, SymphoniaError::ResetRequired) { Torn::Yes } else { Torn::No };
            Err(Undecodable { cause: error.to_string(), is_torn })
        }
        Err(panic) => Err(Undecodable { cause: panic, is_torn: Torn::Yes }),
    }
}

/// Adds frames of so many channels; a channel that is not there is silent.
fn put_side_by_side(planes: &[Vec<f32>], channels: usize, frames: &mut Vec<f32>) {
    let len = planes.iter().map(Vec::len).min().unwrap_or(0);
    for at in 0..len {
        frames.extend((0..channels).map(|channel| planes.get(channel).map_or(0.0, |plane| plane[at])));
    }
}

fn copy_planes(buffer: &GenericAudioBufferRef<'_>, planes: &mut Vec<Vec<f32>>) {
    planes.resize_with(buffer.num_planes(), Vec::new);
    buffer.copy_to_vecs_planar(planes);
}

/// Takes out what the packet says is no sound, for the decoders that leave it to their caller.
fn trim_packet(codec: &dyn AudioDecoder, packet: &Packet, planes: &mut [Vec<f32>]) {
    let id = codec.codec_params().codec;
    if [well_known::CODEC_ID_MP1, well_known::CODEC_ID_MP2, well_known::CODEC_ID_MP3, well_known::CODEC_ID_VORBIS]
        .contains(&id)
    {
        return;
    }
    let frames = |ticks: u64| usize::try_from(ticks).unwrap_or(usize::MAX);
    let (from_start, from_end) = (frames(packet.trim_start.get()), frames(packet.trim_end.get()));
    if from_start == 0 && from_end == 0 {
        return;
    }
    for plane in planes {
        plane.truncate(plane.len().saturating_sub(from_end));
        plane.drain(..from_start.min(plane.len()));
    }
}

/// Silences samples that are not finite, or beyond [`LARGEST_SAMPLE`]; returns their number.
fn silence_unsound(planes: &mut [Vec<f32>]) -> u64 {
    let mut unsound = 0;
    for sample in planes.iter_mut().flatten().filter(|sample| sample.is_nan() || sample.abs() > LARGEST_SAMPLE) {
        *sample = 0.0;
        unsound += 1;
    }
    unsound
}

fn no_channel(number: u32, channels: u32) -> Fault {
    let counted = if channels == 1 { "1 channel".to_owned() } else { format!("{channels} channels") };
    Fault::new(Stage::Decode, format!("has no channel {number}, for it has {counted}; name another or hear the mix"))
}

fn check_rate(rate_hz: u32) -> Result<(), Fault> {
    if (LOWEST_RATE_HZ..=HIGHEST_RATE_HZ).contains(&rate_hz) {
        return Ok(());
    }
    let reason = format!(
        "states a sample rate of {rate_hz} Hz, which is outside {LOWEST_RATE_HZ} Hz to {HIGHEST_RATE_HZ} Hz; \
         its header is damaged, copy it again"
    );
    Err(Fault::new(Stage::Probe, reason))
}
