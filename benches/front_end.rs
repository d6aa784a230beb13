//! Speed of the front end on one core: the mel of ten seconds, and decoding with resampling of 44.1 kHz MP3 and FLAC.
//!
//! The files are a minute of chords over noise, made here and encoded with ffmpeg. Prints medians, and ends with an error
//! where a bar is missed; the bars are for a quiet machine.
#![allow(missing_docs, clippy::print_stdout, reason = "a program")]

use std::f32::consts::TAU;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use auricle::audio;
use auricle::features::config::FrontEnd;
use auricle::features::mel::log_mel;

const ROUNDS: usize = 15;

const FILE_RATE_HZ: u32 = 44_100;
const MODEL_RATE_HZ: u32 = 48_000;
const FILE_SECONDS: u32 = 60;
const MEL_SECONDS: u32 = 10;

/// Longest time for the mel of [`MEL_SECONDS`], in milliseconds.
const MEL_BAR_MS: f64 = 4.0;

/// Seconds of sound that must be decoded and resampled a second.
const DECODE_BAR: f64 = 200.0;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let front_end = FrontEnd::from_json("{}")?;
    let samples = chords(MODEL_RATE_HZ, MEL_SECONDS);
    let mel_ms = 1e3 * median_seconds(|| Ok(black_box(log_mel(&front_end, &samples)).frames()))?;
    println!("mel of {MEL_SECONDS} s: {mel_ms:.2} ms (bar: {MEL_BAR_MS} ms)");
    let mut is_fast = mel_ms <= MEL_BAR_MS;
    for (name, encoding) in [("sound.mp3", &["-b:a", "192k"][..]), ("sound.flac", &[])] {
        let path = folder.path().join(name);
        encode(&path, encoding)?;
        let decode = || Ok(audio::open(&path)?.into_blocks(MODEL_RATE_HZ)?.read_all()?.len());
        let speed = f64::from(FILE_SECONDS) / median_seconds(decode)?;
        println!("{name}, stereo, decode and resample: {speed:.0} s of sound a second (bar: {DECODE_BAR})");
        is_fast &= speed >= DECODE_BAR;
    }
    ensure!(is_fast, "a bar is missed");
    Ok(())
}

/// Of [`ROUNDS`] runs of `work`, after one that is not counted; `work` returns how much it made, which must not be nothing.
fn median_seconds(work: impl Fn() -> Result<usize>) -> Result<f64> {
    ensure!(work()? > 0, "nothing came out");
    let mut seconds = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        black_box(work()?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[ROUNDS / 2])
}

fn chords(rate_hz: u32, seconds: u32) -> Vec<f32> {
    let mut noise = 0x9E37_79B9u32;
    let sample = |at: u32| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (time, hiss) = (at as f32 / rate_hz as f32, (noise >> 8) as f32 / (1 << 24) as f32 - 0.5);
        let root_hz = 110.0 * (1.0 + (time / 2.0).floor() % 5.0);
        let chord: f32 = [1.0, 1.25, 1.5, 3.0, 7.0].iter().map(|ratio| (TAU * root_hz * ratio * time).sin()).sum();
        0.1 * chord * (1.0 - time.fract()) + 0.05 * hiss
    };
    (0..rate_hz * seconds).map(sample).collect()
}

/// Two channels of [`chords`] as a file whose kind is told by its name.
fn encode(path: &Path, encoding: &[&str]) -> Result<()> {
    let rate = FILE_RATE_HZ.to_string();
    let mut command = Command::new("ffmpeg");
    command.args(["-loglevel", "error", "-f", "f32le", "-ar", &rate, "-ac", "1", "-i", "-", "-ac", "2"]);
    command.args(["-sample_fmt", if encoding.is_empty() { "s16" } else { "fltp" }]).args(encoding).arg(path);
    let mut ffmpeg = command.stdin(Stdio::piped()).spawn().context("ffmpeg is needed to make the files")?;
    let bytes: Vec<u8> = chords(FILE_RATE_HZ, FILE_SECONDS).iter().flat_map(|sample| sample.to_le_bytes()).collect();
    ffmpeg.stdin.take().context("ffmpeg takes no input")?.write_all(&bytes)?;
    ensure!(ffmpeg.wait()?.success(), "ffmpeg could not make {}", path.display());
    Ok(())
}
