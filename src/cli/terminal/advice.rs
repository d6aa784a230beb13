//! Advice on each failure in the words of the command line. The library says what happened; only here is it said which
//! command or option helps.

use std::borrow::Cow;
use std::path::PathBuf;

use auricle::error::{Error, FilterKind, LibraryFailure, ModelFailure, Need, Quantity, Refusal};

use crate::cli::refusal::CliRefusal;
#[cfg(test)]
use auricle::error::{FileLoss, ModelTag, Stage};

/// What to do about `error`; `None` where its message says all there is to say.
pub(crate) fn advice(error: &Error) -> Option<Cow<'_, str>> {
    match error {
        Error::Request(refusal) => Some(on_refusal(refusal)),
        Error::Library { failure, .. } => Some(on_library(failure)),
        Error::ModelMissing { .. } => Some(
            "name a folder that holds config.json, or a hub id such as laion/clap-htsat-unfused; `auricle models list` \
             shows what is installed"
                .into(),
        ),
        Error::ModelUnusable { failure, .. } => Some(on_model(failure).into()),
        Error::Data { .. } | Error::Internal { .. } => None,
    }
}

fn on_refusal(refusal: &Refusal) -> Cow<'_, str> {
    match refusal {
        Refusal::InvalidValue { quantity, allowed, .. } => on_value(*quantity, allowed).into(),
        Refusal::Lacking(need) => on_need(*need).into(),
        Refusal::NameUnknown { known, .. } if known.is_empty() => "there is none".into(),
        Refusal::HeadUnknown { known, .. } if known.is_empty() => "teach one with `auricle teach`".into(),
        Refusal::NameUnknown { known, .. } | Refusal::HeadUnknown { known, .. } => {
            format!("there are {}", known.join(", ")).into()
        }
        Refusal::FilterOfNothing { kind: FilterKind::Folder, near, .. } if near.is_empty() => {
            "name a folder that was indexed, or one in it".into()
        }
        Refusal::FilterOfNothing { near, .. } if near.is_empty() => "`auricle labels list` shows the labels".into(),
        Refusal::FilterOfNothing { near, .. } => format!("it has {}", near.join(", ")).into(),
        Refusal::HeadExists { .. } => "choose another name, or delete it first".into(),
        Refusal::HeadOfOtherModel { head } => {
            format!("teach it again from its examples with `auricle teach {head}`").into()
        }
        Refusal::HeadWithoutExamples { .. } => "give examples with --positive and --negative, --class or --from".into(),
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
        Refusal::ClassNotNamed { .. } => "say which one you mean, for example --class \"CLASS=PATH\"".into(),
        Refusal::ClassPromptBlank => "say what the sound is, for example \"a siren wails\"".into(),
        Refusal::PromptWithoutClass { .. } => "say for which, as in --prompt \"CLASS=TEXT\"".into(),
        Refusal::PromptOfUnknownClass { .. } => "it must be one of the classes that have examples".into(),
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
        Refusal::RootUnknown { known, .. } if known.is_empty() => "none is remembered".into(),
        Refusal::RootUnknown { known, .. } => format!("there are {}", joined(known)).into(),
        Refusal::RootsLost { .. } => {
            "mount the drive, or say where the folder is now with `auricle relocate OLD NEW`; nothing was forgotten, to forget \
             it all use --drop-missing"
                .into()
        }
        Refusal::RelocatedNowhere { .. } => "nothing was changed; name the folder that holds them now".into(),
        Refusal::FilesLost { .. } => {
            "the library is as before; bring back what is missing, or leave it out with --drop-missing".into()
        }
        Refusal::OtherDimension { .. } => "compare vectors of one model".into(),
        Refusal::CropBeyondEnd { limit, .. } => format!("let crops start before frame {limit}").into(),
        Refusal::LibraryTwice { .. } => "give each another name, as in --library field=DIR".into(),
        Refusal::TokenTooShort { .. } => "choose a longer one, for example with `openssl rand -hex 24`".into(),
        Refusal::AddressUnusable { .. } => "choose another address or port with --listen".into(),
        Refusal::UploadsUnusable { .. } => "let TMPDIR name a folder that can be written".into(),
        Refusal::DataSetUnknown { known, .. } => format!("these are: {}", known.join("; ")).into(),
        Refusal::DataSetEmpty { looks, .. } => format!("that would be: {looks}").into(),
        Refusal::SoundsElsewhere { .. } => {
            "unpack the sounds beside their list, or give the folder that holds both".into()
        }
    }
}

