//! What a classifier said of some clips, and what they are → the figures that are usual: accuracy with its interval,
//! average precision, precision, recall and F1 a class, and which classes are taken for which.

use crate::classify::labelling::Labelling;

/// Quantile of the normal distribution for an interval that holds 95 % of the time.
const Z: f64 = 1.959_964;

/// From which score on a clip that may have several classes is said to have one.
const THRESHOLD: f32 = 0.5;

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Proportion {
    /// Those that are right.
    pub right: usize,
    /// All of them.
    pub total: usize,
}

impl Proportion {
    /// Counts the true ones.
    pub(crate) fn of(judged: impl IntoIterator<Item = bool>) -> Self {
        judged.into_iter().fold(Proportion::default(), |sum, is_right| Proportion {
            right: sum.right + usize::from(is_right),
            total: sum.total + 1,
        })
    }

    /// Share of those that are right, 0..=1; 0 of none.
    pub fn share(&self) -> f64 {
        if self.total == 0 { 0.0 } else { self.right as f64 / self.total as f64 }
    }

    /// The 95 % interval of the share (Wilson 1927), which keeps within 0..=1; all of it for none.
    pub fn interval(&self) -> [f64; 2] {
        wilson(self.share(), self.total)
    }
}

/// The 95 % interval of a `share` of `total` independent cases.
pub fn wilson(share: f64, total: usize) -> [f64; 2] {
    if total == 0 {
        return [0.0, 1.0];
    }
    let (n, z2) = (total as f64, Z * Z);
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let reach = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    [(centre - reach).max(0.0), (centre + reach).min(1.0)]
}

/// Clips with what they are and what was said of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Predictions<'a> {
    /// The classes of each clip.
    pub(crate) truth: &'a [Vec<usize>],
    /// For each clip a score a class, higher for likelier: for clips with one class its share, else its probability.
    pub(crate) scores: &'a [Vec<f32>],
    /// Number of classes.
    pub(crate) classes: usize,
    /// How many classes a clip has.
    pub(crate) labelling: Labelling,
}

/// What the figures say.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassificationReport {
    /// Clips whose likeliest class is theirs, or one of theirs.
    pub accuracy: Proportion,
    /// Mean over the classes of their average precision; `None` if no class has a clip.
    pub mean_average_precision: Option<f64>,
    /// Class by class.
    pub classes: Vec<ClassMetrics>,
    /// Which classes are taken for which; `None` where a clip may have several.
    pub confusion: Option<Confusion>,
}

/// How well one class is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassMetrics {
    /// Clips that are of it.
    pub clips: usize,
    /// Share of the clips said to be of it that are; 0 if none is said to be.
    pub precision: f64,
    /// Share of its clips that are said to be of it; 0 if it has none.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Average precision; `None` for a class without clips.
    pub average_precision: Option<f64>,
}

/// Counts of clips by what they are and what they are taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// Row-major `[is, taken for]`.
    counts: Vec<usize>,
    classes: usize,
}

impl Confusion {
    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many clips of class `is` are taken for class `taken`.
    pub fn count(&self, is: usize, taken: usize) -> usize {
        self.counts[is * self.classes + taken]
    }

    /// Number of clips of class `is`.
    pub fn clips(&self, is: usize) -> usize {
        self.counts[is * self.classes..][..self.classes].iter().sum()
    }

    /// What is taken for something else, most often first: (is, taken for, clips).
    pub fn mistakes(&self) -> Vec<(usize, usize, usize)> {
        let places = (0..self.classes).flat_map(|is| (0..self.classes).map(move |taken| (is, taken)));
        let wrong = places.filter(|(is, taken)| is != taken && self.count(*is, *taken) > 0);
        let mut wrong: Vec<_> = wrong.map(|(is, taken)| (is, taken, self.count(is, taken))).collect();
        wrong.sort_by_key(|(_, _, clips)| std::cmp::Reverse(*clips));
        wrong
    }
}

