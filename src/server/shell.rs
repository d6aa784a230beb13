//! What is around every request: who may ask, the headers that keep a browser safe, the figures, and a line in the log.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use super::access::Decision;
use super::problem::Problem;
use super::state::Server;

/// Everything a page may load is our own; blobs are what it makes itself of sounds it was given.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every response.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(self)"),
];

/// The route that stands in the figures for what no route answers.
const NO_ROUTE: &str = "other";

/// Answers `request`, or has it answered by what comes next.
pub(super) async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let start = Instant::now();
    let Some(server) = request.app_data::<Data<Server>>().cloned() else {
        return Err(Problem::internal(&"the server's state is missing").into());
    };
    let http = request.request().clone();
    let mut response = match server.guard.decide(&request) {
        Decision::Answered(response) => request.into_response(response),
        Decision::Allowed => match next.call(request).await {
            Ok(response) => response.map_into_boxed_body(),
            Err(error) => ServiceResponse::new(http.clone(), error.error_response()),
        },
    };
    add_headers(response.headers_mut());
    let (took, status) = (start.elapsed(), response.status().as_u16());
    // What asked for no known method or route must not make a series each.
    let route = response.request().match_pattern().filter(|route| !route.contains('*'));
    let route = route.as_deref().unwrap_or(NO_ROUTE);
    let method = if http.method().as_str().len() <= 7 { http.method().as_str() } else { NO_ROUTE };
    server.metrics.count(method, route, status, took);
    let peer = http.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    // Without the query, which may hold a token.
    tracing::info!(target: "auricle::access", "{peer} {method} {} {status} {:.1} ms", http.path(), took.as_secs_f64() * 1e3);
    Ok(response)
}

fn add_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
