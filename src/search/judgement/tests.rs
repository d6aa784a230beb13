//! Grades in made-up libraries whose truth is known: what is there is likely, what is not is weak, and a hit's score depends
//! on nothing but the library and the question.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::embedding::Embedding;
use crate::library::Library;
use crate::library::lookup::FileFilter;
use crate::search::Searcher;
use crate::search::example::Example;
use crate::search::hit::{Answer, Grade};
use crate::search::indexes::Indexes;
use crate::search::judgement::background::{Background, PHRASES};
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{Basis, Granularity, Query, Request, WeakHits};
use crate::search::tests::{Sound, searcher_of};

/// Values a vector: enough for directions to be nearly orthogonal by chance.
const DIM: usize = 128;

/// Kinds of sounds, and sounds of each.
const KINDS: usize = 60;
const SOUNDS: usize = 12;

/// Queries that a rate is measured with.
const QUERIES: usize = 100;

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
        let hub = self.random.random_range(0.0f32..0.8);
        self.hub(kind, hub)
    }

    /// A sound of a kind that is near to every text.
    fn hub(&mut self, kind: &[f32], hub: f32) -> Embedding {
        let own = noise(&mut self.random);
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
        self.library_of(&sounds)
    }

    fn library_of(&mut self, sounds: &[Sound]) -> (tempfile::TempDir, Searcher) {
        let (folder, searcher) = searcher_of(sounds);
        let phrases = PHRASES.lines().map(|_| self.unrelated_text()).collect();
        searcher.indexes.write().background = Some(Background::keep(&searcher.library, phrases).unwrap());
        (folder, searcher)
    }

    fn text_of(&mut self, kind: usize) -> Embedding {
        self.text(&self.kinds[kind].clone())
    }

    fn sound_of(&mut self, kind: usize) -> Embedding {
        self.sound(&self.kinds[kind].clone())
    }
}

fn words() -> Request {
    Request { by: Basis::Sound, ..Request::new(Query::Words("x".into())) }
}

fn like() -> Request {
    Request::new(Query::Like(Example { path: "x".into(), span: None }))
}

fn ask(searcher: &mut Searcher, request: &Request, query: &Embedding) -> Answer {
    searcher.search(request, &QueryVectors::new(vec![query.clone()], Vec::new())).unwrap()
}

fn paths(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.file.path.to_str().unwrap()).collect()
}

/// How many hits are likely or better.
fn shown(answer: &Answer) -> usize {
    answer.hits.iter().filter(|hit| hit.grade > Grade::Weak).count()
}

#[test]
fn what_is_there_is_likely_and_what_is_not_is_weak() {
    let mut world = World::new(1);
    let (_folder, mut searcher) = world.library();
    let (mut found, mut right) = (0, 0);
    for kind in 0..KINDS {
        let text = world.text_of(kind);
        let answer = ask(&mut searcher, &Request { limit: SOUNDS, ..words() }, &text);
        let is_right = |path: &&&str| path.starts_with(&format!("/{kind}/"));
        found += shown(&answer);
        right += paths(&answer)[..shown(&answer)].iter().filter(is_right).count();
    }
    let absent = |_| world.unrelated_text();
    let absent: Vec<Embedding> = (0..QUERIES).map(absent).collect();
    let fooled = absent.iter().filter(|text| shown(&ask(&mut searcher, &words(), text)) > 0).count();
    eprintln!("{right} of {found} shown are right, of {} there; {fooled} of {QUERIES} absent show any", KINDS * SOUNDS);
    assert!(right * 100 >= found * 95 && right * 100 >= KINDS * SOUNDS * 85, "{right} of {found}");
    assert!(fooled * 100 <= QUERIES * 5, "{fooled}");
}

#[test]
fn hits_are_in_the_order_of_their_grades_and_an_absent_thing_has_ten_weak_ones() {
    let mut world = World::new(2);
    let (_folder, mut searcher) = world.library();
    let text = world.text_of(7);
    let all = ask(&mut searcher, &Request { limit: 60, weak_hits: WeakHits::Listed, ..words() }, &text);
    assert!(all.hits.is_sorted_by(|a, b| a.score >= b.score && a.grade >= b.grade));
    assert!(all.hits.iter().all(|hit| (0.0..=1.0).contains(&hit.score)));
    assert_eq!((all.hits.len(), all.hidden), (60, 0));
    let few = ask(&mut searcher, &Request { limit: 60, ..words() }, &text);
    assert_eq!(few.hits.len(), shown(&all).max(10));
    assert_eq!(few.hidden, 60 - few.hits.len());
    let absent = world.unrelated_text();
    let answer = ask(&mut searcher, &Request { limit: 60, ..words() }, &absent);
    assert!(answer.is_weak() && answer.hits.len() == 10 && answer.hidden == 50);
    let none = ask(&mut searcher, &Request { weak_hits: WeakHits::LeftOut, ..words() }, &absent);
    assert!(none.is_weak() && none.hits.is_empty() && none.hidden == 10);
}

