//! One sample of every variant, for the tests of the faces: each has to say something about each. The command line's
//! tests, which are of another crate, include this file too; so everything comes from above.

use std::io;

use super::{Error, FileLoss, FilterKind, LibraryFailure, ModelFailure, ModelTag, Need, Quantity, Refusal, Stage};

/// The samples of a type. It does not compile while a variant has none.
macro_rules! samples {
    ($name:ident: $type:ident { $($variant:pat => $sample:expr,)+ }) => {
        pub(crate) fn $name() -> Vec<$type> {
            let sample_of = |value: &$type| match value { $($variant => stringify!($variant),)+ };
            let samples = vec![$($sample),+];
            for (sample, variant) in samples.iter().zip([$(stringify!($variant)),+]) {
                assert_eq!(sample_of(sample), variant, "the sample of another variant");
            }
            samples
        }
    };
}

pub(crate) use samples;

fn text(text: &str) -> String {
    text.to_owned()
}

fn texts() -> Vec<String> {
    vec![text("low"), text("high")]
}

fn failed() -> io::Error {
    io::Error::other("no luck")
}

fn tag(name: &str) -> Box<ModelTag> {
    Box::new(ModelTag { name: text(name), fingerprint: text("0123"), dim: 4 })
}

samples!(refusals: Refusal {
    Refusal::InvalidValue { .. } => Refusal::InvalidValue {
        quantity: Quantity::Threshold, given: text("2"), allowed: text("0 to 1"),
    },
    Refusal::Lacking(_) => Refusal::Lacking(Need::Labels),
    Refusal::NameUnknown { .. } => Refusal::NameUnknown { kind: "fold", name: text("x"), known: texts() },
    Refusal::FilterOfNothing { .. } => Refusal::FilterOfNothing {
        kind: FilterKind::Label, name: text("x"), near: texts(),
    },
    Refusal::HeadUnknown { .. } => Refusal::HeadUnknown { head: text("dogs"), known: texts() },
    Refusal::HeadExists { .. } => Refusal::HeadExists { head: text("dogs") },
    Refusal::HeadOfOtherModel { .. } => Refusal::HeadOfOtherModel { head: text("dogs") },
    Refusal::HeadWithoutExamples { .. } => Refusal::HeadWithoutExamples { head: text("dogs") },
    Refusal::ClassUnknown { .. } => Refusal::ClassUnknown { head: text("dogs"), class: text("x"), known: texts() },
    Refusal::ClassUntaught { .. } => Refusal::ClassUntaught { class: text("low") },
    Refusal::HeadNameInvalid { .. } => Refusal::HeadNameInvalid { name: text("a:b"), most_chars: 80 },
    Refusal::ClassNameInvalid { .. } => Refusal::ClassNameInvalid { name: text(" "), most_chars: 80 },
    Refusal::ClassNotNamed { .. } => Refusal::ClassNotNamed { head: text("dogs"), known: texts() },
    Refusal::ClassPromptBlank => Refusal::ClassPromptBlank,
    Refusal::PromptWithoutClass { .. } => Refusal::PromptWithoutClass { prompt: text("a bark") },
    Refusal::PromptOfUnknownClass { .. } => Refusal::PromptOfUnknownClass { class: text("x") },
    Refusal::ClassWithoutExamples { .. } => Refusal::ClassWithoutExamples { class: text("low") },
    Refusal::ClassWithoutOthers { .. } => Refusal::ClassWithoutOthers { class: text("low") },
    Refusal::LabelBlank => Refusal::LabelBlank,
    Refusal::PromptBlank { .. } => Refusal::PromptBlank { label: text("dog") },
    Refusal::LabelTwice { .. } => Refusal::LabelTwice { label: text("dog") },
    Refusal::TemplateWithoutPlace { .. } => Refusal::TemplateWithoutPlace {
        template: text("x"), example: "a sound of {}", known: texts(),
    },
    Refusal::HubIdMalformed { .. } => Refusal::HubIdMalformed { id: text("a/b/c") },
    Refusal::DeviceNotBuilt { .. } => Refusal::DeviceNotBuilt { device: "cuda" },
    Refusal::DeviceUnusable { .. } => Refusal::DeviceUnusable { device: "cuda", source: failed().into() },
    Refusal::ExclusionUnreadable { .. } => Refusal::ExclusionUnreadable { source: failed().into() },
    Refusal::RootUnusable { .. } => Refusal::RootUnusable { path: "a".into(), source: failed() },
    Refusal::PathInvalid { .. } => Refusal::PathInvalid { path: "a".into(), source: failed() },
    Refusal::NotInLibrary { .. } => Refusal::NotInLibrary { path: "a.wav".into() },
    Refusal::RootUnknown { .. } => Refusal::RootUnknown { path: "a".into(), known: vec!["b".into(), "c".into()] },
    Refusal::RootsLost { .. } => Refusal::RootsLost { roots: vec!["a".into()], files: 3 },
    Refusal::RelocatedNowhere { .. } => Refusal::RelocatedNowhere { old: "a".into(), new: "b".into(), files: 3 },
    Refusal::FilesLost { .. } => Refusal::FilesLost { loss: FileLoss::Gone, files: vec!["a.wav".into()] },
    Refusal::OtherDimension { .. } => Refusal::OtherDimension { own: 4, other: 8 },
    Refusal::CropBeyondEnd { .. } => Refusal::CropBeyondEnd { start: 9, limit: 5 },
    Refusal::LibraryTwice { .. } => Refusal::LibraryTwice { name: text("kit") },
    Refusal::TokenTooShort { .. } => Refusal::TokenTooShort { least: 16 },
    Refusal::AddressUnusable { .. } => Refusal::AddressUnusable {
        address: ([127, 0, 0, 1], 80).into(), source: failed(),
    },
    Refusal::UploadsUnusable { .. } => Refusal::UploadsUnusable { path: "tmp".into(), source: failed() },
    Refusal::DataSetUnknown { .. } => Refusal::DataSetUnknown { path: "a".into(), known: texts() },
    Refusal::DataSetEmpty { .. } => Refusal::DataSetEmpty { path: "a".into(), layout: "csv", looks: "a table" },
    Refusal::SoundsElsewhere { .. } => Refusal::SoundsElsewhere {
        count: 3, path: "a.csv".into(), first: "a.wav".into(),
    },
});

