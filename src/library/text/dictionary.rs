//! The words of an index, without where they are.

use tantivy::Searcher;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;

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

    /// Calls `visit` with each word that begins with `beginning`, some of them several times.
    pub(super) fn each(&self, beginning: &str, visit: &mut dyn FnMut(&str)) -> tantivy::Result<()> {
        self.visit(&self.words, &mut |terms| {
            let mut stream = terms.range().ge(beginning).into_stream()?;
            while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                if let Ok(word) = str::from_utf8(stream.key()) {
                    visit(word);
                }
            }
            Ok(())
        })
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
