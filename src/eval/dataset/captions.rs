//! Clips with captions: Clotho (Drossos 2020) has five in five columns, AudioCaps (Kim 2019) one a row and several rows a
//! clip but for training, and any other CSV file with the columns path and caption may do either.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::eval::dataset::labelled_csv::{FOLD, LIST_FOLDERS, SOUND, SOUND_FOLDERS, only_list};
use crate::eval::dataset::sounds::{SoundFinder, root_of_list};
use crate::eval::dataset::table::{CsvTable, cell};
use crate::eval::dataset::{CaptionedClip, CaptionedClips, Content};

/// What the names of all columns of captions begin with.
const CAPTION: &str = "caption";

/// What the names of Clotho's lists begin with; the part of the dataset follows.
const CLOTHO_LIST: &str = "clotho_captions_";

/// Length of AudioCaps' clips in seconds, which some names of files state the end by.
const AUDIOCAPS_SECONDS: u64 = 10;

pub(crate) fn recognise_clotho(path: &Path) -> bool {
    !clotho_lists(path).is_empty()
}

pub(crate) fn read_clotho(path: &Path) -> Result<Content> {
    let mut clips = ClipList::default();
    for (list, part) in clotho_lists(path) {
        let folders = [part.clone(), format!("audio/{part}"), format!("clotho_audio_{part}")];
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        clips.add_rows(&CsvTable::read(&list)?, &SoundFinder::new(&root_of_list(&list, &[]), &folders), Some(&part))?;
    }
    Ok(clips.finish())
}

pub(crate) fn recognise_audiocaps(path: &Path) -> bool {
    !audiocaps_lists(path).is_empty()
}

pub(crate) fn read_audiocaps(path: &Path) -> Result<Content> {
    let mut clips = ClipList::default();
    for (list, part) in audiocaps_lists(path) {
        let table = CsvTable::read(&list)?;
        let sounds = SoundFinder::new(&root_of_list(&list, &["dataset"]), &[&part, "audio"]);
        let (video, start) = (table.required(&["youtube_id"])?, table.required(&["start_time"])?);
        let (id, caption) = (table.column(&["audiocap_id"]), table.required(&[CAPTION])?);
        for row in table.rows() {
            let [video, start] = [video, start].map(|column| row.get(column).unwrap_or_default());
            let names = audiocaps_names(video, start, cell(row, id));
            let captions = row.get(caption).into_iter().map(str::to_owned).collect();
            clips.add(
                &format!("{video}_{start}"),
                names.iter().find_map(|name| sounds.find(name)),
                captions,
                Some(&part),
            );
        }
    }
    Ok(clips.finish())
}

pub(crate) fn recognise_plain(path: &Path) -> bool {
    only_list(path, has_captions).is_some()
}

pub(crate) fn read_plain(path: &Path) -> Result<Content> {
    let list = only_list(path, has_captions).unwrap_or_else(|| path.to_owned());
    let mut clips = ClipList::default();
    let sounds = SoundFinder::new(&root_of_list(&list, &LIST_FOLDERS), &SOUND_FOLDERS);
    clips.add_rows(&CsvTable::read(&list)?, &sounds, None)?;
    Ok(clips.finish())
}

/// The clips read so far, in the order they are first named.
#[derive(Default)]
struct ClipList {
    clips: Vec<CaptionedClip>,
    by_path: BTreeMap<PathBuf, usize>,
    missing: Vec<PathBuf>,
}

impl ClipList {
    /// Adds the rows of a list with a column for the sound and one or more for captions.
    fn add_rows(&mut self, table: &CsvTable, sounds: &SoundFinder, part: Option<&str>) -> Result<()> {
        let (sound, fold) = (table.required(&SOUND)?, table.column(&FOLD));
        let columns: Vec<usize> = (0..table.header().len()).filter(|at| is_caption(&table.header()[*at])).collect();
        table.required(if columns.is_empty() { &[CAPTION] } else { &SOUND })?;
        for row in table.rows() {
            let name = row.get(sound).unwrap_or_default();
            let captions = columns.iter().filter_map(|column| cell(row, Some(*column)).map(str::to_owned)).collect();
            self.add(name, sounds.find(name), captions, part.or_else(|| cell(row, fold)));
        }
        Ok(())
    }

    /// Adds captions to the clip at `path`, which the list calls `name`.
    fn add(&mut self, name: &str, path: Option<PathBuf>, captions: Vec<String>, fold: Option<&str>) {
        let Some(path) = path else {
            if self.missing.last().is_none_or(|last| last != Path::new(name)) {
                self.missing.push(name.into());
            }
            return;
        };
        if captions.is_empty() {
            return;
        }
        let place = *self.by_path.entry(path.clone()).or_insert(self.clips.len());
        match self.clips.get_mut(place) {
            Some(clip) => clip.captions.extend(captions),
            None => self.clips.push(CaptionedClip { path, captions, fold: fold.map(str::to_owned) }),
        }
    }

    fn finish(self) -> Content {
        Content::Captioned(CaptionedClips { clips: self.clips, missing: self.missing })
    }
}

fn is_caption(column: &str) -> bool {
    column == CAPTION || column == "captions" || column.starts_with("caption_")
}

fn has_captions(header: &[String]) -> bool {
    header.iter().any(|column| is_caption(column))
}

/// Clotho's lists at `path`, with the part of the dataset that each is of.
fn clotho_lists(path: &Path) -> Vec<(PathBuf, String)> {
    csv_files(path)
        .filter_map(|list| {
            let part = list.file_stem()?.to_str()?.strip_prefix(CLOTHO_LIST)?.to_owned();
            Some((list, part))
        })
        .collect()
}

/// AudioCaps' lists at `path`, with the part of the dataset that each is of.
fn audiocaps_lists(path: &Path) -> Vec<(PathBuf, String)> {
    let lists = csv_files(path).chain(csv_files(&path.join("dataset")));
    let fitting = lists.filter(|list| {
        let header = CsvTable::header_of(list);
        ["youtube_id", "start_time", CAPTION].iter().all(|wanted| header.iter().any(|column| column == wanted))
    });
    fitting
        .filter_map(|list| {
            let part = list.file_stem()?.to_str()?.to_owned();
            Some((list, part))
        })
        .collect()
}

/// The file at `path`, or else those in that folder, by name.
fn csv_files(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let inside = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = if path.is_file() { vec![path.to_owned()] } else { inside.collect() };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    files.into_iter()
}

/// What the file of an AudioCaps clip may be called: the dataset comes without sounds, and every downloader has its own way.
fn audiocaps_names(video: &str, start: &str, id: Option<&str>) -> Vec<String> {
    let mut names =
        vec![format!("{video}_{start}"), format!("Y{video}_{start}"), video.to_owned(), format!("Y{video}")];
    if let Ok(from) = start.parse::<u64>() {
        let to = from + AUDIOCAPS_SECONDS;
        names.push(format!("{video}_{from}_{to}"));
        names.push(format!("{video}_{}_{}", from * 1000, to * 1000));
        names.push(format!("Y{video}_{}_{}", from * 1000, to * 1000));
        // AudioSet's own tools write seconds with three decimals.
        names.push(format!("{video}_{from}.000_{to}.000"));
        names.push(format!("Y{video}_{from}.000_{to}.000"));
    }
    names.extend(id.map(str::to_owned));
    names
}
