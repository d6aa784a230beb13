//! Advice on each failure in the words of the server's clients. They have no command line, so that none is named here.

use std::borrow::Cow;

use crate::error::{Error, LibraryFailure, ModelFailure, Need, Quantity, Refusal};
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::refusal::HttpRefusal;

/// Where the interface is described.
const SEE_DOCS: &str = "the interface is described at /docs";

/// What happened, as a client is told.
pub(crate) fn happened(error: &Error) -> String {
    match error {
        // The cause is what is wrong with the request.
        Error::Request(_) => error.with_causes(),
        _ => error.to_string(),
    }
}

/// What a client can do about `error`; `None` where what happened says all there is to say.
pub(crate) fn advice(error: &Error) -> Option<Cow<'_, str>> {
    match error {
        Error::Request(refusal) => Some(on_refusal(refusal)),
        Error::Library { failure, .. } => Some(on_library(failure).into()),
        Error::ModelMissing { .. } => Some("name a folder that holds one, or a hub id".into()),
        Error::ModelUnusable { failure, .. } => Some(on_model(failure).into()),
        Error::Data { .. } | Error::Internal { .. } => None,
    }
}

fn on_refusal(refusal: &Refusal) -> Cow<'_, str> {
    match refusal {
        Refusal::InvalidValue { quantity, allowed, .. } => on_value(*quantity, allowed).into(),
        Refusal::Lacking(need) => on_need(*need).into(),
        Refusal::HeadUnknown { known, .. } if known.is_empty() => "none has been taught yet".into(),
        Refusal::NameUnknown { known, .. } if known.is_empty() => "there is none".into(),
        Refusal::NameUnknown { known, .. } | Refusal::HeadUnknown { known, .. } => on_names("there are", known),
        Refusal::FilterOfNothing { near, .. } if near.is_empty() => "leave it out, or name one that is there".into(),
        Refusal::FilterOfNothing { near, .. } => on_names("it has", near),
        Refusal::HeadExists { .. } => "choose another name, or delete it first".into(),
        Refusal::HeadOfOtherModel { .. } => "teach it again from its examples".into(),
        Refusal::HeadWithoutExamples { .. } => "give judgements of sounds".into(),
        Refusal::ClassUnknown { head, known, .. } => {
            format!("say which class, for example {head}:{}", known.join(&format!(" or {head}:"))).into()
        }
        Refusal::ClassUntaught { .. } => "teach it again with more examples".into(),
        Refusal::HeadNameInvalid { most_chars, .. } => {
            format!("give it a printable name of 1 to {most_chars} characters without a colon, for example siren")
                .into()
        }
        Refusal::ClassNameInvalid { most_chars, .. } => {
            format!("give it a printable name of 1 to {most_chars} characters, for example siren").into()
        }
        Refusal::ClassNotNamed { .. } => "say which one is meant".into(),
        Refusal::ClassPromptBlank => "say what the sound is, for example \"a siren wails\"".into(),
        Refusal::PromptWithoutClass { .. } => "a prompt goes with a head of one class".into(),
        Refusal::PromptOfUnknownClass { .. } => "it must be one of the classes that have examples".into(),
        Refusal::ClassWithoutExamples { .. } => "give some, or leave the class out".into(),
        Refusal::ClassWithoutOthers { .. } => "give examples of something else".into(),
        Refusal::LabelBlank => "give each label a name, for example \"dog\" and \"rain\"".into(),
        Refusal::PromptBlank { .. } => "write it as in \"dog = a dog barks | a puppy whines\"".into(),
        Refusal::LabelTwice { .. } => "put its prompts together, as in \"dog = a dog barks | a growl\"".into(),
        Refusal::TemplateWithoutPlace { example, known, .. } => {
            format!("write {{}} where it goes, as in \"{example}\", or choose {}", known.join(", ")).into()
        }
        Refusal::ExclusionUnreadable { .. } => {
            "write it as in a .gitignore file, for example \"*.mp3\" or \"drafts/\"".into()
        }
        Refusal::RootUnusable { .. } => "name a folder or file that exists".into(),
        Refusal::PathInvalid { .. } => "name a file or folder".into(),
        Refusal::NotInLibrary { .. } => "nothing was removed".into(),
        Refusal::RootUnknown { .. } => "name one that is listed with the library".into(),
        Refusal::RootsLost { .. } => {
            "nothing of it was forgotten; bring it back, or begin again with drop_missing to forget it all".into()
        }
        Refusal::RelocatedNowhere { .. } => "nothing was changed; name the folder that holds them now".into(),
        Refusal::FilesLost { files, .. } => {
            let first = files.first().map_or_else(String::new, |path| format!(" ({} first)", path.display()));
            let otherwise = "or begin again with drop_missing to leave it out";
            format!("the library is as before; bring back what is missing{first}, {otherwise}").into()
        }
        Refusal::HubIdMalformed { .. } => {
            "hub ids are OWNER/NAME or OWNER/NAME@REVISION, for example laion/clap-htsat-unfused".into()
        }
        Refusal::OtherDimension { .. } => "compare vectors of one model".into(),
        Refusal::CropBeyondEnd { limit, .. } => format!("let crops start before frame {limit}").into(),
        Refusal::DataSetUnknown { known, .. } => format!("these are: {}", known.join("; ")).into(),
        Refusal::DataSetEmpty { looks, .. } => format!("that would be: {looks}").into(),
        Refusal::SoundsElsewhere { .. } => {
            "unpack the sounds beside their list, or give the folder that holds both".into()
        }
        Refusal::DeviceNotBuilt { .. }
        | Refusal::DeviceUnusable { .. }
        | Refusal::LibraryTwice { .. }
        | Refusal::TokenTooShort { .. }
        | Refusal::AddressUnusable { .. }
        | Refusal::UploadsUnusable { .. } => "ask whoever runs the server, who is told more".into(),
    }
}

