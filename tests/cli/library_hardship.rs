//! Libraries in hard places: folders that cannot be written, disks that are full, catalogues that are damaged.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Home, Run, checkpoint};

const LIBRARY: &str = "home/indexes/default";

fn indexed(pitches_hz: &[u32]) -> Home {
    let home = Home::with_tones(pitches_hz);
    home.run_with_model("index sounds").expect(0);
    home
}

/// Gives all below `folder` the permissions of `mode`, folders the right to be entered as well.
fn allow(folder: &Path, mode: u32) {
    for entry in walk(folder) {
        let enter = if entry.is_dir() { 0o111 } else { 0 };
        fs::set_permissions(&entry, fs::Permissions::from_mode(mode | enter)).unwrap();
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = vec![folder.to_path_buf()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(walk(&path)) } else { all.push(path) }
    }
    all
}

/// Runs the binary with the words of `line` as somebody to whom permissions mean something: the superuser becomes
/// nobody.
fn run_without_privileges(home: &Home, line: &str) -> Run {
    let plain = home.command(line.split_whitespace());
    let is_superuser = fs::write(home.path(LIBRARY).join("probe"), "").is_ok();
    if !is_superuser {
        return Command::new(plain.get_program())
            .envs(set(&plain))
            .args(plain.get_args())
            .current_dir(home.path(""))
            .output()
            .unwrap()
            .into();
    }
    fs::remove_file(home.path(LIBRARY).join("probe")).unwrap();
    let binary = home.path("auricle");
    if !binary.exists() {
        // Where the build lies, nobody may not be allowed to look. Copied by another process: one that a test beside this
        // one starts meanwhile would inherit the open file, and what is open for writing cannot be executed.
        assert!(Command::new("cp").arg(plain.get_program()).arg(&binary).status().unwrap().success());
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary).args(plain.get_args());
    command.envs(set(&plain)).current_dir(home.path("")).stdin(Stdio::null());
    command.output().expect("setpriv of util-linux").into()
}

/// The environment that `command` sets.
fn set(command: &Command) -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
    command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect()
}

#[test]
fn a_library_that_cannot_be_written_is_read_and_not_changed() {
    let home = indexed(&[220, 440, 880]);
    // The folder itself is private to the user who makes it.
    fs::set_permissions(home.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    // A reader leaves files of SQLite's behind.
    home.run("status").expect(0);
    allow(&home.path("sounds"), 0o444);
    allow(&home.path(LIBRARY), 0o444);
    let before = walk(&home.path(LIBRARY));
    for line in ["status", "verify", "similar sounds/440.wav", "status --json"] {
        let run = run_without_privileges(&home, line).expect(0);
        assert!(!run.out.is_empty() && run.err.is_empty(), "{line}: {}", run.err);
    }
    for line in ["remove sounds/220.wav", "prune", "reindex"] {
        run_without_privileges(&home, line).expect(4).says(&["cannot be written", "permissions"]);
    }
    assert_eq!(walk(&home.path(LIBRARY)), before);
    allow(&home.path(LIBRARY), 0o644);
    home.run("index sounds").expect(0);
}

#[test]
fn a_run_cut_short_in_a_folder_that_cannot_be_written_is_told_apart() {
    let home = indexed(&[220, 440]);
    fs::set_permissions(home.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let wal = home.path(LIBRARY).join("catalogue.sqlite-wal");
    fs::write(&wal, [0x37, 0x7f, 0x06, 0x82].repeat(64)).unwrap();
    allow(&home.path(LIBRARY), 0o444);
    run_without_privileges(&home, "status").expect(4).says(&["interrupted", "auricle status"]);
    allow(&home.path(LIBRARY), 0o644);
    home.run("status").expect(0);
}

/// Indexes `sounds` under the shell's words `before`; gives what was printed.
fn index_under(home: &Home, before: &str) -> Run {
    let mut command = home.command([] as [&str; 0]);
    let script = format!("{before}; exec \"$0\" index sounds --quiet");
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(script).arg(command.get_program()).envs(set(&command)).current_dir(home.path(""));
    command.stdin(Stdio::null());
    shell.output().unwrap().into()
}

#[test]
fn where_no_file_may_grow_nothing_committed_is_lost_and_the_next_run_goes_on() {
    let home = indexed(&[220]);
    let pitches: Vec<u32> = (0..100).map(|index| 300 + 10 * index).collect();
    for pitch in &pitches {
        home.tone(format!("sounds/{pitch}.wav"), *pitch, 0.3);
    }
    let len_blocks = fs::metadata(home.path(LIBRARY).join("catalogue.sqlite")).unwrap().len() / 1024;
    let mut known = 1;
    // With more and more room, another write is the one that fails.
    for room in [0, 1, 40, 100] {
        let run = index_under(&home, &format!("trap '' XFSZ; ulimit -f {}", len_blocks + room));
        if run.code != Some(0) {
            run.expect(4).says(&["free space", "nothing committed is lost"]);
        }
        let files = home.run("status --json").expect(0).json()["files"].as_u64().unwrap();
        assert!(files >= known, "{files} of {known} with room for {room} more");
        known = files;
    }
    home.run("index sounds").expect(0);
    assert_eq!(home.run("status --json").expect(0).json()["files"], 101);
    home.run("verify").expect(0);
}

/// A disk of its own that is nearly full, where this system lets us make one: `$1` is its size, `$2` the binary.
const ON_A_SMALL_DISK: &str = "
    mkdir -p disk && mount -t tmpfs -o size=$1 none disk || exit 77
    cp home/indexes/default/catalogue.sqlite disk/
    \"$2\" index sounds --quiet --library disk; echo first $?
    \"$2\" status --library disk --json; echo status $?
    mount -o remount,size=50m disk
    \"$2\" index sounds --quiet --library disk; echo second $?
    \"$2\" verify --library disk > /dev/null; echo verify $?
    \"$2\" status --library disk --json
";

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_committed_is_lost_and_the_next_run_goes_on() {
    let home = indexed(&[220]);
    for index in 0..100 {
        home.tone(format!("sounds/{index}.wav"), 300 + 10 * index, 0.3);
    }
    let (mut refused, mut ran) = (0, 0);
    let len_kib = fs::metadata(home.path(LIBRARY).join("catalogue.sqlite")).unwrap().len() / 1024;
    // With more and more room beside the catalogue, another write is the one that fails.
    for room in [8, 40, 80, 120] {
        let size = format!("{}k", len_kib + room);
        let plain = home.command([] as [&str; 0]);
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, "sh", &size]);
        command.arg(plain.get_program()).envs(set(&plain)).current_dir(home.path("")).stdin(Stdio::null());
        let Ok(output) = command.output() else { continue };
        let run = Run::from(output);
        if !run.out.contains("first ") {
            // Nothing to test with: the other test, with a limit on the size of files, runs everywhere.
            eprintln!("no disk of {size} could be made here: {}", run.err);
            continue;
        }
        ran += 1;
        assert!(!run.err.contains("panicked"), "{}", run.err);
        for expected in ["status 0\n", "second 0\n", "verify 0\n", "\"files\":101,"] {
            assert!(run.out.contains(expected), "{expected} is missing with {size}:\n{}{}", run.out, run.err);
        }
        if run.out.contains("first 4\n") {
            refused += 1;
            run.says(&["the disk is full", "nothing committed is lost"]);
        }
    }
    assert!(ran == 0 || refused > 0, "no disk was small enough");
}

