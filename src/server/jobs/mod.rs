//! Jobs: work on a library that takes its time, on a thread of its own, watched and stopped from outside.
//!
//! `list` has those that run and those that have ended, `entry` is one of them, `work` does it, `handlers` answers for it,
//! and `events` tells how it gets on as it happens.

mod entry;
mod list;
mod work;
mod events;
pub(super) mod handlers;

pub(crate) use crate::server::jobs::list::Jobs;
