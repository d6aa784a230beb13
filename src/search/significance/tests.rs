//! The cut on made-up libraries whose truth is known: how often it lets chance pass, and how often it stops the real.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::embedding::Embedding;
use crate::search::Searcher;
use crate::search::example::Example;
use crate::search::hit::Standing;
use crate::search::indexes::Indexes;
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{Basis, Query, Request, WeakHits};
use crate::search::significance::{ChanceModel, FALSE_ALARMS, PROMPTS};
use crate::search::tests::{Sound, searcher_of};

/// Values a vector: enough for directions to be nearly orthogonal by chance.
const DIM: usize = 128;

/// Kinds of sounds, and sounds of each.
const KINDS: usize = 60;
const SOUNDS: usize = 12;

/// Queries that a rate is measured with; its standard error is about 0.01 at 5 %.
const QUERIES: usize = 400;

fn noise(random: &mut StdRng) -> Vec<f32> {
    // A sum of uniform values is normal enough.
    (0..DIM).map(|_| (0..6).map(|_| random.random_range(-1.0f32..1.0)).sum()).collect()
}

/// The direction of the weighted sum of `parts`, each brought to unit length.
fn mix(parts: &[(&[f32], f32)]) -> Embedding {
    let mut sum = vec![0f32; DIM];
    for (part, weight) in parts {
        let length = part.iter().map(|value| value * value).sum::<f32>().sqrt();
        for (total, value) in sum.iter_mut().zip(*part) {
            *total += weight * value / length;
        }
    }
    Embedding::normalized(sum).unwrap()
}

/// A world with the traits of a two-tower model: each tower's vectors share a direction of their own (the gap), sounds
/// come in kinds, and some of them are hubs, near to every text.
struct World {
    random: StdRng,
    text_gap: Vec<f32>,
    sound_gap: Vec<f32>,
    kinds: Vec<Vec<f32>>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let (text_gap, sound_gap) = (noise(&mut random), noise(&mut random));
        let kinds = (0..KINDS).map(|_| noise(&mut random)).collect();
        World { random, text_gap, sound_gap, kinds }
    }

    fn sound(&mut self, kind: &[f32]) -> Embedding {
        let own = noise(&mut self.random);
        let hub = self.random.random_range(0.0f32..0.8);
        mix(&[(&self.sound_gap, 0.7), (kind, 1.0), (&own, 0.5), (&self.text_gap.clone(), hub)])
    }

    fn text(&mut self, vectors: &[f32]) -> Embedding {
        let own = noise(&mut self.random);
        mix(&[(&self.text_gap, 0.7), (vectors, 1.0), (&own, 0.5)])
    }

    fn unrelated_text(&mut self) -> Embedding {
        let vectors = noise(&mut self.random);
        self.text(&vectors)
    }

    fn library(&mut self) -> (tempfile::TempDir, Searcher) {
        let mut sounds = Vec::new();
        for kind in 0..KINDS {
            for number in 0..SOUNDS {
                let vector = self.sound(&self.kinds[kind].clone());
                sounds.push(Sound::new(&format!("/{kind}/{number}"), vector));
            }
        }
        let (folder, searcher) = searcher_of(&sounds);
        let prompts = PROMPTS.lines().map(|_| self.unrelated_text()).collect();
        let library = &searcher.library;
        let mut chance = ChanceModel::open(library);
        chance.take_prompts(library, prompts).unwrap();
        searcher.indexes.write().chance = Some(chance);
        (folder, searcher)
    }
}

fn words() -> Request {
    Request { by: Basis::Sound, ..Request::new(Query::Words("x".into())) }
}

fn like() -> Request {
    Request::new(Query::Like(Example { path: "x".into(), span: None }))
}

/// The share of `queries` that find something convincing.
fn found_rate(searcher: &mut Searcher, request: &Request, queries: &[Embedding]) -> f64 {
    let mut finds = |query: &Embedding| {
        let vectors = QueryVectors::new(vec![query.clone()], Vec::new());
        let answer = searcher.search(request, &vectors).unwrap();
        assert!(answer.hits.iter().all(|hit| hit.standing == Standing::Convincing));
        assert_eq!(answer.is_unconvincing(), answer.hits.is_empty());
        !answer.hits.is_empty()
    };
    queries.iter().filter(|query| finds(query)).count() as f64 / queries.len() as f64
}

