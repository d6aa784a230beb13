//! Each container and codec: what ffmpeg wrote is what is read, to the sample where the codec is lossless, and as ffmpeg
//! itself decodes it where it is not; always of the right length, from a file and from memory.

use crate::media::{Folder, Signal, decode_with_ffmpeg, distance_db, run_sox};
use crate::{assert_same, read, read_bytes};

/// What a codec keeps of a 16-bit sound.
enum Kept {
    /// Every sample.
    All,
    /// All but rounding to fewer bits: the difference is at least this many dB below the sound.
    Above(f64),
    /// What the codec chose to keep: the difference from ffmpeg's decoding is at least this many dB below the sound.
    AsFfmpeg(f64),
    /// The same, where the file does not say where the sound ends in its last block.
    WithPadding(f64),
}
use Kept::{Above, All, AsFfmpeg, WithPadding};

struct Case {
    name: &'static str,
    arguments: &'static str,
    container: &'static str,
    codec: &'static str,
    kept: Kept,
}

const fn case(
    name: &'static str,
    arguments: &'static str,
    container: &'static str,
    codec: &'static str,
    kept: Kept,
) -> Case {
    Case { name, arguments, container, codec, kept }
}

fn check(cases: &[Case], sound: &Signal) {
    let folder = Folder::new();
    for case in cases {
        let path = folder.encode(sound, case.name, case.arguments);
        let read = read(&path);
        let (channels, about) = (sound.channels.len(), format!("{} with {}", case.name, case.arguments));
        let found = (read.metadata.container.as_str(), read.metadata.codec.as_str());
        assert_eq!(found, (case.container, case.codec), "{about}");
        assert_eq!((read.metadata.rate_hz, read.metadata.channels as usize), (sound.rate_hz, channels), "{about}");
        assert_eq!(read.partial, None, "{about}");
        let (mut reference, least_db) = match case.kept {
            All => (sound.mean(), 120.0),
            Above(least_db) => (sound.mean(), least_db),
            AsFfmpeg(least_db) | WithPadding(least_db) => (decode_with_ffmpeg(&path, channels), least_db),
        };
        if matches!(case.kept, AsFfmpeg(_)) {
            // ffmpeg itself leaves the padding at the end of some formats.
            reference.truncate(sound.channels[0].len());
        }
        assert_eq!(read.samples.len(), reference.len(), "length of {about}");
        let distance = distance_db(&reference, &read.samples);
        assert!(distance >= least_db, "{about}: {distance:.1} dB, not {least_db} dB");
        let seconds = read.metadata.duration_seconds.unwrap_or_else(|| panic!("{about} states no duration"));
        let real = read.samples.len() as f64 / f64::from(sound.rate_hz);
        assert!((seconds - real).abs() < 0.07, "{about} states {seconds} s and has {real} s");
        let bytes = std::fs::read(&path).unwrap();
        let from_memory = read_bytes(bytes, sound.rate_hz).unwrap_or_else(|error| panic!("{about}: {error}"));
        assert_same(&format!("{about} from memory"), &from_memory.0, from_memory.1.as_deref(), &read.samples);
    }
}

/// An odd length, so that no codec's block ends with the sound.
fn stereo() -> Signal {
    Signal::lively(44_100, 2, 1.2345)
}

#[test]
fn wav_of_every_sample_format() {
    check(
        &[
            case("u8.wav", "-c:a pcm_u8", "wav", "pcm_u8", Above(25.0)),
            case("s16.wav", "-c:a pcm_s16le", "wav", "pcm_s16le", All),
            case("s24.wav", "-c:a pcm_s24le", "wav", "pcm_s24le", All),
            case("s32.wav", "-c:a pcm_s32le", "wav", "pcm_s32le", All),
            case("f32.wav", "-c:a pcm_f32le", "wav", "pcm_f32le", All),
            case("f64.wav", "-c:a pcm_f64le", "wav", "pcm_f64le", All),
            case("alaw.wav", "-c:a pcm_alaw", "wav", "pcm_alaw", AsFfmpeg(120.0)),
            case("mulaw.wav", "-c:a pcm_mulaw", "wav", "pcm_mulaw", AsFfmpeg(120.0)),
            case("rf64.wav", "-c:a pcm_s16le -rf64 always", "wav", "pcm_s16le", All),
            case("ima.wav", "-c:a adpcm_ima_wav", "wav", "adpcm_ima_wav", WithPadding(60.0)),
            case("ms.wav", "-c:a adpcm_ms", "wav", "adpcm_ms", WithPadding(60.0)),
        ],
        &stereo(),
    );
}

