//! Labels along time, of one sound.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::web::{self, Data, ServiceConfig};

use crate::audio;
use crate::classify::label::check_threshold;
use crate::error::Error;
use crate::operations::observer::{Event, Observer};
use crate::operations::timeline::{TimelineFinder, TimelineSettings};
use crate::server::api::audio::open;
use crate::server::api::files::card;
use crate::server::api::label::{Choices, classifier};
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::server::uploads::Upload;
use crate::wire::path::text;
use crate::wire::timeline::{EventEntry, Timeline, TimelineRequest, Tracks};

/// Windows of one sound at most: half an hour of it, every second.
const MOST_WINDOWS: f64 = 1800.0;

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/timeline").route(web::post().to(timeline)));
}

/// Label a sound along time
#[utoipa::path(post, path = "/api/v1/timeline", tag = "label", request_body = TimelineRequest, responses(
    (status = 200, body = Timeline),
    ProblemResponses,
))]
pub(crate) async fn timeline(
    server: Data<Server>,
    asked: Json<TimelineRequest>,
) -> Result<web::Json<Timeline>, Problem> {
    let asked = asked.0;
    let served = server.library(asked.library.as_deref())?.clone();
    let state = server.clone();
    server.listening.run_while_wanted(move |stop| follow(&state, &served, &asked, stop)).await.map(web::Json)
}

/// A sound that is followed.
struct TimelineSource {
    path: PathBuf,
    shown: String,
    seconds: Option<f64>,
    /// Keeps an upload's file where it is.
    _upload: Option<Arc<Upload>>,
}

fn follow(
    server: &Server,
    served: &ServedLibrary,
    asked: &TimelineRequest,
    stop: &Arc<AtomicBool>,
) -> Result<Timeline, Problem> {
    asked.threshold.map_or(Ok(()), check_threshold)?;
    let (encoder, source) = (served.encoder(), source(server, served, asked)?);
    let (window_seconds, hop_seconds, threshold) = (asked.window, asked.hop, asked.threshold);
    let settings = TimelineSettings { window_seconds, hop_seconds, threshold, ..TimelineSettings::default() };
    let grid = settings.grid(encoder.front_end())?;
    if let Some(seconds) = source.seconds.filter(|seconds| seconds / grid.hop_seconds > MOST_WINDOWS) {
        let (hop_seconds, least_hop_seconds) = (grid.hop_seconds, seconds / MOST_WINDOWS);
        return Err(ApiRefusal::TimelineTooLong { seconds, hop_seconds, least_hop_seconds }.into());
    }
    let choices =
        Choices { labels: &asked.labels, set: asked.set.as_deref(), with: asked.with.as_deref(), template: &[] };
    let classifier = classifier(server, served, &choices)?;
    let finder = TimelineFinder::new(encoder, &classifier, &settings)?;
    let mut steps = Vec::new();
    let sound = audio::open(&source.path)?;
    let recorded = sound.metadata().tags.recorded(&source.path);
    let mut keep = |event: Event<'_>| {
        if let Event::Step(step) = event {
            steps.push(step.clone());
        }
    };
    let timeline = finder.follow(sound, &Observer::new(&mut keep, stop));
    let timeline = timeline.map_err(|error| named(error, &source.shown))?;
    if timeline.interrupted {
        return Err(Problem::internal(&"the client has left"));
    }
    let names = finder.labels();
    Ok(Timeline {
        path: source.shown,
        seconds: timeline.seconds,
        recorded: recorded.map(|began| began.to_string()),
        hop: grid.hop_seconds,
        window: grid.window_seconds,
        events: timeline.events.iter().map(|event| EventEntry::new(event, names, recorded)).collect(),
        tracks: Some(Tracks::new(&steps, names)),
        partial: timeline.partial,
    })
}

fn source(server: &Server, served: &ServedLibrary, asked: &TimelineRequest) -> Result<TimelineSource, Problem> {
    match (asked.id, &asked.upload) {
        (Some(id), None) => {
            let searcher = served.searcher()?;
            let card = card(searcher.library(), id)?;
            drop(open(searcher.library(), &card)?);
            let shown = text(&card.path);
            Ok(TimelineSource { path: card.path, shown, seconds: Some(card.duration_seconds), _upload: None })
        }
        (None, Some(name)) => {
            let upload = server.uploads.find(name)?;
            let seconds = upload.metadata.duration_seconds;
            Ok(TimelineSource { path: upload.path(), shown: name.clone(), seconds, _upload: Some(upload) })
        }
        _ => Err(ApiRefusal::TimelineOfOneSound.into()),
    }
}

/// `error` with the sound's name as the client knows it.
fn named(mut error: Error, shown: &str) -> Error {
    if let Error::Data { input, .. } = &mut error {
        *input = shown.to_owned();
    }
    error
}
