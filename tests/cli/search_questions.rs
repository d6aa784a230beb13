//! What `search` and `similar` can be asked: wanted and unwanted, weights, words alone, filters, grades.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use auricle::library::record::sound::SoundFacts;
use serde_json::{Value, json};

use crate::made::{Sound, library_of};
use crate::support::{Home, Run, tone, wav};

/// Names of the files found, best first.
#[track_caller]
fn names(run: &Run) -> Vec<String> {
    let name = |hit: &Value| hit["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    run.json()["hits"].as_array().unwrap().iter().map(name).collect()
}

#[track_caller]
fn check(home: &Home, line: &str, expected: &[&str]) {
    assert_eq!(names(&home.run(&format!("{line} --json")).expect(0)), expected, "{line}");
}

fn scores(found: &Value) -> Vec<(String, f64)> {
    let score = |hit: &Value| (hit["path"].as_str().unwrap().to_owned(), hit["score"].as_f64().unwrap());
    found["hits"].as_array().unwrap().iter().map(score).collect()
}

fn plane() -> Home {
    library_of(&[
        Sound::new("a.wav", 0.0),
        Sound::new("b.wav", 30.0),
        Sound::new("c.wav", 80.0),
        Sound::new("d.wav", 180.0),
    ])
}

#[test]
fn words_texts_and_files_are_asked_together() {
    let home = Home::with_tones(&[220, 440, 880, 1760]);
    home.run_with_model("index sounds").expect(0);
    let line = "search rain --text hail --like sounds/440.wav --not speech --unlike sounds/880.wav@0.25-0:00.75 \
                --weight hail=2.5 --weight speech=0.5 --by sound --all --json";
    let found = home.run_with_model(line).expect(0).json();
    let [near, far] = home.full(["sounds/440.wav", "sounds/880.wav"]);
    let expected = json!({
        "text": "rain",
        "like": near,
        "wanted": [
            {"text": "rain", "weight": 1.0},
            {"text": "hail", "weight": 2.5},
            {"like": near, "weight": 1.0},
        ],
        "unwanted": [
            {"text": "speech", "weight": 0.5},
            {"like": far, "start": 0.25, "end": 0.75, "weight": 1.0},
        ],
        "by": "sound",
    });
    assert_eq!(found["query"], expected);
    assert_eq!(found["hits"].as_array().unwrap().len(), 3, "all but the example");
    let parts = ["rain", "hail"]
        .map(|word| scores(&home.run_with_model(&format!("search {word} --by sound --all --json")).expect(0).json()));
    let both = home.run_with_model("search rain --text hail --weight hail=3 --by sound --all --json").expect(0).json();
    let log_odds = |score: f64| (score / (1.0 - score)).ln();
    for (path, score) in scores(&both) {
        let of = |part: usize| log_odds(parts[part].iter().find(|(other, _)| *other == path).unwrap().1);
        assert!((log_odds(score) - (of(0) + 3.0 * of(1)) / 4.0).abs() < 1e-3, "{path}: {score} in {both}");
    }
}

#[test]
fn similar_is_a_search_for_a_file() {
    let home = plane();
    let similar = home.run("similar a.wav --all --json").expect(0).json();
    assert_eq!(home.run("search --like a.wav --all --json").expect(0).json(), similar);
    check(&home, "similar a.wav --all", &["b.wav", "c.wav", "d.wav"]);
    check(&home, "similar a.wav --all --exact", &["b.wav", "c.wav", "d.wav"]);
    check(&home, "similar a.wav --all -k 1", &["b.wav"]);
}

#[test]
fn the_weight_decides_which_of_two_examples_leads() {
    let home = library_of(&[
        Sound::new("a.wav", 0.0),
        Sound::new("b.wav", 90.0),
        Sound::new("near a.wav", 10.0),
        Sound::new("near b.wav", 80.0),
    ]);
    check(&home, "similar a.wav --like b.wav --weight a.wav=9 --all", &["near a.wav", "near b.wav"]);
    check(&home, "similar a.wav --like b.wav --weight b.wav=9 --all", &["near b.wav", "near a.wav"]);
}

#[test]
fn what_is_unwanted_only_pushes_down() {
    let home = plane();
    let plain = scores(&home.run("similar a.wav --all --json").expect(0).json());
    let without = home.run("similar a.wav --unlike b.wav --weight b.wav=3 --all --json").expect(0);
    assert_eq!(names(&without).len(), 3, "an unwanted file is pushed down and not left out");
    assert_eq!(names(&without)[0], "c.wav");
    for (path, score) in scores(&without.json()) {
        let before = plain.iter().find(|(other, _)| *other == path).unwrap().1;
        assert!(score <= before + 1e-6, "{path}: {score} > {before}");
    }
    let home = Home::with_tones(&[220, 440, 880]);
    home.run_with_model("index sounds").expect(0);
    let plain = scores(&home.run_with_model("search rain --all --json").expect(0).json());
    for (path, score) in scores(&home.run_with_model("search rain --not speech --all --json").expect(0).json()) {
        let before = plain.iter().find(|(other, _)| *other == path).unwrap().1;
        assert!(score <= before + 1e-6, "{path}: {score} > {before}");
    }
}

#[test]
fn a_text_says_what_it_does_not_want() {
    let home = library_of(&[Sound::new("birds.wav", 0.0), Sound::new("birds and crows.wav", 0.0)]);
    let named = home.run("search birds --not crows --by words --json").expect(0);
    for text in ["birds but not crows", "birds -crows", "birds NOT crows", "birds, no crows", "birds without crows"] {
        let run = home.run_each(&["search", text, "--by", "words"]).expect(0);
        run.says(&["read as: birds, not crows"]);
        let found = home.run_each(&["search", text, "--by", "words", "--json"]).expect(0);
        let mut found = found.json();
        assert_eq!(found.as_object_mut().unwrap().remove("read_as"), Some(json!("birds, not crows")), "{text}");
        assert_eq!(found, named.json(), "{text}");
        assert_eq!(found["query"]["unwanted"], json!([{"text": "crows", "weight": 1.0}]), "{text}");
        let words: Vec<(&str, bool)> = found["reading"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| (word["typed"].as_str().unwrap(), word["unwanted"].as_bool().unwrap()))
            .collect();
        assert_eq!(words, [("birds", false), ("crows", true)], "{text}");
    }
    check(&home, "search birds --not crows --by words", &["birds.wav", "birds and crows.wav"]);
    let refused = home.run_each(&["search", "no crows", "--by", "words"]).expect(2);
    refused.says(&["the query only says what to avoid", "birds, not crows"]);
    home.run_each(&["search", "\"no crows\"", "--by", "words"]).expect(0);
}

#[test]
fn words_alone_need_no_model() {
    let home = library_of(&[
        Sound::new("drums/kick_808-Hard.wav", 0.0),
        Sound::new("drums/snare.wav", 90.0),
        Sound::new("hard rain/roof.wav", 0.0),
    ]);
    let kick = &["kick_808-Hard.wav"];
    for words in ["kick", "808", "hard kick", "KICK*", "kic*"] {
        let mut command = home.command(["search", words, "--by", "words", "--json"]);
        assert_eq!(names(&Run::from(command.output().unwrap()).expect(0))[0], kick[0], "{words}");
    }
    check(&home, "search hard --by words", &["kick_808-Hard.wav", "roof.wav"]);
    check(&home, "search kic --by words --prefix", kick);
    let run = home.run("search kic --by words").expect(0).says(&["no file contains any of these words"]);
    assert_eq!(run.out, "");
    let mut command = home.command(["search", "\"hard kick\"", "--by", "words", "--json"]);
    assert!(names(&Run::from(command.output().unwrap()).expect(0)).is_empty(), "no such phrase");
    let found = home.run("search kick --by words --json").expect(0).json();
    assert_eq!(found["hits"][0]["cosine"], Value::Null);
    let reason =
        json!({"kind": "words", "rank": 1, "coverage": "exact", "matches": [{"words": "kick", "place": "name"}]});
    assert_eq!(found["hits"][0]["reasons"], json!([reason]));
    home.run("search kick").expect(3).says(&["no such model"]);
}

#[test]
fn a_file_named_so_is_a_strong_hit() {
    let home = Home::with_tones(&[110, 220, 440, 880, 1760]);
    home.tone("sounds/Door_Slam-02.wav", 3000, 1.0);
    home.run_with_model("index sounds").expect(0);
    for line in ["slam", "door --text slam", "slam --not rain", "slam -k 1", "slam --like sounds/440.wav"] {
        let run = home.run_with_model(&format!("search {line} --json")).expect(0);
        assert_eq!(names(&run)[0], "Door_Slam-02.wav", "{line}");
        assert_ne!(run.json()["hits"][0]["grade"], "weak", "{line}");
    }
    for line in ["slam", "slam -k 1", "slam --not rain"] {
        let found = home.run_with_model(&format!("search {line} --json")).expect(0).json();
        assert_eq!(found["hits"][0]["grade"], "strong", "{line}");
    }
}

#[test]
fn filters_let_through_what_they_say() {
    let mut one = Sound::new("music/drums/sound one.wav", 0.0);
    one.facts.tags.push(("genre".into(), "Électro".into()));
    let mut two = Sound::new("music/drums 2/sound two.ogg", 0.0);
    two.facts = SoundFacts {
        container: "ogg".into(),
        codec: "vorbis".into(),
        rate_hz: 48_000,
        channels: 2,
        duration_seconds: 90.0,
        tags: vec![("title".into(), "electro".into())],
        ..SoundFacts::default()
    };
    let home = library_of(&[one, two]);
    let (one, two) = ("sound one.wav", "sound two.ogg");
    for (flags, expected) in [
        ("", &[one, two][..]),
        ("--folder music/drums", &[one]),
        ("--folder ./music/../music/drums", &[one]),
        ("--folder music/drums --folder music", &[one, two]),
        ("--format WAV", &[one]),
        ("--format .ogg", &[two]),
        ("--format vorbis --format wave", &[one, two]),
        ("--duration ..5", &[one]),
        ("--duration 5.1..1:30", &[two]),
        ("--duration 1:31..", &[]),
        ("--rate 44.1k", &[one]),
        ("--rate 45000..", &[two]),
        ("--channels 2", &[two]),
        ("--channels 1..2", &[one, two]),
        ("--tag LECTRO", &[one, two]),
        ("--tag genre=éLECTRO", &[one]),
        ("--tag genre=e", &[one]),
        ("--tag title=jazz", &[]),
        ("--tag lectro --channels 2 --folder music", &[two]),
    ] {
        check(&home, &format!("search sound --by words {flags}"), expected);
    }
    home.run("search sound --by words --channels 7").expect(0).says(&["no file in the library matches the filters"]);
    for (flags, name) in [("--folder gone", "folder"), ("--format flacc", "format"), ("--label hand:dig", "label")] {
        home.run(&format!("search sound --by words {flags}")).expect(2).says(&[&format!("has the {name} ")]);
    }
}

#[test]
fn words_of_the_trade_are_found_and_filtered() {
    let home = Home::new();
    let mut tagged = wav(&[1000; 8000]);
    tagged.extend(b"iXML\x43\0\0\0<BWFXML><SCENE>12A</SCENE><TAKE>3</TAKE><NOTE>brook</NOTE></BWFXML>");
    home.write("sounds/tagged.wav", &tagged);
    home.run_with_model("index sounds").expect(0);
    for (flags, expected) in [
        ("", &["tagged.wav"][..]),
        ("--tag scene=12a", &["tagged.wav"]),
        ("--tag scene=13", &[]),
        ("--tag take=brook", &[]),
    ] {
        check(&home, &format!("search brook --by words {flags}"), expected);
    }
    home.run("search brook --tag sceen=12A").expect(2).says(&["unknown tag \"sceen\"", "scene"]);
}

#[test]
fn dates_are_those_of_the_last_change() {
    let home = Home::new();
    for (name, years) in [("sound old.wav", 30), ("sound new.wav", 0)] {
        let path = home.tone(format!("sounds/{name}"), 440 + years, 1.0);
        let changed = SystemTime::now() - Duration::from_secs(u64::from(years) * 365 * 86_400);
        File::options().append(true).open(path).unwrap().set_modified(changed).unwrap();
    }
    home.run_with_model("index sounds").expect(0);
    let (old, new) = ("sound old.wav", "sound new.wav");
    check(&home, "search sound --by words --date 1980..2010", &[old]);
    check(&home, "search sound --by words --date 2020-01-01..", &[new]);
    check(&home, "search sound --by words --date ..2010-06", &[old]);
}

#[test]
fn what_makes_no_sense_is_refused_with_advice() {
    let home = plane();
    for (line, parts) in [
        ("search", &["WORDS"][..]),
        ("search --not rain", &["WORDS"]),
        ("similar", &["FILE"]),
        ("search rain --weight rian=2", &["\"rian\"", "\"rain\""]),
        ("search rain --weight rain=0", &["greater than 0"]),
        ("search rain --weight rain", &["rain=2"]),
        ("search rain --by words --like a.wav", &["--by words"]),
        ("similar a.wav --by words", &["--by words"]),
        ("similar a.wav@4-2", &["4 s to 2 s of a.wav", "FILE@1.5-4"]),
        ("search rain --duration 5", &["5.."]),
        ("search rain --duration 5..2", &["ends before it begins"]),
        ("search rain --rate high", &["44100"]),
        ("search rain --channels ..", &["at least one end"]),
        ("search rain --date 2024-13", &["2024-05-03"]),
        ("search rain --tag colour=red", &["genre"]),
        ("search rain --by ear", &["sound"]),
        ("search rain -k 0", &["0"]),
        ("search rain --json --csv", &["cannot be used with"]),
        ("search rain --m3u --audacity", &["cannot be used with"]),
    ] {
        let run = home.run(line).expect(2).says(parts);
        assert_eq!(run.out, "", "{line}");
    }
}

#[test]
fn the_example_itself_is_no_hit_and_its_copies_are_named() {
    let copy = |name: &str| Sound::new(name, 0.0).with_content("same");
    let home = library_of(&[copy("a.wav"), copy("copies/b.wav"), copy("copies/c.wav"), Sound::new("d.wav", 10.0)]);
    let run = home.run("similar a.wav --json").expect(0);
    let run = run.says(&["copies of the example: copies/b.wav, copies/c.wav; use --itself to include them"]);
    assert_eq!(names(&run), ["d.wav"]);
    let entry = |(name, id): (&str, i64)| json!({"id": id, "path": home.path(name), "kind": "same bytes"});
    let identical = [("copies/b.wav", 2), ("copies/c.wav", 3)].map(entry);
    assert_eq!(run.json()["identical"], json!(identical));
    let run = home.run("similar a.wav --itself --json").expect(0);
    assert_eq!(names(&run), ["a.wav", "d.wav"]);
    assert_eq!(run.json()["hits"][0]["copies"], json!(identical));
    assert_eq!((run.err.as_str(), &run.json()["identical"]), ("", &json!([])));
    let run = home.run("similar a.wav --itself").expect(0);
    assert!(run.out.contains("copy: copies/b.wav\n"), "{}", run.out);
    for flag in ["--copies", "--unfold"] {
        assert_eq!(home.run(&format!("similar a.wav --itself {flag} --paths0")).expect(0).out.matches('\0').count(), 4);
    }
    let quiet = home.run("similar a.wav --quiet").expect(0);
    assert_eq!(quiet.err, "");
}

#[test]
fn a_part_of_a_file_is_compared_by_itself() {
    let home = Home::with_tones(&[220, 1760]);
    let samples = |name: &str| fs::read(home.path(name)).unwrap().split_off(44);
    let both = [samples("sounds/220.wav"), samples("sounds/1760.wav")].concat();
    let samples: Vec<i16> = both.as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
    home.write("both.wav", &wav(&samples));
    home.run_with_model("index sounds").expect(0);
    check(&home, "similar both.wav@0-1", &["220.wav", "1760.wav"]);
    check(&home, "similar both.wav@0:01-0:02", &["1760.wav", "220.wav"]);
    home.run("similar both.wav@60-61").expect(1).says(&["both.wav"]);
    home.run("similar none.wav@0-1").expect(1).says(&["none.wav"]);
}

#[test]
fn the_rest_of_a_file_is_searched_for_more_like_a_part_of_it() {
    let home = Home::with_tones(&[1000]);
    home.write("sounds/long.wav", &wav(&[tone(200, 11.0), tone(3000, 12.0), tone(200, 12.0)].concat()));
    home.run_with_model("index sounds").expect(0);
    for flags in ["", "--moments"] {
        let found = home.run(&format!("similar sounds/long.wav@0-10 --all {flags} --json")).expect(0).json();
        let hit = &found["hits"][0];
        assert_eq!(hit["path"], home.path("sounds/long.wav").to_str().unwrap());
        let peak = &hit["peak"];
        assert_eq!((peak["start"].as_f64(), peak["end"].as_f64()), (Some(25.0), Some(35.0)), "{found}");
        assert_eq!(hit["end"].as_f64(), Some(35.0), "{found}");
        for hit in found["hits"].as_array().unwrap().iter().filter(|hit| hit["path"] == found["hits"][0]["path"]) {
            assert!(hit["start"].as_f64().unwrap() >= 10.0, "{found}");
        }
    }
    let labels = home.run("similar sounds/long.wav@0-10 --all --duration 10.. --audacity").expect(0).out;
    let time = |line: &str, column: usize| -> f64 { line.split('\t').nth(column).unwrap().parse().unwrap() };
    let spans: Vec<(f64, f64)> = labels.lines().map(|line| (time(line, 0), time(line, 1))).collect();
    assert_eq!((spans[0].0, spans[spans.len() - 1].1), (10.0, 35.0), "{labels}");
    assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "events never overlap: {labels}");
}

