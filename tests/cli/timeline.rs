//! `auricle label --timeline`. The model is too small to know anything: thresholds of 0 and 1 say what is there.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Home, RATE_HZ, Run, checkpoint, tone, wav};

/// A label that is there all the time and one that never is.
const LINE: &str = "--labels dog@0,rain@1 --timeline";

/// A home with a sound of 7.5 s and one of 1 s.
fn home() -> Home {
    let home = Home::with_tones(&[440]);
    home.tone("sounds/long.wav", 880, 7.5);
    home
}

fn run(home: &Home, paths: &str, flags: &str) -> Run {
    home.run_with_model(&format!("label {paths} {LINE} {flags}"))
}

fn score(line: &Value) -> f64 {
    line["events"][0]["score"].as_f64().unwrap()
}

#[test]
fn json_has_the_events_and_on_demand_the_scores_of_all_windows() {
    let home = home();
    let found = run(&home, "sounds/long.wav", "--window 2 --hop 1 --json --tracks").expect(0).json();
    assert_eq!((&found["seconds"], &found["window"], &found["hop"]), (&json!(7.5), &json!(2.0), &json!(1.0)));
    assert_eq!(found["events"], json!([{"label": "dog", "start": 0.0, "end": 7.5, "score": score(&found)}]));
    let tracks = &found["tracks"];
    assert_eq!(tracks["start"], json!([0.0, 1.5, 2.5, 3.5, 4.5, 5.5, 6.25]), "the last window ends with the sound");
    assert_eq!(tracks["end"], json!([1.5, 2.5, 3.5, 4.5, 5.5, 6.25, 7.5]));
    let labels: Vec<_> = tracks["scores"].as_array().unwrap().iter().map(|track| &track["label"]).collect();
    assert_eq!(labels, ["dog", "rain"]);
    let scores = tracks["scores"][0]["score"].as_array().unwrap();
    let highest = scores.iter().map(|score| score.as_f64().unwrap()).fold(0.0, f64::max);
    assert_eq!((scores.len(), highest), (7, score(&found)), "an event scores what its best window does");
    assert!(run(&home, "sounds/long.wav", "--json").expect(0).json().get("tracks").is_none());
}

#[test]
fn a_sound_shorter_than_a_window_is_one() {
    let home = home();
    let found = run(&home, "sounds/440.wav", "--json --tracks").expect(0).json();
    assert_eq!((&found["events"][0]["start"], &found["events"][0]["end"]), (&json!(0.0), &json!(1.0)));
    assert_eq!(found["tracks"]["end"], json!([1.0]));
}

#[test]
fn a_window_scores_what_its_excerpt_scores_alone() {
    let home = Home::new();
    let both = [tone(300, 2.0), tone(3000, 2.0), tone(900, 2.0)].concat();
    home.write("all.wav", &wav(&both));
    home.write("middle.wav", &wav(&both[2 * RATE_HZ as usize..4 * RATE_HZ as usize]));
    let line = "label all.wav middle.wav --labels dog,rain --timeline --window 2 --hop 2 --smooth 1 --json --tracks";
    let found = home.run_with_model(line).expect(0).json_lines();
    let at = |line: usize, label: usize, window: usize| {
        found[line]["tracks"]["scores"][label]["score"][window].as_f64().unwrap()
    };
    for label in [0, 1] {
        // The excerpt is cut after the long sound was resampled, and its ends differ by what the filter reaches over.
        assert!((at(0, label, 1) - at(1, label, 0)).abs() < 0.01, "{found:?}");
        assert!((at(0, label, 0) - at(0, label, 1)).abs() > 0.05, "windows differ: {found:?}");
    }
}

#[test]
fn each_form_can_be_read_by_what_it_is_for() {
    let home = home();
    let json = run(&home, "sounds/long.wav", "--json").expect(0).json();
    let score = score(&json);
    let text = |flags: &str| run(&home, "sounds/long.wav", flags).expect(0).out;
    let [path] = home.full(["sounds/long.wav"]);
    assert_eq!(text(""), format!("sounds/long.wav\n  0:00.0-0:07.5  dog  {score:.3}\n"));
    assert_eq!(
        text("--csv"),
        format!("path,start,end,label,score,clock,clock_end\n{path},0,7.5,dog,{},,\n", score as f32)
    );
    assert_eq!(text("--audacity"), format!("0.000000\t7.500000\tdog {score:.3}\n"));
    let headings = "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tBegin Path\t\
                    File Offset (s)\tLabel\tScore\tClock\n";
    let row = format!("1\tSpectrogram 1\t1\t0.000000\t7.500000\t50.0\t8000.0\t{path}\t0.000000\tdog\t");
    assert_eq!(text("--raven"), format!("{headings}{row}{score:.4}\t\n"), "no higher than half the file's rate");
}

