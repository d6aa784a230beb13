//! Hits as an extended M3U playlist in UTF-8. VLC's option lines say where a hit within a file begins and ends; other
//! players take them for comments and play the whole file.

use std::path::Path;

use auricle::search::hit::Hit;
use auricle::wire::path::file_name;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

/// Bytes that a path in a URL cannot have as they are (RFC 3986), the slash left alone.
const NOT_IN_URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The playlist of `hits`, best first.
pub(crate) fn render(hits: &[Hit]) -> String {
    let entries: String = hits.iter().map(entry).collect();
    format!("#EXTM3U\n{entries}")
}

fn entry(hit: &Hit) -> String {
    let is_part = hit.start_seconds > 0.0 || hit.end_seconds < hit.file.duration_seconds;
    let seconds = if is_part { hit.end_seconds - hit.start_seconds } else { hit.file.duration_seconds };
    let title = file_name(&hit.file.path).replace(char::is_control, " ");
    let mut text = format!("#EXTINF:{},{title}\n", seconds.round());
    if is_part {
        text += &format!("#EXTVLCOPT:start-time={:.3}\n", hit.start_seconds);
        text += &format!("#EXTVLCOPT:stop-time={:.3}\n", hit.end_seconds);
    }
    text + &location(&hit.file.path) + "\n"
}

/// The path as it is, or as a URL where a line of text cannot hold it.
fn location(path: &Path) -> String {
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) && text.trim() == text => text.to_owned(),
        _ => format!("file://{}", percent_encode(path.as_os_str().as_encoded_bytes(), NOT_IN_URL)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_no_line_of_text_becomes_a_url() {
        for (path, expected) in [
            ("/a b/ö#1.wav", "/a b/ö#1.wav"),
            ("/a/new\nline.wav", "file:///a/new%0Aline.wav"),
            ("/a/ö\t50%.wav ", "file:///a/%C3%B6%0950%25.wav%20"),
        ] {
            assert_eq!(location(Path::new(path)), expected);
        }
    }
}
