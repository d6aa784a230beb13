//! Files that are being written → which of them are whole by now: those that have stayed as they are for a while. A large copy
//! takes minutes, and half a file is no sound.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::library::record::file::Stamp;

/// Files that were found to be new or changed, with when that was first so.
#[derive(Debug)]
pub(crate) struct Settling {
    quiet: Duration,
    seen: HashMap<PathBuf, (Stamp, Instant)>,
}

impl Settling {
    /// Files are whole that have not changed for `quiet`.
    pub(crate) fn new(quiet: Duration) -> Self {
        Settling { quiet, seen: HashMap::new() }
    }

    /// Leaves those of `files` that are whole, each with a path and a stamp by `seen`, and gives the number of the others.
    pub(super) fn leave_settled<T>(&mut self, files: &mut Vec<T>, seen: impl Fn(&T) -> (&Path, Stamp)) -> u64 {
        let before = std::mem::take(&mut self.seen);
        let now = Instant::now();
        files.retain(|file| {
            let (path, stamp) = seen(file);
            let since = match before.get(path) {
                Some((known, since)) if *known == stamp => *since,
                _ => now,
            };
            let is_settled = now.duration_since(since) >= self.quiet;
            if !is_settled {
                self.seen.insert(path.to_path_buf(), (stamp, since));
            }
            is_settled
        });
        self.seen.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_is_waited_for_and_one_that_stays_is_taken() {
        let quiet = Duration::from_millis(30);
        let mut settling = Settling::new(quiet);
        let mut look = |sizes: &[u64]| {
            let stamp = |size_bytes: &u64| Stamp { size_bytes: *size_bytes, modified_ns: 0 };
            let mut files: Vec<_> = ["/0", "/1"].map(Path::new).into_iter().zip(sizes.iter().map(stamp)).collect();
            let waiting = settling.leave_settled(&mut files, |(path, stamp)| (path, *stamp));
            (files.len(), waiting)
        };
        assert_eq!(look(&[1, 1]), (0, 2));
        std::thread::sleep(quiet);
        assert_eq!(look(&[1, 2]), (1, 1));
        assert_eq!(look(&[3, 3]), (0, 2));
        std::thread::sleep(quiet);
        assert_eq!(look(&[3, 3]), (2, 0));
    }
}
