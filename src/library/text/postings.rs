//! The inverted index itself: which words are in which field of which file.
//!
//! It consists of segments, as tantivy calls them, that never change: an update adds a small one, marks what is gone in the
//! others, and merges some of like size now and then, so that there are few. They lie in [`crate::library::text::directory`], most of them in files
//! that were stored earlier, and what is newer in memory; an index that cannot be stored works just as well.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use tantivy::directory::Directory;
use tantivy::index::SegmentComponent;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::query::{EnableScoring, PhrasePrefixQuery, PhraseQuery, Query, TermQuery, Weight};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{
    Index, IndexBuilder, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TantivyDocument,
    TantivyError, Term,
};

use crate::library::changes::FoundFile;
use crate::library::record::file::FileId;
use crate::library::text::dictionary::Dictionary;
use crate::library::text::directory::LayeredDirectory;
use crate::library::text::marked::{MarkedFiles, MarkedSegment, Marker, Marks, Patterns, file_id};
use crate::library::text::reading::MatchForm;
use crate::library::text::score::{PLACES, Sighting};
use crate::library::text::stems::{stem, stems};
use crate::library::text::thesaurus::category::{Category, category_of};
use crate::library::text::words::words;

/// Memory for files on their way into the index: tantivy's least.
const WRITER_BYTES: usize = 15_000_000;

/// Terms that the beginning of a word may stand for; the alphabetically first ones count.
const EXPANSIONS: u32 = 1_000;

/// Of a longer tag only this much is indexed: some files carry whole books.
const TAG_CHARS: usize = 10_000;

/// How far the stems of a phrase may be from where it has them, all together: enough for a small word between them, or
/// for two that have changed places.
const SLOP: u32 = 2;

/// How far apart the phrases for a category are: too far to make one together.
const GAP: usize = 10;

/// So many segments of like size are merged. A search looks each of its words up in every segment.
const MERGED_SEGMENTS: usize = 5;

/// Segments are of like size up to this power of two.
const LIKE_SIZE_LOG: f64 = 2.0;

/// Segments of fewer files than this are of like size, however small.
const SMALL_SEGMENT: u32 = 4_000;

/// A segment with more than this share of dead files is written again without them.
const DEAD_SHARE: f32 = 0.3;

/// Kinds of files that a segment may have.
const COMPONENTS: [SegmentComponent; 7] = [
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
    SegmentComponent::Terms,
    SegmentComponent::Store,
    SegmentComponent::Delete,
];

/// An inverted index.
pub(super) struct Postings {
    directory: LayeredDirectory,
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

/// The fields of a file. The numbered ones are in the order of [`crate::library::text::score::TextField`].
#[derive(Debug, Clone, Copy)]
struct Fields {
    file: Field,
    texts: [Field; TEXTS],
    stems: [Field; TEXTS],
    /// Stems of what its category is called.
    category: Field,
}

/// Places that are texts: all but the category.
const TEXTS: usize = PLACES - 1;

impl Postings {
    /// An index of `files`, made on the calling thread and in memory.
    pub(super) fn build(files: &[FoundFile]) -> tantivy::Result<Self> {
        let directory = LayeredDirectory::default();
        let (schema, fields) = schema();
        let builder = IndexBuilder::new().schema(schema);
        let mut writer = builder.single_segment_index_writer(directory.clone(), WRITER_BYTES)?;
        for file in files {
            writer.add_document(fields.document(file))?;
        }
        writer.finalize()?;
        Postings::open(directory)
    }

    /// The index in `directory`. Nothing is read but where what is in its files.
    pub(super) fn open(directory: LayeredDirectory) -> tantivy::Result<Self> {
        let index = Index::open(directory.clone())?;
        let (schema, fields) = schema();
        if index.schema() != schema {
            return Err(TantivyError::SchemaError("the fields are not ours".into()));
        }
        // Anything else would start a thread.
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Postings { directory, index, reader, fields })
    }

    /// Where its files are.
    pub(super) fn directory(&self) -> &LayeredDirectory {
        &self.directory
    }

