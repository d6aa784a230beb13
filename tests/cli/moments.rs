//! Moments of long sounds: which there are, and that a hit is a place in time.

use crate::support::{Home, RATE_HZ, tone, wav};

/// A home whose one long sound is a low tone for 11 s, then a high one for 12 s.
fn home_with_long_sound() -> Home {
    let home = Home::new();
    let both = [tone(200, 11.0), tone(3000, 12.0)].concat();
    home.write("sounds/long.wav", &wav(&both));
    home.write("high.wav", &wav(&both[13 * RATE_HZ as usize..]));
    home
}

#[track_caller]
fn segments(home: &Home) -> u64 {
    home.run("status --json").expect(0).json()["segments"].as_u64().unwrap()
}

#[test]
fn a_hit_in_a_long_sound_is_a_place_in_time() {
    let home = home_with_long_sound();
    home.run_with_model("index sounds").expect(0);
    assert_eq!(segments(&home), 1 + 4, "the clip, and windows from 0, 5, 10 and 13 s");
    let hits = home.run_with_model("similar high.wav --json").expect(0).json();
    let best = &hits["hits"][0];
    let peak = &best["peak"];
    assert_eq!((peak["start"].as_f64(), peak["end"].as_f64()), (Some(13.0), Some(23.0)), "{hits}");
    assert!(best["cosine"].as_f64().unwrap() > 0.999, "{hits}");
}

#[test]
fn the_hop_is_fixed_when_the_library_is_begun() {
    for (flag, expected, other) in [
        ("--hop 10", 1 + 3, "--no-moments"),
        ("--hop 2", 1 + 8, "--hop 5"),
        ("--hop 100", 1 + 2, "--hop 2"),
        ("--no-moments", 1, "--hop 5"),
    ] {
        let home = home_with_long_sound();
        home.run_with_model(&format!("index sounds {flag}")).expect(0);
        assert_eq!(segments(&home), expected, "{flag}");
        home.tone("sounds/more.wav", 500, 12.0);
        home.run_with_model(&format!("index sounds {other}")).expect(4).says(&["moment", "auricle reindex"]);
        home.run_with_model("index sounds").expect(0);
        let more = match flag {
            "--no-moments" => 1,
            _ => 1 + 2,
        };
        assert_eq!(segments(&home), expected + more, "{flag} is kept");
        home.run_with_model(&format!("index sounds {flag}")).expect(0);
    }
}

#[test]
fn a_hop_that_makes_no_sense_is_refused() {
    let home = home_with_long_sound();
    for hop in ["0", "-1", "0.01", "NaN", "inf"] {
        home.run_with_model(&format!("index sounds --hop={hop}")).expect(2).says(&["hop"]);
    }
    home.run_with_model("index sounds --hop 5 --no-moments").expect(2);
}

#[test]
fn what_is_excluded_is_not_indexed_and_failures_are_retried_on_demand() {
    let home = Home::with_tones(&[440, 880]);
    home.tone("sounds/drafts/1.wav", 300, 1.0);
    home.write("sounds/bad.wav", b"RIFF but no more");
    let run = home.run_with_model("index sounds --exclude drafts/ --exclude 880.*").expect(1);
    assert_eq!((run.count("new"), run.count("failed")), (1, 1), "{}", run.out);
    let run = home.run_with_model("index sounds").expect(0);
    assert_eq!((run.count("new"), run.count("unchanged")), (0, 2), "what is left out is remembered: {}", run.out);
    let run = home.run_with_model("index sounds --exclude=").expect(0);
    assert_eq!((run.count("new"), run.count("unchanged")), (2, 2), "{}", run.out);
    let run = home.run_with_model("roots list").expect(0);
    assert!(!run.out.contains("without"), "{}", run.out);
    let run = home.run_with_model("index sounds --retry").expect(1);
    assert_eq!((run.count("failed"), run.count("unchanged")), (1, 3), "{}", run.out);
    assert_eq!(home.run("status --json").expect(0).json()["failed"], 1);
    home.run_with_model("index sounds --exclude {a").expect(2).says(&["{a", ".gitignore"]);
}
