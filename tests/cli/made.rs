//! A library made by hand, through the library's writer: files with chosen vectors in the plane, so that tests know every
//! cosine and need no model.

use std::fs;
use std::path::PathBuf;

use auricle::embedding::{Embedding, Space};
use auricle::library::record::change::Change;
use auricle::library::record::file::{FileFacts, Hash, Stamp};
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::{Segment, SegmentKind};
use auricle::library::record::sound::SoundFacts;
use auricle::library::writer::Writer;

use crate::support::Home;

/// Length of a moment, in seconds.
const MOMENT_SECONDS: f64 = 10.0;

/// A file of the library. It is on disk too, though it holds no sound.
pub(crate) struct Sound {
    name: PathBuf,
    content: String,
    /// Direction of its vector.
    degrees: f32,
    /// Directions of its moments, which begin every [`MOMENT_SECONDS`].
    moments: Vec<f32>,
    pub(crate) facts: SoundFacts,
}

impl Sound {
    /// A clip of five seconds.
    pub(crate) fn new(name: impl Into<PathBuf>, degrees: f32) -> Self {
        let name = name.into();
        let facts = SoundFacts {
            container: "wav".into(),
            codec: "pcm_s16le".into(),
            rate_hz: 44_100,
            channels: 1,
            duration_seconds: 5.0,
            ..SoundFacts::default()
        };
        Sound { content: format!("{name:?}"), name, degrees, moments: Vec::new(), facts }
    }

    /// The same with moments in those directions.
    pub(crate) fn with_moments(mut self, degrees: &[f32]) -> Self {
        self.facts.duration_seconds = MOMENT_SECONDS * degrees.len() as f64;
        self.moments = degrees.to_vec();
        self
    }

    /// The same with that content; a file has one of its own otherwise.
    pub(crate) fn with_content(mut self, content: &str) -> Self {
        content.clone_into(&mut self.content);
        self
    }

    fn change(&self, home: &Home) -> Change {
        let path = home.write(&self.name, self.content.as_bytes());
        let hash = Some(Hash(*blake3::hash(self.content.as_bytes()).as_bytes()));
        let stamp = Stamp::of(&fs::metadata(&path).unwrap());
        let whole = Segment {
            kind: SegmentKind::Clip,
            start_seconds: 0.0,
            end_seconds: self.facts.duration_seconds,
            channel: None,
        };
        let mut segments = vec![(whole, direction(self.degrees))];
        for (number, degrees) in self.moments.iter().enumerate() {
            let start_seconds = MOMENT_SECONDS * number as f64;
            let end_seconds = start_seconds + MOMENT_SECONDS;
            segments.push((
                Segment { kind: SegmentKind::Moment, start_seconds, end_seconds, channel: None },
                direction(*degrees),
            ));
        }
        Change::Indexed {
            file: FileFacts { path, stamp, hash, hearing: Hearing::Mix },
            sound: self.facts.clone(),
            segments,
        }
    }
}

/// A home whose default library holds `sounds`. Its model is nowhere to be found.
pub(crate) fn library_of(sounds: &[Sound]) -> Home {
    let home = Home::new();
    let model = Space { name: "no such model".into(), fingerprint: "made by hand".into(), dim: 2 };
    let changes: Vec<Change> = sounds.iter().map(|sound| sound.change(&home)).collect();
    Writer::open(&home.path("home/indexes/default"), &model).unwrap().commit(&changes).unwrap();
    home
}

fn direction(degrees: f32) -> Embedding {
    let radians = degrees.to_radians();
    Embedding::normalized(vec![radians.cos(), radians.sin()]).unwrap()
}
