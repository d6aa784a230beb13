//! What is around every request: who may ask, the headers that keep a browser safe, the figures, and a line in the log.

use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use futures_util::future::{Either, pending, select};

use crate::server::http::access::Decision;
use crate::server::http::peer::Peer;
use crate::server::http::problem::Problem;
use crate::server::http::refusal::HttpRefusal;
use crate::server::state::Server;

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

/// What stands in the figures for methods and routes that there are not, so that each makes no series of its own.
const OTHER: &str = "other";

/// The methods that are told apart.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

/// What stands in the figures as the status of a request whose client has left, as other servers have it.
const LEFT: u16 = 499;

/// Answers `request`, or has it answered by what comes next.
pub(crate) async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let start = Instant::now();
    let Some(server) = request.app_data::<Data<Server>>().cloned() else {
        return Err(Problem::internal(&"the server's state is missing").into());
    };
    // Copied, not kept: routing needs the request for itself.
    let record = AccessRecord::new(&request);
    let mut response = match server.guard.decide(&request) {
        Decision::Answered(response) => request.into_response(response),
        Decision::Allowed => {
            let left = left(request.conn_data::<Peer>().cloned());
            match select(Box::pin(next.call(request)), Box::pin(left)).await {
                Either::Left((response, _)) => response?.map_into_boxed_body(),
                Either::Right(_) => {
                    record.note(&server, OTHER, LEFT, start.elapsed());
                    return Err(Problem::from(HttpRefusal::ClientLeft).into());
                }
            }
        }
    };
    add_headers(response.headers_mut());
    let (took, status) = (start.elapsed(), response.status().as_u16());
    let route = response.request().match_pattern().filter(|route| !route.contains('*'));
    record.note(&server, route.as_deref().unwrap_or(OTHER), status, took);
    Ok(response)
}

/// Returns once `peer` has left; where that cannot be told, never.
async fn left(peer: Option<Peer>) {
    match peer {
        Some(peer) => peer.gone().await,
        None => pending().await,
    }
}

/// What is told of a request once it is answered.
struct AccessRecord {
    peer: String,
    method: String,
    /// Without the query, which may hold a token.
    path: String,
}

impl AccessRecord {
    fn new(request: &ServiceRequest) -> Self {
        let is_known = METHODS.contains(&request.method().as_str());
        AccessRecord {
            peer: request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default(),
            method: if is_known { request.method().to_string() } else { OTHER.to_owned() },
            path: request.path().to_owned(),
        }
    }

    /// Counts it and writes it to the log.
    fn note(&self, server: &Server, route: &str, status: u16, took: Duration) {
        let AccessRecord { peer, method, path } = self;
        server.metrics.count(method, route, status, took);
        tracing::info!(target: "auricle::access", "{peer} {method} {path} {status} {:.1} ms", took.as_secs_f64() * 1e3);
    }
}

fn add_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
