//! Labels along time, of one sound; counts of them in many are in `counts`.

pub(crate) mod counts;
mod stored;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::web::{self, Data, ServiceConfig};

use crate::audio;
use crate::classify::label::check_threshold;
use crate::classify::timeline::steps::TimeStep;
use crate::error::Error;
use crate::features::config::FrontEnd;
use crate::library::Library;
use crate::library::record::hearing::Hearing;
use crate::operations::hearing::{ChosenSound, choose, remembered_hearing};
use crate::operations::observer::{Event, Observer};
use crate::operations::timeline::{SoundTimeline, TimelineFinder, TimelineSettings, WindowGrid};
use crate::recording_time::RecordingTime;
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

/// Windows of a request about many sounds at most: half an hour of sound, every second.
const MOST_WINDOWS: f64 = 1800.0;

/// Windows of one sound at most: two days of it, every other second.
const MOST_OF_ONE: f64 = 100_000.0;

/// Windows of one sound that are heard where nobody says how far they are apart, unless that would leave parts unheard: half an
/// hour of it, every half second.
const USUAL_OF_ONE: f64 = 3600.0;

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/timeline").route(web::post().to(timeline)));
    config.service(route("/api/v1/timeline/counts").route(web::post().to(counts::counts)));
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
    hearing: Hearing,
    /// Keeps an upload's file where it is.
    _upload: Option<Arc<Upload>>,
}

fn follow(
    server: &Server,
    served: &ServedLibrary,
    asked: &TimelineRequest,
    stop: &Arc<AtomicBool>,
) -> Result<Timeline, Problem> {
    if asked.stored {
        return stored::recall(server, served, asked);
    }
    let (encoder, source) = (served.encoder(), source(server, served, asked)?);
    let settings = settings(asked.window, asked.hop, asked.threshold)?;
    let settings = far_apart(settings, source.seconds, encoder.front_end())?;
    let grid = settings.grid(encoder.front_end())?;
    check_len(source.seconds, grid, MOST_OF_ONE)?;
    let choices =
        Choices { labels: &asked.labels, set: asked.set.as_deref(), with: asked.with.as_deref(), template: &[] };
    let classifier = classifier(server, served, &choices)?;
    let finder = TimelineFinder::new(encoder, &classifier, &settings)?;
    let mut steps = Vec::new();
    let HeardSource { timeline, recorded, channel } =
        heard(&finder, &source, stop, &mut |step| steps.push(step.clone()))?;
    let names = finder.labels();
    Ok(Timeline {
        path: source.shown,
        seconds: timeline.seconds,
        recorded: recorded.map(|began| began.to_string()),
        channel,
        hop: grid.hop_seconds,
        window: grid.window_seconds,
        events: timeline.events.iter().map(|event| EventEntry::new(event, names, recorded)).collect(),
        tracks: Some(Tracks::new(&steps, names)),
        partial: timeline.partial,
    })
}

/// The settings that a request has; the others are the usual ones.
fn settings(window: Option<f64>, hop: Option<f64>, threshold: Option<f32>) -> Result<TimelineSettings, Problem> {
    threshold.map_or(Ok(()), check_threshold)?;
    Ok(TimelineSettings { window_seconds: window, hop_seconds: hop, threshold, ..TimelineSettings::default() })
}

/// Refuses more `seconds` of sound than one request may ask to be heard.
fn check_len(seconds: Option<f64>, grid: WindowGrid, most_windows: f64) -> Result<(), ApiRefusal> {
    match seconds.filter(|seconds| seconds / grid.hop_seconds > most_windows) {
        Some(seconds) => {
            let (hop_seconds, least_hop_seconds) = (grid.hop_seconds, seconds / most_windows);
            Err(ApiRefusal::TimelineTooLong { seconds, hop_seconds, least_hop_seconds })
        }
        None => Ok(()),
    }
}

/// `settings` with windows farther apart in a sound of many `seconds`, if nobody says how far.
fn far_apart(
    settings: TimelineSettings,
    seconds: Option<f64>,
    front_end: &FrontEnd,
) -> Result<TimelineSettings, Problem> {
    let usual = settings.grid(front_end)?;
    let wanted = seconds.unwrap_or_default() / USUAL_OF_ONE;
    let is_long = settings.hop_seconds.is_none() && wanted > usual.hop_seconds;
    let hop_seconds = if is_long { Some(wanted.min(usual.window_seconds)) } else { settings.hop_seconds };
    Ok(TimelineSettings { hop_seconds, ..settings })
}

/// What was heard of a source.
struct HeardSource {
    timeline: SoundTimeline,
    /// When it was recorded.
    recorded: Option<RecordingTime>,
    /// The channel that was heard alone.
    channel: Option<u32>,
}

/// What `finder` hears in `source`; `keep` gets each step.
fn heard(
    finder: &TimelineFinder<'_>,
    source: &TimelineSource,
    stop: &Arc<AtomicBool>,
    keep: &mut dyn FnMut(&TimeStep),
) -> Result<HeardSource, Problem> {
    let ChosenSound { sound, channel, note } = choose(audio::open(&source.path)?, source.hearing)?;
    let recorded = sound.metadata().tags.recorded(&source.path);
    let mut tell = |event: Event<'_>| {
        if let Event::Step(step) = event {
            keep(step);
        }
    };
    let timeline = finder.follow(sound, &Observer::new(&mut tell, stop));
    let mut timeline = timeline.map_err(|error| named(error, &source.shown))?;
    if timeline.interrupted {
        return Err(Problem::internal(&"the client has left"));
    }
    let notes: Vec<String> = note.into_iter().chain(timeline.partial.take()).collect();
    timeline.partial = (!notes.is_empty()).then(|| notes.join("; "));
    Ok(HeardSource { timeline, recorded, channel })
}

fn source(server: &Server, served: &ServedLibrary, asked: &TimelineRequest) -> Result<TimelineSource, Problem> {
    match (asked.id, &asked.upload) {
        (Some(id), None) => Ok(of_file(served.searcher()?.library(), id)?),
        (None, Some(name)) => {
            let upload = server.uploads.find(name)?;
            let seconds = upload.metadata.duration_seconds;
            let (path, shown) = (upload.path(), name.clone());
            Ok(TimelineSource { path, shown, seconds, hearing: Hearing::Mix, _upload: Some(upload) })
        }
        _ => Err(ApiRefusal::TimelineOfOneSound.into()),
    }
}

/// The file called `id`, as it was indexed.
fn of_file(library: &Library, id: i64) -> Result<TimelineSource, Problem> {
    let card = card(library, id)?;
    drop(open(library, &card)?);
    let shown = text(&card.path);
    let hearing = remembered_hearing(library, &card.path)?;
    Ok(TimelineSource { path: card.path, shown, seconds: Some(card.duration_seconds), hearing, _upload: None })
}

/// `error` with the sound's name as the client knows it.
fn named(mut error: Error, shown: &str) -> Error {
    if let Error::Data { input, .. } = &mut error {
        *input = shown.to_owned();
    }
    error
}
