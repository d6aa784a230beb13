//! What makes a comparison doubtful: recordings that the model cannot hear as they were meant, and clips that are alike
//! across folds for reasons other than their class.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use crate::encoder::queue::Encoder;
use crate::eval::analysis::{ClipAnalysis, RecordingFacts};
use crate::eval::dataset::LabelledClip;
use crate::eval::neighbours::{each_query, first};
use crate::eval::recording_id::freesound_id;
use crate::eval::spectral::Standardiser;
use crate::eval::split::Round;
use crate::features::config::FrontEnd;

/// A clip whose largest sample is below this is silent: 60 dB below full scale.
const SILENT_PEAK: f32 = 1e-3;

/// A clip with at least this share of its samples at full scale is clipped; single peaks that just reach it are not.
const CLIPPED_SHARE: f64 = 1e-2;

/// A clip shorter than this share of the model's window is short.
const SHORT_SHARE: f64 = 0.25;

/// A file whose rate ends below this share of what the model hears is band-limited, whatever is in it.
const RATE_SHARE: f64 = 0.95;

/// So is a clip that holds nothing above this share; a sound that is there may well be low.
const BAND_SHARE: f64 = 0.6;

/// Clips with at least this cosine may be one recording, though a model puts many of one class so near to each other.
const NEAR: f32 = 0.98;

/// They are taken for one if their spectral descriptions, by the standard of all clips, differ by less than this, root mean
/// square. Of ESC-50's clips no two from different sources that were looked at do by less than 0.33.
const SAME_SPECTRUM: f32 = 0.1;

/// Among so many of the nearest the same recording is looked for.
const LOOKED_AT: usize = 5;

/// A file of which this share of the stated length was decoded is damaged so little that nobody hears it.
const WHOLE_SHARE: f64 = 0.98;

/// How many clips a warning names.
const NAMED: usize = 3;

/// Kinds of doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The same samples, in what is learned from and in what is tested on.
    SameSound,
    /// The model itself learned from the recording.
    HeardByModel,
    /// The same source, in both.
    SameSource,
    /// Nearly the same vector, in both.
    NearDuplicate,
    /// The file's rate, or what is in it, leaves out much of what the model hears.
    BandLimited,
    /// Next to nothing is to be heard.
    Silent,
    /// Samples were cut off at full scale.
    Clipped,
    /// Much shorter than what the model was trained on.
    Short,
    /// Something was lost while decoding.
    Damaged,
}

/// A kind of doubt and the clips that give rise to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// Its kind.
    pub doubt: Doubt,
    /// Number of clips that it is about.
    pub clips: usize,
    /// Of how many.
    pub of: usize,
    /// The first of them, in words.
    pub examples: Vec<String>,
}

impl Doubt {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Doubt::SameSound => "same sound across folds",
            Doubt::HeardByModel => "heard by the model",
            Doubt::SameSource => "same source across folds",
            Doubt::NearDuplicate => "near duplicates across folds",
            Doubt::BandLimited => "band-limited",
            Doubt::Silent => "silent",
            Doubt::Clipped => "clipped",
            Doubt::Short => "short",
            Doubt::Damaged => "damaged",
        }
    }

    /// Why it matters.
    pub fn reason(self) -> &'static str {
        match self {
            Doubt::SameSound => "what is tested on was learned by heart; trained rungs and neighbours look too good",
            Doubt::HeardByModel => {
                "the model learned from these very recordings; every method that asks it looks too good"
            }
            Doubt::SameSource => {
                "clips of one recording share its room and its noise; trained rungs and neighbours look too good"
            }
            Doubt::NearDuplicate => "these may be one recording; trained rungs and neighbours may look too good",
            Doubt::BandLimited => {
                "the model expects more than is there, and a class recorded so is told by that instead of by its sound"
            }
            Doubt::Silent => "there is nothing to tell a class by; every rung guesses",
            Doubt::Clipped => "distortion adds frequencies that the sound has not",
            Doubt::Short => {
                "the model hears them repeated or padded many times over, unlike anything it was trained on"
            }
            Doubt::Damaged => "what was lost is judged as if it were there",
        }
    }
}

