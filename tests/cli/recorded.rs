//! When sounds were recorded: by their names and their tags, in filters, hits and timelines, and events counted by it.

use serde_json::{Value, json};

use crate::support::{Home, tone, wav};

/// A sound of a second, with a `bext` chunk of that date and time, and a chunk of GUANO with those lines.
fn dated_wav(pitch_hz: u32, bext: Option<(&str, &str)>, guano: &str) -> Vec<u8> {
    let mut bytes = wav(&tone(pitch_hz, 1.0));
    let mut chunk = |id: &[u8; 4], content: &[u8]| {
        bytes.extend_from_slice(id);
        bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
        bytes.extend_from_slice(content);
        bytes.extend(std::iter::repeat_n(0, content.len() % 2));
    };
    if let Some((date, time)) = bext {
        let mut content = vec![0; 602];
        content[320..330].copy_from_slice(date.as_bytes());
        content[330..338].copy_from_slice(time.as_bytes());
        chunk(b"bext", &content);
    }
    if !guano.is_empty() {
        chunk(b"guan", guano.as_bytes());
    }
    let len = bytes.len() as u32 - 8;
    bytes[4..8].copy_from_slice(&len.to_le_bytes());
    bytes
}

/// Four sounds: at dawn with a zone, at noon, in the night, and one that nothing is known of.
fn home() -> Home {
    let home = Home::new();
    home.write(
        "sounds/dawn.wav",
        &dated_wav(300, Some(("2021-04-20", "05:10:00")), "GUANO|Version:1.0\nTimestamp: 2021-04-20T05:10:00+02:00\n"),
    );
    home.write("sounds/noon.wav", &dated_wav(500, Some(("2021:05:01", "12-00-00")), ""));
    home.write("sounds/POND_20210420_233000.wav", &dated_wav(700, None, ""));
    home.write("sounds/ZOOM0001.wav", &dated_wav(900, None, ""));
    home
}