impl Predictions<'_> {
    /// All figures.
    pub(crate) fn report(&self) -> ClassificationReport {
        let taken: Vec<usize> = self.scores.iter().map(|scores| likeliest(scores)).collect();
        let classes: Vec<ClassMetrics> = (0..self.classes).map(|class| self.class_report(class, &taken)).collect();
        let precisions: Vec<f64> = classes.iter().filter_map(|class| class.average_precision).collect();
        let mean = precisions.iter().sum::<f64>() / precisions.len() as f64;
        ClassificationReport {
            accuracy: Proportion::of(self.truth.iter().zip(&taken).map(|(truth, taken)| truth.contains(taken))),
            mean_average_precision: (!precisions.is_empty()).then_some(mean),
            classes,
            confusion: (self.labelling == Labelling::Single).then(|| self.confusion(&taken)),
        }
    }

    /// The mean average precision alone; 0 if no class has a clip.
    pub(crate) fn mean_average_precision(&self) -> f64 {
        let precisions: Vec<f64> = (0..self.classes).filter_map(|class| self.average_precision(class)).collect();
        if precisions.is_empty() { 0.0 } else { precisions.iter().sum::<f64>() / precisions.len() as f64 }
    }

    fn class_report(&self, class: usize, taken: &[usize]) -> ClassMetrics {
        let (mut both, mut said, mut clips) = (0, 0, 0);
        for ((truth, scores), taken) in self.truth.iter().zip(self.scores).zip(taken) {
            let is = truth.contains(&class);
            let is_said = match self.labelling {
                Labelling::Single => *taken == class,
                Labelling::Multiple => scores[class] >= THRESHOLD,
            };
            (both, said, clips) =
                (both + usize::from(is && is_said), said + usize::from(is_said), clips + usize::from(is));
        }
        let share = |of: usize| Proportion { right: both, total: of }.share();
        let f1 = if said + clips == 0 { 0.0 } else { 2.0 * both as f64 / (said + clips) as f64 };
        let average_precision = self.average_precision(class);
        ClassMetrics { clips, precision: share(said), recall: share(clips), f1, average_precision }
    }

    fn average_precision(&self, class: usize) -> Option<f64> {
        let each = self.truth.iter().zip(self.scores);
        average_precision(each.map(|(truth, scores)| (scores[class], truth.contains(&class))).collect())
    }

    fn confusion(&self, taken: &[usize]) -> Confusion {
        let mut counts = vec![0; self.classes * self.classes];
        for (truth, taken) in self.truth.iter().zip(taken) {
            truth.iter().for_each(|is| counts[is * self.classes + taken] += 1);
        }
        Confusion { counts, classes: self.classes }
    }
}

/// The place of the highest of `scores`, the first of equal ones; 0 of none.
pub(crate) fn likeliest(scores: &[f32]) -> usize {
    let mut best = 0;
    for (place, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = place;
        }
    }
    best
}

/// Average precision of a ranking by score: the mean, over the relevant, of the precision down to each. Equal scores count
/// as one place, as in scikit-learn. `None` if nothing is relevant.
pub(crate) fn average_precision(mut ranked: Vec<(f32, bool)>) -> Option<f64> {
    let relevant = ranked.iter().filter(|(_, is_relevant)| *is_relevant).count();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut seen, mut found, mut sum) = (0, 0, 0.0);
    for equal in ranked.chunk_by(|a, b| a.0 == b.0) {
        let hits = equal.iter().filter(|(_, is_relevant)| *is_relevant).count();
        (seen, found) = (seen + equal.len(), found + hits);
        sum += hits as f64 * found as f64 / seen as f64;
    }
    (relevant > 0).then(|| sum / relevant as f64)
}

