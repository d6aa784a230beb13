//! One thread owns the model behind a bounded queue, and everybody else asks it.
//!
//! Comes in: sounds and prompts, from any number of threads. Goes out: embeddings. Callers decode and make views on
//! their own threads and wait here for the model; requests that wait at the same time run as one batch. A full queue
//! makes callers wait, so that no backlog grows in memory. It will not touch a library or a file system.

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use crate::audio::Sound;
use crate::embedding::Embedding;
use crate::error::{Error, Result, Stage};
use crate::features::{FrontEnd, Plan, View, ViewStream};
use crate::model::Clap;

/// Views that run as one batch; enough for every core of a large machine, small enough to keep the queue moving.
const BATCH_VIEWS: usize = 32;

/// Requests that may wait; one a decoding thread is plenty.
const QUEUE_REQUESTS: usize = 64;

/// Views of one long sound that are gathered before the model is asked.
const GATHERED_VIEWS: usize = 8;

/// A handle to the model's thread; clones share it, and the thread ends with the last clone.
#[derive(Clone)]
pub struct Encoder {
    queue: SyncSender<Request>,
    model: Arc<ModelFacts>,
}

/// What callers may know of a model without asking its thread.
struct ModelFacts {
    name: String,
    fingerprint: String,
    dim: usize,
    front_end: Arc<FrontEnd>,
    audio_scale: f32,
}

/// What became of one sound.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedSound {
    /// The vector of the whole sound.
    pub clip: Embedding,
    /// Length of what was decoded, in seconds.
    pub seconds: f64,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub partial: Option<String>,
}

type Reply = Sender<Result<Vec<Embedding>>>;

enum Request {
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
            name: clap.name().to_string(),
            fingerprint: clap.fingerprint().to_string(),
            dim: clap.dim(),
            front_end: clap.front_end().clone(),
            audio_scale: clap.audio_scale(),
        });
        let (queue, requests) = sync_channel(QUEUE_REQUESTS);
        thread::Builder::new()
            .name("encoder".into())
            .spawn(move || serve(&clap, &requests))
            .map_err(|e| Error::internal(Stage::Encode, "the model's thread could not be started").caused_by(e))?;
        Ok(Encoder { queue, model })
    }

    /// The name the model was found by.
    pub fn model_name(&self) -> &str {
        &self.model.name
    }

    /// The model's fingerprint, in hex.
    pub fn fingerprint(&self) -> &str {
        &self.model.fingerprint
    }

    /// Length of the embeddings.
    pub fn dim(&self) -> usize {
        self.model.dim
    }

    /// The model's front end.
    pub fn front_end(&self) -> &Arc<FrontEnd> {
        &self.model.front_end
    }

    /// What cosines are multiplied by before a softmax over prompts.
    pub fn audio_scale(&self) -> f32 {
        self.model.audio_scale
    }

    /// One embedding a prompt, in order.
    ///
    /// # Errors
    /// As [`Clap::embed_text`].
    pub fn embed_text(&self, prompts: &[String]) -> Result<Vec<Embedding>> {
        self.ask(|reply| Request::Text(prompts.to_vec(), reply))
    }

    /// One embedding a view, in order.
    ///
    /// # Errors
    /// As [`Clap::embed_audio`].
    pub fn embed_views(&self, views: Vec<View>) -> Result<Vec<Embedding>> {
        self.ask(|reply| Request::Audio(views, reply))
    }

    /// Decodes `sound` on the calling thread, has its views embedded by the model's thread, and averages them. Memory
    /// does not grow with the sound's length, but for the mel that a fused model needs whole.
    ///
    /// # Errors
    /// As [`crate::audio::Blocks::next_block`], [`ViewStream::finish`] and [`Clap::embed_audio`].
    pub fn embed_sound(&self, sound: Sound) -> Result<EncodedSound> {
        self.embed_stretch(sound, 0.0..f64::INFINITY)
    }

    /// The same for the part of `sound` between two times in seconds, as if there were nothing else in the file.
    ///
    /// # Errors
    /// As [`Encoder::embed_sound`], which also reports a part that has no samples.
    pub fn embed_stretch(&self, sound: Sound, seconds: Range<f64>) -> Result<EncodedSound> {
        let rate_hz = self.front_end().rate_hz();
        // Casting saturates: no end is the largest number.
        let wanted = [seconds.start, seconds.end].map(|time| (time * f64::from(rate_hz)).round() as u64);
        let mut blocks = sound.into_blocks(rate_hz)?;
        let mut stream = ViewStream::new(self.front_end().clone(), Plan::Clip);
        let mut gathered = Gathered { encoder: self, views: Vec::new(), parts: Vec::new() };
        let (mut position, mut len_samples) = (0u64, 0u64);
        while position < wanted[1]
            && let Some(block) = blocks.next_block()?
        {
            let block_len = block.len() as u64;
            let [start, end] = wanted.map(|wanted| wanted.saturating_sub(position).min(block_len) as usize);
            position += block_len;
            if start < end {
                len_samples += (end - start) as u64;
                gathered.add(stream.push(&block[start..end]))?;
            }
        }
        gathered.add(stream.finish()?)?;
        gathered.flush()?;
        Ok(EncodedSound {
            clip: Embedding::mean(&gathered.parts)?,
            seconds: len_samples as f64 / f64::from(rate_hz),
            partial: blocks.partial().map(str::to_string),
        })
    }

    fn ask(&self, request: impl FnOnce(Reply) -> Request) -> Result<Vec<Embedding>> {
        let ended = |_| Error::internal(Stage::Encode, "the model's thread has ended");
        let (reply, answer) = channel();
        self.queue.send(request(reply)).map_err(|_| ended(std::sync::mpsc::RecvError))?;
        answer.recv().map_err(ended)?
    }
}