samples!(quantities: Quantity {
    Quantity::Threshold => Quantity::Threshold,
    Quantity::Hop => Quantity::Hop,
    Quantity::WindowHop => Quantity::WindowHop,
    Quantity::Window => Quantity::Window,
    Quantity::Smoothing => Quantity::Smoothing,
    Quantity::Hold => Quantity::Hold,
    Quantity::Bridge => Quantity::Bridge,
    Quantity::ShortestEvent => Quantity::ShortestEvent,
    Quantity::Weight => Quantity::Weight,
    Quantity::SampleRate => Quantity::SampleRate,
    Quantity::Span => Quantity::Span,
});

samples!(needs: Need {
    Need::Labels => Need::Labels,
    Need::Query => Need::Query,
    Need::Wanted => Need::Wanted,
    Need::Words => Need::Words,
    Need::Examples => Need::Examples,
    Need::Folds => Need::Folds,
    Need::Libraries => Need::Libraries,
    Need::BenchSounds => Need::BenchSounds,
    Need::TrialSounds => Need::TrialSounds,
    Need::Roots => Need::Roots,
});

samples!(failures: LibraryFailure {
    LibraryFailure::Missing => LibraryFailure::Missing,
    LibraryFailure::Locked { .. } => LibraryFailure::Locked { holder: text("process 7") },
    LibraryFailure::Superseded => LibraryFailure::Superseded,
    LibraryFailure::Unfinished => LibraryFailure::Unfinished,
    LibraryFailure::OtherModel { .. } => LibraryFailure::OtherModel { own: tag("small"), other: tag("large") },
    LibraryFailure::OtherMoments { .. } => LibraryFailure::OtherMoments { own: text("a"), other: text("b") },
    LibraryFailure::OtherDimension { .. } => LibraryFailure::OtherDimension { of: text("a.wav"), given: 4, own: 8 },
    LibraryFailure::OlderFormat { .. } => LibraryFailure::OlderFormat { found: 1, known: 2 },
    LibraryFailure::NewerFormat { .. } => LibraryFailure::NewerFormat { found: 3, known: 2 },
    LibraryFailure::Foreign => LibraryFailure::Foreign,
    LibraryFailure::Damaged => LibraryFailure::Damaged,
    LibraryFailure::HeadDamaged { .. } => LibraryFailure::HeadDamaged { head: text("dogs"), reason: text("r") },
    LibraryFailure::IndexUnusable { .. } => LibraryFailure::IndexUnusable { reason: text("r") },
    LibraryFailure::IndexNotMade { .. } => LibraryFailure::IndexNotMade { reason: text("r") },
    LibraryFailure::Busy => LibraryFailure::Busy,
    LibraryFailure::DiskFull => LibraryFailure::DiskFull,
    LibraryFailure::ReadOnly => LibraryFailure::ReadOnly,
    LibraryFailure::Denied => LibraryFailure::Denied,
    LibraryFailure::NotAFolder => LibraryFailure::NotAFolder,
    LibraryFailure::DiskFailed => LibraryFailure::DiskFailed,
    LibraryFailure::CatalogueUnusable => LibraryFailure::CatalogueUnusable,
    LibraryFailure::FolderUnusable => LibraryFailure::FolderUnusable,
});