/// Average precision of the first `limit` of a ranking of which `relevant` could have been found: the sum of the precision
/// down to each hit over as many as could be among the first.
pub(crate) fn average_precision_at(limit: usize, hits: &[bool], relevant: usize) -> f64 {
    let (mut found, mut sum) = (0, 0.0);
    for (place, is_hit) in hits.iter().take(limit).enumerate() {
        if *is_hit {
            found += 1;
            sum += f64::from(found) / (place + 1) as f64;
        }
    }
    let possible = relevant.min(limit);
    if possible == 0 { 0.0 } else { sum / possible as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-4
    }

    #[test]
    fn the_interval_is_wilsons() {
        // statsmodels.stats.proportion.proportion_confint(…, method="wilson").
        for (right, total, low, high) in [
            (8, 10, 0.490_16, 0.943_32),
            (0, 10, 0.0, 0.277_53),
            (10, 10, 0.722_47, 1.0),
            (340, 400, 0.811_69, 0.881_66),
        ] {
            let [from, to] = Proportion { right, total }.interval();
            assert!(near(from, low) && near(to, high), "{right} of {total}: {from} {to}");
        }
        assert_eq!(Proportion::default().interval(), [0.0, 1.0]);
    }

    #[test]
    fn average_precision_is_the_mean_precision_at_each_relevant_one() {
        // Relevant at 1, 3 and 4: (1 + 2/3 + 3/4) / 3.
        let ranked = vec![(0.9, true), (0.8, false), (0.7, true), (0.6, true), (0.5, false)];
        assert!(near(average_precision(ranked).unwrap(), (1.0 + 2.0 / 3.0 + 0.75) / 3.0));
        // All equal: the share of the relevant.
        assert!(near(average_precision(vec![(0.5, true), (0.5, false), (0.5, false), (0.5, false)]).unwrap(), 0.25));
        assert_eq!(average_precision(vec![(0.5, false)]), None);
        // Two of three relevant ones among the first four: (1 + 2/4) / 3; ten would be possible with more.
        assert!(near(average_precision_at(4, &[true, false, false, true, true], 3), 1.5 / 3.0));
        assert!(near(average_precision_at(2, &[true, true], 9), 1.0));
        assert_eq!(average_precision_at(10, &[], 0), 0.0);
    }

    #[test]
    fn one_class_a_clip() {
        let truth = [vec![0], vec![0], vec![1], vec![1], vec![2]];
        let scores = [[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3], [0.4, 0.3, 0.3]];
        // The last class has no clips.
        let scores = scores.map(|scores| [&scores[..], &[0.0]].concat());
        let judged = Predictions { truth: &truth, scores: &scores, classes: 4, labelling: Labelling::Single };
        let report = judged.report();
        assert_eq!(report.accuracy, Proportion { right: 3, total: 5 });
        let class = report.classes[1];
        assert_eq!((class.clips, class.recall), (2, 1.0));
        assert!(near(class.precision, 2.0 / 3.0) && near(class.f1, 0.8), "{class:?}");
        // By the score of class 1: 0.8 yes, 0.7 no, 0.5 yes.
        assert!(near(class.average_precision.unwrap(), (1.0 + 2.0 / 3.0) / 2.0));
        assert_eq!(report.classes[3].average_precision, None);
        // Class 0: 0.7 yes, 0.4 no, then one of two equal ones: (1 + 2/4) / 2. Class 2: 0.3 twice, one of them: 1/2.
        let expected = (0.75 + 5.0 / 6.0 + 0.5) / 3.0;
        assert!(near(report.mean_average_precision.unwrap(), expected), "{report:?}");
        assert!(near(judged.mean_average_precision(), expected));
        let confusion = report.confusion.unwrap();
        assert_eq!(confusion.mistakes(), [(0, 1, 1), (2, 0, 1)]);
        assert_eq!((confusion.count(1, 1), confusion.clips(0), confusion.classes()), (2, 2, 4));
    }

    #[test]
    fn several_classes_a_clip() {
        let truth = [vec![0, 1], vec![1], vec![]];
        let scores = [vec![0.9, 0.4], vec![0.6, 0.5], vec![0.1, 0.2]];
        let report =
            Predictions { truth: &truth, scores: &scores, classes: 2, labelling: Labelling::Multiple }.report();
        assert_eq!((report.accuracy, report.confusion), (Proportion { right: 1, total: 3 }, None));
        let [first, second] = report.classes[..] else { panic!("two classes") };
        assert_eq!((first.precision, first.recall, first.average_precision), (0.5, 1.0, Some(1.0)));
        assert_eq!((second.precision, second.recall, second.average_precision), (1.0, 0.5, Some(1.0)));
    }
}
