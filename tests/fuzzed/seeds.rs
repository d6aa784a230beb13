//! Whole inputs of every kind, small: sounds that ffmpeg makes, and by hand what no program here writes.

use crate::media::{Folder, Signal};

/// Rate of the sounds, in Hz, and their length in seconds: some hundred samples say all that a container says.
const RATE_HZ: u32 = 8000;
const SECONDS: f64 = 0.06;

/// Names and arguments for ffmpeg.
const SOUNDS: [(&str, &str); 32] = [
    ("u8.wav", "-c:a pcm_u8"),
    ("s24.wav", "-c:a pcm_s24le -ac 2"),
    ("f32.wav", "-c:a pcm_f32le"),
    ("alaw.wav", "-c:a pcm_alaw"),
    ("ms.wav", "-c:a adpcm_ms"),
    ("ima.wav", "-c:a adpcm_ima_wav"),
    ("bext.wav", "-c:a pcm_s16le -write_bext 1 -metadata description=Rain -metadata origination_date=2021-04-20"),
    ("rf64.wav", "-c:a pcm_s16le -rf64 always"),
    ("s.w64", "-c:a pcm_s16le"),
    ("s.aiff", "-c:a pcm_s16be -write_id3v2 1 -metadata title=Rain"),
    ("f.aiff", "-c:a pcm_f32be"),
    ("sowt.aiff", "-c:a pcm_s16le"),
    ("ima.aiff", "-c:a adpcm_ima_qt"),
    ("s.caf", "-c:a pcm_s16le"),
    ("alaw.caf", "-c:a pcm_alaw"),
    ("ima.caf", "-c:a adpcm_ima_qt"),
    ("s.au", "-c:a pcm_s16be"),
    ("s.flac", "-c:a flac -metadata title=Rain -metadata date=2021-04-20"),
    ("s.mp3", "-c:a libmp3lame -metadata title=Rain"),
    ("old.mp3", "-c:a libmp3lame -id3v2_version 3 -metadata date=2021-04-20"),
    ("s.ogg", "-c:a libvorbis -metadata title=Rain"),
    ("s.opus", "-c:a libopus -metadata title=Rain"),
    ("s.aac", "-c:a aac"),
    ("s.m4a", "-c:a aac -metadata title=Rain"),
    ("part.m4a", "-c:a aac -movflags frag_keyframe+empty_moov"),
    ("frag.m4a", "-c:a aac -movflags frag_keyframe -frag_duration 20000"),
    ("alac.m4a", "-c:a alac"),
    ("opus.mka", "-c:a libopus"),
    ("flac.mka", "-c:a flac -metadata title=Rain"),
    ("vorbis.mka", "-c:a libvorbis"),
    ("pcm.mov", "-c:a pcm_s16be"),
    ("ima.mov", "-c:a adpcm_ima_qt"),
];

/// Containers with a chapter: names and arguments.
const WITH_CHAPTERS: [(&str, &str); 5] = [
    ("c.mp3", "-c:a libmp3lame"),
    ("c.m4a", "-c:a aac"),
    ("c.mka", "-c:a flac"),
    ("c.opus", "-c:a libopus"),
    ("c.flac", "-c:a flac -metadata CHAPTER01=00:00:00.010 -metadata CHAPTER01NAME=Rain"),
];

