//! The model's thread and the queue before it.
//!
//! Requests that wait at the same time run as one batch; one bad sound or text in a batch does not fail its neighbours. A full queue
//! makes callers wait, so that no backlog grows in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use crate::embedding::{Embedding, Space};
use crate::error::{Error, Result, Stage};
use crate::features::config::FrontEnd;
use crate::features::view::View;
use crate::model::execution::Precision;
use crate::model::heard::HeardRecordings;
use crate::model::starter::STARTER;
use crate::model::tokenizer::PromptTokenizer;
use crate::model::{Clap, SOUND};
use crate::panics;

/// Views that run as one batch; enough for every core of a large machine, small enough to keep the queue moving.
const BATCH_VIEWS: usize = 32;

/// Prompts that run as one batch: the weights are read once for all of them.
const BATCH_PROMPTS: usize = 32;

/// Requests that may wait; one a decoding thread is plenty.
const QUEUE_REQUESTS: usize = 64;

/// A handle to the model's thread; clones share it, and the thread ends with the last clone.
///
/// ```
/// use auricle::{Clap, Encoder};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("beep.wav");
/// # let spec = hound::WavSpec { channels: 1, sample_rate: 16_000, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
/// # let mut wav = hound::WavWriter::create(&path, spec)?;
/// # (0..16_000).try_for_each(|i| wav.write_sample(((i as f32 * 0.4).sin() * 9000.0) as i16))?;
/// # wav.finalize()?;
/// let encoder = Encoder::spawn(Clap::starter()?)?;
/// let sound = encoder.embed_sound(auricle::audio::open(&path)?)?;
/// for vector in encoder.embed_text(&["a beep".to_owned(), "rain".to_owned()])? {
///     println!("{:.3}", sound.clip.cosine(&vector)?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Encoder {
    queue: SyncSender<QueuedRequest>,
    model: Arc<ModelFacts>,
}

/// What callers may know of a model without asking its thread.
struct ModelFacts {
    space: Space,
    front_end: Arc<FrontEnd>,
    audio_scale: f32,
    precision: Precision,
    heard: Arc<HeardRecordings>,
    tokenizer: Arc<PromptTokenizer>,
}

type Reply = Sender<Result<Vec<Embedding>>>;

enum QueuedRequest {
    Audio(Vec<View>, Reply),
    Text(Vec<String>, Reply),
}

impl Encoder {
    /// Moves `clap` to a thread of its own.
    ///
    /// # Errors
    /// [`Error::Internal`] if the system starts no more threads.
    pub fn spawn(clap: Clap) -> Result<Self> {
        let model = Arc::new(ModelFacts {
            space: space_of(&clap),
            front_end: clap.front_end().clone(),
            audio_scale: clap.audio_scale(),
            precision: clap.precision(),
            heard: clap.heard().clone(),
            tokenizer: clap.tokenizer().clone(),
        });
        let (queue, requests) = sync_channel(QUEUE_REQUESTS);
        thread::Builder::new()
            .name("encoder".into())
            .spawn(move || serve(&clap, &requests))
            .map_err(|e| Error::internal(Stage::Encode, "the model's thread could not be started").caused_by(e))?;
        Ok(Encoder { queue, model })
    }

    /// The space of the model's embeddings.
    pub fn space(&self) -> &Space {
        &self.model.space
    }

    /// The model's front end.
    pub fn front_end(&self) -> &Arc<FrontEnd> {
        &self.model.front_end
    }

    /// What cosines are multiplied by before a softmax over prompts.
    pub fn audio_scale(&self) -> f32 {
        self.model.audio_scale
    }

    /// How exactly sounds are embedded.
    pub fn precision(&self) -> Precision {
        self.model.precision
    }

    /// Whether the model is known to have learned from the recording that freesound.org has as `id`.
    pub(crate) fn has_heard_freesound(&self, id: u64) -> bool {
        self.model.heard.has_freesound(id)
    }

    /// Into how many pieces the model's tokenizer cuts `word`: more for words that it has seldom read.
    pub(crate) fn pieces(&self, word: &str) -> usize {
        self.model.tokenizer.pieces(word)
    }

    /// One embedding a prompt, in order.
    ///
    /// # Errors
    /// [`Error::Data`] if a prompt cannot be tokenized or the model panics on it; [`Error::Internal`] if the model or its
    /// device fails.
    pub fn embed_text(&self, prompts: &[String]) -> Result<Vec<Embedding>> {
        self.ask(|reply| QueuedRequest::Text(prompts.to_vec(), reply))
    }

    /// One embedding a view, in order.
    ///
    /// # Errors
    /// [`Error::Data`] if the model finds no direction for a view or panics on it; [`Error::Internal`] if a view has not
    /// the model's shape, or the device fails.
    pub(crate) fn embed_views(&self, views: Vec<View>) -> Result<Vec<Embedding>> {
        self.ask(|reply| QueuedRequest::Audio(views, reply))
    }

    fn ask(&self, request: impl FnOnce(Reply) -> QueuedRequest) -> Result<Vec<Embedding>> {
        let ended = |_| Error::internal(Stage::Encode, "the model's thread has ended");
        let (reply, answer) = channel();
        self.queue.send(request(reply)).map_err(|_| ended(std::sync::mpsc::RecvError))?;
        answer.recv().map_err(ended)?
    }
}

