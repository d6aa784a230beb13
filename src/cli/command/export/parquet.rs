//! The vectors of a library with all that is known of them as one Parquet file. Rows are collected into groups, so that
//! memory does not grow with the library.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use auricle::embedding::Space;
use auricle::library::entries::IndexedSegment;
use auricle::library::record::label::{Labelled, Labeller};
use auricle::wire::label::StoredLabel;
use auricle::wire::path::hex;
use auricle::wire::path::text;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

/// Rows in a group: some 20 MB of vectors.
const GROUP_ROWS: usize = 10_000;

/// The columns, in the order in which [`PendingRows`] writes them.
const SCHEMA: &str = "message segments {
    required binary path (STRING);
    required binary kind (STRING);
    required double start;
    required double end;
    required double duration_seconds;
    required int32 rate_hz;
    required int32 channels;
    required binary container (STRING);
    required binary codec (STRING);
    required group tags (MAP) {
        repeated group key_value {
            required binary key (STRING);
            required binary value (STRING);
        }
    }
    required group labels (LIST) {
        repeated group list {
            required group element {
                required binary label (STRING);
                required binary source (STRING);
                optional binary head (STRING);
                required double start;
                required double end;
                required float score;
            }
        }
    }
    optional binary hash (STRING);
    required binary model (STRING);
    required binary fingerprint (STRING);
    required group vector (LIST) {
        repeated group list {
            required float element;
        }
    }
    optional binary recorded (STRING);
    optional binary clock (STRING);
    optional int32 channel;
}";

/// A Parquet file being written.
pub(crate) struct ParquetFile {
    writer: SerializedFileWriter<File>,
    model: Space,
    group: PendingRows,
}

