//! A search as it is asked for → a [`Request`] with its vectors, and the answer to it.

use std::time::Instant;

use crate::library::text::query::Ending;
use crate::library::vectors::search::Mode;
use crate::search::clauses::Clauses;
use crate::search::query_vectors::{QueryVectors, prompt_of, texts_of};
use crate::search::request::{Basis, CopyPolicy, Examples, Granularity, Request, WeakHits, WeightedQuery};
use crate::server::api::check::{check_count, check_words};
use crate::server::api::query_term::QueryTerm;
use crate::server::api::refusal::{ApiRefusal, Things, check_number};
use crate::server::api::search_filter;
use crate::server::http::problem::Problem;
use crate::server::served_library::{SearcherGuard, ServedLibrary};
use crate::server::state::Server;
use crate::wire::hits::{HitList, QueryEcho, TimingMs};
use crate::wire::limits::{MOST_HITS, MOST_OFFSET, MOST_QUERIES, USUAL_HITS};
use crate::wire::search::{Comparison, QueryItem, SearchRequest};

/// The things that are wanted, and those that are not.
struct QueryTerms {
    wanted: Vec<QueryTerm>,
    unwanted: Vec<QueryTerm>,
    /// The texts that say themselves what is not wanted.
    clauses: Vec<Clauses>,
    /// Whether the last wanted word may be unfinished.
    ending: Ending,
}

/// Answers `asked`.
///
/// # Errors
/// A 404 or a 422 for what cannot be asked; what the encoder and the library report.
pub(crate) fn answer(server: &Server, served: &ServedLibrary, asked: SearchRequest) -> Result<HitList, Problem> {
    let mut searcher = served.searcher()?;
    let offset = asked.offset;
    let terms = QueryTerms::read(server, &searcher, &asked)?;
    let mut request = request(asked, &terms)?;
    request.filter = search_filter::checked(searcher.library(), request.filter)?;
    let start = Instant::now();
    let vectors = match request.by {
        Basis::Words => QueryVectors::new(Vec::new(), Vec::new()),
        Basis::Sound | Basis::Both => terms.vectors(server, served, &searcher)?,
    };
    searcher.prepare(served.encoder(), &request)?;
    let took = start.elapsed();
    let answer = searcher.search(&request, &vectors)?;
    let mut list = HitList::new(served.name().to_owned(), searcher.library().model(), &request, &answer);
    list.hits.drain(..offset.min(list.hits.len()));
    list.query = terms.into_echo(list.query);
    list.timing_ms = Some(TimingMs::new(took, &answer.timing));
    Ok(list)
}

/// Has the model embed the words of `asked` while it waits for its turn, together with those of others: it then has their
/// vectors from memory. What is wrong with them is said when it is answered.
pub(crate) fn embed_ahead(server: &Server, served: &ServedLibrary, asked: &SearchRequest) {
    if Basis::from(asked.by) == Basis::Words {
        return;
    }
    let texts = asked.text.iter().chain(asked.wanted.iter().filter_map(|item| item.text.as_ref()));
    let texts = texts.take(MOST_QUERIES).filter(|text| check_words(text).is_ok());
    let ending = if asked.prefix { Ending::Typing } else { Ending::Finished };
    let parts = texts.flat_map(|text| {
        let Clauses { wanted, unwanted, .. } = Clauses::read(text, ending);
        std::iter::once(wanted).chain(unwanted)
    });
    let prompts = parts.flat_map(|words| texts_of(&prompt_of(served.encoder(), &words).text));
    let prompts: Vec<String> = prompts.filter(|prompt| !prompt.is_empty()).collect();
    if let Err(error) = server.embed_texts(served.encoder(), &prompts.iter().map(String::as_str).collect::<Vec<_>>()) {
        tracing::debug!("words were not embedded ahead: {error}");
    }
}

