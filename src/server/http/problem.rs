//! Errors as clients see them: RFC 9457 problem details, each with its status and a sentence that says what to do.
//!
//! It is the only place that turns an [`Error`] into a status. What is our own fault is logged in full and told in brief.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;
use crate::server::http::advice::explained;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds after which a client that was turned away may try again.
const RETRY_SECONDS: u32 = 1;

/// Why a request was not answered (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What kind of problem it is: a URN, or about:blank where the status says it all.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened this time, and what to do.
    detail: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}

impl Problem {
    /// A problem that its status says all about but `detail`.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("problem");
        Problem { kind: "about:blank", title, status: status.as_u16(), detail: detail.into() }
    }

    /// What was asked for is not there.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }

    /// The request is understood and makes no sense.
    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// Something else is going on that stands in the way.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::CONFLICT, detail)
    }

    /// There is more to do than can wait.
    pub(crate) fn busy(what: &str) -> Self {
        let detail = format!("too many {what} are waiting; try again in a second");
        Problem { kind: "urn:auricle:busy", ..Problem::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// Something that should hold does not; `cause` is for the log.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!("{cause}");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong; the server's log says what")
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
        let detail = explained(&error);
        let unavailable = |kind| {
            tracing::warn!("{}", error.with_causes());
            Problem { kind, ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail.clone()) }
        };
        match &error {
            Error::User { .. } | Error::Request(_) | Error::ModelMissing { .. } => {
                Problem { kind: "urn:auricle:request", ..Problem::unprocessable(detail) }
            }
            Error::Library { .. } => unavailable("urn:auricle:library"),
            Error::ModelUnusable { .. } => unavailable("urn:auricle:model"),
            Error::Data { .. } => Problem { kind: "urn:auricle:sound", ..Problem::unprocessable(detail) },
            Error::Internal { .. } => Problem::internal(&error.with_causes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::error::{LibraryFailure, Refusal, Stage};

    #[test]
    fn each_kind_of_error_has_its_status_and_our_own_faults_are_told_in_brief() {
        for (error, status) in [
            (Error::user("p", "a"), 422),
            (Error::data("f", Stage::Decode, "r"), 422),
            (Refusal::LabelBlank.into(), 422),
            (Error::ModelMissing { name: "m".into() }, 422),
            (Error::library(Path::new("l"), LibraryFailure::Missing), 503),
            (Error::model("m", "r"), 503),
            (Error::internal(Stage::Encode, "secret"), 500),
        ] {
            let problem = Problem::from(error);
            assert_eq!(problem.status, status);
            assert!(!problem.detail.contains("secret"));
        }
    }
}
