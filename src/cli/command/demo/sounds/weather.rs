//! Rain, wind, waves and thunder.

use std::f32::consts::TAU;

use crate::cli::command::demo::sounds::maker::{Maker, SECONDS};

pub(super) fn rain(maker: &mut Maker) {
    maker.noise(0.0, SECONDS, (900.0, 9_000.0), |_| 0.5);
    for _ in 0..1_800 {
        let (at, high, loud) = (maker.within(0.0, SECONDS), maker.within(3_000.0, 12_000.0), maker.within(0.1, 1.2));
        maker.click(at, 0.008, (1_000.0, high), loud);
    }
}

pub(super) fn wind(maker: &mut Maker) {
    for (low, high, turn) in [(60.0, 350.0, 0.31), (250.0, 520.0, 0.47), (400.0, 700.0, 0.83)] {
        maker.noise(0.0, SECONDS, (low, high), move |t| 0.75 + 0.25 * (TAU * turn * t + low).sin());
    }
    // What howls is the air around edges; its pitch follows the speed.
    let pitch = |t: f32| 600.0 + 250.0 * (TAU * 0.25 * t).sin() + 80.0 * (TAU * 0.7 * t).sin();
    maker.howl((0.0, SECONDS), pitch, 50.0, |t| 0.4 * (0.6 + 0.4 * (TAU * 0.3 * t).sin()));
}

pub(super) fn waves(maker: &mut Maker) {
    for start in [0.0, 2.6] {
        maker.noise(start, 2.6, (80.0, 1_200.0), |t| (t / 1.1).min(1.0) * (-1.3 * (t - 1.1).max(0.0)).exp());
        maker.noise(start + 0.8, 1.8, (800.0, 7_000.0), |t| 0.7 * (t / 0.3).min(1.0) * (-1.6 * t).exp());
    }
}

pub(super) fn thunder(maker: &mut Maker) {
    maker.noise(0.2, 0.5, (60.0, 3_000.0), |t| 1.5 * (-8.0 * t).exp());
    maker.noise(0.2, 4.8, (20.0, 130.0), |t| 6.0 * (-0.8 * t).exp() * (0.7 + 0.3 * (TAU * 2.3 * t).sin()));
    maker.noise(0.5, 4.0, (40.0, 400.0), |t| 1.2 * (-t).exp() * (0.6 + 0.4 * (TAU * 3.7 * t).sin()));
}
