//! A temporary home with sounds in it, and the binary run there.

use std::f32::consts::TAU;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Sample rate of the generated sounds.
pub(crate) const RATE_HZ: u32 = 16_000;

/// The checkpoint named `name` among the test data.
pub(crate) fn checkpoint(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/checkpoints").join(name)
}

/// A folder of its own for one test.
pub(crate) struct Home {
    folder: TempDir,
}

/// What a run of the binary gave.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) raw: Vec<u8>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Home { folder: tempfile::tempdir().unwrap() }
    }

    /// A home with `sounds/` in it: tones named by their pitch in Hz, one second long.
    pub(crate) fn with_tones(pitches_hz: &[u32]) -> Self {
        let home = Home::new();
        for pitch_hz in pitches_hz {
            home.tone(format!("sounds/{pitch_hz}.wav"), *pitch_hz, 1.0);
        }
        home
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// Writes a tone and returns its path.
    pub(crate) fn tone(&self, name: impl AsRef<Path>, pitch_hz: u32, seconds: f32) -> PathBuf {
        self.write(name, &wav(&tone(pitch_hz, seconds)))
    }

    /// Writes a file, with the folders above it, and returns its path.
    pub(crate) fn write(&self, name: impl AsRef<Path>, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// The binary with `arguments`, here, in an environment of its own.
    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_auricle"));
        for name in ["AURICLE_MODEL", "AURICLE_LIBRARY", "AURICLE_LOG", "HF_ENDPOINT", "HF_TOKEN"] {
            command.env_remove(name);
        }
        command.env("AURICLE_HOME", self.path("home")).env("HF_HOME", self.path("hub")).env("HF_HUB_OFFLINE", "1");
        command.args(arguments).current_dir(self.path("")).stdin(Stdio::null());
        command
    }

    /// The full paths of the files called `names`, as a library has them.
    pub(crate) fn full<const N: usize>(&self, names: [&str; N]) -> [String; N] {
        names.map(|name| self.path(name).to_str().unwrap().to_owned())
    }

    /// Runs the binary with the words of `line` and the small fused model, and `input` on its standard input.
    pub(crate) fn run_with_input(&self, line: &str, input: &[u8]) -> Run {
        let mut command = self.command(line.split_whitespace());
        command.env("AURICLE_MODEL", checkpoint("fused")).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // One that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap().into()
    }

    /// Runs the binary with the words of `line`, without a model.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.command(line.split_whitespace()).output().unwrap().into()
    }

    /// Runs the binary with `arguments`, some of several words, without a model.
    pub(crate) fn run_each(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs the binary with the words of `line` and the small fused model.
    pub(crate) fn run_with_model(&self, line: &str) -> Run {
        self.command(line.split_whitespace()).env("AURICLE_MODEL", checkpoint("fused")).output().unwrap().into()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Run {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            raw: output.stdout,
        }
    }
}

impl Run {
    /// Checks the exit code, and that nothing looks like a panic.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked") && !self.err.contains("RUST_BACKTRACE"), "{}", self.err);
        self
    }

    /// Checks that standard error holds each of `parts`.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is missing in:\n{}", self.err);
        }
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Standard output as JSON, one value a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The number beside `name` in a table.
    #[track_caller]
    pub(crate) fn count(&self, name: &str) -> u64 {
        let row = self.out.lines().find(|line| line.split_whitespace().next() == Some(name));
        let row = row.unwrap_or_else(|| panic!("no {name} in:\n{}", self.out));
        row.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

/// A tone at half of full scale.
pub(crate) fn tone(pitch_hz: u32, seconds: f32) -> Vec<i16> {
    let len = (RATE_HZ as f32 * seconds) as u32;
    let turn = |i: u32| (TAU * pitch_hz as f32 * i as f32 / RATE_HZ as f32).sin();
    (0..len).map(|i| (turn(i) * 0.5 * f32::from(i16::MAX)) as i16).collect()
}

/// A mono 16-bit WAV file.
pub(crate) fn wav(samples: &[i16]) -> Vec<u8> {
    wav_of_channels(&[samples])
}

/// A 16-bit WAV file of several channels, all of the same length.
pub(crate) fn wav_of_channels(channels: &[&[i16]]) -> Vec<u8> {
    let samples: Vec<i16> = (0..channels[0].len()).flat_map(|at| channels.iter().map(move |one| one[at])).collect();
    let (data_len, block_len) = (samples.len() as u32 * 2, channels.len() as u16 * 2);
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + data_len).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    for word in [1u16, channels.len() as u16] {
        file.extend(word.to_le_bytes());
    }
    file.extend(RATE_HZ.to_le_bytes());
    file.extend((RATE_HZ * u32::from(block_len)).to_le_bytes());
    for word in [block_len, 16] {
        file.extend(word.to_le_bytes());
    }
    file.extend(b"data");
    file.extend(data_len.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}
