//! Advice on each failure in the words of the server's clients. They have no command line, so that none is named here.

use std::borrow::Cow;

use crate::error::{Error, LibraryFailure, Need, Quantity, Refusal};

/// The whole of what a client is told about `error`: what happened, and what to do where something can be done.
pub(crate) fn explained(error: &Error) -> String {
    let problem = match error {
        // The cause is what is wrong with the request.
        Error::Request(_) => error.with_causes(),
        _ => error.to_string(),
    };
    match advice(error) {
        Some(advice) => format!("{problem}; {advice}"),
        None => problem,
    }
}

fn advice(error: &Error) -> Option<Cow<'_, str>> {
    match error {
        Error::User { advice, .. } => Some(advice.into()),
        Error::Request(refusal) => on_refusal(refusal),
        Error::Library { failure, .. } => Some(on_library(failure).into()),
        Error::ModelMissing { .. } => Some("name a folder that holds one, or a hub id".into()),
        _ => None,
    }
}

fn on_refusal(refusal: &Refusal) -> Option<Cow<'_, str>> {
    let advice: Cow<'_, str> = match refusal {
        Refusal::InvalidValue { quantity: Quantity::Weight, allowed, .. } => {
            format!("give {allowed}; what is not wanted is named apart").into()
        }
        Refusal::InvalidValue { allowed, .. } => format!("give {allowed}").into(),
        Refusal::Lacking(need) => on_need(*need)?.into(),
        Refusal::HeadUnknown { known, .. } if known.is_empty() => "none has been taught yet".into(),
        Refusal::NameUnknown { known, .. } if known.is_empty() => "there is none".into(),
        Refusal::NameUnknown { known, .. } | Refusal::HeadUnknown { known, .. } => {
            format!("there are {}", known.join(", ")).into()
        }
        Refusal::HeadExists { .. } => "choose another name, or delete it first".into(),
        Refusal::HeadOfOtherModel { .. } => "teach it again from its examples".into(),
        Refusal::ClassUnknown { head, known, .. } => {
            format!("say which class, for example {head}:{}", known.join(&format!(" or {head}:"))).into()
        }
        Refusal::ClassUntaught { .. } => "teach it again with more examples".into(),
        Refusal::HeadNameInvalid { most_chars, .. } => {
            format!("give it a name of 1 to {most_chars} characters without a colon, for example siren").into()
        }
        Refusal::ClassNotNamed { .. } => "say which one is meant".into(),
        Refusal::ClassPromptBlank => "say what the sound is, for example \"a siren wails\"".into(),
        Refusal::PromptWithoutClass { .. } => "a prompt goes with a head of one class".into(),
        Refusal::PromptOfUnknownClass { .. } => "it has to be one of the classes that examples are given of".into(),
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
        _ => return None,
    };
    Some(advice)
}

fn on_need(need: Need) -> Option<&'static str> {
    Some(match need {
        Need::Labels => "name some, for example \"dog\" and \"rain\"",
        Need::Query => "say what the sound is, for example \"rain\", or give a sound like it",
        Need::Words => "say what the sound is, for example \"rain\"",
        Need::Examples => "give examples of at least one class",
        _ => return None,
    })
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
        _ => "the server's log says more",
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::error::ModelTag;

    use super::*;

    #[test]
    fn clients_are_told_what_happened_and_what_to_do() {
        let refused = |refusal: Refusal| Error::from(refusal);
        let library = |failure| Error::library(Path::new("sounds"), failure);
        let tag = |name: &str| Box::new(ModelTag { name: name.into(), fingerprint: "0123".into(), dim: 4 });
        let known = vec!["low".to_owned(), "high".to_owned()];
        for (error, expected) in [
            (library(LibraryFailure::Missing), "sounds: there is no library here; add a folder"),
            (library(LibraryFailure::Locked { holder: "process 7".into() }), "process 7 is writing"),
            (library(LibraryFailure::OtherModel { own: tag("small"), other: tag("large") }), "the model that made it"),
            (library(LibraryFailure::OlderFormat { found: 1, known: 2 }), "index a folder once"),
            (library(LibraryFailure::Damaged), "backup"),
            (library(LibraryFailure::CatalogueUnusable), "log"),
            (library(LibraryFailure::DiskFull), "free some space"),
            (refused(Refusal::HeadUnknown { head: "x".into(), known: Vec::new() }), "none has been taught yet"),
            (refused(Refusal::ClassUnknown { head: "x".into(), class: "y".into(), known }), "x:low or x:high"),
            (refused(Refusal::HeadOfOtherModel { head: "x".into() }), "teach it again"),
            (refused(Refusal::ClassWithoutOthers { class: "x".into() }), "something else"),
            (Error::invalid(Quantity::Hop, "0 s", "0.5 s or more"), "a hop of 0 s makes no sense; give 0.5 s or more"),
        ] {
            let text = explained(&error);
            assert!(text.contains(expected), "{text}");
            assert!(!text.contains("--") && !text.contains("`auricle"), "{text}");
        }
    }
}