    /// Writes into `folder` what a generation needs of it beside the files that are stored already, whose names are returned.
    /// Where `anew` is set all are written.
    pub(super) fn write(&self, folder: &Path, anew: bool) -> io::Result<Vec<String>> {
        let names = self.file_names().map_err(io::Error::other)?;
        self.directory.write(&names, folder, anew)
    }

    /// The names of the files of its segments.
    fn file_names(&self) -> tantivy::Result<Vec<PathBuf>> {
        let mut names = Vec::new();
        for segment in self.index.searchable_segment_metas()? {
            for path in COMPONENTS.map(|component| segment.relative_path(component)) {
                if self.directory.exists(&path)? {
                    names.push(path);
                }
            }
        }
        Ok(names)
    }

    /// Forgets `removed`, then puts each of `found` in place of what there is of it. Its threads have ended when it
    /// returns.
    pub(super) fn update(&mut self, removed: &[FileId], found: &[FoundFile]) -> tantivy::Result<()> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
        writer.set_merge_policy(Box::new(merge_policy()));
        for file in removed.iter().chain(found.iter().map(|file| &file.id)) {
            writer.delete_term(Term::from_field_u64(self.fields.file, file.number().cast_unsigned()));
        }
        for file in found {
            writer.add_document(self.fields.document(file))?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        self.reader.reload()
    }

    /// Number of files.
    pub(super) fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Number of segments.
    #[cfg(test)]
    pub(super) fn segments_len(&self) -> usize {
        self.reader.searcher().segment_readers().len()
    }

    /// Every file, in no order.
    pub(super) fn files(&self) -> tantivy::Result<Vec<FileId>> {
        let mut files = Vec::new();
        for segment in self.reader.searcher().segment_readers() {
            let ids = segment.fast_fields().u64(FILE)?;
            files.extend(segment.doc_ids_alive().filter_map(|doc| ids.first(doc)).map(file_id));
        }
        Ok(files)
    }

    /// The words in it.
    pub(super) fn dictionary(&self) -> Dictionary {
        Dictionary::new(self.reader.searcher(), &self.fields.texts, &self.fields.stems)
    }

    /// Every file that has something of what is looked for, with the best of it for each word of the query.
    pub(super) fn marked(&self, sightings: &[Vec<Sighting>]) -> tantivy::Result<MarkedFiles> {
        let searcher = self.reader.searcher();
        let mut weights = Vec::with_capacity(sightings.len());
        for of_word in sightings {
            let of_word = of_word.iter().map(|sighting| self.weight_of(&searcher, sighting));
            weights.push(of_word.collect::<tantivy::Result<Vec<_>>>()?);
        }
        let mut marked = MarkedFiles::new();
        for segment in searcher.segment_readers() {
            let mut marks = marks(segment, &weights, &mut marked.patterns)?;
            if let Some(alive) = segment.alive_bitset() {
                marks.retain(|doc| alive.is_alive(doc));
            }
            let (ids, names) = (segment.fast_fields().u64(FILE)?, segment.get_fieldnorms_reader(self.fields.texts[0])?);
            marked.segments.push(MarkedSegment::new(marks, ids, names));
        }
        marked.count();
        Ok(marked)
    }

    /// What finds `sighting`.
    fn weight_of(&self, searcher: &Searcher, sighting: &Sighting) -> tantivy::Result<Box<dyn Weight>> {
        let place = sighting.place as usize;
        let field = match sighting.form {
            MatchForm::Words | MatchForm::Beginning => self.fields.texts[place],
            MatchForm::Stems | MatchForm::StemsNear => self.fields.stems[place],
            MatchForm::Category => self.fields.category,
        };
        let terms: Vec<Term> = sighting.sequence.iter().map(|word| Term::from_field_text(field, word)).collect();
        let query: Box<dyn Query> = match (sighting.form, terms.as_slice()) {
            (MatchForm::Beginning, _) => {
                let mut query = PhrasePrefixQuery::new(terms);
                query.set_max_expansions(EXPANSIONS);
                Box::new(query)
            }
            (_, [term]) => Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic)),
            (MatchForm::Words | MatchForm::Stems, _) => Box::new(PhraseQuery::new(terms)),
            (MatchForm::StemsNear | MatchForm::Category, _) => {
                let mut query = PhraseQuery::new(terms);
                query.set_slop(SLOP);
                Box::new(query)
            }
        };
        query.weight(EnableScoring::disabled_from_searcher(searcher))
    }
}

