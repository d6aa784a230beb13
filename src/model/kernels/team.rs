//! How a kernel's tasks get to the threads, and how those stay awake between the steps of one computation.
//!
//! Rayon's threads fall asleep some microseconds after their last task, and to wake one takes longer than many a step of a
//! single prompt or view. Inside [`with_team`], helpers wait for the next step without sleeping; nobody waits for them to
//! come, and they give up when no step follows soon.

use std::any::Any;
use std::cell::{RefCell, UnsafeCell};
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{available_parallelism, yield_now};
use std::time::{Duration, Instant};

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

/// How long a helper waits for a step before it gives up.
const PATIENCE: Duration = Duration::from_micros(200);

/// Turns of a waiting loop between looks at the clock, or before the core is offered to others.
const TURNS: usize = 64;

thread_local! {
    /// The team that this thread leads.
    static LEADING: RefCell<Option<Arc<Team>>> = const { RefCell::new(None) };
}

/// Does `work` on a thread of the pool while as many others as there are cores for stay awake for the steps in it.
pub(in crate::model) fn with_team<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| {
        let others = rayon::current_num_threads().min(cores()) - 1;
        if others == 0 || LEADING.with_borrow(Option::is_some) {
            return work();
        }
        let _lead = Lead::new(others);
        work()
    })
}

/// How many threads can run at the same time; of more, those that wait would keep those that work from a core.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| available_parallelism().map_or(1, usize::from))
}

/// Does `task` for each of `0..count`, spread over the threads.
pub(super) fn each(count: usize, task: impl Fn(usize) + Sync) {
    match LEADING.with_borrow(Option::clone) {
        _ if count <= 1 => (0..count).for_each(task),
        Some(team) => team.step(count, &task),
        None => (0..count).into_par_iter().with_max_len(1).for_each(&task),
    }
}

/// Keeps the thread's team, and dismisses it at the end.
struct Lead(Arc<Team>);

impl Lead {
    fn new(others: usize) -> Self {
        let team = Arc::new(Team::new(others));
        LEADING.set(Some(team.clone()));
        Lead(team)
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        LEADING.set(None);
        self.0.is_over.store(true, SeqCst);
    }
}

/// A leader's thread and its helpers. The leader opens a step, takes tasks like everybody, closes the step, and goes on
/// when nobody is inside any more.
struct Team {
    others: usize,
    leader: Option<usize>,
    /// Helpers that were called and have not given up.
    called: AtomicUsize,
    is_over: AtomicBool,
    is_open: AtomicBool,
    /// Helpers that may be looking at `task`.
    inside: AtomicUsize,
    /// The open step's next task, and how many it has.
    next: AtomicUsize,
    count: AtomicUsize,
    task: UnsafeCell<Option<&'static Task>>,
    /// What a helper's task panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

type Task = dyn Fn(usize) + Sync;

// SAFETY: `task` is written by the leader alone, while no step is open and nobody is inside; the rest is `Sync`.
unsafe impl Sync for Team {}

impl Team {
    fn new(others: usize) -> Self {
        Team {
            others,
            leader: rayon::current_thread_index(),
            called: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
            is_open: AtomicBool::new(false),
            inside: AtomicUsize::new(0),
            next: AtomicUsize::new(0),
            count: AtomicUsize::new(0),
            task: UnsafeCell::new(None),
            panic: Mutex::new(None),
        }
    }

