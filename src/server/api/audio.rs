//! Sounds to be heard: the bytes of files that a library names, in ranges, or decoded to WAV as they are asked for.
//!
//! Nothing is opened that the catalogue does not name, and only what is still the file that was indexed is sent.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_files::NamedFile;
use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;

use crate::audio;
use crate::audio::Blocks;
use crate::error::{Error, Quantity};
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::record::file::Stamp;
use crate::operations::clip::{ClipFormat, ClipRequest, clip_name, cut};
use crate::server::api::check::check_span;
use crate::server::api::files::card;
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::state::Server;
use crate::time_span::TimeSpan;
use crate::wire::sound::{AudioFormat, AudioRequest};

/// Sample rates that every browser plays.
const WAV_RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=48_000;

/// Samples that are sent at a time: a second or so.
const CHUNK_LEN_SAMPLES: usize = 48_000;

/// Seconds before and after a clip, at most.
const MOST_HANDLE_SECONDS: f64 = 60.0;

/// Samples of a clip, at most: three quarters of an hour in stereo at 48 kHz.
const MOST_CLIP_SAMPLES: f64 = (1 << 28) as f64;

/// What a WAV says of its size where that is not known yet.
const UNKNOWN_LEN: u32 = u32::MAX;

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let of_file = route("/api/v1/files/{id}/audio").route(web::get().to(file_audio)).route(web::head().to(file_audio));
    config.service(of_file);
    let of_upload =
        route("/api/v1/uploads/{upload}/audio").route(web::get().to(upload_audio)).route(web::head().to(upload_audio));
    config.service(of_upload);
}

/// A sound that is open, and what it is.
struct OpenFile {
    file: NamedFile,
    card: FileCard,
}

/// Get the audio of a file
///
/// The bytes as they are on disk, in ranges where those are asked for; or decoded, from the start, as WAV; or a part of it, cut to
/// the sample, as WAV or FLAC.
#[utoipa::path(get, path = "/api/v1/files/{id}/audio", tag = "files",
    params(("id" = i64, Path, description = "The file"), AudioRequest), responses(
    (status = 200, description = "The sound", content_type = "audio/*", body = Vec<u8>),
    (status = 206, description = "The part that was asked for", content_type = "audio/*", body = Vec<u8>),
    (status = 304, description = "It has not changed"),
    ProblemResponses,
))]
pub(crate) async fn file_audio(
    http: HttpRequest,
    server: Data<Server>,
    id: web::Path<i64>,
    asked: Query<AudioRequest>,
) -> Result<HttpResponse, Problem> {
    let served = server.library(asked.library.as_deref())?.clone();
    let open = move || {
        let searcher = served.searcher()?;
        let card = card(searcher.library(), *id)?;
        let file = open(searcher.library(), &card)?;
        let file = NamedFile::from_file(file, &card.path).map_err(|error| Problem::internal(&error))?;
        Ok(OpenFile { file, card })
    };
    let OpenFile { file, card } = server.decoding.run(open).await?;
    if let Some(request) = clip_request(&asked, &card)? {
        return clip(&server, card.path, request).await.map(|(file, name)| as_file(file, &name, request.format, &http));
    }
    if asked.format == Some(AudioFormat::Wav) {
        return wav(&server, card.path).await;
    }
    Ok(send(file, &card.container, &card.path, &http))
}

/// Get the audio of an upload
#[utoipa::path(get, path = "/api/v1/uploads/{upload}/audio", tag = "uploads",
    params(("upload" = String, Path, description = "The upload")), responses(
    (status = 200, description = "The sound", content_type = "audio/*", body = Vec<u8>),
    (status = 206, description = "The part that was asked for", content_type = "audio/*", body = Vec<u8>),
    ProblemResponses,
))]
pub(crate) async fn upload_audio(
    request: HttpRequest,
    server: Data<Server>,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let upload = server.uploads.find(&name)?;
    let container = upload.metadata.container.clone();
    let open = move || NamedFile::open(upload.path()).map_err(|error| Problem::internal(&error));
    let file = server.decoding.run(open).await?;
    Ok(send(file, &container, Path::new("upload"), &request))
}

/// The part that is asked for as a file of its own; `None` where the file itself is wanted, or is to be played.
fn clip_request(asked: &AudioRequest, card: &FileCard) -> Result<Option<ClipRequest>, Problem> {
    let has_span = asked.start.is_some() || asked.end.is_some();
    let format = match asked.format {
        Some(AudioFormat::Flac) => ClipFormat::Flac,
        _ if has_span => ClipFormat::Wav,
        _ => return Ok(None),
    };
    let span = check_span(asked.start, asked.end)?;
    let handles_seconds = asked.handles.unwrap_or_default();
    if !(0.0..=MOST_HANDLE_SECONDS).contains(&handles_seconds) {
        let allowed = format!("0 s to {MOST_HANDLE_SECONDS} s");
        return Err(Error::invalid(Quantity::Span, format!("handles of {handles_seconds} s"), allowed).into());
    }
    let seconds = span.end.min(card.duration_seconds) - span.start + 2.0 * handles_seconds;
    let most_seconds = MOST_CLIP_SAMPLES / f64::from(card.rate_hz.max(1) * card.channels.max(1));
    if seconds > most_seconds {
        let allowed = format!("{most_seconds:.0} s of this file at a time");
        return Err(Error::invalid(Quantity::Span, format!("{seconds:.1} s"), allowed).into());
    }
    let span = TimeSpan::new(span.start, span.end).filter(|_| has_span);
    Ok(Some(ClipRequest { span, handles_seconds, format }))
}

