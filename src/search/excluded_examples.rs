//! The examples of a request → what of them is left out of its answer: who looks for more like a sound has that sound.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::disk_path::on_disk;
use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::record::file::{FileId, FileState, Hash, Stamp};
use crate::library::record::segment::{Segment, SegmentId};
use crate::search::collect::Scope;
use crate::search::example::Example;
use crate::search::hit::{CopyKind, RecordingCopy};
use crate::search::rank::{FileCandidate, ScoredSegment};
use crate::search::request::{Basis, Examples, Query, Request};
use crate::time_span::TimeSpan;

/// The examples that the library has.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct ExcludedExamples {
    sounds: Vec<ExcludedExample>,
    examples: Examples,
}

/// A file that was given as an example.
#[derive(Debug, Clone, PartialEq)]
struct ExcludedExample {
    path: PathBuf,
    /// Its content, if that is still what was indexed.
    hash: Option<Hash>,
    /// Files of other content with the same recording.
    copies: Vec<RecordingCopy>,
    span: Option<TimeSpan>,
}

impl ExcludedExamples {
    /// The wanted examples of `request`; none if it compares no sounds. `near` gives the segments nearest to a vector, among
    /// which copies are looked for.
    pub(super) fn of(
        library: &Library,
        request: &Request,
        near: impl Fn(&Embedding) -> Result<Vec<SegmentId>>,
    ) -> Result<Self> {
        if request.by == Basis::Words {
            return Ok(ExcludedExamples::default());
        }
        let mut sounds = Vec::new();
        for wanted in &request.wanted {
            if let Query::Like(example) = &wanted.query {
                sounds.extend(known(library, example, &near)?);
            }
        }
        Ok(ExcludedExamples { sounds, examples: request.examples })
    }

    /// `candidates` without what is to be left out, and with the ranks by sound that they have among themselves.
    pub(super) fn strip(&self, candidates: Vec<FileCandidate>) -> Vec<FileCandidate> {
        if self.sounds.is_empty() || self.examples == Examples::Listed {
            return candidates;
        }
        let mut kept: Vec<FileCandidate> = candidates.into_iter().filter_map(|one| self.strip_one(one)).collect();
        let mut found: Vec<&mut FileCandidate> = kept.iter_mut().filter(|one| one.sound_rank.is_some()).collect();
        found.sort_by(|a, b| best_score(b).total_cmp(&best_score(a)).then(a.card.id.cmp(&b.card.id)));
        for (index, candidate) in found.into_iter().enumerate() {
            candidate.sound_rank = Some(index + 1);
        }
        kept
    }

    fn strip_one(&self, mut candidate: FileCandidate) -> Option<FileCandidate> {
        for sound in self.sounds.iter().filter(|sound| sound.is(&candidate.card)) {
            candidate.segments.retain(|segment| !sound.overlaps(segment));
            if candidate.segments.is_empty() {
                return None;
            }
        }
        Some(candidate)
    }

    /// The other files within `scope` that are left out because they are copies of a file that was given whole.
    pub(super) fn identical(&self, library: &Library, scope: &Scope) -> Result<Vec<RecordingCopy>> {
        if self.examples == Examples::Listed {
            return Ok(Vec::new());
        }
        let mut copies = Vec::new();
        for sound in self.sounds.iter().filter(|sound| sound.span.is_none()) {
            copies.extend(sound.copies.iter().cloned());
            if let Some(hash) = sound.hash {
                let same = library.files_of_content(hash)?.into_iter();
                copies.extend(same.map(|(id, path)| RecordingCopy { path, id, kind: CopyKind::SameBytes }));
            }
        }
        let may_be_found = |id| scope.files.as_ref().is_none_or(|files| files.contains(&id));
        let is_given = |path: &PathBuf| self.sounds.iter().any(|sound| sound.path == *path);
        copies.retain(|copy| may_be_found(copy.id) && !is_given(&copy.path));
        copies.sort();
        copies.dedup_by_key(|copy| copy.id);
        Ok(copies)
    }
}

impl ExcludedExample {
    fn is(&self, card: &FileCard) -> bool {
        let has_content = self.hash.is_some() && self.hash == card.hash;
        self.path == card.path || has_content || self.copies.iter().any(|copy| copy.id == card.id)
    }

    fn overlaps(&self, segment: &ScoredSegment) -> bool {
        let Segment { start_seconds, end_seconds, .. } = segment.segment;
        let other = TimeSpan::new(start_seconds, end_seconds);
        self.span.is_none_or(|span| other.is_some_and(|other| span.overlaps(other)))
    }
}

fn best_score(candidate: &FileCandidate) -> f32 {
    candidate.segments.iter().map(|segment| segment.by_sound).fold(f32::NEG_INFINITY, f32::max)
}

/// `example` if `library` finds it.
fn known(
    library: &Library,
    example: &Example,
    near: impl Fn(&Embedding) -> Result<Vec<SegmentId>>,
) -> Result<Option<ExcludedExample>> {
    let Ok(path) = on_disk(&example.path).canonicalize() else { return Ok(None) };
    let Some(known) = library.known_file(&path)?.filter(|known| known.state == FileState::Indexed) else {
        return Ok(None);
    };
    let is_unchanged = path.metadata().is_ok_and(|metadata| Stamp::of(&metadata) == known.stamp);
    let copies = if is_unchanged { copies_of(library, &path, near)? } else { Vec::new() };
    Ok(Some(ExcludedExample { path, hash: known.hash.filter(|_| is_unchanged), copies, span: example.span }))
}

/// The files with the recording of that at `path`, and other content, among those `near` to it.
fn copies_of(
    library: &Library,
    path: &Path,
    near: impl Fn(&Embedding) -> Result<Vec<SegmentId>>,
) -> Result<Vec<RecordingCopy>> {
    let (Some(own), Some(clip)) = (library.file_id(path)?, library.clip_at(path)?) else { return Ok(Vec::new()) };
    let Some(imprint) = library.imprints_of(&[own])?.remove(&own) else { return Ok(Vec::new()) };
    let files: BTreeSet<FileId> = library.files_of(&near(&clip.vector)?)?.into_values().collect();
    let mut same = library.imprints_of(&files.into_iter().collect::<Vec<_>>())?;
    same.retain(|_, other| imprint.is_same_recording(other));
    let cards = library.cards(&same.into_keys().collect::<Vec<_>>())?;
    let others = cards.into_values().filter(|card| card.hash.is_none() || card.hash != clip.hash);
    let copy = |card: FileCard| RecordingCopy { path: card.path, id: card.id, kind: CopyKind::SameRecording };
    Ok(others.map(copy).collect())
}
