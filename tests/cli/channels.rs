//! Which channels of sounds with several are heard: the mix, one of them, or each by itself.

use serde_json::Value;

use crate::support::{Home, Run, tone, wav_of_channels};

/// A home with a mono sound and one of three channels in `sounds/`: a low tone, a high one, and nothing; and `high.wav`, the
/// high tone by itself.
fn home_with_channels(seconds: f32) -> Home {
    let home = Home::new();
    let silence = vec![0; tone(200, seconds).len()];
    home.write("sounds/three.wav", &wav_of_channels(&[&tone(200, seconds), &tone(3000, seconds), &silence]));
    home.tone("sounds/one.wav", 700, 1.0);
    home.tone("high.wav", 3000, seconds.min(10.0));
    home
}

/// The best hit for `high.wav`, by its sound alone.
#[track_caller]
fn best(home: &Home) -> Value {
    home.run_with_model("similar high.wav --json").expect(0).json()["hits"][0].clone()
}

fn cosine(hit: &Value) -> f64 {
    hit["cosine"].as_f64().unwrap()
}

#[track_caller]
fn counts(run: &Run, changed: u64, unchanged: u64) {
    assert_eq!((run.count("changed"), run.count("unchanged")), (changed, unchanged), "{}", run.out);
}

fn segments(home: &Home) -> u64 {
    home.run("status --json").expect(0).json()["segments"].as_u64().unwrap()
}

#[test]
fn each_channel_is_found_by_itself_and_named_if_channels_are_split() {
    let home = home_with_channels(2.0);
    home.run_with_model("index sounds").expect(0);
    let mixed = best(&home);
    assert!(cosine(&mixed) < 0.999 && mixed["channel"].is_null(), "{mixed}");
    // Another choice is a change, but not for what has one channel only.
    counts(&home.run_with_model("index sounds --channels split").expect(0), 1, 1);
    assert_eq!(segments(&home), 1 + 1 + 2, "the wholes, and the channels that are not silent");
    let split = best(&home);
    assert!(split["path"].as_str().unwrap().ends_with("three.wav"), "{split}");
    assert!(cosine(&split) > 0.999 && split["channel"] == 2, "{split}");
    home.run("verify").expect(0);
    // The choice is remembered with the folder.
    counts(&home.run_with_model("index").expect(0), 0, 2);
    let roots = home.run("roots list --json").expect(0).json_lines();
    assert_eq!(roots[0]["channels"], "split");
    assert!(home.run("roots list").expect(0).out.contains("each channel heard by itself"));
    let table = home.run_with_model("similar high.wav").expect(0).out;
    assert!(table.contains("0:00.0-0:02.0 ch 2"), "{table}");
    let csv = home.run_with_model("similar high.wav --csv").expect(0).out;
    assert!(csv.lines().nth(1).unwrap().ends_with(",2"), "{csv}");
    home.run_with_model("reindex").expect(0);
    assert_eq!((segments(&home), best(&home)["channel"].as_u64()), (4, Some(2)));
    counts(&home.run_with_model("index sounds --channels mix").expect(0), 1, 1);
    assert_eq!((segments(&home), best(&home)["channel"].as_u64()), (2, None));
}