#[track_caller]
fn check(home: &Home, flags: &str, expected: &[&str]) {
    let run = home.run(&format!("search sounds --by words {flags} --json"));
    let mut names: Vec<String> = Vec::new();
    for hit in run.json()["hits"].as_array().unwrap() {
        names.push(hit["name"].as_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, expected, "{flags}");
}

#[test]
fn searches_are_narrowed_by_day_month_and_hour_of_recording() {
    let home = home();
    home.run_with_model("index sounds").expect(0);
    let (dawn, noon, night) = ("dawn.wav", "noon.wav", "POND_20210420_233000.wav");
    check(&home, "--recorded 2021", &[night, dawn, noon]);
    check(&home, "--recorded 2021-04", &[night, dawn]);
    check(&home, "--recorded 2021-04-20T05..2021-04-20T06", &[dawn]);
    check(&home, "--recorded 2021-05..", &[noon]);
    check(&home, "--recorded ..2020", &[]);
    check(&home, "--hour 4..7", &[dawn]);
    check(&home, "--hour 23:30..5:09", &[night]);
    check(&home, "--hour 22..5 --recorded 2021-04-20", &[night, dawn]);
    home.run("search sounds --recorded soon").expect(2).says(&["\"soon\"", "2024-05-03"]);
    home.run("search sounds --hour 25").expect(2).says(&["\"25\"", "4:30"]);
}

#[test]
fn hits_say_when_they_were_recorded() {
    let home = home();
    home.run_with_model("index sounds").expect(0);
    let found = home.run("search dawn --by words --json").expect(0).json();
    let hit = &found["hits"][0];
    assert_eq!(
        (&hit["recorded"], &hit["clock"]),
        (&json!("2021-04-20T05:10:00+02:00"), &json!("2021-04-20T05:10:00+02:00"))
    );
    let found = home.run("search zoom --by words --json").expect(0).json();
    assert_eq!((found["hits"][0].get("recorded"), found["hits"][0].get("clock")), (None, None));
    home.run("search noon --by words").expect(0).says(&[]);
    let table = home.run("search pond --by words").expect(0).out;
    assert!(table.contains("recorded") && table.contains("2021-04-20 23:30:00"), "{table}");
    let table = home.run("search zoom --by words").expect(0).out;
    assert!(!table.contains("recorded"), "{table}");
    let csv = home.run("search noon --by words --csv").expect(0).out;
    assert!(csv.lines().next().unwrap().ends_with("copies,recorded,clock,channel"), "{csv}");
    assert!(csv.lines().nth(1).unwrap().ends_with("2021-05-01T12:00:00,2021-05-01T12:00:00,"), "{csv}");
    home.run("export out --format npy").expect(0);
    let lines = std::fs::read_to_string(home.path("out/segments.jsonl")).unwrap();
    let noon = lines.lines().find(|line| line.contains("noon.wav")).unwrap();
    assert!(noon.contains("\"recorded\":\"2021-05-01T12:00:00\",\"clock\":\"2021-05-01T12:00:00\""), "{noon}");
    let inspected = home.run("inspect sounds/dawn.wav --json").expect(0).json();
    assert_eq!(inspected["recorded"], json!("2021-04-20T05:10:00+02:00"));
    let inspected = home.run("inspect sounds/ZOOM0001.wav --json").expect(0).json();
    assert_eq!(inspected.get("recorded"), None);
}

#[test]
fn timelines_show_the_clock() {
    let home = home();
    let label = |file: &str, form: &str| {
        home.run_with_model(&format!("label sounds/{file} --labels dog@0,rain@1 --timeline {form}")).expect(0)
    };
    let found = label("dawn.wav", "--json").json();
    let (event, zone) = (&found["events"][0], "+02:00");
    assert_eq!(found["recorded"], json!(format!("2021-04-20T05:10:00{zone}")));
    assert_eq!(
        (&event["clock"], &event["clock_end"]),
        (&json!("2021-04-20T05:10:00+02:00"), &json!("2021-04-20T05:10:01+02:00"))
    );
    let table = label("dawn.wav", "").out;
    assert!(table.contains("2021-04-20 05:10:00 +02:00  dog"), "{table}");
    let csv = label("noon.wav", "--csv").out;
    assert!(csv.starts_with("path,start,end,label,score,clock,clock_end\n"), "{csv}");
    assert!(csv.trim_end().ends_with(",2021-05-01T12:00:00,2021-05-01T12:00:01"), "{csv}");
    let raven = label("noon.wav", "--raven").out;
    assert!(raven.lines().next().unwrap().ends_with("\tClock"), "{raven}");
    assert!(raven.lines().nth(1).unwrap().ends_with("\t2021-05-01T12:00:00"), "{raven}");
    let found = label("ZOOM0001.wav", "--json").json();
    assert_eq!((found.get("recorded"), found["events"][0].get("clock")), (None, None));
    let csv = label("ZOOM0001.wav", "--csv").out;
    assert!(csv.trim_end().ends_with(",,"), "{csv}");
}

#[test]
fn events_are_counted_by_the_hour_and_the_day() {
    let home = home();
    let count = |period: &str, form: &str| {
        home.run_with_model(&format!("label sounds --labels dog@0,rain@1 --timeline --per {period} {form}")).expect(0)
    };
    let periods =
        |period: &str| -> Vec<Value> { count(period, "--json").json()["periods"].as_array().unwrap().clone() };
    let summary = |period: &str| -> Vec<Value> {
        periods(period)
            .iter()
            .map(|entry| {
                json!([
                    entry["period"],
                    entry["sound_seconds"],
                    entry["counts"][0]["events"],
                    entry["counts"][1]["events"]
                ])
            })
            .collect()
    };
    assert_eq!(
        json!(summary("hour")),
        json!([
            ["2021-04-20T05:00", 1.0, 1, 0],
            ["2021-04-20T23:00", 1.0, 1, 0],
            ["2021-05-01T12:00", 1.0, 1, 0],
            [null, 1.0, 1, 0],
        ])
    );
    assert_eq!(json!(summary("day")), json!([["2021-04-20", 2.0, 2, 0], ["2021-05-01", 1.0, 1, 0], [null, 1.0, 1, 0]]));
    assert_eq!(
        json!(summary("hour-of-day")),
        json!([["05:00", 1.0, 1, 0], ["12:00", 1.0, 1, 0], ["23:00", 1.0, 1, 0], [null, 1.0, 1, 0]])
    );
    let table = count("day", "").out;
    assert_eq!(
        table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
        ["from sound dog", "2021-04-20 0:02.0 2", "2021-05-01 0:01.0 1", "no date 0:01.0 1"]
    );
    let csv = count("day", "--csv").out;
    assert_eq!(
        csv.lines().take(3).collect::<Vec<_>>(),
        ["period,label,events,event_seconds,sound_seconds", "2021-04-20,dog,2,2,2", "2021-04-20,rain,0,0,2"]
    );
    let line = "label sounds --labels dog --per hour";
    home.run_with_model(line).expect(2).says(&["--timeline"]);
    home.run_with_model("label sounds --labels dog --timeline --per hour --raven").expect(2).says(&["--per"]);
}
