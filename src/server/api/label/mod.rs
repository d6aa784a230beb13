//! Which of some labels sounds have: given sounds here, all of a library in `whole`; `hand` has labels that people give.

pub(crate) mod hand;
mod whole;

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use crate::audio;
use crate::classify::classifier::Classifier;
use crate::classify::label::{Label, check_threshold, merge_labels, read_labels};
use crate::classify::labelling::Labelling;
use crate::classify::sets::LabelCollection;
use crate::classify::stored_head::StoredHead;
use crate::classify::template::Templates;
use crate::classify::zero_shot::LabelSet;
use crate::embedding::Embedding;
use crate::error::{Error, Need, Refusal};
use crate::library::Library;
use crate::library::record::change::Change;
use crate::library::record::file::{FileId, Hash};
use crate::operations::judge::{label_of_sound, labeller};
use crate::server::api::check::check_words;
use crate::server::api::files::card;
use crate::server::api::refusal::{ApiRefusal, Things, check_number};
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::file::FileEntry;
use crate::wire::label::{LabelAnswer, LabelRequest, SoundLabels};
use crate::wire::limits::{MOST_LABELS, MOST_SOUNDS, MOST_TEMPLATES, MOST_UPLOADS, USUAL_TOP};

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/label").route(web::post().to(label)));
    config.service(route("/api/v1/labels").route(web::post().to(hand::label_by_hand)));
}

/// Label sounds
///
/// The sounds are the files or uploads given, or else the whole library. Then all of it is judged and counted, and with write
/// its labels are stored; the results are one page of it, or the best sounds of each label.
#[utoipa::path(post, path = "/api/v1/label", tag = "label", request_body = LabelRequest, responses(
    (status = 200, body = LabelAnswer),
    ProblemResponses,
))]
pub(crate) async fn label(server: Data<Server>, asked: Json<LabelRequest>) -> Result<web::Json<LabelAnswer>, Problem> {
    let asked = asked.0;
    let served = server.library(asked.library.as_deref())?.clone();
    let state = server.clone();
    let answer = match (&asked.uploads, &asked.ids) {
        (Some(_), _) => server.listening.run(move || answer(&state, &served, &asked)).await,
        (None, Some(_)) => served.run(move |served| answer(&state, served, &asked)).await,
        (None, None) => server.surveying.run(move || whole::answer(&state, &served, &asked)).await,
    };
    answer.map(web::Json)
}

/// A sound that is to be labelled.
struct LabelSubject {
    file: FileEntry,
    vector: Embedding,
    hash: Option<Hash>,
    seconds: f64,
}

fn answer(server: &Server, served: &ServedLibrary, asked: &LabelRequest) -> Result<LabelAnswer, Problem> {
    asked.threshold.map_or(Ok(()), check_threshold)?;
    let sounds = sounds(server, served, asked)?;
    let classifier = classifier(server, served, &Choices::of(asked))?;
    let (mut results, mut changes, mut counts, mut none) = (Vec::new(), Vec::new(), BTreeMap::new(), 0);
    for sound in sounds {
        let labelled = labelled(asked, &classifier, &sound)?;
        none += usize::from(labelled.found.is_empty());
        labelled.found.iter().for_each(|found| *counts.entry(found.clone()).or_insert(0) += 1);
        if let Some(hash) = sound.hash.filter(|_| asked.write) {
            let presence = |label: &String| labelled.labels.iter().find(|each| each.label == *label);
            let labels = labelled.found.iter().filter_map(presence);
            let labels = labels.map(|each| label_of_sound(&each.label, each.presence, sound.seconds)).collect();
            changes.push(Change::Judged { hash, by: labeller(asked.with.as_deref()), labels });
        }
        results.push(labelled);
    }
    if asked.write {
        served.write(|writer| writer.commit(&changes))?;
    }
    let total = results.len();
    Ok(LabelAnswer { labels: classifier.names().to_vec(), results, total, counts, none })
}

/// Which labels `sound` has, and what it was decided by.
fn labelled(asked: &LabelRequest, classifier: &Classifier, sound: &LabelSubject) -> Result<SoundLabels, Problem> {
    let labelling = labelling(asked);
    let top = asked.top.unwrap_or(USUAL_TOP).min(MOST_LABELS);
    let scored = classifier.score(&sound.vector, asked.threshold)?;
    // What was found is listed however many labels were wanted.
    let listed = top.max(labelling.found(&scored).len());
    Ok(SoundLabels::new(sound.file.clone(), labelling, &scored, listed))
}

