//! What all requests share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::classify::classifier::Classifier;
use crate::classify::vocabulary::Vocabulary;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::{Error, Refusal, Result};
use crate::panics;
use crate::server::config::{Config, Limits};
use crate::server::http::access::Guard;
use crate::server::http::admission::ConcurrencyLimit;
use crate::server::http::assets::Assets;
use crate::server::http::metrics::Metrics;
use crate::server::http::problem::Problem;
use crate::server::jobs::Jobs;
use crate::server::served_library::ServedLibrary;
use crate::server::uploads::Uploads;

/// Vectors of words that are kept: some 8 MiB.
const KEPT_VECTORS: usize = 4096;

/// Sets of labels that are kept: some 1 MiB each.
const KEPT_CLASSIFIERS: usize = 16;

/// ByteWeight of pictures and waveforms that are kept.
const KEPT_BYTES: u64 = 64 << 20;

/// Sounds that are decoded for people at the same time, beside searches.
const DECODED: usize = 2;

/// Requests that may wait for that: a screenful of waveforms.
const WAITING_DECODED: usize = 64;

/// Sounds that are embedded at the same time, so that words come through between them.
const LISTENED: usize = 2;

/// Requests that may wait for that.
const WAITING_LISTENED: usize = 16;

/// Requests whose words are embedded at the same time while they wait: as many as share a batch.
const EMBEDDED_AHEAD: usize = 32;

/// Requests that look at a library as a whole at the same time.
const SURVEYED: usize = 2;

/// Requests that may wait for that.
const WAITING_SURVEYED: usize = 16;

/// What a vector is kept under: the model and the words, or the sound.
type VectorKey = (String, String);

/// What all requests share.
pub(super) struct Server {
    pub(super) limits: Limits,
    pub(super) guard: Guard,
    pub(super) assets: Assets,
    pub(super) metrics: Metrics,
    pub(super) home: PathBuf,
    pub(super) roots: Vec<PathBuf>,
    pub(super) libraries: Vec<ServedLibrary>,
    pub(super) uploads: Uploads,
    pub(super) jobs: Jobs,
    /// Bounds what is decoded to be seen or heard.
    pub(super) decoding: ConcurrencyLimit,
    /// Bounds what the model listens to.
    pub(super) listening: ConcurrencyLimit,
    /// Bounds whose words are embedded while they wait for their turn.
    pub(super) embedding_ahead: ConcurrencyLimit,
    /// Bounds what looks at a library as a whole.
    pub(super) surveying: ConcurrencyLimit,
    /// Pictures and waveforms, by what was asked.
    pub(super) pictures: Cache<String, Vec<u8>, ByteWeight>,
    /// Labels that are ready to be compared, by how they were asked for.
    pub(super) classifiers: Cache<String, Arc<Classifier>>,
    vectors: Cache<VectorKey, Embedding>,
    started: Instant,
}

/// Weighs what is kept by its size.
#[derive(Debug, Clone)]
pub(super) struct ByteWeight;

impl Weighter<String, Vec<u8>> for ByteWeight {
    fn weight(&self, key: &String, value: &Vec<u8>) -> u64 {
        (key.len() + value.len()) as u64
    }
}

impl Server {
    /// What `config` describes.
    ///
    /// # Errors
    /// [`Error::Internal`] if there can be no folder for uploads.
    pub(super) fn new(config: Config) -> Result<Self> {
        let guard = Guard::new(&config);
        let Config { libraries, assets, roots, home, limits, .. } = config;
        Ok(Server {
            limits,
            guard,
            assets: assets.map_or(Assets::Embedded, Assets::Folder),
            metrics: Metrics::new(),
            home,
            roots: roots.into_iter().map(|root| root.canonicalize().unwrap_or(root)).collect(),
            libraries: libraries.into_iter().map(|served| ServedLibrary::new(served, &limits)).collect(),
            uploads: Uploads::new()?,
            jobs: Jobs::default(),
            decoding: ConcurrencyLimit::new("sounds to be decoded", DECODED, WAITING_DECODED),
            listening: ConcurrencyLimit::new("sounds to be listened to", LISTENED, WAITING_LISTENED),
            embedding_ahead: ConcurrencyLimit::new("words to be embedded", EMBEDDED_AHEAD, 0),
            surveying: ConcurrencyLimit::new("requests for a whole library", SURVEYED, WAITING_SURVEYED),
            pictures: Cache::with_weighter(1024, KEPT_BYTES, ByteWeight),
            classifiers: Cache::new(KEPT_CLASSIFIERS),
            vectors: Cache::new(KEPT_VECTORS),
            started: Instant::now(),
        })
    }

