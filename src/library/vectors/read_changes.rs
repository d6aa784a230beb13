//! The vectors of a catalogue that changed since a revision, read one by one.

use rusqlite::Row;

use crate::embedding::Embedding;
use crate::library::changes::Snapshot;
use crate::library::record::segment::{SegmentId, SegmentKind};
use crate::library::vectors::blob;

/// All that are found, in the order they lie in.
const ALL: &str = "SELECT segment_id, kind, value FROM vectors CROSS JOIN segments ON segments.id = segment_id
    CROSS JOIN files ON files.id = file_id WHERE +state = 'indexed' ORDER BY segment_id";

/// Those of the files that changed, which are looked for first.
const CHANGED: &str = "SELECT segment_id, kind, value FROM files CROSS JOIN segments ON file_id = files.id
    CROSS JOIN vectors ON segment_id = segments.id WHERE state = 'indexed' AND revision > ?1";

/// A segment that is found.
pub(super) struct ChangedSegment {
    pub(super) segment: SegmentId,
    pub(super) kind: SegmentKind,
    /// `None` if what is stored is no vector of the library's dimension.
    pub(super) vector: Option<Embedding>,
}

/// Calls `take` with each segment of a file that changed after revision number `after`, or with every segment if that
/// is negative.
pub(super) fn read(snapshot: &Snapshot<'_>, after: i64, mut take: impl FnMut(ChangedSegment)) -> rusqlite::Result<()> {
    let dim = snapshot.library().model().dim;
    let mut statement = snapshot.connection().prepare_cached(if after < 0 { ALL } else { CHANGED })?;
    let mut rows = if after < 0 { statement.query([])? } else { statement.query([after])? };
    while let Some(row) = rows.next()? {
        take(read_found(row, dim)?);
    }
    Ok(())
}

fn read_found(row: &Row<'_>, dim: usize) -> rusqlite::Result<ChangedSegment> {
    let segment = SegmentId(row.get(0)?);
    let kind = SegmentKind::from_name(row.get_ref(1)?.as_str().unwrap_or_default());
    // A column of another type than BLOB is damage too, not a failure to read.
    let vector = row.get_ref(2)?.as_blob().ok().and_then(|blob| blob::decode(blob, dim));
    Ok(ChangedSegment { segment, kind, vector })
}
