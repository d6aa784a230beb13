//! The number by which freesound.org knows the recording that a clip was cut from, where the dataset says it.

use std::path::Path;

/// Shorter numbers than this many digits count takes and speakers; freesound.org gave its last one of three in 2005.
const LEAST_DIGITS: usize = 4;

/// The number of the recording that the clip at `path` was cut from: its `source` if that is a number, or else what its name
/// says, in the manner of ESC-50 (`FOLD-ID-TAKE-CLASS`), UrbanSound8K (`ID-CLASS-OCCURRENCE-SLICE`), a download from
/// freesound.org (`ID__USER__NAME`) or FSD50K (`ID` in a folder of that dataset).
pub(super) fn freesound_id(path: &Path, source: Option<&str>) -> Option<u64> {
    source.and_then(number).or_else(|| of_name(path))
}

fn of_name(path: &Path) -> Option<u64> {
    let name = path.file_stem()?.to_str()?;
    if let Some((id, _)) = name.split_once("__") {
        return number(id);
    }
    if let [first, second, third, fourth] = name.split('-').collect::<Vec<_>>()[..] {
        let is_take = third.len() == 1 && third.chars().all(|letter| letter.is_ascii_uppercase());
        let are_numbers = [second, third, fourth].iter().all(|part| part.parse::<u32>().is_ok());
        return if is_take { number(second) } else { number(first).filter(|_| are_numbers) };
    }
    let is_of_fsd50k = path.parent()?.file_name()?.to_str()?.starts_with("FSD50K");
    number(name).filter(|_| is_of_fsd50k)
}

fn number(text: &str) -> Option<u64> {
    let is_long = text.len() >= LEAST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_long.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_known_by_its_source_or_by_its_clips_name() {
        let check = |path: &str, source: Option<&str>, expected: Option<u64>| {
            assert_eq!(freesound_id(Path::new(path), source), expected, "{path}, source {source:?}");
        };
        check("audio/1-100032-A-0.wav", None, Some(100_032));
        check("audio/anything.wav", Some("100032"), Some(100_032));
        check("fold1/101415-3-0-2.wav", None, Some(101_415));
        check("rain/123456__somebody__rain-on-a-roof.wav", None, Some(123_456));
        check("FSD50K.dev_audio/64760.wav", None, Some(64_760));
        check("takes/64760.wav", None, None);
        check("door-open-slow-01.wav", None, None);
        check("2026-11-27-rain.wav", None, None);
        check("rain.wav", Some("tape 7"), None);
        check("rain.wav", Some("7"), None);
    }
}
