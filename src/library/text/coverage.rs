//! How much of a question in words a file answers.

/// How much of the question a file answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// It has some of the words, or loosely related ones.
    Some,
    /// It has all of them, or others that mean the same or a kind of it, some perhaps only in its folders' names.
    All,
    /// It has all of them in its name or tags, inflected or not.
    Exact,
}
