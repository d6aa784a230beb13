//! What each wording of a label does to the sounds, while all rivals are asked for as usual.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::classify::metrics::average_precision;
use crate::classify::zero_shot::softmax;
use crate::embedding::Embedding;
use crate::error::Result;
use crate::eval::wording::evidence::{SoundSample, TopTwo};
use crate::eval::wording::measure::{mean, rank_correlation};
use crate::eval::wording::prompts::{WordedLabel, Wording};

/// What is gained by a wording that is better by less than this, in cosine or in average precision, is not worth a change.
const LEAST_GAIN: f32 = 0.01;

/// A label's wordings, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelPhrasing {
    /// The label.
    pub label: String,
    /// How many sounds are its own: those that have it, or if that is not known those that its usual wording wins.
    pub own: usize,
    /// What its wordings do: by how many of its own sounds they win less those they take from others, then by average
    /// precision where the truth is known, then by the lead.
    pub phrasings: Vec<Phrasing>,
}

/// What one wording does.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrasing {
    /// The wording.
    pub text: String,
    /// Whether the label is asked for in this way if nobody says otherwise.
    pub is_usual: bool,
    /// Mean cosine with all sounds, −1..=1.
    pub mean_cosine: f32,
    /// How many of the label's own sounds it wins.
    pub kept: usize,
    /// How many sounds it wins that are others' own.
    pub taken: usize,
    /// By how much its cosine with the label's own sounds exceeds that of the best rival, on average; `None` without own
    /// sounds or rivals.
    pub lead: Option<f32>,
    /// Spearman's correlation of its order of the sounds with that of the usual wording, −1..=1; `None` for one sound.
    pub order: Option<f32>,
    /// How well it ranks the sounds that have the label above the others, 0..=1; `None` where that is not known.
    pub average_precision: Option<f32>,
    /// Its place among the labels for the first sound, from 1.
    pub first_rank: usize,
    /// Its share among the labels for the first sound, 0..=1.
    pub first_share: f32,
}

impl LabelPhrasing {
    /// How much hangs on the wording: the difference between the best and the worst, in sounds kept and taken, and then in
    /// lead.
    pub fn spread(&self) -> (f32, f32) {
        let range = |values: Vec<f32>| {
            let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let smallest = values.iter().copied().fold(f32::INFINITY, f32::min);
            (largest - smallest).max(0.0)
        };
        let merits = self.phrasings.iter().map(|it| it.merit() as f32).collect();
        (range(merits), range(self.phrasings.iter().filter_map(|it| it.lead).collect()))
    }

    /// The wording to label with: the first, but the usual one where that is only a little less sure. `None` if no wording
    /// wins any of the label's own sounds.
    pub fn advised(&self) -> Option<&Phrasing> {
        let best = self.phrasings.first().filter(|best| best.kept > 0)?;
        let usual = self.usual()?;
        let gain = best.lead.unwrap_or(0.0) - usual.lead.unwrap_or(0.0);
        let is_little = best.merit() == usual.merit() && gain < LEAST_GAIN;
        Some(if is_little { usual } else { best })
    }

    /// The wording to search with: the one of the highest average precision, but the usual one where that is only a little
    /// lower. `None` where the truth is not known.
    pub fn ranks_best(&self) -> Option<&Phrasing> {
        let precision = |phrasing: &Phrasing| phrasing.average_precision.unwrap_or(0.0);
        let usual = self.usual().filter(|usual| usual.average_precision.is_some())?;
        // Of equals the first.
        let best = self.phrasings.iter().rev().max_by(|a, b| precision(a).total_cmp(&precision(b)))?;
        Some(if precision(best) - precision(usual) < LEAST_GAIN { usual } else { best })
    }

    fn usual(&self) -> Option<&Phrasing> {
        self.phrasings.iter().find(|phrasing| phrasing.is_usual)
    }
}

impl Phrasing {
    fn merit(&self) -> i64 {
        self.kept as i64 - self.taken as i64
    }
}

/// Tries every wording of `labels` on the sounds; `scale` is what the model multiplies cosines by.
///
/// # Errors
/// [`Refusal::OtherDimension`](crate::error::Refusal::OtherDimension) if sounds and labels are of different spaces.
pub fn phrasings(labels: &[WordedLabel], evidence: &SoundSample, scale: f32) -> Result<Vec<LabelPhrasing>> {
    evidence.expect_space(labels.iter().flat_map(WordedLabel::wordings).map(|wording| &wording.vector))?;
    let usual: Vec<&Embedding> = labels.iter().map(|label| &label.usual.vector).collect();
    let podiums = evidence.podiums(&usual);
    let each = labels.par_iter().enumerate().map(|(place, label)| {
        let trial = Trial { place, label, usual: &usual, podiums: &podiums, evidence, scale };
        trial.outcome()
    });
    Ok(each.collect())
}

/// One label on trial.
struct Trial<'a> {
    place: usize,
    label: &'a WordedLabel,
    usual: &'a [&'a Embedding],
    podiums: &'a [TopTwo],
    evidence: &'a SoundSample,
    scale: f32,
}