#[test]
fn rifx_of_every_sample_format() {
    let (folder, sound) = (Folder::new(), stereo());
    for (name, arguments, codec, least_db) in [
        ("u8.wav", "-b 8 -D", "pcm_u8", 25.0),
        ("s16.wav", "-b 16", "pcm_s16be", 120.0),
        ("s24.wav", "-b 24", "pcm_s24be", 120.0),
        ("s32.wav", "-b 32", "pcm_s32be", 120.0),
        ("f32.wav", "-e floating-point -b 32", "pcm_f32be", 120.0),
        ("f64.wav", "-e floating-point -b 64", "pcm_f64be", 120.0),
        ("mulaw.wav", "-e mu-law", "pcm_mulaw", 25.0),
    ] {
        let path = folder.encode_with_sox(&sound, name, &format!("-B {arguments}"));
        assert!(std::fs::read(&path).unwrap().starts_with(b"RIFX"), "{name}");
        let read = read(&path);
        assert_eq!((read.metadata.container.as_str(), read.metadata.codec.as_str()), ("wav", codec), "{name}");
        assert_eq!((read.partial, read.samples.len()), (None, sound.channels[0].len()), "{name}");
        // ffmpeg takes such samples for ones with the low byte first, which is noise.
        let plain = folder.path(&format!("plain-{name}"));
        run_sox(&[path.to_str().unwrap(), "-L", plain.to_str().unwrap()]);
        assert_same(name, &read.samples, None, &crate::read(&plain).samples);
        let distance = distance_db(&sound.mean(), &read.samples);
        assert!(distance >= least_db, "{name}: {distance:.1} dB");
    }
}

#[test]
fn aiff_of_every_sample_format() {
    check(
        &[
            case("s8.aiff", "-c:a pcm_s8", "aiff", "pcm_s8", Above(25.0)),
            case("s16.aiff", "-c:a pcm_s16be", "aiff", "pcm_s16be", All),
            case("s24.aiff", "-c:a pcm_s24be", "aiff", "pcm_s24be", All),
            case("s32.aiff", "-c:a pcm_s32be", "aiff", "pcm_s32be", All),
            case("f32.aiff", "-c:a pcm_f32be", "aiff", "pcm_f32be", All),
            case("f64.aiff", "-c:a pcm_f64be", "aiff", "pcm_f64be", All),
            case("sowt.aiff", "-c:a pcm_s16le", "aiff", "pcm_s16le", All),
            case("alaw.aiff", "-c:a pcm_alaw", "aiff", "pcm_alaw", AsFfmpeg(120.0)),
            case("mulaw.aiff", "-c:a pcm_mulaw", "aiff", "pcm_mulaw", AsFfmpeg(120.0)),
            // ffmpeg goes on from the block before where the nine bits of a block's header come near it; we begin anew.
            case("ima4.aiff", "-c:a adpcm_ima_qt", "aiff", "adpcm_ima_qt", WithPadding(30.0)),
        ],
        &stereo(),
    );
}

#[test]
fn au_of_every_sample_format() {
    check(
        &[
            case("s8.au", "-c:a pcm_s8", "au", "pcm_s8", Above(25.0)),
            case("s16.au", "-c:a pcm_s16be", "au", "pcm_s16be", All),
            case("s24.au", "-c:a pcm_s24be", "au", "pcm_s24be", All),
            case("s32.au", "-c:a pcm_s32be", "au", "pcm_s32be", All),
            case("f32.au", "-c:a pcm_f32be", "au", "pcm_f32be", All),
            case("f64.au", "-c:a pcm_f64be", "au", "pcm_f64be", All),
            case("mulaw.au", "-c:a pcm_mulaw", "au", "pcm_mulaw", AsFfmpeg(120.0)),
            case("alaw.au", "-c:a pcm_alaw", "au", "pcm_alaw", AsFfmpeg(120.0)),
        ],
        &stereo(),
    );
}

#[test]
fn flac_alone_in_ogg_in_mp4_and_in_matroska() {
    check(
        &[
            case("alone.flac", "-c:a flac", "flac", "flac", All),
            case("24.flac", "-c:a flac -sample_fmt s32 -bits_per_raw_sample 24", "flac", "flac", All),
            case("flac.ogg", "-c:a flac", "ogg", "flac", All),
            case("flac.mp4", "-c:a flac -strict -2", "mp4", "flac", All),
            case("flac.mkv", "-c:a flac", "mkv", "flac", All),
        ],
        &stereo(),
    );
}