fn on_names(introduction: &str, names: &[String]) -> Cow<'static, str> {
    format!("{introduction} {}", names.join(", ")).into()
}

fn on_value(quantity: Quantity, allowed: &str) -> String {
    match quantity {
        Quantity::Weight => format!("give {allowed}; what to avoid is given apart"),
        Quantity::Threshold
        | Quantity::Hop
        | Quantity::SampleRate
        | Quantity::Span
        | Quantity::WindowHop
        | Quantity::Window
        | Quantity::Smoothing
        | Quantity::Hold
        | Quantity::Bridge
        | Quantity::ShortestEvent => format!("give {allowed}"),
    }
}

fn on_need(need: Need) -> &'static str {
    match need {
        Need::Labels => "name some, for example \"dog\" and \"rain\", or give set or with",
        Need::Query => "say what the sound is, for example \"rain\", or give a sound like it",
        Need::Wanted => {
            "say what is wanted too, for example \"birds, not crows\", or put quotes around words that are meant as they \
             stand"
        }
        Need::Words => "say what the sound is, for example \"rain\"",
        Need::Examples => "give examples of at least one class",
        Need::Folds => "give at least two folds with clips, or leave the folds out to have them made",
        Need::Libraries => "ask whoever runs the server to serve one",
        Need::BenchSounds | Need::TrialSounds => "name files or folders that hold sound",
        Need::Roots => "name a folder that may be indexed",
    }
}

fn on_library(failure: &LibraryFailure) -> &'static str {
    match failure {
        LibraryFailure::Missing => "add a folder of sounds to make one",
        LibraryFailure::Locked { .. } => "wait for it to end, then try again",
        LibraryFailure::Superseded => "try again",
        LibraryFailure::Unfinished => "the server needs to write to the folder once, or to a copy of it",
        LibraryFailure::OtherModel { .. } => {
            "serve it with the model that made it, or make all its vectors again with the other one"
        }
        LibraryFailure::OtherMoments { .. } => "leave moments as they are, or make all vectors again",
        LibraryFailure::OlderFormat { .. } => "index a folder once to bring it up to date",
        LibraryFailure::NewerFormat { .. } => "update the server",
        LibraryFailure::Foreign | LibraryFailure::NotAFolder => "serve another folder",
        LibraryFailure::Damaged => "restore the folder from a backup, or delete it and index its sounds again",
        LibraryFailure::HeadDamaged { .. } => "delete it and teach it again",
        LibraryFailure::IndexUnusable { .. } => "it is made again from the catalogue",
        LibraryFailure::Busy => "try again when it has finished",
        LibraryFailure::DiskFull => "free some space and try again, nothing committed is lost",
        LibraryFailure::ReadOnly => "check its permissions, or serve a copy that can be written",
        LibraryFailure::Denied => "check its permissions, or serve another folder",
        LibraryFailure::FolderUnusable => "check the disk it is on",
        LibraryFailure::DiskFailed => {
            "check the disk it is on and its free space, then try again, nothing committed is lost"
        }
        LibraryFailure::OtherDimension { .. }
        | LibraryFailure::IndexNotMade { .. }
        | LibraryFailure::CatalogueUnusable => "the server's log says more",
    }
}

fn on_model(failure: &ModelFailure) -> &'static str {
    match failure {
        ModelFailure::HubFailed { .. } | ModelFailure::DownloadFailed { .. } => "try again later",
        ModelFailure::FileMissing { .. }
        | ModelFailure::WeightsMissing { .. }
        | ModelFailure::NotBuiltIn { .. }
        | ModelFailure::NotCached { .. }
        | ModelFailure::Offline { .. }
        | ModelFailure::NotOnHub { .. }
        | ModelFailure::DownloadForbidden { .. }
        | ModelFailure::Unreadable
        | ModelFailure::Invalid { .. }
        | ModelFailure::DefaultUnreadable
        | ModelFailure::DefaultUnsaved => "ask whoever runs the server, who is told more",
    }
}

