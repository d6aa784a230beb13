//! Advice on each failure in the words of the command line. The library says what happened; only here is it said which
//! command or option helps.

use std::borrow::Cow;

use auricle::error::{Error, LibraryFailure, Need, Quantity, Refusal};

/// What to do about `error`; `None` where its message says all there is to say.
pub(crate) fn advice(error: &Error) -> Option<Cow<'_, str>> {
    match error {
        Error::User { advice, .. } => Some(advice.into()),
        Error::Request(refusal) => on_refusal(refusal),
        Error::Library { failure, .. } => Some(on_library(failure)),
        Error::ModelMissing { .. } => Some(
            "name a folder that holds config.json, or a hub id such as laion/clap-htsat-unfused; `auricle model list` \
             shows what is installed"
                .into(),
        ),
        _ => None,
    }
}

fn on_refusal(refusal: &Refusal) -> Option<Cow<'_, str>> {
    let advice: Cow<'_, str> = match refusal {
        Refusal::InvalidValue { quantity: Quantity::Weight, allowed, .. } => {
            format!("give {allowed}; what is not wanted has options of its own").into()
        }
        Refusal::InvalidValue { quantity: Quantity::Hop, allowed, .. } => {
            format!("give {allowed}, or leave moments out").into()
        }
        Refusal::InvalidValue { quantity: Quantity::Span, allowed, .. } => {
            format!("give {allowed}, for example FILE@1.5-4").into()
        }
        Refusal::InvalidValue { allowed, .. } => format!("give {allowed}").into(),
        Refusal::Lacking(need) => on_need(*need)?.into(),
        Refusal::NameUnknown { known, .. } if known.is_empty() => "there is none".into(),
        Refusal::HeadUnknown { known, .. } if known.is_empty() => "teach one with `auricle teach`".into(),
        Refusal::NameUnknown { known, .. } | Refusal::HeadUnknown { known, .. } => {
            format!("there are {}", known.join(", ")).into()
        }
        Refusal::HeadExists { .. } => "choose another name, or delete it first".into(),
        Refusal::HeadOfOtherModel { head } => {
            format!("teach it again from its examples with `auricle teach {head}`").into()
        }
        Refusal::ClassUnknown { head, known, .. } => {
            format!("say which class, for example {head}:{}", known.join(&format!(" or {head}:"))).into()
        }
        Refusal::ClassUntaught { .. } => "teach it again with more examples".into(),
        Refusal::HeadNameInvalid { most_chars, .. } => {
            format!("give it a name of 1 to {most_chars} characters without a colon, for example siren").into()
        }
        Refusal::ClassNotNamed { .. } => "say which one you mean, for example --class \"CLASS=PATH\"".into(),
        Refusal::ClassPromptBlank => "say what the sound is, for example \"a siren wails\"".into(),
        Refusal::PromptWithoutClass { .. } => "say for which, as in --prompt \"CLASS=TEXT\"".into(),
        Refusal::PromptOfUnknownClass { .. } => "it has to be one of the classes that examples are given of".into(),
        Refusal::ClassWithoutExamples { .. } => "give some, or leave the class out".into(),
        Refusal::ClassWithoutOthers { .. } => "give examples of something else, for instance with --negative".into(),
        Refusal::LabelBlank => "separate labels by single commas, for example \"dog,rain\"".into(),
        Refusal::PromptBlank { .. } => "write it as in \"dog = a dog barks | a puppy whines\"".into(),
        Refusal::LabelTwice { .. } => "put its prompts together, as in \"dog = a dog barks | a growl\"".into(),
        Refusal::TemplateWithoutPlace { example, known, .. } => {
            format!("write {{}} where it goes, as in \"{example}\", or choose {}", known.join(", ")).into()
        }
        Refusal::HubIdMalformed { .. } => {
            "hub ids are OWNER/NAME or OWNER/NAME@REVISION, for example laion/clap-htsat-unfused".into()
        }
        Refusal::DeviceNotBuilt { device } => {
            format!("build it with the feature {device}, or choose the device cpu").into()
        }
        Refusal::DeviceUnusable { .. } => "choose the device cpu".into(),
        Refusal::ExclusionUnreadable { .. } => {
            "write it as in a .gitignore file, for example \"*.mp3\" or \"drafts/\"".into()
        }
        Refusal::RootUnusable { .. } => "name a folder or file that exists".into(),
        Refusal::PathInvalid { .. } => "name a file or folder".into(),
        Refusal::NotInLibrary { .. } => "nothing was removed; `auricle status` names the library in use".into(),
        Refusal::CropBeyondEnd { limit, .. } => format!("let crops start before frame {limit}").into(),
        Refusal::LibraryTwice { .. } => "give each a name of its own, as in --library field=DIR".into(),
        Refusal::TokenTooShort { .. } => "choose a longer one, for example with `openssl rand -hex 24`".into(),
        Refusal::AddressUnusable { .. } => "choose another address or port with --listen".into(),
        Refusal::DataSetUnknown { known, .. } => format!("these are: {}", known.join("; ")).into(),
        Refusal::DataSetEmpty { looks, .. } => format!("that would be: {looks}").into(),
        Refusal::SoundsElsewhere { .. } => {
            "unpack the sounds beside their list, or give the folder that holds both".into()
        }
        _ => return None,
    };
    Some(advice)
}

