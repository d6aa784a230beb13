//! Going through a library without words: lists of files in an order, and groups of them.

use serde::{Deserialize, Serialize};

use crate::library::groups::{FileGroup, Grouping};
use crate::library::order::FileOrder;
use crate::wire::library::IndexedEntry;
use crate::wire::search::SearchFilter;

/// A list of files.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrowseRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Filter of the files.
    #[serde(default)]
    pub(crate) filter: SearchFilter,
    /// Order of the files.
    #[serde(default)]
    pub(crate) sort: SortColumn,
    /// The other way round.
    #[serde(default)]
    pub(crate) descending: bool,
    /// Number of files to leave out.
    #[serde(default)]
    pub(crate) offset: usize,
    /// Maximum number of files.
    #[schema(minimum = 1, maximum = 1000, default = 100)]
    pub(crate) limit: Option<usize>,
    /// A file whose place in the list is wanted.
    pub(crate) locate: Option<i64>,
}

/// Order of files; those that are alike in it come by path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SortColumn {
    /// Folders, and the files in them.
    #[default]
    Path,
    /// The last part of the path.
    Name,
    /// Length.
    Duration,
    /// Container and codec.
    Format,
    /// Sample rate.
    Rate,
    /// Number of channels.
    Channels,
    /// Time of the last change.
    Modified,
    /// Time of recording.
    Recorded,
    /// Size in bytes.
    Size,
}

impl From<SortColumn> for FileOrder {
    fn from(column: SortColumn) -> Self {
        match column {
            SortColumn::Path => FileOrder::Path,
            SortColumn::Name => FileOrder::Name,
            SortColumn::Duration => FileOrder::Duration,
            SortColumn::Format => FileOrder::Format,
            SortColumn::Rate => FileOrder::Rate,
            SortColumn::Channels => FileOrder::Channels,
            SortColumn::Modified => FileOrder::Modified,
            SortColumn::Recorded => FileOrder::Recorded,
            SortColumn::Size => FileOrder::Size,
        }
    }
}

/// Some files of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct BrowseList {
    /// The files.
    pub(crate) files: Vec<BrowseEntry>,
    /// Number of files in all.
    pub(crate) total: usize,
    /// How many files come before the one that was to be located; nothing where it is not in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<usize>,
}

/// A file in a list that is gone through.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct BrowseEntry {
    /// The file and its sound.
    #[serde(flatten)]
    pub(crate) file: IndexedEntry,
    /// Its size.
    pub(crate) bytes: u64,
    /// The labels that it keeps, each once.
    pub(crate) labels: Vec<String>,
}

/// Choice of groups.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupsRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// What files are grouped by.
    pub(crate) by: GroupBy,
    /// The group whose inner groups are wanted: a folder, the name of a tag, or a year.
    pub(crate) within: Option<String>,
    /// Only groups with this text in their names, however deep they lie.
    pub(crate) text: Option<String>,
    /// Maximum number of groups.
    #[param(minimum = 1, maximum = 10000, default = 1000)]
    pub(crate) limit: Option<usize>,
}

/// What files are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum GroupBy {
    /// Folders: the outermost, or those in one.
    Folder,
    /// Labels.
    Label,
    /// Names of tags, or the words in the tags of one name.
    Tag,
    /// Years of recording, or the months of one.
    Recorded,
    /// Years of the last change, or the months of one.
    Changed,
    /// Containers.
    Format,
    /// Lengths.
    Length,
}

impl GroupBy {
    /// The grouping, inside the group called `within` where there is one.
    pub(crate) fn grouping(self, within: Option<String>) -> Grouping {
        match self {
            GroupBy::Folder => Grouping::Folder(within.map(Into::into)),
            GroupBy::Label => Grouping::Label,
            GroupBy::Tag => Grouping::Tag(within),
            GroupBy::Recorded => Grouping::Recorded(within),
            GroupBy::Changed => Grouping::Changed(within),
            GroupBy::Format => Grouping::Format,
            GroupBy::Length => Grouping::Length,
        }
    }
}

/// Groups of files.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct GroupList {
    /// Folders, dates and lengths in their order; others with most files first.
    pub(crate) groups: Vec<GroupEntry>,
    /// Number of groups in all.
    pub(crate) total: usize,
}

/// A group of files.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct GroupEntry {
    /// What they have in common, as a filter calls it: a path, a label, `genre` or `genre=jazz`, `2024` or `2024-05`, `flac`,
    /// `2..10` in seconds.
    pub(crate) name: String,
    /// Number of files.
    pub(crate) files: usize,
    /// Whether there are groups inside.
    pub(crate) inner: bool,
}

impl From<FileGroup> for GroupEntry {
    fn from(group: FileGroup) -> Self {
        let FileGroup { name, files, has_inner } = group;
        GroupEntry { name, files, inner: has_inner }
    }
}