/// The views of one sound on their way to the model, and the weighted vectors that have come back.
struct Gathered<'a> {
    encoder: &'a Encoder,
    views: Vec<View>,
    parts: Vec<(Embedding, f32)>,
}

impl Gathered<'_> {
    fn add(&mut self, views: Vec<View>) -> Result<()> {
        self.views.extend(views);
        if self.views.len() >= GATHERED_VIEWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let views = std::mem::take(&mut self.views);
        let weights: Vec<f32> = views.iter().map(|view| view.weight).collect();
        self.parts.extend(self.encoder.embed_views(views)?.into_iter().zip(weights));
        Ok(())
    }
}

/// Answers requests until every handle is gone; sounds that wait together share a batch.
fn serve(clap: &Clap, requests: &Receiver<Request>) {
    while let Ok(first) = requests.recv() {
        let mut next = Some(first);
        while let Some(request) = next.take() {
            match request {
                Request::Text(prompts, reply) => {
                    let prompts: Vec<&str> = prompts.iter().map(String::as_str).collect();
                    // A caller that no longer waits needs no answer.
                    let _ = reply.send(clap.embed_text(&prompts));
                }
                Request::Audio(views, reply) => next = serve_batch(clap, requests, views, reply),
            }
        }
    }
}

/// Joins the sounds already waiting to this one, up to a batch; returns the request that ended the gathering.
fn serve_batch(clap: &Clap, requests: &Receiver<Request>, mut views: Vec<View>, reply: Reply) -> Option<Request> {
    let mut waiting = vec![(views.len(), reply)];
    let mut left_over = None;
    while views.len() < BATCH_VIEWS {
        match requests.try_recv() {
            Ok(Request::Audio(more, reply)) => {
                waiting.push((more.len(), reply));
                views.extend(more);
            }
            Ok(other) => {
                left_over = Some(other);
                break;
            }
            Err(_) => break,
        }
    }
    answer(clap, &views, &waiting);
    left_over
}

fn answer(clap: &Clap, views: &[View], waiting: &[(usize, Reply)]) {
    match clap.embed_audio(views) {
        Ok(embeddings) => {
            let mut rest = embeddings.into_iter();
            for (count, reply) in waiting {
                let _ = reply.send(Ok(rest.by_ref().take(*count).collect()));
            }
        }
        // One bad sound must not fail its neighbours: each is tried by itself.
        Err(_) => {
            let mut start = 0;
            for (count, reply) in waiting {
                let _ = reply.send(clap.embed_audio(&views[start..start + count]));
                start += count;
            }
        }
    }
}
