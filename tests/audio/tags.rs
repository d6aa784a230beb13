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

/// An ID3v2.3 tag of the given frames.
fn id3(frames: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut content = Vec::new();
    for (id, body) in frames {
        content.extend([&id[..], &(body.len() as u32).to_be_bytes(), &[0, 0], body].concat());
    }
    let len = content.len();
    [&b"ID3\x03\0\0\0\0"[..], &[(len >> 7) as u8, (len & 0x7F) as u8], &content].concat()
}

#[test]
fn id3_words_in_the_page_of_a_system_are_read_in_front_and_at_the_end() {
    // "雨の音" (sound of rain) and "トタン屋根に降る雨" (rain on a tin roof) in Shift-JIS.
    let title = b"\x89\x4A\x82\xCC\x89\xB9".to_vec();
    let album = b"\x83\x67\x83\x5E\x83\x93\x89\xAE\x8D\xAA\x82\xC9\x8D\x7E\x82\xE9\x89\x4A".to_vec();
    let frames = Folder::new();
    let path = frames.encode(&Signal::lively(44_100, 1, 0.5), "bare.mp3", "-c:a libmp3lame -id3v2_version 0");
    let frames = std::fs::read(path).unwrap();
    let narrow = |words: &[u8]| [&[0], words].concat();
    let comment = [&b"\0jpn\0"[..], &album].concat();
    let front = id3(&[(b"TIT2", narrow(&title)), (b"TALB", narrow(&album)), (b"COMM", comment)]);
    let mut end = [b"TAG", &title[..]].concat();
    end.resize(63, 0);
    end.extend(&album);
    end.resize(128, 0);
    let folder = Folder::new();
    for (name, file) in [("2.mp3", [&front[..], &frames].concat()), ("1.mp3", [&frames[..], &end].concat())] {
        let tags = read(&folder.write(name, &file)).metadata.tags;
        let found = (tags.get(TagName::Title), tags.get(TagName::Album));
        assert_eq!(found, (Some("雨の音"), Some("トタン屋根に降る雨")), "{name}");
    }
    let tags = read(&folder.write("2.mp3", &[&front[..], &frames].concat())).metadata.tags;
    assert_eq!(tags.get(TagName::Comment), Some("トタン屋根に降る雨"));
}

#[test]
fn xmp_is_read_wherever_a_container_keeps_it() {
    let folder = Folder::new();
    let xml = "<x:xmpmeta><rdf:RDF><rdf:Description xmpDM:scene='12A'><dc:subject><rdf:Bag><rdf:li>tin</rdf:li>\
               <rdf:li>roof</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>";
    let sound = Signal::lively(44_100, 1, 0.5);
    let encoded = |name: &str, arguments: &str| std::fs::read(folder.encode(&sound, name, arguments)).unwrap();
    let boxed =
        |name: &[u8; 4], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes()[..], &name[..], content].concat();
    let mp3 = encoded("x.mp3", "-c:a libmp3lame -id3v2_version 0");
    let in_front = id3(&[(b"PRIV", [b"XMP\0", xml.as_bytes()].concat())]);
    let id = b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
    let m4a = encoded("x.m4a", "-c:a aac");
    let flac = encoded("x.flac", "-c:a flac");
    let mut aiff = encoded("x.aiff", "-c:a pcm_s16be");
    aiff.extend([&b"APPL"[..], &(xml.len() as u32 + 4).to_be_bytes(), b"XMP ", xml.as_bytes(), b"\0"].concat());
    let comment = encoded("c.ogg", "-c:a libvorbis -metadata XMP=<dc:subject>tin</dc:subject>");
    for (name, file, keywords) in [
        ("id3.mp3", [in_front, mp3].concat(), "tin; roof"),
        ("uuid.m4a", [m4a, boxed(b"uuid", &[id, xml.as_bytes()].concat())].concat(), "tin; roof"),
        ("appl.aiff", aiff, "tin; roof"),
        ("riff.flac", with_wave_chunk(&flac, b"_PMX", xml.as_bytes()), "tin; roof"),
        ("comment.ogg", comment, "tin"),
    ] {
        let tags = read(&folder.write(&format!("with-{name}"), &file)).metadata.tags;
        assert_eq!(tags.get(TagName::Keywords), Some(keywords), "{name}");
        assert_eq!(tags.get(TagName::Scene), (keywords != "tin").then_some("12A"), "{name}");
    }
}

/// `flac` with a chunk of the WAV file that it was made of, behind its first block.
fn with_wave_chunk(flac: &[u8], id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let (first, rest) = flac.split_at(4 + 4 + 34);
    let chunk = [&b"riff"[..], id, &(content.len() as u32).to_le_bytes(), content].concat();
    let header = [&[2][..], &(chunk.len() as u32).to_be_bytes()[1..]].concat();
    [first, &header, &chunk, rest].concat()
}

#[test]
fn a_flac_file_keeps_the_words_of_the_wav_file_that_it_was_made_of() {
    let folder = Folder::new();
    let flac = std::fs::read(folder.encode(&Signal::lively(44_100, 1, 0.5), "x.flac", "-c:a flac")).unwrap();
    let mut bext = vec![0; 602];
    bext[..11].copy_from_slice(b"Rain on tin");
    bext[320..338].copy_from_slice(b"2021-04-2013:10:00");
    let file = with_wave_chunk(&flac, b"bext", &bext);
    let file = with_wave_chunk(&file, b"iXML", b"<BWFXML><SCENE>12A</SCENE><TAKE>3</TAKE></BWFXML>");
    let tags = read(&folder.write("kept.flac", &file)).metadata.tags;
    let found = [TagName::Description, TagName::Scene, TagName::Take, TagName::Date].map(|name| tags.get(name));
    assert_eq!(found, [Some("Rain on tin"), Some("12A"), Some("3"), Some("2021-04-20 13:10:00")]);
}

