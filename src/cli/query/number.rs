//! Whole numbers as they are typed, within bounds; what is none is refused in plain words.

use std::num::NonZeroUsize;

/// A whole number of `LEAST` or more.
pub(crate) fn number<const LEAST: u32>(text: &str) -> Result<u32, String> {
    within::<LEAST, { u32::MAX }>(text)
}

/// A whole number from `LEAST` to `MOST`.
pub(crate) fn within<const LEAST: u32, const MOST: u32>(text: &str) -> Result<u32, String> {
    let digits = text.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(number) if (LEAST..=MOST).contains(&number) => Ok(number),
        _ if MOST < u32::MAX => Err(format!("give a whole number from {LEAST} to {MOST}")),
        // All digits, and yet more than fits.
        Err(_) if is_number => Err(format!("give a smaller number, {MOST} at most")),
        _ => Err(format!("give a whole number, {LEAST} or more")),
    }
}

/// How many of something: one at least.
pub(crate) fn count(text: &str) -> Result<NonZeroUsize, String> {
    let number = number::<1>(text)? as usize;
    NonZeroUsize::new(number).ok_or_else(|| "give a whole number, 1 or more".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_or_too_small_or_too_large_is_refused_in_plain_words() {
        assert_eq!((count("10").map(NonZeroUsize::get), within::<2, 100>(" 7")), (Ok(10), Ok(7)));
        for text in ["0", "-1", "1.5", "ten", ""] {
            assert_eq!(count(text), Err("give a whole number, 1 or more".to_owned()), "{text}");
        }
        assert_eq!(count("99999999999999999999999"), Err("give a smaller number, 4294967295 at most".to_owned()));
        assert_eq!(within::<2, 100>("101"), Err("give a whole number from 2 to 100".to_owned()));
    }
}
