//! What animals and people sound like.

use std::f32::consts::TAU;

use crate::cli::command::demo::sounds::maker::{Maker, SECONDS};

pub(super) fn birds(maker: &mut Maker) {
    for call in 0..9 {
        let (start, pitch) = (0.1 + call as f32 * 0.53 + maker.within(0.0, 0.2), maker.within(2_800.0, 4_800.0));
        for note in 0..4 {
            let (bend, at) = (maker.within(-9_000.0, 9_000.0), start + note as f32 * 0.09);
            maker.tone(at, 0.07, |t| pitch + bend * t + 250.0 * (TAU * 40.0 * t).sin(), |t| (TAU * t / 0.14).sin());
        }
    }
    maker.noise(0.0, SECONDS, (200.0, 2_000.0), |_| 0.01);
}

pub(super) fn crickets(maker: &mut Maker) {
    // Field crickets, one of them near: chirps of four strokes of a wing, each 18 ms of an almost pure tone.
    for cricket in 0..7 {
        let (pitch, every) = (maker.within(4_300.0, 5_100.0), maker.within(0.34, 0.46));
        let loud = if cricket == 0 { 1.0 } else { maker.within(0.08, 0.4) };
        let mut start = maker.within(0.0, 0.4);
        while start < SECONDS {
            for stroke in 0..4 {
                let (at, level) = (start + stroke as f32 * 0.033, loud * [0.5, 0.8, 1.0, 0.9][stroke]);
                for (harmonic, part) in [(1.0, 1.0), (2.0, 0.08)] {
                    let swell = |t: f32| level * part * (TAU * t / 0.036).sin().powi(2);
                    maker.tone(at, 0.018, |t| harmonic * (pitch - 4_000.0 * t), swell);
                }
            }
            start += every * maker.within(0.95, 1.05);
        }
    }
    maker.noise(0.0, SECONDS, (2_500.0, 7_000.0), |_| 0.02);
    maker.noise(0.0, SECONDS, (100.0, 900.0), |_| 0.02);
    maker.room(0.8, 0.15);
}

pub(super) fn footsteps(maker: &mut Maker) {
    for step in 0..9 {
        let (start, loud) = (0.15 + step as f32 * 0.54 + maker.within(0.0, 0.03), maker.within(0.7, 1.0));
        maker.noise(start, 0.09, (60.0, 500.0), |t| 3.0 * loud * (-45.0 * t).exp());
        maker.noise(start + 0.01, 0.12, (700.0, 5_000.0), |t| 0.5 * loud * (-35.0 * t).exp());
        maker.noise(start + 0.12, 0.1, (500.0, 4_000.0), |t| 0.35 * loud * (-30.0 * t).exp());
    }
}

pub(super) fn applause(maker: &mut Maker) {
    // Seventy people, each with hands of one pitch and one pace; a clap is a puff of air from between the palms.
    for _ in 0..70 {
        let (pitch, loud) = (maker.within(700.0, 2_200.0), maker.within(0.15, 1.0).powi(2));
        let (every, mut start) = (maker.within(0.19, 0.32), maker.within(0.0, 0.3));
        while start < SECONDS {
            maker.puff(start, 0.03, (pitch, 1.4), loud);
            maker.click(start, 0.006, (1_500.0, 9_000.0), 0.5 * loud);
            start += every * maker.within(0.85, 1.15);
        }
    }
    maker.room(1.2, 0.35);
}
