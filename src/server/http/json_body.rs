//! Requests in JSON: read within a size and a time, and refused with a problem that says where they are wrong.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes, Data};
use actix_web::{FromRequest, HttpRequest, rt};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use crate::server::http::problem::Problem;
use crate::server::http::refusal::HttpRefusal;
use crate::server::state::Server;

/// A body in JSON that has been read and understood.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_type(request);
        let limits = request.app_data::<Data<Server>>().map(|server| server.limits);
        let stream = web::Payload::from_request(request, payload);
        Box::pin(async move {
            checked?;
            let limits = limits.ok_or_else(|| Problem::internal(&"the server's state is missing"))?;
            let stream = stream.await.map_err(|error| Problem::internal(&error))?;
            let read = rt::time::timeout(limits.patience, read(stream, limits.body_bytes)).await;
            let bytes = read.map_err(|_| HttpRefusal::BodyTooSlow)??;
            Ok(Json(parse(&bytes)?))
        })
    }
}

fn check_type(request: &HttpRequest) -> Result<(), HttpRefusal> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    // A form of another site can send any body but not this type, so this is part of the protection, too.
    Err(HttpRefusal::BodyOfOtherType)
}

async fn read(mut stream: web::Payload, most_bytes: usize) -> Result<Vec<u8>, HttpRefusal> {
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk: Bytes = chunk.map_err(|source| HttpRefusal::BodyBroken { source })?;
        if body.len() + chunk.len() > most_bytes {
            return Err(HttpRefusal::BodyTooLarge { most_bytes });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What is no JSON is a bad request; JSON that is not what was asked for is understood and makes no sense.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, HttpRefusal> {
    serde_json::from_slice(bytes).map_err(|source| match source.classify() {
        serde_json::error::Category::Data => HttpRefusal::BodyUnfit { source },
        _ => HttpRefusal::BodyNotJson { source },
    })
}
