//! A whole log-mel → as many frames as the model takes: the first channel of a fused view.
//!
//! In: a log-mel of any length. Out: values of the asked number of frames, by linear interpolation in time as
//! `torch.nn.functional.interpolate(mode="bilinear", align_corners=False)` does it, without anti-aliasing. The bins stay.

use crate::error::Result;
use crate::features::long_mel::LongMel;

/// The values `[out_frames, bins]` of `mel` resized in time. `mel` has at least one frame.
///
/// # Errors
/// As [`LongMel::crop`].
pub(super) fn resize_frames(mel: &LongMel, out_frames: usize) -> Result<Vec<f32>> {
    let last = mel.frames() - 1;
    // Torch computes places in f32, and a place that rounds differently moves a value by far more than 0.001 dB.
    let scale = mel.frames() as f32 / out_frames as f32;
    let mut values = Vec::with_capacity(out_frames * mel.bins());
    for frame in 0..out_frames {
        let place = (scale * (frame as f32 + 0.5) - 0.5).max(0.0);
        let before = (place as usize).min(last);
        let after_weight = (place - before as f32).clamp(0.0, 1.0);
        let before_weight = 1.0 - after_weight;
        let neighbours = mel.crop(before, 1)?.into_iter().zip(mel.crop((before + 1).min(last), 1)?);
        values.extend(neighbours.map(|(before, after)| before_weight * before + after_weight * after));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_interpolated_as_torch_does() {
        // torch.nn.functional.interpolate(x[None, None], size=[out, 1], mode="bilinear", align_corners=False)
        let cases: [(&[f32], &[f32]); 4] = [
            (&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[0.5, 2.5, 4.5]),
            (&[0.0, 10.0, 20.0, 30.0], &[1.6666666, 15.0, 28.333334]),
            (&[0.0, 10.0], &[0.0, 2.5, 7.5, 10.0]),
            (&[7.0], &[7.0, 7.0]),
        ];
        for (input, expected) in cases {
            let mel = LongMel::new(1, input.to_vec());
            let resized = resize_frames(&mel, expected.len()).unwrap();
            let error = resized.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(error < 1e-5, "{input:?} gave {resized:?}");
        }
    }

    #[test]
    fn bins_stay_apart() {
        let mel = LongMel::new(2, vec![0.0, 100.0, 2.0, 102.0, 4.0, 104.0, 6.0, 106.0]);
        assert_eq!(resize_frames(&mel, 2).unwrap(), [1.0, 101.0, 5.0, 105.0]);
    }
}
