//! Bytes that are text → the text. In: the words of a file as its programs wrote them, and the code page that it states, if
//! it does. Out: each in Unicode. What shows its own encoding (UTF-8, UTF-16) is read by that; the rest by the stated page,
//! or else by the one that all of it together looks most like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Begins a change of alphabet in ISO-2022-JP, all of whose bytes are ASCII.
const ESCAPE: u8 = 0x1B;

/// The text of `words`, in their order; `None` for nothing but space. `page` is Windows' number of a code page.
pub(super) fn decode_all(words: &[Vec<u8>], page: Option<u16>) -> Vec<Option<String>> {
    let stated = page.and_then(codepage::to_encoding);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    for bytes in words.iter().filter(|bytes| self_evident(bytes).is_none()) {
        detector.feed(up_to_zero(bytes), false);
        detector.feed(b"\n", false);
    }
    let encoding = stated.unwrap_or_else(|| detector.guess(None, Utf8Detection::Deny));
    words.iter().map(|bytes| tidy(&self_evident(bytes).unwrap_or_else(|| decode(bytes, encoding)))).collect()
}

/// The text of `bytes` alone; `None` for nothing but space.
pub(in crate::audio) fn text(bytes: &[u8]) -> Option<String> {
    decode_all(&[bytes.to_vec()], None).pop().flatten()
}

fn decode(bytes: &[u8], encoding: &'static Encoding) -> String {
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let bytes = if is_wide { up_to_wide_zero(bytes) } else { up_to_zero(bytes) };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The text of bytes that show how they are encoded.
fn self_evident(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark_len)) = Encoding::for_bom(bytes) {
        return Some(decode(&bytes[mark_len..], encoding));
    }
    for (encoding, high) in [(UTF_16LE, 1), (UTF_16BE, 0)] {
        if is_wide_latin(bytes, high) {
            return Some(decode(bytes, encoding));
        }
    }
    let narrow = up_to_zero(bytes);
    std::str::from_utf8(narrow).ok().filter(|text| !text.is_ascii() || !narrow.contains(&ESCAPE)).map(str::to_owned)
}

/// Whether `bytes` are two-byte characters most of which are Latin: zero at `high` of each pair, and not at the other.
fn is_wide_latin(bytes: &[u8], high: usize) -> bool {
    let pairs: Vec<_> = bytes.chunks_exact(2).take_while(|pair| *pair != [0, 0]).collect();
    let latin = pairs.iter().filter(|pair| pair[high] == 0).count();
    pairs.len() >= 2 && 2 * latin > pairs.len() && pairs.iter().all(|pair| pair[1 - high] != 0)
}

fn up_to_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

fn up_to_wide_zero(bytes: &[u8]) -> &[u8] {
    let pairs = bytes.chunks_exact(2).take_while(|pair| *pair != [0, 0]).count();
    &bytes[..2 * pairs]
}

/// `text` without space around it and without characters that no one can read.
fn tidy(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String =
        text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { ' ' } else { c }).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_KR, GBK, ISO_2022_JP, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    use super::*;

    #[test]
    fn words_are_read_by_the_page_that_the_file_states() {
        for (page, encoding, words) in [
            (932, SHIFT_JIS, "雨"),
            (936, GBK, "雨声"),
            (949, EUC_KR, "비"),
            (950, BIG5, "雨"),
            (1251, WINDOWS_1251, "дождь"),
            (1252, WINDOWS_1252, "Größe – “tin”"),
        ] {
            let bytes = encoding.encode(words).0.into_owned();
            assert_eq!(decode_all(&[bytes], Some(page)), [Some(words.to_owned())], "{page}");
        }
        let wide: Vec<u8> = "雨の音\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode_all(&[wide], Some(1200)), [Some("雨の音".to_owned())]);
        // Many programs state a page and write UTF-8.
        assert_eq!(decode_all(&["Öl".into()], Some(1252)), [Some("Öl".to_owned())]);
    }

    #[test]
    fn without_a_page_the_encoding_is_guessed_from_all_words_together() {
        for (encoding, words) in [
            (SHIFT_JIS, ["トタン屋根に降る雨の音", "フィールド録音", "雨"]),
            (ISO_2022_JP, ["トタン屋根に降る雨の音", "フィールド録音", "雨"]),
            (GBK, ["铁皮屋顶上的雨声", "现场录音，没有风", "雨声"]),
            (EUC_KR, ["양철 지붕에 내리는 비", "현장 녹음", "비"]),
            (WINDOWS_1251, ["Дождь по железной крыше", "Полевая запись", "дождь"]),
            (WINDOWS_1252, ["Café près de l’église", "Zoë Müller", "Regen auf Blechdächern"]),
        ] {
            let bytes = words.map(|text| encoding.encode(text).0.into_owned());
            assert_eq!(decode_all(&bytes, None), words.map(|text| Some(text.to_owned())), "{}", encoding.name());
        }
        assert_eq!(text(b"Zo\xEB\0"), Some("Zoë".to_owned()));
    }

    #[test]
    fn wide_text_is_known_with_and_without_its_mark() {
        for (bytes, words) in [
            (&b"\xFF\xFE\xE8\x96n0"[..], Some("雨の")),
            (b"R\0a\0i\0n\0\0\0\x07\x07", Some("Rain")),
            (b"\0R\0a\0i\0n\0\0", Some("Rain")),
            (b"\xEF\xBB\xBFRain", Some("Rain")),
            (b"Rain\0\0junk", Some("Rain")),
            (b"A\0", Some("A")),
            (b"  \x01\x02 \0", None),
            (b"a\x07b\r\nc", Some("a b\nc")),
        ] {
            assert_eq!(text(bytes).as_deref(), words, "{bytes:02x?}");
        }
    }
}