#[test]
fn mp3_of_constant_and_variable_bit_rate_with_its_exact_length() {
    check(
        &[
            case("constant.mp3", "-c:a libmp3lame -b:a 128k", "mp3", "mp3", AsFfmpeg(80.0)),
            case("variable.mp3", "-c:a libmp3lame -q:a 4", "mp3", "mp3", AsFfmpeg(80.0)),
            case("joint.mp3", "-c:a libmp3lame -b:a 48k -joint_stereo 1", "mp3", "mp3", AsFfmpeg(80.0)),
        ],
        &stereo(),
    );
    check(
        &[case("low.mp3", "-c:a libmp3lame -b:a 32k", "mp3", "mp3", AsFfmpeg(80.0))],
        &Signal::lively(22_050, 1, 1.1),
    );
}

#[test]
fn ogg_vorbis() {
    check(&[case("q4.ogg", "-c:a libvorbis -q:a 4", "ogg", "vorbis", AsFfmpeg(80.0))], &stereo());
    check(&[case("51.ogg", "-c:a libvorbis -q:a 4", "ogg", "vorbis", AsFfmpeg(80.0))], &Signal::lively(48_000, 6, 1.1));
}

#[test]
fn opus_in_ogg_webm_matroska_and_mp4() {
    let sound = Signal::lively(48_000, 2, 1.2345);
    check(
        &[
            case("o.opus", "-c:a libopus -b:a 96k", "ogg", "opus", AsFfmpeg(60.0)),
            case("o.webm", "-c:a libopus -b:a 96k", "webm", "opus", AsFfmpeg(60.0)),
            case("o.mkv", "-c:a libopus -b:a 96k", "mkv", "opus", AsFfmpeg(60.0)),
            case("o.mp4", "-c:a libopus -b:a 96k", "mp4", "opus", AsFfmpeg(60.0)),
        ],
        &sound,
    );
}

#[test]
fn aac_and_alac_in_m4a() {
    check(
        &[
            case("aac.m4a", "-c:a aac -b:a 128k", "mp4", "aac", AsFfmpeg(60.0)),
            case("alac.m4a", "-c:a alac", "mp4", "alac", All),
            case("alac24.m4a", "-c:a alac -sample_fmt s32p", "mp4", "alac", All),
            case("fast.m4a", "-c:a aac -b:a 64k -movflags +faststart", "mp4", "aac", AsFfmpeg(60.0)),
        ],
        &stereo(),
    );
}

#[test]
fn aac_in_adts_and_mp3_in_wav() {
    let folder = Folder::new();
    for (name, arguments, container, codec) in
        [("a.aac", "-c:a aac", "aac", "aac"), ("m.wav", "-c:a libmp3lame -b:a 128k", "wav", "mp3")]
    {
        let path = folder.encode(&stereo(), name, arguments);
        let (read, reference) = (read(&path), decode_with_ffmpeg(&path, 2));
        assert_eq!((read.metadata.container.as_str(), read.metadata.codec.as_str()), (container, codec));
        // Neither states a delay, and decoders differ in what they leave out at the ends.
        let common = read.samples.len().min(reference.len());
        assert!(common >= stereo().channels[0].len(), "{name}: {common} samples");
        let best = (0..2_400).map(|lag| distance_db(&reference[..40_000], &read.samples[lag..lag + 40_000]));
        let best =
            best.chain((0..2_400).map(|lag| distance_db(&reference[lag..lag + 40_000], &read.samples[..40_000])));
        assert!(best.fold(f64::MIN, f64::max) > 60.0, "{name}");
    }
}

#[test]
fn files_written_by_sox() {
    let (folder, sound) = (Folder::new(), stereo());
    for (name, arguments) in
        [("s.wav", "-b 24"), ("f.wav", "-e floating-point -b 32"), ("s.aiff", "-b 16"), ("s.flac", "")]
    {
        let read = read(&folder.encode_with_sox(&sound, name, arguments));
        assert_same(name, &read.samples, read.partial.as_deref(), &sound.mean());
    }
}

