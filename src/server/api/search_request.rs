//! A search as it was asked → a [`Request`] with its vectors, and the answer to that.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::audio;
use crate::embedding::Embedding;
use crate::encoder::Encoder;
use crate::library::Library;
use crate::library::labels::LabelFilter;
use crate::library::lookup::{Bounds, FileFilter, TagFilter, format_name};
use crate::library::record::Labeller;
use crate::library::text::Ending;
use crate::library::vectors::Mode;
use crate::operations::learned_class;
use crate::search::dates::read_date;
use crate::search::query_vectors::{QueryVectors, known_clip};
use crate::search::request::{By, Example, Examples, Query, Request, Rows, Shown, Stretch, Weighted};
use crate::server::api::files::card;
use crate::server::http::problem::Problem;
use crate::server::served_library::{Hosted, Lent};
use crate::server::state::Server;
use crate::server::uploads::Upload;
use crate::wire::hits::{HitList, QueryEcho, QueryPart, TimingMs};
use crate::wire::search::{Comparison, QueryItem, SearchFilter, SearchRequest};

/// Hits at most.
const MOST_HITS: usize = 200;

/// Hits that may be left out before them.
const MOST_LEFT_OUT: usize = 1000;

/// Hits where nothing is said.
const USUAL_HITS: usize = 10;

/// Things that can be asked for at once.
const MOST_QUERIES: usize = 16;

/// Length of words, in characters.
pub(crate) const MOST_CHARS: usize = 1000;

/// Entries of one kind of filter.
const MOST_FILTERS: usize = 64;

/// One thing that is asked for, with what keeps its sound alive.
struct Part {
    query: Query,
    weight: f32,
    echo: QueryPart,
    upload: Option<Arc<Upload>>,
}

/// Answers `asked`.
///
/// # Errors
/// What cannot be asked, found or done.
pub(crate) fn answer(server: &Server, hosted: &Hosted, asked: SearchRequest) -> Result<HitList, Problem> {
    let mut searcher = hosted.searcher()?;
    let (limit, offset) = extent(&asked)?;
    let items = [QueryItem { text: asked.text.clone(), ..QueryItem::default() }];
    let wanted = items.iter().filter(|item| item.text.is_some()).chain(&asked.wanted);
    let wanted: Vec<Part> = wanted.map(|item| part(server, &searcher, item)).collect::<Result<_, _>>()?;
    let unwanted: Vec<Part> =
        asked.unwanted.iter().map(|item| part(server, &searcher, item)).collect::<Result<_, _>>()?;
    if wanted.len() + unwanted.len() > MOST_QUERIES {
        return Err(Problem::unprocessable(format!("ask for {MOST_QUERIES} things at most")));
    }
    let weighted = |parts: &[Part]| -> Vec<Weighted> {
        parts.iter().map(|part| Weighted { query: part.query.clone(), weight: part.weight }).collect()
    };
    let request = Request {
        wanted: weighted(&wanted),
        unwanted: weighted(&unwanted),
        by: asked.by.into(),
        filter: filter(asked.filter)?,
        examples: if asked.itself { Examples::Listed } else { Examples::LeftOut },
        rows: if asked.moments { Rows::Moments } else { Rows::Files },
        limit: limit + offset,
        shown: if asked.all { Shown::All } else { Shown::Convincing },
        ending: if asked.prefix { Ending::Typing } else { Ending::Finished },
        mode: if asked.exact { Mode::Exact } else { Mode::Auto },
    };
    request.check()?;
    let start = Instant::now();
    let meaning = meaning(server, hosted, &searcher, &request, &wanted, &unwanted)?;
    searcher.prepare(hosted.encoder(), &request)?;
    let meaning_took = start.elapsed();
    let answer = searcher.search(&request, &meaning)?;
    let mut list = HitList::new(hosted.name().to_owned(), searcher.library().model(), &request, &answer);
    list.hits.drain(..offset.min(list.hits.len()));
    list.query = echo(wanted, unwanted, list.query);
    list.timing_ms = Some(TimingMs::new(meaning_took, &answer.timing));
    Ok(list)
}

