//! Labels, heads, roots and the mounts in them of an old catalogue → the new one that takes its place.
//!
//! People's labels, the examples of heads, the roots and the mounts always come along. What words and heads have judged comes
//! along where the same model made both catalogues; another model would judge otherwise.

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::library::{changes, mounts, roots, schema};

/// Which labels of words and heads come along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgements {
    /// All of them.
    Keep,
    /// None.
    Drop,
}

/// Labels that came along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct CarriedLabels {
    /// Labels given by hand.
    pub(crate) by_hand: u64,
    /// Labels given by words and heads.
    pub(crate) judgements: u64,
}

/// Puts the labels, heads and roots of `old` into `new`, in one transaction. The vectors of examples come from what `new` knows of
/// the same content: of another model's head there is nothing else left, and it has to be taught again.
pub(super) fn carry_over(
    old: &Connection,
    new: &mut Connection,
    judgements: Judgements,
) -> rusqlite::Result<CarriedLabels> {
    let transaction = new.transaction_with_behavior(TransactionBehavior::Immediate)?;
    changes::begin_revision(&transaction)?;
    let mut carried = CarriedLabels { by_hand: copy_labels(old, &transaction, "source = 'hand'")?, judgements: 0 };
    if judgements == Judgements::Keep {
        carried.judgements = copy_labels(old, &transaction, "source <> 'hand'")?;
    }
    copy_heads(old, &transaction)?;
    copy_examples(old, &transaction)?;
    roots::read(old)?.iter().try_for_each(|root| roots::put(&transaction, root))?;
    if schema::read_version(old)?.1 >= schema::WITH_MOUNTS {
        mounts::put(&transaction, &mounts::read(old)?)?;
    }
    transaction.commit()?;
    Ok(carried)
}

/// Copies the labels that meet `condition`, and gives their number.
fn copy_labels(old: &Connection, new: &Transaction<'_>, condition: &str) -> rusqlite::Result<u64> {
    let columns = "hash, source, head, label, start_seconds, end_seconds, score";
    let mut labels = old.prepare(&format!("SELECT {columns} FROM labels WHERE {condition}"))?;
    let mut insert =
        new.prepare(&format!("INSERT OR REPLACE INTO labels ({columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"))?;
    let (mut rows, mut copied) = (labels.query([])?, 0);
    while let Some(row) = rows.next()? {
        let values = (0..7).map(|column| row.get(column)).collect::<rusqlite::Result<Vec<Value>>>()?;
        insert.execute(rusqlite::params_from_iter(values))?;
        copied += 1;
    }
    Ok(copied)
}

fn copy_heads(old: &Connection, new: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut heads = old.prepare("SELECT name, document FROM heads")?;
    let mut insert = new.prepare("INSERT OR REPLACE INTO heads (name, document) VALUES (?1, ?2)")?;
    let mut rows = heads.query([])?;
    while let Some(row) = rows.next()? {
        insert.execute((row.get::<_, String>(0)?, row.get::<_, String>(1)?))?;
    }
    Ok(())
}

fn copy_examples(old: &Connection, new: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut examples = old.prepare("SELECT head, hash, class, path FROM examples")?;
    let sql = "INSERT OR REPLACE INTO examples (head, hash, class, path, vector) VALUES (?1, ?2, ?3, ?4,
               (SELECT value FROM vectors JOIN segments ON segments.id = segment_id JOIN files ON files.id = file_id
                WHERE hash = ?2 AND state = 'indexed' AND kind = 'clip' LIMIT 1))";
    let mut insert = new.prepare(sql)?;
    let mut rows = examples.query([])?;
    while let Some(row) = rows.next()? {
        let values: (String, Vec<u8>, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        insert.execute(values)?;
    }
    Ok(())
}