samples!(model_failures: ModelFailure {
    ModelFailure::FileMissing { .. } => ModelFailure::FileMissing { file: text("config.json") },
    ModelFailure::WeightsMissing { .. } => ModelFailure::WeightsMissing { files: texts() },
    ModelFailure::NotBuiltIn { .. } => ModelFailure::NotBuiltIn { file: text("config.json") },
    ModelFailure::NotCached { .. } => ModelFailure::NotCached { file: text("config.json") },
    ModelFailure::Offline { .. } => ModelFailure::Offline { file: text("config.json") },
    ModelFailure::NotOnHub { .. } => ModelFailure::NotOnHub { file: text("config.json") },
    ModelFailure::DownloadForbidden { .. } => ModelFailure::DownloadForbidden { file: text("config.json") },
    ModelFailure::HubFailed { .. } => ModelFailure::HubFailed { file: text("config.json"), status: 500 },
    ModelFailure::DownloadFailed { .. } => ModelFailure::DownloadFailed { file: text("config.json") },
    ModelFailure::Unreadable => ModelFailure::Unreadable,
    ModelFailure::Invalid { .. } => ModelFailure::Invalid { reason: text("it is cut short") },
    ModelFailure::DefaultUnreadable => ModelFailure::DefaultUnreadable,
    ModelFailure::DefaultUnsaved => ModelFailure::DefaultUnsaved,
});

samples!(errors: Error {
    Error::Request(_) => Refusal::LabelBlank.into(),
    Error::ModelMissing { .. } => Error::ModelMissing { name: text("m") },
    Error::ModelUnusable { .. } => Error::model("m", "its weights are cut short"),
    Error::Library { .. } => Error::library("sounds".as_ref(), LibraryFailure::Missing),
    Error::Data { .. } => Error::data("a.wav", Stage::Decode, "it is cut short"),
    Error::Internal { .. } => Error::internal(Stage::Encode, "secret"),
});

/// The name of the variant of `sample`, for example `HeadUnknown`.
pub(crate) fn variant(sample: &impl std::fmt::Debug) -> String {
    format!("{sample:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}