impl Trial<'_> {
    fn outcome(&self) -> LabelPhrasing {
        let own: Vec<bool> = (0..self.podiums.len()).map(|sound| self.is_own(sound)).collect();
        let usual = self.cosines(&self.label.usual);
        let mut phrasings: Vec<Phrasing> =
            self.label.wordings().map(|wording| self.phrasing(wording, &own, &usual)).collect();
        phrasings[0].is_usual = true;
        // Stable: of equals the usual one comes first.
        phrasings.sort_by(|a, b| {
            let by = |of: fn(&Phrasing) -> Option<f32>| of(b).unwrap_or(0.0).total_cmp(&of(a).unwrap_or(0.0));
            b.merit().cmp(&a.merit()).then_with(|| by(|it| it.average_precision)).then_with(|| by(|it| it.lead))
        });
        let own = own.into_iter().filter(|is_own| *is_own).count();
        LabelPhrasing { label: self.label.name.clone(), own, phrasings }
    }

    fn is_own(&self, sound: usize) -> bool {
        match self.evidence.truth() {
            Some(truth) => truth[sound] == Some(self.place),
            None => self.podiums[sound].first.0 == self.place,
        }
    }

    /// Whether what `sound` is may be counted: without any truth always.
    fn is_judged(&self, sound: usize) -> bool {
        self.evidence.truth().is_none_or(|truth| truth[sound].is_some())
    }

    fn cosines(&self, wording: &Wording) -> Vec<f32> {
        self.evidence.sounds().iter().map(|sound| sound.cosine_in_space(&wording.vector)).collect()
    }

    fn phrasing(&self, wording: &Wording, own: &[bool], usual: &[f32]) -> Phrasing {
        let cosines = self.cosines(wording);
        let leads: Vec<Option<f32>> = (self.podiums.iter().zip(&cosines))
            .map(|(podium, cosine)| podium.best_rival(self.place).map(|rival| cosine - rival))
            .collect();
        // A tie goes to the earlier label when all are asked as usual; here it goes to the label on trial.
        let is_won = |sound: &usize| leads[*sound].is_none_or(|lead| lead >= 0.0);
        let won: Vec<usize> = (0..cosines.len()).filter(is_won).collect();
        let own_leads = leads.iter().zip(own).filter(|(_, is_own)| **is_own).filter_map(|(lead, _)| *lead);
        let (first_rank, first_share) = self.standing(wording);
        Phrasing {
            text: wording.text.clone(),
            is_usual: false,
            mean_cosine: mean(cosines.iter().copied()).unwrap_or(0.0),
            kept: won.iter().filter(|sound| own[**sound]).count(),
            taken: won.iter().filter(|sound| !own[**sound] && self.is_judged(**sound)).count(),
            lead: mean(own_leads),
            order: rank_correlation(&cosines, usual),
            average_precision: self.average_precision(&cosines, own),
            first_rank,
            first_share,
        }
    }

    fn average_precision(&self, cosines: &[f32], own: &[bool]) -> Option<f32> {
        self.evidence.truth()?;
        let judged = (0..cosines.len()).filter(|sound| self.is_judged(*sound));
        let (cosines, own): (Vec<f32>, Vec<bool>) = judged.map(|sound| (cosines[sound], own[sound])).unzip();
        average_precision(cosines.into_iter().zip(own).collect()).map(|precision| precision as f32)
    }

    /// The rank and the share that `wording` gives the label for the first sound.
    fn standing(&self, wording: &Wording) -> (usize, f32) {
        let sound = &self.evidence.sounds()[0];
        let mut cosines: Vec<f32> = self.usual.iter().map(|label| sound.cosine_in_space(label)).collect();
        cosines[self.place] = sound.cosine_in_space(&wording.vector);
        let rank = 1 + cosines.iter().filter(|rival| **rival > cosines[self.place]).count();
        let logits: Vec<f32> = cosines.iter().map(|cosine| self.scale * cosine).collect();
        (rank, softmax(&logits)[self.place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(values: [f32; 3]) -> Embedding {
        Embedding::normalized(values.to_vec()).unwrap()
    }

    fn wording(text: &str, values: [f32; 3]) -> Wording {
        Wording { text: text.to_owned(), vector: vector(values) }
    }

    /// Dog lies along x and rain along y; `between` lies between them, and `off` nowhere near.
    fn labels() -> [WordedLabel; 2] {
        let others = vec![wording("between", [1.0, 1.0, 0.0]), wording("off", [0.0, 0.0, 1.0])];
        [
            WordedLabel { name: "dog".into(), usual: wording("dog", [1.0, 0.0, 0.0]), others },
            WordedLabel { name: "rain".into(), usual: wording("rain", [0.0, 1.0, 0.0]), others: vec![] },
        ]
    }

    /// Two dogs, and rain that has a bit of a dog.
    fn sounds() -> Vec<Embedding> {
        vec![vector([1.0, 0.0, 0.0]), vector([4.0, 3.0, 0.0]), vector([3.0, 4.0, 0.0])]
    }

    fn dog(truth: Option<Vec<Option<usize>>>) -> LabelPhrasing {
        phrasings(&labels(), &SoundSample::new(sounds(), truth).unwrap(), 10.0).unwrap().remove(0)
    }

    fn of<'a>(dog: &'a LabelPhrasing, text: &str) -> &'a Phrasing {
        dog.phrasings.iter().find(|phrasing| phrasing.text == text).unwrap()
    }

    #[test]
    fn without_truth_a_wording_is_held_against_what_the_usual_one_wins() {
        let dog = dog(None);
        assert_eq!(dog.own, 2);
        let (usual, between, off) = (of(&dog, "dog"), of(&dog, "between"), of(&dog, "off"));
        assert_eq!((usual.is_usual, usual.kept, usual.taken, usual.order), (true, 2, 0, Some(1.0)));
        assert!((usual.lead.unwrap() - (1.0 + 0.2) / 2.0).abs() < 1e-6);
        // It is nearer to the rain than rain's own wording.
        assert_eq!((between.is_usual, between.kept, between.taken), (false, 2, 1));
        assert_eq!((off.kept, off.taken), (1, 0), "a tie with rain for the first sound");
        assert_eq!(dog.phrasings[0].text, "dog");
        assert!(dog.phrasings.iter().all(|phrasing| phrasing.average_precision.is_none()));
        assert!(dog.ranks_best().is_none());
        assert!(dog.spread().0 > 0.0 && dog.spread().1 > 0.0);
    }

    #[test]
    fn with_truth_a_wording_is_judged_by_what_the_sounds_are() {
        // The sound between is rain in truth, and of the last nothing is known.
        let dog = dog(Some(vec![Some(0), Some(1), None]));
        assert_eq!(dog.own, 1);
        let (usual, between) = (of(&dog, "dog"), of(&dog, "between"));
        assert_eq!((usual.kept, usual.taken, usual.average_precision), (1, 1, Some(1.0)));
        assert_eq!((between.kept, between.taken, between.average_precision), (1, 1, Some(0.5)));
        let order: Vec<_> = dog.phrasings.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(order, ["off", "dog", "between"], "the first takes nothing, the last ranks worse");
        assert_eq!(dog.ranks_best().map(|it| it.text.as_str()), Some("dog"));
    }

    #[test]
    fn the_wording_that_ranks_best_need_not_be_the_one_that_wins() {
        // Rain in truth: the sound that lies far from all; dog's usual wording ranks it last, and `off` first.
        let sounds = vec![vector([1.0, 0.0, 0.0]), vector([0.0, 4.0, 3.0])];
        let evidence = SoundSample::new(sounds, Some(vec![Some(1), Some(0)])).unwrap();
        let dog = phrasings(&labels(), &evidence, 10.0).unwrap().remove(0);
        assert_eq!(dog.ranks_best().map(|it| (it.text.as_str(), it.kept)), Some(("off", 0)));
        assert!(dog.advised().is_none(), "no wording wins the dog: {dog:?}");
    }

    #[test]
    fn the_first_sound_gives_each_wording_a_rank_and_a_share() {
        let dog = dog(None);
        let usual = of(&dog, "dog");
        assert_eq!(usual.first_rank, 1);
        assert!((usual.mean_cosine - 0.8).abs() < 1e-6);
        // Cosines 1 and 0 at scale 10.
        assert!((usual.first_share - 1.0 / (1.0 + (-10f32).exp())).abs() < 1e-6);
        assert!((of(&dog, "off").first_share - 0.5).abs() < 1e-6);
    }

    #[test]
    fn the_usual_wording_stays_unless_another_is_clearly_better() {
        let phrasing = |text: &str, kept, lead| Phrasing {
            text: text.into(),
            kept,
            lead: Some(lead),
            is_usual: text == "usual",
            ..of(&dog(None), "dog").clone()
        };
        let advised = |phrasings: [Phrasing; 2]| {
            let dog = LabelPhrasing { label: "dog".into(), own: 3, phrasings: phrasings.to_vec() };
            dog.advised().unwrap().text.clone()
        };
        assert_eq!(advised([phrasing("other", 2, 0.105), phrasing("usual", 2, 0.1)]), "usual");
        assert_eq!(advised([phrasing("other", 2, 0.2), phrasing("usual", 2, 0.1)]), "other");
        assert_eq!(advised([phrasing("other", 3, 0.1), phrasing("usual", 2, 0.1)]), "other");
    }

    #[test]
    fn one_label_alone_has_no_rivals_to_lead() {
        let evidence = SoundSample::new(sounds(), None).unwrap();
        let dog = phrasings(&labels()[..1], &evidence, 10.0).unwrap().remove(0);
        assert!(dog.phrasings.iter().all(|it| it.lead.is_none() && it.kept == 3 && it.first_share == 1.0));
    }
}