#[test]
fn a_hit_has_the_same_score_whatever_the_limit_and_more_hits_begin_with_fewer() {
    let mut world = World::new(3);
    let (_folder, mut searcher) = world.library();
    let text = world.text_of(3);
    for granularity in [Granularity::Files, Granularity::Moments] {
        let mut ask = |limit| {
            let request = Request { limit, granularity, weak_hits: WeakHits::Listed, ..words() };
            let hits = ask(&mut searcher, &request, &text).hits;
            hits.into_iter().map(|hit| (hit.file.path, hit.score)).collect::<Vec<_>>()
        };
        let every = ask(KINDS * SOUNDS);
        assert_eq!(every.len(), KINDS * SOUNDS);
        for limit in [1, 10, 200, 300] {
            assert_eq!(ask(limit), every[..limit], "{limit}");
        }
    }
}

#[test]
fn an_answer_is_the_same_whatever_was_asked_before() {
    let mut world = World::new(12);
    let (folder, mut searcher) = world.library();
    let texts: Vec<Embedding> = (0..6).map(|kind| world.text_of(kind)).collect();
    let request = Request { weak_hits: WeakHits::Listed, limit: 100, ..words() };
    for text in texts.iter().chain(&texts) {
        let mut first_asked = Searcher::new(Library::open(folder.path()).unwrap());
        let (later, first) = (ask(&mut searcher, &request, text), ask(&mut first_asked, &request, text));
        assert_eq!(later.hits, first.hits);
    }
}

#[test]
fn a_sound_near_to_every_text_is_no_hit() {
    let mut world = World::new(4);
    let mut sounds: Vec<Sound> =
        (0..40).map(|number| Sound::new(&format!("/{number}"), world.sound_of(number))).collect();
    // What is meant is faint.
    let own = noise(&mut world.random);
    sounds[12].clip = mix(&[(&world.sound_gap, 0.7), (&world.kinds[12], 0.6), (&own, 1.0)]);
    let hub = world.hub(&world.kinds[50].clone(), 4.0);
    sounds.push(Sound::new("/hub", hub.clone()));
    let (_folder, mut searcher) = world.library_of(&sounds);
    let text = world.text_of(12);
    let meant = sounds[12].clip.cosine_in_space(&text);
    assert!(
        hub.cosine_in_space(&text) > meant,
        "it is nearer than what is meant: {} {meant}",
        hub.cosine_in_space(&text)
    );
    let answer = ask(&mut searcher, &words(), &text);
    assert_eq!(paths(&answer)[0], "/12");
    assert!(answer.hits.iter().all(|hit| hit.grade == Grade::Weak || hit.file.path.to_str() != Some("/hub")));
}

#[test]
fn a_library_of_one_kind_or_of_few_sounds_shows_what_it_has() {
    for count in [1, 2, 5, 8, 20] {
        let mut world = World::new(5);
        let sounds: Vec<Sound> =
            (0..count).map(|number| Sound::new(&format!("/rain {number}"), world.sound_of(9))).collect();
        let (_folder, mut searcher) = world.library_of(&sounds);
        let text = world.text_of(9);
        let answer = ask(&mut searcher, &Request { limit: 20, ..words() }, &text);
        assert_eq!(shown(&answer), count, "{count}: {:?}", answer.hits.iter().map(|hit| hit.score).collect::<Vec<_>>());
        let other = world.text_of(10);
        assert_eq!(shown(&ask(&mut searcher, &words(), &other)), 0, "{count}");
        let sound = world.sound_of(9);
        let answer = ask(&mut searcher, &like(), &sound);
        assert!(answer.hits[0].grade > Grade::Weak, "{count}");
    }
}

#[test]
fn a_filter_leaves_the_same_judgement() {
    let mut world = World::new(6);
    let (_folder, mut searcher) = world.library();
    let text = world.text_of(20);
    let only = |folder: &str| FileFilter { folders: vec![folder.into()], ..FileFilter::default() };
    let answer = ask(&mut searcher, &Request { filter: only("/20"), ..words() }, &text);
    assert_eq!((answer.hits.len(), shown(&answer)), (10, 10));
    let answer = ask(&mut searcher, &Request { filter: only("/21"), ..words() }, &text);
    assert_eq!((answer.hits.len(), shown(&answer)), (10, 0));
}

