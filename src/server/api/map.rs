//! The map of a library and what is in it more than once. Both are worked out once for each state of the library and kept.

use actix_web::web::{self, Data, Query, ServiceConfig};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::library::Library;
use crate::operations::duplicates::{SoundGroup, find_duplicates};
use crate::search::map::index_of;
use crate::search::query_vectors::prompt_of;
use crate::server::api::check::{check_count, check_words};
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::library::LibraryQuery;
use crate::wire::library::SoundEntry;
use crate::wire::limits::{MOST_GROUPS, USUAL_GROUPS};
use crate::wire::map::{DuplicateGroup, Duplicates, DuplicatesRequest, Map, Scores, ScoresRequest};

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/map").route(web::get().to(map)));
    config.service(route("/api/v1/map/scores").route(web::get().to(scores)));
    config.service(route("/api/v1/duplicates").route(web::get().to(duplicates)));
}

/// Get the map of a library
///
/// The first time after a change this takes a while: ten seconds or more for 100,000 sounds.
#[utoipa::path(get, path = "/api/v1/map", tag = "map", params(LibraryQuery), responses(
    (status = 200, body = Map),
    ProblemResponses,
))]
pub(crate) async fn map(server: Data<Server>, which: Query<LibraryQuery>) -> Result<web::Json<Map>, Problem> {
    let served = server.library(which.library.as_deref())?.clone();
    let draw = move || {
        let map = served.sound_map()?;
        let ids = map.clips.iter().map(|clip| clip.file.number()).collect();
        Ok(Map { ids, points: encode(map.points.iter().flatten().copied()) })
    };
    server.surveying.run(draw).await.map(web::Json)
}

/// Colour the map by words
#[utoipa::path(get, path = "/api/v1/map/scores", tag = "map", params(ScoresRequest), responses(
    (status = 200, body = Scores),
    ProblemResponses,
))]
pub(crate) async fn scores(server: Data<Server>, asked: Query<ScoresRequest>) -> Result<web::Json<Scores>, Problem> {
    let ScoresRequest { library, text } = asked.into_inner();
    check_words(&text)?;
    if text.trim().is_empty() {
        return Err(ApiRefusal::NoWordsToColourBy.into());
    }
    let served = server.library(library.as_deref())?.clone();
    let state = server.clone();
    server.surveying.run(move || score(&state, &served, &text)).await.map(web::Json)
}

fn score(server: &Server, served: &ServedLibrary, text: &str) -> Result<Scores, Problem> {
    let map = served.sound_map()?;
    let prompt = prompt_of(served.encoder(), text).text;
    let query = server.embed_texts(served.encoder(), &[&prompt])?.pop();
    let query = query.ok_or_else(|| Problem::internal(&"the model gave no vector for words"))?;
    let mut scores = vec![f32::NAN; map.clips.len()];
    for near in served.searcher()?.clip_cosines(&query)? {
        if let Some(place) = index_of(&map.clips, near.segment) {
            scores[place] = near.cosine;
        }
    }
    let known = scores.iter().copied().filter(|score| !score.is_nan());
    let (least, most) = known.fold((1.0f32, -1.0f32), |(least, most), score| (least.min(score), most.max(score)));
    Ok(Scores { scores: encode(scores.into_iter()), least, most })
}

fn encode(values: impl Iterator<Item = f32>) -> String {
    STANDARD.encode(values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>())
}

/// List duplicates
///
/// Nothing is ever deleted. The first time after a change this takes as long as the map.
#[utoipa::path(get, path = "/api/v1/duplicates", tag = "map", params(DuplicatesRequest), responses(
    (status = 200, body = Duplicates),
    ProblemResponses,
))]
pub(crate) async fn duplicates(
    server: Data<Server>,
    asked: Query<DuplicatesRequest>,
) -> Result<web::Json<Duplicates>, Problem> {
    let limit = check_count("limit", asked.limit.unwrap_or(USUAL_GROUPS), MOST_GROUPS)?;
    let offset = asked.offset.unwrap_or(0);
    let served = server.library(asked.library.as_deref())?.clone();
    server.surveying.run(move || groups(&served, offset, limit)).await.map(web::Json)
}

fn groups(served: &ServedLibrary, offset: usize, limit: usize) -> Result<Duplicates, Problem> {
    let map = served.sound_map()?;
    let searcher = served.searcher()?;
    let library = searcher.library();
    let groups = find_duplicates(library, &map.clips, &map.pairs)?;
    let total = groups.len();
    let shown = groups.into_iter().skip(offset).take(limit).map(|group| entry(library, group));
    Ok(Duplicates { groups: shown.collect::<Result<_, _>>()?, total })
}

fn entry(library: &Library, group: SoundGroup) -> Result<DuplicateGroup, Problem> {
    let cards = library.cards(&group.files)?;
    let files = cards.values().map(SoundEntry::from).collect();
    Ok(DuplicateGroup { kind: group.kind.name(), cosine: group.cosine, files })
}
