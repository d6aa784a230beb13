//! What is said of sounds → the examples of a head, heard once and kept with their vectors.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use auricle::encoder::Encoder;
use auricle::error::{Error, Result as Read};
use auricle::eval::dataset::{Content, DataSet};
use auricle::ingest::hash_file;
use auricle::library::heads::TaughtExample;

use crate::cli::context::Context;
use crate::cli::listener::Listener;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};

/// That some sounds are of some classes.
#[derive(Debug)]
pub(crate) struct Judgement {
    /// Files or folders.
    pub(crate) paths: Vec<PathBuf>,
    /// Their classes, none for sounds of something else; `None` to forget them.
    pub(crate) classes: Option<Vec<String>>,
}

impl Judgement {
    /// What the data set at `path` says: a table, or a folder a class.
    pub(crate) fn from_table(path: &Path) -> Read<Vec<Self>> {
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
pub(crate) fn gather(
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
    let judged = Judged::new(judgements);
    let mut by_content: BTreeMap<[u8; 32], TaughtExample> =
        std::mem::take(examples).into_iter().map(|example| (example.hash.0, example)).collect();
    for (path, heard) in heard_all {
        let hash = match heard.hash.map_or_else(|| hash_file(&path), Ok) {
            Ok(hash) => hash,
            Err(error) => {
                exit = Exit::SomeFailed;
                complain_about(error);
                continue;
            }
        };
        by_content.remove(&hash.0);
        if let Some(classes) = judged.of(&path) {
            let path = path.canonicalize().unwrap_or(path);
            let (classes, vector) = (classes.to_vec(), Some(heard.vector));
            by_content.insert(hash.0, TaughtExample { hash, path, classes, vector });
        }
    }
    examples.extend(by_content.into_values());
    Ok(exit)
}

/// Judgements by path: a table has one for each of thousands of files.
struct Judged<'a> {
    by_path: HashMap<&'a Path, (usize, &'a Judgement)>,
}

impl<'a> Judged<'a> {
    /// Later judgements of a path take the place of earlier ones.
    fn new(judgements: &'a [Judgement]) -> Self {
        let each = judgements
            .iter()
            .enumerate()
            .flat_map(|(turn, judgement)| judgement.paths.iter().map(move |path| (path.as_path(), (turn, judgement))));
        Judged { by_path: each.collect() }
    }

    /// The last judgement of the file at `path`, which may be one of a folder above; `None` to forget it.
    fn of(&self, path: &Path) -> Option<&'a [String]> {
        let (_, judgement) =
            path.ancestors().filter_map(|place| self.by_path.get(place)).max_by_key(|(turn, _)| *turn)?;
        judgement.classes.as_deref()
    }
}

/// Listens again to those of `examples` that the library's model has not heard. What is gone or has changed is told and
/// does not count, but is kept.
pub(crate) fn hear_again(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_judgement_of_a_sound_or_of_a_folder_above_it_counts() {
        let judgement = |path: &str, classes: Option<&[&str]>| Judgement {
            paths: vec![path.into()],
            classes: classes.map(|classes| classes.iter().map(|class| class.to_string()).collect()),
        };
        let judgements = [
            judgement("a/1.wav", Some(&["x"])),
            judgement("a", Some(&["y"])),
            judgement("a/2.wav", Some(&[])),
            judgement("a/3.wav", None),
            judgement("./b", Some(&["z"])),
        ];
        let judged = Judged::new(&judgements);
        let of = |path: &str| judged.of(Path::new(path)).map(|classes| classes.join(","));
        assert_eq!(of("a/1.wav").as_deref(), Some("y"));
        assert_eq!(of("a/2.wav").as_deref(), Some(""));
        assert_eq!(of("a/3.wav"), None);
        assert_eq!(of("./b/c/4.wav").as_deref(), Some("z"));
    }
}
