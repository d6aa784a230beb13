//! The flags of `search` and `similar` that make up the query → a [`Request`].

mod terms;
mod filter;
pub(crate) mod label_options;
mod range;
pub(crate) mod number;

use std::num::NonZeroUsize;

use auricle::library::Library;
use auricle::library::text::query::Ending;
use auricle::library::vectors::search::Mode;
use auricle::operations::defaults;
use auricle::operations::learned_class;
use auricle::search::request::{Basis, CopyPolicy, Granularity, Query, Request, WeakHits, WeightedQuery};
use clap::{Args, ValueEnum};

use crate::cli::query::filter::FilterOptions;
use crate::cli::query::number::count;
pub(crate) use crate::cli::query::terms::FirstTerm;
use crate::cli::query::terms::{TermOptions, Terms};
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::Failure;

/// Hits of a search unless told otherwise.
const DEFAULT_LIMIT: NonZeroUsize = NonZeroUsize::new(defaults::HITS).expect("it is not zero");

/// The query, beside the term that the command begins with.
#[derive(Debug, Clone, Args)]
pub(crate) struct QueryOptions {
    #[command(flatten)]
    terms: TermOptions,
    #[command(flatten)]
    search: SearchOptions,
    #[command(flatten)]
    filters: FilterOptions,
}

/// The options of a search.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Search")]
struct SearchOptions {
    /// Maximum number of hits
    #[arg(short = 'k', long, value_name = "N", default_value_t = DEFAULT_LIMIT, value_parser = count)]
    limit: NonZeroUsize,
    /// Compare sounds, words in names, tags and folders (needs no model), or both
    #[arg(long, value_enum, default_value_t = ByName::Both)]
    by: ByName,
    /// List all weak hits too, not only the best up to ten
    #[arg(long)]
    all: bool,
    /// List matching moments instead of files
    #[arg(long)]
    moments: bool,
    /// List copies of a recording as separate hits
    #[arg(long, visible_alias = "unfold")]
    copies: bool,
    /// Treat the last word as incomplete: "ki" finds kick
    #[arg(long)]
    prefix: bool,
    /// Compare with every vector instead of using the index
    #[arg(long)]
    exact: bool,
}

/// What to compare, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ByName {
    Sound,
    Words,
    Both,
}

impl From<ByName> for Basis {
    fn from(name: ByName) -> Self {
        match name {
            ByName::Sound => Basis::Sound,
            ByName::Words => Basis::Words,
            ByName::Both => Basis::Both,
        }
    }
}

impl QueryOptions {
    /// The request that begins with `first`, with learned classes of `library`.
    ///
    /// # Errors
    /// A refusal of flags that contradict each other, or name a class or something in a filter that the library lacks.
    pub(crate) fn request(self, first: FirstTerm, library: &Library) -> Result<Request, Failure> {
        let QueryOptions { terms, search, filters } = self;
        let learned = terms.with().iter().map(|name| learned_class::find(library, name)).collect::<Result<_, _>>()?;
        let typed = if search.prefix { Ending::Typing } else { Ending::Finished };
        let Terms { wanted, unwanted, clauses, ending, examples } = terms.read(first, learned, typed)?;
        let by = Basis::from(search.by);
        if by == Basis::Words {
            refuse_sounds(wanted.iter().chain(&unwanted))?;
        }
        let filter = library.checked_filter(filters.into())?;
        let request = Request {
            wanted,
            unwanted,
            clauses,
            by,
            filter,
            examples,
            copies: if search.copies { CopyPolicy::Listed } else { CopyPolicy::Folded },
            granularity: if search.moments { Granularity::Moments } else { Granularity::Files },
            limit: search.limit.get(),
            weak_hits: if search.all { WeakHits::Listed } else { WeakHits::Few },
            ending,
            mode: if search.exact { Mode::Exact } else { Mode::Auto },
        };
        request.check()?;
        Ok(request)
    }
}

/// Refuses what words cannot be compared with: an example that was silently ignored would mislead.
fn refuse_sounds<'a>(mut queries: impl Iterator<Item = &'a WeightedQuery>) -> Result<(), CliRefusal> {
    if queries.any(|query| matches!(query.query, Query::Like(_) | Query::Learned(_))) {
        return Err(CliRefusal::SoundsAmongWords);
    }
    Ok(())
}
