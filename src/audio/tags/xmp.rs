//! The words of an XMP packet, as Adobe's programs and asset managers keep them. In: the XML. Out: words with the tag that each
//! belongs to, in the order of the packet; words of several languages or kinds one after the other. XML that breaks off is
//! read as far as it goes.
//!
//! References: ISO 16684-1 (XMP); Adobe, XMP Specification Part 2 (Dublin Core, Dynamic Media).

use quick_xml::events::BytesStart;

use crate::audio::metadata::TagName;
use crate::audio::tags::xml::{XmlPart, parts};

/// The words of `xml`.
pub(super) fn words(xml: &str) -> Vec<(TagName, String)> {
    let (mut found, mut path, mut text) = (Vec::new(), Vec::<String>::new(), String::new());
    for part in parts(xml) {
        match part {
            XmlPart::Start(element) => {
                text.clear();
                add_attributes(&element, &mut found);
                path.push(element.local_name().into_inner().to_owned());
            }
            XmlPart::Empty(element) => add_attributes(&element, &mut found),
            XmlPart::Words(words) => text.push_str(&words),
            XmlPart::End => {
                // The words stand in the property itself or in the items of its list.
                let property = path.iter().rev().find(|name| !matches!(name.as_str(), "li" | "Alt" | "Bag" | "Seq"));
                add(property.map_or("", String::as_str), &text, &mut found);
                text.clear();
                path.pop();
            }
        }
    }
    found
}

/// Properties may stand as attributes of what they describe.
fn add_attributes(element: &BytesStart<'_>, found: &mut Vec<(TagName, String)>) {
    for attribute in element.attributes().flatten() {
        let name = attribute.key.local_name().into_inner().to_owned();
        let value = quick_xml::escape::unescape(&attribute.value).map(|value| value.into_owned());
        add(&name, &value.unwrap_or_default(), found);
    }
}

fn add(property: &str, words: &str, found: &mut Vec<(TagName, String)>) {
    let words = words.trim();
    if let Some(name) = name_of(property).filter(|_| !words.is_empty()) {
        found.push((name, words.to_owned()));
    }
}

/// The tag that a property of Dublin Core or Dynamic Media stands for.
fn name_of(property: &str) -> Option<TagName> {
    Some(match property {
        "title" => TagName::Title,
        "description" => TagName::Description,
        "creator" | "artist" => TagName::Artist,
        "subject" => TagName::Keywords,
        "rights" | "copyright" => TagName::Copyright,
        "album" => TagName::Album,
        "genre" => TagName::Genre,
        "composer" => TagName::Composer,
        "engineer" => TagName::Engineer,
        "scene" => TagName::Scene,
        "takeNumber" => TagName::Take,
        "tapeName" => TagName::Tape,
        "logComment" => TagName::Note,
        "projectName" => TagName::Project,
        "shotLocation" => TagName::Location,
        "key" => TagName::Key,
        "tempo" => TagName::Bpm,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_elements_lists_and_attributes() {
        let xml = "<?xpacket begin='' id='W5M0'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>\
            <rdf:Description rdf:about='' xmpDM:scene='12A' xmpDM:tempo='90'>\
            <dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Rain &amp; tin</rdf:li></rdf:Alt></dc:title>\
            <dc:subject><rdf:Bag><rdf:li>rain</rdf:li><rdf:li>roof</rdf:li></rdf:Bag></dc:subject>\
            <xmpDM:logComment><![CDATA[close & dry]]></xmpDM:logComment></rdf:Description></rdf:RDF></x:xmpmeta>";
        let found = words(xml);
        let found: Vec<_> = found.iter().map(|(name, words)| (*name, words.as_str())).collect();
        let expected = [
            (TagName::Scene, "12A"),
            (TagName::Bpm, "90"),
            (TagName::Title, "Rain & tin"),
            (TagName::Keywords, "rain"),
            (TagName::Keywords, "roof"),
            (TagName::Note, "close & dry"),
        ];
        assert_eq!(found, expected);
        assert_eq!(words("<dc:title>Rain</dc:title><"), [(TagName::Title, "Rain".to_owned())]);
        assert_eq!(words(""), []);
    }
}
