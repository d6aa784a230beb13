//! The indexes of a library in memory: opened when a request first needs them, and brought up to its latest revision.

use crate::error::{Error, Result, Stage};
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::text::TextIndex;
use crate::library::vectors::VectorIndex;
use crate::search::algebra::{Algebra, Part};
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{By, Query, Request};
use crate::search::significance::{Background, QueryKind};

/// The indexes of a library in memory, shared by all its searchers.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    pub(super) text: Option<TextIndex>,
    pub(super) vectors: Option<VectorIndex>,
    pub(super) background: Option<Background>,
    /// Number of files that searches find.
    pub(super) files_len: usize,
    /// The revision they are up to, and the parts that are.
    pub(super) current: Option<(Revision, Parts)>,
}

/// Which parts of the indexes a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parts {
    pub(super) text: bool,
    pub(super) vectors: bool,
    /// What words reach by chance.
    pub(super) chance: bool,
    /// A sample of the library.
    pub(super) references: bool,
}

impl Parts {
    pub(super) fn of(request: &Request) -> Self {
        let (needs, vectors) = (needs(request), request.by != By::Words);
        Parts {
            text: request.by != By::Sound,
            vectors,
            chance: vectors && needs.contains(&QueryKind::Words),
            references: vectors && needs.contains(&QueryKind::Sound),
        }
    }

    pub(super) fn and(self, other: Parts) -> Self {
        Parts {
            text: self.text || other.text,
            vectors: self.vectors || other.vectors,
            chance: self.chance || other.chance,
            references: self.references || other.references,
        }
    }
}

impl Indexes {
    pub(super) fn is_current(&self, revision: Revision, parts: Parts) -> bool {
        self.current.is_some_and(|(at, ready)| at == revision && ready.and(parts) == ready)
    }

    /// Opens `parts`, or brings them up to `revision` of `library` or a later one.
    pub(super) fn refresh(&mut self, library: &Library, revision: Revision, parts: Parts) -> Result<()> {
        let ready = self.current.take().filter(|(at, _)| *at == revision).map_or(Parts::default(), |(_, ready)| ready);
        if parts.text {
            match &mut self.text {
                Some(text) => text.refresh(library)?,
                None => self.text = Some(TextIndex::open(library)?),
            }
        }
        if parts.vectors {
            match &mut self.vectors {
                Some(vectors) => vectors.catch_up()?,
                None => self.vectors = Some(VectorIndex::open(library)?),
            }
        }
        if let Some(vectors) = self.vectors.as_ref().filter(|_| parts.vectors) {
            let background = self.background.get_or_insert_with(|| Background::open(library));
            let needed = [(parts.chance, QueryKind::Words), (parts.references, QueryKind::Sound)];
            let kinds: Vec<QueryKind> =
                needed.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, kind)| kind).collect();
            background.refresh(library, vectors, &kinds)?;
        }
        self.files_len = library.found_len()?;
        self.current = Some((revision, ready.and(parts)));
        Ok(())
    }

    /// What sounds are compared with and judged by; `None` where only words are compared.
    pub(super) fn judge(
        &self,
        request: &Request,
        query_vectors: &QueryVectors,
    ) -> Result<Option<(Algebra, Vec<QueryKind>)>> {
        let Some(background) = self.background.as_ref().filter(|_| request.by != By::Words) else { return Ok(None) };
        Ok(Some((algebra(request, query_vectors, background)?, kinds(request))))
    }
}

/// What each wanted query of `request` is.
fn kinds(request: &Request) -> Vec<QueryKind> {
    let kind = |query: &Query| match query {
        Query::Words(_) => QueryKind::Words,
        Query::Like(_) => QueryKind::Sound,
        Query::Learned(learned) => QueryKind::Learned { boundary: learned.boundary, unit: learned.log_odds_unit },
    };
    request.wanted.iter().map(|wanted| kind(&wanted.query)).collect()
}

/// What of the background `request` needs: the yardsticks of what is wanted, and a sample for what is not.
fn needs(request: &Request) -> Vec<QueryKind> {
    let mut needs = kinds(request);
    needs.extend((!request.unwanted.is_empty()).then_some(QueryKind::Sound));
    needs
}

/// The vectors of `request` with their weights.
fn algebra(request: &Request, query_vectors: &QueryVectors, background: &Background) -> Result<Algebra> {
    let vectors = query_vectors.complete_vectors()?;
    let weights: Vec<f32> = request.wanted.iter().chain(&request.unwanted).map(|query| query.weight).collect();
    if vectors.len() != weights.len() {
        return Err(Error::internal(Stage::Search, "the vectors are not those of the request"));
    }
    let part = |(vector, weight)| Part { baseline: background.baseline(&vector), vector, weight };
    let mut wanted: Vec<Part> = vectors.into_iter().zip(weights).map(part).collect();
    let unwanted = wanted.split_off(request.wanted.len());
    Ok(Algebra { wanted, unwanted })
}
