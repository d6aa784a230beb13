//! Where within a root another file system begins: a drive that is mounted there, or one behind a link that is followed. In:
//! the folders of a walk, or a path. Out: whether the device changes at it.

use std::fs::Metadata;
use std::path::Path;

/// The devices of the folders from a root down to where a walk is.
#[derive(Debug, Default)]
pub(super) struct DevicePath(Vec<Option<u64>>);

impl DevicePath {
    /// Enters a folder on `device`, `depth` folders below the root; whether the folder around it is on another.
    pub(super) fn enter(&mut self, depth: usize, device: Option<u64>) -> bool {
        self.0.truncate(depth);
        let is_other = self.0.last().is_some_and(|around| *around != device);
        self.0.push(device);
        is_other
    }
}

/// The device that a folder or file is on, where systems number them.
#[cfg(unix)]
pub(super) fn device(metadata: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    Some(metadata.dev())
}

/// There are no numbers, so no change is ever seen.
#[cfg(not(unix))]
pub(super) fn device(_: &Metadata) -> Option<u64> {
    None
}

/// Whether the folder at `path` is there, on another device than the folder around it.
pub(crate) fn is_mounted(path: &Path) -> bool {
    let device_at = |path: &Path| path.metadata().ok().map(|metadata| device(&metadata));
    match (device_at(path), path.parent().and_then(device_at)) {
        (Some(own), Some(around)) => own != around,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_changes_where_a_walk_enters_another_and_not_where_it_leaves_it_or_goes_on() {
        let mut devices = DevicePath::default();
        let walk = [(0, 1), (1, 1), (2, 7), (3, 7), (1, 1), (1, 7), (2, 1), (2, 7), (1, 1)];
        let changes = walk.map(|(depth, device)| devices.enter(depth, Some(device)));
        assert_eq!(changes, [false, false, true, false, false, true, true, false, false]);
    }

    #[test]
    fn a_plain_folder_is_not_mounted_and_neither_is_one_that_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("plain")).unwrap();
        assert!(!is_mounted(&folder.path().join("plain")) && !is_mounted(&folder.path().join("gone")));
    }
}