/// A library in which one file is near to `query.wav` and all others are not.
fn one_in_forty() -> Home {
    let mut sounds = vec![Sound::new("query.wav", 0.0), Sound::new("near/near.wav", 10.0)];
    sounds.extend((0..40u8).map(|number| Sound::new(format!("far/{number}.wav"), 86.0 + f32::from(number) * 0.2)));
    library_of(&sounds)
}

/// `count` hits of `grade` in a row.
fn of_grade(grade: &str, count: usize) -> Vec<&str> {
    vec![grade; count]
}

#[track_caller]
fn grades(found: &Value) -> Vec<&str> {
    found["hits"].as_array().unwrap().iter().map(|hit| hit["grade"].as_str().unwrap()).collect()
}

#[test]
fn weak_hits_fill_the_list_up_to_ten_and_the_others_are_shown_only_if_asked() {
    let home = one_in_forty();
    let run = home.run("similar query.wav -k 20 --json").expect(0);
    let run = run.says(&["10 weaker matches hidden; use --all to see them"]);
    let found = run.json();
    assert_eq!(names(&run)[0], "near.wav");
    assert_eq!(grades(&found)[1..], of_grade("weak", 9));
    assert_eq!(found["hidden"], 10);
    let found = home.run("similar query.wav -k 20 --all --json").expect(0).json();
    assert_eq!(grades(&found)[1..], of_grade("weak", 19));
    assert_eq!(found["hidden"], 0);
    assert!(found["hits"].as_array().unwrap().is_sorted_by_key(|hit| -hit["score"].as_f64().unwrap()));
    let table = home.run("similar query.wav").expect(0).out;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!((lines.len(), lines[2]), (12, "weaker"), "{table}");
    let few = home.run("similar query.wav -k 3 --json").expect(0);
    assert_eq!((names(&few).len(), few.err.as_str()), (3, ""));
}

