//! What a clip says of where it is from: `bext` (EBU Tech 3285), iXML and Vorbis comments.

use std::path::Path;

use crate::audio::metadata::{Metadata, TagName, Tags};
use crate::recording_time::RecordingTime;

/// Who made the clip, where the file does not say who recorded it.
const MAKER: &str = "auricle";

/// Version of `bext` that is written.
const BEXT_VERSION: u16 = 1;

/// What `bext` keeps room for that we have nothing for.
const BEXT_RESERVED: usize = 64 + 190;

/// Elements of iXML, with the tags that they hold.
const IXML: [(&str, TagName); 5] = [
    ("PROJECT", TagName::Project),
    ("SCENE", TagName::Scene),
    ("TAKE", TagName::Take),
    ("TAPE", TagName::Tape),
    ("NOTE", TagName::Note),
];

/// The file that a clip is from, and where in it the clip begins.
pub(super) struct Origin<'a> {
    pub(super) metadata: &'a Metadata,
    pub(super) path: &'a Path,
    pub(super) first_frame: u64,
}

impl Origin<'_> {
    /// The content of a `bext` chunk; samples have so many `bits`.
    pub(super) fn bext(&self, bits: u32) -> Vec<u8> {
        let Metadata { rate_hz, channels, tags, .. } = self.metadata;
        let recorded = self.recorded();
        let (date, time) = recorded.map_or_else(Default::default, |clock| {
            let local = clock.local();
            (local.date().to_string(), local.time().round(jiff::Unit::Second).unwrap_or(local.time()).to_string())
        });
        let mut bext = Vec::new();
        field(&mut bext, &self.description(), 256);
        field(&mut bext, tags.get(TagName::Originator).unwrap_or(MAKER), 32);
        field(&mut bext, "", 32);
        field(&mut bext, &date, 10);
        field(&mut bext, &time, 8);
        bext.extend(self.time_reference(recorded).to_le_bytes());
        bext.extend(BEXT_VERSION.to_le_bytes());
        bext.extend([0; BEXT_RESERVED]);
        let mode = match channels {
            1 => "mono".to_owned(),
            2 => "stereo".to_owned(),
            many => format!("{many} channels"),
        };
        let from = format!("{} from sample {}", self.name(), self.first_frame);
        bext.extend(format!("A=PCM,F={rate_hz},W={bits},M={mode},T={MAKER}; {from}\r\n").into_bytes());
        bext.resize(bext.len().next_multiple_of(2), 0);
        bext
    }

    /// The content of an `iXML` chunk.
    pub(super) fn ixml(&self) -> String {
        let mut ixml =
            String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<BWFXML>\n<IXML_VERSION>1.61</IXML_VERSION>\n");
        for (element, tag) in IXML {
            if let Some(words) = self.metadata.tags.get(tag) {
                ixml += &format!("<{element}>{}</{element}>\n", escaped(words));
            }
        }
        ixml += &format!("<HISTORY><ORIGINAL_FILENAME>{}</ORIGINAL_FILENAME></HISTORY>\n", escaped(&self.name()));
        ixml += "</BWFXML>\n";
        // Some readers take no account of what fills up an odd length.
        if ixml.len() % 2 == 1 {
            ixml.push('\n');
        }
        ixml
    }

    /// The content of a block of Vorbis comments: the words of the file, and where the clip is from.
    pub(super) fn vorbis_comments(&self) -> Vec<u8> {
        let (tags, recorded) = (self.metadata.tags.clone(), self.recorded());
        // Its cues are at other places, and it began at another time.
        let is_other = |name: &str| {
            name == Tags::NAMES[TagName::Cues as usize]
                || (recorded.is_some() && name == Tags::NAMES[TagName::Date as usize])
        };
        let mut comments: Vec<String> = tags
            .into_named()
            .filter(|(name, _)| !is_other(name))
            .map(|(name, words)| format!("{}={words}", name.to_uppercase()))
            .collect();
        if self.metadata.tags.get(TagName::Description).is_none() {
            comments.push(format!("DESCRIPTION={}", self.description()));
        }
        comments.extend(recorded.map(|clock| format!("DATE={clock}")));
        comments.push(format!("SOURCE={} from sample {}", self.name(), self.first_frame));
        let mut block = Vec::new();
        add_text(&mut block, MAKER);
        block.extend((comments.len() as u32).to_le_bytes());
        comments.iter().for_each(|comment| add_text(&mut block, comment));
        block
    }

    /// When the clip begins by the recorder's clock, where the time of day is known.
    fn recorded(&self) -> Option<RecordingTime> {
        let began = self.metadata.tags.recorded(self.path)?;
        began.clock_at(self.first_frame as f64 / f64::from(self.metadata.rate_hz.max(1)))
    }

    /// Samples from midnight to the beginning of the clip; where no time of day is known, from the beginning of the file.
    fn time_reference(&self, recorded: Option<RecordingTime>) -> u64 {
        let Some(clock) = recorded else { return self.first_frame };
        let midnight = clock.local().date().to_datetime(jiff::civil::Time::midnight());
        let seconds = clock.local().duration_since(midnight).as_secs_f64();
        (seconds * f64::from(self.metadata.rate_hz)).round() as u64
    }

    fn description(&self) -> String {
        let tags = &self.metadata.tags;
        let words = tags.get(TagName::Description).or(tags.get(TagName::Title));
        words.map_or_else(|| self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), str::to_owned)
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Adds `words`, cut to `len` bytes and filled up to them.
fn field(bext: &mut Vec<u8>, words: &str, len: usize) {
    let end = (0..=len.min(words.len())).rev().find(|at| words.is_char_boundary(*at)).unwrap_or(0);
    bext.extend(&words.as_bytes()[..end]);
    bext.resize(bext.len() + len - end, 0);
}

/// Adds `text` with its length before it.
fn add_text(block: &mut Vec<u8>, text: &str) {
    block.extend((text.len() as u32).to_le_bytes());
    block.extend(text.as_bytes());
}

/// `words` as the text of an element.
fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
