//! Requests in JSON: read within a size and a time, and refused with a problem that says where they are wrong.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes, Data};
use actix_web::{FromRequest, HttpRequest, rt};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use crate::server::http::problem::Problem;
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
            let bytes =
                read.map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, "the body took too long to arrive"))??;
            parse(&bytes).map(Json)
        })
    }
}

fn check_type(request: &HttpRequest) -> Result<(), Problem> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    // A form of another site can send any body but not this type, so this is part of the protection, too.
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as JSON, with Content-Type: application/json"))
}

async fn read(mut stream: web::Payload, most: usize) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk: Bytes = chunk.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()))?;
        if body.len() + chunk.len() > most {
            let detail = format!("the body is larger than {most} bytes; ask for less at a time");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What is no JSON is a bad request; JSON that is not what was asked for is understood and makes no sense.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Problem::unprocessable(error.to_string()),
        _ => Problem::new(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}")),
    })
}