#[test]
fn forms_that_cannot_say_which_hits_are_weak_leave_them_out() {
    let home = one_in_forty();
    let paths = |flags: &str| home.run(&format!("similar query.wav --paths0 {flags}")).expect(0).raw;
    let count = |raw: &[u8]| raw.iter().filter(|byte| **byte == 0).count();
    assert_eq!(count(&paths("")), 1);
    assert_eq!(count(&paths("--all")), 10);
    let list = home.run("similar query.wav --m3u").expect(0).out;
    assert_eq!(list.matches("#EXTINF").count(), 1, "{list}");
}

#[test]
fn the_nearest_to_an_example_is_likely_though_nothing_is_near() {
    let home = one_in_forty();
    let found = home.run("similar query.wav --folder far --json").expect(0).json();
    assert_eq!(grades(&found)[..2], ["likely", "weak"]);
}

#[test]
fn that_nothing_is_likely_is_said_and_no_error() {
    let home = one_in_forty();
    let line = "similar query.wav --folder far --unlike near/near.wav --weight near/near.wav=20";
    let run = home.run(line).expect(0).says(&["nothing is a likely match; all of these are weaker"]);
    assert_eq!(run.out.lines().count(), 12, "{}", run.out);
    assert!(run.out.lines().nth(1) == Some("weaker"), "{}", run.out);
    for form in ["--json", "--csv"] {
        home.run(&format!("{line} {form}")).expect(0).says(&["nothing is a likely match"]);
    }
    for form in ["--paths0", "--m3u"] {
        home.run(&format!("{line} {form}")).expect(0).says(&["10 weaker matches hidden; use --all to see them"]);
    }
    assert_eq!(home.run(&format!("{line} --paths0")).expect(0).raw, b"");
    assert_eq!(home.run(&format!("{line} -q")).expect(0).err, "");
}

#[test]
fn unrelated_words_are_graded_too() {
    let home = Home::with_tones(&[110, 220, 440, 880, 1760]);
    home.run_with_model("index sounds").expect(0);
    let found = home.run_with_model("search rain --json").expect(0).json();
    assert_eq!(grades(&found).len(), 5);
    for hit in found["hits"].as_array().unwrap() {
        assert!((0.0..=1.0).contains(&hit["score"].as_f64().unwrap()), "{hit}");
    }
}
