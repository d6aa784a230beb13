//! The catalogue's tables and how they came to be: a list of migrations, one a schema version. It reads and writes no
//! records other than the model's identity.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::embedding::Space;
use crate::error::{Error, LibraryFailure, Result};
use crate::library::failure::InLibrary;
use crate::library::record::segment::Moments;

/// What `PRAGMA application_id` says of our databases: "AURC".
const APPLICATION_ID: i32 = 0x4155_5243;

/// How long a statement waits for another process before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The step from schema version `i` to `i + 1` at index `i`. Released steps never change; a new version is a new step.
const MIGRATIONS: [&str; 9] = [FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH, NINTH];

/// The schema version this program writes.
pub(super) const VERSION: u32 = MIGRATIONS.len() as u32;

/// The oldest schema version this program reads as it is: what came after it only added to it.
const OLDEST_READABLE: u32 = 2;

/// Paths are the operating system's bytes; hashes are BLAKE3; a vector is `dim` little-endian f32 of unit length.
///
/// Every commit begins by adding a row to `revisions`. From then on triggers stamp that number on each file whose
/// state, path, tags, segments or vectors change, and on the ids of what is deleted, so that whatever is derived from
/// the catalogue can ask what it missed. Ids are never given twice (`AUTOINCREMENT`), or a removed segment could not be
/// told from a new one. The random token tells a revision from one of the same number in another copy of the catalogue,
/// say a backup that was restored.
const FIRST: &str = "
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
    number INTEGER PRIMARY KEY,
    token  INTEGER NOT NULL DEFAULT (random())
) STRICT;

CREATE VIEW current AS SELECT ifnull(max(number), 0) AS revision FROM revisions;

CREATE TABLE files (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    path             BLOB NOT NULL UNIQUE,
    size_bytes       INTEGER NOT NULL,
    modified_ns      INTEGER NOT NULL,
    hash             BLOB CHECK (length(hash) = 32),
    state            TEXT NOT NULL CHECK (state IN ('indexed', 'failed', 'vanished')),
    container        TEXT,
    codec            TEXT,
    rate_hz          INTEGER,
    channels         INTEGER,
    duration_seconds REAL,
    partial          TEXT,
    error_stage      TEXT,
    error_reason     TEXT,
    revision         INTEGER NOT NULL DEFAULT 0,
    CHECK ((error_stage IS NULL) = (error_reason IS NULL)),
    CHECK (state <> 'failed' OR error_stage IS NOT NULL)
) STRICT;
CREATE INDEX files_by_hash ON files (hash);
CREATE INDEX files_by_state ON files (state, revision);

