//! Times both towers inside one process, on command, so that a script can interleave this engine with its peers.
//!
//! Comes in: one command a line on standard input. Goes out: one answer a line. Commands:
//! `load FOLDER f32|int8` (answers milliseconds), `views FILE short|long` (raw f32 views, answers how many), `prompts FILE` (one
//! a line, answers how many), `audio COUNT` and `text COUNT` (encode that many once; milliseconds), `vectors
//! audio|text FILE` (encode all, write raw f32 unit vectors), `memory` (resident and peak MiB) and `reference` (milliseconds
//! of a fixed loop of multiplications and additions, to which other machines' and moments' figures can be related).
#![allow(missing_docs, clippy::print_stdout, reason = "a program")]

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use auricle::embedding::Embedding;
use auricle::features::view::View;
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;
use auricle::model::device::Device;
use auricle::model::execution::{Execution, Precision};

/// Rounds of the reference loop: some tens of milliseconds of it.
const REFERENCE_ROUNDS: usize = 2_000_000;

#[derive(Default)]
struct Bench {
    clap: Option<Clap>,
    views: Vec<View>,
    prompts: Vec<String>,
}

fn main() -> Result<()> {
    let mut bench = Bench::default();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        println!("{}", bench.answer(&words).with_context(|| line.clone())?);
        std::io::stdout().flush()?;
    }
    Ok(())
}

impl Bench {
    fn answer(&mut self, words: &[&str]) -> Result<String> {
        Ok(match words {
            ["load", folder, precision] => {
                self.clap = None;
                let start = Instant::now();
                let checkpoint = Checkpoint::in_folder(folder, Path::new(folder))?;
                let precision = if *precision == "int8" { Precision::Int8 } else { Precision::F32 };
                let execution = Execution { device: Some(Device::Cpu), precision };
                self.clap = Some(Clap::load_for(&checkpoint, execution)?);
                milliseconds(start)
            }
            ["views", file, kind] => {
                self.views = self.read_views(Path::new(file), *kind == "long")?;
                self.views.len().to_string()
            }
            ["prompts", file] => {
                self.prompts = std::fs::read_to_string(file)?.lines().map(str::to_string).collect();
                self.prompts.len().to_string()
            }
            ["audio", count] => {
                let start = Instant::now();
                black_box(self.encode_audio(count.parse()?)?);
                milliseconds(start)
            }
            ["text", count] => {
                let start = Instant::now();
                black_box(self.encode_text(count.parse()?)?);
                milliseconds(start)
            }
            ["vectors", tower, file] => {
                let vectors = match *tower {
                    "audio" => self.encode_audio(self.views.len())?,
                    _ => self.encode_text(self.prompts.len())?,
                };
                let bytes: Vec<u8> =
                    vectors.iter().flat_map(|v| v.as_slice()).flat_map(|value| value.to_le_bytes()).collect();
                std::fs::write(file, bytes)?;
                vectors.len().to_string()
            }
            ["memory"] => memory()?,
            ["reference"] => reference_loop(),
            _ => bail!("this is not a command"),
        })
    }

    fn clap(&self) -> Result<&Clap> {
        self.clap.as_ref().context("no model is loaded")
    }

    fn read_views(&self, file: &Path, is_longer: bool) -> Result<Vec<View>> {
        let front_end = self.clap()?.front_end();
        let channels = if is_longer { 4 } else { 1 };
        let (frames, bins) = (front_end.window_frames(), front_end.mel_bins());
        let bytes = std::fs::read(file)?;
        let values = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect::<Vec<_>>();
        let view = |values: &[f32]| View {
            channels,
            frames,
            bins,
            values: values.to_vec(),
            is_longer,
            span: 0..0,
            weight: 1.0,
        };
        Ok(values.chunks_exact(channels * frames * bins).map(view).collect())
    }

    fn encode_audio(&self, count: usize) -> Result<Vec<Embedding>> {
        ensure!(count <= self.views.len(), "there are {} views", self.views.len());
        Ok(self.clap()?.embed_audio(&self.views[..count])?)
    }

    fn encode_text(&self, count: usize) -> Result<Vec<Embedding>> {
        ensure!(count <= self.prompts.len(), "there are {} prompts", self.prompts.len());
        let prompts: Vec<&str> = self.prompts[..count].iter().map(String::as_str).collect();
        Ok(self.clap()?.embed_text(&prompts)?)
    }
}

fn milliseconds(start: Instant) -> String {
    format!("{:.3}", start.elapsed().as_secs_f64() * 1e3)
}

fn memory() -> Result<String> {
    let status = std::fs::read_to_string("/proc/self/status").context("resident memory is known on Linux only")?;
    let mib = |key: &str| -> Result<f64> {
        let line = status.lines().find(|line| line.starts_with(key)).context("no such line")?;
        let kib: f64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
        Ok(kib / 1024.0)
    };
    Ok(format!("{:.1} {:.1}", mib("VmRSS:")?, mib("VmHWM:")?))
}

/// One core's multiply-adds as the compiler's baseline makes them; nothing of the engine is in it.
fn reference_loop() -> String {
    let start = Instant::now();
    let mut sums = [[1f32; 8]; 4];
    for round in 0..REFERENCE_ROUNDS {
        let factor = black_box(1.0 - 1e-9 * round as f32);
        for sum in sums.iter_mut().flatten() {
            *sum = *sum * factor + 1e-7;
        }
    }
    black_box(sums);
    milliseconds(start)
}