/// What to do about a request that is turned away unread.
pub(crate) fn advice_on_http(refusal: &HttpRefusal) -> &'static str {
    match refusal {
        HttpRefusal::HostMissing => "name it in the header Host",
        HttpRefusal::HostUnknown { .. } => "use its address, or ask whoever runs it to allow the name",
        HttpRefusal::OtherSite => "ask from this server's own page",
        HttpRefusal::TokenNeeded => "send it as Authorization: Bearer TOKEN, or open /?token=TOKEN in a browser",
        HttpRefusal::PageUnknown { .. } => "the page is at /, the interface at /docs",
        HttpRefusal::PathUnreadable { .. }
        | HttpRefusal::MethodUnknown { .. }
        | HttpRefusal::QueryUnreadable { .. }
        | HttpRefusal::BodyUnfit { .. } => SEE_DOCS,
        HttpRefusal::BodyOfOtherType => "send it with Content-Type: application/json",
        HttpRefusal::BodyNotJson { .. } => "send one JSON object",
        HttpRefusal::BodyTooLarge { .. } => "ask for less at a time",
        HttpRefusal::BodyTooSlow | HttpRefusal::BodyBroken { .. } => "send it again",
        HttpRefusal::ClientLeft => "ask again",
        HttpRefusal::Busy { .. } => "try again in a second",
    }
}

/// What to do about a request that cannot be met.
pub(crate) fn advice_on_api(refusal: &ApiRefusal) -> Cow<'static, str> {
    let words = match refusal {
        ApiRefusal::TooMany { most, .. } => return format!("give {most} at most").into(),
        ApiRefusal::OutOfRange { least, most, .. } => return format!("give {least} to {most}").into(),
        ApiRefusal::WordsTooLong { most_chars, .. } => return format!("give {most_chars} at most").into(),
        ApiRefusal::LabelInvalid { most_chars, .. } => {
            return format!("give a name of 1 to {most_chars} characters, for example siren").into();
        }
        ApiRefusal::LabelSourceUnknown { known, .. } => return format!("they come from {}", known.join(", ")).into(),
        ApiRefusal::TagUnknown { known, .. } => return format!("they are called {}", known.join(", ")).into(),
        ApiRefusal::TimelineTooLong { least_hop_seconds, .. } => {
            return format!("give a hop of {least_hop_seconds:.1} s or more").into();
        }
        ApiRefusal::LibraryEmpty { .. } => "index a folder first",
        ApiRefusal::JobAtWork { .. } => "wait for it or cancel it",
        ApiRefusal::LibraryBeingWritten { .. } => "try again when it has ended",
        ApiRefusal::JobUnknown { .. } => "those there are: /api/v1/jobs",
        ApiRefusal::FoldersNotTaken => "leave them out; the other jobs are about all of the library",
        ApiRefusal::FolderForbidden { .. } => "ask whoever runs the server to allow it",
        ApiRefusal::NoFolderAllowed => "ask whoever runs the server to allow one",
        ApiRefusal::FileUnknown { .. } => "those there are: /api/v1/files",
        ApiRefusal::FileChanged { .. } => "index again",
        ApiRefusal::FileVectorDamaged { .. } => "index it again",
        ApiRefusal::UploadUnknown => "send the sound again",
        ApiRefusal::UploadEmpty => "send the sound's bytes",
        ApiRefusal::UploadTooLarge { .. } => "send a part of it",
        ApiRefusal::WordsUnprintable => "leave them out",
        ApiRefusal::NoWordsToColourBy => "say what the sound is, for example \"rain\"",
        ApiRefusal::LabelsBesideHead { .. } => "leave out labels, set and template",
        ApiRefusal::UploadsBesideFiles => "ask about one after the other",
        ApiRefusal::UploadLabelsStored => "ask without write",
        ApiRefusal::RangeReversed { .. } => "give the lower value first",
        ApiRefusal::DateUnreadable { .. } => "write it as in 2024-05-03, 2024-05 or 2024",
        ApiRefusal::HourUnreadable { .. } => "write it as in 4 or 4:30",
        ApiRefusal::QueryItemUnclear => "give exactly one",
        ApiRefusal::SpanOfWords => "leave start and end out",
        ApiRefusal::SpanBeyondEnd { .. } => "ask for an earlier part",
        ApiRefusal::TimelineOfOneSound => "name it by id or by upload",
    };
    words.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_nothing_to_choose_from_that_is_said() {
        let known = Vec::new();
        let unknown = Refusal::HeadUnknown { head: "x".into(), known: known.clone() };
        assert_eq!(on_refusal(&unknown), "none has been taught yet");
        assert_eq!(on_refusal(&Refusal::NameUnknown { kind: "fold", name: "x".into(), known }), "there is none");
    }

    #[test]
    fn a_cause_is_told_where_it_is_what_is_wrong_with_the_request() {
        let source = std::io::Error::other("no such file");
        let error = Error::from(Refusal::RootUnusable { path: "a".into(), source });
        assert_eq!(happened(&error), "a cannot be indexed: no such file");
    }
}
