//! Sidecars: files beside sounds that list their labels, for programs that know nothing of the library.
//!
//! `rain.wav` gets `rain.wav.labels.json`: {"auricle": 1, "labels": [{"label", "source", "start", "end", "score"}, …]}.
//! Labels of other sources stay; a file of that name that is not ours is left alone, and so is the sound itself.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use auricle::library::record::label::{Labelled, Labeller};
use serde::{Deserialize, Serialize};

/// Ending of the name of a sidecar.
const ENDING: &str = ".labels.json";

/// Version of the format.
const FORMAT: u32 = 1;

/// The contents of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Sidecar {
    /// Marks the file as ours.
    auricle: u32,
    labels: Vec<SidecarLabel>,
}

/// A label with its source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct SidecarLabel {
    label: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    start: f64,
    end: f64,
    score: f32,
}

impl SidecarLabel {
    fn new(by: &Labeller, labelled: &Labelled) -> Self {
        let Labelled { label, start_seconds, end_seconds, score } = labelled;
        let head = Some(by.head().to_owned()).filter(|head| !head.is_empty());
        let (source, label) = (by.source().to_owned(), label.clone());
        SidecarLabel { label, source, head, start: *start_seconds, end: *end_seconds, score: *score }
    }

    fn is_by(&self, by: &Labeller) -> bool {
        self.source == by.source() && self.head.as_deref().unwrap_or_default() == by.head()
    }
}

/// Writes beside the sound at `path` that `by` gives it `labels`, in place of those it gave before.
///
/// # Errors
/// If the file cannot be written, or one of its name is not ours.
pub(crate) fn update(path: &Path, by: &Labeller, labels: &[Labelled]) -> io::Result<()> {
    let sidecar = beside(path);
    let mut entries = match fs::read(&sidecar) {
        Ok(bytes) => read(&sidecar, &bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    entries.retain(|entry| !entry.is_by(by));
    entries.extend(labels.iter().map(|labelled| SidecarLabel::new(by, labelled)));
    write(&sidecar, entries)
}

/// The sidecar of the sound at `path`.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ENDING);
    name.into()
}

fn read(sidecar: &Path, bytes: &[u8]) -> io::Result<Vec<SidecarLabel>> {
    let read: Result<Sidecar, _> = serde_json::from_slice(bytes);
    let is_ours = read.ok().filter(|read| read.auricle == FORMAT);
    let foreign = || {
        let problem = format!("{} is not a label file of this program; move it away", sidecar.display());
        io::Error::new(io::ErrorKind::AlreadyExists, problem)
    };
    is_ours.map(|read| read.labels).ok_or_else(foreign)
}

/// Puts the file in place whole.
fn write(sidecar: &Path, labels: Vec<SidecarLabel>) -> io::Result<()> {
    let folder = sidecar.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, &Sidecar { auricle: FORMAT, labels })?;
    file.write_all(b"\n")?;
    // A temporary file is its owner's alone; this one is for everybody who may read the folder.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(sidecar).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(label: &str) -> Labelled {
        Labelled { label: label.into(), start_seconds: 0.0, end_seconds: 1.0, score: 0.75 }
    }

    #[test]
    fn each_source_has_its_own_lines_and_replaces_them() {
        let folder = tempfile::tempdir().unwrap();
        let sound = folder.path().join("rain.wav");
        update(&sound, &Labeller::Hand, &[labelled("rain")]).unwrap();
        update(&sound, &Labeller::ZeroShot, &[labelled("water"), labelled("wind")]).unwrap();
        update(&sound, &Labeller::ZeroShot, &[labelled("sea")]).unwrap();
        let sidecar = beside(&sound);
        let entries = read(&sidecar, &fs::read(&sidecar).unwrap()).unwrap();
        let lines: Vec<_> = entries.iter().map(|entry| format!("{} {}", entry.source, entry.label)).collect();
        assert_eq!(lines, ["hand rain", "zero-shot sea"]);
        assert!(sidecar.ends_with("rain.wav.labels.json"));
    }

    #[test]
    fn a_file_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let sound = folder.path().join("rain.wav");
        fs::write(beside(&sound), "{\"mine\": 1}").unwrap();
        let error = update(&sound, &Labeller::Hand, &[]).unwrap_err().to_string();
        assert!(error.contains("rain.wav.labels.json"), "{error}");
        assert_eq!(fs::read_to_string(beside(&sound)).unwrap(), "{\"mine\": 1}");
    }
}
