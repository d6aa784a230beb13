//! What bells, clocks and doors sound like.

use crate::cli::command::demo::sounds::maker::{Maker, RingingMode};

pub(super) fn bell(maker: &mut Maker) {
    for start in [0.1, 2.6] {
        for (ratio, level, fall) in [
            (0.5, 0.6, 0.7),
            (1.0, 1.0, 1.0),
            (1.19, 0.7, 1.3),
            (1.5, 0.4, 1.8),
            (2.0, 0.7, 2.0),
            (2.74, 0.4, 3.0),
            (4.1, 0.2, 5.0),
        ] {
            maker.tone(start, 2.5, |_| 440.0 * ratio, |t| level * (-fall * t).exp());
        }
        maker.click(start, 0.03, (1_500.0, 9_000.0), 0.8);
    }
}

pub(super) fn alarm(maker: &mut Maker) {
    // A piezo disc driven by a square wave, four beeps and a pause.
    for second in 0..5 {
        for beep in 0..4 {
            let start = second as f32 + beep as f32 * 0.125;
            for (harmonic, level) in [(1.0, 1.0), (3.0, 0.4), (5.0, 0.15)] {
                let edges = |t: f32| level * (t / 0.002).min((0.07 - t) / 0.002).min(1.0);
                maker.tone(start, 0.07, |_| 2_048.0 * harmonic, edges);
            }
        }
    }
    maker.room(0.3, 0.1);
}

pub(super) fn clock(maker: &mut Maker) {
    for tick in 0..10 {
        let (start, pitch) = (tick as f32 * 0.5 + 0.1, if tick % 2 == 0 { 5_200.0 } else { 4_600.0 });
        maker.click(start, 0.02, (1_500.0, 9_000.0), 1.5);
        maker.tone(start, 0.05, |_| pitch, |t| 0.5 * (-110.0 * t).exp());
    }
}

pub(super) fn knock(maker: &mut Maker) {
    // Knuckles on a wooden panel: many damped modes, low ones longest, and the short click of bone.
    let pitches = [92.0, 147.0, 213.0, 305.0, 412.0, 560.0, 745.0, 980.0, 1_310.0f32];
    let levels = [0.8, 1.0, 0.9, 0.8, 0.6, 0.5, 0.35, 0.25, 0.15];
    let mode = |at: usize| (pitches[at], levels[at], 0.045 * (150.0 / pitches[at]).powf(0.6));
    let modes: [RingingMode; 9] = std::array::from_fn(mode);
    for start in [0.3, 0.53, 0.75, 2.3, 2.52, 2.75] {
        let loud = maker.within(0.75, 1.0);
        maker.strike(start, &modes, loud);
        maker.noise(start, 0.03, (150.0, 2_500.0), |t| 2.5 * loud * (-160.0 * t).exp());
    }
    maker.room(0.4, 0.25);
}
