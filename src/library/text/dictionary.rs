//! The words of an index, without where they are.

use std::collections::BTreeSet;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;
use tantivy::{Searcher, Term};

/// The words in some fields of an index.
pub(super) struct Dictionary {
    searcher: Searcher,
    words: Vec<Field>,
    stems: Vec<Field>,
}

impl Dictionary {
    /// The dictionary of what `searcher` finds: `words` have words as they are, `stems` their stems.
    pub(super) fn new(searcher: Searcher, words: &[Field], stems: &[Field]) -> Self {
        Dictionary { searcher, words: words.to_vec(), stems: stems.to_vec() }
    }

    /// Whether `word` is in it, or one of the same `stem`.
    pub(super) fn has(&self, word: &str, stem: &str) -> tantivy::Result<bool> {
        let mut found = false;
        self.visit(&self.words, &mut |terms| {
            found |= terms.get(word)?.is_some();
            Ok(())
        })?;
        self.visit(&self.stems, &mut |terms| {
            found |= terms.get(stem)?.is_some();
            Ok(())
        })?;
        Ok(found)
    }

    /// Whether a word in it begins with `beginning`.
    pub(super) fn has_beginning(&self, beginning: &str) -> tantivy::Result<bool> {
        let mut found = false;
        self.visit(&self.words, &mut |terms| {
            let mut stream = terms.range().ge(beginning).into_stream()?;
            found |= stream.advance() && stream.key().starts_with(beginning.as_bytes());
            Ok(())
        })?;
        Ok(found)
    }

    /// Every word that is at most `distance` letters from `word`, two that have changed places counting as one. `distance` is
    /// 2 at most.
    pub(super) fn near(&self, word: &str, distance: u8) -> tantivy::Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        self.visit(&self.words, &mut |terms| {
            let query = FuzzyTermQuery::new(Term::from_field_text(self.words[0], word), distance, true);
            let mut stream = terms.search(query.automaton()?).into_stream()?;
            while stream.advance() {
                found.extend(str::from_utf8(stream.key()).ok().map(str::to_owned));
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn visit(
        &self,
        fields: &[Field],
        visit: &mut dyn FnMut(&TermDictionary) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        for segment in self.searcher.segment_readers() {
            for field in fields {
                visit(segment.inverted_index(*field)?.terms())?;
            }
        }
        Ok(())
    }
}
