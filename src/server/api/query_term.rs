//! One thing that a search asks for → a [`Query`] and its vector, from the library or from memory where they have it.

use std::sync::Arc;

use crate::audio;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::Error;
use crate::operations::learned_class;
use crate::search::example::Example;
use crate::search::query_vectors::{known_clip, prompt_of, texts_of, vector_of};
use crate::search::request::{Query, WeightedQuery};
use crate::server::api::check::{check_span, check_words};
use crate::server::api::files::card;
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::served_library::{SearcherGuard, ServedLibrary};
use crate::server::state::Server;
use crate::server::uploads::{UPLOAD_NAME, Upload};
use crate::time_span::TimeSpan;
use crate::wire::hits::QueryPart;
use crate::wire::search::QueryItem;

/// One thing that is asked for.
pub(crate) struct QueryTerm {
    query: Query,
    weight: f32,
    echo: QueryPart,
    /// Keeps the sound of an upload alive.
    upload: Option<Arc<Upload>>,
}

impl QueryTerm {
    /// The term that `item` asks for.
    ///
    /// # Errors
    /// A 404 for a file, an upload or a class that is not there; a 422 for what makes no sense.
    pub(crate) fn read(server: &Server, searcher: &SearcherGuard<'_>, item: &QueryItem) -> Result<Self, Problem> {
        let QueryItem { start, end, .. } = *item;
        let weight = item.weight.unwrap_or(1.0);
        let span = span(start, end)?;
        let echo = QueryPart { weight, start, end, ..QueryPart::default() };
        let term = |query, echo, upload| QueryTerm { query, weight, echo, upload };
        match (&item.text, item.id, &item.upload, &item.with) {
            (Some(_), None, None, None) | (None, None, None, Some(_)) if span.is_some() => {
                Err(ApiRefusal::SpanOfWords.into())
            }
            (Some(text), None, None, None) => {
                check_words(text)?;
                Ok(term(Query::Words(text.clone()), QueryPart { text: Some(text.clone()), ..echo }, None))
            }
            (None, Some(id), None, None) => {
                let path = card(searcher.library(), id)?.path;
                Ok(term(Query::Like(Example { path, span }), QueryPart { id: Some(id), ..echo }, None))
            }
            (None, None, Some(name), None) => {
                let upload = server.uploads.find(name)?;
                let query = Query::Like(Example { path: upload.path(), span });
                Ok(term(query, QueryPart { upload: Some(name.clone()), ..echo }, Some(upload)))
            }
            (None, None, None, Some(with)) => {
                let learned = learned_class::find(searcher.library(), with)?;
                Ok(term(Query::Learned(learned), QueryPart { with: Some(with.clone()), ..echo }, None))
            }
            _ => Err(ApiRefusal::QueryItemUnclear.into()),
        }
    }

    /// The query with its weight.
    pub(crate) fn weighted(&self) -> WeightedQuery {
        WeightedQuery { query: self.query.clone(), weight: self.weight }
    }

    /// The term as the answer repeats it.
    pub(crate) fn into_echo(self) -> QueryPart {
        self.echo
    }

    /// Words of the term, folded, that the model behind `encoder` cannot know.
    pub(crate) fn unknown_words(&self, encoder: &Encoder) -> Vec<String> {
        match &self.query {
            Query::Words(words) => prompt_of(encoder, words).unknown,
            Query::Like(_) | Query::Learned(_) => Vec::new(),
        }
    }

    /// The vector of the term by the model of `served`.
    ///
    /// # Errors
    /// A 422 for a sound that cannot be decoded or words that cannot be tokenized; a 500 if the model fails.
    pub(crate) fn vector(
        &self,
        server: &Server,
        served: &ServedLibrary,
        searcher: &SearcherGuard<'_>,
    ) -> Result<Embedding, Problem> {
        let example = match &self.query {
            Query::Words(words) => {
                let texts = texts_of(&prompt_of(served.encoder(), words).text);
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                return Ok(vector_of(server.embed_texts(served.encoder(), &texts)?)?);
            }
            Query::Learned(learned) => return Ok(learned.direction.clone()),
            Query::Like(example) => example,
        };
        if example.span.is_none()
            && self.upload.is_none()
            && let Some(clip) = known_clip(searcher.library(), &example.path)?
        {
            return Ok(clip.vector);
        }
        self.listen(server, served, example)
    }

    fn listen(&self, server: &Server, served: &ServedLibrary, example: &Example) -> Result<Embedding, Problem> {
        let Example { path, span } = example;
        let seconds = span.map_or(0.0..f64::INFINITY, |span| span.start_seconds()..span.end_seconds());
        let modified = path.metadata().and_then(|metadata| metadata.modified()).ok();
        let key = format!("{}\u{1}{seconds:?}\u{1}{modified:?}", path.display());
        let encoder = served.encoder();
        let listen = || Ok(encoder.embed_span(audio::open(path)?, seconds)?.clip);
        server.embed_sound(encoder, &key, listen).map_err(|error| self.without_path(error).into())
    }

    /// `error` without the place where an upload is kept.
    fn without_path(&self, mut error: Error) -> Error {
        if let (Error::Data { input, .. }, Some(_)) = (&mut error, &self.upload) {
            *input = UPLOAD_NAME.to_owned();
        }
        error
    }
}

/// The part of a sound that is meant, if it is not the whole.
fn span(start: Option<f64>, end: Option<f64>) -> Result<Option<TimeSpan>, Problem> {
    if start.is_none() && end.is_none() {
        return Ok(None);
    }
    let span = check_span(start, end)?;
    Ok(TimeSpan::new(span.start, span.end.min(f64::MAX)))
}
