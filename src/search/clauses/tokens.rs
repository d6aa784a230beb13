//! A text → its words, its phrases in quotes, and the pauses between clauses.

/// Opens or closes a phrase.
const QUOTES: [char; 4] = ['"', '\u{201c}', '\u{201d}', '\u{201e}'];

/// Before a word it says that the word is not wanted: the hyphen of keyboards and the minus sign.
const MINUSES: [char; 2] = ['-', '\u{2212}'];

/// Ends a clause at the end of a word.
const PAUSES: [char; 8] = [',', ';', '.', '!', '?', '\u{3001}', '\u{3002}', '\u{ff0c}'];

/// A word, a phrase or a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClauseToken {
    /// As it was typed, a phrase with plain quotes around it; without a minus.
    pub(super) text: String,
    pub(super) kind: TokenKind,
    /// Whether a minus says that it is not wanted.
    pub(super) has_minus: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Phrase,
    Pause,
}

impl ClauseToken {
    fn new(text: &str, kind: TokenKind) -> Self {
        ClauseToken { text: text.to_owned(), kind, has_minus: false }
    }

    /// A pause that was not typed.
    pub(super) fn comma() -> Self {
        ClauseToken::new(",", TokenKind::Pause)
    }

    pub(super) fn is_pause(&self) -> bool {
        self.kind == TokenKind::Pause
    }

    /// Whether it is one of `words`, in any case and not in quotes.
    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        self.kind == TokenKind::Word && !self.has_minus && words.contains(&self.text.to_lowercase().as_str())
    }

    /// Whether it can be unwanted: a phrase, or a word that begins with a letter.
    pub(super) fn is_thing(&self) -> bool {
        self.kind == TokenKind::Phrase || (self.kind == TokenKind::Word && self.text.starts_with(char::is_alphabetic))
    }
}

/// The tokens of `text`, in order.
pub(super) fn tokens(text: &str) -> Vec<ClauseToken> {
    let mut tokens = Vec::new();
    let mut has_minus = false;
    for (index, piece) in text.split(QUOTES).enumerate() {
        if index % 2 == 1 {
            if piece.chars().any(char::is_alphanumeric) {
                tokens.push(ClauseToken {
                    has_minus,
                    ..ClauseToken::new(&format!("\"{}\"", piece.trim()), TokenKind::Phrase)
                });
            }
            has_minus = false;
            continue;
        }
        let (plain, before_quote) = cut_minus(piece);
        has_minus = before_quote && text.matches(QUOTES).count() > index;
        let plain = if has_minus { plain } else { piece };
        let mut chunks = plain.split_whitespace().peekable();
        while let Some(chunk) = chunks.next() {
            add_chunk(chunk, chunks.peek().is_some(), &mut tokens);
        }
    }
    tokens
}

/// `piece` without a minus at its end that stands by itself.
fn cut_minus(piece: &str) -> (&str, bool) {
    match piece.strip_suffix(MINUSES) {
        Some(rest) if rest.is_empty() || rest.ends_with(char::is_whitespace) => (rest, true),
        _ => (piece, false),
    }
}

/// Adds what stands between two spaces; `goes_on` if more follows.
fn add_chunk(chunk: &str, goes_on: bool, tokens: &mut Vec<ClauseToken>) {
    let word = chunk.trim_end_matches(PAUSES);
    // "No. 4" and "Dr. No" are abbreviations: between words a full stop ends a clause only after a longer word.
    let is_abbreviation = goes_on && &chunk[word.len()..] == "." && word.chars().count() < 3;
    let word = if is_abbreviation { chunk } else { word };
    if !word.is_empty() {
        let unsigned = word.strip_prefix(MINUSES).filter(|rest| rest.starts_with(char::is_alphabetic));
        tokens.push(ClauseToken {
            has_minus: unsigned.is_some(),
            ..ClauseToken::new(unsigned.unwrap_or(word), TokenKind::Word)
        });
    }
    if let Some(pause) = chunk.get(word.len()..).filter(|pause| !pause.is_empty()) {
        tokens.push(ClauseToken::new(pause, TokenKind::Pause));
    }
}
