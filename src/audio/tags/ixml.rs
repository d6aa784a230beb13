//! The words of an `iXML` chunk, as recorders on a set and libraries of game sound keep them. In: the XML. Out: words with
//! the tag that each belongs to, in the order of the file. XML that breaks off or breaks its rules is read as far as it goes.
//!
//! References: iXML specification 3.01; ASWG-G006 (the `ASWG` object).

use crate::audio::metadata::TagName;
use crate::audio::tags::xml::{XmlPart, parts};

/// The words of `xml`.
pub(super) fn words(xml: &str) -> Vec<(TagName, String)> {
    let (mut found, mut path, mut text) = (Vec::new(), Vec::<String>::new(), String::new());
    for part in parts(xml) {
        match part {
            XmlPart::Start(element) => {
                keep(&path, &mut text, &mut found);
                path.push(element.local_name().into_inner().to_ascii_uppercase());
            }
            XmlPart::Words(words) => text.push_str(&words),
            XmlPart::End => {
                keep(&path, &mut text, &mut found);
                path.pop();
            }
            XmlPart::Empty(_) => {}
        }
    }
    keep(&path, &mut text, &mut found);
    found
}

/// Takes `text`, which stands in the element at `path`, to the words if it belongs to a tag.
fn keep(path: &[String], text: &mut String, found: &mut Vec<(TagName, String)>) {
    let words = std::mem::take(text);
    let words = words.trim();
    if path.last().is_some_and(|leaf| leaf == "BWF_ORIGINATION_TIME") {
        // It stands behind the date that it belongs to.
        let date = found.iter_mut().rev().find(|(name, _)| *name == TagName::Date);
        date.into_iter().for_each(|(_, date)| *date = format!("{date}T{words}"));
        return;
    }
    if let Some(name) = name_of(path).filter(|_| !words.is_empty()) {
        found.push((name, words.to_owned()));
    }
}

/// The tag that the element at `path` stands for.
fn name_of(path: &[String]) -> Option<TagName> {
    let has = |name: &str| path.iter().any(|element| element == name);
    let leaf = path.last()?.as_str();
    if has("ASWG") {
        return name_in_aswg(leaf);
    }
    Some(match leaf {
        _ if has("USER") => TagName::User,
        "NAME" if has("TRACK_LIST") => TagName::Tracks,
        "SCENE" => TagName::Scene,
        "TAKE" => TagName::Take,
        "NOTE" => TagName::Note,
        "TAPE" => TagName::Tape,
        "PROJECT" => TagName::Project,
        "LOCATION_NAME" => TagName::Location,
        "BWF_DESCRIPTION" => TagName::Description,
        "BWF_ORIGINATOR" => TagName::Originator,
        "BWF_ORIGINATION_DATE" => TagName::Date,
        _ => return None,
    })
}

/// Elements of ASWG that are no tag of their own are words of the user; its measurements are left out.
fn name_in_aswg(leaf: &str) -> Option<TagName> {
    Some(match leaf {
        "CATEGORY" | "SUBCATEGORY" | "CATID" | "USERCATEGORY" | "VENDORCATEGORY" => TagName::Category,
        "FXNAME" | "SONGTITLE" => TagName::Title,
        "LIBRARY" => TagName::Album,
        "NOTES" => TagName::Note,
        "PROJECT" => TagName::Project,
        "ARTIST" => TagName::Artist,
        "GENRE" => TagName::Genre,
        "COMPOSER" => TagName::Composer,
        "KEYWORDS" => TagName::Keywords,
        "TEMPO" => TagName::Bpm,
        "INKEY" => TagName::Key,
        "ORIGINATOR" => TagName::Originator,
        "RECENGINEER" => TagName::Engineer,
        "RECSTUDIO" | "IMPULSELOCATION" => TagName::Location,
        "LOUDNESS" | "LOUDNESSRANGE" | "MAXPEAK" | "ZEROCROSSRATE" | "PAPR" | "SPECDENSITY" | "RMSPOWER" => {
            return None;
        }
        "ASWG" | "CONTENTTYPE" | "STATE" | "ISLOOP" | "ISOST" | "ISSOURCE" | "ISDIEGETIC" | "CHANNELCONFIG" => {
            return None;
        }
        _ => TagName::User,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(xml: &str, expected: &[(TagName, &str)]) {
        let found = words(xml);
        let found: Vec<_> = found.iter().map(|(name, words)| (*name, words.as_str())).collect();
        assert_eq!(found, expected, "{xml}");
    }

    #[test]
    fn words_of_a_set_and_of_a_library() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<BWFXML><IXML_VERSION>1.61</IXML_VERSION>\
            <PROJECT>Tin &amp; Rain</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE><TAPE>R7</TAPE><NOTE>wind &#228;</NOTE>\
            <TRACK_LIST><TRACK_COUNT>2</TRACK_COUNT><TRACK><CHANNEL_INDEX>1</CHANNEL_INDEX><NAME>Boom</NAME></TRACK>\
            <TRACK><NAME>Lav Zoë</NAME></TRACK></TRACK_LIST><USER>close <MORE>and dry</MORE></USER>\
            <ASWG><category>WEATHER</category><fxName>Drizzle</fxName><loudness>-23</loudness><micType>omni</micType>\
            </ASWG></BWFXML>";
        let expected = [
            (TagName::Project, "Tin & Rain"),
            (TagName::Scene, "12A"),
            (TagName::Take, "3"),
            (TagName::Tape, "R7"),
            (TagName::Note, "wind ä"),
            (TagName::Tracks, "Boom"),
            (TagName::Tracks, "Lav Zoë"),
            (TagName::User, "close"),
            (TagName::User, "and dry"),
            (TagName::Category, "WEATHER"),
            (TagName::Title, "Drizzle"),
            (TagName::User, "omni"),
        ];
        check(xml, &expected);
    }

    #[test]
    fn a_date_has_its_time() {
        let date = "<BWF_ORIGINATION_DATE>2021-04-20</BWF_ORIGINATION_DATE>";
        let time = "<BWF_ORIGINATION_TIME>13:10:00</BWF_ORIGINATION_TIME>";
        let both = format!("<BWFXML><BEXT>{date}\n{time}</BEXT></BWFXML>");
        check(&both, &[(TagName::Date, "2021-04-20T13:10:00")]);
        check(&format!("<BWFXML>{date}</BWFXML>"), &[(TagName::Date, "2021-04-20")]);
        check(&format!("<BWFXML>{time}</BWFXML>"), &[]);
    }

    #[test]
    fn xml_that_breaks_its_rules_is_read_as_far_as_it_goes() {
        check("<BWFXML><SCENE>12A</SCENE><TAKE>3", &[(TagName::Scene, "12A"), (TagName::Take, "3")]);
        check("<BWFXML><NOTE>rain & wind</NOTE>", &[(TagName::Note, "rain & wind")]);
        check("<BWFXML><SCENE>1</TAKE></BWFXML>", &[(TagName::Scene, "1")]);
        check("no XML <", &[]);
        check("", &[]);
    }
}