/// Sound files.
pub(crate) fn sounds() -> Vec<Vec<u8>> {
    let folder = Folder::new();
    let signal = Signal::lively(RATE_HZ, 1, SECONDS);
    let made = SOUNDS.map(|(name, arguments)| std::fs::read(folder.encode(&signal, name, arguments)).unwrap());
    let mut all = made.to_vec();
    let chapter = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=10\nEND=50\ntitle=Rain\n";
    let chapters = folder.write("chapters.txt", chapter.as_bytes());
    let chapters = format!("-i {} -map 0:a -map_chapters 1", chapters.display());
    all.extend(WITH_CHAPTERS.map(|(name, arguments)| {
        std::fs::read(folder.encode(&signal, name, &format!("{chapters} {arguments}"))).unwrap()
    }));
    let [flac, deep] = [("a.flac", "-c:a flac"), ("b.flac", "-c:a flac -ac 2")]
        .map(|(name, arguments)| std::fs::read(folder.encode(&signal, name, arguments)).unwrap());
    all.push([flac, deep].concat());
    all.push(std::fs::read(folder.encode_with_sox(&signal, "high.wav", "-B")).unwrap());
    all.push(with_chunks(&signal.to_wav()));
    all.push([&id3("TIT2", "Rain")[..], &signal.to_wav()].concat());
    all
}

/// `wave` with a chunk of every kind of words.
fn with_chunks(wave: &[u8]) -> Vec<u8> {
    let mut bytes = wave.to_vec();
    for (id, content) in chunks() {
        bytes.extend_from_slice(id);
        bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&content);
        bytes.extend(std::iter::repeat_n(0, content.len() % 2));
    }
    let len = bytes.len() as u32 - 8;
    bytes[4..8].copy_from_slice(&len.to_le_bytes());
    bytes
}

/// Chunks of words, in the order in which the target counts their kinds.
fn chunks() -> Vec<(&'static [u8; 4], Vec<u8>)> {
    let mut bext = vec![0; 602];
    for (at, words) in [(0, "Rain on tin"), (256, "MixPre-6"), (320, "2021-04-20"), (330, "13:10:00")] {
        bext[at..at + words.len()].copy_from_slice(words.as_bytes());
    }
    let xml = "<?xml version=\"1.0\"?><BWFXML><SCENE>12A</SCENE><TRACK_LIST><TRACK><NAME>Boom &amp; Lav &#228;</NAME></TRACK>\
               </TRACK_LIST><BEXT><BWF_ORIGINATION_DATE>2021-04-20</BWF_ORIGINATION_DATE><BWF_ORIGINATION_TIME>13:10:00\
               </BWF_ORIGINATION_TIME></BEXT><ASWG><category>WEATHER</category></ASWG></BWFXML>";
    let guano = "GUANO|Version: 1.0\nTimestamp: 2021-04-20T13:10:00+02:00\nSpecies Manual ID: Myotis\nNote: a\\nb\n";
    let info =
        b"INFOINAM\x05\0\0\0Rain\0\0ICRD\x0A\0\0\x002021-04-20ICMT\x04\0\0\0Zo\xEB\0ISBJ\x02\0\0\0\x89\x4A".to_vec();
    let cues =
        b"adtllabl\x0A\0\0\0\x01\0\0\0first\0ltxt\x1A\0\0\0\x02\0\0\0\x10\0\0\0rgn \0\0\0\0\0\0\0\0thund\0".to_vec();
    vec![
        (b"LIST", info),
        (b"bext", bext),
        (b"iXML", xml.into()),
        (b"guan", guano.into()),
        (b"id3 ", id3("TIT2", "Rain")),
        (b"CSET", vec![0xA4, 3, 0, 0, 0, 0, 0, 0]),
        (b"list", cues),
    ]
}

/// An ID3v2.3 tag of one frame.
fn id3(frame: &str, words: &str) -> Vec<u8> {
    let len = words.len() as u8 + 1;
    let header = [&b"ID3\x03\0\0\0\0\0"[..], &[len + 10], frame.as_bytes(), &[0, 0, 0, len, 0, 0, 0]].concat();
    [&header, words.as_bytes()].concat()
}

/// Chunks of words, each after the number of its kind.
pub(crate) fn words() -> Vec<Vec<u8>> {
    let numbered = (0u8..).zip(chunks());
    let mut all: Vec<Vec<u8>> = numbered.map(|(kind, (_, content))| [&[kind][..], &content].concat()).collect();
    all.push([&[7][..], &id3("TDRC", "2021-04-20")].concat());
    all
}