/// What is doubtful about clips by themselves.
pub fn of_recordings<'a>(
    clips: impl Iterator<Item = (&'a Path, &'a RecordingFacts)>,
    front_end: &FrontEnd,
) -> Vec<Warning> {
    let window_seconds = front_end.window_len_samples() as f64 / f64::from(front_end.rate_hz());
    let mut gathered = DoubtTally::default();
    for (path, facts) in clips {
        gathered.of += 1;
        let mut add = |doubt, what: String| gathered.add(doubt, format!("{} ({what})", path.display()));
        let is_silent = facts.peak < SILENT_PEAK;
        if is_silent {
            add(Doubt::Silent, format!("peak {:.0} dB", 20.0 * facts.peak.max(1e-6).log10()));
        }
        let (rate_limit_hz, most_hz) = (f64::from(facts.rate_hz) / 2.0, front_end.max_hz());
        let is_narrow = !is_silent && facts.bandwidth_hz < BAND_SHARE * most_hz;
        if is_narrow || rate_limit_hz < RATE_SHARE * most_hz {
            let heard_hz = if is_narrow { rate_limit_hz.min(facts.bandwidth_hz) } else { rate_limit_hz };
            add(Doubt::BandLimited, format!("nothing above {:.1} of {:.1} kHz", heard_hz / 1e3, most_hz / 1e3));
        }
        if facts.clipped >= CLIPPED_SHARE {
            add(Doubt::Clipped, format!("{:.1} % of its samples", 100.0 * facts.clipped));
        }
        if facts.seconds < SHORT_SHARE * window_seconds {
            add(Doubt::Short, format!("{:.1} of {window_seconds:.0} s", facts.seconds));
        }
        let is_nearly_whole = facts.stated_seconds.is_some_and(|stated| facts.seconds >= WHOLE_SHARE * stated);
        if let (Some(partial), false) = (&facts.partial, is_nearly_whole) {
            add(Doubt::Damaged, partial.clone());
        }
    }
    gathered.warnings()
}

/// What is doubtful about asking `encoder`'s model for `clips`, each a file with its source: recordings that it learned from.
pub fn of_training<'a>(clips: impl Iterator<Item = (&'a Path, Option<&'a str>)>, encoder: &Encoder) -> Vec<Warning> {
    let mut gathered = DoubtTally::default();
    for (path, source) in clips {
        gathered.of += 1;
        if let Some(id) = freesound_id(path, source).filter(|id| encoder.has_heard_freesound(*id)) {
            gathered.add(Doubt::HeardByModel, format!("{} (Freesound {id})", path.display()));
        }
    }
    gathered.warnings()
}

/// What is doubtful about learning from some clips and testing on others. A pair is told once, by its surest sign.
pub fn of_folds(items: &[LabelledClip], analyses: &[ClipAnalysis], rounds: &[Round]) -> Vec<Warning> {
    let mut gathered = DoubtTally { of: rounds.iter().map(|round| round.test.len()).sum(), ..DoubtTally::default() };
    let spectra: Vec<&[f32]> = analyses.iter().map(|analysis| analysis.spectrum.as_slice()).collect();
    let standard = Standardiser::of(&spectra);
    for round in rounds {
        let sounds: HashMap<_, usize> = round.train.iter().map(|clip| (analyses[*clip].facts.hash, *clip)).collect();
        let source = |clip: usize| items[clip].source.as_deref();
        let sources: HashMap<_, usize> = round.train.iter().filter_map(|clip| Some((source(*clip)?, *clip))).collect();
        each_query(analyses, &round.test, &round.train, |query, cosines| {
            let same_sound = sounds.get(&analyses[query].facts.hash).map(|clip| (Doubt::SameSound, *clip));
            let same_source = || Some((Doubt::SameSource, *sources.get(source(query)?)?));
            let near = || {
                let nearest = first(cosines, LOOKED_AT).into_iter().filter(|(_, cosine)| *cosine >= NEAR);
                let mut clips = nearest.map(|(row, _)| round.train[row]);
                let same = clips.find(|clip| difference(&standard, spectra[query], spectra[*clip]) < SAME_SPECTRUM);
                same.map(|clip| (Doubt::NearDuplicate, clip))
            };
            if let Some((doubt, clip)) = same_sound.or_else(same_source).or_else(near) {
                gathered.add(doubt, format!("{} and {}", items[query].path.display(), items[clip].path.display()));
            }
        });
    }
    gathered.warnings()
}

/// Root mean square of the difference between two descriptions, by `standard`.
fn difference(standard: &Standardiser, one: &[f32], other: &[f32]) -> f32 {
    let [one, other] = [one, other].map(|spectrum| standard.apply(spectrum));
    let squares = one.iter().zip(&other).map(|(a, b)| (a - b) * (a - b));
    (squares.sum::<f32>() / one.len().max(1) as f32).sqrt()
}

/// What is doubtful about asking for one of several clips: those that are the same sound.
pub fn of_candidates<'a>(clips: impl Iterator<Item = (&'a Path, &'a RecordingFacts)>) -> Vec<Warning> {
    let (mut gathered, mut seen) = (DoubtTally::default(), HashSet::new());
    for (path, facts) in clips {
        gathered.of += 1;
        if !seen.insert(facts.hash) {
            gathered.add(Doubt::SameSound, path.display().to_string());
        }
    }
    gathered.warnings()
}

