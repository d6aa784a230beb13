//! The inverted index itself: which words are in which field of which file. The one file that knows tantivy.
//!
//! The whole index is in memory, about a hundred bytes a file, and is stored and read as one run of bytes; so nothing
//! here touches a disk, no reader can be hurt by a file that changes under it, and an index that cannot be stored works
//! just as well. Checksums and versions are the caller's affair.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use tantivy::directory::{Directory, RamDirectory};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{EnableScoring, PhrasePrefixQuery, PhraseQuery, Query, TermQuery, Weight};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{
    Index, IndexBuilder, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TantivyDocument,
    TantivyError, Term,
};

use crate::library::changes::FoundFile;
use crate::library::record::FileId;
use crate::library::text::query;
use crate::library::text::query::{Extent, Words};
use crate::library::text::score::{FIELDS, Marked};
use crate::library::text::words::words;

/// Memory for files on their way into the index: tantivy's least.
const WRITER_BYTES: usize = 15_000_000;

/// Terms that the beginning of a word may stand for; the alphabetically first ones count.
const EXPANSIONS: u32 = 1_000;

/// Of a longer tag only this much is indexed: some files carry whole books.
const TAG_CHARS: usize = 10_000;

/// Files of tantivy's that its own list does not name.
const UNLISTED: [&str; 2] = ["meta.json", ".managed.json"];

/// An inverted index in memory.
pub(super) struct Postings {
    directory: RamDirectory,
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

/// The fields of a file. The numbered ones are in the order of [`crate::library::text::Place`].
#[derive(Debug, Clone, Copy)]
struct Fields {
    file: Field,
    texts: [Field; FIELDS],
}

impl Postings {
    /// An index of `files`, made on the calling thread.
    pub(super) fn build(files: &[FoundFile]) -> tantivy::Result<Self> {
        let directory = RamDirectory::create();
        let (schema, fields) = schema();
        let builder = IndexBuilder::new().schema(schema);
        let mut writer = builder.single_segment_index_writer(directory.clone(), WRITER_BYTES)?;
        for file in files {
            writer.add_document(fields.document(file))?;
        }
        writer.finalize()?;
        Postings::open(directory)
    }

    /// The index whose stored form is `parts`.
    pub(super) fn from_parts(parts: Vec<(String, Vec<u8>)>) -> tantivy::Result<Self> {
        let directory = RamDirectory::create();
        for (name, bytes) in parts {
            directory.atomic_write(Path::new(&name), &bytes)?;
        }
        Postings::open(directory)
    }

    fn open(directory: RamDirectory) -> tantivy::Result<Self> {
        let index = Index::open(directory.clone())?;
        let (schema, fields) = schema();
        if index.schema() != schema {
            return Err(TantivyError::SchemaError("the fields are not ours".into()));
        }
        if !index.validate_checksum()?.is_empty() {
            return Err(TantivyError::InternalError("the checksums do not fit".into()));
        }
        // Anything else would start a thread.
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Postings { directory, index, reader, fields })
    }

    /// The stored form: files by name.
    pub(super) fn to_parts(&self) -> tantivy::Result<Vec<(String, Vec<u8>)>> {
        let mut names: HashSet<PathBuf> = self.index.directory().list_managed_files();
        names.extend(UNLISTED.map(PathBuf::from));
        let mut names: Vec<PathBuf> = names.into_iter().collect();
        names.sort();
        let mut parts = Vec::with_capacity(names.len());
        for name in names {
            if self.directory.exists(&name)? {
                parts.push((name.display().to_string(), self.directory.atomic_read(&name)?));
            }
        }
        Ok(parts)
    }

    /// Forgets `removed`, then puts each of `found` in place of what there is of it. Its threads have ended when it
    /// returns.
    pub(super) fn update(&mut self, removed: &[FileId], found: &[FoundFile]) -> tantivy::Result<()> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
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

    /// Number of files that were removed and still take room.
    pub(super) fn dead_len(&self) -> u64 {
        let searcher = self.reader.searcher();
        searcher.segment_readers().iter().map(|segment| u64::from(segment.num_deleted_docs())).sum()
    }

