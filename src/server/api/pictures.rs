//! Sounds to be seen: waveforms and spectrograms, made while the sound is decoded and kept for a while.

use std::ops::Range;
use std::path::{Path, PathBuf};

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, Query, ServiceConfig};

use crate::audio;
use crate::audio::{HIGHEST_ASKED_RATE_HZ, LOWEST_ASKED_RATE_HZ};
use crate::picture::spectrogram::PictureSize;
use crate::picture::{spectrogram, waveform};
use crate::server::api::audio::open;
use crate::server::api::check::{check_count, check_span};
use crate::server::api::files::card;
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::state::Server;
use crate::wire::limits::{MOST_HEIGHT, MOST_POINTS, MOST_WIDTH, USUAL_HEIGHT, USUAL_POINTS, USUAL_WIDTH};
use crate::wire::sound::{SpectrogramRequest, Waveform, WaveformRequest};

/// A browser may keep a picture this long without asking: a file that changes is given a new id.
const KEPT: &str = "private, max-age=3600";

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/files/{id}/waveform").route(web::get().to(waveform)));
    config.service(route("/api/v1/files/{id}/spectrogram.png").route(web::get().to(spectrogram)));
    config.service(route("/api/v1/uploads/{upload}/waveform").route(web::get().to(upload_waveform)));
}

/// Get the waveform of a file
#[utoipa::path(get, path = "/api/v1/files/{id}/waveform", tag = "files",
    params(("id" = i64, Path, description = "The file"), WaveformRequest), responses(
    (status = 200, body = Waveform),
    ProblemResponses,
))]
pub(crate) async fn waveform(
    server: Data<Server>,
    id: web::Path<i64>,
    asked: Query<WaveformRequest>,
) -> Result<HttpResponse, Problem> {
    let (points, seconds) = (points(&asked)?, check_span(asked.start, asked.end)?);
    let library = asked.library.clone();
    let key = format!("waveform {library:?} {id} {points} {seconds:?}");
    let draw = move |source: &PictureSource| json(&draw_waveform(source, seconds, points)?);
    kept(&server, library, *id, key, draw).await.map(|json| picture("application/json", json))
}

/// Get the waveform of an upload
#[utoipa::path(get, path = "/api/v1/uploads/{upload}/waveform", tag = "uploads",
    params(("upload" = String, Path, description = "The upload"), WaveformRequest), responses(
    (status = 200, body = Waveform),
    ProblemResponses,
))]
pub(crate) async fn upload_waveform(
    server: Data<Server>,
    name: web::Path<String>,
    asked: Query<WaveformRequest>,
) -> Result<web::Json<Waveform>, Problem> {
    let (points, seconds) = (points(&asked)?, check_span(asked.start, asked.end)?);
    let upload = server.uploads.find(&name)?;
    let draw = move || {
        let source = PictureSource { path: upload.path(), seconds: upload.metadata.duration_seconds };
        draw_waveform(&source, seconds, points)
    };
    server.decoding.run(draw).await.map(web::Json)
}

/// Get the spectrogram of a file
#[utoipa::path(get, path = "/api/v1/files/{id}/spectrogram.png", tag = "files",
    params(("id" = i64, Path, description = "The file"), SpectrogramRequest), responses(
    (status = 200, description = "The log-mel as the model hears it, low frequencies at the bottom", content_type = "image/png", body = Vec<u8>),
    ProblemResponses,
))]
pub(crate) async fn spectrogram(
    server: Data<Server>,
    id: web::Path<i64>,
    asked: Query<SpectrogramRequest>,
) -> Result<HttpResponse, Problem> {
    let (size, seconds) = (size(&asked)?, check_span(asked.start, asked.end)?);
    let library = asked.library.clone();
    let front_end = server.library(library.as_deref())?.encoder().front_end().clone();
    let key = format!("spectrogram {library:?} {id} {size:?} {seconds:?}");
    let draw = move |source: &PictureSource| {
        let seconds = clip(seconds, source.length_seconds()?)?;
        Ok(spectrogram::of_part(&source.path, &front_end, seconds, size)?.to_png()?)
    };
    kept(&server, library, *id, key, draw).await.map(|png| picture("image/png", png))
}

/// A sound to draw.
struct PictureSource {
    path: PathBuf,
    /// Its length, where that is known.
    seconds: Option<f64>,
}

impl PictureSource {
    /// Its length, by decoding it if need be.
    fn length_seconds(&self) -> Result<f64, Problem> {
        self.seconds.map_or_else(|| measure_seconds(&self.path), Ok)
    }
}

fn draw_waveform(source: &PictureSource, seconds: Range<f64>, points: usize) -> Result<Waveform, Problem> {
    let seconds = clip(seconds, source.length_seconds()?)?;
    let peaks = waveform::peaks(&source.path, seconds.clone(), points)?;
    Ok(Waveform { seconds: seconds.end - seconds.start, peaks })
}

/// The picture called `key`: as it is kept, or else drawn by `draw`.
async fn kept(
    server: &Data<Server>,
    library: Option<String>,
    id: i64,
    key: String,
    draw: impl FnOnce(&PictureSource) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Vec<u8>, Problem> {
    let served = server.library(library.as_deref())?.clone();
    let state = server.clone();
    let work = move || {
        // Looked up first also for a picture that is kept: the file may be gone by now.
        let searcher = served.searcher()?;
        let card = card(searcher.library(), id)?;
        if let Some(picture) = state.pictures.get(&key) {
            return Ok(picture);
        }
        drop(open(searcher.library(), &card)?);
        drop(searcher);
        let picture = draw(&PictureSource { path: card.path, seconds: Some(card.duration_seconds) })?;
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
    Ok(check_count("points", asked.points.unwrap_or(USUAL_POINTS), MOST_POINTS)?)
}

fn size(asked: &SpectrogramRequest) -> Result<PictureSize, Problem> {
    let width = check_count("width", asked.width.unwrap_or(USUAL_WIDTH), MOST_WIDTH)?;
    let height = check_count("height", asked.height.unwrap_or(USUAL_HEIGHT), MOST_HEIGHT)?;
    Ok(PictureSize { width, height })
}

/// The part of `span` that lies in a sound of `length_seconds`.
fn clip(span: Range<f64>, length_seconds: f64) -> Result<Range<f64>, ApiRefusal> {
    if span.start >= length_seconds {
        return Err(ApiRefusal::SpanBeyondEnd { length_seconds });
    }
    Ok(span.start..span.end.min(length_seconds))
}

/// The length of the sound at `path` in seconds, by decoding it.
fn measure_seconds(path: &Path) -> Result<f64, Problem> {
    let sound = audio::open(path)?;
    let rate_hz = sound.metadata().rate_hz.clamp(LOWEST_ASKED_RATE_HZ, HIGHEST_ASKED_RATE_HZ);
    let mut blocks = sound.into_blocks(rate_hz)?;
    let mut len_samples = 0;
    while let Some(block) = blocks.next_block()? {
        len_samples += block.len();
    }
    Ok(len_samples as f64 / f64::from(rate_hz))
}
