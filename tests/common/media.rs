//! Sound files for tests, made at test time. In: a signal, or arguments for ffmpeg or sox. Out: files in a folder that is
//! removed when it goes out of scope, and ffmpeg's own decoding of them as a reference. A missing ffmpeg or sox fails
//! the test that needs it: a format that was not tested is not known to work.

use std::f32::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A temporary folder of sound files.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Folder(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes `bytes` to `name`.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("the temporary folder can be written to");
        path
    }

    /// Encodes `sound` to `name` with ffmpeg and the given arguments between input and output.
    pub(crate) fn encode(&self, sound: &Signal, name: &str, arguments: &str) -> PathBuf {
        let (input, output) = (self.write(&format!("{name}.source.wav"), &sound.to_wav()), self.path(name));
        let mut all = vec!["-i", text(&input)];
        all.extend(arguments.split_whitespace());
        all.push(text(&output));
        run_ffmpeg(&all);
        output
    }

    /// Encodes `sound` to `name` with sox and the given arguments before the output.
    pub(crate) fn encode_with_sox(&self, sound: &Signal, name: &str, arguments: &str) -> PathBuf {
        let (input, output) = (self.write(&format!("{name}.source.wav"), &sound.to_wav()), self.path(name));
        let mut all = vec![text(&input)];
        all.extend(arguments.split_whitespace());
        all.push(text(&output));
        run("sox", &all);
        output
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}

/// Runs ffmpeg; returns its standard output.
pub(crate) fn run_ffmpeg(arguments: &[&str]) -> Vec<u8> {
    let mut all = vec!["-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-bitexact"];
    all.extend_from_slice(arguments);
    run("ffmpeg", &all)
}

/// Runs sox.
pub(crate) fn run_sox(arguments: &[&str]) {
    run("sox", arguments);
}

fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed for this test; install it ({error})"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?} failed: {complaint}");
    output.stdout
}

/// What ffmpeg decodes from `path`, as the mean of `channels` channels.
pub(crate) fn decode_with_ffmpeg(path: &Path, channels: usize) -> Vec<f32> {
    decode(&[], path, channels)
}

/// What libopus, the codec's reference, decodes from `path`. ffmpeg's own decoder delays the speech modes differently.
pub(crate) fn decode_with_libopus(path: &Path, channels: usize) -> Vec<f32> {
    decode(&["-c:a", "libopus"], path, channels)
}

fn decode(decoder: &[&str], path: &Path, channels: usize) -> Vec<f32> {
    let output = ["-i", text(path), "-map", "0:a:0", "-f", "f32le", "-c:a", "pcm_f32le", "-"];
    let bytes = run_ffmpeg(&[decoder, &output].concat());
    let samples: Vec<f32> = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    samples.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect()
}

/// A sound with 16-bit samples, one vector a channel.
#[derive(Clone)]
pub(crate) struct Signal {
    pub(crate) rate_hz: u32,
    pub(crate) channels: Vec<Vec<i16>>,
}

impl Signal {
    /// Something between speech and music: gliding harmonics with a pulse and soft noise, different in each channel.
    pub(crate) fn lively(rate_hz: u32, channels: usize, seconds: f64) -> Self {
        let frames = (f64::from(rate_hz) * seconds).round() as usize;
        let channels = (0..channels).map(|channel| lively_channel(rate_hz as f32, channel, frames)).collect();
        Signal { rate_hz, channels }
    }

    /// One channel with the given samples.
    pub(crate) fn mono(rate_hz: u32, samples: Vec<i16>) -> Self {
        Signal { rate_hz, channels: vec![samples] }
    }

    /// The mean of the channels.
    pub(crate) fn mean(&self) -> Vec<f32> {
        let channels = self.channels.len() as f64;
        let frame = |at: usize| self.channels.iter().map(|samples| f64::from(samples[at]) / 32768.0).sum::<f64>();
        (0..self.channels[0].len()).map(|at| (frame(at) / channels) as f32).collect()
    }

    /// The channels' samples in turn, as bytes.
    pub(crate) fn interleaved(&self) -> Vec<u8> {
        (0..self.channels[0].len())
            .flat_map(|at| self.channels.iter().flat_map(move |samples| samples[at].to_le_bytes()))
            .collect()
    }

    /// As a plain 16-bit WAV file.
    pub(crate) fn to_wav(&self) -> Vec<u8> {
        wav(1, 16, self.channels.len() as u16, self.rate_hz, &self.interleaved())
    }
}

/// A WAV file with the given format tag, bits, channels, rate and data.
pub(crate) fn wav(tag: u16, bits: u16, channels: u16, rate_hz: u32, data: &[u8]) -> Vec<u8> {
    let block = channels.wrapping_mul(bits / 8);
    let mut file = b"RIFF".to_vec();
    file.extend_from_slice(&(36 + data.len() as u32).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0");
    file.extend_from_slice(&tag.to_le_bytes());
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&rate_hz.to_le_bytes());
    file.extend_from_slice(&rate_hz.wrapping_mul(u32::from(block)).to_le_bytes());
    file.extend_from_slice(&block.to_le_bytes());
    file.extend_from_slice(&bits.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&(data.len() as u32).to_le_bytes());
    file.extend_from_slice(data);
    file
}

/// A 32-bit float WAV file with one channel.
pub(crate) fn float_wav(rate_hz: u32, samples: &[f32]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    wav(3, 32, 1, rate_hz, &data)
}

/// Repeatable noise in −1..1 (xorshift).
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn next(&mut self) -> f32 {
        (self.next_bits() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    pub(crate) fn next_bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn lively_channel(rate_hz: f32, channel: usize, frames: usize) -> Vec<i16> {
    let mut noise = Noise(0x9E37_79B9 + channel as u64);
    let (mut phase, mut smooth) = (0.0f32, 0.0f32);
    let sample = |at: usize| {
        let seconds = at as f32 / rate_hz;
        let pitch_hz = 160.0 + 60.0 * channel as f32 + 40.0 * (TAU * 1.3 * seconds).sin();
        phase = (phase + pitch_hz / rate_hz).fract();
        smooth += 0.2 * (noise.next() - smooth);
        let harmonics: f32 = (1..8).map(|n| (TAU * phase * n as f32).sin() / n as f32).sum();
        let level = 0.55 + 0.45 * (TAU * 3.0 * seconds).sin();
        ((0.22 * level * harmonics + 0.08 * smooth) * 32767.0) as i16
    };
    (0..frames).map(sample).collect()
}

/// Level of the difference between two sounds below the first one's, in dB; what is longer counts as difference.
pub(crate) fn distance_db(reference: &[f32], other: &[f32]) -> f64 {
    let power = |samples: &mut dyn Iterator<Item = f64>| samples.map(|sample| sample * sample).sum::<f64>();
    let longest = reference.len().max(other.len());
    let at = |samples: &[f32], index: usize| f64::from(samples.get(index).copied().unwrap_or(0.0));
    let difference = power(&mut (0..longest).map(|index| at(reference, index) - at(other, index)));
    let signal = power(&mut reference.iter().map(|&sample| f64::from(sample)));
    10.0 * (signal / difference.max(1e-30)).log10()
}
