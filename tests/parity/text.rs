//! Prompts: vectors, batches, and zero-shot scores.

use crate::{CLIPS, MEL_COSINE, check, clip_samples, embed_clip, expected, load, manifest, views};

fn prompts() -> Vec<String> {
    manifest()["prompts"].as_array().unwrap().iter().map(|p| p.as_str().unwrap().to_string()).collect()
}

#[test]
fn prompts_become_the_vectors_of_the_reference() {
    for name in ["fused", "unfused", "width128", "tiny-bin", "tiny-sharded", "tiny-f16", "tiny-bf16"] {
        let (clap, expected) = (load(name), expected(name));
        for (i, prompt) in prompts().iter().enumerate() {
            let actual = &clap.embed_text(&[prompt]).unwrap()[0];
            let what = format!("{name} {prompt:?}");
            check(&what, MEL_COSINE, actual.as_slice(), &expected[&format!("text/{i}/text_embeds")]);
        }
    }
}

#[test]
fn trap_5_a_prompt_keeps_its_bits_in_any_batch() {
    let clap = load("fused");
    let prompts = prompts();
    let all: Vec<&str> = prompts.iter().map(String::as_str).collect();
    let together = clap.embed_text(&all).unwrap();
    for (prompt, vector) in all.iter().zip(&together) {
        assert_eq!(&clap.embed_text(&[prompt]).unwrap()[0], vector, "{prompt:?}");
    }
}

#[test]
fn logits_of_sounds_over_prompts_equal_the_reference() {
    for name in ["fused", "unfused", "width128"] {
        let (clap, expected) = (load(name), expected(name));
        assert!((clap.audio_scale() / expected["logit_scale_a_exp"][0] - 1.0).abs() < 1e-6);
        assert!((clap.text_scale() / expected["logit_scale_t_exp"][0] - 1.0).abs() < 1e-6);
        let labels = ["dog", "rain", "sea waves", "crying baby"];
        let prompts = labels.map(|label| format!("This is a sound of {label}."));
        let texts = clap.embed_text(&prompts.each_ref().map(String::as_str)).unwrap();
        let mut logits = Vec::new();
        for clip in CLIPS {
            let sound = embed_clip(&clap, &views(&clap, &clip_samples(clip)));
            logits.extend(texts.iter().map(|text| clap.audio_scale() * sound.cosine(text).unwrap()));
        }
        let wanted = &expected["zero_shot/logits_per_audio"];
        for (i, (actual, wanted)) in logits.iter().zip(wanted).enumerate() {
            assert!((actual - wanted).abs() < 2e-3, "{name}, logit {i}: {actual} instead of {wanted}");
        }
    }
}

#[test]
fn no_prompts_give_no_vectors() {
    assert!(load("unfused").embed_text(&[]).unwrap().is_empty());
}
