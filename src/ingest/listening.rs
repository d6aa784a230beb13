//! An opened sound → the segments with vectors that its hearing asks for. The mix or the one channel stands for the whole; of
//! a sound that is split, the moments are those of its channels, one channel read after the other.

use std::num::NonZeroUsize;
use std::path::Path;

use crate::audio;
use crate::audio::Sound;
use crate::audio::metadata::Metadata;
use crate::audio::mixdown::{ChannelChoice, SILENCE};
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::encoder::sound::{EncodedMoment, EncodedSound};
use crate::error::Result;
use crate::features::imprint::{ImprintPlan, ImprintStream};
use crate::imprint::Imprint;
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentKind};

/// What sounds are heard with.
pub(super) struct Listener {
    pub(super) encoder: Encoder,
    pub(super) imprints: ImprintPlan,
    /// Distance between two moments at the model's rate; `None` for no moments.
    pub(super) hop_len_samples: Option<NonZeroUsize>,
}

/// All that was made out of one sound.
pub(super) struct HeardSound {
    pub(super) metadata: Metadata,
    pub(super) seconds: f64,
    pub(super) partial: Option<String>,
    pub(super) imprint: Imprint,
    pub(super) segments: Vec<(Segment, Embedding)>,
}

impl Listener {
    /// Hears `sound`, the file at `path`, as `hearing` has it for its number of channels. `heard` is told the seconds that have
    /// gone by, and of how many if that is known.
    ///
    /// # Errors
    /// [`Error::Data`](crate::error::Error::Data) if it cannot be decoded or has no samples;
    /// [`Error::Internal`](crate::error::Error::Internal) if the model fails.
    pub(super) fn hear(
        &self,
        sound: Sound,
        path: &Path,
        hearing: Hearing,
        heard: &mut dyn FnMut(f64, Option<f64>),
    ) -> Result<HeardSound> {
        let metadata = sound.metadata().clone();
        let parts = if hearing == Hearing::Split { metadata.channels } else { 0 };
        let all_seconds = metadata.duration_seconds.map(|seconds| seconds * f64::from(1 + parts));
        let rate_hz = f64::from(self.encoder.front_end().rate_hz());
        let mut imprint = ImprintStream::new(&self.imprints);
        let (sound, note) = chosen(sound, hearing)?;
        let hop_len_samples = self.hop_len_samples.filter(|_| parts == 0);
        let whole = self.encoder.embed_moments(sound, hop_len_samples, &mut |samples| {
            imprint.push(samples);
            heard(samples.len() as f64 / rate_hz, all_seconds);
        })?;
        let EncodedSound { clip, moments, seconds, partial } = whole;
        let span = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: seconds, channel: None };
        let mut segments = vec![(span, clip)];
        segments.extend(moments.into_iter().map(|moment| placed(moment, None)));
        for number in 1..=parts {
            let of_channel = self.hear_channel(path, number, &mut |samples| {
                heard(samples.len() as f64 / rate_hz, all_seconds);
            })?;
            segments.extend(of_channel);
        }
        let notes: Vec<String> = note.into_iter().chain(partial).collect();
        let partial = (!notes.is_empty()).then(|| notes.join("; "));
        Ok(HeardSound { metadata, seconds, partial, imprint: imprint.finish(), segments })
    }

    /// The moments of one channel, or all of it where that is no longer than one; none of a silent one.
    fn hear_channel(
        &self,
        path: &Path,
        number: u32,
        heard: &mut dyn FnMut(&[f32]),
    ) -> Result<Vec<(Segment, Embedding)>> {
        let sound = audio::open(path)?.with_channels(ChannelChoice::Only(number))?;
        let (mut energy, mut samples_heard) = (0.0, 0);
        let encoded = self.encoder.embed_moments(sound, self.hop_len_samples, &mut |samples| {
            energy += samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
            samples_heard += samples.len();
            heard(samples);
        });
        if energy < SILENCE * samples_heard as f64 {
            return Ok(Vec::new());
        }
        let EncodedSound { clip, mut moments, seconds, .. } = encoded?;
        if moments.is_empty() {
            moments.push(EncodedMoment { seconds: 0.0..seconds, vector: clip });
        }
        Ok(moments.into_iter().map(|moment| placed(moment, Some(number))).collect())
    }
}

/// `sound` with the channel that `hearing` asks for; of one that has no such channel, the mix with a note.
pub(crate) fn chosen(sound: Sound, hearing: Hearing) -> Result<(Sound, Option<String>)> {
    let channels = sound.metadata().channels;
    match hearing {
        Hearing::Only(number) if number > channels => {
            let what = if channels == 1 { "its only one" } else { "the mix" };
            Ok((sound, Some(format!("has no channel {number}, so {what} is heard"))))
        }
        Hearing::Only(number) => Ok((sound.with_channels(ChannelChoice::Only(number))?, None)),
        Hearing::Mix | Hearing::Split => Ok((sound, None)),
    }
}

fn placed(moment: EncodedMoment, channel: Option<u32>) -> (Segment, Embedding) {
    let EncodedMoment { seconds, vector } = moment;
    let kind = SegmentKind::Moment;
    (Segment { kind, start_seconds: seconds.start, end_seconds: seconds.end, channel }, vector)
}
