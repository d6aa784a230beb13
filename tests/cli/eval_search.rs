//! `auricle eval --search`, on tones with titles: what the small model makes of them is anyone's guess, but words are certain.

use serde_json::Value;

use crate::support::Home;

/// Words of each class and pitches of its clips, in Hz.
const CLASSES: [(&str, [u32; 4]); 3] =
    [("dog", [180, 200, 220, 240]), ("rain", [900, 950, 1000, 1050]), ("violin", [4000, 4200, 4400, 4600])];

/// A home with a list of titled clips, `data/list.csv`, and one clip of no class.
fn titled() -> Home {
    let home = Home::new();
    let mut list = "path,label,title\n".to_owned();
    for (class, pitches) in CLASSES {
        for pitch in pitches {
            home.tone(format!("data/{pitch}.wav"), pitch, 2.0);
            list.push_str(&format!("{pitch}.wav,{class},{class} take\n"));
        }
    }
    home.tone("data/8000.wav", 6000, 2.0);
    list.push_str("8000.wav,,door\n");
    home.write("data/list.csv", list.as_bytes());
    home
}

fn entry<'a>(evaluation: &'a Value, by: &str, kind: &str) -> &'a Value {
    let mut entries = evaluation["search"].as_array().unwrap().iter();
    entries.find(|entry| entry["by"] == by && entry["kind"] == kind).unwrap()
}

fn share(entry: &Value, name: &str) -> (u64, u64) {
    let [right, total] = ["right", "total"].map(|part| entry[name][part].as_u64().unwrap());
    (right, total)
}

#[test]
fn classes_are_asked_for_where_they_are_and_where_they_are_not() {
    let home = titled();
    home.write("prompts.txt", b"dog = a puppy | hound\n");
    let line = "eval data/list.csv --search --labels-from prompts.txt --json";
    let evaluation = home.run_with_model(line).expect(0).json();
    assert_eq!((evaluation["clips"].as_u64(), evaluation["limit"].as_u64()), (Some(13), Some(10)));
    assert_eq!(evaluation["search"].as_array().unwrap().len(), 9, "three bases, three kinds of prompts");
    for by in ["sound", "words", "both"] {
        for (kind, prompts) in [("name", 3), ("sentence", 3), ("written", 2)] {
            let entry = entry(&evaluation, by, kind);
            assert_eq!(entry["prompts"], prompts, "{entry}");
            assert_eq!(share(&entry["present"], "recall").1, 4 * prompts, "{entry}");
            let [showing, hits] = ["showing", "false_hits"].map(|name| entry["absent"][name].as_u64().unwrap());
            assert!(showing <= hits && hits <= 10 * showing && showing <= prompts, "{entry}");
        }
    }
    let words = entry(&evaluation, "words", "name");
    let all = ["precision_at_5", "r_precision", "precision", "recall"].map(|name| share(&words["present"], name));
    assert_eq!(all, [(12, 12); 4], "every title has its class's name");
    assert_eq!(words["absent"], serde_json::json!({"showing": 0, "false_hits": 0}), "and no other has");
    let asked: Vec<&Value> = evaluation["prompts"].as_array().unwrap().iter().collect();
    let named = asked.iter().filter(|it| it["prompt"] == "hound").map(|it| it["by"].as_str().unwrap());
    assert_eq!(named.collect::<Vec<_>>(), ["sound", "words", "both"]);
    // The clip of no class is nobody's example, and nearest to none that counts.
    assert_eq!(share(&evaluation["similar"], "nearest").1, 12);
    assert!(evaluation["similar"]["hidden"].as_u64().unwrap() <= share(&evaluation["similar"], "nearest").0);
    assert_eq!(home.run_with_model(line).expect(0).json(), evaluation, "the same again");
}

#[test]
fn people_get_a_table_and_nothing_is_left_behind() {
    let home = titled();
    home.write("tmp/.keep", b"");
    let command = |line: &str| {
        let mut command = home.command(line.split_whitespace());
        command.env("AURICLE_MODEL", crate::support::checkpoint("fused")).env("TMPDIR", home.path("tmp"));
        crate::support::Run::from(command.output().unwrap())
    };
    let run = command("eval data/list.csv --search").expect(0);
    for part in ["13 clips, 3 classes", "P@5", "without: showing", "sentence", "By example: the nearest is right for"] {
        assert!(run.out.contains(part), "{part:?} is missing in:\n{}", run.out);
    }
    assert_eq!(run.err, "", "no bar where there is no terminal");
    assert_eq!(std::fs::read_dir(home.path("tmp")).unwrap().count(), 1);
    std::fs::remove_dir_all(home.path("tmp")).unwrap();
    command("eval data/list.csv --search").expect(4).says(&["no library can be made", "TMPDIR"]);
}

#[test]
fn what_cannot_be_searched_for_is_refused() {
    let home = titled();
    home.write("data/captions.csv", b"path,caption\n180.wav,a dog\n");
    home.run_with_model("eval data/captions.csv --search").expect(2).says(&["has captions and no labels"]);
    home.run_with_model("eval data/list.csv --search --rungs prior").expect(2).says(&["cannot be used with"]);
}
