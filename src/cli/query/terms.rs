//! The flags that name what to look for and what to avoid, with weights → the terms of a request.

use std::collections::BTreeSet;
use std::ffi::OsString;

use auricle::error::Result;
use auricle::library::text::query::Ending;
use auricle::search::clauses::Clauses;
use auricle::search::example::Example;
use auricle::search::request::{Examples, LearnedClass, Query, WeightedQuery};
use clap::Args;

use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::Failure;

/// The terms of a query, beside the one that the command begins with.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Query")]
pub(super) struct TermOptions {
    /// Also look for sounds that match this description (repeatable)
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    text: Vec<String>,
    /// Also look for sounds like this one, or like this part of it (repeatable)
    #[arg(long, value_name = "FILE[@START-END]", allow_hyphen_values = true)]
    like: Vec<OsString>,
    /// Also look for sounds of this class, which a head has learned (see `auricle teach`; repeatable)
    #[arg(long, value_name = "HEAD[:CLASS]")]
    with: Vec<String>,
    /// Avoid sounds that match this description (repeatable)
    #[arg(long, value_name = "WORDS")]
    not: Vec<String>,
    /// Avoid sounds like this one, or like this part of it (repeatable)
    #[arg(long, value_name = "FILE[@START-END]", allow_hyphen_values = true)]
    unlike: Vec<OsString>,
    /// Weight of one of these, for example rain=2 [default: 1]. TERM is spelled as it was given
    #[arg(long, value_name = "TERM=NUMBER", value_parser = read_weight)]
    weight: Vec<(String, f32)>,
    /// Include the example itself and copies of it
    #[arg(long)]
    itself: bool,
}

/// The term that a command begins with.
#[derive(Debug)]
pub(crate) enum FirstTerm {
    /// Words, or none.
    Words(Option<String>),
    /// A file, or a part of it.
    Sound(OsString),
}

/// The terms of a request.
pub(super) struct Terms {
    pub(super) wanted: Vec<WeightedQuery>,
    pub(super) unwanted: Vec<WeightedQuery>,
    /// The texts that say themselves what is not wanted.
    pub(super) clauses: Vec<Clauses>,
    /// Whether the last wanted word may be unfinished.
    pub(super) ending: Ending,
    pub(super) examples: Examples,
}

impl TermOptions {
    /// The names of the learned classes to look for.
    pub(super) fn with(&self) -> &[String] {
        &self.with
    }

    /// The terms, `first` before all; `learned` are the classes of [`TermOptions::with`]. The last word may be unfinished
    /// as `ending` says.
    ///
    /// # Errors
    /// [`CliRefusal::WeightOfNothing`], or a refusal of a span that ends before it starts.
    pub(super) fn read(self, first: FirstTerm, learned: Vec<LearnedClass>, ending: Ending) -> Result<Terms, Failure> {
        let TermOptions { mut text, mut like, with, not, unlike, weight, itself } = self;
        match first {
            FirstTerm::Words(words) => text.splice(0..0, words).for_each(drop),
            FirstTerm::Sound(file) => like.insert(0, file),
        }
        check_weights(&weight, [&text, &not, &with], [&like, &unlike])?;
        let weigh = |typed: &str, query| {
            let known = weight.iter().rev().find(|(name, _)| name == typed);
            WeightedQuery { query, weight: known.map_or(1.0, |(_, weight)| *weight) }
        };
        let like_each = |sounds: &[OsString]| {
            let like = |sound: &OsString| Ok(weigh(&sound.to_string_lossy(), Query::Like(Example::parse(sound)?)));
            sounds.iter().map(like).collect::<Result<Vec<_>>>()
        };
        let examples = if itself { Examples::Listed } else { Examples::LeftOut };
        let mut terms =
            Terms { wanted: Vec::new(), unwanted: Vec::new(), clauses: Vec::new(), ending: Ending::Finished, examples };
        for text in &text {
            let clauses = Clauses::read(text, ending);
            if !clauses.wanted.is_empty() || !clauses.has_unwanted() {
                terms.wanted.push(weigh(text, Query::Words(clauses.wanted.clone())));
                terms.ending = clauses.ending;
            }
            terms.unwanted.extend(clauses.unwanted.iter().map(|words| weigh(text, Query::Words(words.clone()))));
            terms.clauses.extend(clauses.has_unwanted().then_some(clauses));
        }
        terms.wanted.extend(like_each(&like)?);
        terms.wanted.extend(learned.into_iter().map(|learned| weigh(&learned.name.clone(), Query::Learned(learned))));
        terms.unwanted.extend(not.into_iter().map(|words| weigh(&words.clone(), Query::Words(words))));
        terms.unwanted.extend(like_each(&unlike)?);
        Ok(terms)
    }
}