fn extent(asked: &SearchRequest) -> Result<(usize, usize), Problem> {
    let limit = asked.limit.unwrap_or(USUAL_HITS);
    if !(1..=MOST_HITS).contains(&limit) || asked.offset > MOST_LEFT_OUT {
        let detail = format!("limit is 1 to {MOST_HITS}, offset is {MOST_LEFT_OUT} at most");
        return Err(Problem::unprocessable(detail));
    }
    Ok((limit, asked.offset))
}

/// What `item` asks for.
fn part(server: &Server, searcher: &Lent<'_>, item: &QueryItem) -> Result<Part, Problem> {
    let weight = item.weight.unwrap_or(1.0);
    let stretch = stretch(item.start, item.end)?;
    let (start, end) = (item.start, item.end);
    let echo = QueryPart { weight, start, end, ..QueryPart::default() };
    let part = |query, echo, upload| Part { query, weight, echo, upload };
    match (&item.text, item.id, &item.upload, &item.with) {
        (Some(text), None, None, None) if stretch.is_none() => {
            check_words(text)?;
            Ok(part(Query::Words(text.clone()), QueryPart { text: Some(text.clone()), ..echo }, None))
        }
        (None, Some(id), None, None) => {
            let path = card(searcher.library(), id)?.path;
            Ok(part(Query::Like(Example { path, stretch }), QueryPart { id: Some(id), ..echo }, None))
        }
        (None, None, Some(name), None) => {
            let upload = server.uploads.find(name)?;
            let query = Query::Like(Example { path: upload.path(), stretch });
            Ok(part(query, QueryPart { upload: Some(name.clone()), ..echo }, Some(upload)))
        }
        (None, None, None, Some(with)) if stretch.is_none() => {
            let learned = learned_class::find(searcher.library(), with)?;
            Ok(part(Query::Learned(learned), QueryPart { with: Some(with.clone()), ..echo }, None))
        }
        _ => Err(Problem::unprocessable(
            "ask for exactly one of text, id, upload and with at a time; start and end go with id and upload",
        )),
    }
}

fn stretch(start: Option<f64>, end: Option<f64>) -> Result<Option<Stretch>, Problem> {
    if start.is_none() && end.is_none() {
        return Ok(None);
    }
    let (start_seconds, end_seconds) = (start.unwrap_or(0.0), end.unwrap_or(f64::MAX));
    if start_seconds >= 0.0 && start_seconds < end_seconds {
        return Ok(Some(Stretch { start_seconds, end_seconds }));
    }
    Err(Problem::unprocessable("a part of a sound has a start and a later end, in seconds"))
}

/// Refuses words that are too long or hold characters that nobody types.
///
/// # Errors
/// A 422.
pub(crate) fn check_words(text: &str) -> Result<(), Problem> {
    if text.chars().count() > MOST_CHARS {
        return Err(Problem::unprocessable(format!("words are {MOST_CHARS} characters long at most")));
    }
    if text.chars().any(|character| character.is_control() && !character.is_whitespace()) {
        return Err(Problem::unprocessable("words hold no control characters"));
    }
    Ok(())
}

/// The vectors of a request, from the library or from memory where they have them.
fn meaning(
    server: &Server,
    hosted: &Hosted,
    searcher: &Lent<'_>,
    request: &Request,
    wanted: &[Part],
    unwanted: &[Part],
) -> Result<QueryVectors, Problem> {
    if request.by == By::Words {
        return Ok(QueryVectors::of_vectors(Vec::new(), Vec::new()));
    }
    let vectors = |parts: &[Part]| -> Result<Vec<Embedding>, Problem> {
        parts.iter().map(|part| vector(server, hosted.encoder(), searcher.library(), part)).collect()
    };
    Ok(QueryVectors::of_vectors(vectors(wanted)?, vectors(unwanted)?))
}