#[test]
fn caf() {
    check(
        &[
            case("pcm.caf", "-c:a pcm_s16be", "caf", "pcm_s16be", All),
            case("pcm24.caf", "-c:a pcm_s24le", "caf", "pcm_s24le", All),
            case("s8.caf", "-c:a pcm_s8", "caf", "pcm_s8", Above(25.0)),
            case("s16le.caf", "-c:a pcm_s16le", "caf", "pcm_s16le", All),
            case("s32.caf", "-c:a pcm_s32be", "caf", "pcm_s32be", All),
            case("f32.caf", "-c:a pcm_f32le", "caf", "pcm_f32le", All),
            case("f64.caf", "-c:a pcm_f64be", "caf", "pcm_f64be", All),
            case("alaw.caf", "-c:a pcm_alaw", "caf", "pcm_alaw", AsFfmpeg(120.0)),
            case("mulaw.caf", "-c:a pcm_mulaw", "caf", "pcm_mulaw", AsFfmpeg(120.0)),
            case("ima4.caf", "-c:a adpcm_ima_qt", "caf", "adpcm_ima_qt", WithPadding(30.0)),
            case("alac.caf", "-c:a alac", "caf", "alac", All),
        ],
        &stereo(),
    );
}

#[test]
fn wave64_of_every_sample_format() {
    check(
        &[
            case("s16.w64", "-c:a pcm_s16le", "wav", "pcm_s16le", All),
            case("s24.w64", "-c:a pcm_s24le", "wav", "pcm_s24le", All),
            case("f32.w64", "-c:a pcm_f32le", "wav", "pcm_f32le", All),
            case("alaw.w64", "-c:a pcm_alaw", "wav", "pcm_alaw", AsFfmpeg(120.0)),
        ],
        // ffmpeg counts the padding to 8 bytes as sound; a multiple has none.
        &Signal::lively(48_000, 2, 1.0),
    );
}

/// AIFF-C of QuickTime's little-endian kinds, which ffmpeg reads but does not write.
#[test]
fn little_endian_aiff_c_of_every_width() {
    let sound = stereo();
    let level = |two: &[u8]| i16::from_le_bytes([two[0], two[1]]);
    let wide = |bytes: usize| move |value: i16| [vec![0; bytes - 2], value.to_le_bytes().to_vec()].concat();
    let float = |value: i16| (f32::from(value) / 32_768.0).to_le_bytes().to_vec();
    let double = |value: i16| (f64::from(value) / 32_768.0).to_le_bytes().to_vec();
    let big = |bytes: usize| move |value: i16| [value.to_be_bytes().to_vec(), vec![0; bytes - 2]].concat();
    type Write = Box<dyn Fn(i16) -> Vec<u8>>;
    let kinds: [(&[u8; 4], u8, &str, Write); 10] = [
        (b"sowt", 16, "pcm_s16le", Box::new(wide(2))),
        (b"sowt", 24, "pcm_s24le", Box::new(wide(3))),
        (b"sowt", 32, "pcm_s32le", Box::new(wide(4))),
        (b"42ni", 24, "pcm_s24le", Box::new(wide(3))),
        (b"23ni", 32, "pcm_s32le", Box::new(wide(4))),
        (b"23lf", 32, "pcm_f32le", Box::new(float)),
        (b"46lf", 64, "pcm_f64le", Box::new(double)),
        (b"in24", 24, "pcm_s24be", Box::new(big(3))),
        (b"in32", 32, "pcm_s32be", Box::new(big(4))),
        (b"twos", 16, "pcm_s16be", Box::new(big(2))),
    ];
    for (kind, bits, codec, write) in kinds {
        let samples: Vec<u8> = sound.interleaved().chunks_exact(2).flat_map(|two| write(level(two))).collect();
        let frames = sound.channels[0].len() as u32;
        let common = [b"\0\x02", &frames.to_be_bytes()[..], &[0, bits], b"\x40\x0E\xAC\x44\0\0\0\0\0\0", kind, &[0, 0]];
        let chunk =
            |name: &[u8; 4], content: Vec<u8>| [name, &(content.len() as u32).to_be_bytes(), &content[..]].concat();
        let body = [chunk(b"COMM", common.concat()), chunk(b"SSND", [vec![0; 8], samples].concat())].concat();
        let file = [&b"FORM"[..], &(4 + body.len() as u32).to_be_bytes(), b"AIFC", &body].concat();
        let found = auricle::audio::open_bytes("upload", file.clone()).unwrap().metadata().codec.clone();
        assert_eq!(found, codec);
        let (read, note) = read_bytes(file, 44_100).unwrap();
        assert_same(codec, &read, note.as_deref(), &sound.mean());
    }
}

#[test]
fn matroska_with_several_codecs() {
    check(
        &[
            case("pcm.mkv", "-c:a pcm_s16le", "mkv", "pcm_s16le", All),
            case("alac.mkv", "-c:a alac", "mkv", "alac", All),
            case("vorbis.webm", "-c:a libvorbis -q:a 4", "webm", "vorbis", WithPadding(60.0)),
        ],
        &stereo(),
    );
}
