//! `auricle export`: what is written is what the library holds.

use std::fs::{self, File};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use crate::support::{Home, wav};

/// A library of two tones, one of them twice, and one file with tags.
fn indexed() -> Home {
    let home = Home::with_tones(&[220, 440]);
    fs::copy(home.path("sounds/220.wav"), home.path("sounds/copy.wav")).unwrap();
    // A LIST chunk with a title: INFO, INAM, "Rain\0" and a byte of padding.
    let mut tagged = wav(&[1000; 8000]);
    tagged.extend(b"LIST\x12\0\0\0INFOINAM\x05\0\0\0Rain\0\0");
    let riff_len = (tagged.len() as u32 - 8).to_le_bytes();
    tagged[4..8].copy_from_slice(&riff_len);
    home.write("sounds/tagged.wav", &tagged);
    home.run_with_model("index sounds").expect(0);
    home.run("labels add puppy sounds/440.wav").expect(0);
    home.run("labels add low sounds/440.wav").expect(0);
    home.run_with_model("label sounds/440.wav sounds/tagged.wav --labels dog --multi --threshold 0 --write").expect(0);
    home.run_with_model("teach deep --positive sounds/220.wav --negative sounds/440.wav").expect(0);
    home.run_with_model("label sounds/220.wav --with deep --multi --threshold 0 --write").expect(0);
    home
}

/// The vectors that `embed` gives for the files of `lines`.
fn embedded(home: &Home, lines: &[Value]) -> Vec<Vec<f32>> {
    let paths: Vec<_> = lines.iter().map(|line| line["path"].as_str().unwrap()).collect();
    let vectors = home.run_with_model(&format!("embed {}", paths.join(" "))).expect(0).json_lines();
    let values = |line: &Value| line["vector"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect();
    vectors.iter().map(values).collect()
}

/// A cell of a Parquet file as JSON has it.
fn json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Str(text) => text.as_str().into(),
        Field::Double(number) => (*number).into(),
        Field::Int(number) => (*number).into(),
        // As JSON has an f32.
        Field::Float(number) => serde_json::from_str(&format!("{number:?}")).unwrap(),
        Field::ListInternal(list) => list.elements().iter().map(json).collect(),
        // What is optional and not there is left out.
        Field::Group(row) => {
            let columns = row.get_column_iter().filter(|(_, field)| !matches!(field, Field::Null));
            Value::Object(columns.map(|(name, field)| (name.clone(), json(field))).collect())
        }
        Field::MapInternal(map) => {
            let entry = |(key, value): &(Field, Field)| (json(key).as_str().unwrap().to_owned(), json(value));
            Value::Object(map.entries().iter().map(entry).collect())
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_near(exported: &[f32], embedded: &[f32]) {
    assert_eq!(exported.len(), embedded.len());
    assert!(exported.iter().zip(embedded).all(|(a, b)| (a - b).abs() < 1e-5), "{exported:?} {embedded:?}");
}

#[test]
fn npy_has_a_row_for_each_line() {
    let home = indexed();
    let run = home.run("export out --format npy").expect(0);
    assert!(run.out.starts_with("4 vectors of 48 values: "), "{}", run.out);
    let lines = fs::read_to_string(home.path("out/segments.jsonl")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let array = npyz::NpyFile::new(File::open(home.path("out/vectors.npy")).unwrap()).unwrap();
    assert_eq!(array.shape(), [4, 48]);
    let values: Vec<f32> = array.into_vec().unwrap();
    for ((line, vector), expected) in lines.iter().zip(values.chunks(48)).zip(embedded(&home, &lines)) {
        check_near(vector, &expected);
        assert_eq!((&line["kind"], &line["start"], &line["rate_hz"]), (&"clip".into(), &0.0.into(), &16_000.into()));
        let content = fs::read(line["path"].as_str().unwrap()).unwrap();
        assert_eq!(line["hash"], blake3::hash(&content).to_hex().as_str());
    }
    assert_eq!(lines.iter().map(|line| line["row"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
    let labels = |name: &str| -> Vec<String> {
        let line = lines.iter().find(|line| line["path"].as_str().unwrap().ends_with(name)).unwrap();
        let shown =
            |label: &Value| format!("{} {} {}", label["label"], label["source"], label["head"]).replace('"', "");
        line["labels"].as_array().unwrap().iter().map(shown).collect()
    };
    assert_eq!(labels("sounds/440.wav"), ["low hand null", "puppy hand null", "dog zero-shot null"]);
    assert_eq!(labels("sounds/220.wav"), ["deep head deep"]);
    assert_eq!(labels("sounds/copy.wav"), ["deep head deep"], "the same content");
    let tagged = lines.iter().find(|line| line["path"].as_str().unwrap().ends_with("tagged.wav")).unwrap();
    assert_eq!((&tagged["tags"]["title"], &tagged["end"]), (&"Rain".into(), &0.5.into()));
}

#[test]
fn parquet_has_the_same() {
    let home = indexed();
    home.run("export v.parquet").expect(0);
    home.run("export out --format npy").expect(0);
    let lines = fs::read_to_string(home.path("out/segments.jsonl")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reader = SerializedFileReader::new(File::open(home.path("v.parquet")).unwrap()).unwrap();
    let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 4);
    for ((row, line), expected) in rows.iter().zip(&lines).zip(embedded(&home, &lines)) {
        let columns = row.get_column_iter().filter(|(name, _)| *name != "vector");
        let columns: Map<String, Value> = columns.map(|(name, field)| (name.clone(), json(field))).collect();
        let mut line = line.clone();
        line.as_object_mut().unwrap().remove("row").unwrap();
        assert_eq!(Value::Object(columns), line);
        let vector = row.get_column_iter().find(|(name, _)| *name == "vector").unwrap().1;
        let Field::ListInternal(list) = vector else { panic!("{vector:?}") };
        let value = |field: &Field| if let Field::Float(value) = field { *value } else { panic!("{field:?}") };
        check_near(&list.elements().iter().map(value).collect::<Vec<_>>(), &expected);
    }
}

#[test]
fn nothing_is_written_over_unless_asked_and_nothing_half_is_left() {
    let home = indexed();
    home.write("v.parquet", b"mine");
    home.run("export v.parquet").expect(2).says(&["--force"]);
    assert_eq!(fs::read(home.path("v.parquet")).unwrap(), b"mine");
    home.run("export v.parquet --force").expect(0);
    assert!(fs::read(home.path("v.parquet")).unwrap().starts_with(b"PAR1"));
    home.write("out/segments.jsonl", b"mine");
    home.run("export out --format npy").expect(2).says(&["out/segments.jsonl"]);
    assert!(!home.path("out/vectors.npy").exists());
    for line in ["export sounds", "export no/such/folder/v.parquet", "export sounds/220.wav --format npy --force"] {
        home.run(line).expect(2);
    }
    let left: Vec<_> = fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("unfinished")), "{left:?}");
}

#[test]
fn vanished_files_are_left_out_and_an_empty_library_is_an_empty_table() {
    let home = indexed();
    fs::remove_dir_all(home.path("sounds")).unwrap();
    fs::create_dir(home.path("sounds")).unwrap();
    home.run("index sounds --drop-missing").expect(0);
    home.run("export v.parquet").expect(0);
    home.run("export out --format npy").expect(0);
    let reader = SerializedFileReader::new(File::open(home.path("v.parquet")).unwrap()).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    let array = npyz::NpyFile::new(File::open(home.path("out/vectors.npy")).unwrap()).unwrap();
    assert_eq!(array.shape(), [0, 48]);
}