fn on_value(quantity: Quantity, allowed: &str) -> String {
    match quantity {
        Quantity::Weight => format!("give {allowed}; use --not and --unlike for what to avoid"),
        Quantity::Hop => format!("give {allowed}, or leave moments out"),
        Quantity::Span => format!("give {allowed}, for example FILE@1.5-4"),
        Quantity::WindowHop => format!("--hop takes {allowed}"),
        Quantity::Window => format!("--window takes {allowed}"),
        Quantity::Smoothing => format!("--smooth takes {allowed}"),
        Quantity::Hold => format!("--hold takes {allowed}"),
        Quantity::Bridge => format!("--bridge takes {allowed}"),
        Quantity::ShortestEvent => format!("--shortest takes {allowed}"),
        Quantity::Threshold | Quantity::SampleRate => format!("give {allowed}"),
    }
}

fn on_need(need: Need) -> &'static str {
    match need {
        Need::Labels => "name some, for example \"dog,rain\"",
        Need::Query => "say what the sound is, for example \"rain\", or give a sound like it",
        Need::Wanted => {
            "say what is wanted too, for example \"birds, not crows\", or put quotes around words that are meant as they \
             stand: '\"no wind\"'"
        }
        Need::Words => "say what the sound is, for example \"rain\"",
        Need::Examples => "give examples of at least one class",
        Need::Folds => "give at least two folds with clips, or leave the folds out to have them made",
        Need::Libraries => "name one with --library",
        Need::BenchSounds => "name files or folders that hold sound",
        Need::TrialSounds => "name some with --on",
        Need::Roots => "name one, for example `auricle index ~/sounds`, which is remembered from then on",
    }
}

fn on_library(failure: &LibraryFailure) -> Cow<'_, str> {
    match failure {
        LibraryFailure::Missing => "make one with `auricle index FOLDER`, or name another with --library".into(),
        LibraryFailure::Locked { .. } => "wait for it to end, then try again".into(),
        LibraryFailure::Superseded => "try again".into(),
        LibraryFailure::Unfinished => {
            "run `auricle status` once where it can be written, or copy the folder to where you may write".into()
        }
        LibraryFailure::OtherModel { own, other } if own.name == other.name => {
            "move it to the version that is here with `auricle reindex`; meanwhile `--by words` finds files by their names \
             and tags"
                .into()
        }
        LibraryFailure::OtherModel { own, other } => format!(
            "use `--model {}`, move the library to the other model with `auricle reindex --model {}`, or keep the two \
             apart with another --library",
            own.name, other.name
        )
        .into(),
        LibraryFailure::OtherMoments { .. } => "leave the option out, or change all with `auricle reindex`".into(),
        LibraryFailure::OlderFormat { .. } => "run `auricle index` once to bring it up to date".into(),
        LibraryFailure::NewerFormat { .. } => "update auricle".into(),
        LibraryFailure::Foreign | LibraryFailure::NotAFolder => "name a folder with --library".into(),
        LibraryFailure::Damaged => {
            "restore the folder from a backup, or delete it and run `auricle index` again".into()
        }
        LibraryFailure::HeadDamaged { head, .. } => {
            format!("delete it with `auricle heads delete {head}` and teach it again").into()
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
        LibraryFailure::OtherDimension { .. }
        | LibraryFailure::IndexNotMade { .. }
        | LibraryFailure::CatalogueUnusable => "`auricle verify` says whether it is damaged".into(),
    }
}

