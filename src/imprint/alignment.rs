//! Two imprints laid over each other as they fit best → how far apart they are, and whether they are one recording's.

use crate::imprint::{ABSENT, BANDS, FRAME_SECONDS, Imprint, LEVEL_DB};

/// Distance, in dB, below which two imprints are one recording's. Chosen, as all here, on half of the packs and sounds of
/// ESC-50 and of collected ones: copies (MP3, Vorbis, Opus, 22 kHz, 12 dB less, silence around, and several at once) lie
/// below 2.7, and takes of the same thing above 2.9. Of copies at 8 kHz only the better 95 in 100 were looked at.
const SAME_RECORDING_DB: f32 = 2.75;

/// Share of the audible frames that have the same pitch in one recording, at least: in copies it was 0.49 or more.
const LEAST_SAME_PITCH: f32 = 0.35;

/// Quarter tones by which one pitch may be told differently.
const PITCH_LEEWAY: u8 = 1;

/// Lengths of one recording differ by less: this much, and this share of the longer one.
const LEEWAY_SECONDS: f64 = 0.3;
const LEEWAY_SHARE: f64 = 0.1;

/// Profiles of one recording are less far apart, in dB: it spares most pairs a closer look.
const MOST_PROFILE_DB: f32 = 6.0;

/// How far one recording may begin before the other, in seconds: silence that was added is left out of an imprint, noise
/// that was cut off is not.
const MOST_SHIFT_SECONDS: f64 = 0.5;

/// Shifts that are looked at closely, those at which the loudness fits best.
const SHIFTS: usize = 4;

/// Share of the shorter imprint that must lie over the other.
const LEAST_OVERLAP: f64 = 0.8;

/// Frames of overlap that tell anything.
const LEAST_FRAMES: usize = 2;

/// Cells farther than this below the loudest in both are left out, in dB: a codec drops what is masked.
const AUDIBLE_DB: f32 = 30.0;

/// One cell counts no more than this, in dB.
const MOST_CELL_DB: f32 = 12.0;

/// Cells that tell anything.
const LEAST_CELLS: usize = 8;

/// Where a second imprint lies over a first: the frame of each at which that begins, and for how many frames it lasts.
#[derive(Debug, Clone, Copy)]
struct Overlap {
    from: usize,
    other_from: usize,
    frames: usize,
}

impl Imprint {
    /// Whether `self` and `other` are imprints of one recording, in whatever bytes. Silence is no recording.
    pub(crate) fn is_same_recording(&self, other: &Imprint) -> bool {
        let leeway = LEEWAY_SECONDS + LEEWAY_SHARE * self.loud_seconds.max(other.loud_seconds);
        (self.loud_seconds - other.loud_seconds).abs() < leeway
            && self.profile_distance(other) < MOST_PROFILE_DB
            && self.closest(other).is_some_and(|distance| distance < SAME_RECORDING_DB)
    }

    /// Root mean square of the differences between the profiles, in dB, where both have the band and once what all have in
    /// common is taken away.
    fn profile_distance(&self, other: &Imprint) -> f32 {
        let both = self.profile.iter().zip(other.profile.iter()).filter(|(a, b)| a.max(**b) < f32::from(ABSENT));
        let differences = both.map(|(a, b)| (a - b) * LEVEL_DB);
        let (count, sum, squares) = differences.fold((0.0f32, 0.0f32, 0.0f32), |(count, sum, squares), difference| {
            (count + 1.0, sum + difference, squares + difference * difference)
        });
        if count == 0.0 { f32::INFINITY } else { (squares / count - (sum / count).powi(2)).max(0.0).sqrt() }
    }

    /// The least distance of the two in dB, laid over each other where they fit best; `None` where there is too little to
    /// compare.
    fn closest(&self, other: &Imprint) -> Option<f32> {
        let overlaps = self.best_overlaps(other).into_iter().filter(|overlap| self.has_pitch_of(other, *overlap));
        let distances = overlaps.flat_map(|overlap| {
            let one = &self.cells[overlap.from * BANDS..][..overlap.frames * BANDS];
            let two = &other.cells[overlap.other_from * BANDS..][..overlap.frames * BANDS];
            // Either may begin half a frame later.
            [
                distance(&whole(one), &whole(two)),
                distance(&halfway(one), &whole(two)),
                distance(&whole(one), &halfway(two)),
            ]
        });
        distances.flatten().min_by(f32::total_cmp)
    }

    /// The overlaps at which the loudness of the two runs most alike, whatever their levels.
    fn best_overlaps(&self, other: &Imprint) -> Vec<Overlap> {
        let most = (MOST_SHIFT_SECONDS / FRAME_SECONDS) as isize;
        let overlaps = (-most..=most).filter_map(|shift| Some((shift, self.overlap(other, shift)?)));
        let mut overlaps: Vec<(f32, isize, Overlap)> =
            overlaps.map(|(shift, overlap)| (self.unlikeness(other, overlap), shift.abs(), overlap)).collect();
        overlaps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        overlaps.into_iter().take(SHIFTS).map(|(_, _, overlap)| overlap).collect()
    }

