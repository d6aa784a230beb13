//! Judgements on the command line → updates of a head's examples, with the vectors of the sounds.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use auricle::encoder::queue::Encoder;
use auricle::error::Result;
use auricle::eval::dataset::{Content, DataSet};
use auricle::ingest::worker::hash_file;
use auricle::operations::teach::{ExampleChange, ExampleUpdate};

use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::sound_reader::SoundReader;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};

/// That some sounds are of some classes.
#[derive(Debug)]
pub(crate) struct PathJudgement {
    /// Files or folders.
    pub(crate) paths: Vec<PathBuf>,
    /// Their classes, none for sounds of something else; `None` to forget them.
    pub(crate) classes: Option<Vec<String>>,
}

impl PathJudgement {
    /// What the dataset at `path` says: a table, or a folder a class.
    pub(crate) fn from_table(path: &Path) -> Result<Vec<Self>, Failure> {
        let Content::Labelled(labelled) = DataSet::read(path, None)?.content else {
            return Err(CliRefusal::CaptionsInsteadOfLabels { path: path.to_path_buf() }.into());
        };
        if let Some(missing) = labelled.missing.first() {
            let (count, first) = (labelled.missing.len(), missing.display());
            tracing::warn!("{count} sounds that {} names are not there, {first} the first", path.display());
        }
        let names = &labelled.classes;
        let each = labelled.items.iter().map(|item| PathJudgement {
            paths: vec![item.path.clone()],
            classes: Some(item.classes.iter().map(|class| names[*class].clone()).collect()),
        });
        Ok(each.collect())
    }
}

/// The updates that `judgements` are, each sound heard once. Sounds that cannot be read are told; then some have failed.
pub(crate) fn gather(
    context: &Context,
    encoder: &Encoder,
    judgements: &[PathJudgement],
) -> Result<(Vec<ExampleUpdate>, Exit), Failure> {
    let paths: Vec<PathBuf> = judgements.iter().flat_map(|judgement| judgement.paths.iter().cloned()).collect();
    if paths.is_empty() {
        return Ok((Vec::new(), Exit::Done));
    }
    let (by_path, mut updates, mut unreadable) = (JudgementsByPath::new(judgements), Vec::new(), Vec::new());
    let exit = SoundReader::new(context, encoder)?.each_at(&paths, |path, heard| {
        match heard.hash.map_or_else(|| hash_file(path), Ok) {
            Ok(hash) => {
                let full_path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
                let change = by_path.change(path);
                updates.push(ExampleUpdate { hash, path: full_path, vector: heard.vector, change });
            }
            Err(error) => unreadable.push(error),
        }
        Ok(())
    })?;
    let exit = if unreadable.is_empty() { exit } else { Exit::SomeFailed };
    unreadable.into_iter().for_each(complain_about);
    Ok((updates, exit))
}

/// Judgements by path: a table has one for each of thousands of files.
struct JudgementsByPath<'a> {
    by_path: HashMap<&'a Path, (usize, &'a PathJudgement)>,
}

impl<'a> JudgementsByPath<'a> {
    /// Later judgements of a path take the place of earlier ones.
    fn new(judgements: &'a [PathJudgement]) -> Self {
        let each = judgements
            .iter()
            .enumerate()
            .flat_map(|(turn, judgement)| judgement.paths.iter().map(move |path| (path.as_path(), (turn, judgement))));
        JudgementsByPath { by_path: each.collect() }
    }

    /// The last judgement of the file at `path`, which may be one of a folder above.
    fn change(&self, path: &Path) -> ExampleChange {
        let judgements = path.ancestors().filter_map(|place| self.by_path.get(place));
        let last = judgements.max_by_key(|(turn, _)| *turn).and_then(|(_, judgement)| judgement.classes.clone());
        last.map_or(ExampleChange::Forget, ExampleChange::Classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_judgement_of_a_sound_or_of_a_folder_above_it_counts() {
        let judgement = |path: &str, classes: Option<&[&str]>| PathJudgement {
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
        let judged = JudgementsByPath::new(&judgements);
        let of = |path: &str| match judged.change(Path::new(path)) {
            ExampleChange::Classes(classes) => Some(classes.join(",")),
            _ => None,
        };
        assert_eq!(of("a/1.wav").as_deref(), Some("y"));
        assert_eq!(of("a/2.wav").as_deref(), Some(""));
        assert_eq!(of("a/3.wav"), None);
        assert_eq!(of("./b/c/4.wav").as_deref(), Some("z"));
    }
}