/// Doubts so far.
#[derive(Default)]
struct DoubtTally {
    of: usize,
    doubts: BTreeMap<Doubt, (usize, Vec<String>)>,
}

impl DoubtTally {
    fn add(&mut self, doubt: Doubt, example: String) {
        let (clips, examples) = self.doubts.entry(doubt).or_default();
        *clips += 1;
        if examples.len() < NAMED {
            examples.push(example);
        }
    }

    fn warnings(self) -> Vec<Warning> {
        let DoubtTally { of, doubts } = self;
        let warning = |(doubt, (clips, examples))| Warning { doubt, clips, of, examples };
        doubts.into_iter().map(warning).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::tests::{analysis_at, item};

    fn doubts(warnings: &[Warning]) -> Vec<(Doubt, usize)> {
        warnings.iter().map(|warning| (warning.doubt, warning.clips)).collect()
    }

    #[test]
    fn each_fault_of_a_recording_is_told_and_a_good_one_has_none() {
        let front_end = FrontEnd::from_json("{}").unwrap();
        let good = analysis_at(0.0).facts;
        let check = |facts: RecordingFacts, expected: &[(Doubt, usize)]| {
            let warnings = of_recordings([(Path::new("a.wav"), &facts)].into_iter(), &front_end);
            assert_eq!(doubts(&warnings), expected, "{facts:?}");
            assert!(warnings.iter().all(|warning| warning.examples[0].starts_with("a.wav")), "{warnings:?}");
        };
        check(good.clone(), &[]);
        check(RecordingFacts { peak: 1e-4, bandwidth_hz: 0.0, ..good.clone() }, &[(Doubt::Silent, 1)]);
        check(RecordingFacts { clipped: 0.01, ..good.clone() }, &[(Doubt::Clipped, 1)]);
        check(RecordingFacts { seconds: 1.0, ..good.clone() }, &[(Doubt::Short, 1)]);
        check(RecordingFacts { rate_hz: 22_050, ..good.clone() }, &[(Doubt::BandLimited, 1)]);
        check(RecordingFacts { rate_hz: 32_000, bandwidth_hz: 9_000.0, ..good.clone() }, &[]);
        check(RecordingFacts { bandwidth_hz: 4_000.0, ..good.clone() }, &[(Doubt::BandLimited, 1)]);
        check(RecordingFacts { partial: Some("cut".into()), ..good.clone() }, &[(Doubt::Damaged, 1)]);
        check(
            RecordingFacts { partial: Some("cut".into()), stated_seconds: Some(30.0), ..good.clone() },
            &[(Doubt::Damaged, 1)],
        );
        check(RecordingFacts { partial: Some("cut".into()), stated_seconds: Some(10.01), ..good }, &[]);
    }

    #[test]
    fn leaks_across_folds_are_told_once_by_their_surest_sign() {
        let mut analyses: Vec<ClipAnalysis> = [0.0, 0.0, 1.0, 40.0, 80.0, 85.0].map(analysis_at).into();
        analyses[0].facts.hash.0[0] = 9;
        analyses[1].facts.hash.0[0] = 9;
        for (place, byte) in [(2, 2), (3, 3), (4, 4), (5, 5)] {
            analyses[place].facts.hash.0[0] = byte;
        }
        analyses[5].spectrum[0] = 0.0;
        let mut items = vec![item(0); 6];
        items[3].source = Some("tape".into());
        items[4].source = Some("tape".into());
        let of = |train: &[usize], test: &[usize]| {
            let round = Round { fold: 0, train: train.to_vec(), test: test.to_vec() };
            doubts(&of_folds(&items, &analyses, &[round]))
        };
        assert_eq!(of(&[0, 3], &[1, 4]), [(Doubt::SameSound, 1), (Doubt::SameSource, 1)]);
        assert_eq!(of(&[0, 3], &[2]), [(Doubt::NearDuplicate, 1)]);
        // As near as that, but of another spectrum.
        assert_eq!(of(&[5], &[4]), []);
        assert_eq!(of(&[0, 1, 2], &[3, 4]), []);
    }

    #[test]
    fn the_first_three_are_named() {
        let facts = RecordingFacts { peak: 0.0, ..analysis_at(0.0).facts };
        let clips = ["a", "b", "c", "d"].map(|name| (Path::new(name), &facts));
        let warnings = of_recordings(clips.into_iter(), &FrontEnd::from_json("{}").unwrap());
        assert_eq!((warnings[0].clips, warnings[0].of, warnings[0].examples.len()), (4, 4, 3));
        assert_eq!(doubts(&of_candidates(clips.into_iter())), [(Doubt::SameSound, 3)]);
    }
}
