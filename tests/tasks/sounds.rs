//! The sounds that the pages tell of: `sounds/`, those of `auricle demo` under names that say nothing, and `field/`, a recording of some of them
//! one after another, named after the minute it began.

use std::fs;
use std::path::Path;
use std::process::Command;

use hound::{WavReader, WavWriter};

/// The demo's sounds in the recording: rain, birds, a helicopter, rain again.
const RECORDED: [u32; 4] = [1, 10, 9, 1];

/// Makes both in `home`.
pub(crate) fn make(home: &Path) {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_auricle"));
    let made = demo.args(["demo", "--quiet"]).env("AURICLE_HOME", home).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    copy(&home.join("indexes/demo.sounds"), &home.join("sounds"));
    fs::create_dir(home.join("field")).unwrap();
    let sound = |number: u32| home.join(format!("sounds/sound-{number:02}.wav"));
    let spec = WavReader::open(sound(1)).unwrap().spec();
    let mut recording = WavWriter::create(home.join("field/20260421_053000.wav"), spec).unwrap();
    for number in RECORDED {
        let mut reader = WavReader::open(sound(number)).unwrap();
        assert_eq!(reader.spec(), spec);
        reader.samples::<i16>().for_each(|sample| recording.write_sample(sample.unwrap()).unwrap());
    }
    recording.finalize().unwrap();
}

/// Copies the files in `from` into a new folder `to`.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
