//! The metadata of a sound file: its format and the words in it.

/// What a sound file says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// Container in lower case, for example `wav`, `ogg`, `mp4`.
    pub container: String,
    /// Codec in lower case, for example `pcm_s16le`, `vorbis`, `opus`.
    pub codec: String,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// Number of channels in the file.
    pub channels: u32,
    /// Duration in seconds as the container states it; `None` where it does not.
    pub duration_seconds: Option<f64>,
    /// Words found in the file.
    pub tags: Tags,
}

/// Words found in a sound file; empty fields are absent in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// Title.
    pub title: Option<String>,
    /// Artist.
    pub artist: Option<String>,
    /// Album.
    pub album: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Genre.
    pub genre: Option<String>,
    /// Description (Broadcast WAV's `bext` chunk, or a tag of that name).
    pub description: Option<String>,
}

impl Tags {
    /// The names of the fields.
    pub const NAMES: [&'static str; 6] = ["title", "artist", "album", "comment", "genre", "description"];

    /// The words that are there, each after the name of its field.
    pub fn into_named(self) -> impl Iterator<Item = (&'static str, String)> {
        let Tags { title, artist, album, comment, genre, description } = self;
        let words = [title, artist, album, comment, genre, description];
        Tags::NAMES.into_iter().zip(words).filter_map(|(name, words)| Some((name, words?)))
    }
}
