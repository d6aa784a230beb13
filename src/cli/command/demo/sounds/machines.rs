//! What sirens, engines and motors sound like.

use std::f32::consts::TAU;

use crate::cli::command::demo::sounds::maker::{Maker, SECONDS};

pub(super) fn siren(maker: &mut Maker) {
    for (harmonic, level) in [(1.0, 1.0), (2.0, 0.5), (3.0, 0.3), (4.0, 0.15)] {
        maker.tone(0.0, SECONDS, |t| harmonic * (950.0 - 450.0 * (TAU * 0.4 * t).cos()), |_| level);
    }
}

pub(super) fn engine(maker: &mut Maker) {
    // Four cylinders at 850 turns a minute: 28 bangs a second, none like the one before, heard through an exhaust whose
    // lowest mode is far the strongest.
    let pipe = [(33.0, 1.0, 0.05), (66.0, 0.5, 0.03), (104.0, 0.25, 0.02), (187.0, 0.12, 0.012), (330.0, 0.08, 0.008)];
    let (mut start, mut bang) = (0.0, 0);
    while start < SECONDS {
        let loud = [1.0, 0.7, 0.9, 0.6][bang % 4] * maker.within(0.8, 1.0);
        maker.strike(start, &pipe, loud);
        maker.noise(start, 0.03, (300.0, 2_500.0), |t| 1.2 * loud * (-60.0 * t).exp());
        // A valve closes.
        maker.click(start + 0.017, 0.005, (1_500.0, 5_000.0), 0.5 * loud);
        start += maker.within(0.0335, 0.037);
        bang += 1;
    }
    maker.noise(0.0, SECONDS, (150.0, 1_500.0), |_| 0.2);
}

pub(super) fn helicopter(maker: &mut Maker) {
    // The two blades of a rotor pass 13 times a second: a low pulse, and a slap of the air over a steady rush.
    let near = |t: f32| (-((t - 2.5) / 3.0).powi(2)).exp();
    let passes = 12.8;
    for harmonic in 2..=12 {
        let level = 0.4 * (-((harmonic as f32 - 4.0) / 3.5).powi(2)).exp();
        maker.tone(0.0, SECONDS, |_| passes * harmonic as f32, |t| level * near(t));
    }
    for pass in 0..64 {
        let start = pass as f32 / passes;
        let loud = near(start) * maker.within(0.85, 1.0);
        maker.noise(start, 0.078, (50.0, 400.0), |t| 2.6 * loud * (t / 0.012).min(1.0) * (-30.0 * t).exp());
        maker.noise(start, 0.078, (400.0, 2_500.0), |t| 0.45 * loud * (t / 0.012).min(1.0) * (-25.0 * t).exp());
    }
    for (pitch, level) in [(1_130.0, 0.01), (2_260.0, 0.008), (3_540.0, 0.01)] {
        maker.tone(0.0, SECONDS, |t| pitch * (1.0 + 0.01 * (2.5 - t)), |t| level * near(t));
    }
    maker.noise(0.0, SECONDS, (60.0, 700.0), |t| 0.9 * near(t));
    maker.noise(0.0, SECONDS, (500.0, 4_000.0), |t| 0.12 * near(t));
}

pub(super) fn vacuum(maker: &mut Maker) {
    maker.noise(0.0, SECONDS, (150.0, 7_000.0), |_| 0.9);
    for (pitch, level) in [(212.0, 0.16), (424.0, 0.12), (636.0, 0.1), (1_272.0, 0.07), (2_544.0, 0.05)] {
        maker.tone(0.0, SECONDS, |_| pitch, |_| level);
    }
}