#[test]
fn when_an_mp4_file_was_made_counts_only_if_nothing_says_when_it_was_recorded() {
    let folder = Folder::new();
    let made = "-c:a aac -metadata creation_time=2021-04-20T11:10:00Z";
    for (name, arguments, expected) in [
        ("voice.m4a", made.to_owned(), Some("2021-04-20T11:10:00Z")),
        ("20190102_030405.m4a", made.to_owned(), Some("2019-01-02T03:04:05")),
        ("song.m4a", format!("{made} -metadata date=2005"), Some("2005")),
        ("unset.m4a", "-c:a aac".to_owned(), None),
    ] {
        let path = folder.encode(&Signal::lively(44_100, 1, 0.5), name, &arguments);
        let recorded = read(&path).metadata.tags.recorded(&path).map(|time| time.to_string());
        assert_eq!(recorded.as_deref(), expected, "{name}");
    }
}

/// `file` with more chunks at its end, each of even length.
fn with_chunks(mut file: Vec<u8>, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    for (name, content) in chunks {
        file.extend([&name[..], &(content.len() as u32).to_le_bytes(), content].concat());
        file.resize(file.len().next_multiple_of(2), 0);
    }
    let len = (file.len() - 8) as u32;
    file[4..8].copy_from_slice(&len.to_le_bytes());
    file
}

#[test]
fn labels_of_cues_are_places_in_time_with_an_end_where_one_is_stated() {
    let folder = Folder::new();
    let point = |id: u32, frame: u32| {
        [&id.to_le_bytes()[..], &frame.to_le_bytes(), b"data", &[0; 8], &frame.to_le_bytes()].concat()
    };
    let points = [&3u32.to_le_bytes()[..], &point(1, 24_000), &point(7, 12_000), &point(9, 0)].concat();
    let entry = |name: &[u8; 4], content: &[u8]| {
        let mut entry = [&name[..], &(content.len() as u32).to_le_bytes(), content].concat();
        entry.resize(entry.len().next_multiple_of(2), 0);
        entry
    };
    let label = |id: u32, words: &str| entry(b"labl", &[&id.to_le_bytes()[..], words.as_bytes(), b"\0"].concat());
    let note = |id: u32, words: &str| entry(b"note", &[&id.to_le_bytes()[..], words.as_bytes(), b"\0"].concat());
    let len = |id: u32, frames: u32| {
        entry(b"ltxt", &[&id.to_le_bytes()[..], &frames.to_le_bytes(), b"rgn ", &[0; 8]].concat())
    };
    let parts = [label(1, "thunder"), note(1, "very near"), label(7, "door"), len(1, 12_000), label(8, "nowhere")];
    let list = [b"adtl", &parts.concat()[..]].concat();
    let sound = Signal::lively(48_000, 2, 1.0).to_wav();
    // Labels may stand in front of their points.
    for chunks in [[(b"LIST", list.clone()), (b"cue ", points.clone())], [(b"cue ", points), (b"LIST", list)]] {
        let metadata = read(&folder.write("cues.wav", &with_chunks(sound.clone(), &chunks))).metadata;
        let found: Vec<_> =
            metadata.cues.iter().map(|cue| (cue.start_seconds, cue.end_seconds, cue.words.as_str())).collect();
        assert_eq!(found, [(0.25, None, "door"), (0.5, Some(0.75), "thunder; very near")]);
        assert_eq!(metadata.tags.get(TagName::Cues), Some("thunder; very near; door; nowhere"));
    }
    let mut aiff = std::fs::read(folder.encode(&Signal::lively(48_000, 1, 1.0), "m.aiff", "-c:a pcm_s16be")).unwrap();
    aiff.extend(b"MARK\0\0\0\x0E\0\x01\0\x01\0\0\x5D\xC0\x05storm");
    let cues = read(&folder.write("marked.aiff", &aiff)).metadata.cues;
    assert_eq!((cues.len(), cues[0].start_seconds, cues[0].words.as_str()), (1, 0.5, "storm"));
}

#[test]
fn quicktime_s_metadata_by_key_keywords_and_places_are_tags() {
    let folder = Folder::new();
    let sound = Signal::lively(44_100, 1, 0.5);
    let keyed = "-c:a aac -movflags use_metadata_tags -metadata com.apple.quicktime.creationdate=2021-04-20T13:10:00+0200 \
                 -metadata com.apple.quicktime.location.ISO6709=+47.5+008.7/ -metadata SCENE=12A -metadata keywords=tin";
    for name in ["keyed.mov", "keyed.m4a"] {
        let path = folder.encode(&sound, name, keyed);
        let tags = read(&path).metadata.tags;
        let found = [TagName::Location, TagName::Scene, TagName::Keywords].map(|name| tags.get(name));
        assert_eq!(found, [Some("+47.5+008.7/"), Some("12A"), Some("tin")], "{name}");
        let recorded = tags.recorded(&path).map(|time| time.to_string());
        assert_eq!(recorded.as_deref(), Some("2021-04-20T13:10:00+02:00"), "{name}");
    }
    let tags = read(&folder.encode(&sound, "itunes.m4a", "-c:a aac -metadata keywords=tin,roof -metadata title=Rain"));
    let found = (tags.metadata.tags.get(TagName::Keywords), tags.metadata.tags.get(TagName::Title));
    assert_eq!(found, (Some("tin,roof"), Some("Rain")));
}
