//! Names of folds that say what a fold is for.

/// Names of folds that are there to be tested on, and never to be learned from.
const TEST_NAMES: [&str; 5] = ["test", "testing", "eval", "evaluation", "tst"];

/// Whether a fold called `name` is there to be tested on.
pub(crate) fn is_test_name(name: &str) -> bool {
    TEST_NAMES.contains(&name.to_lowercase().as_str())
}