    /// Bytes in memory.
    pub(super) fn memory_bytes(&self) -> usize {
        self.directory.total_mem_usage()
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

    /// Every file that has one of the terms of `words`, with where it has which.
    pub(super) fn marked(&self, words: &Words) -> tantivy::Result<Vec<Marked>> {
        let searcher = self.reader.searcher();
        let mut weights = Vec::new();
        for (number, term) in words.terms().iter().enumerate() {
            for (place, field) in self.fields.texts.iter().enumerate() {
                for weight in weights_of(&searcher, *field, term)? {
                    weights.push((1u32 << number, place, weight));
                }
            }
        }
        let mut marked = Vec::new();
        for segment in searcher.segment_readers() {
            let marks = marks(segment, &weights)?;
            let names = segment.get_fieldnorms_reader(self.fields.texts[0])?;
            take_marked(segment, &marks, &names, &mut marked)?;
        }
        Ok(marked)
    }
}

impl fmt::Debug for Postings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postings").field("len", &self.len()).finish_non_exhaustive()
    }
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
    let texts = ["name", "tags", "folder"].map(|name| schema.add_text_field(name, text.clone()));
    (schema.build(), Fields { file, texts })
}

impl Fields {
    fn document(&self, file: &FoundFile) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_u64(self.file, file.id.number().cast_unsigned());
        let [name, tags, folder] = self.texts;
        if let Some(text) = file.path.file_name() {
            document.add_pre_tokenized_text(name, cut(&text.to_string_lossy()));
        }
        for (_, text) in &file.tags {
            document.add_pre_tokenized_text(tags, cut(beginning(text)));
        }
        for part in file.path.parent().into_iter().flat_map(Path::components) {
            document.add_pre_tokenized_text(folder, cut(&part.as_os_str().to_string_lossy()));
        }
        document
    }
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(TAG_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// `text` as the words it can be found by.
fn cut(text: &str) -> PreTokenizedString {
    let token =
        |word: crate::library::text::words::Word| Token { position: word.place, text: word.text, ..Token::default() };
    PreTokenizedString { text: String::new(), tokens: words(text).into_iter().map(token).collect() }
}

/// What finds `term` in `field`: any of these.
fn weights_of(searcher: &Searcher, field: Field, term: &query::Term) -> tantivy::Result<Vec<Box<dyn Weight>>> {
    let sequence = |words: &[String]| words.iter().map(|word| Term::from_field_text(field, word)).collect();
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    for words in [Some(term.sequence.as_slice()), term.whole.as_ref().map(std::slice::from_ref)].into_iter().flatten() {
        queries.push(match (words, term.extent) {
            (words, Extent::Beginning) => {
                let mut query = PhrasePrefixQuery::new(sequence(words));
                query.set_max_expansions(EXPANSIONS);
                Box::new(query)
            }
            ([word], Extent::Whole) => {
                Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::Basic))
            }
            (words, Extent::Whole) => Box::new(PhraseQuery::new(sequence(words))),
        });
    }
    let weight = |query: Box<dyn Query>| query.weight(EnableScoring::disabled_from_searcher(searcher));
    queries.into_iter().map(weight).collect()
}

/// For each document of `segment`, deleted ones too, the terms that each field has, as bits.
fn marks(segment: &SegmentReader, weights: &[(u32, usize, Box<dyn Weight>)]) -> tantivy::Result<Vec<[u32; FIELDS]>> {
    let mut marks = vec![[0; FIELDS]; segment.max_doc() as usize];
    for (bit, place, weight) in weights {
        weight.for_each_no_score(segment, &mut |docs| {
            for doc in docs {
                marks[*doc as usize][*place] |= bit;
            }
        })?;
    }
    Ok(marks)
}

fn take_marked(
    segment: &SegmentReader,
    marks: &[[u32; FIELDS]],
    names: &FieldNormReader,
    marked: &mut Vec<Marked>,
) -> tantivy::Result<()> {
    let ids = segment.fast_fields().u64(FILE)?;
    for (doc, terms) in (0u32..).zip(marks) {
        if *terms == [0; FIELDS] || segment.is_deleted(doc) {
            continue;
        }
        if let Some(id) = ids.first(doc) {
            marked.push(Marked { file: file_id(id), terms: *terms, name_len: names.fieldnorm(doc) });
        }
    }
    Ok(())
}

fn file_id(stored: u64) -> FileId {
    FileId::from_number(stored.cast_signed())
}
