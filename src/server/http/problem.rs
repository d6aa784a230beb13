//! Errors as clients see them: RFC 9457 problem details, each with its status and a sentence that says what to do.
//!
//! It is the only place that turns an [`Error`] into a status. What is our own fault is logged in full and told in brief.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};

use crate::error::{Error, LibraryFailure, Refusal};
use crate::server::http::advice::{advice, happened};
pub(crate) use crate::wire::problem::Problem;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds after which a client that was turned away may try again.
const RETRY_SECONDS: u32 = 1;

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
        Problem { kind: "about:blank", title, status: status.as_u16(), detail: detail.into(), advice: None }
    }

    /// A problem of the given kind: what `happened`, and what to do about it if that is known.
    fn of_kind(kind: &'static str, status: StatusCode, happened: String, advice: Option<String>) -> Self {
        let detail = match &advice {
            Some(advice) => format!("{happened}; {advice}"),
            None => happened,
        };
        Problem { kind, advice, ..Problem::new(status, detail) }
    }

    /// The same problem with another status.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        let Problem { title, status, .. } = Problem::new(status, "");
        Problem { title, status, ..self }
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
        Problem::of_kind(kind, status, happened(&error), advice(&error).map(String::from))
    }
}

/// The status that `error` is answered with.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::Request(refusal) => status_of_refusal(refusal),
        Error::Library { failure, .. } => status_of_failure(failure),
        Error::ModelMissing { .. } => StatusCode::NOT_FOUND,
        Error::ModelUnusable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Data { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn status_of_refusal(refusal: &Refusal) -> StatusCode {
    match refusal {
        // Something is named that is not there.
        Refusal::NameUnknown { .. }
        | Refusal::HeadUnknown { .. }
        | Refusal::ClassUnknown { .. }
        | Refusal::NotInLibrary { .. }
        | Refusal::RootUnusable { .. }
        | Refusal::DataSetUnknown { .. } => StatusCode::NOT_FOUND,
        // What is there stands in the way.
        Refusal::HeadExists { .. }
        | Refusal::HeadOfOtherModel { .. }
        | Refusal::ClassUntaught { .. }
        | Refusal::FilesLost { .. }
        | Refusal::LibraryTwice { .. } => StatusCode::CONFLICT,
        // What only whoever starts the server can mend.
        Refusal::DeviceNotBuilt { .. }
        | Refusal::DeviceUnusable { .. }
        | Refusal::TokenTooShort { .. }
        | Refusal::AddressUnusable { .. }
        | Refusal::UploadsUnusable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::InvalidValue { .. }
        | Refusal::Lacking(_)
        | Refusal::HeadNameInvalid { .. }
        | Refusal::HeadWithoutExamples { .. }
        | Refusal::ClassNotNamed { .. }
        | Refusal::ClassPromptBlank
        | Refusal::PromptWithoutClass { .. }
        | Refusal::PromptOfUnknownClass { .. }
        | Refusal::ClassWithoutExamples { .. }
        | Refusal::ClassWithoutOthers { .. }
        | Refusal::LabelBlank
        | Refusal::PromptBlank { .. }
        | Refusal::LabelTwice { .. }
        | Refusal::TemplateWithoutPlace { .. }
        | Refusal::FilterOfNothing { .. }
        | Refusal::HubIdMalformed { .. }
        | Refusal::ExclusionUnreadable { .. }
        | Refusal::PathInvalid { .. }
        | Refusal::OtherDimension { .. }
        | Refusal::CropBeyondEnd { .. }
        | Refusal::DataSetEmpty { .. }
        | Refusal::SoundsElsewhere { .. } => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn status_of_failure(failure: &LibraryFailure) -> StatusCode {
    match failure {
        LibraryFailure::Missing => StatusCode::NOT_FOUND,
        LibraryFailure::Locked { .. } | LibraryFailure::OtherMoments { .. } => StatusCode::CONFLICT,
        LibraryFailure::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        LibraryFailure::Superseded
        | LibraryFailure::Unfinished
        | LibraryFailure::OtherModel { .. }
        | LibraryFailure::OtherDimension { .. }
        | LibraryFailure::OlderFormat { .. }
        | LibraryFailure::NewerFormat { .. }
        | LibraryFailure::Foreign
        | LibraryFailure::Damaged
        | LibraryFailure::HeadDamaged { .. }
        | LibraryFailure::IndexUnusable { .. }
        | LibraryFailure::IndexNotMade { .. }
        | LibraryFailure::Busy
        | LibraryFailure::ReadOnly
        | LibraryFailure::Denied
        | LibraryFailure::NotAFolder
        | LibraryFailure::DiskFailed
        | LibraryFailure::CatalogueUnusable
        | LibraryFailure::FolderUnusable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::error::samples;
    use crate::error::samples::variant;

    /// What each refusal is answered with: its status, and a part of the advice.
    const REFUSALS: &[(&str, u16, &str)] = &[
        ("InvalidValue", 422, "give 0 to 1"),
        ("Lacking", 422, "name some"),
        ("NameUnknown", 404, "there are low, high"),
        ("FilterOfNothing", 422, "it has low, high"),
        ("HeadUnknown", 404, "there are low, high"),
        ("HeadExists", 409, "another name"),
        ("HeadOfOtherModel", 409, "teach it again"),
        ("HeadWithoutExamples", 422, "give judgements"),
        ("ClassUnknown", 404, "dogs:low or dogs:high"),
        ("ClassUntaught", 409, "more examples"),
        ("HeadNameInvalid", 422, "1 to 80 characters"),
        ("ClassNotNamed", 422, "which one"),
        ("ClassPromptBlank", 422, "say what the sound is"),
        ("PromptWithoutClass", 422, "one class"),
        ("PromptOfUnknownClass", 422, "one of the classes"),
        ("ClassWithoutExamples", 422, "give some"),
        ("ClassWithoutOthers", 422, "something else"),
        ("LabelBlank", 422, "a name"),
        ("PromptBlank", 422, "write it as in"),
        ("LabelTwice", 422, "put its prompts together"),
        ("TemplateWithoutPlace", 422, "write {} where it goes"),
        ("HubIdMalformed", 422, "OWNER/NAME"),
        ("DeviceNotBuilt", 503, "whoever runs the server"),
        ("DeviceUnusable", 503, "whoever runs the server"),
        ("ExclusionUnreadable", 422, ".gitignore"),
        ("RootUnusable", 404, "that exists"),
        ("PathInvalid", 422, "name a file or folder"),
        ("NotInLibrary", 404, "nothing was removed"),
        ("FilesLost", 409, "drop_missing"),
        ("OtherDimension", 422, "one model"),
        ("CropBeyondEnd", 422, "before frame 5"),
        ("LibraryTwice", 409, "whoever runs the server"),
        ("TokenTooShort", 503, "whoever runs the server"),
        ("AddressUnusable", 503, "whoever runs the server"),
        ("UploadsUnusable", 503, "whoever runs the server"),
        ("DataSetUnknown", 404, "these are"),
        ("DataSetEmpty", 422, "that would be"),
        ("SoundsElsewhere", 422, "beside their list"),
    ];

    /// The same for each failure of a library.
    const FAILURES: &[(&str, u16, &str)] = &[
        ("Missing", 404, "add a folder"),
        ("Locked", 409, "wait for it to end"),
        ("Superseded", 503, "try again"),
        ("Unfinished", 503, "write to the folder"),
        ("OtherModel", 503, "the model that made it"),
        ("OtherMoments", 409, "leave moments as they are"),
        ("OtherDimension", 503, "log"),
        ("OlderFormat", 503, "index a folder once"),
        ("NewerFormat", 503, "update the server"),
        ("Foreign", 503, "another folder"),
        ("Damaged", 503, "backup"),
        ("HeadDamaged", 503, "teach it again"),
        ("IndexUnusable", 503, "made again"),
        ("IndexNotMade", 503, "log"),
        ("Busy", 503, "when it has finished"),
        ("DiskFull", 507, "free some space"),
        ("ReadOnly", 503, "permissions"),
        ("Denied", 503, "permissions"),
        ("NotAFolder", 503, "another folder"),
        ("DiskFailed", 503, "check the disk"),
        ("CatalogueUnusable", 503, "log"),
        ("FolderUnusable", 503, "check the disk"),
    ];

    /// The same for each error as a whole; those without advice say all there is to say.
    const ERRORS: &[(&str, u16, &str)] = &[
        ("Request", 422, "a name"),
        ("ModelMissing", 404, "hub id"),
        ("ModelUnusable", 503, ""),
        ("Library", 404, "add a folder"),
        ("Data", 422, ""),
        ("Internal", 500, ""),
    ];

    fn check(table: &[(&str, u16, &str)], samples: Vec<(String, Error)>) {
        let names: Vec<&str> = samples.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(table.iter().map(|(name, ..)| *name).collect::<Vec<_>>(), names, "each variant has its row");
        for ((name, error), (_, status, expected)) in samples.into_iter().zip(table) {
            let problem = Problem::from(error);
            let Problem { detail, advice, .. } = &problem;
            assert_eq!(problem.status, *status, "{name}");
            assert!(advice.as_deref().unwrap_or_default().contains(expected), "{name}: {problem:?}");
            assert_eq!(advice.is_none(), expected.is_empty(), "{name}: {problem:?}");
            assert!(advice.as_ref().is_none_or(|advice| detail.ends_with(advice.as_str())), "{name}: {problem:?}");
            // They have no command line, and our own faults are told in brief.
            assert!(![" --", "`auricle", "secret"].iter().any(|word| detail.contains(word)), "{name}: {detail}");
        }
    }

    #[test]
    fn every_variant_has_its_status_and_its_advice() {
        let named = |refusal: Refusal| (variant(&refusal), refusal.into());
        check(REFUSALS, samples::refusals().into_iter().map(named).collect());
        let named = |failure: LibraryFailure| (variant(&failure), Error::library(Path::new("sounds"), failure));
        check(FAILURES, samples::failures().into_iter().map(named).collect());
        let named = |error: Error| (variant(&error), error);
        check(ERRORS, samples::errors().into_iter().map(named).collect());
    }

    #[test]
    fn every_quantity_and_every_need_has_advice() {
        for quantity in samples::quantities() {
            let problem = Problem::from(Error::invalid(quantity, "9", "1 to 2"));
            assert!(problem.detail.contains("of 9 makes no sense; give 1 to 2"), "{problem:?}");
        }
        for need in samples::needs() {
            let advice = Problem::from(Error::from(Refusal::Lacking(need))).advice;
            assert!(advice.is_some_and(|advice| advice.len() > 10), "{need:?}");
        }
    }
}
