//! The examples of a request → what of them is left out of its answer: who looks for more like a sound has that sound.

use std::path::PathBuf;

use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::record::file::{FileState, Hash, Stamp};
use crate::library::record::segment::Segment;
use crate::search::collect::Scope;
use crate::search::example::Example;
use crate::search::hit::Twin;
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
    span: Option<TimeSpan>,
}

impl ExcludedExamples {
    /// The wanted examples of `request`; none if it compares no sounds.
    pub(super) fn of(library: &Library, request: &Request) -> Result<Self> {
        if request.by == Basis::Words {
            return Ok(ExcludedExamples::default());
        }
        let mut sounds = Vec::new();
        for wanted in &request.wanted {
            if let Query::Like(example) = &wanted.query {
                sounds.extend(known(library, example)?);
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

    /// The other files within `scope` that are left out because they have the content of a file that was given whole.
    pub(super) fn identical(&self, library: &Library, scope: &Scope) -> Result<Vec<Twin>> {
        if self.examples == Examples::Listed {
            return Ok(Vec::new());
        }
        let mut twins = Vec::new();
        for hash in self.sounds.iter().filter(|sound| sound.span.is_none()).filter_map(|sound| sound.hash) {
            let files = library.files_of_content(hash)?.into_iter();
            twins.extend(files.filter(|(id, _)| scope.files.as_ref().is_none_or(|files| files.contains(id))));
        }
        let is_given = |path: &PathBuf| self.sounds.iter().any(|sound| sound.path == *path);
        let twins = twins.into_iter().filter(|(_, path)| !is_given(path));
        let mut twins: Vec<Twin> = twins.map(|(id, path)| Twin { path, id }).collect();
        twins.sort();
        twins.dedup();
        Ok(twins)
    }
}

impl ExcludedExample {
    fn is(&self, card: &FileCard) -> bool {
        self.path == card.path || (self.hash.is_some() && self.hash == card.hash)
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
fn known(library: &Library, example: &Example) -> Result<Option<ExcludedExample>> {
    let Ok(path) = example.path.canonicalize() else { return Ok(None) };
    let Some(known) = library.known_file(&path)?.filter(|known| known.state == FileState::Indexed) else {
        return Ok(None);
    };
    let is_unchanged = path.metadata().is_ok_and(|metadata| Stamp::of(&metadata) == known.stamp);
    Ok(Some(ExcludedExample { path, hash: known.hash.filter(|_| is_unchanged), span: example.span }))
}
