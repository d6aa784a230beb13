//! Files: lists, facts, their bytes in ranges, and how they look.

use std::fs;
use std::io::Cursor;

use crate::client::{Server, serve_tones};
use crate::support::Home;

#[test]
fn files_are_listed_page_by_page_and_failures_with_their_reasons() {
    let home = Home::with_tones(&[220, 440, 880]);
    home.write("sounds/bad.wav", b"RIFF....WAVEnothing");
    home.run_with_model("index sounds --quiet").expect(1);
    let server = Server::start(&home, "");
    let page = server.get("/api/v1/files?offset=1&limit=1").expect(200).json();
    assert_eq!((page["total"].as_u64(), page["files"][0]["name"].as_str()), (Some(3), Some("440.wav")));
    let failed = server.get("/api/v1/files?state=failed").expect(200).json();
    assert!(
        failed["files"][0]["path"].as_str().unwrap().ends_with("bad.wav") && failed["files"][0]["reason"].is_string()
    );
    let folder = home.path("sounds").display().to_string();
    assert_eq!(server.get(&format!("/api/v1/files?folder={folder}")).expect(200).json()["total"], 3);
    assert_eq!(server.get("/api/v1/files?folder=/nowhere").expect(200).json()["total"], 0);
    let id = server.id_of("440.wav");
    let facts = server.get(&format!("/api/v1/files/{id}")).expect(200).json();
    assert_eq!((facts["container"].as_str(), facts["rate_hz"].as_u64()), (Some("wav"), Some(16_000)));
    assert!(facts["tags"].is_object() && facts["labels"].as_array().unwrap().is_empty());
    server.get("/api/v1/files/999").expect(404);
}

#[test]
fn audio_is_the_files_own_bytes_in_ranges() {
    let (home, server) = serve_tones(&[440], "");
    let bytes = fs::read(home.path("sounds/440.wav")).unwrap();
    let path = format!("/api/v1/files/{}/audio", server.id_of("440.wav"));
    let whole = server.get(&path).expect(200);
    assert_eq!((whole.body.as_slice(), whole.header("content-type")), (bytes.as_slice(), "audio/wav"));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert!(whole.header("content-disposition").contains("440.wav"));
    for (range, expected) in
        [("bytes=0-9", &bytes[..10]), ("bytes=100-", &bytes[100..]), ("bytes=-5", &bytes[bytes.len() - 5..])]
    {
        let part = server.get_with(&path, &[("Range", range)]).expect(206);
        assert_eq!(part.body, expected, "{range}");
        assert!(part.header("content-range").ends_with(&format!("/{}", bytes.len())), "{range}");
    }
    assert_eq!(server.get_with(&path, &[("Range", "bytes=999999999-")]).status, 416);
    let known = server.get_with(&path, &[("If-None-Match", whole.header("etag"))]);
    assert_eq!(known.status, 304);
}

#[test]
fn only_what_was_indexed_is_sent() {
    let (home, server) = serve_tones(&[220, 440], "");
    let (changed, linked) = (server.id_of("220.wav"), server.id_of("440.wav"));
    home.tone("sounds/220.wav", 300, 2.0);
    for what in ["audio", "waveform", "spectrogram.png"] {
        server.get(&format!("/api/v1/files/{changed}/{what}")).expect(410);
    }
    fs::remove_file(home.path("sounds/440.wav")).unwrap();
    server.get(&format!("/api/v1/files/{linked}/audio")).expect(410);
    #[cfg(unix)]
    {
        let secret = home.write("secret.wav", b"the secret");
        std::os::unix::fs::symlink(secret, home.path("sounds/440.wav")).unwrap();
        server.get(&format!("/api/v1/files/{linked}/audio")).expect(410);
    }
}

#[test]
fn sounds_are_decoded_for_those_who_cannot_play_them() {
    let (_home, server) = serve_tones(&[440], "");
    let wav = server.get(&format!("/api/v1/files/{}/audio?format=wav", server.id_of("440.wav"))).expect(200);
    let mut reader = hound::WavReader::new(Cursor::new(patched(wav.body))).unwrap();
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, 16_000, 16));
    let loudest = reader.samples::<i16>().map(|sample| sample.unwrap().abs()).max().unwrap();
    assert!((16_000..=16_500).contains(&loudest), "{loudest}");
    assert_eq!(reader.duration(), 16_000);
}

/// A WAV of unknown length with its real one, for a reader that wants to know.
fn patched(mut wav: Vec<u8>) -> Vec<u8> {
    let len = wav.len() as u32;
    wav[4..8].copy_from_slice(&(len - 8).to_le_bytes());
    wav[40..44].copy_from_slice(&(len - 44).to_le_bytes());
    wav
}

#[test]
fn waveforms_and_spectrograms_show_the_sound() {
    let (_home, server) = serve_tones(&[440], "");
    let id = server.id_of("440.wav");
    let waveform = server.get(&format!("/api/v1/files/{id}/waveform?points=10")).expect(200).json();
    let peaks = waveform["peaks"].as_array().unwrap();
    assert_eq!((peaks.len(), waveform["seconds"].as_f64()), (10, Some(1.0)));
    for peak in peaks {
        let [low, high] = [0, 1].map(|end| peak[end].as_f64().unwrap());
        assert!((-0.51..=-0.49).contains(&low) && (0.49..=0.51).contains(&high), "{peak}");
    }
    let part = server.get(&format!("/api/v1/files/{id}/waveform?points=4&start=0.5&end=0.75")).expect(200).json();
    assert_eq!(part["seconds"], 0.25);
    server.get(&format!("/api/v1/files/{id}/waveform?start=5")).expect(422);
    let picture = server.get(&format!("/api/v1/files/{id}/spectrogram.png?width=200&height=64")).expect(200);
    assert_eq!(picture.header("content-type"), "image/png");
    let reader = png::Decoder::new(Cursor::new(picture.body)).read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), (200, 64));
}

#[test]
fn a_part_is_cut_to_the_sample_as_wav_or_flac() {
    let home = Home::new();
    home.tone("sounds/beep.wav", 440, 3.0);
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, "");
    let path = format!("/api/v1/files/{}/audio", server.id_of("beep.wav"));
    let samples = |bytes: &[u8]| -> Vec<i16> {
        hound::WavReader::new(Cursor::new(bytes)).unwrap().into_samples().map(Result::unwrap).collect()
    };
    let whole = samples(&server.get(&path).expect(200).body);
    let part = server.get(&format!("{path}?start=0.5&end=1.25&format=wav")).expect(200);
    assert_eq!(samples(&part.body), whole[8_000..20_000]);
    assert_eq!(part.header("content-type"), "audio/wav");
    assert!(part.header("content-disposition").contains("attachment; filename=\"beep 0.500-1.250.wav\""));
    let wider = server.get(&format!("{path}?start=0.5&end=1.25&handles=0.25")).expect(200);
    assert_eq!(samples(&wider.body), whole[4_000..24_000]);
    let flac = server.get(&format!("{path}?start=2.5&format=flac")).expect(200);
    assert_eq!((&flac.body[..4], flac.header("content-type")), (&b"fLaC"[..], "audio/flac"));
    for wrong in ["start=5&end=6", "start=2&end=1", "start=1&end=2&handles=61", "start=1&end=2&handles=-1"] {
        server.get(&format!("{path}?{wrong}")).expect(422);
    }
}
