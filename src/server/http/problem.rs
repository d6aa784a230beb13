//! Errors and refusals as clients see them: RFC 9457 problem details, with a status (`status.rs`) and what to do
//! (`advice.rs`).
//!
//! A problem is made of an [`Error`] or a refusal, never of words. What is our own fault is logged in full and told in brief.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};

use crate::error::{Error, Stage, with_causes};
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::advice::{advice, advice_on_api, advice_on_http, happened};
use crate::server::http::refusal::HttpRefusal;
use crate::server::http::status::{status, status_of_api, status_of_http};
pub(crate) use crate::wire::problem::Problem;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// The kind of a problem that its status says all about.
const BLANK: &str = "about:blank";

/// Seconds after which a client that was turned away may try again.
const RETRY_SECONDS: u32 = 1;

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}

impl Problem {
    /// A problem of the given kind: what `happened`, and what to do about it if that is known.
    fn new(kind: &'static str, status: StatusCode, happened: String, advice: Option<String>) -> Self {
        let detail = match &advice {
            Some(advice) => format!("{happened}; {advice}"),
            None => happened,
        };
        let title = status.canonical_reason().unwrap_or("problem");
        Problem { kind, title, status: status.as_u16(), detail, advice }
    }

    /// The problem of an upload that `error` is about: what is no sound is of an unsupported type.
    pub(crate) fn of_upload(error: Error) -> Self {
        let is_no_sound = matches!(error, Error::Data { stage: Stage::Open | Stage::Probe, .. });
        let problem = Problem::from(error);
        if !is_no_sound {
            return problem;
        }
        Problem::new("urn:auricle:sound", StatusCode::UNSUPPORTED_MEDIA_TYPE, problem.detail, None)
    }

    /// Something that should hold does not; `cause` is for the log.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!("{cause}");
        let advice = Some("the server's log says what".to_owned());
        Problem::new(BLANK, StatusCode::INTERNAL_SERVER_ERROR, "something went wrong".to_owned(), advice)
    }

    /// The response, also for a middleware that must not fail.
    pub(crate) fn response(&self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, MEDIA_TYPE));
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        response.body(serde_json::to_string(self).unwrap_or_default())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.response()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = status(&error);
        let kind = match &error {
            Error::Request(_) | Error::ModelMissing { .. } => "urn:auricle:request",
            Error::Library { .. } => "urn:auricle:library",
            Error::ModelUnusable { .. } => "urn:auricle:model",
            Error::Data { .. } => "urn:auricle:sound",
            Error::Internal { .. } => return Problem::internal(&error.with_causes()),
        };
        if status.is_server_error() {
            tracing::warn!("{}", error.with_causes());
        }
        Problem::new(kind, status, happened(&error), advice(&error).map(String::from))
    }
}

impl From<HttpRefusal> for Problem {
    fn from(refusal: HttpRefusal) -> Self {
        let kind = if matches!(refusal, HttpRefusal::Busy { .. }) { "urn:auricle:busy" } else { BLANK };
        let advice = advice_on_http(&refusal).to_owned();
        Problem::new(kind, status_of_http(&refusal), with_causes(&refusal), Some(advice))
    }
}

impl From<ApiRefusal> for Problem {
    fn from(refusal: ApiRefusal) -> Self {
        let advice = advice_on_api(&refusal).into_owned();
        Problem::new("urn:auricle:request", status_of_api(&refusal), refusal.to_string(), Some(advice))
    }
}
