//! Sounds: from mel to vector, from samples to vector, and the traps on the way.

use auricle::features::config::FrontEnd;
use auricle::features::view::View;
use auricle::features::views::{ViewPlan, ViewStream};

use crate::{AUDIO_COSINE, CLIPS, MEL_COSINE, check, clip_samples, data, embed_clip, expected, load, manifest};
use crate::{signal, views};

fn mel_view(channels: usize, seed: usize, is_longer: bool) -> View {
    View {
        channels,
        frames: signal::WINDOW_FRAMES,
        bins: signal::BINS,
        values: signal::synthetic_mel(channels, seed),
        is_longer,
        span: 0..480_000,
        weight: 1.0,
    }
}

#[test]
fn a_given_mel_becomes_the_vector_of_the_reference() {
    let cases = [
        ("fused", 4, "longer", true),
        ("fused", 4, "short", false),
        ("unfused", 1, "plain", false),
        ("width128", 1, "plain", false),
    ];
    for (name, channels, case, is_longer) in cases {
        let (clap, expected) = (load(name), expected(name));
        for seed in 0..2 {
            let actual = &clap.embed_audio(&[mel_view(channels, seed, is_longer)]).unwrap()[0];
            let key = format!("mel/{seed}/{case}/embedding");
            check(&format!("{name} {key}"), MEL_COSINE, actual.as_slice(), &expected[&key]);
        }
    }
}

#[test]
fn samples_become_the_vector_of_the_reference_at_every_length() {
    for name in ["fused", "unfused", "width128"] {
        let (clap, expected) = (load(name), expected(name));
        for clip in CLIPS {
            let actual = embed_clip(&clap, &views(&clap, &clip_samples(clip)));
            let wanted = &expected[&format!("clip/{clip}/embedding")];
            check(&format!("{name} {clip}"), AUDIO_COSINE, actual.as_slice(), wanted);
        }
    }
}

#[test]
fn is_longer_can_be_forced_on_and_off() {
    let (clap, expected) = (load("fused"), expected("fused"));
    for clip in CLIPS {
        for (case, is_longer) in [("longer", true), ("short", false)] {
            let views: Vec<View> =
                views(&clap, &clip_samples(clip)).into_iter().map(|view| View { is_longer, ..view }).collect();
            let actual = embed_clip(&clap, &views);
            let wanted = &expected[&format!("clip/{clip}/ours/{case}")];
            check(&format!("{clip} {case}"), AUDIO_COSINE, actual.as_slice(), wanted);
        }
    }
}

#[test]
fn crops_drawn_by_the_reference_can_be_handed_in() {
    let (clap, expected, manifest) = (load("fused"), expected("fused"), manifest());
    for clip in ["10.02s", "17s", "61s"] {
        let drawn = manifest["clips"][clip]["starts_drawn"].as_array().unwrap();
        let starts = [0, 1, 2].map(|i| drawn[i].as_u64().unwrap() as usize);
        let mut stream = ViewStream::new(clap.front_end().clone(), ViewPlan::Clip);
        assert!(stream.push(&clip_samples(clip)).is_empty());
        let actual = embed_clip(&clap, &stream.finish_with_starts(starts).unwrap());
        let wanted = &expected[&format!("clip/{clip}/drawn/longer")];
        check(clip, AUDIO_COSINE, actual.as_slice(), wanted);
    }
}

#[test]
fn trap_4_fusion_channels_in_another_order_give_another_vector() {
    let clap = load("fused");
    let view = mel_view(4, 0, true);
    let len = view.values.len() / 4;
    let mut swapped = view.clone();
    swapped.values.rotate_left(len);
    let vectors = clap.embed_audio(&[view, swapped]).unwrap();
    assert!(vectors[0].cosine(&vectors[1]).unwrap() < 0.999, "the channels' order is not heard");
}

#[test]
fn trap_6_every_part_of_a_long_sound_is_heard() {
    for name in ["fused", "unfused"] {
        let clap = load(name);
        let whole = clip_samples("61s");
        let of = |samples: &[f32]| embed_clip(&clap, &views(&clap, samples));
        let untouched = of(&whole);
        for second in [3, 17, 33, 48, 60] {
            let mut muted = whole.clone();
            let start = second * 48_000;
            let end = (start + 5 * 48_000).min(muted.len());
            muted[start..end].fill(0.0);
            let cosine = untouched.cosine(&of(&muted)).unwrap();
            assert!(cosine < 0.999_999, "{name} does not hear second {second}: {cosine}");
        }
    }
}

#[test]
fn trap_9_extreme_levels_give_finite_vectors() {
    let clap = load("unfused");
    for level in [-100.0, 0.0, 60.0, 120.0] {
        let view = View { values: vec![level; signal::WINDOW_FRAMES * signal::BINS], ..mel_view(1, 0, false) };
        assert!(clap.embed_audio(&[view]).unwrap()[0].as_slice().iter().all(|v| v.is_finite()), "{level} dB");
    }
}

#[test]
fn a_view_of_another_shape_is_refused() {
    let clap = load("unfused");
    for view in [mel_view(4, 0, false), View { frames: 1000, ..mel_view(1, 0, false) }] {
        let error = clap.embed_audio(&[view]).unwrap_err().to_string();
        assert!(error.contains("shape"), "{error}");
    }
}

#[test]
fn a_front_end_of_another_model_is_refused() {
    let text = std::fs::read_to_string(data("checkpoints/unfused/preprocessor_config.json")).unwrap();
    assert!(FrontEnd::from_json(&text).is_ok());
    assert!(FrontEnd::from_json(&text.replace("rand_trunc", "middle")).is_err());
}