#[test]
fn the_nearest_to_an_example_is_always_found_and_related_sounds_are() {
    let mut world = World::new(7);
    let (_folder, mut searcher) = world.library();
    let (mut right, mut found) = (0, 0);
    for kind in 0..KINDS {
        let sound = world.sound_of(kind);
        let answer = ask(&mut searcher, &like(), &sound);
        assert!(shown(&answer) > 0);
        found += shown(&answer);
        right += paths(&answer)[..shown(&answer)].iter().filter(|path| path.starts_with(&format!("/{kind}/"))).count();
    }
    assert!(right * 100 >= found * 95 && right >= 8 * KINDS, "{right} of {found}");
    let other = noise(&mut world.random);
    let unrelated = world.sound(&other);
    assert_eq!(shown(&ask(&mut searcher, &like(), &unrelated)), 1);
    let filter = FileFilter { folders: vec!["/3".into()], ..FileFilter::default() };
    assert_eq!(shown(&ask(&mut searcher, &Request { filter, ..like() }, &unrelated)), 1);
}

#[test]
fn of_two_things_wanted_and_one_unwanted_each_has_its_say() {
    let mut world = World::new(8);
    let both = mix(&[(&world.kinds[0].clone(), 1.0), (&world.kinds[1].clone(), 1.0)]);
    let mut sounds: Vec<Sound> = (0..KINDS).map(|kind| Sound::new(&format!("/{kind}"), world.sound_of(kind))).collect();
    sounds.push(Sound::new("/both", world.sound(both.as_slice())));
    let (_folder, mut searcher) = world.library_of(&sounds);
    let texts = [world.text_of(0), world.text_of(1)];
    let mut ask = |request: &Request, wanted: usize| {
        let (wanted, unwanted) = texts.split_at(wanted);
        searcher.search(request, &QueryVectors::new(wanted.to_vec(), unwanted.to_vec())).unwrap()
    };
    let query = || Query::Words("x".into());
    let two = Request { wanted: vec![query().into(), query().into()], ..words() };
    assert_eq!(paths(&ask(&two, 2))[0], "/both");
    let without = Request { unwanted: vec![query().into()], ..words() };
    let answer = ask(&without, 1);
    assert_eq!(paths(&answer)[0], "/0");
    let score = |path: &str| answer.hits.iter().find(|hit| hit.file.path.to_str() == Some(path)).map(|hit| hit.score);
    assert!(score("/both").is_none_or(|score| score < 0.5 * answer.hits[0].score));
}

fn forget(searcher: &Searcher) {
    *searcher.indexes.write() = Indexes::default();
}

#[test]
fn what_is_stored_is_used_again_and_without_it_hits_are_weak_in_the_order_of_their_cosines() {
    let mut world = World::new(3);
    let (_folder, mut searcher) = world.library();
    let text = world.text_of(5);
    let answer = ask(&mut searcher, &words(), &text);
    assert!(shown(&answer) > 0);
    forget(&searcher);
    assert_eq!(ask(&mut searcher, &words(), &text).hits, answer.hits);
    let folder = searcher.library.folder().join("derived").join("background");
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        std::fs::write(entry.path(), "damage").unwrap();
    }
    forget(&searcher);
    let untold = ask(&mut searcher, &words(), &text);
    assert!(untold.is_weak() && untold.hits.len() == 10);
    assert!(untold.hits.is_sorted_by(|a, b| a.cosine >= b.cosine && a.score >= b.score));
    assert!(searcher.indexes.read().background.as_ref().unwrap().is_empty());
}

#[test]
fn what_is_known_of_a_text_already_changes_no_answer() {
    let mut world = World::new(8);
    let (folder, mut searcher) = world.library();
    let text = world.text_of(5);
    let more = Request { limit: 300, weak_hits: WeakHits::Listed, ..words() };
    let first = ask(&mut searcher, &words(), &text);
    let (again, after_few) = (ask(&mut searcher, &words(), &text), ask(&mut searcher, &more, &text));
    assert_eq!(again.hits, first.hits);
    let mut fresh = Searcher::new(Library::open(folder.path()).unwrap());
    assert_eq!(ask(&mut fresh, &more, &text).hits, after_few.hits);
    assert_eq!(ask(&mut fresh, &words(), &text).hits, first.hits);
}
