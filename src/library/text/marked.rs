//! Which files have what of a question: for each the best thing that was sighted in it for every word. Files with the same of
//! all words share a pattern, and there are few of these, however many files there are.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use tantivy::DocId;
use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;

use crate::library::record::file::FileId;

/// The number of a pattern.
pub(super) type PatternId = u32;

/// The pattern of files that have nothing.
pub(super) const NO_PATTERN: PatternId = 0;

/// No sighting.
pub(super) const NOTHING: u16 = u16::MAX;

/// Files of a segment are gone through in blocks of so many, and blocks without any that count are passed over.
const BLOCK_LEN: usize = 1 << 12;

/// What is known of a pattern: that of the words before, and what was sighted for one more.
#[derive(Debug, Clone, Copy)]
struct PatternStep {
    before: PatternId,
    word: u16,
    sighting: u16,
}

/// The patterns of all files.
#[derive(Debug)]
pub(super) struct Patterns {
    steps: Vec<PatternStep>,
    numbers: HashMap<PatternStepKey, PatternId, BuildHasherDefault<StepHasher>>,
    /// Of each pattern the number of files that have it.
    counts: Vec<u32>,
}

/// A step in one number.
type PatternStepKey = u64;

impl Patterns {
    fn new() -> Self {
        let nothing = PatternStep { before: NO_PATTERN, word: NOTHING, sighting: NOTHING };
        Patterns { steps: vec![nothing], numbers: HashMap::default(), counts: Vec::new() }
    }

    /// The pattern of files that have `sighting` of number `word`, and of the words before what `before` has.
    fn after(&mut self, before: PatternId, word: u16, sighting: u16) -> PatternId {
        let key = u64::from(before) << 32 | u64::from(word) << 16 | u64::from(sighting);
        *self.numbers.entry(key).or_insert_with(|| {
            self.steps.push(PatternStep { before, word, sighting });
            (self.steps.len() - 1) as PatternId
        })
    }

    /// The patterns that files have, each with the number of these.
    pub(super) fn with_counts(&self) -> impl Iterator<Item = (PatternId, u32)> {
        (0..).zip(self.counts.iter().copied()).filter(|(pattern, count)| *count > 0 && *pattern != NO_PATTERN)
    }

    /// What `pattern` has: words and sightings by number, the last word first.
    pub(super) fn sighted(&self, pattern: PatternId) -> impl Iterator<Item = (usize, usize)> {
        let step = |pattern: PatternId| Some(self.steps[pattern as usize]).filter(|_| pattern != NO_PATTERN);
        let steps = std::iter::successors(step(pattern), move |last| step(last.before));
        steps.map(|step| (usize::from(step.word), usize::from(step.sighting)))
    }

    /// Number of patterns, with [`NO_PATTERN`].
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }
}

/// Spreads the few bits that differ between steps.
#[derive(Debug, Default)]
struct StepHasher(u64);

impl Hasher for StepHasher {
    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("a step is one number")
    }

    fn write_u64(&mut self, key: u64) {
        let spread = (key ^ key >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = spread ^ spread >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The files that have something of what is looked for.
#[derive(Debug)]
pub(super) struct MarkedFiles {
    pub(super) patterns: Patterns,
    pub(super) segments: Vec<MarkedSegment>,
}

impl MarkedFiles {
    /// None yet.
    pub(super) fn new() -> Self {
        MarkedFiles { patterns: Patterns::new(), segments: Vec::new() }
    }

    /// Leaves out the files that `is_kept` refuses.
    pub(super) fn keep(&mut self, is_kept: impl Fn(FileId) -> bool) {
        for segment in &mut self.segments {
            let MarkedSegment { marks, ids, .. } = segment;
            marks.retain(|doc| ids.first(doc).is_some_and(|id| is_kept(file_id(id))));
        }
        self.count();
    }

    /// Counts the files of each pattern.
    pub(super) fn count(&mut self) {
        let mut counts = vec![0; self.patterns.len()];
        for (_, pattern) in self.segments.iter().flat_map(|segment| segment.marks.iter()) {
            counts[pattern as usize] += 1;
        }
        self.patterns.counts = counts;
    }
}

/// The files of a segment that have something.
pub(super) struct MarkedSegment {
    pub(super) marks: Marks,
    ids: Column<u64>,
    names: FieldNormReader,
}

impl MarkedSegment {
    /// Those of `marks` whose ids are in `ids`, with the lengths of `names`.
    pub(super) fn new(marks: Marks, ids: Column<u64>, names: FieldNormReader) -> Self {
        MarkedSegment { marks, ids, names }
    }

    /// The file in the place `doc`.
    pub(super) fn file(&self, doc: DocId) -> Option<FileId> {
        self.ids.first(doc).map(file_id)
    }

    /// The step on the scale of lengths at which the name of the file in the place `doc` is; see [`name_len()`].
    pub(super) fn name_step(&self, doc: DocId) -> u8 {
        self.names.fieldnorm_id(doc)
    }
}

impl std::fmt::Debug for MarkedSegment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MarkedSegment").field("marks", &self.marks).finish_non_exhaustive()
    }
}

