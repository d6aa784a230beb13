//! The libraries that are served, and the models that are here.

use std::time::UNIX_EPOCH;

use actix_web::web::{self, Data, ServiceConfig};

use crate::library::record::segment::Moments;
use crate::model::default_model;
use crate::model::installed;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::indexable_folders;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::library::{LibraryEntry, LibraryList};
use crate::wire::model::{ModelEntry, ModelList};
use crate::wire::path::text;

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/libraries").route(web::get().to(libraries)));
    config.service(route("/api/v1/models").route(web::get().to(models)));
}

/// List libraries
#[utoipa::path(get, path = "/api/v1/libraries", tag = "library", responses(
    (status = 200, body = LibraryList),
    ProblemResponses,
))]
pub(crate) async fn libraries(server: Data<Server>) -> Result<web::Json<LibraryList>, Problem> {
    let mut libraries = Vec::new();
    for served in &server.libraries {
        let state = server.clone();
        libraries.push(served.run(move |served| entry(&state, served)).await?);
    }
    Ok(web::Json(LibraryList { libraries }))
}

fn entry(server: &Server, served: &ServedLibrary) -> Result<LibraryEntry, Problem> {
    let nothing = LibraryEntry {
        name: served.name().to_owned(),
        model: served.encoder().space().name.clone(),
        files: 0,
        failed: 0,
        vanished: 0,
        segments: 0,
        seconds: 0.0,
        moments: true,
        folders: indexable_folders::allowed(server, served)?.iter().map(|root| text(root)).collect(),
        last_indexed: None,
    };
    if !served.exists()? {
        return Ok(nothing);
    }
    let searcher = served.searcher()?;
    let library = searcher.library();
    let totals = library.totals()?;
    let last = library.last_indexed()?.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok(LibraryEntry {
        model: library.model().name.clone(),
        files: totals.files,
        failed: totals.failed,
        vanished: totals.vanished,
        segments: totals.segments,
        seconds: totals.sound_seconds,
        moments: library.moments()? != Some(Moments::None),
        last_indexed: last.map(|time| time.as_secs()),
        ..nothing
    })
}

/// List models
#[utoipa::path(get, path = "/api/v1/models", tag = "library", responses(
    (status = 200, body = ModelList),
    ProblemResponses,
))]
pub(crate) async fn models(server: Data<Server>) -> Result<web::Json<ModelList>, Problem> {
    let state = server.clone();
    let list = move || {
        let default = default_model::default_name(&state.home)?;
        let models = installed::list(&state.home)?;
        Ok(ModelList { models: models.iter().map(|model| ModelEntry::new(model, &default)).collect() })
    };
    server.decoding.run(list).await.map(web::Json)
}
