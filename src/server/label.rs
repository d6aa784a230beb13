//! Which of some labels sounds have, and labels given by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use super::body::Json;
use super::files::card;
use super::hosted::Hosted;
use super::problem::Problem;
use super::question::check_words;
use super::routes::route;
use super::state::Server;
use super::wire::hits::FileEntry;
use super::wire::label::{Changed, HandLabelRequest, LabelAnswer, LabelRequest, LabelScore, LabelledSound};
use crate::audio;
use crate::classify::classifier::{Classifier, Manner};
use crate::classify::label::{Label, check_threshold, read_labels};
use crate::classify::sets::LabelCollection;
use crate::classify::taught::TaughtHead;
use crate::classify::template::Templates;
use crate::classify::zero_shot::LabelSet;
use crate::embedding::Embedding;
use crate::library::Library;
use crate::library::browse::Range;
use crate::library::record::{Change, FileId, Hash, Labelled, Labeller};

/// Labels at most.
const MOST_LABELS: usize = 1000;

/// Sounds that are labelled at once, at most.
const MOST_SOUNDS: usize = 2000;

/// Sounds of the whole library at a time where nothing is said.
const USUAL_SOUNDS: usize = 500;

/// Labels that are given of each sound where nothing is said.
const USUAL_TOP: usize = 10;

/// Sounds that are given a label by hand at once, at most.
const MOST_BY_HAND: usize = 100_000;

/// Length of a label given by hand, in characters.
const MOST_LABEL_CHARS: usize = 200;

/// Templates at most.
const MOST_TEMPLATES: usize = 64;

/// The routes of this resource.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/label").route(web::post().to(label)));
    config.service(route("/api/v1/labels").route(web::post().to(label_by_hand)));
}

/// Say which of some labels sounds have
///
/// Of given files or uploads, or of the whole library, a part at a time.
#[utoipa::path(post, path = "/api/v1/label", tag = "label", request_body = LabelRequest, responses(
    (status = 200, body = LabelAnswer),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn label(server: Data<Server>, asked: Json<LabelRequest>) -> Result<web::Json<LabelAnswer>, Problem> {
    let asked = asked.0;
    let hosted = server.library(asked.library.as_deref())?.clone();
    let (state, has_uploads) = (server.clone(), asked.uploads.is_some());
    let work = move |hosted: &Hosted| answer(&state, hosted, &asked);
    let answer = if has_uploads { server.listening.run(move || work(&hosted)).await } else { hosted.run(work).await };
    answer.map(web::Json)
}

/// A sound that is to be labelled.
struct Sound {
    file: FileEntry,
    vector: Embedding,
    hash: Option<Hash>,
    seconds: f64,
}

fn answer(server: &Server, hosted: &Hosted, asked: &LabelRequest) -> Result<LabelAnswer, Problem> {
    asked.threshold.map_or(Ok(()), check_threshold)?;
    let (sounds, total) = sounds(server, hosted, asked)?;
    let classifier = classifier(server, hosted, &Choices::of(asked))?;
    let manner = if asked.multi { Manner::Several } else { Manner::One };
    let top = asked.top.unwrap_or(USUAL_TOP).min(MOST_LABELS);
    let (mut results, mut changes, mut counts) = (Vec::new(), Vec::new(), BTreeMap::new());
    for sound in sounds {
        let mut scored = classifier.score(&sound.vector, asked.threshold);
        manner.order(&mut scored);
        let found = manner.found(&scored);
        found.iter().for_each(|found| *counts.entry(found.label.clone()).or_insert(0) += 1);
        if let Some(hash) = sound.hash.filter(|_| asked.write) {
            let labelled =
                |label: String, score| Labelled { label, start_seconds: 0.0, end_seconds: sound.seconds, score };
            let labels = found.iter().map(|found| labelled(found.label.clone(), found.presence)).collect();
            changes.push(Change::Judged { hash, by: labeller(asked), labels });
        }
        let found = found.into_iter().map(|found| found.label.clone()).collect();
        let labels = scored.iter().take(top).map(|scored| LabelScore::new(scored, manner.score(scored))).collect();
        results.push(LabelledSound { file: sound.file, found, labels });
    }
    if asked.write {
        hosted.write(|writer| writer.commit(&changes))?;
    }
    Ok(LabelAnswer { labels: classifier.names().to_vec(), results, total, counts })
}

