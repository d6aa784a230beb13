//! Work that is spread over the cores of the machine while some are idle. In: pieces of work. Out: what each gives, in order.
//!
//! Who answers alone uses all cores, and is done sooner. Where as many are at work as there are cores, handing pieces round
//! only takes time: each then does its own.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// How many threads are at work that others wait for.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

/// A thread at work, for as long as the value lives.
#[derive(Debug)]
pub(crate) struct AtWork(());

impl AtWork {
    /// Counts this thread.
    pub(crate) fn begin() -> Self {
        AT_WORK.fetch_add(1, Ordering::Relaxed);
        AtWork(())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether each core has a thread at work.
pub(crate) fn are_taken() -> bool {
    AT_WORK.load(Ordering::Relaxed) >= rayon::current_num_threads().max(2)
}

/// What `work` gives for each of `items` and its place, in their order.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    match are_taken() {
        true => items.iter().enumerate().map(|(place, item)| work(place, item)).collect(),
        false => items.par_iter().enumerate().map(|(place, item)| work(place, item)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowded_or_not_each_item_has_its_result() {
        let items: Vec<usize> = (0..1000).collect();
        let expected: Vec<usize> = items.iter().map(|item| 3 * item).collect();
        assert_eq!(map(&items, |place, item| place + 2 * item), expected);
        let crowd: Vec<AtWork> = (0..rayon::current_num_threads().max(2)).map(|_| AtWork::begin()).collect();
        assert!(are_taken());
        assert_eq!(map(&items, |place, item| place + 2 * item), expected);
        drop(crowd);
    }
}
