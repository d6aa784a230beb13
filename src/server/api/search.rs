//! Searching: by words, by files of the library, by uploads, by learned classes, and by all of them at once.

use actix_web::web::{self, Data, Query, ServiceConfig};

use crate::server::api::search_request::{answer, embed_ahead};
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::state::Server;
use crate::wire::hits::HitList;
use crate::wire::search::{QueryItem, SearchRequest, SimilarRequest};

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/search").route(web::post().to(search)));
    config.service(route("/api/v1/similar").route(web::get().to(similar)));
}

/// Search for sounds
#[utoipa::path(post, path = "/api/v1/search", tag = "search", request_body = SearchRequest, responses(
    (status = 200, body = HitList),
    ProblemResponses,
))]
pub(crate) async fn search(server: Data<Server>, asked: Json<SearchRequest>) -> Result<web::Json<HitList>, Problem> {
    find(server, asked.0).await
}

/// Find similar sounds
#[utoipa::path(get, path = "/api/v1/similar", tag = "search", params(SimilarRequest), responses(
    (status = 200, body = HitList),
    ProblemResponses,
))]
pub(crate) async fn similar(server: Data<Server>, asked: Query<SimilarRequest>) -> Result<web::Json<HitList>, Problem> {
    find(server, asked.into_inner().into()).await
}

async fn find(server: Data<Server>, asked: SearchRequest) -> Result<web::Json<HitList>, Problem> {
    let served = server.library(asked.library.as_deref())?.clone();
    let listens = |item: &QueryItem| item.upload.is_some() || item.start.is_some() || item.end.is_some();
    let must_listen = asked.wanted.iter().chain(&asked.unwanted).any(listens);
    let state = server.clone();
    let list = if must_listen {
        // Decoding takes its time and must not take it from those who search by words.
        server.listening.run(move || answer(&state, &served, asked)).await?
    } else {
        let (ahead, asked_ahead) = ((server.clone(), served.clone()), asked.clone());
        let meanwhile = server.embedding_ahead.run_if_idle(move || embed_ahead(&ahead.0, &ahead.1, &asked_ahead));
        served.run_after(meanwhile, move |served| answer(&state, served, asked)).await?
    };
    Ok(web::Json(list))
}
