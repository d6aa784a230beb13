//! Memory does not grow with a file's length: four hours are read in a process of their own, whose peak is looked at.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

use auricle::audio;

use crate::media::Folder;

const RATE_HZ: u32 = 44_100;
const FRAMES: u64 = 4 * 3600 * RATE_HZ as u64;
const MOST_EXTRA_MIB: u64 = 100;

/// Names the file for the process that this test starts.
const FILE: &str = "AURICLE_TEST_LONG_FILE";

#[test]
fn four_hours_are_read_and_resampled_in_constant_memory() {
    if let Some(path) = std::env::var_os(FILE) {
        return read_and_report(Path::new(&path));
    }
    let folder = Folder::new();
    let path = folder.path("four hours.wav");
    write_long_wav(&path);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "memory::four_hours_are_read_and_resampled_in_constant_memory", "--nocapture"])
        .env(FILE, &path)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    let report = printed.lines().find_map(|line| line.split_once("read: ")).expect("the process reports");
    let mut numbers = report.1.split(' ').map(|number| number.parse::<u64>().unwrap());
    let (samples, extra_mib) = (numbers.next().unwrap(), numbers.next().unwrap());
    assert_eq!(samples, FRAMES * 48_000 / u64::from(RATE_HZ));
    assert!(extra_mib < MOST_EXTRA_MIB, "reading took {extra_mib} MiB more");
}

/// 16-bit mono; silence but for a sound at each end, so that the file is sparse where the system has sparse files.
fn write_long_wav(path: &Path) {
    let data_bytes = FRAMES * 2;
    let mut header = b"RIFF".to_vec();
    header.extend((36 + data_bytes as u32).to_le_bytes());
    header.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    header.extend(RATE_HZ.to_le_bytes());
    header.extend((RATE_HZ * 2).to_le_bytes());
    header.extend(b"\x02\0\x10\0data");
    header.extend((data_bytes as u32).to_le_bytes());
    let loud = [0x40u8; 64_000];
    let mut file = File::create(path).unwrap();
    file.write_all(&header).unwrap();
    file.write_all(&loud).unwrap();
    file.set_len(header.len() as u64 + data_bytes).unwrap();
    file.seek(SeekFrom::End(-(loud.len() as i64))).unwrap();
    file.write_all(&loud).unwrap();
}

fn read_and_report(path: &Path) {
    let before = resident_peak_mib();
    let mut blocks = audio::open(path).unwrap().into_blocks(48_000).unwrap();
    let (mut samples, mut last) = (0u64, 0f32);
    while let Some(block) = blocks.next_block().unwrap() {
        samples += block.len() as u64;
        last = block[block.len() / 2];
    }
    assert!(last > 0.1, "the sound at the end was not heard");
    assert_eq!(blocks.partial(), None);
    println!("read: {samples} {}", resident_peak_mib() - before);
}

/// Peak resident memory of this process; 0 where the system does not tell.
fn resident_peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) / 1024
}