fn on_need(need: Need) -> Option<&'static str> {
    Some(match need {
        Need::Labels => "name some, for example \"dog,rain\"",
        Need::Query => "say what the sound is, for example \"rain\", or give a sound like it",
        Need::Words => "say what the sound is, for example \"rain\"",
        Need::Examples => "give examples of at least one class",
        Need::Folds => "give at least two folds with clips, or leave the folds out to have them made",
        Need::Libraries => "name one with --library",
        Need::BenchSounds => "name files or folders that hold sound",
        Need::TrialSounds => "name some with --on",
        _ => return None,
    })
}

fn on_library(failure: &LibraryFailure) -> Cow<'_, str> {
    match failure {
        LibraryFailure::Missing => "make one with `auricle index FOLDER`, or name another with --library".into(),
        LibraryFailure::Locked { .. } => "wait for it to end, then try again".into(),
        LibraryFailure::Superseded => "try again".into(),
        LibraryFailure::Unfinished => {
            "run `auricle status` once where it can be written, or copy the folder to where you may write".into()
        }
        LibraryFailure::OtherModel { own, other } => format!(
            "use `--model {}`, move the library to the other model with `auricle reindex --model {}`, or keep the two \
             apart with another --library",
            own.name, other.name
        )
        .into(),
        LibraryFailure::OtherMoments { .. } => "leave the option out, or change all with `auricle reindex`".into(),
        LibraryFailure::OlderFormat { known, .. } => format!("run `auricle index` once to bring it to {known}").into(),
        LibraryFailure::NewerFormat { .. } => "update auricle".into(),
        LibraryFailure::Foreign | LibraryFailure::NotAFolder => "name a folder with --library".into(),
        LibraryFailure::Damaged => {
            "restore the folder from a backup, or delete it and run `auricle index` again".into()
        }
        LibraryFailure::HeadDamaged { head, .. } => {
            format!("delete it with `auricle head delete {head}` and teach it again").into()
        }
        LibraryFailure::IndexUnusable { .. } => "it is made again from the catalogue".into(),
        LibraryFailure::Busy => "try again when it has finished".into(),
        LibraryFailure::DiskFull => "free some space and run again, nothing committed is lost".into(),
        LibraryFailure::ReadOnly => "check its permissions, or copy the library to where you may write".into(),
        LibraryFailure::Denied => "check its permissions, or name another with --library".into(),
        LibraryFailure::FolderUnusable => "check the disk it is on, or name another with --library".into(),
        LibraryFailure::DiskFailed => {
            "check the disk it is on and its free space, then run again, nothing committed is lost".into()
        }
        _ => "`auricle verify` says whether it is damaged".into(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use auricle::error::ModelTag;

    use super::*;

    fn of_library(failure: LibraryFailure) -> String {
        let error = Error::library(Path::new("sounds"), failure);
        advice(&error).expect("every failure of a library has advice").into_owned()
    }

    fn of_refusal(refusal: Refusal) -> String {
        advice(&refusal.into()).expect("there is advice").into_owned()
    }

    #[test]
    fn failures_of_a_library_are_answered_with_the_command_that_helps() {
        let tag = |name: &str| Box::new(ModelTag { name: name.into(), fingerprint: "0123".into(), dim: 4 });
        for (failure, expected) in [
            (LibraryFailure::Missing, "`auricle index FOLDER`"),
            (LibraryFailure::Locked { holder: "process 7".into() }, "wait for it to end"),
            (LibraryFailure::Unfinished, "`auricle status`"),
            (LibraryFailure::OtherModel { own: tag("small"), other: tag("large") }, "`auricle reindex --model large`"),
            (LibraryFailure::OtherMoments { own: "a".into(), other: "b".into() }, "`auricle reindex`"),
            (LibraryFailure::OlderFormat { found: 1, known: 2 }, "`auricle index` once to bring it to 2"),
            (LibraryFailure::NewerFormat { found: 3, known: 2 }, "update auricle"),
            (LibraryFailure::Foreign, "--library"),
            (LibraryFailure::Damaged, "backup"),
            (LibraryFailure::HeadDamaged { head: "dogs".into(), reason: "r".into() }, "`auricle head delete dogs`"),
            (LibraryFailure::DiskFull, "free some space"),
            (LibraryFailure::ReadOnly, "permissions"),
            (LibraryFailure::CatalogueUnusable, "`auricle verify`"),
        ] {
            let text = of_library(failure);
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn refusals_are_answered_with_what_would_do() {
        let (head, known) = ("dogs".to_owned(), vec!["low".to_owned(), "high".to_owned()]);
        for (refusal, expected) in [
            (Refusal::HeadUnknown { head: head.clone(), known: Vec::new() }, "`auricle teach`"),
            (Refusal::HeadUnknown { head: head.clone(), known: known.clone() }, "there are low, high"),
            (Refusal::HeadOfOtherModel { head: head.clone() }, "`auricle teach dogs`"),
            (Refusal::ClassUnknown { head, class: "x".into(), known }, "dogs:low or dogs:high"),
            (Refusal::ClassWithoutOthers { class: "x".into() }, "--negative"),
            (Refusal::Lacking(Need::TrialSounds), "--on"),
            (Refusal::DeviceNotBuilt { device: "cuda" }, "the device cpu"),
            (Refusal::NotInLibrary { path: "a.wav".into() }, "`auricle status`"),
        ] {
            let text = of_refusal(refusal);
            assert!(text.contains(expected), "{text}");
        }
    }
}