/// Cuts the sound at `path` as `request` says; the clip, and what it is called.
async fn clip(server: &Data<Server>, path: PathBuf, request: ClipRequest) -> Result<(NamedFile, String), Problem> {
    let name = clip_name(&path, &request);
    let called = PathBuf::from(&name);
    let work = move |stop: &Arc<AtomicBool>| {
        let mut file = tempfile::tempfile().map_err(|error| Problem::internal(&error))?;
        let place = cut(audio::open(&path)?, &path, &request, &mut BufWriter::new(&mut file), stop)?;
        place.ok_or_else(|| Problem::internal(&"the client has left"))?;
        NamedFile::from_file(file, called).map_err(|error| Problem::internal(&error))
    };
    Ok((server.decoding.run_while_wanted(work).await?, name))
}

/// `file` as one to keep, called `name`.
fn as_file(file: NamedFile, name: &str, format: ClipFormat, request: &HttpRequest) -> HttpResponse {
    let parameters = vec![DispositionParam::Filename(name.to_owned())];
    let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters };
    let media = media_type(format.ending()).parse().expect("a media type is one");
    file.set_content_type(media).set_content_disposition(disposition).into_response(request)
}

/// The file of `card`, if what is there now is what was indexed. The check is made on the open file, so that nothing can
/// be put in its place in between.
///
/// # Errors
/// A 410 if it is gone or has changed.
pub(crate) fn open(library: &Library, card: &FileCard) -> Result<File, Problem> {
    let gone = || Problem::from(ApiRefusal::FileChanged { path: card.path.clone() });
    // Looked at before it is opened: opening a named pipe would wait for a writer.
    if !card.path.metadata().map_err(|_| gone())?.is_file() {
        return Err(gone());
    }
    let file = File::open(&card.path).map_err(|_| gone())?;
    let metadata = file.metadata().map_err(|_| gone())?;
    let known = library.known_file(&card.path)?;
    if metadata.is_file() && known.is_some_and(|known| known.stamp == Stamp::of(&metadata)) {
        Ok(file)
    } else {
        Err(gone())
    }
}

fn send(file: NamedFile, container: &str, path: &Path, request: &HttpRequest) -> HttpResponse {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parameters = vec![DispositionParam::Filename(name)];
    let disposition = ContentDisposition { disposition: DispositionType::Inline, parameters };
    let media = media_type(container).parse().expect("a media type is one");
    file.set_content_type(media).set_content_disposition(disposition).into_response(request)
}

/// The media type of `container`, as the audio module names it.
fn media_type(container: &str) -> &'static str {
    match container {
        "wav" => "audio/wav",
        "aiff" => "audio/aiff",
        "flac" => "audio/flac",
        "mp3" => "audio/mpeg",
        "aac" => "audio/aac",
        "ogg" => "audio/ogg",
        "mp4" => "audio/mp4",
        "webm" => "audio/webm",
        "mkv" => "audio/matroska",
        "caf" => "audio/x-caf",
        _ => "application/octet-stream",
    }
}

/// What is left of a sound that is being sent.
struct WavStream {
    blocks: Option<Blocks>,
    header: Option<Vec<u8>>,
    server: Data<Server>,
}

/// Decodes the sound at `path` as fast as the client takes it. Nothing but the decoder's own memory is held while the
/// client takes its time.
async fn wav(server: &Data<Server>, path: PathBuf) -> Result<HttpResponse, Problem> {
    let begin = move || {
        let sound = audio::open(&path)?;
        let rate_hz = sound.metadata().rate_hz.clamp(*WAV_RATES_HZ.start(), *WAV_RATES_HZ.end());
        Ok((rate_hz, sound.into_blocks(rate_hz)?))
    };
    let (rate_hz, blocks) = server.decoding.run(begin).await?;
    let sending = WavStream { blocks: Some(blocks), header: Some(wav_header(rate_hz)), server: server.clone() };
    let chunks = stream::unfold(sending, |mut sending| async {
        let (mut blocks, header) = (sending.blocks.take()?, sending.header.take());
        let decode = move || {
            let mut chunk = header.unwrap_or_default();
            let is_over = fill(&mut blocks, &mut chunk)?;
            Ok((chunk, (!is_over).then_some(blocks)))
        };
        match sending.server.decoding.run(decode).await {
            Ok((chunk, blocks)) => {
                sending.blocks = blocks;
                Some((Ok(Bytes::from(chunk)), sending))
            }
            // Ending short tells the client that not all came.
            Err(problem) => Some((Err(problem), sending)),
        }
    });
    Ok(HttpResponse::Ok().content_type("audio/wav").streaming(chunks))
}

/// Adds samples to `chunk`; true at the end of the sound.
fn fill(blocks: &mut Blocks, chunk: &mut Vec<u8>) -> Result<bool, Problem> {
    while chunk.len() < CHUNK_LEN_SAMPLES * 2 {
        let Some(block) = blocks.next_block()? else { return Ok(true) };
        let samples = block.iter().map(|sample| (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16);
        chunk.extend(samples.flat_map(i16::to_le_bytes));
    }
    Ok(false)
}

/// The header of a mono 16-bit WAV of unknown length.
fn wav_header(rate_hz: u32) -> Vec<u8> {
    let mut header = Vec::with_capacity(44);
    header.extend(b"RIFF");
    header.extend(UNKNOWN_LEN.to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16u32.to_le_bytes());
    header.extend([1u16, 1].into_iter().flat_map(u16::to_le_bytes));
    header.extend([rate_hz, rate_hz * 2].into_iter().flat_map(u32::to_le_bytes));
    header.extend([2u16, 16].into_iter().flat_map(u16::to_le_bytes));
    header.extend(b"data");
    header.extend(UNKNOWN_LEN.to_le_bytes());
    header
}
