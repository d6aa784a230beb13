//! `auricle prompts`.

use serde_json::Value;

use crate::support::{Home, Run, checkpoint};

/// The binary with `arguments`, of which some have spaces in them, and the small fused model.
fn run(home: &Home, arguments: &[&str]) -> Run {
    home.command(arguments).env("AURICLE_MODEL", checkpoint("fused")).output().unwrap().into()
}

fn texts<'a>(entries: &'a Value, name: &str) -> Vec<&'a str> {
    entries.as_array().unwrap().iter().map(|entry| entry[name].as_str().unwrap()).collect()
}

#[test]
fn people_get_three_tables_and_are_told_that_nothing_is_known() {
    let home = Home::with_tones(&[220, 440, 880]);
    let run = run(&home, &["prompts", "dog = a dog barks | woof", "rain,wind", "--on", "sounds"]).expect(0);
    for part in ["3 labels on 3 sounds", "only how sure", "PHRASING", "a dog barks", "woof", "its 2 prompts, averaged"]
    {
        assert!(run.out.contains(part), "{part:?} is missing in:\n{}", run.out);
    }
    for part in ["CONFUSABLE LABELS", "dog / rain", "TEMPLATES", "the sound of {}", "unsupervised"] {
        assert!(run.out.contains(part), "{part:?} is missing in:\n{}", run.out);
    }
    assert!(!run.out.contains("(supervised)"), "{}", run.out);
}

#[test]
fn one_object_has_every_wording_pair_and_template() {
    let home = Home::with_tones(&[220, 440, 880]);
    let arguments = ["prompts", "dog = a dog barks | woof", "rain,wind", "--on", "sounds", "--json"];
    let found = run(&home, &[&arguments[..], &["--template", "hark, {}"]].concat()).expect(0).json();
    assert_eq!((found["sounds"].as_u64(), found["truth"].is_null()), (Some(3), true));
    let mut labels = texts(&found["phrasing"], "label");
    labels.sort();
    assert_eq!(labels, ["dog", "rain", "wind"]);
    let own: u64 = found["phrasing"].as_array().unwrap().iter().map(|label| label["own"].as_u64().unwrap()).sum();
    assert_eq!(own, 3, "each sound is won by one label");
    let of = |name: &str| found["phrasing"].as_array().unwrap().iter().find(|label| label["label"] == name).unwrap();
    assert_eq!(texts(&of("dog")["wordings"], "wording").len(), 4);
    assert!(texts(&of("rain")["wordings"], "wording").contains(&"hark, rain"));
    for wording in of("rain")["wordings"].as_array().unwrap() {
        assert!(wording["average_precision"].is_null() && wording.get("rank").is_none(), "{wording}");
    }
    let wordings = of("rain")["wordings"].as_array().unwrap();
    let usual: Vec<_> = wordings.iter().filter(|wording| wording["usual"] == true).collect();
    assert_eq!((usual.len(), &usual[0]["wording"]), (1, &Value::from("This is a sound of rain.")));
    assert_eq!(found["pairs"].as_array().unwrap().len(), 3);
    assert!(texts(&found["templates"], "template").contains(&"hark, {}"));
}

#[test]
fn one_sound_gives_each_wording_a_cosine_a_rank_and_a_share() {
    let home = Home::with_tones(&[440]);
    let arguments = ["prompts", "dog = a dog barks", "rain", "--on", "sounds/440.wav"];
    let found = run(&home, &[&arguments[..], &["--json"]].concat()).expect(0).json();
    assert_eq!(texts(&found["phrasing"], "label"), ["dog", "rain"]);
    let usual = |label: &Value| {
        let usual = label["wordings"].as_array().unwrap().iter().find(|it| it["usual"] == true).unwrap().clone();
        (usual["rank"].as_u64().unwrap(), usual["share"].as_f64().unwrap())
    };
    let (dog, rain) = (usual(&found["phrasing"][0]), usual(&found["phrasing"][1]));
    assert_eq!(dog.0 + rain.0, 3, "one is first and one second");
    assert!((dog.1 + rain.1 - 1.0).abs() < 1e-5, "{dog:?} {rain:?}");
    let out = run(&home, &arguments).expect(0).out;
    assert!(out.contains("1 of 2") && out.contains("2 of 2") && out.contains('%'), "{out}");
}

#[test]
fn the_truth_comes_from_a_table_or_from_folders() {
    let home = Home::new();
    home.tone("clips/Dog_Bark/1.wav", 220, 1.0);
    home.tone("clips/rain/2.wav", 880, 1.0);
    home.tone("clips/other/3.wav", 1760, 1.0);
    home.write("clips/truth.csv", b"id,path,label\n1,Dog_Bark/1.wav,dog bark\n2,rain/2.wav,rain\n3,other/3.wav,cat\n");
    let arguments = ["prompts", "dog_bark", "rain", "--on", "clips"];
    let by = |truth: &[&str]| run(&home, &[&arguments[..], truth, &["--json"]].concat()).expect(0).json();
    let (table, folders) = (by(&["--truth", "clips/truth.csv"]), by(&["--truth-folders"]));
    assert_eq!(table, folders);
    assert_eq!((table["sounds"].as_u64(), table["truth"].as_u64()), (Some(3), Some(2)));
    for template in table["templates"].as_array().unwrap() {
        assert!([0.0, 0.5, 1.0].contains(&template["accuracy"].as_f64().unwrap()), "{template}");
    }
    for label in table["phrasing"].as_array().unwrap() {
        assert_eq!(label["own"].as_u64(), Some(1));
    }
    let out = run(&home, &[&arguments[..], &["--truth-folders"]].concat()).expect(0).out;
    assert!(out.contains("the labels of 2 are known") && out.contains("(supervised)") && out.contains("AP"), "{out}");
}

#[test]
fn a_sound_that_cannot_be_read_is_told_and_the_rest_is_done() {
    let home = Home::with_tones(&[440, 880]);
    home.write("sounds/bad.wav", b"no");
    run(&home, &["prompts", "dog", "--on", "sounds"]).expect(1).says(&["bad.wav"]);
}

#[test]
fn what_says_nothing_is_refused() {
    let home = Home::with_tones(&[440]);
    home.write("odd.csv", b"name,class\na,b\n");
    home.write("strange.csv", b"path,label\nsounds/440.wav,piano\n");
    home.write("bad/bad.wav", b"no");
    for (arguments, code, part) in [
        (&["prompts", "--on", "sounds"] as &[&str], 2, "no labels"),
        (&["prompts", "dog", "--on", "sounds", "--template", "sound"], 2, "{}"),
        (&["prompts", "dog", "--on", "sounds", "--truth", "strange.csv"], 2, "strange.csv"),
        (&["prompts", "dog", "--on", "sounds", "--truth-folders"], 2, "folder"),
        (&["prompts", "dog", "--on", "sounds", "--truth", "odd.csv"], 1, "no column called path"),
        (&["prompts", "dog", "--on", "bad"], 2, "no sounds"),
        (&["prompts", "dog"], 2, ""),
    ] {
        let run = run(&home, arguments);
        assert!(run.out.is_empty(), "{}", run.out);
        if arguments.len() > 2 {
            run.expect(code).says(&["auricle: error: ", part]);
        } else {
            assert_ne!(run.code, Some(0));
        }
    }
}
