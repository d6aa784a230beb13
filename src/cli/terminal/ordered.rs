//! Many files at once, their results one after the other in the order the files were given.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use auricle::operations::defaults;
use auricle::panics;

use crate::cli::terminal::exit::Failure;

/// Runs `work` on each of `items`, several at a time, and `take` on each result, in order, on the calling thread. The
/// first failure of `take`, or panic of `work`, ends it. These are threads of their own: `work` may wait for the model.
pub(crate) fn in_order<I: Sync, T: Send>(
    items: &[I],
    work: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(&I, T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (next, jobs) = (AtomicUsize::new(0), defaults::threads().get().min(items.len()));
    let (sender, results) = sync_channel(jobs);
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    if sender.send((index, panics::contain(|| work(item)))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut due, mut early) = (0, BTreeMap::new());
        for (index, result) in results {
            early.insert(index, result);
            while let Some(result) = early.remove(&due) {
                take(&items[due], result.map_err(|panic| Failure::of_panic(&panic))?)?;
                due += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cli::Exit;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..50).collect();
        let slow_start = |item: &u64| {
            thread::sleep(Duration::from_millis(if *item == 0 { 20 } else { 0 }));
            item * 2
        };
        let mut taken = Vec::new();
        let take = |item: &u64, result| {
            taken.push((*item, result));
            Ok(())
        };
        in_order(&items, slow_start, take).unwrap();
        assert_eq!(taken, items.iter().map(|item| (*item, item * 2)).collect::<Vec<_>>());
        in_order(&[] as &[u64], |_| (), |_, ()| Ok(())).unwrap();
    }

    #[test]
    fn the_first_failure_to_take_a_result_ends_it() {
        let refuse = |_: &u64, ()| Err(Failure::new(Exit::Usage, anyhow::anyhow!("enough")));
        assert!(in_order(&[1, 2, 3], |_| (), refuse).is_err());
    }

    #[test]
    fn a_panic_in_the_work_ends_it_with_its_message() {
        let mut taken = Vec::new();
        let take = |item: &u64, ()| {
            taken.push(*item);
            Ok(())
        };
        let failure = in_order(&[1, 2, 3], |item| assert_ne!(*item, 2, "not this one"), take).unwrap_err();
        assert!(format!("{failure:?}").contains("not this one"), "{failure:?}");
        assert_eq!(taken, [1]);
    }
}
