//! One sample of every refusal of the command line itself, for the test of its advice.

use std::io;

use super::samples::samples;
use crate::cli::refusal::{CliRefusal, SoundOutput};

fn texts() -> Vec<String> {
    vec!["low".to_owned(), "high".to_owned()]
}

fn failed() -> io::Error {
    io::Error::other("no luck")
}

samples!(cli_refusals: CliRefusal {
    CliRefusal::NoHome => CliRefusal::NoHome,
    CliRefusal::NoLabels => CliRefusal::NoLabels,
    CliRefusal::NoLabelsToWord => CliRefusal::NoLabelsToWord,
    CliRefusal::LabelBlank => CliRefusal::LabelBlank,
    CliRefusal::SoundsAmongWords => CliRefusal::SoundsAmongWords,
    CliRefusal::WeightOfNothing { .. } => CliRefusal::WeightOfNothing { term: "x".into(), terms: texts() },
    CliRefusal::NoSounds { .. } => CliRefusal::NoSounds { paths: vec!["a".into()] },
    CliRefusal::ListUnreadable { .. } => CliRefusal::ListUnreadable { path: "a".into(), source: failed() },
    CliRefusal::ListEmpty { .. } => CliRefusal::ListEmpty { path: "a".into() },
    CliRefusal::NothingReadable => CliRefusal::NothingReadable,
    CliRefusal::NotInLibrary { .. } => CliRefusal::NotInLibrary { path: "a".into() },
    CliRefusal::LabelsNotStored { .. } => CliRefusal::LabelsNotStored { sounds: 2 },
    CliRefusal::OnePlaceForMany { .. } => CliRefusal::OnePlaceForMany { count: 2, what: SoundOutput::Picture },
    CliRefusal::OneTrackForMany { .. } => CliRefusal::OneTrackForMany { files: 2 },
    CliRefusal::OutputExists { .. } => CliRefusal::OutputExists { path: "a".into(), is_file: true },
    CliRefusal::ArrayToTerminal => CliRefusal::ArrayToTerminal,
    CliRefusal::TokenUnreadable { .. } => CliRefusal::TokenUnreadable { path: "a".into(), source: failed() },
    CliRefusal::TokenNeeded { .. } => CliRefusal::TokenNeeded { address: ([0, 0, 0, 0], 80).into() },
    CliRefusal::TableWithoutTruth { .. } => CliRefusal::TableWithoutTruth { path: "a".into() },
    CliRefusal::FoldersWithoutTruth => CliRefusal::FoldersWithoutTruth,
    CliRefusal::CaptionsInsteadOfLabels { .. } => CliRefusal::CaptionsInsteadOfLabels { path: "a".into() },
    CliRefusal::NoMatrixOfCaptions => CliRefusal::NoMatrixOfCaptions,
    CliRefusal::NoMatrixOfManyClasses => CliRefusal::NoMatrixOfManyClasses,
    CliRefusal::LabelOfNoClass { .. } => CliRefusal::LabelOfNoClass {
        path: "a".into(), label: "x".into(), classes: texts(),
    },
    CliRefusal::ExampleLost { .. } => CliRefusal::ExampleLost { path: "a".into() },
    CliRefusal::TemporaryFolderUnusable { .. } => CliRefusal::TemporaryFolderUnusable {
        folder: "a".into(), source: failed(),
    },
    CliRefusal::BenchFolderUnusable { .. } => CliRefusal::BenchFolderUnusable { folder: "a".into(), source: failed() },
});