fn joined(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn on_model(failure: &ModelFailure) -> &'static str {
    match failure {
        ModelFailure::FileMissing { .. } | ModelFailure::WeightsMissing { .. } => {
            "a model is a folder in the hub's layout; `auricle models pull` downloads one whole"
        }
        ModelFailure::NotBuiltIn { .. } => "name another model with --model",
        ModelFailure::NotCached { .. } => "`auricle models pull` downloads the model",
        ModelFailure::Offline { .. } => "unset it to download the model",
        ModelFailure::NotOnHub { .. } => "check the model's id",
        ModelFailure::DownloadForbidden { .. } => "set HF_TOKEN to a token that may read it",
        ModelFailure::HubFailed { .. } => "try again later",
        ModelFailure::DownloadFailed { .. } => {
            "check the network, or put the model's files into a folder and name that with --model"
        }
        ModelFailure::Unreadable => "check its permissions and the disk",
        ModelFailure::Invalid { .. } => "get the model again, or name another with --model",
        ModelFailure::DefaultUnreadable => "delete the file, or choose a model with `auricle models use`",
        ModelFailure::DefaultUnsaved => "check the permissions of the folder and the disk",
    }
}

/// What to do about a `refusal` of the command line itself.
pub(crate) fn advice_on_command(refusal: &CliRefusal) -> Cow<'_, str> {
    match refusal {
        CliRefusal::NoHome => "set AURICLE_HOME to a folder for libraries and models".into(),
        CliRefusal::NoLabels => {
            "use --labels, for example --labels \"dog,rain\", or --labels-from, --set or --with".into()
        }
        CliRefusal::NoLabelsToWord => {
            "name some, for example `auricle prompts dog rain --on sounds/`, or use --labels-from or --set".into()
        }
        CliRefusal::LabelBlank => "say what the sound is, for example siren".into(),
        CliRefusal::SoundsAmongWords => "leave one of them out".into(),
        CliRefusal::WeightOfNothing { terms, .. } => {
            let quoted: Vec<String> = terms.iter().map(|term| format!("{term:?}")).collect();
            format!("the terms are {}", quoted.join(", ")).into()
        }
        CliRefusal::NoSounds { .. } => "name a folder that has some, or the files themselves".into(),
        CliRefusal::ListUnreadable { .. } => "name a text file, or - for standard input".into(),
        CliRefusal::ListEmpty { .. } => "write one entry per line".into(),
        CliRefusal::NothingReadable => "see the errors above".into(),
        CliRefusal::NotInLibrary { .. } => "`auricle index` adds it".into(),
        CliRefusal::LabelsNotStored { .. } => "run `auricle index` to update the library".into(),
        CliRefusal::OnePlaceForMany { what, .. } => {
            format!("name a folder with {}, which gets one for each, or name one sound", what.option()).into()
        }
        CliRefusal::OneTrackForMany { .. } => {
            "use --output with a folder to get a track for each file, or narrow the search to one file".into()
        }
        CliRefusal::OutputExists { is_file: true, .. } => "use --force to overwrite it, or choose another name".into(),
        CliRefusal::OutputExists { is_file: false, .. } => "choose a file name".into(),
        CliRefusal::ArrayToTerminal => "use --output, or redirect standard output".into(),
        CliRefusal::TokenUnreadable { .. } => "use a file that contains only the token".into(),
        CliRefusal::TokenNeeded { .. } => "use --token-file or AURICLE_TOKEN, or --no-auth to allow anyone".into(),
        CliRefusal::TableWithoutTruth { .. } => {
            "its paths are relative to its own folder, and its labels must be spelled like those asked for".into()
        }
        CliRefusal::FoldersWithoutTruth => {
            "name the folders like the labels, or list path and label in a table for --truth".into()
        }
        CliRefusal::CaptionsInsteadOfLabels { .. } => "name a CSV file with the columns path and label".into(),
        CliRefusal::NoMatrixOfCaptions | CliRefusal::NoMatrixOfManyClasses => "leave out --png for this dataset".into(),
        CliRefusal::LabelOfNoClass { classes, .. } => format!("the classes are {}", classes.join(", ")).into(),
        CliRefusal::ExampleLost { .. } => "bring it back, or judge it again".into(),
        CliRefusal::TemporaryFolderUnusable { .. } => "set TMPDIR to another folder".into(),
        CliRefusal::BenchFolderUnusable { .. } => "choose another place with --library".into(),
    }
}

#[cfg(test)]
#[path = "../../error/samples.rs"]
mod samples;