/// Refuses the weight of an unknown term: a typing error must not go unnoticed.
fn check_weights(
    weights: &[(String, f32)],
    texts: [&Vec<String>; 3],
    sounds: [&Vec<OsString>; 2],
) -> Result<(), CliRefusal> {
    let texts = texts.into_iter().flatten().cloned();
    let sounds = sounds.into_iter().flatten().map(|sound| sound.to_string_lossy().into_owned());
    let typed: BTreeSet<String> = texts.chain(sounds).collect();
    let Some((stranger, _)) = weights.iter().find(|(name, _)| !typed.contains(name)) else { return Ok(()) };
    Err(CliRefusal::WeightOfNothing { term: stranger.clone(), terms: typed.into_iter().collect() })
}

/// The last `=` ends the name, which may have others.
fn read_weight(text: &str) -> Result<(String, f32), String> {
    let (name, weight) = text.rsplit_once('=').ok_or("expected TERM=NUMBER, for example rain=2")?;
    let weight: f32 = weight.trim().parse().map_err(|_| format!("{weight:?} is not a number"))?;
    if weight > 0.0 && weight.is_finite() {
        Ok((name.to_owned(), weight))
    } else {
        Err("the weight must be greater than 0; use --not or --unlike for what to avoid".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: TermOptions,
    }

    fn options(line: &str) -> TermOptions {
        <Line as clap::Parser>::try_parse_from(line.split_whitespace()).unwrap().options
    }

    fn terms(first: FirstTerm, line: &str) -> Terms {
        options(line).read(first, Vec::new(), Ending::Finished).unwrap()
    }

    fn shown(terms: &[WeightedQuery]) -> Vec<String> {
        let shown = |weighted: &WeightedQuery| match &weighted.query {
            Query::Words(words) => format!("{words} {}", weighted.weight),
            Query::Like(example) => format!("@{} {}", example.path.display(), weighted.weight),
            Query::Learned(learned) => format!("{} {}", learned.name, weighted.weight),
        };
        terms.iter().map(shown).collect()
    }

    #[test]
    fn weights_go_by_the_spelling_of_terms_in_any_order() {
        let line =
            "x --weight a=b=2 --like f.wav --not speech --weight f.wav=0.5 --text a=b --unlike g@1-2 --weight g@1-2=3";
        let asked = terms(FirstTerm::Words(Some("first".into())), line);
        assert_eq!(shown(&asked.wanted), ["first 1", "a=b 2", "@f.wav 0.5"]);
        assert_eq!(shown(&asked.unwanted), ["speech 1", "@g 3"]);
        let asked = terms(FirstTerm::Sound("f.wav".into()), "x --weight f.wav=4 --like g");
        assert_eq!(shown(&asked.wanted), ["@f.wav 4", "@g 1"]);
    }

    #[test]
    fn what_a_text_does_not_want_is_asked_like_what_not_names() {
        let words = || FirstTerm::Words(Some("birds but not crows".into()));
        let asked = terms(words(), "x --not speech --text rain");
        assert_eq!(
            (shown(&asked.wanted), shown(&asked.unwanted)),
            (vec!["birds 1".into(), "rain 1".into()], vec!["crows 1".into(), "speech 1".into()])
        );
        assert_eq!(asked.clauses.iter().map(Clauses::to_string).collect::<Vec<_>>(), ["birds, not crows"]);
        let asked = terms(FirstTerm::Sound("f.wav".into()), "x --text -crows");
        assert_eq!((shown(&asked.wanted), shown(&asked.unwanted)), (vec!["@f.wav 1".into()], vec!["crows 1".into()]));
    }

    #[test]
    fn the_weight_of_nothing_is_refused_with_what_it_can_be() {
        let TermOptions { weight, text, not, with, like, unlike, .. } =
            options("x --weight rian=2 --text rain --not speech");
        let refused = check_weights(&weight, [&text, &not, &with], [&like, &unlike]).unwrap_err();
        let CliRefusal::WeightOfNothing { term, terms } = refused else { panic!("{refused}") };
        assert_eq!((term.as_str(), terms), ("rian", vec!["rain".to_owned(), "speech".to_owned()]));
        for text in ["rain", "rain=", "rain=x", "rain=0", "rain=-1", "rain=inf", "rain=NaN"] {
            assert!(read_weight(text).is_err(), "{text}");
        }
    }
}