#[test]
fn unrelated_words_find_nothing_convincing_at_the_stated_rate_and_related_ones_do() {
    let (mut unrelated, mut related) = (0.0, 0.0);
    const WORLDS: u64 = 4;
    for seed in 0..WORLDS {
        let mut world = World::new(seed);
        let (_folder, mut searcher) = world.library();
        let queries: Vec<_> = (0..QUERIES).map(|_| world.unrelated_text()).collect();
        unrelated += found_rate(&mut searcher, &words(), &queries) / WORLDS as f64;
        let queries: Vec<_> = (0..KINDS).map(|kind| world.text(&world.kinds[kind].clone())).collect();
        related += found_rate(&mut searcher, &words(), &queries) / WORLDS as f64;
    }
    eprintln!("words: {unrelated:.4} of the unrelated, {related:.4} of the related find something convincing");
    // The list is 120 prompts: the rate of one library varies by ±0.02, that of four by ±0.01.
    assert!((0.2 * FALSE_ALARMS..=FALSE_ALARMS + 0.03).contains(&unrelated), "{unrelated}");
    assert!(related > 0.9, "{related}");
}

#[test]
fn unrelated_sounds_find_nothing_convincing_and_related_ones_do() {
    let mut world = World::new(7);
    let (_folder, mut searcher) = world.library();
    let unrelated: Vec<_> = (0..QUERIES)
        .map(|_| {
            let kind = noise(&mut world.random);
            world.sound(&kind)
        })
        .collect();
    let unrelated = found_rate(&mut searcher, &like(), &unrelated);
    let related: Vec<_> = (0..KINDS).map(|kind| world.sound(&world.kinds[kind].clone())).collect();
    let related = found_rate(&mut searcher, &like(), &related);
    eprintln!("sounds: {unrelated:.4} of the unrelated, {related:.4} of the related find something convincing");
    assert!(unrelated <= FALSE_ALARMS + 0.03, "{unrelated}");
    assert!(related > 0.9, "{related}");
}

#[test]
fn hits_below_the_cut_are_counted_or_shown_as_such() {
    let mut world = World::new(11);
    let (_folder, mut searcher) = world.library();
    let vectors = QueryVectors::new(vec![world.unrelated_text()], Vec::new());
    let answer = searcher.search(&words(), &vectors).unwrap();
    assert_eq!((answer.hits.len(), answer.below_cut), (0, 10));
    let answer = searcher.search(&Request { weak_hits: WeakHits::Listed, ..words() }, &vectors).unwrap();
    assert!(answer.hits.len() == 10 && answer.is_unconvincing());
    assert!(answer.hits.iter().all(|hit| hit.standing == Standing::BelowCut));
    assert!(answer.hits[0].chance.unwrap() > FALSE_ALARMS as f32);
    let named = Request { by: Basis::Both, ..Request::new(Query::Words("59".into())) };
    let answer = searcher.search(&named, &vectors).unwrap();
    assert!(!answer.hits.is_empty() && answer.hits.iter().all(|hit| hit.standing == Standing::Convincing));
}

fn forget(searcher: &Searcher) {
    *searcher.indexes.write() = Indexes::default();
}

#[test]
fn what_is_stored_is_used_again_and_what_is_damaged_is_not() {
    let mut world = World::new(3);
    let (_folder, mut searcher) = world.library();
    let query = world.text(&world.kinds[5].clone());
    let vectors = QueryVectors::new(vec![query], Vec::new());
    let answer = searcher.search(&words(), &vectors).unwrap();
    let chance = searcher.indexes.read().chance.as_ref().unwrap().distribution.clone();
    assert!(chance.is_some());
    forget(&searcher);
    let again = searcher.search(&words(), &vectors).unwrap();
    assert_eq!(again.hits, answer.hits);
    assert_eq!(searcher.indexes.read().chance.as_ref().unwrap().distribution, chance);
    let folder = searcher.library.folder().join("derived").join("background");
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        std::fs::write(entry.path(), "damage").unwrap();
    }
    forget(&searcher);
    let unjudged = searcher.search(&words(), &vectors).unwrap();
    assert!(unjudged.hits.iter().all(|hit| hit.standing == Standing::Unjudged));
    assert!(!searcher.indexes.read().chance.as_ref().unwrap().is_prepared());
}

#[test]
fn a_handful_of_sounds_is_not_judged_by_sound() {
    let mut world = World::new(5);
    let vector = world.sound(&world.kinds[0].clone());
    let (_folder, mut searcher) = searcher_of(&[Sound::new("/a", vector.clone())]);
    let answer = searcher.search(&like(), &QueryVectors::new(vec![vector], Vec::new())).unwrap();
    assert_eq!(answer.hits[0].standing, Standing::Unjudged);
}