impl fmt::Debug for Postings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postings").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// Which segments are put together.
fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(MERGED_SEGMENTS);
    policy.set_level_log_size(LIKE_SIZE_LOG);
    policy.set_min_layer_size(SMALL_SEGMENT);
    policy.set_del_docs_ratio_before_merge(DEAD_SHARE);
    policy
}

/// Name of the field with the file's id.
const FILE: &str = "file";

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    // The text comes cut into words; the tokenizer's name is required and never used.
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(true);
    let text = TextOptions::default().set_indexing_options(indexing);
    let file = schema.add_u64_field(FILE, INDEXED | FAST);
    let mut add = |name: &str| schema.add_text_field(name, text.clone());
    let texts = ["name", "tags", "folder"].map(&mut add);
    let stems = ["name stems", "tags stems", "folder stems"].map(&mut add);
    let category = add("category");
    (schema.build(), Fields { file, texts, stems, category })
}

impl Fields {
    fn document(&self, file: &FoundFile) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_u64(self.file, file.id.number().cast_unsigned());
        let [name, tags, folder] = [0, 1, 2];
        if let Some(text) = file.path.file_name() {
            self.add(&mut document, name, &text.to_string_lossy());
        }
        if let Some(found) = file.path.file_stem().and_then(|stem| category_of(&stem.to_string_lossy())) {
            document.add_pre_tokenized_text(self.category, names_of(found));
        }
        for (_, text) in &file.tags {
            self.add(&mut document, tags, beginning(text));
        }
        for part in file.path.parent().into_iter().flat_map(Path::components) {
            self.add(&mut document, folder, &part.as_os_str().to_string_lossy());
        }
        document
    }

    /// Adds `text` at `place`, as words and as stems.
    fn add(&self, document: &mut TantivyDocument, place: usize, text: &str) {
        let words = words(text);
        let token = |text, position| Token { position, text, ..Token::default() };
        let plain = words.iter().map(|word| token(word.text.clone(), word.place)).collect();
        let stems = words.iter().map(|word| token(stem(&word.text), word.place)).collect();
        for (field, tokens) in [(self.texts[place], plain), (self.stems[place], stems)] {
            document.add_pre_tokenized_text(field, PreTokenizedString { text: String::new(), tokens });
        }
    }
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(TAG_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// What `category` can be found by: its code and the stems of what it is called.
fn names_of(category: &Category) -> PreTokenizedString {
    let mut tokens = vec![Token { position: 0, text: category.code.clone(), ..Token::default() }];
    for phrase in &category.phrases {
        let start = tokens.last().map_or(0, |token| token.position + GAP);
        let token = |(index, text)| Token { position: start + index, text, ..Token::default() };
        tokens.extend(stems(phrase).into_iter().enumerate().map(token));
    }
    PreTokenizedString { text: String::new(), tokens }
}

/// What the documents of `segment`, deleted ones too, have of the words that `weights` find.
fn marks(segment: &SegmentReader, weights: &[Vec<Box<dyn Weight>>], patterns: &mut Patterns) -> tantivy::Result<Marks> {
    let mut marker = Marker::new(segment.max_doc());
    for (word, weights) in (0..).zip(weights) {
        // The last is the least, so that better ones overwrite it.
        for (number, weight) in (0..).zip(weights).collect::<Vec<_>>().into_iter().rev() {
            weight.for_each_no_score(segment, &mut |docs| marker.sight(docs, number))?;
        }
        marker.end_word(word, patterns);
    }
    Ok(marker.finish())
}