#[test]
fn what_belongs_to_one_sound_goes_to_a_folder_if_there_are_several() {
    let home = home();
    for flag in ["--audacity", "--raven"] {
        run(&home, "sounds", flag).expect(2).says(&["2 sounds", "--output"]);
    }
    run(&home, "sounds", "--png one.png --output events").expect(0);
    run(&home, "sounds", "--audacity --output tracks").expect(0);
    run(&home, "sounds", "--raven --output tables").expect(0);
    for (folder, ending) in [("one.png", ".png"), ("tracks", ".txt"), ("tables", ".selections.txt")] {
        for name in ["440.wav", "long.wav"] {
            let path = home.path(folder).join(format!("{name}{ending}"));
            assert!(fs::metadata(&path).unwrap().len() > 10, "{path:?}");
        }
    }
    assert!(fs::read_to_string(home.path("events")).unwrap().starts_with("sounds/440.wav\n"));
}

#[test]
fn a_picture_is_as_large_for_a_long_sound_as_for_a_short_one() {
    let home = home();
    for (sound, picture) in [("440", "short.png"), ("long", "long.png")] {
        run(&home, &format!("sounds/{sound}.wav"), &format!("--png {picture}")).expect(0);
    }
    let picture = |name: &str| {
        let bytes = fs::read(home.path(name)).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        ((info.width, info.height), pixels)
    };
    let (short, long) = (picture("short.png"), picture("long.png"));
    assert_eq!(short.0, long.0);
    assert!(short.0.0 > 1600 && short.1 != long.1);
}

#[test]
fn files_that_fail_are_named_and_the_others_done() {
    let home = home();
    home.write("sounds/bad.wav", b"RIFF but no more");
    let lines =
        run(&home, "sounds none.wav", "--json").expect(1).says(&["sounds/bad.wav: ", "none.wav: "]).json_lines();
    let paths: Vec<_> = lines.iter().map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, home.full(["sounds/440.wav", "sounds/long.wav"]));
}

#[test]
fn without_paths_it_is_all_of_the_library() {
    let home = home();
    home.run_with_model("index sounds").expect(0);
    let lines = run(&home, "", "--json").expect(0).json_lines();
    let mut ends: Vec<_> = lines.iter().map(|line| line["events"][0]["end"].as_f64().unwrap()).collect();
    ends.sort_by(f64::total_cmp);
    assert_eq!(ends, [1.0, 7.5]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_gives_what_was_heard_and_says_where_it_ended() {
    use std::process::{Command, Stdio};
    let home = home();
    home.tone("sounds/hour.wav", 660, 3600.0);
    let mut command =
        home.command(["label", "sounds/hour.wav", "--labels", "dog@0", "--timeline", "--hop", "0.2", "--csv"]);
    command.env("AURICLE_MODEL", checkpoint("fused")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    thread::sleep(Duration::from_millis(1000));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let asked = Instant::now();
    let run = Run::from(child.wait_with_output().unwrap()).expect(130).says(&["stopped", "not listened to"]);
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    assert_eq!(run.out.lines().count(), 2, "a header and the one event, as long as it was heard: {}", run.out);
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let home = home();
    for (flags, part) in [
        ("--hop 0", "--hop"),
        ("--window 2 --hop 3", "unheard"),
        ("--window 11", "--window"),
        ("--window NaN", "--window"),
        ("--smooth 2", "odd"),
        ("--hold 1.5", "--hold"),
        ("--bridge=-1", "--bridge"),
        ("--tracks", "--json"),
        ("--json --csv", "--csv"),
        ("--audacity --raven", "--raven"),
    ] {
        run(&home, "sounds/440.wav", flags).expect(2).says(&[part]);
    }
    for flag in ["--hop 1", "--window 2", "--audacity", "--raven", "--png x.png", "--tracks --json", "--output x"] {
        home.run_with_model(&format!("label sounds/440.wav --labels dog {flag}")).expect(2).says(&["--timeline"]);
    }
}

/// Half an hour is 330 MiB of samples at the model's rate, and 44 MiB of log-mel.
#[test]
#[cfg(target_os = "linux")]
fn half_an_hour_takes_no_more_memory_than_a_minute() {
    const MOST_EXTRA_MIB: u64 = 32;
    let home = Home::new();
    let peaks = [60u32, 1800].map(|seconds| {
        let len_bytes = seconds * RATE_HZ * 2;
        let mut header = wav(&[]);
        header[4..8].copy_from_slice(&(36 + len_bytes).to_le_bytes());
        header[40..44].copy_from_slice(&len_bytes.to_le_bytes());
        let path = home.write("silence.wav", &header);
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_len(header.len() as u64 + u64::from(len_bytes)).unwrap();
        let line = format!("label silence.wav {LINE} --window 10 --hop 10 --json --png silence.png");
        peak_mib(home.command(line.split_whitespace()).env("AURICLE_MODEL", crate::support::checkpoint("fused")))
    });
    assert!(peaks[0] > 0 && peaks[1] < peaks[0] + MOST_EXTRA_MIB, "a minute and half an hour took {peaks:?} MiB");
}

/// Peak resident memory of a run, as far as was seen before its end.
#[cfg(target_os = "linux")]
fn peak_mib(command: &mut std::process::Command) -> u64 {
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut peak_kib = 0;
    loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak_kib = now.unwrap_or(0).max(peak_kib);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return peak_kib / 1024;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
