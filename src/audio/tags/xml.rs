//! XML as the words in sound files come in: read as far as it goes where it breaks off or breaks its rules. In: the XML.
//! Out: its elements and words, in their order.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A part of XML.
pub(super) enum XmlPart<'a> {
    /// An element begins.
    Start(BytesStart<'a>),
    /// An element without content.
    Empty(BytesStart<'a>),
    /// Words of the element that is open, with what entities stand for. One text may come in several of these.
    Words(String),
    /// The element that is open ends.
    End,
}

/// The parts of `xml`.
pub(super) fn parts(xml: &str) -> impl Iterator<Item = XmlPart<'_>> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
    std::iter::from_fn(move || {
        loop {
            return match reader.read_event() {
                Ok(Event::Start(element)) => Some(XmlPart::Start(element)),
                Ok(Event::Empty(element)) => Some(XmlPart::Empty(element)),
                Ok(Event::Text(words)) => Some(XmlPart::Words(words.to_string())),
                Ok(Event::CData(words)) => Some(XmlPart::Words(words.to_string())),
                Ok(Event::GeneralRef(entity)) => Some(XmlPart::Words(match entity.resolve_char_ref() {
                    Ok(Some(letter)) => letter.to_string(),
                    _ => quick_xml::escape::resolve_xml_entity(&entity).unwrap_or(" ").to_owned(),
                })),
                Ok(Event::End(_)) => Some(XmlPart::End),
                Ok(Event::Eof) | Err(_) => None,
                Ok(_) => continue,
            };
        }
    })
}
