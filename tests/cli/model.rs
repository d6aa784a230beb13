//! `auricle model` and `auricle demo`: what is there before anything was downloaded.

use std::fs;

use crate::support::{Home, checkpoint};

#[test]
fn the_built_in_model_works_without_a_flag_a_file_or_the_network() {
    let home = Home::with_tones(&[440, 880]);
    let run = home.run("embed sounds/440.wav --text rain").expect(0);
    let lines: Vec<_> = run.json_lines();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line["model"] == "starter"), "{}", run.out);
    home.run("index sounds").expect(0);
    assert_eq!(home.run("status --json").expect(0).json()["model"], "starter");
    home.run("search beep").expect(0);
    home.run("similar sounds/440.wav").expect(0);
    home.run("label sounds/440.wav --labels tone,rain").expect(0);
}

#[test]
fn a_folder_called_like_the_built_in_model_does_not_take_its_place() {
    let home = Home::with_tones(&[440]);
    fs::create_dir_all(home.path("starter")).unwrap();
    home.run("index sounds").expect(0);
    assert_eq!(home.run("status --json").expect(0).json()["model"], "starter");
}

#[test]
fn models_are_listed_with_the_default_marked() {
    let home = Home::new();
    let lines = home.run("model list --json").expect(0).json_lines();
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["name"], &lines[0]["default"]), (&"starter".into(), &true.into()));
    assert!(lines[0]["bytes"].as_u64().unwrap() <= 64 * 1024 * 1024);
    assert!(home.run("model list").expect(0).out.starts_with("*  starter"));
}

#[test]
fn a_model_in_the_hubs_cache_is_listed_and_can_be_the_default() {
    let home = Home::new();
    home.write("hub/hub/models--some-owner--clap/refs/main", b"abc");
    for file in fs::read_dir(checkpoint("unfused")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        home.write(format!("hub/hub/models--some-owner--clap/snapshots/abc/{name}"), &fs::read(&path).unwrap());
    }
    home.write("hub/hub/models--some-owner--bert/refs/main", b"abc");
    home.write("hub/hub/models--some-owner--bert/snapshots/abc/config.json", b"{\"model_type\": \"bert\"}");
    home.run("model use some-owner/clap").expect(0);
    let lines = home.run("model list --json").expect(0).json_lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((&lines[1]["name"], &lines[1]["source"]), (&"some-owner/clap".into(), &"hub cache".into()));
    assert!(lines[1]["default"] == true && lines[1]["bytes"].as_u64().unwrap() > 10_000, "{lines:?}");
    assert_eq!(home.run("embed --text rain").expect(0).json_lines()[0]["model"], "some-owner/clap");
}

#[test]
fn another_default_is_used_until_it_is_taken_back() {
    let home = Home::with_tones(&[440]);
    let folder = checkpoint("fused");
    home.run(&format!("model use {}", folder.display())).expect(0).says(&["new libraries"]);
    assert_eq!(home.run("embed --text rain").expect(0).json_lines()[0]["model"], folder.display().to_string());
    home.run("index sounds").expect(0);
    home.run("model use starter").expect(0);
    assert_eq!(home.run("embed --text rain").expect(0).json_lines()[0]["model"], "starter");
    assert_eq!(home.run("status --json").expect(0).json()["model"], folder.display().to_string());
    home.run("index sounds").expect(0);
}

#[test]
fn what_cannot_be_loaded_is_not_made_the_default() {
    let home = Home::new();
    for name in ["nothing-of-the-kind", "laion/clap-htsat-fused", "."] {
        home.run(&format!("model use {name}")).expect(3);
        assert!(home.run("model list").expect(0).out.starts_with("*  starter"), "{name}");
    }
    home.run("model pull not-an-id").expect(2).says(&["hub id"]);
    home.run("model pull laion/clap-htsat-fused").expect(3).says(&["HF_HUB_OFFLINE"]);
}

#[test]
fn a_default_that_has_gone_is_told_with_the_way_back() {
    let home = Home::new();
    home.write("home/models/default", b"gone/away\n");
    home.run("embed --text rain").expect(3).says(&["gone/away"]);
    home.run("model list").expect(0).says(&["gone/away", "auricle models use starter"]);
    home.run("model use starter").expect(0);
    home.run("embed --text rain").expect(0);
}

#[test]
fn a_model_says_what_it_is() {
    let home = Home::new();
    let facts = home.run("model info --json").expect(0).json();
    assert_eq!((&facts["name"], &facts["rate_hz"]), (&"starter".into(), &32_000.into()));
    assert_eq!(facts["fingerprint"].as_str().unwrap().len(), 64);
    let other = home.run(&format!("model info {} --json", checkpoint("unfused").display())).expect(0).json();
    assert_ne!(facts["fingerprint"], other["fingerprint"]);
    assert_eq!(other["fused"], false);
    let table = home.run("model info").expect(0).out;
    assert!(table.contains("longer sounds  fused"), "{table}");
}

#[test]
fn the_demo_finds_all_that_it_made_and_goes_on_where_it_was() {
    let home = Home::new();
    let first = home.run("demo").expect(0);
    assert!(first.out.contains("16 synthetic sounds"), "{}", first.out);
    let right = |out: &str| -> usize {
        let line = out.lines().find(|line| line.contains("descriptions find the sound")).unwrap();
        line.split(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(right(&first.out), 16, "{}", first.out);
    assert_eq!(home.run("demo").expect(0).out, first.out);
    home.run("search rain --library home/indexes/demo").expect(0);
    assert!(!home.path("home/indexes/default").exists());
}
