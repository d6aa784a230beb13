//! The flags that say what is wanted and what is not, with their weights → the queries of a request.

use std::collections::BTreeSet;
use std::ffi::OsString;

use auricle::error::{Error, Result};
use auricle::search::example::Example;
use auricle::search::request::{Examples, LearnedClass, Query, WeightedQuery};
use clap::Args;

/// What is wanted and what is not, beside what the command begins with.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is wanted")]
pub(super) struct Flags {
    /// Also wanted: sounds that these words describe; may be given many times
    #[arg(long, value_name = "WORDS")]
    text: Vec<String>,
    /// Also wanted: sounds like this one, or like this part of it; may be given many times
    #[arg(long, value_name = "FILE[@START-END]")]
    like: Vec<OsString>,
    /// Also wanted: sounds of a class that was taught (see `auricle teach`); may be given many times
    #[arg(long, value_name = "HEAD[:CLASS]")]
    with: Vec<String>,
    /// Not wanted: sounds that these words describe; may be given many times
    #[arg(long, value_name = "WORDS")]
    not: Vec<String>,
    /// Not wanted: sounds like this one, or like this part of it; may be given many times
    #[arg(long, value_name = "FILE[@START-END]")]
    unlike: Vec<OsString>,
    /// How much one of these counts, as in --weight rain=2; each counts 1 otherwise. QUERY is the words or the file as
    /// they were given
    #[arg(long, value_name = "QUERY=NUMBER", value_parser = read_weight)]
    weight: Vec<(String, f32)>,
    /// Also find the example itself and the files identical to it
    #[arg(long)]
    itself: bool,
}

/// What a command begins with.
#[derive(Debug)]
pub(crate) enum First {
    /// Words, or none.
    Words(Option<String>),
    /// A file, with or without a span of time.
    Sound(OsString),
}

/// The queries of a request.
pub(super) struct Queries {
    pub(super) wanted: Vec<WeightedQuery>,
    pub(super) unwanted: Vec<WeightedQuery>,
    pub(super) itself: Examples,
}

impl Flags {
    /// The learned classes that are wanted, by name.
    pub(super) fn with(&self) -> &[String] {
        &self.with
    }

    /// The queries that these flags are, with `first` before them; `learned` are the classes of [`Flags::with`].
    ///
    /// # Errors
    /// [`Error::User`] for a weight of something that is not asked, or a span that ends before it starts.
    pub(super) fn queries(self, first: First, learned: Vec<LearnedClass>) -> Result<Queries> {
        let Flags { mut text, mut like, with, not, unlike, weight, itself } = self;
        match first {
            First::Words(words) => text.splice(0..0, words).for_each(drop),
            First::Sound(file) => like.insert(0, file),
        }
        check_weights(&weight, [&text, &not, &with], [&like, &unlike])?;
        let weigh = |typed: &str, query| {
            let known = weight.iter().rev().find(|(name, _)| name == typed);
            WeightedQuery { query, weight: known.map_or(1.0, |(_, weight)| *weight) }
        };
        let both = |texts: Vec<String>, sounds: Vec<OsString>| {
            let texts = texts.into_iter().map(|text| Ok(weigh(&text.clone(), Query::Words(text))));
            let like = |sound: &OsString| Ok(weigh(&sound.to_string_lossy(), Query::Like(Example::parse(sound)?)));
            texts.chain(sounds.iter().map(like)).collect::<Result<Vec<_>>>()
        };
        let itself = if itself { Examples::Listed } else { Examples::LeftOut };
        let mut wanted: Vec<WeightedQuery> = both(text, like)?;
        wanted.extend(learned.into_iter().map(|learned| weigh(&learned.name.clone(), Query::Learned(learned))));
        Ok(Queries { wanted, unwanted: both(not, unlike)?, itself })
    }
}

/// Refuses a weight whose name is nothing that was asked: a typing error must not go unseen.
fn check_weights(weights: &[(String, f32)], texts: [&Vec<String>; 3], sounds: [&Vec<OsString>; 2]) -> Result<()> {
    let texts = texts.into_iter().flatten().cloned();
    let sounds = sounds.into_iter().flatten().map(|sound| sound.to_string_lossy().into_owned());
    let typed: BTreeSet<String> = texts.chain(sounds).collect();
    let Some((stranger, _)) = weights.iter().find(|(name, _)| !typed.contains(name)) else { return Ok(()) };
    let typed: Vec<String> = typed.iter().map(|typed| format!("{typed:?}")).collect();
    let problem = format!("--weight {stranger:?} is the weight of nothing that was asked");
    Err(Error::user(problem, format!("it can be that of {}", typed.join(", "))))
}

/// The last `=` ends the name, which may have others.
fn read_weight(text: &str) -> Result<(String, f32), String> {
    let (name, weight) = text.rsplit_once('=').ok_or("give what is weighed and its weight, for example rain=2")?;
    let weight: f32 = weight.trim().parse().map_err(|_| format!("{weight:?} is not a number"))?;
    if weight > 0.0 && weight.is_finite() {
        Ok((name.to_owned(), weight))
    } else {
        Err("a weight is above 0; what is not wanted goes with --not or --unlike".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        flags: Flags,
    }

    fn queries(first: First, line: &str) -> Result<Queries> {
        let line = <Line as clap::Parser>::try_parse_from(line.split_whitespace()).unwrap();
        line.flags.queries(first, Vec::new())
    }

    fn shown(queries: &[WeightedQuery]) -> Vec<String> {
        let shown = |weighted: &WeightedQuery| match &weighted.query {
            Query::Words(words) => format!("{words} {}", weighted.weight),
            Query::Like(example) => format!("@{} {}", example.path.display(), weighted.weight),
            Query::Learned(learned) => format!("{} {}", learned.name, weighted.weight),
        };
        queries.iter().map(shown).collect()
    }

    #[test]
    fn weights_go_by_what_was_asked_whatever_the_order() {
        let line =
            "x --weight a=b=2 --like f.wav --not speech --weight f.wav=0.5 --text a=b --unlike g@1-2 --weight g@1-2=3";
        let asked = queries(First::Words(Some("first".into())), line).unwrap();
        assert_eq!(shown(&asked.wanted), ["first 1", "a=b 2", "@f.wav 0.5"]);
        assert_eq!(shown(&asked.unwanted), ["speech 1", "@g 3"]);
        let asked = queries(First::Sound("f.wav".into()), "x --weight f.wav=4 --like g").unwrap();
        assert_eq!(shown(&asked.wanted), ["@f.wav 4", "@g 1"]);
    }

    #[test]
    fn the_weight_of_nothing_is_refused_with_what_it_can_be() {
        let refused = queries(First::Words(Some("rain".into())), "x --weight rian=2 --not speech").err().unwrap();
        let text = refused.to_string();
        assert!(text.contains("\"rian\"") && text.contains("\"rain\", \"speech\""), "{text}");
        for text in ["rain", "rain=", "rain=x", "rain=0", "rain=-1", "rain=inf", "rain=NaN"] {
            assert!(read_weight(text).is_err(), "{text}");
        }
    }
}