    /// The overlap where `other` begins `shift` frames after `self`; `None` where it is too short.
    fn overlap(&self, other: &Imprint, shift: isize) -> Option<Overlap> {
        let (from, other_from) = (shift.max(0) as usize, (-shift).max(0) as usize);
        let (len, other_len) = (self.loudness.len(), other.loudness.len());
        let frames = len.checked_sub(from)?.min(other_len.checked_sub(other_from)?);
        let least = (LEAST_OVERLAP * len.min(other_len) as f64).max(LEAST_FRAMES as f64);
        (frames as f64 >= least).then_some(Overlap { from, other_from, frames })
    }

    /// Whether the audible frames mostly have the same pitch.
    fn has_pitch_of(&self, other: &Imprint, overlap: Overlap) -> bool {
        let audible = (AUDIBLE_DB / LEVEL_DB) as u8;
        let frames = (0..overlap.frames).map(|frame| (overlap.from + frame, overlap.other_from + frame));
        let heard = frames.filter(|(one, two)| self.loudness[*one].min(other.loudness[*two]) < audible);
        let (count, same) = heard.fold((0.0f32, 0.0f32), |(count, same), (one, two)| {
            let is_same = self.pitches[one].abs_diff(other.pitches[two]) <= PITCH_LEEWAY;
            (count + 1.0, if is_same { same + 1.0 } else { same })
        });
        same >= LEAST_SAME_PITCH * count
    }

    /// Variance of the difference in loudness.
    fn unlikeness(&self, other: &Imprint, overlap: Overlap) -> f32 {
        let Overlap { from, other_from, frames } = overlap;
        let pairs = self.loudness[from..from + frames].iter().zip(&other.loudness[other_from..]);
        let (sum, squares) = pairs.fold((0i32, 0i32), |(sum, squares), (a, b)| {
            let difference = i32::from(*a) - i32::from(*b);
            (sum + difference, squares + difference * difference)
        });
        squares as f32 / frames as f32 - (sum as f32 / frames as f32).powi(2)
    }
}

/// The levels in dB.
fn whole(cells: &[u8]) -> Vec<f32> {
    cells.iter().map(|level| f32::from(*level) * LEVEL_DB).collect()
}

/// The means of neighbouring frames in dB: about what would be heard half a frame later.
fn halfway(cells: &[u8]) -> Vec<f32> {
    let pairs = cells.iter().zip(&cells[BANDS..]);
    pairs.map(|(this, next)| (f32::from(*this) + f32::from(*next)) / 2.0 * LEVEL_DB).collect()
}

/// Root mean square of the differences in dB of the cells that are audible in one of the two, once what all have in common
/// is taken away: the one may be louder. Frames that only one has are left out.
fn distance(one: &[f32], other: &[f32]) -> Option<f32> {
    let bands = compared_bands(one, other);
    let loudest = |cells: &[f32]| {
        let compared = cells.iter().enumerate().filter(|(index, _)| bands[index % BANDS]);
        compared.map(|(_, depth)| *depth).fold(f32::INFINITY, f32::min)
    };
    let (loudest, other_loudest) = (loudest(one), loudest(other));
    let pairs = one.iter().zip(other).enumerate().filter(|(index, _)| bands[index % BANDS]);
    let differences: Vec<f32> = pairs
        .map(|(_, (depth, other_depth))| (depth - loudest, other_depth - other_loudest))
        .filter(|(depth, other_depth)| depth.min(*other_depth) < AUDIBLE_DB)
        .map(|(depth, other_depth)| depth - other_depth)
        .collect();
    if differences.len() < LEAST_CELLS {
        return None;
    }
    let count = differences.len() as f32;
    let mean = differences.iter().sum::<f32>() / count;
    let square = |difference: &f32| (difference - mean).clamp(-MOST_CELL_DB, MOST_CELL_DB).powi(2);
    Some((differences.iter().map(square).sum::<f32>() / count).sqrt())
}

/// The bands that both have. Where one reaches higher than the other, that has a lower rate: the last it has, part of which
/// it may lack, is left out.
fn compared_bands(one: &[f32], other: &[f32]) -> [bool; BANDS] {
    let absent = f32::from(ABSENT) * LEVEL_DB;
    let has = |cells: &[f32], band: usize| cells.iter().skip(band).step_by(BANDS).any(|depth| *depth < absent);
    let last = |cells: &[f32]| (0..BANDS).rposition(|band| has(cells, band));
    let mut bands: [bool; BANDS] = std::array::from_fn(|band| has(one, band) && has(other, band));
    let (last, other_last) = (last(one), last(other));
    if last != other_last
        && let Some(lower) = last.min(other_last)
    {
        bands[lower] = false;
    }
    bands
}