    /// Makes the libraries ready to be asked, one after the other. What cannot be is told to who asks.
    pub(super) fn warm_up(&self) {
        for library in &self.libraries {
            if let Ok(Err(problem)) = panics::contain(|| library.warm_up()) {
                tracing::debug!("{} is not ready: {problem}", library.name());
            }
        }
    }

    /// The library called `name`, or the first.
    ///
    /// # Errors
    /// A 404 naming those there are.
    pub(super) fn library(&self, name: Option<&str>) -> Result<&ServedLibrary, Problem> {
        let found = match name {
            None => self.libraries.first(),
            Some(name) => self.libraries.iter().find(|library| library.name() == name),
        };
        found.ok_or_else(|| {
            let known = self.libraries.iter().map(|library| library.name().to_owned()).collect();
            let name = name.unwrap_or_default().to_owned();
            Error::from(Refusal::NameUnknown { kind: "library", name, known }).into()
        })
    }

    /// One vector for each of `texts` by the model behind `encoder`, those asked before from memory.
    ///
    /// # Errors
    /// `Error::Data` for words that cannot be tokenized; `Error::Internal` if the model or its device fails.
    pub(super) fn embed_texts(&self, encoder: &Encoder, texts: &[&str]) -> Result<Vec<Embedding>> {
        let key = |text: &str| (encoder.space().fingerprint.clone(), text.to_owned());
        let mut vectors: Vec<Option<Embedding>> = texts.iter().map(|text| self.vectors.get(&key(text))).collect();
        let missing: Vec<usize> = (0..texts.len()).filter(|index| vectors[*index].is_none()).collect();
        if !missing.is_empty() {
            let prompts: Vec<String> = missing.iter().map(|index| texts[*index].to_owned()).collect();
            for (index, vector) in missing.into_iter().zip(encoder.embed_text(&prompts)?) {
                self.vectors.insert(key(texts[index]), vector.clone());
                vectors[index] = Some(vector);
            }
        }
        Ok(vectors.into_iter().flatten().collect())
    }

    /// The vector of the sound that `key` names, by the model behind `encoder`: from memory, or else made by `listen`.
    ///
    /// # Errors
    /// What `listen` reports.
    pub(super) fn embed_sound(
        &self,
        encoder: &Encoder,
        key: &str,
        listen: impl FnOnce() -> Result<Embedding>,
    ) -> Result<Embedding> {
        // No words begin with a control character: they are refused.
        let key = (encoder.space().fingerprint.clone(), format!("\u{1}{key}"));
        if let Some(vector) = self.vectors.get(&key) {
            return Ok(vector);
        }
        let vector = listen()?;
        self.vectors.insert(key, vector.clone());
        Ok(vector)
    }

    /// The vocabulary that labels are judged against.
    ///
    /// # Errors
    /// `Error::Data` for words that cannot be tokenized; `Error::Internal` if the model or its device fails.
    pub(super) fn vocabulary(&self, encoder: &Encoder) -> Result<Vocabulary> {
        Vocabulary::open(encoder, &self.home.join("cache"))
    }

    /// All figures as text.
    ///
    /// # Errors
    /// A 500 if a figure cannot be written as text.
    pub(super) fn metrics_text(&self) -> Result<String, Problem> {
        let waiting: usize = self.libraries.iter().map(ServedLibrary::waiting).sum();
        let waiting = waiting + self.decoding.waiting() + self.listening.waiting() + self.surveying.waiting();
        self.metrics.waiting.set(waiting as i64);
        self.metrics.uploads.set(self.uploads.count() as i64);
        self.metrics.uptime.set(self.started.elapsed().as_secs_f64());
        self.metrics.text().map_err(|error| Problem::internal(&error))
    }
}