/// Words about a time, and names that have one.
pub(crate) fn times() -> Vec<Vec<u8>> {
    let texts = [
        "2021-04-20T13:10:00.25+02:00",
        "2021",
        "20210420T131000Z",
        "2021:04:20 13:10",
        "Tue Apr 20 13:10:00 2021",
        "Recorded at 19:17:30.250 24/06/2021 (UTC+5:30) by AudioMoth 24F31901603710CF at medium gain",
        "SITE_20210420_131000-0330.wav",
        "WhatsApp Audio 2021-04-20 at 13.10.00.opus",
        "S4A01234_20210420$131000_UTC+2.wac",
        "ZOOM0001 210420_0001 ä",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// What people type.
pub(crate) fn queries() -> Vec<Vec<u8>> {
    let texts = [
        "rain on a tin roof",
        "birds but not crows or gulls, without wind",
        "\"kick drum\" hard* -808 NOT snare",
        "lo-fi -12 dB no man's land",
        "Vögel, aber keine Krähen",
        "雨の音 дождь",
        "dog = a dog barking | bark @0.7, cat",
        "interview.wav@1:05-1:12.5",
        "2024-05-03T04:30",
        "23:59:59",
        "grxlfm thunderrr",
        "not not without",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Files of derived indexes.
pub(crate) fn indexes() -> Vec<Vec<u8>> {
    // Of vectors of two values: three lists and three hashes; the centres; of each its step and how far its vectors lie along it.
    let centres = [0, 1, 3, 3, 100, 27, 64, 64, 0, 127];
    let measures: Vec<u8> = [0.007f32, 0.9, 0.006, 0.8, 0.005, 0.7].into_iter().flat_map(f32::to_le_bytes).collect();
    // No list is out of use. The graph goes through all three: one upper row; where the links of each begin and end; the links.
    let graph = [0u32, 1, 3, 9, 1, 0, 0, 1, 2, 3, 1, 2, 0];
    // Part 0 with a moment: runs of lists 0 and 2, of three rows and one; the second row is dead.
    let part = [2u32, 0, 1, 2, 0, 2, 2, 3, 1, 1, 1];
    let numbers: Vec<u8> = graph.into_iter().chain(part).flat_map(u32::to_le_bytes).collect();
    let lists = [&centres[..], &measures, &[7; 3 * 32], &numbers].concat();
    let manifest = "{\"magic\":\"auricle\",\"index\":\"vectors\",\"format\":3,\"model\":\"f\",\
                    \"revision\":{\"number\":3,\"token\":-7},\"generation\":\"3-a\",\
                    \"files\":[{\"name\":\"part-0\",\"len_bytes\":6,\"blake3\":\"00\"}]}";
    vec![lists, [&[1][..], manifest.as_bytes()].concat()]
}

/// Imprints of five frames and of none.
pub(crate) fn imprints() -> Vec<Vec<u8>> {
    let frames: Vec<u8> = (0..25 * 40u32).map(|cell| (cell * 37 % 29) as u8).collect();
    let head = [1, 0xE8, 3, 0, 0];
    vec![[&head[..], &frames].concat(), head.to_vec(), [&head[..], &vec![0; 25 * 96]].concat()]
}

/// Documents of heads.
pub(crate) fn heads() -> Vec<Vec<u8>> {
    let label = "{\"name\":\"siren\",\"prompts\":[],\"threshold\":null}";
    let class = "{\"name\":\"siren\",\"weights\":[0.5,-1.25],\"bias\":-0.1}";
    let report = "{\"examples\":5,\"folds\":5,\"start\":\"nothing\",\"strength\":1.0,\"seconds\":0.1,\"classes\":[]}";
    let document = format!(
        "{{\"format\":1,\"labels\":[{label}],\"fingerprint\":\"f\",\"taught_at\":1700000000,\"report\":{report},\"head\":[{class}]}}"
    );
    vec![document.into_bytes()]
}