fn request(asked: SearchRequest, terms: &QueryTerms) -> Result<Request, Problem> {
    let limit = check_count("limit", asked.limit.unwrap_or(USUAL_HITS), MOST_HITS)?;
    if asked.offset > MOST_OFFSET {
        let (field, given) = ("offset", asked.offset);
        return Err(ApiRefusal::OutOfRange { field, given, least: 0, most: MOST_OFFSET }.into());
    }
    let weighted = |terms: &[QueryTerm]| -> Vec<WeightedQuery> { terms.iter().map(QueryTerm::weighted).collect() };
    let request = Request {
        wanted: weighted(&terms.wanted),
        unwanted: weighted(&terms.unwanted),
        clauses: terms.clauses.clone(),
        by: asked.by.into(),
        filter: search_filter::read(asked.filter)?,
        examples: if asked.itself { Examples::Listed } else { Examples::LeftOut },
        copies: if asked.copies { CopyPolicy::Listed } else { CopyPolicy::Folded },
        granularity: if asked.moments { Granularity::Moments } else { Granularity::Files },
        limit: limit + asked.offset,
        weak_hits: if asked.all { WeakHits::Listed } else { WeakHits::Few },
        ending: terms.ending,
        mode: if asked.exact { Mode::Exact } else { Mode::Auto },
    };
    request.check()?;
    Ok(request)
}

impl QueryTerms {
    fn read(server: &Server, searcher: &SearcherGuard<'_>, asked: &SearchRequest) -> Result<Self, Problem> {
        let typed = if asked.prefix { Ending::Typing } else { Ending::Finished };
        let (mut wanted, mut unwanted, mut clauses, mut ending) =
            (Vec::new(), Vec::new(), Vec::new(), Ending::Finished);
        let words = asked.text.clone().map(|text| QueryItem { text: Some(text), ..QueryItem::default() });
        for item in words.iter().chain(&asked.wanted) {
            let Some(text) = &item.text else {
                wanted.push(item.clone());
                continue;
            };
            check_words(text)?;
            let read = Clauses::read(text, typed);
            let part = |text: &String| QueryItem { text: Some(text.clone()), ..item.clone() };
            if !read.wanted.is_empty() || !read.has_unwanted() {
                wanted.push(part(&read.wanted));
                ending = read.ending;
            }
            unwanted.extend(read.unwanted.iter().map(part));
            clauses.extend(read.has_unwanted().then_some(read));
        }
        unwanted.extend(asked.unwanted.iter().cloned());
        check_number(Things::Queries, wanted.len() + unwanted.len(), MOST_QUERIES)?;
        let terms = |items: &[QueryItem]| items.iter().map(|item| QueryTerm::read(server, searcher, item)).collect();
        let (wanted, unwanted): (Result<_, Problem>, Result<_, Problem>) = (terms(&wanted), terms(&unwanted));
        Ok(QueryTerms { wanted: wanted?, unwanted: unwanted?, clauses, ending })
    }

    fn vectors(
        &self,
        server: &Server,
        served: &ServedLibrary,
        searcher: &SearcherGuard<'_>,
    ) -> Result<QueryVectors, Problem> {
        let vectors = |terms: &[QueryTerm]| terms.iter().map(|term| term.vector(server, served, searcher)).collect();
        let (wanted, unwanted): (Result<_, Problem>, Result<_, Problem>) =
            (vectors(&self.wanted), vectors(&self.unwanted));
        let terms = self.wanted.iter().chain(&self.unwanted);
        let unknown = terms.flat_map(|term| term.unknown_words(served.encoder()));
        Ok(QueryVectors::new(wanted?, unwanted?).with_unknown(unknown))
    }

    /// The answer's `query`, with the terms as they were asked for in place of the paths they stand for.
    fn into_echo(self, query: QueryEcho) -> QueryEcho {
        let echo = |terms: Vec<QueryTerm>| terms.into_iter().map(QueryTerm::into_echo).collect();
        QueryEcho { like: None, wanted: echo(self.wanted), unwanted: echo(self.unwanted), ..query }
    }
}

impl From<Comparison> for Basis {
    fn from(comparison: Comparison) -> Self {
        match comparison {
            Comparison::Both => Basis::Both,
            Comparison::Sound => Basis::Sound,
            Comparison::Words => Basis::Words,
        }
    }
}
