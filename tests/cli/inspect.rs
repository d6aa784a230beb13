//! `auricle inspect`.

use std::fs::File;
use std::io::BufReader;

use crate::support::{Home, checkpoint};

#[test]
fn it_says_what_was_decoded() {
    let home = Home::with_tones(&[440]);
    let found = home.run("inspect sounds/440.wav --json").expect(0).json();
    for (key, expected) in [("rate_hz", 16_000), ("channels", 1), ("samples", 16_000)] {
        assert_eq!(found[key], expected, "{key} in {found}");
    }
    assert_eq!(found["container"], "wav");
    assert_eq!(found["seconds"], 1.0);
    let close = |key: &str, expected: f64| (found[key].as_f64().unwrap() - expected).abs() < 1e-3;
    assert!(close("peak", 0.5) && close("rms", 0.5 / 2f64.sqrt()), "{found}");
    assert!((found["peak_db"].as_f64().unwrap() + 6.02).abs() < 0.01, "{found}");
    assert!(found["partial"].is_null());
}

#[test]
fn people_get_a_table() {
    let home = Home::with_tones(&[440]);
    let run = home.run("inspect sounds/440.wav").expect(0);
    for part in ["container", "wav", "16000 Hz", "0:01.0 (16000 samples)", "-6.0 dB"] {
        assert!(run.out.contains(part), "{part} is missing in:\n{}", run.out);
    }
}

#[test]
fn the_picture_is_a_png_of_the_log_mel_that_the_model_hears() {
    let home = Home::with_tones(&[440]);
    for (model, width) in [("", 251), (&*format!(" --model {}", checkpoint("unfused").display()), 1001)] {
        home.run(&format!("inspect sounds/440.wav --png out.png{model}")).expect(0);
        let decoder = png::Decoder::new(BufReader::new(File::open(home.path("out.png")).unwrap()));
        let mut reader = decoder.read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (width, 256));
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let luminance =
            |row: usize| pixels[row * width as usize * 3..][..150].iter().map(|v| u32::from(*v)).sum::<u32>();
        let lightest = (0..256).max_by_key(|row| luminance(*row)).unwrap();
        assert!(lightest > 192, "a tone of 440 Hz belongs in the lowest quarter, not at row {lightest}");
    }
}

#[test]
fn what_is_no_sound_or_no_model_or_no_place_is_refused() {
    let home = Home::with_tones(&[440]);
    home.write("notes.txt", b"words");
    for (line, code, part) in [
        ("inspect notes.txt", 1, "notes.txt"),
        ("inspect none.wav", 1, "none.wav"),
        ("inspect sounds/440.wav --png no/folder/out.png", 2, "no/folder/out.png"),
        ("inspect sounds/440.wav --png out.png --model sounds", 3, "sounds"),
    ] {
        home.run(line).expect(code).says(&["auricle: error: ", part]);
    }
}
