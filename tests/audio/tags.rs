//! Words in the file: each container's own way of keeping them.

use auricle::audio::metadata::Tags;

use crate::media::{Folder, Signal};
use crate::read;

fn tags(title: &str) -> Tags {
    let some = |text: &str| Some(text.to_owned());
    Tags {
        title: some(title),
        artist: some("Ödön Fänger"),
        album: some("Roofs & Gutters"),
        comment: some("close, no wind"),
        genre: some("Field Recording"),
        description: None,
    }
}

const ARGUMENTS: [&str; 8] = [
    "-metadata",
    "artist=Ödön Fänger",
    "-metadata",
    "album=Roofs & Gutters",
    "-metadata",
    "comment=close, no wind",
    "-metadata",
    "genre=Field Recording",
];

/// `encode` splits its arguments at spaces, and these hold some.
fn encode(folder: &Folder, name: &str, codec: &str, extra: &[&str]) -> std::path::PathBuf {
    let input = folder.write("source.wav", &Signal::lively(44_100, 1, 0.5).to_wav());
    let output = folder.path(name);
    let mut arguments = vec!["-i", input.to_str().unwrap(), "-c:a", codec, "-metadata", "title=Rain on tin"];
    arguments.extend(ARGUMENTS);
    arguments.extend(extra);
    arguments.push(output.to_str().unwrap());
    crate::media::run_ffmpeg(&arguments);
    output
}

#[test]
fn title_artist_album_comment_and_genre_of_every_container() {
    let folder = Folder::new();
    let cases = [
        ("t.wav", "pcm_s16le", &[][..]),
        ("t.aiff", "pcm_s16be", &["-write_id3v2", "1"]),
        ("t.flac", "flac", &[]),
        ("t.mp3", "libmp3lame", &[]),
        ("old.mp3", "libmp3lame", &["-id3v2_version", "3"]),
        ("t.ogg", "libvorbis", &[]),
        ("t.opus", "libopus", &[]),
        ("t.m4a", "aac", &[]),
        ("t.mkv", "flac", &[]),
    ];
    for (name, codec, extra) in cases {
        let path = encode(&folder, name, codec, extra);
        let mut expected = tags("Rain on tin");
        if matches!(codec, "flac" | "libvorbis" | "libopus") && name != "t.mkv" {
            // ffmpeg writes a comment as DESCRIPTION into Vorbis comments.
            std::mem::swap(&mut expected.comment, &mut expected.description);
        }
        assert_eq!(read(&path).metadata.tags, expected, "{name}");
    }
}

#[test]
fn the_description_of_broadcast_wav() {
    let folder = Folder::new();
    let extra = ["-write_bext", "1", "-metadata", "description=Rain on a tin roof, Lisbon 2019"];
    let path = encode(&folder, "b.wav", "pcm_s16le", &extra);
    let found = read(&path).metadata.tags.description;
    assert_eq!(found.as_deref(), Some("Rain on a tin roof, Lisbon 2019"));
}

#[test]
fn a_file_without_words_has_none() {
    let folder = Folder::new();
    let path = folder.write("plain.wav", &Signal::lively(44_100, 1, 0.1).to_wav());
    assert_eq!(read(&path).metadata.tags, Tags::default());
}
