//! The status of each thing that can go wrong: one table an enum, and no other place chooses one.

use actix_web::http::StatusCode;

use crate::error::{Error, LibraryFailure, Refusal};
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::refusal::HttpRefusal;

/// The status that `error` is answered with.
pub(super) fn status(error: &Error) -> StatusCode {
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
        | Refusal::RootUnknown { .. }
        | Refusal::DataSetUnknown { .. } => StatusCode::NOT_FOUND,
        // What is there stands in the way.
        Refusal::HeadExists { .. }
        | Refusal::HeadOfOtherModel { .. }
        | Refusal::ClassUntaught { .. }
        | Refusal::FilesLost { .. }
        | Refusal::RootsLost { .. }
        | Refusal::RelocatedNowhere { .. }
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
        | Refusal::ClassNameInvalid { .. }
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

/// The status of a request that is turned away unread.
pub(super) fn status_of_http(refusal: &HttpRefusal) -> StatusCode {
    match refusal {
        HttpRefusal::HostMissing | HttpRefusal::BodyNotJson { .. } | HttpRefusal::BodyBroken { .. } => {
            StatusCode::BAD_REQUEST
        }
        HttpRefusal::TokenNeeded => StatusCode::UNAUTHORIZED,
        HttpRefusal::HostUnknown { .. } | HttpRefusal::OtherSite => StatusCode::FORBIDDEN,
        HttpRefusal::PageUnknown { .. } | HttpRefusal::PathUnreadable { .. } => StatusCode::NOT_FOUND,
        HttpRefusal::MethodUnknown { .. } => StatusCode::METHOD_NOT_ALLOWED,
        HttpRefusal::BodyTooSlow | HttpRefusal::ClientLeft => StatusCode::REQUEST_TIMEOUT,
        HttpRefusal::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        HttpRefusal::BodyOfOtherType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        HttpRefusal::QueryUnreadable { .. } | HttpRefusal::BodyUnfit { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        HttpRefusal::Busy { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// The status of a request that cannot be met.
pub(super) fn status_of_api(refusal: &ApiRefusal) -> StatusCode {
    match refusal {
        ApiRefusal::UploadEmpty => StatusCode::BAD_REQUEST,
        ApiRefusal::FolderForbidden { .. } => StatusCode::FORBIDDEN,
        // Something is named that is not there.
        ApiRefusal::LibraryEmpty { .. }
        | ApiRefusal::JobUnknown { .. }
        | ApiRefusal::FileUnknown { .. }
        | ApiRefusal::UploadUnknown => StatusCode::NOT_FOUND,
        // What is there stands in the way.
        ApiRefusal::JobAtWork { .. }
        | ApiRefusal::LibraryBeingWritten { .. }
        | ApiRefusal::FileVectorDamaged { .. } => StatusCode::CONFLICT,
        ApiRefusal::FileChanged { .. } => StatusCode::GONE,
        ApiRefusal::UploadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        ApiRefusal::FoldersNotTaken
        | ApiRefusal::NoFolderAllowed
        | ApiRefusal::TooMany { .. }
        | ApiRefusal::OutOfRange { .. }
        | ApiRefusal::WordsTooLong { .. }
        | ApiRefusal::WordsUnprintable
        | ApiRefusal::NoWordsToColourBy
        | ApiRefusal::LabelInvalid { .. }
        | ApiRefusal::LabelsBesideHead { .. }
        | ApiRefusal::LabelSourceUnknown { .. }
        | ApiRefusal::TagUnknown { .. }
        | ApiRefusal::UploadsBesideFiles
        | ApiRefusal::UploadLabelsStored
        | ApiRefusal::RangeReversed { .. }
        | ApiRefusal::DateUnreadable { .. }
        | ApiRefusal::HourUnreadable { .. }
        | ApiRefusal::QueryItemUnclear
        | ApiRefusal::SpanOfWords
        | ApiRefusal::SpanBeyondEnd { .. }
        | ApiRefusal::TimelineOfOneSound
        | ApiRefusal::TimelineTooLong { .. } => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::error::samples::variant;
    use crate::error::{ModelFailure, samples};
    use crate::server::http::problem::Problem;
    use crate::server::http::samples as refusal_samples;

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
        ("ClassNameInvalid", 422, "1 to 80 characters"),
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
        ("RootUnknown", 404, "listed with the library"),
        ("RootsLost", 409, "drop_missing"),
        ("RelocatedNowhere", 409, "nothing was changed"),
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

    /// The same for each failure of a model.
    const MODEL_FAILURES: &[(&str, u16, &str)] = &[
        ("FileMissing", 503, "whoever runs the server"),
        ("WeightsMissing", 503, "whoever runs the server"),
        ("NotBuiltIn", 503, "whoever runs the server"),
        ("NotCached", 503, "whoever runs the server"),
        ("Offline", 503, "whoever runs the server"),
        ("NotOnHub", 503, "whoever runs the server"),
        ("DownloadForbidden", 503, "whoever runs the server"),
        ("HubFailed", 503, "try again later"),
        ("DownloadFailed", 503, "try again later"),
        ("Unreadable", 503, "whoever runs the server"),
        ("Invalid", 503, "whoever runs the server"),
        ("DefaultUnreadable", 503, "whoever runs the server"),
        ("DefaultUnsaved", 503, "whoever runs the server"),
    ];

    /// The same for each error as a whole; those without advice say all there is to say.
    const ERRORS: &[(&str, u16, &str)] = &[
        ("Request", 422, "a name"),
        ("ModelMissing", 404, "hub id"),
        ("ModelUnusable", 503, "whoever runs the server"),
        ("Library", 404, "add a folder"),
        ("Data", 422, ""),
        ("Internal", 500, "the server's log"),
    ];

    /// The same for each reason to turn a request away unread.
    const HTTP_REFUSALS: &[(&str, u16, &str)] = &[
        ("HostMissing", 400, "the header Host"),
        ("HostUnknown", 403, "use its address"),
        ("OtherSite", 403, "own page"),
        ("TokenNeeded", 401, "Authorization: Bearer TOKEN"),
        ("PageUnknown", 404, "the page is at /"),
        ("PathUnreadable", 404, "/docs"),
        ("MethodUnknown", 405, "/docs"),
        ("QueryUnreadable", 422, "/docs"),
        ("BodyOfOtherType", 415, "Content-Type: application/json"),
        ("BodyNotJson", 400, "one JSON object"),
        ("BodyUnfit", 422, "/docs"),
        ("BodyTooLarge", 413, "less at a time"),
        ("BodyTooSlow", 408, "send it again"),
        ("BodyBroken", 400, "send it again"),
        ("ClientLeft", 408, "ask again"),
        ("Busy", 429, "in a second"),
    ];

    /// The same for each reason not to meet a request.
    const API_REFUSALS: &[(&str, u16, &str)] = &[
        ("LibraryEmpty", 404, "index a folder"),
        ("JobAtWork", 409, "cancel it"),
        ("LibraryBeingWritten", 409, "when it has ended"),
        ("JobUnknown", 404, "/api/v1/jobs"),
        ("FoldersNotTaken", 422, "all of the library"),
        ("FolderForbidden", 403, "whoever runs the server"),
        ("NoFolderAllowed", 422, "whoever runs the server"),
        ("FileUnknown", 404, "/api/v1/files"),
        ("FileChanged", 410, "index again"),
        ("FileVectorDamaged", 409, "index it again"),
        ("UploadUnknown", 404, "send the sound again"),
        ("UploadEmpty", 400, "the sound's bytes"),
        ("UploadTooLarge", 413, "a part of it"),
        ("TooMany", 422, "give 16 at most"),
        ("OutOfRange", 422, "give 1 to 200"),
        ("WordsTooLong", 422, "give 1000 at most"),
        ("WordsUnprintable", 422, "leave them out"),
        ("NoWordsToColourBy", 422, "say what the sound is"),
        ("LabelInvalid", 422, "1 to 200 characters"),
        ("LabelsBesideHead", 422, "leave out"),
        ("LabelSourceUnknown", 422, "they come from head, hand"),
        ("TagUnknown", 422, "they are called title, artist"),
        ("UploadsBesideFiles", 422, "one after the other"),
        ("UploadLabelsStored", 422, "without write"),
        ("RangeReversed", 422, "the lower value first"),
        ("DateUnreadable", 422, "2024-05-03, 2024-05 or 2024"),
        ("HourUnreadable", 422, "4 or 4:30"),
        ("QueryItemUnclear", 422, "exactly one"),
        ("SpanOfWords", 422, "leave start and end out"),
        ("SpanBeyondEnd", 422, "an earlier part"),
        ("TimelineOfOneSound", 422, "by id or by upload"),
        ("TimelineTooLong", 422, "a hop of 4.0 s or more"),
    ];

    fn check<T: Into<Problem>>(table: &[(&str, u16, &str)], samples: Vec<(String, T)>) {
        let names: Vec<&str> = samples.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(table.iter().map(|(name, ..)| *name).collect::<Vec<_>>(), names, "each variant has its row");
        for ((name, error), (_, status, expected)) in samples.into_iter().zip(table) {
            let problem: Problem = error.into();
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
        let named = |refusal: Refusal| (variant(&refusal), Error::from(refusal));
        check(REFUSALS, samples::refusals().into_iter().map(named).collect());
        let named = |failure: LibraryFailure| (variant(&failure), Error::library(Path::new("sounds"), failure));
        check(FAILURES, samples::failures().into_iter().map(named).collect());
        let named = |failure: ModelFailure| (variant(&failure), Error::model("m", failure));
        check(MODEL_FAILURES, samples::model_failures().into_iter().map(named).collect());
        let named = |error: Error| (variant(&error), error);
        check(ERRORS, samples::errors().into_iter().map(named).collect());
        let named = |refusal: HttpRefusal| (variant(&refusal), refusal);
        check(HTTP_REFUSALS, refusal_samples::http_refusals().into_iter().map(named).collect());
        let named = |refusal: ApiRefusal| (variant(&refusal), refusal);
        check(API_REFUSALS, refusal_samples::api_refusals().into_iter().map(named).collect());
    }

    #[test]
    fn every_quantity_need_and_list_has_advice() {
        for quantity in samples::quantities() {
            let problem = Problem::from(Error::invalid(quantity, "9", "1 to 2"));
            assert!(problem.detail.contains(": 9; give 1 to 2"), "{problem:?}");
        }
        for need in samples::needs() {
            let advice = Problem::from(Error::from(Refusal::Lacking(need))).advice;
            assert!(advice.is_some_and(|advice| advice.len() > 10), "{need:?}");
        }
        for things in refusal_samples::things() {
            let problem = Problem::from(ApiRefusal::TooMany { things, given: 17, most: 16 });
            assert_eq!(problem.detail, format!("17 {things} are too many; give 16 at most"));
        }
    }
}
