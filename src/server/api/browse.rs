//! Going through a library without words: lists of files in an order, and groups of them to choose from.

use std::collections::BTreeSet;

use actix_web::web::{self, Data, Query, ServiceConfig};

use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::order::FileSort;
use crate::server::api::check::{check_count, check_words};
use crate::server::api::search_filter;
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::browse::{BrowseEntry, BrowseList, BrowseRequest, GroupList, GroupsRequest};
use crate::wire::limits::{MOST_FILE_GROUPS, MOST_FILES, USUAL_FILE_GROUPS, USUAL_FILES};

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/browse").route(web::post().to(browse)));
    config.service(route("/api/v1/groups").route(web::get().to(groups)));
}

/// List files in an order
///
/// As a search without words: all files that the filter lets through, and how many they are.
#[utoipa::path(post, path = "/api/v1/browse", tag = "files", request_body = BrowseRequest, responses(
    (status = 200, body = BrowseList),
    ProblemResponses,
))]
pub(crate) async fn browse(server: Data<Server>, asked: Json<BrowseRequest>) -> Result<web::Json<BrowseList>, Problem> {
    let served = server.library(asked.0.library.as_deref())?;
    served.run(move |served| list(served, asked.0)).await.map(web::Json)
}

fn list(served: &ServedLibrary, asked: BrowseRequest) -> Result<BrowseList, Problem> {
    let limit = check_count("limit", asked.limit.unwrap_or(USUAL_FILES), MOST_FILES)?;
    let searcher = served.searcher()?;
    let library = searcher.library();
    let filter = search_filter::checked(library, search_filter::read(asked.filter)?)?;
    let sort = FileSort { by: asked.sort.into(), descending: asked.descending };
    let order = served.order(library, &filter, sort)?;
    let page: Vec<_> = order.iter().skip(asked.offset).take(limit).copied().collect();
    let cards = library.cards(&page)?;
    let entries = page.iter().filter_map(|id| cards.get(id)).map(|card| entry(library, card));
    let place = asked.locate.and_then(|id| order.iter().position(|file| file.number() == id));
    Ok(BrowseList { files: entries.collect::<Result<_>>()?, total: order.len(), place })
}

fn entry(library: &Library, card: &FileCard) -> Result<BrowseEntry> {
    let labels = card.hash.map_or_else(|| Ok(Vec::new()), |hash| library.labels_of(hash))?;
    let labels: BTreeSet<String> = labels.into_iter().map(|(_, labelled)| labelled.label).collect();
    Ok(BrowseEntry { file: card.into(), bytes: card.size_bytes, labels: labels.into_iter().collect() })
}

/// List groups of files
///
/// What a filter can be set to, with how many files there are of each.
#[utoipa::path(get, path = "/api/v1/groups", tag = "files", params(GroupsRequest), responses(
    (status = 200, body = GroupList),
    ProblemResponses,
))]
pub(crate) async fn groups(server: Data<Server>, asked: Query<GroupsRequest>) -> Result<web::Json<GroupList>, Problem> {
    let served = server.library(asked.library.as_deref())?;
    served.run(move |served| grouped(served, asked.into_inner())).await.map(web::Json)
}

fn grouped(served: &ServedLibrary, asked: GroupsRequest) -> Result<GroupList, Problem> {
    let limit = check_count("limit", asked.limit.unwrap_or(USUAL_FILE_GROUPS), MOST_FILE_GROUPS)?;
    let searcher = served.searcher()?;
    let grouping = asked.by.grouping(asked.within);
    let groups = match asked.text.filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            check_words(&text)?;
            searcher.library().groups_named(&grouping, text.trim())?
        }
        None => searcher.library().groups(&grouping)?,
    };
    let total = groups.len();
    Ok(GroupList { groups: groups.into_iter().take(limit).map(Into::into).collect(), total })
}
