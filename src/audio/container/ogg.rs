//! What symphonia leaves unsaid about an Ogg file. In: the byte source. Out: whether several are joined in it. Of such a file
//! symphonia (0.6.1) looks for the end of the first in a way that goes wrong; read from its start to its end, all is well.
//!
//! Reference: RFC 3533.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::source::{len_bytes, read_at};

/// Bytes looked at on either side: more than the longest page (65,307) has.
const LOOKED_AT: u64 = 128 << 10;

/// Bytes of a page's header without its table.
const HEADER_LEN: usize = 27;

/// Begins every page; the last byte is the version.
const PAGE: &[u8] = b"OggS\0";

/// The flag of a page that begins a stream.
const BEGINS: u8 = 2;

/// Whether the last page of the file in `source` belongs to no stream that begins at its start.
pub(in crate::audio) fn is_chained(source: &mut dyn MediaSource) -> io::Result<bool> {
    let len = len_bytes(source)?;
    let head = read_at(source, 0, LOOKED_AT as usize)?;
    let tail = read_at(source, len.saturating_sub(LOOKED_AT), LOOKED_AT as usize)?;
    let (mut begun, mut at) = (Vec::new(), 0);
    while let Some(page) = head.get(at..).filter(|rest| rest.starts_with(PAGE) && rest.len() > HEADER_LEN) {
        if page[5] & BEGINS == 0 {
            break;
        }
        begun.push(serial(page));
        let lacing = page.get(HEADER_LEN..HEADER_LEN + usize::from(page[26])).unwrap_or_default();
        at += HEADER_LEN + lacing.len() + lacing.iter().map(|&len| usize::from(len)).sum::<usize>();
    }
    let mut pages = tail.windows(HEADER_LEN).rev().filter(|bytes| bytes.starts_with(PAGE));
    Ok(pages.next().is_some_and(|last| !begun.contains(&serial(last))))
}

/// Whether the first packet of the file in `source` is the header of a stream of Speex.
pub(in crate::audio) fn has_speex(source: &mut dyn MediaSource) -> io::Result<bool> {
    const NAME: &[u8] = b"Speex   ";
    let page = read_at(source, 0, HEADER_LEN + 1 + NAME.len())?;
    Ok(page.starts_with(PAGE) && page.ends_with(NAME))
}

/// The number of the stream that a page belongs to.
fn serial(page: &[u8]) -> [u8; 4] {
    [page[14], page[15], page[16], page[17]]
}
