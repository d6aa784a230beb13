//! Drives that are mounted within a folder, and those that are not any more.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Home, Run, tone, wav};
use crate::watch::Watch;

/// A home with one sound, and two more on another file system, where there is one that anybody may write to.
fn with_drive() -> Option<(Home, tempfile::TempDir)> {
    let home = Home::with_tones(&[440]);
    let drive = tempfile::tempdir_in("/dev/shm").ok()?;
    let is_other = drive.path().metadata().unwrap().dev() != home.path("sounds").metadata().unwrap().dev();
    fs::create_dir(drive.path().join("in")).unwrap();
    for pitch_hz in [500, 600] {
        fs::write(drive.path().join(format!("in/{pitch_hz}.wav")), wav(&tone(pitch_hz, 1.0))).unwrap();
    }
    is_other.then_some((home, drive))
}

fn counts(run: &Run) -> [u64; 3] {
    ["new", "unchanged", "vanished"].map(|name| run.count(name))
}

fn vanished(home: &Home) -> u64 {
    home.run("status --json").expect(0).json()["vanished"].as_u64().unwrap()
}

#[test]
fn a_drive_that_is_gone_from_a_folder_with_other_sounds_is_asked_for() {
    let Some((home, drive)) = with_drive() else { return };
    let [there, away] = ["in", "away"].map(|name| drive.path().join(name));
    symlink(&there, home.path("sounds/drive")).unwrap();
    home.run_with_model("index sounds --follow-links").expect(0);
    fs::rename(&there, &away).unwrap();
    let gone = home.run_with_model("index").expect(1).says(&["nothing is left of", "sounds/drive: 2 of its files"]);
    assert_eq!((counts(&gone), vanished(&home)), ([0, 1, 0], 0));
    // Still, and where the place itself is gone.
    fs::remove_file(home.path("sounds/drive")).unwrap();
    home.run_with_model("index sounds").expect(1).says(&["sounds/drive: 2 of its files"]);
    symlink(&there, home.path("sounds/drive")).unwrap();
    fs::rename(&away, &there).unwrap();
    assert_eq!(counts(&home.run_with_model("index").expect(0)), [0, 3, 0]);
    // A file of a drive that is there is gone as any other.
    fs::remove_file(there.join("500.wav")).unwrap();
    assert_eq!(counts(&home.run_with_model("index").expect(0)), [0, 2, 1]);
    fs::remove_file(home.path("sounds/drive")).unwrap();
    assert_eq!(counts(&home.run_with_model("index --drop-missing").expect(0)), [0, 1, 1]);
    // What is agreed to is not asked for again.
    assert_eq!(counts(&home.run_with_model("index").expect(0)), [0, 1, 0]);
}

#[test]
fn vanished_files_of_a_drive_that_is_not_there_are_pruned_only_if_somebody_says_so() {
    let Some((home, drive)) = with_drive() else { return };
    symlink(drive.path().join("in"), home.path("sounds/drive")).unwrap();
    home.run_with_model("index sounds --follow-links").expect(0);
    fs::remove_file(drive.path().join("in/500.wav")).unwrap();
    home.run_with_model("index").expect(0);
    fs::rename(drive.path().join("in"), drive.path().join("away")).unwrap();
    home.run("prune").expect(2).says(&["nothing is left of", "sounds/drive", "--drop-missing"]);
    assert_eq!(vanished(&home), 1);
    fs::rename(drive.path().join("away"), drive.path().join("in")).unwrap();
    assert!(home.run("prune").expect(0).out.starts_with("1 file dropped"));
}

#[test]
fn sounds_that_are_where_a_drive_was_show_that_it_is_not_missing() {
    let Some((home, drive)) = with_drive() else { return };
    symlink(drive.path().join("in"), home.path("sounds/drive")).unwrap();
    home.run_with_model("index sounds --follow-links").expect(0);
    fs::remove_file(home.path("sounds/drive")).unwrap();
    home.tone("sounds/drive/700.wav", 700, 1.0);
    assert_eq!(counts(&home.run_with_model("index").expect(0)), [1, 1, 2]);
}

/// A file system that is mounted until this goes out of scope; `None` where only others may mount.
struct Mount(PathBuf);

impl Mount {
    fn new(arguments: &[&str], place: &Path) -> Option<Self> {
        let mut command = Command::new("mount");
        command.args(arguments).arg(place).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success()).then(|| Mount(place.to_path_buf()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(&self.0).status());
    }
}

#[test]
fn a_watch_says_that_a_drive_in_a_folder_is_gone_and_back() {
    let home = Home::with_tones(&[440]);
    for name in ["drive", "sounds/in"] {
        fs::create_dir(home.path(name)).unwrap();
    }
    let Some(_drive) = Mount::new(&["-t", "tmpfs", "tmpfs"], &home.path("drive")) else { return };
    home.tone("drive/500.wav", 500, 1.0);
    let drive = home.path("drive");
    let mount = || Mount::new(&["--bind", drive.to_str().unwrap()], &home.path("sounds/in")).unwrap();
    let mounted = mount();
    let watch = Watch::start(&home, &["sounds"]);
    std::thread::sleep(std::time::Duration::from_secs(3));
    drop(mounted);
    watch.expect("sounds/in is gone; nothing of it is forgotten");
    let _mounted = mount();
    watch.expect("sounds/in is back");
    home.tone("drive/600.wav", 600, 1.0);
    watch.expect("new         sounds/in/600.wav");
    watch.stop();
    let status = home.run("status --json").expect(0).json();
    assert_eq!((status["files"].as_u64(), status["vanished"].as_u64()), (Some(3), Some(0)), "{status}");
}