#[test]
fn a_damaged_catalogue_is_an_error_with_a_way_out_or_works_but_never_a_panic() {
    let home = indexed(&[220, 440]);
    let path = home.path(LIBRARY).join("catalogue.sqlite");
    let whole = fs::read(&path).unwrap();
    let scattered = |step: usize, from: usize| {
        let mut bytes = whole.clone();
        (from..bytes.len()).step_by(step).for_each(|at| bytes[at] ^= 0x5a);
        bytes
    };
    let damages: [(&str, Vec<u8>); 7] = [
        ("no database", b"nothing that SQLite would read, but long enough for it to look".to_vec()),
        ("its header", scattered(1, whole.len() - 100).into_iter().rev().collect()),
        ("the second half is missing", whole[..whole.len() / 2].to_vec()),
        ("the last page is missing", whole[..whole.len() - 4096].to_vec()),
        ("random bytes", scattered(97, 100)),
        ("every page after the first", scattered(3, 4096)),
        ("a byte a page", scattered(4096, 4096 + 3)),
    ];
    for (name, damage) in damages {
        fs::write(&path, damage).unwrap();
        for line in [
            "verify",
            "status",
            "status --failed",
            "similar sounds/220.wav",
            "index sounds",
            "search rain",
            "prune",
            "reindex",
        ] {
            let run = home.run(line);
            assert!(matches!(run.code, Some(0 | 1 | 2 | 4)), "{name}: {line}: {:?} {}", run.code, run.err);
            assert!(!run.err.contains("panicked") && !run.err.contains("internal"), "{name}: {line}: {}", run.err);
            if line == "verify" {
                let advice = ["backup", "auricle index", "auricle reindex"];
                let run = run.expect(4);
                assert!(advice.iter().any(|part| run.err.contains(part)), "{name}: {}", run.err);
            }
        }
        for entry in fs::read_dir(home.path(LIBRARY)).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() { fs::remove_dir_all(entry).unwrap() } else { fs::remove_file(entry).unwrap() }
        }
    }
    fs::write(&path, &whole).unwrap();
    let mut command = home.command(["index", "sounds"]);
    Run::from(command.env("AURICLE_MODEL", checkpoint("fused")).output().unwrap()).expect(0);
    home.run("verify").expect(0);
}