/// Words in a name of which only the `step` on the scale of lengths is known.
pub(super) fn name_len(step: u8) -> u32 {
    FieldNormReader::id_to_fieldnorm(step)
}

/// The file whose id was stored as `stored`.
pub(super) fn file_id(stored: u64) -> FileId {
    FileId::from_number(stored.cast_signed())
}

/// The pattern of each file of a segment.
#[derive(Debug)]
pub(super) struct Marks {
    patterns: Vec<PatternId>,
    /// Blocks with a pattern in them.
    touched: Vec<bool>,
}

impl Marks {
    /// Every file that has a pattern, with it, in the order of the places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (DocId, PatternId)> {
        let blocks = self.patterns.chunks(BLOCK_LEN).enumerate().filter(|(block, _)| self.touched[*block]);
        let docs = |block: usize| (block * BLOCK_LEN) as DocId..;
        let marks = blocks.flat_map(move |(block, patterns)| docs(block).zip(patterns.iter().copied()));
        marks.filter(|(_, pattern)| *pattern != NO_PATTERN)
    }

    /// Takes the pattern from those that `is_kept` refuses.
    pub(super) fn retain(&mut self, mut is_kept: impl FnMut(DocId) -> bool) {
        let blocks = self.patterns.chunks_mut(BLOCK_LEN).zip(&self.touched).enumerate();
        for (block, (patterns, _)) in blocks.filter(|(_, (_, is_touched))| **is_touched) {
            let docs = (block * BLOCK_LEN) as DocId..;
            for (doc, pattern) in docs.zip(patterns).filter(|(_, pattern)| **pattern != NO_PATTERN) {
                if !is_kept(doc) {
                    *pattern = NO_PATTERN;
                }
            }
        }
    }
}

/// Marks the files of a segment, word by word.
#[derive(Debug)]
pub(super) struct Marker {
    marks: Marks,
    /// The best sighting of this word in each file.
    sightings: Vec<u16>,
    /// Blocks with such a sighting in them.
    touched: Vec<bool>,
}

impl Marker {
    /// Of a segment of `len` files.
    pub(super) fn new(len: u32) -> Self {
        let (len, blocks) = (len as usize, (len as usize).div_ceil(BLOCK_LEN));
        let marks = Marks { patterns: vec![NO_PATTERN; len], touched: vec![false; blocks] };
        Marker { marks, sightings: vec![NOTHING; len], touched: vec![false; blocks] }
    }

    /// Sets the sighting of the word in all of `docs` to number `sighting`, whatever it was.
    pub(super) fn sight(&mut self, docs: &[DocId], sighting: u16) {
        for doc in docs {
            self.sightings[*doc as usize] = sighting;
            self.touched[*doc as usize / BLOCK_LEN] = true;
        }
    }

    /// Adds what was sighted to the patterns, as word number `word`, and goes on to the next word.
    pub(super) fn end_word(&mut self, word: u16, patterns: &mut Patterns) {
        let mut last = (NO_PATTERN, NOTHING, NO_PATTERN);
        for (block, is_touched) in self.touched.iter_mut().enumerate().filter(|(_, is_touched)| **is_touched) {
            let range = block * BLOCK_LEN..self.sightings.len().min((block + 1) * BLOCK_LEN);
            let of_files = self.marks.patterns[range.clone()].iter_mut().zip(&mut self.sightings[range]);
            for (pattern, sighting) in of_files.filter(|(_, sighting)| **sighting != NOTHING) {
                if (*pattern, *sighting) != (last.0, last.1) {
                    last = (*pattern, *sighting, patterns.after(*pattern, word, *sighting));
                }
                (*pattern, *sighting) = (last.2, NOTHING);
            }
            (self.marks.touched[block], *is_touched) = (true, false);
        }
    }

    /// What was marked.
    pub(super) fn finish(self) -> Marks {
        self.marks
    }
}
