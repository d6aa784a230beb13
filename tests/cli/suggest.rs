//! `auricle suggest`: which sounds come next, and what a round of judging them is worth.

use std::f32::consts::TAU;

use crate::support::{Home, RATE_HZ, wav};

/// Kinds of sounds; the class that is taught is the first.
const KINDS: [&str; 5] = ["warble", "steady", "pulses", "hiss", "thuds"];

/// A second of a `kind`; the `number` varies its pitch and pace.
fn sound(kind: &str, number: u32) -> Vec<u8> {
    let (pitch, pace) = (400.0 + 83.0 * (number * 7 % 13) as f32, 3.0 + 0.6 * (number * 5 % 9) as f32);
    let (mut phase, mut noise) = (0.0f32, number.wrapping_mul(2_654_435_761).max(1));
    let sample = |at: u32| {
        let turn = (pace * at as f32 / RATE_HZ as f32).fract();
        let bend = if kind == "warble" { 1.0 + 0.3 * (TAU * turn).sin() } else { 1.0 };
        phase = (phase + pitch * bend / RATE_HZ as f32).fract();
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let hiss = (noise >> 16) as f32 / 32_768.0 - 1.0;
        let level = match kind {
            "pulses" if turn > 0.4 => 0.0,
            "thuds" => (-12.0 * turn).exp(),
            _ => 1.0,
        };
        let voice = if matches!(kind, "hiss" | "thuds") { hiss } else { (TAU * phase).sin() + 0.05 * hiss };
        (level * voice * 12_000.0) as i16
    };
    wav(&(0..RATE_HZ).map(sample).collect::<Vec<_>>())
}

/// A library with eight sounds of each kind, and a folder of six others that it doesn't know.
fn home() -> Home {
    let home = Home::new();
    for kind in KINDS {
        for number in 0..14 {
            let folder = if number < 8 { "known" } else { "other" };
            home.write(format!("{folder}/{kind}-{number}.wav"), &sound(kind, number));
        }
    }
    home.run("index known").expect(0);
    home
}

fn is_warble(path: &str) -> bool {
    path.contains("/warble-")
}

/// The average precision with which the head ranks the sounds that nobody teaches it.
fn average_precision(home: &Home) -> f64 {
    let lines = home.run("label other --with warble --multi --json").expect(0).json_lines();
    let presence = |line: &serde_json::Value| line["labels"][0]["presence"].as_f64().unwrap();
    let mut ranked: Vec<_> = lines.iter().map(|line| (presence(line), line["path"].as_str().unwrap())).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let places = ranked.iter().enumerate().filter(|(_, (_, path))| is_warble(path)).map(|(place, _)| place + 1);
    let precisions = places.enumerate().map(|(found, place)| (found + 1) as f64 / place as f64);
    let (sum, count) = precisions.fold((0.0, 0), |(sum, count), precision| (sum + precision, count + 1));
    sum / f64::from(count)
}

#[test]
fn a_round_of_suggestions_never_makes_the_head_worse() {
    let home = home();
    let teach = "teach warble --positive known/warble-0.wav known/warble-1.wav \
                 --negative known/steady-0.wav known/hiss-0.wav";
    home.run(teach).expect(0);
    let mut precisions = vec![average_precision(&home)];
    let mut heard = 0;
    for _ in 0..5 {
        let suggested = home.run("suggest warble -k 4 --json").expect(0).json_lines();
        assert_eq!(suggested.len(), 4);
        let paths = suggested.iter().map(|line| line["path"].as_str().unwrap());
        let (warbles, others): (Vec<&str>, Vec<&str>) = paths.partition(|path| is_warble(path));
        heard += warbles.len();
        let flag = |name: &str, paths: &[&str]| {
            if paths.is_empty() { String::new() } else { format!(" --{name} {}", paths.join(" ")) }
        };
        let line = format!("teach warble{}{}", flag("positive", &warbles), flag("negative", &others));
        home.run(&line).expect(0);
        precisions.push(average_precision(&home));
    }
    assert!(precisions.is_sorted(), "{precisions:?}");
    assert!(*precisions.last().unwrap() > 0.99, "{precisions:?}");
    assert!(heard >= 5, "of six other warbles {heard} were suggested");
}

#[test]
fn likely_sounds_and_unsure_ones_come_in_turn_and_likely_ones_alone_on_request() {
    let home = home();
    let negative = "known/steady-0.wav known/hiss-0.wav known/pulses-0.wav known/thuds-0.wav";
    home.run(&format!("teach warble --positive known/warble-0.wav known/warble-1.wav --negative {negative}")).expect(0);
    let whys = |line: &str| -> Vec<String> {
        let lines = home.run(line).expect(0).json_lines();
        assert!(lines.iter().all(|line| line["class"] == "warble"));
        lines.iter().map(|line| line["why"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(whys("suggest warble -k 4 --json"), ["likely", "unsure", "likely", "unsure"]);
    assert_eq!(whys("suggest warble -k 3 --likely --json"), ["likely"; 3]);
    let likely = home.run("suggest warble -k 3 --likely --paths0").expect(0);
    assert!(likely.out.split('\0').filter(|path| !path.is_empty()).all(is_warble), "{}", likely.out);
}
