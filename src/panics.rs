//! Keeps a panic inside a decoder from becoming the user's. In: a call into somebody else's parser or decoder. Out: its
//! value, or the panic's message. It does not decide what a panic means; `decode` treats it as undecodable data.
//!
//! The decoders are written with care, but they index and subtract on numbers read from a file, and in a build with
//! overflow checks a hostile number is a panic. Nothing of ours is called inside, so no state of ours can be torn; the
//! decoder that panicked is thrown away.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside [`contain`].
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`; a panic in it becomes its message.
pub(super) fn contain<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    silence_contained_panics();
    let outer = CONTAINED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    CONTAINED.set(outer);
    outcome.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown panic".to_owned())
    })
}

/// Panics are reported on standard error before they can be caught, which a library must not do for a bad input. The
/// hook that is in place keeps every panic but the contained ones.
fn silence_contained_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            if CONTAINED.get() {
                tracing::debug!("a decoder panicked: {info}");
            } else {
                previous(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::contain;

    #[test]
    fn a_panic_becomes_its_message_and_a_value_passes() {
        assert_eq!(contain(|| 7), Ok(7));
        let empty: Vec<u8> = Vec::new();
        let outcome = contain(|| empty[std::hint::black_box(3)]);
        assert!(outcome.as_ref().is_err_and(|text| text.contains("out of bounds")), "{outcome:?}");
    }
}
