//! Labels along time, of one sound.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use crate::audio;
use crate::classify::label::check_threshold;
use crate::classify::timeline::events::{Event, Events, Rules};
use crate::classify::timeline::steps::{Step, Steps};
use crate::classify::timeline::{
    BRIDGE_SECONDS, HOLD, HOP_WINDOWS, LEAST_SECONDS, SHORTEST_SECONDS, WINDOW_SECONDS, around,
};
use crate::encoder::{StreamEvent, WindowPace};
use crate::error::Error;
use crate::features::FrontEnd;
use crate::server::api::audio::open;
use crate::server::api::files::card;
use crate::server::api::label::{Choices, classifier};
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::routes::route;
use crate::server::served_library::Hosted;
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

/// Say from when to when a sound has which labels
#[utoipa::path(post, path = "/api/v1/timeline", tag = "label", request_body = TimelineRequest, responses(
    (status = 200, body = Timeline),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn timeline(
    server: Data<Server>,
    asked: Json<TimelineRequest>,
) -> Result<web::Json<Timeline>, Problem> {
    let asked = asked.0;
    let hosted = server.library(asked.library.as_deref())?.clone();
    let state = server.clone();
    server.listening.run(move || follow(&state, &hosted, &asked)).await.map(web::Json)
}

/// A sound that is followed.
struct Sound {
    path: PathBuf,
    shown: String,
    seconds: Option<f64>,
    /// Keeps an upload's file where it is.
    _upload: Option<Arc<Upload>>,
}

/// A window and how far one is from the next, in seconds.
struct Grid {
    window: f64,
    hop: f64,
}

impl Grid {
    fn new(asked: &TimelineRequest, front_end: &FrontEnd) -> Result<Self, Problem> {
        let longest = front_end.window_len_samples() as f64 / f64::from(front_end.rate_hz());
        let window = asked.window.unwrap_or(WINDOW_SECONDS.min(longest));
        let hop = asked.hop.unwrap_or(HOP_WINDOWS * window);
        if (LEAST_SECONDS..=longest).contains(&window) && (LEAST_SECONDS..=window).contains(&hop) {
            return Ok(Grid { window, hop });
        }
        let detail = format!("window is {LEAST_SECONDS} to {longest} s, and hop is {LEAST_SECONDS} s to the window");
        Err(Problem::unprocessable(detail))
    }

    fn pace(&self, front_end: &FrontEnd) -> WindowPace {
        let len = |seconds: f64| {
            let len_samples = (seconds * f64::from(front_end.rate_hz())).round() as usize;
            NonZeroUsize::new(len_samples).unwrap_or(NonZeroUsize::MIN)
        };
        WindowPace { window_len_samples: len(self.window), hop_len_samples: len(self.hop) }
    }
}

fn follow(server: &Server, hosted: &Hosted, asked: &TimelineRequest) -> Result<Timeline, Problem> {
    asked.threshold.map_or(Ok(()), check_threshold)?;
    let (encoder, sound) = (hosted.encoder(), sound(server, hosted, asked)?);
    let grid = Grid::new(asked, encoder.front_end())?;
    if let Some(seconds) = sound.seconds.filter(|seconds| seconds / grid.hop > MOST_WINDOWS) {
        let least = seconds / MOST_WINDOWS;
        return Err(Problem::unprocessable(format!("{seconds:.0} s is long; give a hop of {least:.1} s or more")));
    }
    let choices =
        Choices { labels: &asked.labels, set: asked.set.as_deref(), with: asked.with.as_deref(), template: &[] };
    let classifier = classifier(server, hosted, &choices)?;
    let rules = Rules {
        thresholds: classifier.thresholds(asked.threshold),
        hold: HOLD,
        bridge_seconds: BRIDGE_SECONDS,
        least_seconds: SHORTEST_SECONDS,
    };
    let mut score = Score { events: Events::new(rules), found: Vec::new(), kept: Vec::new() };
    let mut steps = Steps::new(around(grid.window, grid.hop));
    let followed = encoder.stream(audio::open(&sound.path)?, grid.pace(encoder.front_end()), &mut |heard| {
        if let StreamEvent::Window(window) = heard
            && let Some(step) = steps.push(window.seconds, classifier.presences(&window.vector))
        {
            score.take(step);
        }
    });
    let followed = followed.map_err(|error| named(error, &sound.shown))?;
    steps.finish(followed.seconds).into_iter().for_each(|step| score.take(step));
    Ok(score.timeline(
        classifier.names(),
        Timeline {
            path: sound.shown,
            seconds: followed.seconds,
            hop: grid.hop,
            window: grid.window,
            events: Vec::new(),
            tracks: None,
            partial: followed.partial,
        },
    ))
}

fn sound(server: &Server, hosted: &Hosted, asked: &TimelineRequest) -> Result<Sound, Problem> {
    match (asked.id, &asked.upload) {
        (Some(id), None) => {
            let searcher = hosted.searcher()?;
            let card = card(searcher.library(), id)?;
            drop(open(searcher.library(), &card)?);
            let shown = text(&card.path);
            Ok(Sound { path: card.path, shown, seconds: Some(card.duration_seconds), _upload: None })
        }
        (None, Some(name)) => {
            let upload = server.uploads.find(name)?;
            let seconds = upload.metadata.duration_seconds;
            Ok(Sound { path: upload.path(), shown: name.clone(), seconds, _upload: Some(upload) })
        }
        _ => Err(Problem::unprocessable("name one sound, by id or by upload")),
    }
}

/// `error` with the sound's name as the client knows it.
fn named(mut error: Error, shown: &str) -> Error {
    if let Error::Data { input, .. } = &mut error {
        *input = shown.to_owned();
    }
    error
}

/// A sound on its way from windows to events.
struct Score {
    events: Events,
    found: Vec<Event>,
    kept: Vec<Step>,
}

impl Score {
    fn take(&mut self, step: Step) {
        self.found.extend(self.events.push(&step));
        self.kept.push(step);
    }

    /// `timeline` with what was found of the labels `names`.
    fn timeline(mut self, names: &[String], timeline: Timeline) -> Timeline {
        self.found.extend(self.events.finish());
        self.found.sort_by(|a, b| a.seconds.start.total_cmp(&b.seconds.start).then(a.label.cmp(&b.label)));
        Timeline {
            events: self.found.iter().map(|event| EventEntry::new(event, names)).collect(),
            tracks: Some(Tracks::new(&self.kept, names)),
            ..timeline
        }
    }
}
