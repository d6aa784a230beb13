//! Loudness → colour.

use colorous::MAGMA;

use crate::picture::canvas::Color;

/// From the loudest to the darkest colour, in dB: about what an ear hears in one recording.
const RANGE_DB: f32 = 80.0;

/// The log-mel's own floor, in dB: 10·log10 of the 1e-10 that the front end clamps powers to.
pub const FLOOR_DB: f32 = -100.0;

/// The colour of `db` where the loudest value is `loudest_db`; louder is lighter.
pub fn shade(db: f32, loudest_db: f32) -> Color {
    let darkest = (loudest_db - RANGE_DB).max(FLOOR_DB);
    let share = if loudest_db > darkest { (db - darkest) / (loudest_db - darkest) } else { 0.0 };
    MAGMA.eval_continuous(f64::from(share).clamp(0.0, 1.0)).as_array()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loudest_is_lightest_and_silence_is_dark() {
        for (db, loudest_db, share) in [(0.0, 0.0, 1.0), (-40.0, 0.0, 0.5), (-90.0, 0.0, 0.0), (-100.0, -100.0, 0.0)] {
            assert_eq!(shade(db, loudest_db), MAGMA.eval_continuous(share).as_array(), "{db} of {loudest_db}");
        }
    }
}
