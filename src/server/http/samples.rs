//! One sample of every refusal of the server's own, for the tests of its tables.

use crate::error::samples::samples;
use crate::server::api::refusal::{ApiRefusal, Things};
use crate::server::http::refusal::HttpRefusal;

fn text(text: &str) -> String {
    text.to_owned()
}

fn not_json() -> serde_json::Error {
    serde::de::Error::custom("no luck")
}

samples!(http_refusals: HttpRefusal {
    HttpRefusal::HostMissing => HttpRefusal::HostMissing,
    HttpRefusal::HostUnknown { .. } => HttpRefusal::HostUnknown { name: text("x") },
    HttpRefusal::OtherSite => HttpRefusal::OtherSite,
    HttpRefusal::TokenNeeded => HttpRefusal::TokenNeeded,
    HttpRefusal::PageUnknown { .. } => HttpRefusal::PageUnknown { name: text("x") },
    HttpRefusal::PathUnreadable { .. } => HttpRefusal::PathUnreadable { source: "no luck".into() },
    HttpRefusal::MethodUnknown { .. } => HttpRefusal::MethodUnknown { path: text("/x"), method: text("PUT") },
    HttpRefusal::QueryUnreadable { .. } => HttpRefusal::QueryUnreadable { source: "no luck".into() },
    HttpRefusal::BodyOfOtherType => HttpRefusal::BodyOfOtherType,
    HttpRefusal::BodyNotJson { .. } => HttpRefusal::BodyNotJson { source: not_json() },
    HttpRefusal::BodyUnfit { .. } => HttpRefusal::BodyUnfit { source: not_json() },
    HttpRefusal::BodyTooLarge { .. } => HttpRefusal::BodyTooLarge { most_bytes: 9 },
    HttpRefusal::BodyTooSlow => HttpRefusal::BodyTooSlow,
    HttpRefusal::BodyBroken { .. } => HttpRefusal::BodyBroken { source: actix_web::error::PayloadError::UnknownLength },
    HttpRefusal::ClientLeft => HttpRefusal::ClientLeft,
    HttpRefusal::Busy { .. } => HttpRefusal::Busy { what: "tests" },
});

samples!(api_refusals: ApiRefusal {
    ApiRefusal::LibraryEmpty { .. } => ApiRefusal::LibraryEmpty { library: text("kit") },
    ApiRefusal::JobAtWork { .. } => ApiRefusal::JobAtWork { job: 3, library: text("kit") },
    ApiRefusal::LibraryBeingWritten { .. } => ApiRefusal::LibraryBeingWritten { library: text("kit") },
    ApiRefusal::JobUnknown { .. } => ApiRefusal::JobUnknown { job: 3 },
    ApiRefusal::FoldersNotTaken => ApiRefusal::FoldersNotTaken,
    ApiRefusal::FolderForbidden { .. } => ApiRefusal::FolderForbidden { folder: text("/x") },
    ApiRefusal::NoFolderAllowed => ApiRefusal::NoFolderAllowed,
    ApiRefusal::FileUnknown { .. } => ApiRefusal::FileUnknown { id: 9 },
    ApiRefusal::FileChanged { .. } => ApiRefusal::FileChanged { path: "a.wav".into() },
    ApiRefusal::FileVectorDamaged { .. } => ApiRefusal::FileVectorDamaged { id: 9 },
    ApiRefusal::UploadUnknown => ApiRefusal::UploadUnknown,
    ApiRefusal::UploadEmpty => ApiRefusal::UploadEmpty,
    ApiRefusal::UploadTooLarge { .. } => ApiRefusal::UploadTooLarge { most_bytes: 9 },
    ApiRefusal::TooMany { .. } => ApiRefusal::TooMany { things: Things::Queries, given: 17, most: 16 },
    ApiRefusal::OutOfRange { .. } => ApiRefusal::OutOfRange { field: "limit", given: 0, least: 1, most: 200 },
    ApiRefusal::WordsTooLong { .. } => ApiRefusal::WordsTooLong { given_chars: 1001, most_chars: 1000 },
    ApiRefusal::WordsUnprintable => ApiRefusal::WordsUnprintable,
    ApiRefusal::NoWordsToColourBy => ApiRefusal::NoWordsToColourBy,
    ApiRefusal::LabelInvalid { .. } => ApiRefusal::LabelInvalid { label: text(" "), most_chars: 200 },
    ApiRefusal::LabelsBesideHead { .. } => ApiRefusal::LabelsBesideHead { head: text("dogs") },
    ApiRefusal::LabelSourceUnknown { .. } => ApiRefusal::LabelSourceUnknown { name: text("x"), known: &["head", "hand"] },
    ApiRefusal::TagUnknown { .. } => ApiRefusal::TagUnknown { name: text("x"), known: &["title", "artist"] },
    ApiRefusal::UploadsBesideFiles => ApiRefusal::UploadsBesideFiles,
    ApiRefusal::UploadLabelsStored => ApiRefusal::UploadLabelsStored,
    ApiRefusal::RangeReversed { .. } => ApiRefusal::RangeReversed { field: "duration" },
    ApiRefusal::DateUnreadable { .. } => ApiRefusal::DateUnreadable { text: text("yesterday") },
    ApiRefusal::HourUnreadable { .. } => ApiRefusal::HourUnreadable { text: text("dawn") },
    ApiRefusal::QueryItemUnclear => ApiRefusal::QueryItemUnclear,
    ApiRefusal::SpanOfWords => ApiRefusal::SpanOfWords,
    ApiRefusal::SpanBeyondEnd { .. } => ApiRefusal::SpanBeyondEnd { length_seconds: 2.0 },
    ApiRefusal::TimelineOfOneSound => ApiRefusal::TimelineOfOneSound,
    ApiRefusal::TimelineTooLong { .. } => ApiRefusal::TimelineTooLong {
        seconds: 7200.0, hop_seconds: 1.0, least_hop_seconds: 4.0,
    },
});

samples!(things: Things {
    Things::Queries => Things::Queries,
    Things::FilterEntries => Things::FilterEntries,
    Things::Labels => Things::Labels,
    Things::Templates => Things::Templates,
    Things::Files => Things::Files,
    Things::Uploads => Things::Uploads,
    Things::Judgements => Things::Judgements,
    Things::Folders => Things::Folders,
});