#[cfg(test)]
#[path = "cli_samples.rs"]
mod cli_samples;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::samples::variant;
    use super::*;

    /// A part of what is advised on each refusal.
    const REFUSALS: &[(&str, &str)] = &[
        ("InvalidValue", "give 0 to 1"),
        ("Lacking", "name some"),
        ("NameUnknown", "there are low, high"),
        ("FilterOfNothing", "it has low, high"),
        ("HeadUnknown", "there are low, high"),
        ("HeadExists", "another name"),
        ("HeadOfOtherModel", "`auricle teach dogs`"),
        ("HeadWithoutExamples", "--positive and --negative"),
        ("ClassUnknown", "dogs:low or dogs:high"),
        ("ClassUntaught", "more examples"),
        ("HeadNameInvalid", "1 to 80 characters"),
        ("ClassNameInvalid", "1 to 80 characters"),
        ("ClassNotNamed", "--class"),
        ("ClassPromptBlank", "say what the sound is"),
        ("PromptWithoutClass", "--prompt"),
        ("PromptOfUnknownClass", "one of the classes"),
        ("ClassWithoutExamples", "give some"),
        ("ClassWithoutOthers", "--negative"),
        ("LabelBlank", "single commas"),
        ("PromptBlank", "write it as in"),
        ("LabelTwice", "put its prompts together"),
        ("TemplateWithoutPlace", "write {} where it goes"),
        ("HubIdMalformed", "OWNER/NAME"),
        ("DeviceNotBuilt", "the feature cuda"),
        ("DeviceUnusable", "the device cpu"),
        ("ExclusionUnreadable", ".gitignore"),
        ("RootUnusable", "that exists"),
        ("PathInvalid", "name a file or folder"),
        ("NotInLibrary", "`auricle status`"),
        ("RootUnknown", "there are b, c"),
        ("RootsLost", "`auricle relocate OLD NEW`"),
        ("RelocatedNowhere", "nothing was changed"),
        ("FilesLost", "--drop-missing"),
        ("OtherDimension", "one model"),
        ("CropBeyondEnd", "before frame 5"),
        ("LibraryTwice", "--library field=DIR"),
        ("TokenTooShort", "openssl"),
        ("AddressUnusable", "--listen"),
        ("UploadsUnusable", "TMPDIR"),
        ("DataSetUnknown", "these are"),
        ("DataSetEmpty", "that would be"),
        ("SoundsElsewhere", "beside their list"),
    ];

    /// The same for each failure of a library.
    const FAILURES: &[(&str, &str)] = &[
        ("Missing", "`auricle index FOLDER`"),
        ("Locked", "wait for it to end"),
        ("Superseded", "try again"),
        ("Unfinished", "`auricle status`"),
        ("OtherModel", "`auricle reindex --model large`"),
        ("OtherMoments", "`auricle reindex`"),
        ("OtherDimension", "`auricle verify`"),
        ("OlderFormat", "`auricle index` once to bring it up to date"),
        ("NewerFormat", "update auricle"),
        ("Foreign", "--library"),
        ("Damaged", "backup"),
        ("HeadDamaged", "`auricle heads delete dogs`"),
        ("IndexUnusable", "made again"),
        ("IndexNotMade", "`auricle verify`"),
        ("Busy", "when it has finished"),
        ("DiskFull", "free some space"),
        ("ReadOnly", "permissions"),
        ("Denied", "permissions"),
        ("NotAFolder", "--library"),
        ("DiskFailed", "check the disk"),
        ("CatalogueUnusable", "`auricle verify`"),
        ("FolderUnusable", "check the disk"),
    ];

    /// The same for each failure of a model.
    const MODEL_FAILURES: &[(&str, &str)] = &[
        ("FileMissing", "`auricle models pull`"),
        ("WeightsMissing", "`auricle models pull`"),
        ("NotBuiltIn", "--model"),
        ("NotCached", "`auricle models pull`"),
        ("Offline", "unset it"),
        ("NotOnHub", "the model's id"),
        ("DownloadForbidden", "HF_TOKEN"),
        ("HubFailed", "try again"),
        ("DownloadFailed", "check the network"),
        ("Unreadable", "permissions"),
        ("Invalid", "get the model again"),
        ("DefaultUnreadable", "`auricle models use`"),
        ("DefaultUnsaved", "permissions"),
    ];

    /// The same for each refusal of the command line itself.
    const CLI_REFUSALS: &[(&str, &str)] = &[
        ("NoHome", "AURICLE_HOME"),
        ("NoLabels", "--labels-from, --set or --with"),
        ("NoLabelsToWord", "`auricle prompts dog rain"),
        ("LabelBlank", "say what the sound is"),
        ("SoundsAmongWords", "leave one of them out"),
        ("WeightOfNothing", "the terms are \"low\", \"high\""),
        ("NoSounds", "the files themselves"),
        ("ListUnreadable", "- for standard input"),
        ("ListEmpty", "one entry per line"),
        ("NothingReadable", "the errors above"),
        ("NotInLibrary", "`auricle index`"),
        ("LabelsNotStored", "`auricle index`"),
        ("OnePlaceForMany", "a folder with --png"),
        ("OneTrackForMany", "--output with a folder"),
        ("OutputExists", "--force"),
        ("ArrayToTerminal", "--output"),
        ("TokenUnreadable", "only the token"),
        ("TokenNeeded", "--token-file"),
        ("TableWithoutTruth", "its own folder"),
        ("FoldersWithoutTruth", "--truth"),
        ("CaptionsInsteadOfLabels", "path and label"),
        ("NoMatrixOfCaptions", "--png"),
        ("NoMatrixOfManyClasses", "--png"),
        ("LabelOfNoClass", "the classes are low, high"),
        ("ExampleLost", "bring it back"),
        ("TemporaryFolderUnusable", "TMPDIR"),
        ("BenchFolderUnusable", "--library"),
    ];

    /// The same for each error as a whole; those without advice say all there is to say.
    const ERRORS: &[(&str, &str)] = &[
        ("Request", "single commas"),
        ("ModelMissing", "`auricle models list`"),
        ("ModelUnusable", "get the model again"),
        ("Library", "`auricle index FOLDER`"),
        ("Data", ""),
        ("Internal", ""),
    ];

    fn check(table: &[(&str, &str)], samples: Vec<(String, Error)>) {
        let names: Vec<&str> = samples.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(table.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names, "each variant has its row");
        for ((name, error), (_, expected)) in samples.iter().zip(table) {
            let advice = advice(error);
            assert_eq!(advice.is_none(), expected.is_empty(), "{name}: {advice:?}");
            assert!(advice.as_deref().unwrap_or_default().contains(expected), "{name}: {advice:?}");
        }
    }

    #[test]
    fn every_variant_has_its_advice() {
        let named = |refusal: Refusal| (variant(&refusal), refusal.into());
        check(REFUSALS, samples::refusals().into_iter().map(named).collect());
        let named = |failure: LibraryFailure| (variant(&failure), Error::library(Path::new("sounds"), failure));
        check(FAILURES, samples::failures().into_iter().map(named).collect());
        let named = |failure: ModelFailure| (variant(&failure), Error::model("m", failure));
        check(MODEL_FAILURES, samples::model_failures().into_iter().map(named).collect());
        let named = |error: Error| (variant(&error), error);
        check(ERRORS, samples::errors().into_iter().map(named).collect());
    }

    #[test]
    fn every_refusal_of_the_command_line_has_its_advice() {
        let samples = cli_samples::cli_refusals();
        let names: Vec<String> = samples.iter().map(variant).collect();
        assert_eq!(CLI_REFUSALS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names, "each variant has its row");
        for (refusal, (name, expected)) in samples.iter().zip(CLI_REFUSALS) {
            let advice = advice_on_command(refusal);
            assert!(advice.contains(expected), "{name}: {advice}");
        }
        let folder = CliRefusal::OutputExists { path: "a".into(), is_file: false };
        assert_eq!(advice_on_command(&folder), "choose a file name");
    }

    #[test]
    fn every_quantity_and_every_need_has_advice() {
        for quantity in samples::quantities() {
            assert!(on_value(quantity, "1 to 2").contains(" 1 to 2"), "{quantity:?}");
        }
        for need in samples::needs() {
            assert!(on_need(need).len() > 10, "{need:?}");
        }
    }

    #[test]
    fn where_there_is_nothing_to_choose_from_that_is_said() {
        let known = Vec::new();
        let unknown = Refusal::HeadUnknown { head: "x".into(), known: known.clone() };
        assert_eq!(on_refusal(&unknown), "teach one with `auricle teach`");
        assert_eq!(on_refusal(&Refusal::NameUnknown { kind: "fold", name: "x".into(), known }), "there is none");
    }
}
