//! Words in the file: each container's own way of keeping them.

use auricle::audio::metadata::{TagName, Tags};

use crate::media::{Folder, Signal};
use crate::read;

/// The tags of a file by name.
fn tags_of(path: &std::path::Path) -> Vec<(&'static str, String)> {
    read(path).metadata.tags.into_named().collect()
}

/// Those of the files here, with the name that the words of the comment come under.
fn expected(comment: &'static str) -> Vec<(&'static str, String)> {
    let mut all = [
        ("title", "Rain on tin"),
        ("artist", "Ödön Fänger"),
        ("album", "Roofs & Gutters"),
        (comment, "close, no wind"),
        ("genre", "Field Recording"),
    ];
    all.sort_by_key(|(name, _)| Tags::NAMES.iter().position(|other| other == name));
    all.map(|(name, words)| (name, words.to_owned())).to_vec()
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
        // ffmpeg writes a comment as DESCRIPTION into Vorbis comments.
        let is_vorbis = matches!(codec, "flac" | "libvorbis" | "libopus") && name != "t.mkv";
        assert_eq!(tags_of(&path), expected(if is_vorbis { "description" } else { "comment" }), "{name}");
    }
}

#[test]
fn the_description_of_broadcast_wav() {
    let folder = Folder::new();
    let extra = ["-write_bext", "1", "-metadata", "description=Rain on a tin roof, Lisbon 2019"];
    let path = encode(&folder, "b.wav", "pcm_s16le", &extra);
    let tags = read(&path).metadata.tags;
    assert_eq!(tags.get(TagName::Description), Some("Rain on a tin roof, Lisbon 2019"));
}

#[test]
fn a_file_without_words_has_none() {
    let folder = Folder::new();
    let path = folder.write("plain.wav", &Signal::lively(44_100, 1, 0.1).to_wav());
    assert_eq!(read(&path).metadata.tags, Tags::default());
}

#[test]
fn words_that_musicians_and_recorders_keep_are_tags_of_every_container() {
    let folder = Folder::new();
    let words = ["-metadata", "composer=Zoë Holm", "-metadata", "copyright=2021 Holm"];
    for (name, codec) in [("c.flac", "flac"), ("c.mp3", "libmp3lame"), ("c.ogg", "libvorbis"), ("c.m4a", "aac")] {
        let tags = read(&encode(&folder, name, codec, &words)).metadata.tags;
        let found = (tags.get(TagName::Composer), tags.get(TagName::Copyright));
        assert_eq!(found, (Some("Zoë Holm"), Some("2021 Holm")), "{name}");
    }
    let words = ["-metadata", "KEYWORDS=tin, drops", "-metadata", "scene=12A"];
    for (name, codec) in [("k.flac", "flac"), ("k.mp3", "libmp3lame"), ("k.ogg", "libvorbis"), ("k.mka", "flac")] {
        let tags = read(&encode(&folder, name, codec, &words)).metadata.tags;
        let found = (tags.get(TagName::Keywords), tags.get(TagName::Scene));
        assert_eq!(found, (Some("tin, drops"), Some("12A")), "{name}");
    }
    let words = ["-metadata", "TKEY=F#m", "-metadata", "TBPM=96"];
    let tags = read(&encode(&folder, "k.mp3", "libmp3lame", &words)).metadata.tags;
    assert_eq!((tags.get(TagName::Key), tags.get(TagName::Bpm)), (Some("F#m"), Some("96")));
}

#[test]
fn chunks_of_the_trade_are_tags() {
    let folder = Folder::new();
    let mut file = Signal::lively(48_000, 1, 0.1).to_wav();
    let xml = "<BWFXML><SCENE>12A</SCENE><TRACK_LIST><TRACK><NAME>Boom</NAME></TRACK></TRACK_LIST></BWFXML>";
    let info = [&b"INFOINAM\x08\0\0\0"[..], b"\x89\x4A\x82\xCC\x89\xB9\0\0"].concat();
    let label = b"adtllabl\x0A\0\0\0\x01\0\0\0drops\0";
    let page = [0xA4, 0x03, 0, 0, 0, 0, 0, 0];
    for (name, content) in
        [(b"LIST", &info[..]), (b"iXML", xml.as_bytes()), (b"LIST", &label[..]), (b"CSET", &page[..])]
    {
        file.extend(name);
        file.extend((content.len() as u32).to_le_bytes());
        file.extend(content);
        file.extend(vec![0; content.len() % 2]);
    }
    let expected = [("title", "雨の音"), ("scene", "12A"), ("tracks", "Boom"), ("cues", "drops")];
    let found = tags_of(&folder.write("trade.wav", &file));
    assert_eq!(found, expected.map(|(name, words)| (name, words.to_owned())));
}