    fn step(self: &Arc<Self>, count: usize, task: &(dyn Fn(usize) + Sync)) {
        while self.called.load(SeqCst) < self.others {
            self.called.fetch_add(1, SeqCst);
            let team = self.clone();
            rayon::spawn(move || team.help());
        }
        // SAFETY: only the lifetime changes. Helpers use it only inside an open step, and `OpenStep` waits for the last of them
        // before this function can end, even by a panic. No step is open, so that nobody reads `self.task` now.
        unsafe { *self.task.get() = Some(std::mem::transmute::<&(dyn Fn(usize) + Sync), &'static Task>(task)) };
        self.next.store(0, SeqCst);
        self.count.store(count, SeqCst);
        self.is_open.store(true, SeqCst);
        let open_step = OpenStep(self);
        self.take_tasks();
        drop(open_step);
        let panic = self.panic.lock().expect("no holder of this lock panics").take();
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    fn take_tasks(&self) {
        // SAFETY: only the leader writes it, and not while a step is open or, as here, somebody is inside.
        let task = unsafe { *self.task.get() }.expect("a step was opened with its task");
        let count = self.count.load(SeqCst);
        loop {
            let index = self.next.fetch_add(1, SeqCst);
            if index >= count {
                return;
            }
            task(index);
        }
    }

    fn help(&self) {
        // Where the leader itself waits for something of rayon's, it may be given this to do.
        if rayon::current_thread_index() != self.leader {
            self.wait_for_steps();
        }
        self.called.fetch_sub(1, SeqCst);
    }

    fn wait_for_steps(&self) {
        let (mut idle_since, mut turns) = (Instant::now(), 0);
        while !self.is_over.load(SeqCst) {
            if self.is_open.load(SeqCst) && self.next.load(SeqCst) < self.count.load(SeqCst) {
                self.enter();
                idle_since = Instant::now();
            }
            turns += 1;
            if turns % TURNS != 0 {
                spin_loop();
                continue;
            }
            if idle_since.elapsed() > PATIENCE {
                return;
            }
            // Where there are more threads than cores, whoever has a task goes first.
            yield_now();
        }
    }

    /// Takes tasks if the step is still open once the leader can see that somebody is inside.
    fn enter(&self) {
        self.inside.fetch_add(1, SeqCst);
        if self.is_open.load(SeqCst) {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.take_tasks()));
            if let Err(panic) = outcome {
                *self.panic.lock().expect("no holder of this lock panics") = Some(panic);
            }
        }
        self.inside.fetch_sub(1, SeqCst);
    }
}

/// An open step, closed when this is dropped.
struct OpenStep<'a>(&'a Team);

impl Drop for OpenStep<'_> {
    fn drop(&mut self) {
        self.0.is_open.store(false, SeqCst);
        let mut turns = 0;
        while self.0.inside.load(SeqCst) > 0 {
            turns += 1;
            if turns % TURNS == 0 { yield_now() } else { spin_loop() }
        }
    }
}

#[cfg(test)]
mod tests {
    use rayon::ThreadPoolBuilder;

    use super::*;

    fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
        ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    /// Steps of all sizes, each task counted.
    fn count_tasks() {
        for count in (0..40).chain([1000]) {
            let done: Vec<AtomicUsize> = (0..count).map(|_| AtomicUsize::new(0)).collect();
            each(count, |index| {
                done[index].fetch_add(1, SeqCst);
            });
            assert!(done.iter().all(|times| times.load(SeqCst) == 1), "{count} tasks");
        }
    }

    #[test]
    fn every_task_is_done_once_with_and_without_a_team_at_any_number_of_threads() {
        for threads in [1, 2, 5] {
            on_threads(threads, count_tasks);
            on_threads(threads, || with_team(count_tasks));
            on_threads(threads, || with_team(|| with_team(count_tasks)));
        }
    }

    #[test]
    fn helpers_that_gave_up_come_back_and_other_work_goes_on_beside_a_team() {
        on_threads(3, || {
            with_team(|| {
                count_tasks();
                std::thread::sleep(4 * PATIENCE);
                let sum: usize = (0..1000usize).into_par_iter().sum();
                assert_eq!(sum, 499_500);
                count_tasks();
            });
        });
    }

    #[test]
    fn several_teams_at_once_do_not_wait_for_each_other() {
        on_threads(2, || (0..8).into_par_iter().for_each(|_| with_team(count_tasks)));
    }

    #[test]
    fn a_panic_in_a_task_reaches_the_leader_and_the_team_can_go_on() {
        on_threads(2, || {
            with_team(|| {
                for wanted in [0, 63] {
                    let panicked = catch_unwind(AssertUnwindSafe(|| {
                        each(64, |index| assert_ne!(index, wanted, "this task fails"));
                    }));
                    assert!(panicked.is_err());
                    count_tasks();
                }
            });
        });
    }
}
