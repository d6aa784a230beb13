//! A library that is served: its searchers, lent to one request at a time, and the right to write to it.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use crate::classify::classifier::Classifier;
use crate::classify::presence::Rivals;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::Result;
use crate::library::Library;
use crate::library::browse::ClipRow;
use crate::library::lookup::FileFilter;
use crate::library::order::FileSort;
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentId;
use crate::library::writer::Writer;
use crate::operations::duplicates::survey;
use crate::operations::observer::Observer;
use crate::panics;
use crate::search::Searcher;
use crate::search::map::SoundMap;
use crate::server::api::refusal::ApiRefusal;
use crate::server::config::{LibraryConfig, Limits};
use crate::server::file_orders::FileOrders;
use crate::server::http::admission::ConcurrencyLimit;
use crate::server::http::problem::Problem;

/// How long a change waits for another request's, which takes a moment.
const PATIENCE: Duration = Duration::from_secs(2);

/// Words that the model is warmed up with: as good as others.
const WARMING: &str = "rain on a roof";

/// A library that is served.
#[derive(Clone)]
pub(crate) struct ServedLibrary {
    state: Arc<ServedState>,
}

struct ServedState {
    name: String,
    folder: PathBuf,
    encoder: Encoder,
    answering: ConcurrencyLimit,
    searchers: Mutex<Searchers>,
    /// The library as a whole, as it was when somebody asked last.
    map: Mutex<Option<Arc<SoundMap>>>,
    /// Lists of its files that were gone through lately.
    orders: FileOrders,
    /// Held while something is written, so that two requests never meet at the catalogue's lock.
    writing: Mutex<()>,
}

/// Searchers that share their indexes. The first is kept to make others from.
#[derive(Default)]
struct Searchers {
    first: Option<Searcher>,
    idle: Vec<Searcher>,
    rivals: Arc<KnownRivals>,
}

/// What was worked out about the sounds of one catalogue, whose ids are never given twice: a few MiB for 100,000 of them.
type KnownRivals = Mutex<HashMap<SegmentId, Rivals>>;

/// A searcher that goes back when it is dropped.
pub(crate) struct SearcherGuard<'a> {
    from: &'a Mutex<Searchers>,
    searcher: Option<Searcher>,
    rivals: Arc<KnownRivals>,
}

impl SearcherGuard<'_> {
    /// The rivals of `clips`, which have these `vectors`, as `classifier` needs them: those known from memory.
    pub(crate) fn rivals(&self, classifier: &Classifier, clips: &[ClipRow], vectors: &[Embedding]) -> Vec<Rivals> {
        if let Classifier::Head(_) = classifier {
            return vec![Rivals::default(); clips.len()];
        }
        let lock = || panics::lock(&self.rivals);
        let mut all: Vec<Option<Rivals>> = {
            let known = lock();
            clips.iter().map(|clip| known.get(&clip.segment).copied()).collect()
        };
        let missing: Vec<usize> = (0..clips.len()).filter(|at| all[*at].is_none()).collect();
        let made = classifier.rivals(&missing.iter().map(|at| vectors[*at].clone()).collect::<Vec<_>>());
        let mut known = lock();
        for (at, rivals) in missing.into_iter().zip(made) {
            known.insert(clips[at].segment, rivals);
            all[at] = Some(rivals);
        }
        all.into_iter().flatten().collect()
    }
}