fn labelling(asked: &LabelRequest) -> Labelling {
    if asked.multi { Labelling::Multiple } else { Labelling::Single }
}

/// Which labels are chosen from: as they were asked for.
pub(crate) struct Choices<'a> {
    pub(crate) labels: &'a [String],
    pub(crate) set: Option<&'a str>,
    pub(crate) with: Option<&'a str>,
    pub(crate) template: &'a [String],
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
        let labels = merge_labels(labels);
        check_number(Things::Labels, labels.len(), MOST_LABELS)?;
        check_number(Things::Templates, self.template.len(), MOST_TEMPLATES)?;
        if labels.is_empty() {
            return Err(Error::from(Refusal::Lacking(Need::Labels)).into());
        }
        Ok(labels)
    }
}

/// What gives the labels that `asked` names; one that was asked for lately is kept.
///
/// # Errors
/// A 422 for labels that make no sense; what the encoder reports.
pub(crate) fn classifier(
    server: &Server,
    served: &ServedLibrary,
    asked: &Choices<'_>,
) -> Result<Arc<Classifier>, Problem> {
    if let Some(name) = asked.with {
        if asked.set.is_some() || !asked.labels.is_empty() || !asked.template.is_empty() {
            return Err(ApiRefusal::LabelsBesideHead { head: name.to_owned() }.into());
        }
        let searcher = served.searcher()?;
        return Ok(Arc::new(Classifier::Head(StoredHead::open(searcher.library(), name)?.head)));
    }
    let (labels, encoder) = (asked.labels()?, served.encoder());
    let key = format!("{} {labels:?} {:?}", encoder.space().fingerprint, asked.template);
    if let Some(classifier) = server.classifiers.get(&key) {
        return Ok(classifier);
    }
    let templates = Templates::parse(asked.template)?;
    let vocabulary = server.vocabulary(encoder)?;
    let classifier = Arc::new(Classifier::Words(LabelSet::new(encoder, &vocabulary, &labels, &templates)?));
    server.classifiers.insert(key, Arc::clone(&classifier));
    Ok(classifier)
}

/// The sounds that `asked` names.
fn sounds(server: &Server, served: &ServedLibrary, asked: &LabelRequest) -> Result<Vec<LabelSubject>, Problem> {
    let (ids, uploads) = (asked.ids.as_deref().unwrap_or_default(), asked.uploads.as_deref().unwrap_or_default());
    check_number(Things::Files, ids.len(), MOST_SOUNDS)?;
    check_number(Things::Uploads, uploads.len(), MOST_UPLOADS)?;
    if asked.uploads.is_some() {
        if asked.ids.is_some() {
            return Err(ApiRefusal::UploadsBesideFiles.into());
        }
        if asked.write {
            return Err(ApiRefusal::UploadLabelsStored.into());
        }
        return uploads.iter().map(|name| upload(server, served, name)).collect();
    }
    let searcher = served.searcher()?;
    let library = searcher.library();
    let each = ids.iter().map(|id| {
        card(library, *id)?;
        in_library(library, FileId::from_number(*id))
    });
    let sounds: Vec<Option<LabelSubject>> = each.collect::<Result<_, Problem>>()?;
    Ok(sounds.into_iter().flatten().collect())
}

fn in_library(library: &Library, id: FileId) -> Result<Option<LabelSubject>, Problem> {
    Ok(library.clip(id)?.map(|(path, clip)| LabelSubject {
        file: FileEntry::new(Some(id.number()), &path),
        vector: clip.vector,
        hash: clip.hash,
        seconds: clip.duration_seconds,
    }))
}

fn upload(server: &Server, served: &ServedLibrary, name: &str) -> Result<LabelSubject, Problem> {
    let (upload, encoder) = (server.uploads.find(name)?, served.encoder());
    let listen = || Ok(encoder.embed_sound(audio::open(&upload.path())?)?.clip);
    let vector = server.embed_sound(encoder, &format!("upload {name}"), listen)?;
    let file = FileEntry { id: None, path: name.to_owned(), path_bytes: None };
    Ok(LabelSubject { file, vector, hash: None, seconds: 0.0 })
}