/// The space of `clap`'s embeddings. A folder is named by its full path, so that it is found again from anywhere; the
/// built-in model has no folder, whatever lies around.
fn space_of(clap: &Clap) -> Space {
    let name = clap.name();
    let is_folder = name != STARTER && Path::new(name).is_dir();
    let full_path = is_folder.then(|| Path::new(name).canonicalize().ok()).flatten();
    Space {
        name: full_path.map_or_else(|| name.to_owned(), |path| path.display().to_string()),
        fingerprint: clap.fingerprint().to_owned(),
        dim: clap.dim(),
    }
}

/// Answers requests until every handle is gone; what waits together and is of one kind shares a batch.
fn serve(clap: &Clap, requests: &Receiver<QueuedRequest>) {
    while let Ok(first) = requests.recv() {
        let mut next = Some(first);
        while let Some(request) = next.take() {
            next = match request {
                QueuedRequest::Text(prompts, reply) => {
                    let joins = |request| match request {
                        QueuedRequest::Text(prompts, reply) => Ok((prompts, reply)),
                        other @ QueuedRequest::Audio(..) => Err(other),
                    };
                    let (batch, left_over) = RequestBatch::gather(requests, (prompts, reply), BATCH_PROMPTS, joins);
                    let embed =
                        |prompts: &[String]| clap.embed_text(&prompts.iter().map(String::as_str).collect::<Vec<_>>());
                    batch.answer(&embed, &|prompts| prompts.join(", "));
                    left_over
                }
                QueuedRequest::Audio(views, reply) => {
                    let joins = |request| match request {
                        QueuedRequest::Audio(views, reply) => Ok((views, reply)),
                        other @ QueuedRequest::Text(..) => Err(other),
                    };
                    let (batch, left_over) = RequestBatch::gather(requests, (views, reply), BATCH_VIEWS, joins);
                    batch.answer(&|views| clap.embed_audio(views), &|_| SOUND.to_owned());
                    left_over
                }
            };
        }
    }
}

/// Requests of one kind that are answered together.
struct RequestBatch<T> {
    items: Vec<T>,
    /// Those who wait, each with the number of items that are its own.
    waiting: Vec<(usize, Reply)>,
}

impl<T> RequestBatch<T> {
    /// Joins the requests already waiting to the `first`, up to `most` items or the first that `joins` gives back, which is
    /// left over.
    fn gather(
        requests: &Receiver<QueuedRequest>,
        (items, reply): (Vec<T>, Reply),
        most: usize,
        joins: impl Fn(QueuedRequest) -> std::result::Result<(Vec<T>, Reply), QueuedRequest>,
    ) -> (Self, Option<QueuedRequest>) {
        let mut batch = RequestBatch { waiting: vec![(items.len(), reply)], items };
        while batch.items.len() < most {
            let Ok(request) = requests.try_recv() else { break };
            match joins(request) {
                Ok((items, reply)) => {
                    batch.waiting.push((items.len(), reply));
                    batch.items.extend(items);
                }
                Err(other) => return (batch, Some(other)),
            }
        }
        (batch, None)
    }

    /// Answers those who wait with what `embed` makes of their items; an error calls them what `name` does.
    fn answer(&self, embed: &dyn Fn(&[T]) -> Result<Vec<Embedding>>, name: &dyn Fn(&[T]) -> String) {
        let embed =
            |items: &[T]| panics::contain(|| embed(items)).unwrap_or_else(|panic| Err(gave_up(&name(items), &panic)));
        // A caller that no longer waits needs no answer.
        match embed(&self.items) {
            Ok(embeddings) => {
                let mut rest = embeddings.into_iter();
                for (count, reply) in &self.waiting {
                    let _ = reply.send(Ok(rest.by_ref().take(*count).collect()));
                }
            }
            // One bad request must not fail its neighbours: each is tried by itself.
            Err(_) => {
                let mut start = 0;
                for (count, reply) in &self.waiting {
                    let _ = reply.send(embed(&self.items[start..start + count]));
                    start += count;
                }
            }
        }
    }
}

/// A model that panics on one `input` goes on with the next: as with a decoder, it is the input that is bad.
fn gave_up(input: &str, panic: &str) -> Error {
    Error::data(input, Stage::Encode, format!("the model could not cope with it ({panic})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(value: f32) -> View {
        View { values: vec![value], channels: 1, frames: 1, bins: 1, is_longer: false, weight: 1.0, span: 0..1 }
    }

    #[test]
    fn a_sound_that_the_model_panics_on_fails_alone() {
        let embed = |views: &[View]| {
            assert!(views.iter().all(|view| view.values[0] > 0.0), "a view below zero");
            views.iter().map(|view| Embedding::normalized(view.values.clone())).collect()
        };
        let (replies, answers): (Vec<Reply>, Vec<_>) = (0..3).map(|_| channel()).unzip();
        let waiting: Vec<(usize, Reply)> = [1, 2, 1].into_iter().zip(replies).collect();
        let batch = RequestBatch { items: vec![view(1.0), view(2.0), view(-1.0), view(3.0)], waiting };
        batch.answer(&embed, &|_| SOUND.to_owned());
        let outcomes: Vec<_> = answers.iter().map(|answer| answer.recv().unwrap()).collect();
        assert_eq!([&outcomes[0], &outcomes[2]].map(|outcome| outcome.as_ref().unwrap().len()), [1, 1]);
        let Err(Error::Data { stage: Stage::Encode, reason, .. }) = &outcomes[1] else { panic!("{outcomes:?}") };
        assert!(reason.contains("a view below zero"), "{reason}");
    }
}
