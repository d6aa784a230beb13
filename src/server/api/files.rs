//! The files of a library: lists of them, and all that is known of one.

use std::path::PathBuf;

use actix_web::web::{self, Data, Path, Query, ServiceConfig};

use crate::library::Library;
use crate::library::browse::Range;
use crate::library::labels::LabelFilter;
use crate::library::lookup::{FileCard, FileFilter};
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentKind;
use crate::server::api::check::check_count;
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::cue::CueEntry;
use crate::wire::file::FileEntry;
use crate::wire::label::StoredLabel;
use crate::wire::library::{FileDetails, FileList, FilesRequest, LibraryQuery, ListedFile, ListedState, SpanEntry};
use crate::wire::limits::{MOST_FILES, USUAL_FILES};

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/files").route(web::get().to(files)));
    config.service(route("/api/v1/files/{id}").route(web::get().to(file)));
}

/// List files
#[utoipa::path(get, path = "/api/v1/files", tag = "files", params(FilesRequest), responses(
    (status = 200, body = FileList),
    ProblemResponses,
))]
pub(crate) async fn files(server: Data<Server>, asked: Query<FilesRequest>) -> Result<web::Json<FileList>, Problem> {
    let asked = asked.into_inner();
    let limit = check_count("limit", asked.limit.unwrap_or(USUAL_FILES), MOST_FILES)?;
    let range = Range { offset: asked.offset.unwrap_or(0), limit };
    let served = server.library(asked.library.as_deref())?;
    served.run(move |served| list(served, &asked, range)).await.map(web::Json)
}

fn list(served: &ServedLibrary, asked: &FilesRequest, range: Range) -> Result<FileList, Problem> {
    let searcher = served.searcher()?;
    let library = searcher.library();
    if asked.state == Some(ListedState::Failed) {
        let page = library.failures_page(range)?;
        let files = page.items.into_iter().map(|failure| ListedFile::Failed(failure.into())).collect();
        return Ok(FileList { files, total: page.total });
    }
    let filter = FileFilter {
        folders: asked.folder.iter().map(PathBuf::from).collect(),
        labels: asked.label.iter().map(|label| LabelFilter { label: label.clone(), source: None }).collect(),
        ..FileFilter::default()
    };
    let page = library.files_page(&filter, range)?;
    let cards = library.cards(&page.items)?;
    let found = page.items.iter().filter_map(|id| cards.get(id)).map(|card| ListedFile::Found(card.into()));
    Ok(FileList { files: found.collect(), total: page.total })
}

/// Get the details of a file
#[utoipa::path(get, path = "/api/v1/files/{id}", tag = "files",
    params(("id" = i64, Path, description = "The file"), LibraryQuery), responses(
    (status = 200, body = FileDetails),
    ProblemResponses,
))]
pub(crate) async fn file(
    server: Data<Server>,
    id: Path<i64>,
    which: Query<LibraryQuery>,
) -> Result<web::Json<FileDetails>, Problem> {
    let served = server.library(which.library.as_deref())?;
    served.run(move |served| facts(served, *id)).await.map(web::Json)
}

fn facts(served: &ServedLibrary, id: i64) -> Result<FileDetails, Problem> {
    let searcher = served.searcher()?;
    let library = searcher.library();
    let card = card(library, id)?;
    let labels = card.hash.map_or_else(|| Ok(Vec::new()), |hash| library.labels_of(hash))?;
    let is_moment = |kind| kind == SegmentKind::Moment;
    let moments = card.segments.iter().filter(|(_, segment)| is_moment(segment.kind));
    let twins = library.twins(&card)?;
    Ok(FileDetails {
        file: (&card).into(),
        partial: library.damage_of(card.id)?,
        tags: library.tags_of(card.id)?.into_iter().collect(),
        labels: labels.into_iter().map(|(by, labelled)| StoredLabel::new(&by, &labelled)).collect(),
        moments: moments.map(|(_, place)| SpanEntry::from(place)).collect(),
        cues: library.cues_of(card.id)?.iter().map(CueEntry::from).collect(),
        also: twins.iter().map(|(id, path)| FileEntry::new(Some(id.number()), path)).collect(),
    })
}

/// What is known of the file called `id`.
///
/// # Errors
/// A 404 if the library does not find it; stage `catalogue` if the catalogue cannot be read.
pub(crate) fn card(library: &Library, id: i64) -> Result<FileCard, Problem> {
    let file = FileId::from_number(id);
    let card = library.cards(&[file])?.remove(&file);
    Ok(card.ok_or(ApiRefusal::FileUnknown { id })?)
}