fn labeller(asked: &LabelRequest) -> Labeller {
    asked.with.as_ref().map_or(Labeller::ZeroShot, |head| Labeller::Head(head.clone()))
}

/// Which labels are chosen from: as they were asked for.
pub(super) struct Choices<'a> {
    pub(super) labels: &'a [String],
    pub(super) set: Option<&'a str>,
    pub(super) with: Option<&'a str>,
    pub(super) template: &'a [String],
}

impl<'a> Choices<'a> {
    fn of(asked: &'a LabelRequest) -> Self {
        let LabelRequest { labels, set, with, template, .. } = asked;
        Choices { labels, set: set.as_deref(), with: with.as_deref(), template }
    }

    fn labels(&self) -> Result<Vec<Label>, Problem> {
        let mut labels = Vec::new();
        if let Some(name) = self.set {
            labels.extend(LabelCollection::find(name)?.labels()?);
        }
        if !self.labels.is_empty() {
            self.labels.iter().chain(self.template).try_for_each(|text| check_words(text))?;
            labels.extend(read_labels(self.labels)?);
        }
        if labels.len() > MOST_LABELS || self.template.len() > MOST_TEMPLATES {
            let detail = format!("ask for {MOST_LABELS} labels and {MOST_TEMPLATES} templates at most");
            return Err(Problem::unprocessable(detail));
        }
        if labels.is_empty() {
            return Err(Problem::unprocessable("there are no labels to choose from; give labels, set or with"));
        }
        Ok(labels)
    }
}

/// What gives the labels that `asked` names; one that was asked for lately is kept.
///
/// # Errors
/// A 422 for labels that make no sense; what the encoder reports.
pub(super) fn classifier(server: &Server, hosted: &Hosted, asked: &Choices<'_>) -> Result<Arc<Classifier>, Problem> {
    if let Some(name) = asked.with {
        if asked.set.is_some() || !asked.labels.is_empty() || !asked.template.is_empty() {
            return Err(Problem::unprocessable("with names a head, which has its own labels; leave out the others"));
        }
        let searcher = hosted.searcher()?;
        return Ok(Arc::new(Classifier::Head(TaughtHead::open(searcher.library(), name)?.head)));
    }
    let (labels, encoder) = (asked.labels()?, hosted.encoder());
    let key = format!("{} {labels:?} {:?}", encoder.fingerprint(), asked.template);
    if let Some(classifier) = server.classifiers.get(&key) {
        return Ok(classifier);
    }
    let templates = Templates::parse(asked.template)?;
    let vocabulary = server.vocabulary(encoder)?;
    let classifier = Arc::new(Classifier::Words(LabelSet::new(encoder, &vocabulary, &labels, &templates)?));
    server.classifiers.insert(key, Arc::clone(&classifier));
    Ok(classifier)
}

