//! What a user can ask for, once: each operation is one function that the command line, the server and other faces call.
//!
//! A request goes in, an [`Observer`](observer::Observer) is told how far the work is and can stop it, and a result comes
//! out. Faces translate arguments and show results. Nothing here prints, speaks HTTP or knows a flag.

pub mod defaults;
pub mod observer;
pub mod indexes;
mod places;
pub mod roots;
pub mod hearing;
pub mod index;
pub mod watch;
pub mod reindex;
pub mod removal;
pub mod relocate;
pub mod timeline;
pub mod clip;
pub mod teach;
pub mod duplicates;
pub mod spares;
pub mod judge;
pub mod label;
pub mod learned_class;
