//! A sound as its library remembers that it is heard: its mix, or one channel alone.

use std::path::Path;

use crate::audio::Sound;
use crate::disk_path::on_disk;
use crate::error::Result;
use crate::ingest::listening::chosen;
use crate::library::Library;
use crate::library::record::hearing::Hearing;

/// A sound of which the channels were chosen that are to be heard.
#[derive(Debug)]
pub struct ChosenSound {
    /// The sound.
    pub sound: Sound,
    /// The channel that is heard alone, counted from 1; `None` for the mix.
    pub channel: Option<u32>,
    /// Why it is not heard as was asked, if it is not.
    pub note: Option<String>,
}

/// `sound`, of which `hearing` is to be heard. Of a sound that is split, that is the mix: it stands for the whole.
///
/// # Errors
/// [`Error::Data`](crate::error::Error::Data) if the channel cannot be heard.
pub fn choose(sound: Sound, hearing: Hearing) -> Result<ChosenSound> {
    let (sound, note) = chosen(sound, hearing)?;
    let channel = match hearing {
        Hearing::Only(number) if note.is_none() => Some(number),
        _ => None,
    };
    Ok(ChosenSound { sound, channel, note })
}

/// What `library` remembers of how the file at `path` is heard: its own hearing, or that of the root around it, or the mix.
///
/// # Errors
/// Stage `catalogue` if the catalogue cannot be read.
pub fn remembered_hearing(library: &Library, path: &Path) -> Result<Hearing> {
    let path = on_disk(path);
    library.hearing_at(&path.canonicalize().unwrap_or(path))
}
