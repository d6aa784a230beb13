//! The codes of the Universal Category System (UCS), by which professional libraries begin their file names:
//! `AMBForst_Night.wav` is an ambience in a forest.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::library::text::thesaurus::table::{rows, values};

static CATEGORIES: LazyLock<HashMap<String, Category>> = LazyLock::new(read);

/// What a code stands for.
#[derive(Debug)]
pub(in crate::library::text) struct Category {
    /// The code in lower case.
    pub(in crate::library::text) code: String,
    /// English words and phrases for it and for the category it is in.
    pub(in crate::library::text) phrases: Vec<String>,
}

/// What the code at the beginning of `stem`, a file's name without extension, stands for: all up to the first `_` or
/// `-`, in exactly the code's case.
pub(in crate::library::text) fn category_of(stem: &str) -> Option<&'static Category> {
    let code = stem.split(['_', '-']).next()?;
    CATEGORIES.get(code)
}

fn read() -> HashMap<String, Category> {
    let broad: HashMap<String, String> =
        rows(include_str!("ucs_categories.csv")).map(|row| (row[0].to_owned(), row[2].to_owned())).collect();
    let category = |row: csv::StringRecord| {
        let of_all = broad.get(&row[1]).map_or("", String::as_str);
        let phrases = values(&row[3]).chain(values(of_all)).map(str::to_owned).collect();
        (row[0].to_owned(), Category { code: row[0].to_lowercase(), phrases })
    };
    rows(include_str!("ucs_catids.csv")).map(category).collect()
}

/// Every code.
#[cfg(test)]
pub(in crate::library::text) fn codes() -> impl Iterator<Item = &'static str> {
    CATEGORIES.keys().map(String::as_str)
}

/// The words of all categories.
pub(super) fn phrases() -> impl Iterator<Item = &'static str> {
    CATEGORIES.values().flat_map(|category| category.phrases.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_its_own_case_before_the_first_border() {
        for name in ["AMBForst_Night", "AMBForst-Swamp_Night", "AMBForst"] {
            assert!(category_of(name).is_some_and(|found| found.phrases.iter().any(|word| word == "forest")), "{name}");
        }
        for name in ["ambforst_night", "Night_AMBForst", "AMBForsts_Night", ""] {
            assert!(category_of(name).is_none(), "{name}");
        }
    }
}