#[test]
fn the_moments_of_a_long_split_sound_are_those_of_its_channels() {
    let home = home_with_channels(21.0);
    home.run_with_model("index sounds --channels split").expect(0);
    assert_eq!(segments(&home), 1 + 1 + 2 * 4, "windows from 0, 5, 10 and 11 s in each");
    let hits = home.run_with_model("similar high.wav --moments --json").expect(0).json();
    let best = &hits["hits"][0];
    assert!(cosine(best) > 0.999 && best["channel"] == 2, "{best}");
    assert_eq!(best["moments"][0]["channel"], 2, "{best}");
    let of_file = |hit: &&Value| hit["path"] == best["path"];
    let place = |hit: &Value| (hit["start"].as_f64().unwrap(), hit["end"].as_f64().unwrap());
    let mut places: Vec<_> = hits["hits"].as_array().unwrap().iter().filter(of_file).map(place).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(places.is_sorted_by(|a, b| a.1 <= b.0), "what several channels have at a time is one event: {places:?}");
    home.run_each(&["export", "out", "--format", "npy"]).expect(0);
    let lines = std::fs::read_to_string(home.path("out/segments.jsonl")).unwrap();
    assert_eq!(lines.matches(r#""channel":1"#).count(), 4, "{lines}");
}

#[test]
fn one_channel_is_heard_alone_and_a_sound_without_it_keeps_its_mix_with_a_note() {
    let home = home_with_channels(2.0);
    home.run_with_model("index sounds --channel 2").expect(0);
    let hit = best(&home);
    assert!(cosine(&hit) > 0.999 && hit["channel"].is_null(), "{hit}");
    assert_eq!(segments(&home), 2);
    counts(&home.run_with_model("index").expect(0), 0, 2);
    assert!(home.run("status").expect(0).out.contains("channel 2 heard"));
    let run = home.run_with_model("index sounds --channel 4 -v").expect(0);
    counts(&run, 2, 0);
    assert!(run.out.contains("2 files read with a note"), "{}", run.out);
    run.says(&[
        "three.wav: has no channel 4, so the mix is heard",
        "one.wav: has no channel 4, so its only one is heard",
    ]);
    assert!(cosine(&best(&home)) < 0.999);
    home.run_with_model("index sounds --channel 1 --channels split").expect(2);
    home.run_with_model("index sounds --channel 0").expect(2);
}

#[test]
fn a_folder_inside_another_keeps_its_own_choice_and_the_same_bytes_may_be_heard_in_two_ways() {
    let home = home_with_channels(2.0);
    home.write("sounds/takes/copy.wav", &std::fs::read(home.path("sounds/three.wav")).unwrap());
    home.run_with_model("index sounds").expect(0);
    let run = home.run_with_model("index sounds/takes --channel 2").expect(0);
    counts(&run, 1, 0);
    let hit = best(&home);
    assert!(hit["path"].as_str().unwrap().ends_with("copy.wav") && cosine(&hit) > 0.999, "{hit}");
    for line in ["index", "index sounds", "index sounds/takes"] {
        let run = home.run_with_model(line).expect(0);
        assert_eq!(run.count("changed") + run.count("recognised"), 0, "{line}: {}", run.out);
    }
    home.run("roots forget sounds/takes").expect(0);
    let run = home.run_with_model("index").expect(0);
    assert_eq!(run.count("recognised"), 1, "as the same bytes beside it are heard: {}", run.out);
    assert!(cosine(&best(&home)) < 0.999);
}

#[test]
fn what_is_asked_for_holds_for_every_folder_that_is_named_or_remembered() {
    let home = home_with_channels(2.0);
    home.write("sounds/takes/other.wav", &wav_of_channels(&[&tone(500, 2.0), &tone(3000, 2.0)]));
    home.run_with_model("index sounds").expect(0);
    home.run_with_model("index sounds/takes --channel 2").expect(0);
    let heard = || {
        let roots = home.run("roots list --json").expect(0).json_lines();
        roots.iter().map(|root| root["channels"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(heard(), ["mix", "2"]);
    home.run_with_model("index sounds/takes sounds --channel 1").expect(0);
    assert_eq!(heard(), ["1"], "alike, one is part of the other");
    home.run_with_model("index --channels split").expect(0);
    assert_eq!((heard(), segments(&home)), (vec!["split".to_owned()], 1 + 1 + 2 + 1 + 2));
    // A single file is remembered as long as it differs.
    home.run_with_model("index sounds/three.wav --channels mix").expect(0);
    assert_eq!(heard(), ["split", "mix"]);
    counts(&home.run_with_model("index").expect(0), 0, 3);
    home.run_with_model("index sounds/three.wav --channels split").expect(0);
    assert_eq!(heard(), ["split"]);
}

#[test]
fn inspect_says_which_channel_it_heard() {
    let home = home_with_channels(2.0);
    let inspection = home.run("inspect sounds/three.wav --channel 3 --json").expect(0).json();
    assert_eq!((&inspection["channel"], &inspection["channels"]), (&Value::from(3), &Value::from(3)));
    assert!(home.run("inspect sounds/three.wav --channel 2").expect(0).out.contains("3 (channel 2 heard)"));
}

#[test]
fn timelines_hear_the_channel_that_the_library_remembers_or_that_is_named() {
    let home = home_with_channels(4.0);
    home.run_with_model("index sounds --channel 2").expect(0);
    let timelines = |words: &str| {
        home.run_with_model(&format!("label {words} --labels tone@0 --timeline --tracks --json")).expect(0).json_lines()
    };
    let scores = |timeline: &Value| timeline["tracks"]["scores"].clone();
    let high = timelines("high.wav").remove(0);
    assert!(high["channel"].is_null(), "{high}");
    for words in ["", "sounds", "sounds/three.wav"] {
        let found = timelines(words);
        let three = found.iter().find(|found| found["path"].as_str().unwrap().ends_with("three.wav")).unwrap();
        assert_eq!((&three["channel"], scores(three)), (&Value::from(2), scores(&high)), "{words}");
    }
    let one = timelines("sounds/one.wav").remove(0);
    assert!(one["channel"].is_null() && one["partial"].as_str().unwrap().contains("no channel 2"), "{one}");
    let low = timelines("sounds/three.wav --channel 1").remove(0);
    assert!(low["channel"] == 1 && scores(&low) != scores(&high), "{low}");
    let table = home.run_with_model("label sounds/three.wav --labels tone@0 --timeline").expect(0).out;
    assert!(table.contains("three.wav  (channel 2)"), "{table}");
    // What is split is heard as its mix, which stands for the whole.
    home.run_with_model("index sounds --channels split").expect(0);
    let mix = timelines("sounds/three.wav").remove(0);
    assert!(mix["channel"].is_null() && scores(&mix) != scores(&high), "{mix}");
}

#[test]
fn the_vector_of_one_channel_is_that_of_its_sound_alone() {
    let home = home_with_channels(2.0);
    let vector = |words: &str| home.run_with_model(&format!("embed {words}")).expect(0).json();
    let (high, second) = (vector("high.wav"), vector("sounds/three.wav --channel 2"));
    assert_eq!((&second["channel"], &second["vector"]), (&Value::from(2), &high["vector"]));
    let mix = vector("sounds/three.wav");
    assert!(mix["channel"].is_null() && mix["vector"] != high["vector"]);
    assert!(vector("sounds/one.wav --channel 2")["partial"].as_str().unwrap().contains("no channel 2"));
}