CREATE TABLE tags (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (file_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE segments (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id       INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL CHECK (kind IN ('clip', 'moment')),
    start_seconds REAL NOT NULL,
    end_seconds   REAL NOT NULL
) STRICT;
CREATE INDEX segments_by_file ON segments (file_id);

CREATE TABLE vectors (
    segment_id INTEGER PRIMARY KEY REFERENCES segments (id) ON DELETE CASCADE,
    value      BLOB NOT NULL
) STRICT;

CREATE TABLE removed_files (
    id       INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX removed_files_by_revision ON removed_files (revision);

CREATE TABLE removed_segments (
    id       INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX removed_segments_by_revision ON removed_segments (revision);

CREATE TRIGGER file_added AFTER INSERT ON files BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id = new.id;
END;
CREATE TRIGGER file_changed AFTER UPDATE OF state, path ON files
WHEN (old.state, old.path) IS NOT (new.state, new.path) BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id = new.id;
END;
CREATE TRIGGER file_removed AFTER DELETE ON files BEGIN
    INSERT INTO removed_files SELECT old.id, revision FROM current;
END;
CREATE TRIGGER tag_added AFTER INSERT ON tags BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id = new.file_id;
END;
CREATE TRIGGER tag_changed AFTER UPDATE ON tags BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id IN (old.file_id, new.file_id);
END;
CREATE TRIGGER tag_removed AFTER DELETE ON tags BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id = old.file_id;
END;
CREATE TRIGGER segment_added AFTER INSERT ON segments BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id = new.file_id;
END;
CREATE TRIGGER segment_changed AFTER UPDATE ON segments BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id IN (old.file_id, new.file_id);
END;
CREATE TRIGGER segment_removed AFTER DELETE ON segments BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE id = old.file_id;
    INSERT INTO removed_segments SELECT old.id, revision FROM current;
END;
CREATE TRIGGER vector_changed AFTER UPDATE ON vectors BEGIN
    UPDATE files SET revision = (SELECT revision FROM current)
    WHERE id = (SELECT file_id FROM segments WHERE id = new.segment_id);
END;
";

/// Labels and heads. A label belongs to a content, not to a file: it stays with a sound that is moved, copied, or taken out
/// and indexed again. What was said by hand is also found by words, so it stamps the files of that content. A head is a
/// document that others read and write; its examples have vectors of their own, since they need not be in the library.
const SECOND: &str = "
CREATE TABLE labels (
    hash          BLOB NOT NULL CHECK (length(hash) = 32),
    source        TEXT NOT NULL CHECK (source IN ('zero-shot', 'head', 'hand')),
    head          TEXT NOT NULL CHECK ((head = '') = (source <> 'head')),
    label         TEXT NOT NULL,
    start_seconds REAL NOT NULL,
    end_seconds   REAL NOT NULL,
    score         REAL NOT NULL,
    PRIMARY KEY (hash, source, head, label, start_seconds, end_seconds)
) STRICT, WITHOUT ROWID;
CREATE INDEX labels_by_label ON labels (label COLLATE NOCASE);

CREATE TRIGGER label_added AFTER INSERT ON labels WHEN new.source = 'hand' BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE hash = new.hash;
END;
CREATE TRIGGER label_removed AFTER DELETE ON labels WHEN old.source = 'hand' BEGIN
    UPDATE files SET revision = (SELECT revision FROM current) WHERE hash = old.hash;
END;

CREATE TABLE heads (
    name     TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE examples (
    head   TEXT NOT NULL REFERENCES heads (name) ON DELETE CASCADE ON UPDATE CASCADE,
    hash   BLOB NOT NULL CHECK (length(hash) = 32),
    class  TEXT NOT NULL,
    path   BLOB NOT NULL,
    vector BLOB,
    PRIMARY KEY (head, hash, class)
) STRICT, WITHOUT ROWID;
";

/// Imprints ([`crate::imprint`]), which tell copies of a recording; files that were indexed before have none.
const THIRD: &str = "
CREATE TABLE imprints (
    file_id INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
    value   BLOB NOT NULL
) STRICT;
";

/// Marks of files ([`crate::library::record::file::Mark`]); files that were indexed before have none until the next run.
const FOURTH: &str = "
ALTER TABLE files ADD COLUMN inode INTEGER;
ALTER TABLE files ADD COLUMN inode_changed_ns INTEGER;
";

/// Roots ([`crate::library::record::root::Root`]); `exclude` is an array of patterns in JSON.
const FIFTH: &str = "
CREATE TABLE roots (
    path    BLOB PRIMARY KEY,
    exclude TEXT NOT NULL,
    links   TEXT NOT NULL CHECK (links IN ('skip', 'follow'))
) STRICT, WITHOUT ROWID;
";

/// When recordings began: as ISO 8601 has it, and the first and the last second of that by the recorder's clock since 1970
/// began on it; nothing where nothing says so. `rules` numbers those by which it was worked out.
const SIXTH: &str = "
CREATE TABLE recordings (
    file_id      INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
    began        TEXT,
    first_second INTEGER,
    last_second  INTEGER,
    rules        INTEGER NOT NULL
) STRICT;
CREATE INDEX recordings_by_first_second ON recordings (first_second);
";

/// What is heard of the files below a root and of each file ([`crate::library::record::hearing::Hearing`]), and the channel
/// that a segment is of; nothing for the file's sound as it is heard as a whole.
const SEVENTH: &str = "
ALTER TABLE roots ADD COLUMN hearing TEXT NOT NULL DEFAULT 'mix';
ALTER TABLE files ADD COLUMN hearing TEXT NOT NULL DEFAULT 'mix';
ALTER TABLE segments ADD COLUMN channel INTEGER;
";

/// Cues ([`crate::library::record::cue::Cue`]); a file that was indexed before has none until its tags are read again.
const EIGHTH: &str = "
CREATE TABLE cues (
    file_id       INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    start_seconds REAL NOT NULL,
    end_seconds   REAL,
    words         TEXT NOT NULL,
    PRIMARY KEY (file_id, start_seconds, words)
) STRICT, WITHOUT ROWID;
";

/// Places within roots where other file systems were found ([`crate::library::mounts`]).
const NINTH: &str = "
CREATE TABLE mounts (
    path BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
";

/// The first schema version that knows of mounts.
pub(super) const WITH_MOUNTS: u32 = 9;

/// The first schema version that knows of cues.
pub(super) const WITH_CUES: u32 = 8;

/// The first schema version that knows when recordings began.
pub(super) const WITH_RECORDINGS: u32 = 6;

/// The first schema version that knows of hearings and channels.
pub(super) const WITH_HEARINGS: u32 = 7;

/// Sets up a connection that will only read.
pub(super) fn prepare_reader(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_plans(connection)
}

/// Has a statement planned once. Otherwise it is planned anew for each value it is bound to, in case statistics say that
/// another plan is better for it: an eighth of the time of a search of 100,000 files.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Sets up a connection that will write. WAL lets readers go on meanwhile; with it, `NORMAL` loses no consistency, and
/// a commit outlives the process though perhaps not a power cut.
pub(super) fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_plans(connection)?;
    // Has a say only before the first table is made: so pages that are freed can be given back in small steps.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Refuses a database that is not ours, or of a schema version that this program does not know or has not made yet.
pub(super) fn check(connection: &Connection, folder: &Path) -> Result<()> {
    let (application, version) = read_version(connection).in_library(folder)?;
    if version == 0 && application == 0 {
        return Err(Error::library(folder, LibraryFailure::Missing));
    }
    refuse_foreign(application, version, folder)?;
    if version < OLDEST_READABLE {
        return Err(Error::library(folder, LibraryFailure::OlderFormat { found: version, known: VERSION }));
    }
    Ok(())
}

/// Brings the database to [`VERSION`], creating the tables of an empty one for `model`; all of it or nothing.
pub(super) fn migrate(connection: &mut Connection, folder: &Path, model: &Space) -> Result<()> {
    let (application, version) = read_version(connection).in_library(folder)?;
    if (application, version) != (0, 0) {
        refuse_foreign(application, version, folder)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).in_library(folder)?;
    apply(&transaction, version, model).in_library(folder)?;
    transaction.commit().in_library(folder)
}

fn apply(transaction: &Transaction<'_>, version: u32, model: &Space) -> rusqlite::Result<()> {
    for step in MIGRATIONS.iter().skip(version as usize) {
        transaction.execute_batch(step)?;
    }
    if version == 0 {
        write_model(transaction, model)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)
}

fn refuse_foreign(application: i32, version: u32, folder: &Path) -> Result<()> {
    if application != APPLICATION_ID {
        return Err(Error::library(folder, LibraryFailure::Foreign));
    }
    if version > VERSION {
        return Err(Error::library(folder, LibraryFailure::NewerFormat { found: version, known: VERSION }));
    }
    Ok(())
}

/// What the database says of whose it is, and its schema version.
pub(super) fn read_version(connection: &Connection) -> rusqlite::Result<(i32, u32)> {
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok((application, connection.pragma_query_value(None, "user_version", |row| row.get(0))?))
}

fn write_model(connection: &Connection, model: &Space) -> rusqlite::Result<()> {
    let dim = model.dim.to_string();
    let pairs = [("model_name", &model.name), ("model_fingerprint", &model.fingerprint), ("dim", &dim)];
    for (key, value) in pairs {
        connection.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [key, value])?;
    }
    Ok(())
}

/// What `meta` holds under `key`.
pub(super) fn read_meta(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()
}

/// Puts `value` under `key` into `meta`.
pub(super) fn write_meta(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    connection.execute(sql, [key, value]).map(drop)
}

/// Reads the identity of the model that made the library.
pub(super) fn read_model(connection: &Connection) -> rusqlite::Result<Space> {
    let text = |key| connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0));
    let dim = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'dim'";
    let dim: u32 = connection.query_row(dim, [], |row| row.get(0))?;
    Ok(Space { name: text("model_name")?, fingerprint: text("model_fingerprint")?, dim: dim as usize })
}

/// Key of `meta` for the time between two moments, in seconds, or [`NO_MOMENTS`]; absent until it is decided.
const HOP_KEY: &str = "hop_seconds";

/// Value of [`HOP_KEY`] where a library has no moments.
const NO_MOMENTS: &str = "none";

/// Reads which moments the library has; `None` if that is not decided, or cannot be made out.
pub(super) fn read_moments(connection: &Connection) -> rusqlite::Result<Option<Moments>> {
    Ok(read_meta(connection, HOP_KEY)?.and_then(|value| match value.as_str() {
        NO_MOMENTS => Some(Moments::None),
        number => number.parse().ok().map(|hop_seconds| Moments::Every { hop_seconds }),
    }))
}

/// Records which moments the library has.
pub(super) fn write_moments(connection: &Connection, moments: Moments) -> rusqlite::Result<()> {
    let value = match moments {
        Moments::None => NO_MOMENTS.to_owned(),
        Moments::Every { hop_seconds } => hop_seconds.to_string(),
    };
    write_meta(connection, HOP_KEY, &value)
}
