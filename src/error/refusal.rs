//! The reasons for which a request cannot be met as it was asked.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a request cannot be met as asked. Asking differently can help, and who asked is told how by the face they use.
///
/// The enum is exhaustive on purpose: a face that has no advice for a new variant does not compile.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A number or a span outside of what it can be.
    #[error("invalid {quantity}: {given}")]
    InvalidValue {
        /// What was given.
        quantity: Quantity,
        /// Its value, with its unit.
        given: String,
        /// What it can be.
        allowed: String,
    },
    /// Something without which there is nothing to do was not given.
    #[error("{0}")]
    Lacking(Need),
    /// A name that means none of the things of its kind.
    #[error("there is no {kind} {name:?}")]
    NameUnknown {
        /// The kind, in words.
        kind: &'static str,
        /// The name that was given.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A filter that names what nothing in the library has.
    #[error("nothing in the library has the {kind} {name:?}")]
    FilterOfNothing {
        /// What is named.
        kind: FilterKind,
        /// The name that was given.
        name: String,
        /// What is there with a similar name, the most similar first.
        near: Vec<String>,
    },
    /// The library has no such head.
    #[error("the library has no head {head:?}")]
    HeadUnknown {
        /// The name that was given.
        head: String,
        /// The heads there are.
        known: Vec<String>,
    },
    /// A head of this name is there already.
    #[error("there is a head {head:?} already")]
    HeadExists {
        /// The name that was given.
        head: String,
    },
    /// The head's vectors are another model's than the library's.
    #[error("the head {head:?} was taught with the vectors of another model")]
    HeadOfOtherModel {
        /// The head's name.
        head: String,
    },
    /// The head has no such class, or several where none was named.
    #[error("{class:?} names no class of the head {head:?}")]
    ClassUnknown {
        /// The head's name.
        head: String,
        /// What was given as a class.
        class: String,
        /// The head's classes.
        known: Vec<String>,
    },
    /// The class was taught, but nothing tells it from others.
    #[error("{class:?} has learned nothing")]
    ClassUntaught {
        /// The class's name.
        class: String,
    },
    /// A name that a head cannot have.
    #[error("a head cannot be called {name:?}")]
    HeadNameInvalid {
        /// The name that was given.
        name: String,
        /// Characters that a name has at most.
        most_chars: usize,
    },
    /// A name that a class cannot have.
    #[error("a class cannot be called {name:?}")]
    ClassNameInvalid {
        /// The name that was given.
        name: String,
        /// Characters that a name has at most.
        most_chars: usize,
    },
    /// No class was named, and the head has several.
    #[error("{head:?} has several classes: {}", known.join(", "))]
    ClassNotNamed {
        /// The head's name.
        head: String,
        /// Its classes.
        known: Vec<String>,
    },
    /// A prompt of a class without words.
    #[error("a prompt is blank")]
    ClassPromptBlank,
    /// A prompt that does not say for which of several classes it is.
    #[error("the prompt {prompt:?} is for no class of this head")]
    PromptWithoutClass {
        /// The prompt.
        prompt: String,
    },
    /// A prompt of a class that the head does not have.
    #[error("a prompt is given for {class:?}, which is not a class of this head")]
    PromptOfUnknownClass {
        /// The class that was given.
        class: String,
    },
    /// A class without examples.
    #[error("there are no examples of {class:?}")]
    ClassWithoutExamples {
        /// The class's name.
        class: String,
    },
    /// A class that every example is of.
    #[error("every example is of {class:?}, so there is nothing to tell it from")]
    ClassWithoutOthers {
        /// The class's name.
        class: String,
    },
    /// A head that is not there and is to learn from nothing.
    #[error("the library has no head {head:?}, and there is nothing to learn it from")]
    HeadWithoutExamples {
        /// The name that was given.
        head: String,
    },
    /// A label without a name.
    #[error("a label is blank")]
    LabelBlank,
    /// A label with a prompt of no words.
    #[error("the label {label:?} has a blank prompt")]
    PromptBlank {
        /// The label's name.
        label: String,
    },
    /// A label that is given twice, each time with other prompts.
    #[error("the label {label:?} is given twice with different prompts")]
    LabelTwice {
        /// The label's name.
        label: String,
    },
    /// A template that does not say where the label goes.
    #[error("the template \"{template}\" has no place for the label")]
    TemplateWithoutPlace {
        /// The template that was given.
        template: String,
        /// One that would do.
        example: &'static str,
        /// The names of the built-in templates.
        known: Vec<String>,
    },
    /// A name without the form of a hub id.
    #[error("{id:?} is not a hub id")]
    HubIdMalformed {
        /// What was given.
        id: String,
    },
    /// A device that this build cannot drive.
    #[error("this build cannot use the device {device}")]
    DeviceNotBuilt {
        /// The device's name.
        device: &'static str,
    },
    /// A device that this machine does not have, or that failed.
    #[error("the device {device} could not be opened")]
    DeviceUnusable {
        /// The device's name.
        device: &'static str,
        /// What its driver reported.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An exclusion that is no pattern.
    #[error("this exclusion cannot be read")]
    ExclusionUnreadable {
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A folder or file that cannot be indexed.
    #[error("{} cannot be indexed", path.display())]
    RootUnusable {
        /// The path that was given.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// A path that the system does not understand.
    #[error("{} is not a valid path", path.display())]
    PathInvalid {
        /// The path that was given.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// A path at which the library has nothing.
    #[error("nothing in the library is at {}", path.display())]
    NotInLibrary {
        /// The path that was given.
        path: PathBuf,
    },
    /// A folder that is not among those the library remembers.
    #[error("{} is no root of the library", path.display())]
    RootUnknown {
        /// The path that was given.
        path: PathBuf,
        /// The roots there are.
        known: Vec<PathBuf>,
    },
    /// Roots that are gone as a whole, with files that would be forgotten.
    #[error("nothing is left of {}: {files} of its files known, none there", shown(roots))]
    RootsLost {
        /// The roots.
        roots: Vec<PathBuf>,
        /// How many of their files are known.
        files: u64,
    },
    /// Nothing of what is to be relocated is in the new place.
    #[error("none of {files} files known in {} is in {}", old.display(), new.display())]
    RelocatedNowhere {
        /// Where the library knows them.
        old: PathBuf,
        /// Where they are said to be.
        new: PathBuf,
        /// How many they are.
        files: u64,
    },
    /// Files of the library that cannot be embedded again, so that it stays as it is.
    #[error("{loss}: {} of the library", counted(files))]
    FilesLost {
        /// What is the matter with them.
        loss: FileLoss,
        /// The files, by path.
        files: Vec<PathBuf>,
    },
    /// Vectors that share no space.
    #[error("a vector of {own} values cannot be compared with one of {other}")]
    OtherDimension {
        /// How many values the one has.
        own: usize,
        /// How many the other has.
        other: usize,
    },
    /// A crop that begins too late in its sound.
    #[error("a crop from frame {start} reaches beyond the end of the sound")]
    CropBeyondEnd {
        /// The frame at which it would begin.
        start: usize,
        /// The first frame at which none can.
        limit: usize,
    },
    /// Two libraries that are to be served under one name.
    #[error("two libraries are called {name:?}")]
    LibraryTwice {
        /// The name.
        name: String,
    },
    /// A token that could be guessed.
    #[error("the token has fewer than {least} characters and could be guessed")]
    TokenTooShort {
        /// How many characters it needs.
        least: usize,
    },
    /// An address that cannot be listened on.
    #[error("{address} cannot be listened on")]
    AddressUnusable {
        /// The address with its port.
        address: SocketAddr,
        /// What the system reported.
        source: io::Error,
    },
    /// A folder for the sounds that clients send cannot be made.
    #[error("no folder for uploads can be made in {}", path.display())]
    UploadsUnusable {
        /// Where it would be.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// A folder or file that no layout of datasets recognises.
    #[error("{} is not a dataset in a layout that is known", path.display())]
    DataSetUnknown {
        /// The path that was given.
        path: PathBuf,
        /// The layouts there are, each with its looks.
        known: Vec<String>,
    },
    /// A dataset without clips.
    #[error("{} has no clips in the layout {layout}", path.display())]
    DataSetEmpty {
        /// The dataset's path.
        path: PathBuf,
        /// The layout's name.
        layout: &'static str,
        /// What a dataset of this layout looks like.
        looks: &'static str,
    },
    /// A dataset whose sounds are elsewhere.
    #[error("none of the {count} sounds named in {} is there, for example {}", path.display(), first.display())]
    SoundsElsewhere {
        /// How many sounds the dataset names.
        count: usize,
        /// The dataset's path.
        path: PathBuf,
        /// The first sound that is named.
        first: PathBuf,
    },
}

fn shown(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// What a filter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterKind {
    /// A folder that files are in.
    Folder,
    /// A container or a codec.
    Format,
    /// A label of a sound.
    Label,
}

impl fmt::Display for FilterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FilterKind::Folder => "folder",
            FilterKind::Format => "format",
            FilterKind::Label => "label",
        })
    }
}

/// Why files of a library cannot be embedded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLoss {
    /// They are not on disk.
    Gone,
    /// They are on disk and cannot be read as sound any more.
    Unreadable,
}

