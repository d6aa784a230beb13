//! GET of the page and what belongs to it.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::server::http::problem::Problem;
use crate::server::http::refusal::HttpRefusal;
use crate::server::state::Server;

/// The file that answers for the root.
const INDEX: &str = "index.html";

/// Answers / and every path that nothing else answers.
pub(crate) async fn serve(
    request: HttpRequest,
    server: Data<Server>,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let name = if name.is_empty() { INDEX } else { name.as_str() };
    let Some((content, version)) = server.assets.find(name) else {
        return Err(HttpRefusal::PageUnknown { name: name.to_owned() }.into());
    };
    let tag = format!("\"{version}\"");
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    response.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "no-cache"));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type(media_type(name)).body(content.into_owned()))
}

/// The media type of the file called `name`.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