/// The sounds that `asked` names, and how many there are in all.
fn sounds(server: &Server, hosted: &Hosted, asked: &LabelRequest) -> Result<(Vec<Sound>, usize), Problem> {
    let too_many = || Problem::unprocessable(format!("ask about {MOST_SOUNDS} sounds at a time at most"));
    if asked.ids.as_ref().is_some_and(|ids| ids.len() > MOST_SOUNDS) {
        return Err(too_many());
    }
    if let Some(names) = &asked.uploads {
        if asked.ids.is_some() || asked.write {
            return Err(Problem::unprocessable("uploads are asked about alone, and their labels cannot be stored"));
        }
        let names = if names.len() > MOST_SOUNDS { return Err(too_many()) } else { names };
        let sounds: Vec<Sound> = names.iter().map(|name| upload(server, hosted, name)).collect::<Result<_, _>>()?;
        let total = sounds.len();
        return Ok((sounds, total));
    }
    let searcher = hosted.searcher()?;
    let library = searcher.library();
    if let Some(ids) = &asked.ids {
        let each = ids.iter().map(|id| {
            card(library, *id)?;
            in_library(library, FileId::from_number(*id))
        });
        let sounds: Vec<Option<Sound>> = each.collect::<Result<_, _>>()?;
        return Ok((sounds.into_iter().flatten().collect(), ids.len()));
    }
    let limit = asked.limit.unwrap_or(USUAL_SOUNDS);
    if !(1..=MOST_SOUNDS).contains(&limit) {
        return Err(Problem::unprocessable(format!("limit is 1 to {MOST_SOUNDS}")));
    }
    let ids = library.found_page(Range { offset: asked.offset, limit })?;
    let sounds: Vec<Option<Sound>> = ids.into_iter().map(|id| in_library(library, id)).collect::<Result<_, _>>()?;
    Ok((sounds.into_iter().flatten().collect(), library.found_len()?))
}

fn in_library(library: &Library, id: FileId) -> Result<Option<Sound>, Problem> {
    Ok(library.clip(id)?.map(|(path, clip)| Sound {
        file: FileEntry::new(Some(id.number()), &path),
        vector: clip.vector,
        hash: clip.hash,
        seconds: clip.duration_seconds,
    }))
}

fn upload(server: &Server, hosted: &Hosted, name: &str) -> Result<Sound, Problem> {
    let (upload, encoder) = (server.uploads.find(name)?, hosted.encoder());
    let listen = || Ok(encoder.embed_sound(audio::open(&upload.path())?)?.clip);
    let vector = server.embed_sound(encoder, &format!("upload {name}"), listen)?;
    let file = FileEntry { id: None, path: name.to_owned(), path_bytes: None };
    Ok(Sound { file, vector, hash: None, seconds: 0.0 })
}

/// Give sounds a label by hand, or take it off them
#[utoipa::path(post, path = "/api/v1/labels", tag = "label", request_body = HandLabelRequest, responses(
    (status = 200, body = Changed),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn label_by_hand(
    server: Data<Server>,
    asked: Json<HandLabelRequest>,
) -> Result<web::Json<Changed>, Problem> {
    let asked = asked.0;
    let hosted = server.library(asked.library.as_deref())?;
    hosted.run(move |hosted| change(hosted, &asked)).await.map(web::Json)
}

fn change(hosted: &Hosted, asked: &HandLabelRequest) -> Result<Changed, Problem> {
    let label = asked.label.trim();
    if label.is_empty() || label.chars().count() > MOST_LABEL_CHARS {
        let detail =
            format!("a label has 1 to {MOST_LABEL_CHARS} characters; say what the sound is, for example siren");
        return Err(Problem::unprocessable(detail));
    }
    check_words(label)?;
    if asked.ids.len() > MOST_BY_HAND {
        return Err(Problem::unprocessable(format!("label {MOST_BY_HAND} sounds at a time at most")));
    }
    let searcher = hosted.searcher()?;
    let mut changes = Vec::with_capacity(asked.ids.len());
    for id in &asked.ids {
        let card = card(searcher.library(), *id)?;
        let (label, end_seconds) = (label.to_owned(), card.duration_seconds);
        let change = |hash| match asked.add {
            true => Change::LabelAdded { hash, label: Labelled { label, start_seconds: 0.0, end_seconds, score: 1.0 } },
            false => Change::LabelRemoved { hash, by: Labeller::Hand, label },
        };
        changes.extend(card.hash.map(change));
    }
    hosted.write(|writer| writer.commit(&changes))?;
    Ok(Changed { changed: changes.len() })
}