fn vector(server: &Server, encoder: &Encoder, library: &Library, part: &Part) -> Result<Embedding, Problem> {
    let Example { path, stretch } = match &part.query {
        Query::Words(words) => {
            let vector = server.embed_texts(encoder, &[words])?.pop();
            return vector.ok_or_else(|| Problem::internal(&"the model gave no vector for words"));
        }
        Query::Learned(learned) => return Ok(learned.direction.clone()),
        Query::Like(example) => example,
    };
    if stretch.is_none()
        && part.upload.is_none()
        && let Some(clip) = known_clip(library, path)?
    {
        return Ok(clip.vector);
    }
    let seconds = stretch.map_or(0.0..f64::INFINITY, |stretch| stretch.start_seconds..stretch.end_seconds);
    let modified = path.metadata().and_then(|metadata| metadata.modified()).ok();
    let key = format!("{}\u{1}{seconds:?}\u{1}{modified:?}", path.display());
    let listen = || Ok(encoder.embed_span(audio::open(path)?, seconds)?.clip);
    server.embed_sound(encoder, &key, listen).map_err(|error| unnamed(error, part).into())
}

/// `error` without where an upload is kept.
fn unnamed(mut error: crate::error::Error, part: &Part) -> crate::error::Error {
    if let (crate::error::Error::Data { input, .. }, Some(_)) = (&mut error, &part.upload) {
        *input = "the upload".to_owned();
    }
    error
}

fn echo(wanted: Vec<Part>, unwanted: Vec<Part>, query: QueryEcho) -> QueryEcho {
    let parts = |parts: Vec<Part>| parts.into_iter().map(|part| part.echo).collect();
    QueryEcho { like: None, wanted: parts(wanted), unwanted: parts(unwanted), ..query }
}

impl From<Comparison> for By {
    fn from(comparison: Comparison) -> Self {
        match comparison {
            Comparison::Both => By::Both,
            Comparison::Sound => By::Sound,
            Comparison::Words => By::Words,
        }
    }
}

/// The files that `filter` means.
///
/// # Errors
/// A 422 for what means nothing.
fn filter(filter: SearchFilter) -> Result<FileFilter, Problem> {
    let lengths = [filter.folder.len(), filter.format.len(), filter.tag.len(), filter.label.len()];
    if lengths.into_iter().any(|len| len > MOST_FILTERS) {
        return Err(Problem::unprocessable(format!("a filter has {MOST_FILTERS} entries at most")));
    }
    let labels = filter.label.into_iter().map(|label| label_filter(label.label, label.source));
    let bound = |(least, most)| Bounds { least, most };
    Ok(FileFilter {
        folders: filter.folder.into_iter().map(PathBuf::from).collect(),
        formats: filter.format.iter().map(|name| format_name(name)).collect(),
        duration_seconds: bounds(filter.duration)?,
        rate_hz: bounds(filter.rate)?,
        channels: bounds(filter.channels)?,
        modified_ns: bound((day(filter.date.0)?.map(|(first, _)| first), day(filter.date.1)?.map(|(_, last)| last))),
        tags: filter.tag.into_iter().map(|tag| TagFilter { name: tag.name, text: tag.text }).collect(),
        labels: labels.collect::<Result<_, _>>()?,
    })
}

fn bounds<T: PartialOrd>((least, most): (Option<T>, Option<T>)) -> Result<Bounds<T>, Problem> {
    match (&least, &most) {
        (Some(from), Some(to)) if from > to => Err(Problem::unprocessable("a range ends before it begins")),
        _ => Ok(Bounds { least, most }),
    }
}

fn day(text: Option<String>) -> Result<Option<(i64, i64)>, Problem> {
    let read = |text: String| {
        let detail = format!("{text:?} is not a date such as 2024-05-03, 2024-05 or 2024");
        read_date(&text).ok_or_else(|| Problem::unprocessable(detail))
    };
    text.map(read).transpose()
}

/// Files with `label`, by `source`.
///
/// # Errors
/// A 422 for a source that there is not.
pub(crate) fn label_filter(label: String, source: Option<String>) -> Result<LabelFilter, Problem> {
    match &source {
        Some(source) if !Labeller::SOURCES.contains(&source.as_str()) => {
            let detail = format!("labels come from {}, not from {source:?}", Labeller::SOURCES.join(", "));
            Err(Problem::unprocessable(detail))
        }
        _ => Ok(LabelFilter { label, source }),
    }
}