impl ParquetFile {
    /// Begins the file at `path`, for vectors of `model`.
    pub(crate) fn create(path: &Path, model: &Space) -> Result<Self, ParquetError> {
        let pairs = [("model", &model.name), ("fingerprint", &model.fingerprint)];
        let pairs = pairs.map(|(key, value)| KeyValue::new(key.to_owned(), value.clone()));
        let properties = WriterProperties::builder()
            .set_created_by(format!("auricle {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(pairs.to_vec()))
            // Values of a vector hardly ever repeat.
            .set_column_dictionary_enabled("vector.list.element".into(), false)
            .build();
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let writer = SerializedFileWriter::new(File::create(path)?, schema, Arc::new(properties))?;
        Ok(ParquetFile { writer, model: model.clone(), group: PendingRows::default() })
    }

    /// Adds a row.
    pub(crate) fn put(&mut self, entry: &IndexedSegment, vector: &[f32]) -> Result<(), ParquetError> {
        self.group.put(entry, vector);
        if self.group.len() >= GROUP_ROWS { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let group = std::mem::take(&mut self.group);
        let mut writer = self.writer.next_row_group()?;
        group.write(&mut writer, &self.model)?;
        writer.close().map(drop)
    }

    /// Ends the file and brings it to the disk.
    pub(crate) fn close(mut self) -> Result<(), ParquetError> {
        if self.group.len() > 0 {
            self.write_group()?;
        }
        self.writer.finish()?;
        Ok(self.writer.inner().sync_all()?)
    }
}

/// Rows that are not written yet, column by column. Levels say where a list begins (repetition 0) and whether it has
/// anything in it (definition 1).
#[derive(Default)]
struct PendingRows {
    paths: Vec<ByteArray>,
    kinds: Vec<ByteArray>,
    starts: Vec<f64>,
    ends: Vec<f64>,
    durations: Vec<f64>,
    rates: Vec<i32>,
    channels: Vec<i32>,
    containers: Vec<ByteArray>,
    codecs: Vec<ByteArray>,
    tags: Lists,
    tag_names: Vec<ByteArray>,
    tag_values: Vec<ByteArray>,
    labels: PendingLabels,
    hashes: Vec<ByteArray>,
    has_hash: Vec<i16>,
    vectors: Lists,
    values: Vec<f32>,
    recorded: OptionalWords,
    clocks: OptionalWords,
    channel: Vec<i32>,
    has_channel: Lists,
}

/// A column of words that some rows have not.
#[derive(Default)]
struct OptionalWords {
    words: Vec<ByteArray>,
    levels: Lists,
}

impl OptionalWords {
    fn put(&mut self, words: Option<String>) {
        self.levels.definition.push(words.is_some().into());
        self.words.extend(words.map(|words| ByteArray::from(words.as_str())));
    }

    fn write(&self, writer: &mut SerializedRowGroupWriter<'_, File>) -> Result<(), ParquetError> {
        write::<ByteArrayType>(writer, &self.words, Some(&self.levels))
    }
}

/// The labels of rows that are not written yet, column by column.
#[derive(Default)]
struct PendingLabels {
    lists: Lists,
    names: Vec<ByteArray>,
    sources: Vec<ByteArray>,
    heads: Vec<ByteArray>,
    /// As those of the lists, and 2 where a label has a head.
    head_definition: Vec<i16>,
    starts: Vec<f64>,
    ends: Vec<f64>,
    scores: Vec<f32>,
}

impl PendingLabels {
    /// Adds the labels of a row.
    fn put(&mut self, labels: &[(Labeller, Labelled)]) {
        self.lists.put(labels.len());
        if labels.is_empty() {
            self.head_definition.push(0);
        }
        for label in labels.iter().map(|(by, labelled)| StoredLabel::new(by, labelled)) {
            self.names.push(label.label.as_str().into());
            self.sources.push(label.source.into());
            self.head_definition.push(1 + i16::from(label.head.is_some()));
            self.heads.extend(label.head.as_deref().map(ByteArray::from));
            self.starts.push(label.start);
            self.ends.push(label.end);
            self.scores.push(label.score);
        }
    }

    fn write(self, writer: &mut SerializedRowGroupWriter<'_, File>) -> Result<(), ParquetError> {
        let heads = Lists { definition: self.head_definition, repetition: self.lists.repetition.clone() };
        let lists = Some(&self.lists);
        write::<ByteArrayType>(writer, &self.names, lists)?;
        write::<ByteArrayType>(writer, &self.sources, lists)?;
        write::<ByteArrayType>(writer, &self.heads, Some(&heads))?;
        write::<DoubleType>(writer, &self.starts, lists)?;
        write::<DoubleType>(writer, &self.ends, lists)?;
        write::<FloatType>(writer, &self.scores, lists)
    }
}

/// The levels of a column of lists.
#[derive(Default)]
struct Lists {
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

impl Lists {
    /// Adds a list of `len` elements.
    fn put(&mut self, len: usize) {
        self.definition.extend(std::iter::repeat_n(i16::from(len > 0), len.max(1)));
        self.repetition.extend((0..len.max(1)).map(|index| i16::from(index > 0)));
    }
}

impl PendingRows {
    fn len(&self) -> usize {
        self.paths.len()
    }

    fn put(&mut self, entry: &IndexedSegment, vector: &[f32]) {
        let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        self.paths.push(text(&entry.path).as_str().into());
        self.kinds.push(entry.segment.kind.name().into());
        self.starts.push(entry.segment.start_seconds);
        self.ends.push(entry.segment.end_seconds);
        self.durations.push(entry.duration_seconds);
        self.rates.push(number(entry.rate_hz));
        self.channels.push(number(entry.channels));
        self.containers.push(entry.container.as_str().into());
        self.codecs.push(entry.codec.as_str().into());
        self.tags.put(entry.tags.len());
        for (name, value) in &entry.tags {
            self.tag_names.push(name.as_str().into());
            self.tag_values.push(value.as_str().into());
        }
        self.labels.put(&entry.labels);
        self.hashes.extend(entry.hash.map(|hash| ByteArray::from(hex(&hash.0).as_str())));
        self.has_hash.push(entry.hash.is_some().into());
        self.vectors.put(vector.len());
        self.values.extend_from_slice(vector);
        self.recorded.put(entry.recorded.map(|began| began.to_string()));
        self.clocks.put(entry.clock().map(|clock| clock.to_string()));
        self.has_channel.definition.push(entry.segment.channel.is_some().into());
        self.channel.extend(entry.segment.channel.map(number));
    }

    fn write(self, writer: &mut SerializedRowGroupWriter<'_, File>, model: &Space) -> Result<(), ParquetError> {
        let same = |value: &str| vec![ByteArray::from(value); self.len()];
        let (model, fingerprint) = (same(&model.name), same(&model.fingerprint));
        let tags = Some(&self.tags);
        write::<ByteArrayType>(writer, &self.paths, None)?;
        write::<ByteArrayType>(writer, &self.kinds, None)?;
        write::<DoubleType>(writer, &self.starts, None)?;
        write::<DoubleType>(writer, &self.ends, None)?;
        write::<DoubleType>(writer, &self.durations, None)?;
        write::<Int32Type>(writer, &self.rates, None)?;
        write::<Int32Type>(writer, &self.channels, None)?;
        write::<ByteArrayType>(writer, &self.containers, None)?;
        write::<ByteArrayType>(writer, &self.codecs, None)?;
        write::<ByteArrayType>(writer, &self.tag_names, tags)?;
        write::<ByteArrayType>(writer, &self.tag_values, tags)?;
        self.labels.write(writer)?;
        let hashes = Lists { definition: self.has_hash, repetition: Vec::new() };
        write::<ByteArrayType>(writer, &self.hashes, Some(&hashes))?;
        write::<ByteArrayType>(writer, &model, None)?;
        write::<ByteArrayType>(writer, &fingerprint, None)?;
        write::<FloatType>(writer, &self.values, Some(&self.vectors))?;
        self.recorded.write(writer)?;
        self.clocks.write(writer)?;
        write::<Int32Type>(writer, &self.channel, Some(&self.has_channel))
    }
}

/// Writes the next column.
fn write<T: DataType>(
    writer: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
    levels: Option<&Lists>,
) -> Result<(), ParquetError> {
    let none = || ParquetError::General("there are more columns than the schema has".into());
    let mut column = writer.next_column()?.ok_or_else(none)?;
    let definition = levels.map(|levels| levels.definition.as_slice());
    let repetition = levels.map(|levels| levels.repetition.as_slice()).filter(|levels| !levels.is_empty());
    column.typed::<T>().write_batch(values, definition, repetition)?;
    column.close()
}
