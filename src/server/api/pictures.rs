//! Sounds to be seen: waveforms and spectrograms, made while the sound is decoded and kept for a while.

use std::ops::Range;
use std::path::{Path, PathBuf};

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, Path as Id, Query, ServiceConfig};

use crate::server::api::audio::open;
use crate::server::api::files::card;
use crate::server::api::spectrogram;
use crate::server::api::spectrogram::Size;
use crate::server::api::waveform;
use crate::server::http::problem::Problem;
use crate::server::http::routes::route;
use crate::server::state::Server;
use crate::wire::sound::{SpectrogramRequest, Waveform, WaveformRequest};

/// Stretches of a waveform at most.
const MOST_POINTS: usize = 4000;

/// Stretches of a waveform where nothing is said.
const USUAL_POINTS: usize = 500;

/// A browser may keep a picture this long without asking: a file that changes is given a new id.
const KEPT: &str = "private, max-age=3600";

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/files/{id}/waveform").route(web::get().to(waveform)));
    config.service(route("/api/v1/files/{id}/spectrogram.png").route(web::get().to(spectrogram)));
    config.service(route("/api/v1/uploads/{upload}/waveform").route(web::get().to(upload_waveform)));
}

/// See a file's waveform
#[utoipa::path(get, path = "/api/v1/files/{id}/waveform", tag = "files",
    params(("id" = i64, Path, description = "The file"), WaveformRequest), responses(
    (status = 200, body = Waveform),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn waveform(
    server: Data<Server>,
    id: Id<i64>,
    asked: Query<WaveformRequest>,
) -> Result<HttpResponse, Problem> {
    let (points, seconds) = (points(&asked)?, part(asked.start, asked.end)?);
    let library = asked.library.clone();
    let key = format!("waveform {library:?} {id} {points} {seconds:?}");
    let draw = move |place: &Place| json(&waveform::measure(&place.path, place.seconds, seconds, points)?);
    kept(&server, library, *id, key, draw).await.map(|json| picture("application/json", json))
}

/// See an upload's waveform
#[utoipa::path(get, path = "/api/v1/uploads/{upload}/waveform", tag = "uploads",
    params(("upload" = String, Path, description = "The upload"), WaveformRequest), responses(
    (status = 200, body = Waveform),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn upload_waveform(
    server: Data<Server>,
    name: Id<String>,
    asked: Query<WaveformRequest>,
) -> Result<web::Json<Waveform>, Problem> {
    let (points, seconds) = (points(&asked)?, part(asked.start, asked.end)?);
    let upload = server.uploads.find(&name)?;
    let draw = move || waveform::measure(&upload.path(), upload.metadata.duration_seconds, seconds, points);
    server.decoding.run(draw).await.map(web::Json)
}

/// See a file's spectrogram
#[utoipa::path(get, path = "/api/v1/files/{id}/spectrogram.png", tag = "files",
    params(("id" = i64, Path, description = "The file"), SpectrogramRequest), responses(
    (status = 200, description = "The log-mel as the model hears it, low frequencies at the bottom", content_type = "image/png", body = Vec<u8>),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn spectrogram(
    server: Data<Server>,
    id: Id<i64>,
    asked: Query<SpectrogramRequest>,
) -> Result<HttpResponse, Problem> {
    let (size, seconds) = (Size::new(asked.width, asked.height)?, part(asked.start, asked.end)?);
    let library = asked.library.clone();
    let front_end = server.library(library.as_deref())?.encoder().front_end().clone();
    let key = format!("spectrogram {library:?} {id} {size:?} {seconds:?}");
    let draw = move |place: &Place| {
        let part = seconds.start..seconds.end.min(place.seconds.unwrap_or(f64::INFINITY));
        spectrogram::draw(&place.path, &front_end, part, size)
    };
    kept(&server, library, *id, key, draw).await.map(|png| picture("image/png", png))
}

/// A sound that is drawn.
struct Place {
    path: PathBuf,
    /// Its length, where that is known.
    seconds: Option<f64>,
}

/// The picture called `key`: as it is kept, or else drawn by `draw`.
async fn kept(
    server: &Data<Server>,
    library: Option<String>,
    id: i64,
    key: String,
    draw: impl FnOnce(&Place) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Vec<u8>, Problem> {
    let hosted = server.library(library.as_deref())?.clone();
    let state = server.clone();
    let work = move || {
        // Looked up first also for a picture that is kept: the file may be gone by now.
        let searcher = hosted.searcher()?;
        let card = card(searcher.library(), id)?;
        if let Some(picture) = state.pictures.get(&key) {
            return Ok(picture);
        }
        drop(open(searcher.library(), &card)?);
        drop(searcher);
        let picture = draw(&Place { path: card.path, seconds: Some(card.duration_seconds) })?;
        state.pictures.insert(key, picture.clone());
        Ok(picture)
    };
    server.decoding.run(work).await
}

fn picture(media: &'static str, content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().content_type(media).insert_header((CACHE_CONTROL, KEPT)).body(content)
}

fn json(waveform: &Waveform) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(waveform).map_err(|error| Problem::internal(&error))
}

fn points(asked: &WaveformRequest) -> Result<usize, Problem> {
    let points = asked.points.unwrap_or(USUAL_POINTS);
    if (1..=MOST_POINTS).contains(&points) {
        return Ok(points);
    }
    Err(Problem::unprocessable(format!("points is 1 to {MOST_POINTS}")))
}

/// The part of a sound from `start` to `end`.
fn part(start: Option<f64>, end: Option<f64>) -> Result<Range<f64>, Problem> {
    let part = start.unwrap_or(0.0)..end.unwrap_or(f64::INFINITY);
    if part.start >= 0.0 && part.start < part.end {
        return Ok(part);
    }
    Err(Problem::unprocessable("a part of a sound has a start and a later end, in seconds"))
}

/// The length of the sound at `path` in seconds, by decoding it.
///
/// # Errors
/// As [`crate::audio::Blocks::next_block`].
pub(crate) fn measure_seconds(path: &Path) -> Result<f64, Problem> {
    let sound = crate::audio::open(path)?;
    let rate_hz =
        sound.metadata().rate_hz.clamp(crate::audio::LOWEST_ASKED_RATE_HZ, crate::audio::HIGHEST_ASKED_RATE_HZ);
    let mut blocks = sound.into_blocks(rate_hz)?;
    let mut len_samples = 0;
    while let Some(block) = blocks.next_block()? {
        len_samples += block.len();
    }
    Ok(len_samples as f64 / f64::from(rate_hz))
}
