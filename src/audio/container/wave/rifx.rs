//! RIFX: RIFF with the high byte first. In: the contents of its chunks. Out: the same as RIFF has them, which its readers know,
//! and the codecs of its samples.
//!
//! Reference: RIFF (Microsoft, 1991), "Notation for Representing Sample RIFF Files".

use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE, CODEC_ID_PCM_F64LE, CODEC_ID_PCM_S16BE,
    CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE,
};

/// Lengths of the numbers in `fmt `: tag, channels, rate, bytes a second, block, bits, and of an extensible format the length of
/// the rest, valid bits and speakers.
const FORMAT: [usize; 9] = [2, 2, 4, 4, 2, 2, 2, 2, 4];

/// Where the GUID of an extensible format begins, of which the first number is the tag it stands for.
const GUID_AT: usize = 24;

/// Lengths of the numbers in `CSET`: page, country, language and dialect.
const CHARACTER_SET: [usize; 4] = [2; 4];

/// The content of the chunk `id` with the low byte first.
pub(super) fn low_first(id: &[u8; 4], mut content: Vec<u8>) -> Vec<u8> {
    match id {
        b"fmt " => {
            turn(&mut content, FORMAT);
            if let Some(number) = content.get_mut(GUID_AT..).and_then(<[u8]>::first_chunk_mut) {
                *number = u32::from(tag_of_guid(*number)).to_le_bytes();
            }
        }
        b"CSET" => turn(&mut content, CHARACTER_SET),
        b"cue " | b"fact" => turn(&mut content, std::iter::repeat(4)),
        b"LIST" | b"list" => turn_list(&mut content),
        _ => {}
    }
    content
}

/// The tag in the first number of a GUID, which programs write in each of three ways: turned round as a whole, the tag in it alone,
/// or not at all.
fn tag_of_guid(number: [u8; 4]) -> u16 {
    match number {
        [0, 0, high, low] => u16::from_be_bytes([high, low]),
        [low, 0, 0, 0] => u16::from(low),
        [high, low, 0, 0] => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

/// Turns round numbers of these lengths, one behind the other, as far as they go.
fn turn(bytes: &mut [u8], lens: impl IntoIterator<Item = usize>) {
    let mut rest = bytes;
    for len in lens {
        let Some((number, behind)) = rest.split_at_mut_checked(len) else { return };
        number.reverse();
        rest = behind;
    }
}

/// Turns round the lengths of the entries of a list and, in LIST `adtl`, the numbers that they begin with.
fn turn_list(content: &mut [u8]) {
    let Some((kind, mut rest)) = content.split_first_chunk_mut::<4>() else { return };
    let is_labels = kind == b"adtl";
    while let Some((header, body)) = rest.split_first_chunk_mut::<8>() {
        let len = u32::from_be_bytes([header[4], header[5], header[6], header[7]]) as usize;
        header[4..].reverse();
        let is_span = header.starts_with(b"ltxt");
        let (own, behind) = body.split_at_mut(len.min(body.len()));
        if is_labels {
            turn(own, std::iter::repeat_n(4, if is_span { 2 } else { 1 }));
        }
        let pad = usize::from(len % 2 == 1 && behind.first() == Some(&0));
        rest = &mut behind[pad..];
    }
}

/// The codec of samples that are those of `codec` but for the order of their bytes.
pub(super) fn high_first(codec: AudioCodecId) -> AudioCodecId {
    match codec {
        CODEC_ID_PCM_S16LE => CODEC_ID_PCM_S16BE,
        CODEC_ID_PCM_S24LE => CODEC_ID_PCM_S24BE,
        CODEC_ID_PCM_S32LE => CODEC_ID_PCM_S32BE,
        CODEC_ID_PCM_F32LE => CODEC_ID_PCM_F32BE,
        CODEC_ID_PCM_F64LE => CODEC_ID_PCM_F64BE,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_turned_round_and_words_are_not() {
        let list =
            b"adtllabl\0\0\0\x0A\0\0\0\x01first\0ltxt\0\0\0\x0C\0\0\0\x02\0\0\0\x10rgn note\0\0\0\x07\0\0\0\x01now";
        let expected =
            b"adtllabl\x0A\0\0\0\x01\0\0\0first\0ltxt\x0C\0\0\0\x02\0\0\0\x10\0\0\0rgn note\x07\0\0\0\x01\0\0\0now";
        assert_eq!(low_first(b"LIST", list.to_vec()), expected);
        assert_eq!(low_first(b"LIST", b"INFOINAM\0\0\0\x03a\0b".to_vec()), b"INFOINAM\x03\0\0\0a\0b");
        assert_eq!(low_first(b"fmt ", vec![0, 1, 0, 2, 1, 2, 3, 4, 9]), [1, 0, 2, 0, 4, 3, 2, 1, 9]);
        assert_eq!(low_first(b"iXML", b"<SCENE>".to_vec()), b"<SCENE>");
        for guid in [[0, 0, 0, 3], [0, 3, 0, 0], [3, 0, 0, 0]] {
            let format = [vec![0; GUID_AT], guid.to_vec(), vec![0; 12]].concat();
            assert_eq!(low_first(b"fmt ", format)[GUID_AT..GUID_AT + 4], [3, 0, 0, 0], "{guid:?}");
        }
        for end in 0..list.len() {
            low_first(b"LIST", list[..end].to_vec());
        }
    }
}
