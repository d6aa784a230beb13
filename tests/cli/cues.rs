//! Places that files name themselves: a search by their words says where they are.

use crate::support::{Home, RATE_HZ, tone, wav};

/// A sound of three seconds that names a place at one second and a part from two to two and a half.
fn marked() -> Vec<u8> {
    let mut file = wav(&tone(440, 3.0));
    let point = |id: u32, seconds: f32| {
        let frame = ((seconds * RATE_HZ as f32) as u32).to_le_bytes();
        [&id.to_le_bytes()[..], &frame, b"data", &[0; 8], &frame].concat()
    };
    let points = [&2u32.to_le_bytes()[..], &point(1, 1.0), &point(2, 2.0)].concat();
    let labels = b"adtllabl\x0E\0\0\0\x01\0\0\0door slam\0labl\x10\0\0\0\x02\0\0\0thunderclap\0";
    let len = [&b"ltxt\x14\0\0\0\x02\0\0\0"[..], &(RATE_HZ / 2).to_le_bytes(), b"rgn ", &[0; 8]].concat();
    for (name, content) in [(b"cue ", points), (b"LIST", [&labels[..], &len].concat())] {
        file.extend([&name[..], &(content.len() as u32).to_le_bytes(), &content].concat());
    }
    file
}

#[test]
fn a_search_by_the_words_of_a_cue_says_where_it_is() {
    let home = Home::new();
    home.write("sounds/marked.wav", &marked());
    home.tone("sounds/plain.wav", 700, 1.0);
    home.run_with_model("index sounds").expect(0);
    let hit = |line: &str| home.run_with_model(line).expect(0).json()["hits"][0].clone();
    let found = hit("search thunderclap --by words --json");
    assert_eq!(found["cues"], serde_json::json!([{"start": 2.0, "end": 2.5, "words": "thunderclap"}]), "{found}");
    // Of a word that is still being typed, and in other letters.
    assert_eq!(hit("search DOOR --by words --json")["cues"][0]["start"], 1.0);
    let table = home.run_with_model("search thunderclap --by words").expect(0).out;
    assert!(table.contains("0:02.0-0:02.5") && table.contains("cue: thunderclap"), "{table}");
    assert!(hit("search plain --by words --json")["cues"].is_null());
    let inspection = home.run("inspect sounds/marked.wav --json").expect(0).json();
    assert_eq!(inspection["cues"][0], serde_json::json!({"start": 1.0, "words": "door slam"}));
    assert!(home.run("inspect sounds/marked.wav").expect(0).out.contains("0:02.0-0:02.5 thunderclap"));
}

#[test]
fn a_library_from_before_cues_gets_them_when_its_files_are_read_again() {
    let home = Home::new();
    home.write("sounds/marked.wav", &marked());
    home.run_with_model("index sounds").expect(0);
    let catalogue = rusqlite::Connection::open(home.path("home/indexes/default/catalogue.sqlite")).unwrap();
    catalogue.execute_batch("DROP TABLE cues; DROP TABLE mounts; PRAGMA user_version = 7").unwrap();
    drop(catalogue);
    let cues =
        || home.run_with_model("search thunderclap --by words --json").expect(0).json()["hits"][0]["cues"].clone();
    assert!(cues().is_null());
    home.run_with_model("index sounds --again").expect(0);
    assert_eq!(cues()[0]["start"], 2.0);
}
