//! The flags of `search` and `similar` that say what is asked → a [`Request`].

mod wanted;
mod filter;
pub(crate) mod label_flags;
mod range;

use std::num::NonZeroUsize;

use auricle::error::{Error, Result};
use auricle::library::Library;
use auricle::library::text::Ending;
use auricle::library::vectors::Mode;
use auricle::operations::defaults;
use auricle::operations::learned_class;
use auricle::search::request::{Basis, Granularity, Query, Request, WeakHits, WeightedQuery};
use clap::{Args, ValueEnum};

use crate::cli::query::filter::Filters;
pub(crate) use crate::cli::query::wanted::First;
use crate::cli::query::wanted::Queries;

/// What is asked, beside what the command begins with.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    #[command(flatten)]
    queries: wanted::Flags,
    #[command(flatten)]
    manner: Manner,
    #[command(flatten)]
    filters: Filters,
}

fn default_limit() -> NonZeroUsize {
    NonZeroUsize::new(defaults::HITS).unwrap_or(NonZeroUsize::MIN)
}

/// How to search.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to search")]
struct Manner {
    /// How many hits to show at most
    #[arg(short = 'k', long, value_name = "N", default_value_t = default_limit())]
    limit: NonZeroUsize,
    /// What is compared: sounds, words (in names, tags and folders; needs no model), or both
    #[arg(long, value_enum, default_value_t = Compared::Both)]
    by: Compared,
    /// Show the hits below the cut too, which may be there by chance
    #[arg(long)]
    all: bool,
    /// Make each moment a hit of its own, not each file with its best moments
    #[arg(long)]
    moments: bool,
    /// Take the last word as unfinished, as while it is typed: "ki" finds kick
    #[arg(long)]
    prefix: bool,
    /// Compare with every vector, even where an index is quicker and finds nearly all
    #[arg(long)]
    exact: bool,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Compared {
    Sound,
    Words,
    Both,
}

impl From<Compared> for Basis {
    fn from(compared: Compared) -> Self {
        match compared {
            Compared::Sound => Basis::Sound,
            Compared::Words => Basis::Words,
            Compared::Both => Basis::Both,
        }
    }
}

impl Asked {
    /// The request that begins with `first`, for `library`, which has the classes that were taught.
    ///
    /// # Errors
    /// [`Error::User`] for what cannot be asked.
    pub(crate) fn request(self, first: First, library: &Library) -> Result<Request> {
        let Asked { queries, manner, filters } = self;
        let learned = queries.with().iter().map(|name| learned_class::find(library, name)).collect::<Result<_>>()?;
        let Queries { wanted, unwanted, itself } = queries.queries(first, learned)?;
        let by = Basis::from(manner.by);
        if by == Basis::Words {
            refuse_sounds(wanted.iter().chain(&unwanted))?;
        }
        let request = Request {
            wanted,
            unwanted,
            by,
            filter: filters.into(),
            examples: itself,
            granularity: if manner.moments { Granularity::Moments } else { Granularity::Files },
            limit: manner.limit.get(),
            weak_hits: if manner.all { WeakHits::Listed } else { WeakHits::LeftOut },
            ending: if manner.prefix { Ending::Typing } else { Ending::Finished },
            mode: if manner.exact { Mode::Exact } else { Mode::Auto },
        };
        request.check()?;
        Ok(request)
    }
}

/// Words alone cannot tell how a sound sounds, and an example that silently did nothing would mislead.
fn refuse_sounds<'a>(mut queries: impl Iterator<Item = &'a WeightedQuery>) -> Result<()> {
    if queries.any(|query| matches!(query.query, Query::Like(_) | Query::Learned(_))) {
        let advice = "leave out either --by words or these";
        return Err(Error::user("--by words compares no sounds, and an example or a learned class was given", advice));
    }
    Ok(())
}
