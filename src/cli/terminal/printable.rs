//! Text from files and other people, made safe for a terminal.

/// `text` with control characters made visible: a file name must not move the cursor or colour the screen.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    safe
}