impl fmt::Display for FileLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileLoss::Gone => "gone",
            FileLoss::Unreadable => "no longer readable",
        })
    }
}

fn counted(files: &[PathBuf]) -> String {
    if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) }
}

/// A quantity that is given with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// From which presence a label counts.
    Threshold,
    /// Seconds from one moment to the next.
    Hop,
    /// Seconds from one window of a timeline to the next.
    WindowHop,
    /// Seconds of a window of a timeline.
    Window,
    /// Windows over which the median of a timeline is taken.
    Smoothing,
    /// The share of its threshold below which an event is over.
    Hold,
    /// The longest gap between two events that become one, in seconds.
    Bridge,
    /// The shortest event, in seconds.
    ShortestEvent,
    /// How much a part of a query counts.
    Weight,
    /// Samples a second.
    SampleRate,
    /// A part of a sound, from one time to another.
    Span,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Quantity::Threshold => "threshold",
            Quantity::Hop | Quantity::WindowHop => "hop",
            Quantity::Window => "window",
            Quantity::Smoothing => "smoothing",
            Quantity::Hold => "hold",
            Quantity::Bridge => "bridge",
            Quantity::ShortestEvent => "shortest event",
            Quantity::Weight => "weight",
            Quantity::SampleRate => "sample rate",
            Quantity::Span => "span",
        })
    }
}

/// Something without which a request has nothing to work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Labels to choose from.
    Labels,
    /// A query.
    Query,
    /// Something that is wanted, beside what is not.
    Wanted,
    /// Words of a query.
    Words,
    /// Examples of a class.
    Examples,
    /// Folds to learn from and to test on.
    Folds,
    /// Libraries to serve.
    Libraries,
    /// Sounds to measure the speed with.
    BenchSounds,
    /// Sounds to try wordings on.
    TrialSounds,
    /// Folders to bring a library up to date with.
    Roots,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Need::Labels => "there are no labels to choose from",
            Need::Query => "nothing was asked for",
            Need::Wanted => "the query only says what to avoid",
            Need::Words => "there are no words to search for",
            Need::Examples => "there is nothing to learn from",
            Need::Folds => "there is nothing to learn from or nothing to test on",
            Need::Libraries => "there is no library to serve",
            Need::BenchSounds => "there is no sound to measure with",
            Need::TrialSounds => "there are no sounds to try the wordings on",
            Need::Roots => "no folder was named, and the library remembers none",
        })
    }
}
