//! Marked files → the best of them, in order.
//!
//! How well a file answers depends on its pattern and, a little, on the length of its name. So patterns are weighed rather
//! than files, the most promising first, until there are enough files that none of the other patterns can reach; only
//! then are files looked at, those of the patterns that are left.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::library::record::file::FileId;
use crate::library::text::coverage::Coverage;
use crate::library::text::marked::{MarkedFiles, PatternId, Patterns, name_len};
use crate::library::text::score::{BREVITY, Question, Sighting, TextHit, WeighedPattern};

/// Files that are kept until the worse half is dropped: at least so many.
const LEAST_KEPT: usize = 1 << 10;

/// A pattern, as far as it is known without weighing which word answers which.
#[derive(Debug, Clone, Copy)]
struct PromisingPattern {
    pattern: PatternId,
    coverage: Coverage,
    /// The most of the question that it can answer, and the most that a file with it can score.
    most: f64,
    /// Number of files.
    count: u32,
}

/// How well some files answer at least.
#[derive(Debug, Clone, Copy)]
struct LeastScore {
    coverage: Coverage,
    score: f64,
    count: usize,
}

impl LeastScore {
    fn order(&self, other: &Self) -> Ordering {
        self.coverage.cmp(&other.coverage).then(self.score.total_cmp(&other.score))
    }
}

impl PartialEq for LeastScore {
    fn eq(&self, other: &Self) -> bool {
        self.order(other).is_eq()
    }
}

impl Eq for LeastScore {}

impl PartialOrd for LeastScore {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LeastScore {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order(other)
    }
}

/// A file with how well it answers.
#[derive(Debug, Clone, Copy)]
struct ScoredFile {
    file: FileId,
    pattern: PatternId,
    coverage: Coverage,
    score: f64,
}

impl ScoredFile {
    /// Best first: by coverage, then score, then id.
    fn order(&self, other: &Self) -> Ordering {
        let by_score = other.coverage.cmp(&self.coverage).then(other.score.total_cmp(&self.score));
        by_score.then(self.file.cmp(&other.file))
    }
}

/// The patterns of a question's files, each weighed when that is first asked for.
struct Ranking<'a> {
    question: &'a Question<'a>,
    patterns: &'a Patterns,
    weighed: Vec<Option<WeighedPattern<'a>>>,
}

impl<'a> Ranking<'a> {
    fn weigh(&mut self, pattern: PatternId) -> &WeighedPattern<'a> {
        let Ranking { question, patterns, weighed } = self;
        weighed[pattern as usize].get_or_insert_with(|| {
            let mut seen: Vec<Option<&Sighting>> = vec![None; question.sightings.len()];
            patterns.sighted(pattern).for_each(|(word, number)| seen[word] = question.sightings[word].get(number));
            WeighedPattern::new(seen, question)
        })
    }

    /// All patterns, the most promising first.
    fn promising(&self) -> Vec<PromisingPattern> {
        let Question { sightings, rarities, .. } = self.question;
        let of_word = |(of_word, rarity): (&Vec<Sighting>, &f64)| -> Vec<(Coverage, f64)> {
            of_word.iter().map(|sighting| (sighting.coverage, sighting.weight() * rarity)).collect()
        };
        let worth: Vec<Vec<(Coverage, f64)>> = sightings.iter().zip(*rarities).map(of_word).collect();
        let all: f64 = rarities.iter().sum();
        let mut counts = vec![0.0; worth.len()];
        let promising = |(pattern, count): (PatternId, u32)| {
            let (mut coverage, mut words) = (Coverage::Exact, 0);
            counts.fill(0.0);
            for (word, number) in self.patterns.sighted(pattern) {
                let (of_word, count) = worth[word][number];
                (coverage, counts[word], words) = (coverage.min(of_word), count, words + 1);
            }
            let coverage = if words < counts.len() { Coverage::Some } else { coverage };
            // In the order in which it is weighed, so that rounding does not put it below that.
            PromisingPattern { pattern, coverage, most: counts.iter().sum::<f64>() / all, count }
        };
        let mut patterns: Vec<PromisingPattern> = self.patterns.with_counts().map(promising).collect();
        patterns.sort_by(|a, b| b.coverage.cmp(&a.coverage).then(b.most.total_cmp(&a.most)));
        patterns
    }

    /// The most of the question that a file answers.
    fn most_answered(&mut self, promising: &[PromisingPattern]) -> f64 {
        let mut by_most: Vec<&PromisingPattern> = promising.iter().collect();
        by_most.sort_by(|a, b| b.most.total_cmp(&a.most));
        let mut most = 0.0;
        for promising in by_most {
            if promising.most <= most {
                break;
            }
            most = f64::max(most, self.weigh(promising.pattern).answered);
        }
        most
    }

    /// Of each pattern that one of the `limit` best files may have, how well it answers.
    fn candidates(&mut self, promising: &[PromisingPattern], limit: usize) -> Vec<Option<(Coverage, f64)>> {
        let mut candidates = vec![None; self.patterns.len()];
        // Those with the best least scores, of at least `limit` files if there are so many.
        let (mut best, mut files) = (BinaryHeap::<Reverse<LeastScore>>::new(), 0);
        for next in promising {
            let reaches = LeastScore { coverage: next.coverage, score: next.most, count: 0 };
            if files >= limit && best.peek().is_some_and(|Reverse(floor)| reaches < *floor) {
                break;
            }
            let WeighedPattern { coverage, answered, .. } = *self.weigh(next.pattern);
            candidates[next.pattern as usize] = Some((coverage, answered));
            let count = next.count as usize;
            best.push(Reverse(LeastScore { coverage, score: answered * (1.0 - BREVITY), count }));
            files += count;
            while let Some(Reverse(least)) = best.peek().filter(|Reverse(least)| files - least.count >= limit) {
                files -= least.count;
                best.pop();
            }
        }
        candidates
    }
}

