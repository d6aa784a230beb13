//! Keeps a panic from spreading beyond the one piece of work that it happened in. In: a piece of work that calls into other
//! people's code. Out: its value, or the panic's message. It does not decide what a panic means: to `decode` it is
//! undecodable data, to an index a failure to build, to a worker a file that failed, to a job its end.
//!
//! Decoders and indexes are written with care, but they index and subtract on numbers read from a file, and in a build with
//! overflow checks a hostile number is a panic. What the work was making is thrown away with it. [`lock`] and its like go on
//! with what a panicking thread has left of shared state.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

thread_local! {
    /// Whether this thread is inside [`contain`].
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`; a panic in it becomes its message.
pub fn contain<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    silence_contained_panics();
    let outer = CONTAINED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    CONTAINED.set(outer);
    outcome.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown panic".to_owned())
    })
}

/// Locks `mutex`, also after a thread has panicked while it held it.
///
/// What our locks guard is whole between any two statements: values are put in, taken out or replaced at once, and what is
/// kept in several parts is derived and made again when it does not fit. So the panic that poisoned a lock has been told
/// where it happened, and must not take down everybody who comes later.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The content of `mutex`, with [`lock`]'s reason.
pub(crate) fn unlocked<T: ?Sized>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Locks `mutex` if nobody holds it, with [`lock`]'s reason.
#[cfg(any(test, feature = "server"))]
pub(crate) fn try_lock<T: ?Sized>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(std::sync::TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(std::sync::TryLockError::WouldBlock) => None,
    }
}

/// Locks `lock` for reading, with [`lock`]'s reason.
pub(crate) fn read<T: ?Sized>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Locks `lock` for writing, with [`lock`]'s reason.
pub(crate) fn write<T: ?Sized>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// Panics are reported on standard error before they can be caught, which a library must not do for a bad input. The
/// hook that is in place keeps every panic but the contained ones.
fn silence_contained_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            if CONTAINED.get() {
                tracing::debug!("contained: {info}");
            } else {
                previous(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message_and_a_value_passes() {
        assert_eq!(contain(|| 7), Ok(7));
        let empty: Vec<u8> = Vec::new();
        let outcome = contain(|| empty[std::hint::black_box(3)]);
        assert!(outcome.as_ref().is_err_and(|text| text.contains("out of bounds")), "{outcome:?}");
    }

    #[test]
    fn a_lock_goes_on_after_a_panic_of_its_holder() {
        let (mutex, shared) = (Mutex::new(1), RwLock::new(1));
        let poison = contain(|| {
            let (mut number, mut other) = (lock(&mutex), write(&shared));
            (*number, *other) = (2, 2);
            panic!("poisoned");
        });
        assert_eq!(poison, Err("poisoned".to_owned()));
        assert!(mutex.is_poisoned() && shared.is_poisoned());
        assert_eq!((*lock(&mutex), *read(&shared)), (2, 2));
        *try_lock(&mutex).unwrap() = 3;
        let held = lock(&mutex);
        assert!(try_lock(&mutex).is_none());
        drop(held);
        let mut mutex = mutex;
        assert_eq!(*unlocked(&mut mutex), 3);
    }
}
