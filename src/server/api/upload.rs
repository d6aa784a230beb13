//! Sending sounds to be asked about, and forgetting them.

use std::io;

use actix_web::web::{self, Data, Path, Payload, ServiceConfig};
use actix_web::{HttpResponse, rt};
use futures_util::StreamExt;

use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::http::refusal::HttpRefusal;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::state::Server;
use crate::server::uploads::IncomingUpload;
use crate::wire::sound::UploadEntry;

/// Bytes that are written to disk at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/uploads").route(web::post().to(upload)));
    config.service(route("/api/v1/uploads/{upload}").route(web::delete().to(forget)));
}

/// Upload a sound
///
/// It is kept for 15 minutes after it was last used, among the last 32.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "uploads",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The sound's bytes, of any kind that can be indexed"), responses(
    (status = 201, body = UploadEntry),
    ProblemResponses,
))]
pub(crate) async fn upload(server: Data<Server>, body: Payload) -> Result<HttpResponse, Problem> {
    let received = receive(&server, body).await?;
    if received.len_bytes() == 0 {
        return Err(ApiRefusal::UploadEmpty.into());
    }
    let state = server.clone();
    let keep = move || {
        let (name, upload) = state.uploads.keep(received).map_err(Problem::of_upload)?;
        let metadata = &upload.metadata;
        Ok(UploadEntry {
            upload: name,
            seconds: metadata.duration_seconds,
            container: metadata.container.clone(),
            codec: metadata.codec.clone(),
            vector: false,
        })
    };
    let entry = server.decoding.run(keep).await?;
    Ok(HttpResponse::Created().json(entry))
}

/// Takes the body as it comes: no faster than the disk, and no slower than a client may be.
async fn receive(server: &Data<Server>, mut body: Payload) -> Result<IncomingUpload, Problem> {
    let failed = |error: io::Error| Problem::internal(&error);
    let mut receiving = server.uploads.receive().map_err(failed)?;
    let mut waiting = Vec::new();
    let most_bytes = server.limits.upload_bytes;
    loop {
        let next = rt::time::timeout(server.limits.patience, body.next()).await;
        let next = next.map_err(|_| HttpRefusal::BodyTooSlow)?;
        let is_over = next.is_none();
        if let Some(bytes) = next {
            waiting.extend_from_slice(&bytes.map_err(|source| HttpRefusal::BodyBroken { source })?);
        }
        if receiving.len_bytes() + waiting.len() > most_bytes {
            return Err(ApiRefusal::UploadTooLarge { most_bytes }.into());
        }
        if waiting.len() >= CHUNK_BYTES || is_over {
            let bytes = std::mem::take(&mut waiting);
            let write = move || receiving.take(&bytes).map(|()| receiving);
            receiving = web::block(write).await.map_err(|error| Problem::internal(&error))?.map_err(failed)?;
        }
        if is_over {
            return Ok(receiving);
        }
    }
}

/// Delete an upload
#[utoipa::path(delete, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(("upload" = String, Path, description = "The upload")), responses(
    (status = 204, description = "It is forgotten"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn forget(server: Data<Server>, name: Path<String>) -> Result<HttpResponse, Problem> {
    server.uploads.forget(&name)?;
    Ok(HttpResponse::NoContent().finish())
}
