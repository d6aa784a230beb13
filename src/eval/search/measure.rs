//! The searches of a trial, one after the other, and what their answers show.

use crate::error::Result;
use crate::eval::search::figures::{
    AbsentAnswer, ExampleAnswer, PresentAnswer, PromptFindings, SearchFigures, ShownHits,
};
use crate::eval::search::prompts::TrialPrompt;
use crate::eval::search::trial::{BASES, SearchTrial};
use crate::eval::search::trial_library::{TrialLibraries, TrialLibrary};
use crate::search::Searcher;
use crate::search::example::Example;
use crate::search::hit::{Grade, Hit};
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{DEFAULT_LIMIT, Query, Request, WeakHits};

/// A prompt on one basis, ready to be asked of several libraries.
struct AskedPrompt<'a> {
    prompt: &'a TrialPrompt,
    request: Request,
    vectors: QueryVectors,
}

/// A trial under way.
struct Measurement<'a> {
    trial: &'a SearchTrial<'a>,
    libraries: TrialLibraries<'a>,
    /// Is called after each search.
    step: &'a dyn Fn(),
}

impl SearchTrial<'_> {
    /// Makes the libraries, asks for everything and counts; calls `step` after each of [`SearchTrial::len`] searches.
    ///
    /// # Errors
    /// [`crate::error::Error::Library`] if no library can be made in the folder; what the encoder and the search report.
    pub fn run(&self, step: &dyn Fn()) -> Result<SearchFigures> {
        let measurement = Measurement { trial: self, libraries: TrialLibraries::new(self)?, step };
        let mut whole = measurement.libraries.library(|_| true)?;
        let asked = measurement.asked(&whole.searcher)?;
        let present = measurement.present(&mut whole, &asked)?;
        let examples = measurement.examples(&mut whole)?;
        let absent = measurement.absent(&asked)?;
        let findings = asked.into_iter().zip(present.into_iter().zip(absent)).map(|(asked, (present, absent))| {
            let (prompt, by) = (asked.prompt.clone(), asked.request.by);
            PromptFindings { prompt, by, present, absent }
        });
        Ok(SearchFigures { limit: DEFAULT_LIMIT, prompts: findings.collect(), examples })
    }
}

impl Measurement<'_> {
    /// Every prompt on every basis, with its vector.
    fn asked(&self, searcher: &Searcher) -> Result<Vec<AskedPrompt<'_>>> {
        let pairs = self.trial.prompts.iter().flat_map(|prompt| BASES.map(|by| (prompt, by)));
        let asked = pairs.map(|(prompt, by)| {
            let request = Request { by, ..Request::new(Query::Words(prompt.text.clone())) };
            let mut vectors = QueryVectors::from_library(searcher.library(), &request)?;
            vectors.complete(self.trial.encoder, &request)?;
            Ok(AskedPrompt { prompt, request, vectors })
        });
        asked.collect()
    }

    /// What the library with everything answers.
    fn present(&self, whole: &mut TrialLibrary, asked: &[AskedPrompt<'_>]) -> Result<Vec<PresentAnswer>> {
        asked.iter().map(|one| self.present_one(whole, one).inspect(|_| (self.step)())).collect()
    }

    fn present_one(&self, whole: &mut TrialLibrary, asked: &AskedPrompt<'_>) -> Result<PresentAnswer> {
        let is_right = |clip: usize| self.trial.data.items[clip].classes.contains(&asked.prompt.class);
        let wanted = (0..self.trial.data.items.len()).filter(|clip| is_right(*clip)).count();
        let shown = whole.searcher.search(&asked.request, &asked.vectors)?.hits;
        let deep = Request { limit: wanted.max(DEFAULT_LIMIT), ..with_weak_hits(&asked.request) };
        let ranked = whole.searcher.search(&deep, &asked.vectors)?.hits;
        let shown: Vec<usize> =
            shown.iter().filter(|hit| is_shown(hit)).map(|hit| whole.right_in(hit, is_right)).collect();
        let ranked: Vec<usize> = ranked.iter().map(|hit| whole.right_in(hit, is_right)).collect();
        Ok(PresentAnswer::new(wanted, &ranked, &shown))
    }

    /// What the libraries without a prompt's class answer; the prompts of a class stand together.
    fn absent(&self, asked: &[AskedPrompt<'_>]) -> Result<Vec<AbsentAnswer>> {
        let mut answers = Vec::with_capacity(asked.len());
        for of_class in asked.chunk_by(|a, b| a.prompt.class == b.prompt.class) {
            let class = of_class[0].prompt.class;
            let mut rest = self.libraries.library(|clip| !self.trial.data.items[clip].classes.contains(&class))?;
            for one in of_class {
                let hits = rest.searcher.search(&one.request, &one.vectors)?.hits;
                answers.push(AbsentAnswer { shown: hits.iter().filter(|hit| is_shown(hit)).count() });
                (self.step)();
            }
        }
        Ok(answers)
    }

    /// What the library with everything answers to each clip that has others of its classes.
    fn examples(&self, whole: &mut TrialLibrary) -> Result<Vec<ExampleAnswer>> {
        let clips = 0..self.trial.data.items.len();
        let answers = clips.map(|clip| self.example(whole, clip).inspect(|_| (self.step)()));
        answers.filter_map(Result::transpose).collect()
    }

    fn example(&self, whole: &mut TrialLibrary, clip: usize) -> Result<Option<ExampleAnswer>> {
        let items = &self.trial.data.items;
        let has_its_class = |other: usize| items[other].classes.iter().any(|class| items[clip].classes.contains(class));
        let is_right = |other: usize| other != clip && has_its_class(other);
        let wanted = (0..items.len()).filter(|other| is_right(*other)).count();
        if wanted == 0 {
            return Ok(None);
        }
        let example = Example { path: self.libraries.path(clip).to_owned(), span: None };
        let request = Request::new(Query::Like(example));
        // The library knows the vector: nothing is decoded.
        let vectors = QueryVectors::from_library(whole.searcher.library(), &request)?;
        let shown = whole.searcher.search(&request, &vectors)?.hits;
        let nearest = whole.searcher.search(&with_weak_hits(&request), &vectors)?.hits.into_iter().next();
        let shown: Vec<&Hit> = shown.iter().filter(|hit| is_shown(hit)).collect();
        let first_right = nearest.filter(|hit| whole.right_in(hit, is_right) > 0);
        let rights: Vec<usize> = shown.iter().map(|hit| whole.right_in(hit, is_right)).collect();
        Ok(Some(ExampleAnswer {
            is_right: first_right.is_some(),
            is_hidden: first_right.is_some_and(|first| shown.iter().all(|hit| hit.file.id != first.file.id)),
            shown: ShownHits::new(wanted, &rights),
        }))
    }
}

/// `request` with the hits that are otherwise left out, which may be few or none.
fn with_weak_hits(request: &Request) -> Request {
    Request { weak_hits: WeakHits::Listed, ..request.clone() }
}

/// Whether a hit stands on the screen as an answer, not as a weaker match.
fn is_shown(hit: &Hit) -> bool {
    hit.grade > Grade::Weak
}
