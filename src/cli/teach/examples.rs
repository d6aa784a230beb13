//! What is said of sounds → the examples of a head, heard once and kept with their vectors.

use std::path::{Path, PathBuf};

use auricle::classify::eval::dataset::{Content, DataSet};
use auricle::encoder::Encoder;
use auricle::error::{Error, Result as Read};
use auricle::ingest::hash_file;
use auricle::library::heads::TaughtExample;

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure, complain_about};
use crate::cli::heard::Listener;

/// That some sounds are of some classes.
#[derive(Debug)]
pub(super) struct Judgement {
    /// Files or folders.
    pub(super) paths: Vec<PathBuf>,
    /// Their classes, none for sounds of something else; `None` to forget them.
    pub(super) classes: Option<Vec<String>>,
}

impl Judgement {
    /// What the data set at `path` says: a table, or a folder a class.
    pub(super) fn from_table(path: &Path) -> Read<Vec<Self>> {
        let Content::Labelled(labelled) = DataSet::read(path, None)?.content else {
            let problem = format!("{} has captions and no labels", path.display());
            return Err(Error::user(problem, "name a CSV file with the columns path and label"));
        };
        if let Some(missing) = labelled.missing.first() {
            let (count, first) = (labelled.missing.len(), missing.display());
            tracing::warn!("{count} sounds that {} names are not there, {first} the first", path.display());
        }
        let names = &labelled.classes;
        let each = labelled.items.iter().map(|item| Judgement {
            paths: vec![item.path.clone()],
            classes: Some(item.classes.iter().map(|class| names[*class].clone()).collect()),
        });
        Ok(each.collect())
    }
}

/// Puts what `judgements` say into `examples`; of a content that is there already the new judgement counts. Sounds that
/// cannot be read are told; then some have failed.
pub(super) fn gather(
    context: &Context,
    encoder: &Encoder,
    judgements: &[Judgement],
    examples: &mut Vec<TaughtExample>,
) -> Result<Exit, Failure> {
    let listener = Listener::new(context, encoder)?;
    let mut exit = Exit::Done;
    let paths: Vec<PathBuf> = judgements.iter().flat_map(|judgement| judgement.paths.iter().cloned()).collect();
    if paths.is_empty() {
        return Ok(exit);
    }
    let mut heard_all = Vec::new();
    if listener.each_at(&paths, |path, heard| {
        heard_all.push((path.to_path_buf(), heard));
        Ok(())
    })? != Exit::Done
    {
        exit = Exit::SomeFailed;
    }
    for (path, heard) in heard_all {
        let hash = match heard.hash.map_or_else(|| hash_file(&path), Ok) {
            Ok(hash) => hash,
            Err(error) => {
                exit = Exit::SomeFailed;
                complain_about(error);
                continue;
            }
        };
        // The last judgement of a sound counts.
        let judged =
            judgements.iter().rev().find(|judgement| judgement.paths.iter().any(|root| path.starts_with(root)));
        examples.retain(|example| example.hash != hash);
        if let Some(classes) = judged.and_then(|judgement| judgement.classes.clone()) {
            let path = path.canonicalize().unwrap_or(path);
            examples.push(TaughtExample { hash, path, classes, vector: Some(heard.vector) });
        }
    }
    examples.sort_by_key(|example| example.hash.0);
    Ok(exit)
}

/// Listens again to those of `examples` that the library's model has not heard. What is gone or has changed is told and
/// does not count, but is kept.
pub(super) fn hear_again(
    context: &Context,
    encoder: &Encoder,
    examples: &mut [TaughtExample],
) -> Result<Exit, Failure> {
    let listener = Listener::new(context, encoder)?;
    let mut exit = Exit::Done;
    for example in examples.iter_mut().filter(|example| example.vector.is_none()) {
        let is_same = hash_file(&example.path).is_ok_and(|hash| hash == example.hash);
        let heard = if is_same { listener.listen(&example.path).ok() } else { None };
        example.vector = heard.map(|heard| heard.vector);
        if example.vector.is_none() {
            exit = Exit::SomeFailed;
            let problem = format!("the example {} is gone or has changed, and does not count", example.path.display());
            complain_about(Error::user(problem, "bring it back, or judge it again"));
        }
    }
    Ok(exit)
}