impl Deref for SearcherGuard<'_> {
    type Target = Searcher;

    fn deref(&self) -> &Searcher {
        self.searcher.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for SearcherGuard<'_> {
    fn deref_mut(&mut self) -> &mut Searcher {
        self.searcher.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for SearcherGuard<'_> {
    fn drop(&mut self) {
        panics::lock(self.from).idle.extend(self.searcher.take());
    }
}

impl ServedLibrary {
    /// Serves `served`, which need not exist yet.
    pub(crate) fn new(served: LibraryConfig, limits: &Limits) -> Self {
        let LibraryConfig { name, folder, encoder } = served;
        let answering = ConcurrencyLimit::new("requests", limits.searches, limits.waiting);
        let (searchers, map, orders, writing) = Default::default();
        ServedLibrary {
            state: Arc::new(ServedState { name, folder, encoder, answering, searchers, map, orders, writing }),
        }
    }

    /// What requests call it.
    pub(crate) fn name(&self) -> &str {
        &self.state.name
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.state.folder
    }

    /// The model that made it, or will.
    pub(crate) fn encoder(&self) -> &Encoder {
        &self.state.encoder
    }

    /// Requests that wait for it.
    pub(crate) fn waiting(&self) -> usize {
        self.state.answering.waiting()
    }

    /// Whether it has been begun.
    ///
    /// # Errors
    /// Stage `catalogue` if the folder cannot be read.
    pub(crate) fn exists(&self) -> Result<bool> {
        Library::exists(&self.state.folder)
    }

    /// Runs `work` with this library on a thread that may block.
    ///
    /// # Errors
    /// The problem that `work` gives; a 429 if too many wait already.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ServedLibrary) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let served = self.clone();
        self.state.answering.run(move || work(&served)).await
    }

    /// The same, after `meanwhile` if it has to wait for its turn.
    ///
    /// # Errors
    /// As [`ServedLibrary::run`].
    pub(crate) async fn run_after<T: Send + 'static>(
        &self,
        meanwhile: impl Future<Output = ()>,
        work: impl FnOnce(&ServedLibrary) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let served = self.clone();
        self.state.answering.run_after(meanwhile, move || work(&served)).await
    }

    /// The same for work that a flag stops, which is set once the client is gone.
    ///
    /// # Errors
    /// As [`ServedLibrary::run`].
    pub(crate) async fn run_while_wanted<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ServedLibrary, &Arc<AtomicBool>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let served = self.clone();
        self.state.answering.run_while_wanted(move |stop| work(&served, stop)).await
    }

    /// A searcher for as long as it is needed.
    ///
    /// # Errors
    /// A 404 if the library has not been begun; stage `catalogue` if it cannot be opened.
    pub(crate) fn searcher(&self) -> Result<SearcherGuard<'_>, Problem> {
        let from = &self.state.searchers;
        let (idle, rivals) = {
            let mut searchers = panics::lock(from);
            (searchers.idle.pop(), Arc::clone(&searchers.rivals))
        };
        let (searcher, rivals) = match idle {
            Some(searcher) if !searcher.library().is_superseded()? => (searcher, rivals),
            Some(_) => {
                *panics::lock(from) = Searchers::default();
                self.open()?
            }
            None => self.open()?,
        };
        Ok(SearcherGuard { from, searcher: Some(searcher), rivals })
    }

    /// Opens all that a search needs, and has the model hear of words meanwhile, so that the first who asks need not wait.
    ///
    /// # Errors
    /// What opening it or embedding the words reports; none if it has not been begun.
    pub(crate) fn warm_up(&self) -> Result<(), Problem> {
        if !self.exists()? {
            return Ok(());
        }
        let (mut searcher, encoder) = (self.searcher()?, &self.state.encoder);
        thread::scope(|scope| {
            scope.spawn(|| encoder.embed_text(&[WARMING.to_owned()]));
            searcher.open_indexes()
        })?;
        Ok(())
    }

    fn open(&self) -> Result<(Searcher, Arc<KnownRivals>), Problem> {
        let mut searchers = panics::lock(&self.state.searchers);
        if let Some(first) = &searchers.first {
            match first.another() {
                Ok(another) => return Ok((another, Arc::clone(&searchers.rivals))),
                // Another catalogue has taken its place.
                Err(_) => *searchers = Searchers::default(),
            }
        }
        if !self.exists()? {
            return Err(ApiRefusal::LibraryEmpty { library: self.state.name.clone() }.into());
        }
        let library = Library::open(&self.state.folder)?;
        library.expect_model(self.state.encoder.space())?;
        let first = Searcher::new(library);
        let another = first.another()?;
        *searchers = Searchers { first: Some(first), ..Searchers::default() };
        Ok((another, Arc::clone(&searchers.rivals)))
    }

    /// The library as a whole: as it is kept, or if the library has changed, worked out again while others wait.
    ///
    /// # Errors
    /// A 404 if the library has not been begun; a 503 if it cannot be opened or read.
    pub(crate) fn sound_map(&self) -> Result<Arc<SoundMap>, Problem> {
        let searcher = self.searcher()?;
        let revision = searcher.library().revision()?;
        let mut kept = panics::lock(&self.state.map);
        if let Some(map) = kept.as_ref().filter(|map| map.revision == revision) {
            return Ok(Arc::clone(map));
        }
        let stop = Arc::default();
        let map = survey(searcher.library(), &Observer::new(&mut |_| {}, &stop))?;
        let map = Arc::new(map.ok_or_else(|| Problem::internal(&"the survey ended too early"))?);
        *kept = Some(Arc::clone(&map));
        Ok(map)
    }

    /// The files of `library`, which is this one, that `filter` lets through, in order.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn order(&self, library: &Library, filter: &FileFilter, sort: FileSort) -> Result<Arc<Vec<FileId>>> {
        self.state.orders.find(library, filter, sort)
    }

    /// Changes the library with `work`.
    ///
    /// # Errors
    /// A 409 if somebody else writes to it; what `work` gives.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T, Problem> {
        let _turn = self.turn(PATIENCE)?;
        let mut writer = Writer::open(&self.state.folder, self.state.encoder.space())?;
        Ok(work(&mut writer)?)
    }

    /// The right to write, among the requests of this server, for as long as it is held. Another request's change is
    /// waited for with `patience`.
    ///
    /// # Errors
    /// A 409 if a job has it.
    pub(crate) fn turn(&self, patience: Duration) -> Result<MutexGuard<'_, ()>, Problem> {
        let asked = Instant::now();
        loop {
            if let Some(turn) = panics::try_lock(&self.state.writing) {
                return Ok(turn);
            }
            if asked.elapsed() >= patience {
                return Err(ApiRefusal::LibraryBeingWritten { library: self.state.name.clone() }.into());
            }
            thread::sleep(patience / 100);
        }
    }
}
