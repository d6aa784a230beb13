//! The options of every command, resolved: where libraries and models are, the library, and how much to say.

use std::env;
use std::path::{Path, PathBuf};

use auricle::classify::vocabulary::Vocabulary;
use auricle::encoder::queue::Encoder;
use auricle::error::Error;
use auricle::library::Library;
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;
use directories::ProjectDirs;
use indicatif::ProgressBar;

use crate::cli::global::GlobalOptions;
use crate::cli::model_options::ModelOptions;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::bar::BarStyle;
use crate::cli::terminal::download::DownloadBar;
use crate::cli::terminal::exit::{Exit, Failure};

/// Names the folder that holds libraries and models.
const HOME_VARIABLE: &str = "AURICLE_HOME";

/// The settings of this invocation.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Folder that holds libraries and models.
    home: PathBuf,
    library: PathBuf,
    quiet: bool,
    verbose: bool,
}

impl Context {
    /// Resolves the options of every command.
    pub(crate) fn new(options: GlobalOptions) -> Result<Self, Failure> {
        let home = find_home()?;
        let library = options.library.unwrap_or_else(|| home.join("indexes").join("default"));
        Ok(Context { home, library, quiet: options.quiet, verbose: options.verbose > 0 })
    }

    /// The same context with the demo's library.
    pub(crate) fn for_demo(&self) -> Self {
        Context { library: self.home.join("indexes").join("demo"), ..self.clone() }
    }

    /// The same context with the library in `folder`.
    #[cfg(feature = "server")]
    pub(crate) fn with_library(&self, library: PathBuf) -> Self {
        Context { library, ..self.clone() }
    }

    /// Folder that holds libraries and models.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Folder of the library.
    pub(crate) fn library_folder(&self) -> &PathBuf {
        &self.library
    }

    /// Whether only results and errors are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether each thing that was left out is to be told.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Finds the files of the model called `name`, or of the default, and downloads them if need be.
    pub(crate) fn find_checkpoint(&self, name: Option<&str>) -> Result<Checkpoint, Failure> {
        let found = Checkpoint::find(name, &self.home, &mut DownloadBar::new(self.bars()));
        found.map_err(|error| Failure::new(Exit::Model, error))
    }

    /// Loads the model onto its thread.
    pub(crate) fn start_encoder(&self, model: &ModelOptions) -> Result<Encoder, Failure> {
        self.start(self.find_checkpoint(model.name())?, model)
    }

    /// Loads the model for work on the library: the one that was named, or else the one that made the library.
    pub(crate) fn start_library_encoder(&self, model: &ModelOptions) -> Result<Encoder, Failure> {
        let mut name = model.name().map(str::to_owned);
        if name.is_none() && Library::exists(&self.library)? {
            name = Some(Library::open(&self.library)?.model().name.clone());
        }
        self.start(self.find_checkpoint(name.as_deref())?, model)
    }

    /// The vocabulary that labels are judged against, by the model behind `encoder`.
    pub(crate) fn vocabulary(&self, encoder: &Encoder) -> Result<Vocabulary, Error> {
        Vocabulary::open(encoder, &self.home.join("cache"))
    }

    fn start(&self, checkpoint: Checkpoint, model: &ModelOptions) -> Result<Encoder, Failure> {
        let encoder = Clap::load_for(&checkpoint, model.execution()).and_then(Encoder::spawn);
        encoder.map_err(|error| match error {
            // A device that is not here: the model has nothing to do with it.
            Error::Request(_) => error.into(),
            _ => Failure::new(Exit::Model, error),
        })
    }

    /// Opens the library for reading.
    pub(crate) fn open_library(&self) -> Result<Library, Failure> {
        Ok(Library::open(&self.library)?)
    }

    /// Whether bars are drawn.
    pub(crate) fn bars(&self) -> BarStyle {
        BarStyle::of_terminal(self.quiet)
    }

    /// A bar over `length` steps on standard error: hidden unless that is a terminal.
    pub(crate) fn progress_bar(&self, template: &str, length: u64) -> ProgressBar {
        self.bars().bar(template, length)
    }
}

fn find_home() -> Result<PathBuf, Failure> {
    if let Some(home) = env::var_os(HOME_VARIABLE).filter(|home| !home.is_empty()) {
        return Ok(home.into());
    }
    let platform = ProjectDirs::from("", "", "auricle").map(|folders| folders.data_dir().to_path_buf());
    platform.ok_or_else(|| CliRefusal::NoHome.into())
}