/// The `limit` best of `marked`, best first: by coverage, then score, then id.
pub(super) fn best(question: &Question<'_>, marked: &MarkedFiles, limit: usize) -> Vec<TextHit> {
    let patterns = &marked.patterns;
    let weighed = std::iter::repeat_with(|| None).take(patterns.len()).collect();
    let mut ranking = Ranking { question, patterns, weighed };
    let promising = ranking.promising();
    let most = ranking.most_answered(&promising);
    let ranked = ranked(marked, &ranking.candidates(&promising, limit), limit);
    let mut matches = vec![None; patterns.len()];
    let hit = |scored: ScoredFile| {
        let pattern = ranking.weigh(scored.pattern);
        let matches = matches[scored.pattern as usize].get_or_insert_with(|| question.matches(pattern).into());
        question.hit((scored.file, scored.score), pattern, most, Arc::clone(matches))
    };
    ranked.into_iter().map(hit).collect()
}

/// The `limit` best of those files of `marked` whose patterns are candidates, in order.
fn ranked(marked: &MarkedFiles, candidates: &[Option<(Coverage, f64)>], limit: usize) -> Vec<ScoredFile> {
    let factor = |step: u8| 1.0 - BREVITY + BREVITY * (1.0 / f64::from(name_len(step).max(1)));
    let factors: Vec<f64> = (0..=u8::MAX).map(factor).collect();
    let kept = limit.saturating_mul(2).max(LEAST_KEPT);
    let mut ranked: Vec<ScoredFile> = Vec::new();
    let mut floor: Option<ScoredFile> = None;
    for segment in &marked.segments {
        for (doc, pattern) in segment.marks.iter() {
            let Some((coverage, answered)) = candidates[pattern as usize] else { continue };
            let score = answered * factors[usize::from(segment.name_step(doc))];
            if floor.is_some_and(|floor| (coverage, score) < (floor.coverage, floor.score)) {
                continue;
            }
            let Some(file) = segment.file(doc) else { continue };
            let scored = ScoredFile { file, pattern, coverage, score };
            if floor.is_some_and(|floor| scored.order(&floor).is_gt()) {
                continue;
            }
            ranked.push(scored);
            if ranked.len() >= kept {
                ranked.select_nth_unstable_by(limit - 1, ScoredFile::order);
                ranked.truncate(limit);
                floor = ranked.last().copied();
            }
        }
    }
    ranked.sort_unstable_by(ScoredFile::order);
    ranked.truncate(limit);
    ranked
}
