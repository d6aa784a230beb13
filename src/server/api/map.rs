//! The map of a library and what is in it more than once. Both are worked out once for each state of the library and kept.

use std::collections::BTreeMap;

use actix_web::web::{self, Data, Query, ServiceConfig};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::library::Library;
use crate::library::record::FileId;
use crate::search::map::{Atlas, Likeness, Pair, place_of};
use crate::server::api::check::check_words;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::file::SoundEntry;
use crate::wire::library::LibraryQuery;
use crate::wire::map::{DuplicateGroup, Duplicates, DuplicatesRequest, Map, Scores, ScoresRequest};

/// What copies are called.
const SAME_BYTES: &str = "same bytes";

/// Copies that are listed at most.
const MOST_COPIES: usize = 10_000;

/// Groups in a list where nothing is said.
const USUAL_GROUPS: usize = 200;

/// Groups in a list at most.
const MOST_GROUPS: usize = 1000;

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/map").route(web::get().to(map)));
    config.service(route("/api/v1/map/scores").route(web::get().to(scores)));
    config.service(route("/api/v1/duplicates").route(web::get().to(duplicates)));
}

/// Show a library as a map
///
/// The first time after a change this takes a while: ten seconds or more for 100,000 sounds.
#[utoipa::path(get, path = "/api/v1/map", tag = "map", params(LibraryQuery), responses(
    (status = 200, body = Map),
    ProblemResponses,
))]
pub(crate) async fn map(server: Data<Server>, which: Query<LibraryQuery>) -> Result<web::Json<Map>, Problem> {
    let served = server.library(which.library.as_deref())?.clone();
    let draw = move || {
        let atlas = served.atlas()?;
        let ids = atlas.clips.iter().map(|clip| clip.file.number()).collect();
        Ok(Map { ids, points: encode(atlas.places.iter().flatten().copied()) })
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
        return Err(Problem::unprocessable("there are no words to colour by; say what the sound is, for example rain"));
    }
    let served = server.library(library.as_deref())?.clone();
    let state = server.clone();
    server.surveying.run(move || score(&state, &served, &text)).await.map(web::Json)
}

fn score(server: &Server, served: &ServedLibrary, text: &str) -> Result<Scores, Problem> {
    let atlas = served.atlas()?;
    let query = server.embed_texts(served.encoder(), &[text])?.pop();
    let query = query.ok_or_else(|| Problem::internal(&"the model gave no vector for words"))?;
    let mut scores = vec![f32::NAN; atlas.clips.len()];
    for near in served.searcher()?.clip_cosines(&query)? {
        if let Some(place) = place_of(&atlas.clips, near.segment) {
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

/// List what is in a library more than once
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
    let limit = asked.limit.unwrap_or(USUAL_GROUPS);
    if !(1..=MOST_GROUPS).contains(&limit) {
        return Err(Problem::unprocessable(format!("limit is 1 to {MOST_GROUPS}")));
    }
    let offset = asked.offset.unwrap_or(0);
    let served = server.library(asked.library.as_deref())?.clone();
    server.surveying.run(move || groups(&served, offset, limit)).await.map(web::Json)
}

/// A group before its files are looked up.
struct Found {
    kind: &'static str,
    cosine: f32,
    files: Vec<FileId>,
}

fn groups(served: &ServedLibrary, offset: usize, limit: usize) -> Result<Duplicates, Problem> {
    let atlas = served.atlas()?;
    let searcher = served.searcher()?;
    let library = searcher.library();
    let copies = library.copies(MOST_COPIES)?.into_iter();
    let copies = copies.map(|copies| Found {
        kind: SAME_BYTES,
        cosine: 1.0,
        files: copies.files.into_iter().map(|(id, _)| id).collect(),
    });
    let found: Vec<Found> = copies.chain(alike(&atlas)).collect();
    let total = found.len();
    let shown = found.into_iter().skip(offset).take(limit).map(|found| group(library, found));
    Ok(Duplicates { groups: shown.collect::<Result<_, _>>()?, total })
}

fn group(library: &Library, found: Found) -> Result<DuplicateGroup, Problem> {
    let cards = library.cards(&found.files)?;
    let files = cards.values().map(SoundEntry::from).collect();
    Ok(DuplicateGroup { kind: found.kind, cosine: found.cosine, files })
}

/// The groups of sounds that are alike: first those of one recording, then of what is left those all but the same.
fn alike(atlas: &Atlas) -> Vec<Found> {
    let mut groups = Vec::new();
    for likeness in [Likeness::SameRecording, Likeness::NearIdentical] {
        let pairs: Vec<&Pair> = atlas.pairs.iter().filter(|pair| pair.likeness == likeness).collect();
        groups.extend(joined(&pairs).into_iter().map(|(cosine, members)| Found {
            kind: likeness.name(),
            cosine,
            files: members.into_iter().map(|clip| atlas.clips[clip].file).collect(),
        }));
    }
    groups
}

/// The groups that `pairs` join, with the least cosine in each, the most alike first.
fn joined(pairs: &[&Pair]) -> Vec<(f32, Vec<usize>)> {
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut groups: Vec<(f32, Vec<usize>)> = Vec::new();
    for pair in pairs {
        let (first, second) = (group_of.get(&pair.first).copied(), group_of.get(&pair.second).copied());
        let group = match (first, second) {
            (Some(first), Some(second)) if first != second => {
                let (_, moved) = std::mem::take(&mut groups[second]);
                group_of.extend(moved.iter().map(|member| (*member, first)));
                groups[first].1.extend(moved);
                first
            }
            (Some(group), _) | (None, Some(group)) => group,
            (None, None) => {
                groups.push((pair.cosine, Vec::new()));
                groups.len() - 1
            }
        };
        for member in [pair.first, pair.second] {
            if group_of.insert(member, group).is_none() {
                groups[group].1.push(member);
            }
        }
        groups[group].0 = groups[group].0.min(pair.cosine);
    }
    groups.retain(|(_, members)| !members.is_empty());
    groups.sort_by(|a, b| b.0.total_cmp(&a.0));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_touch_are_one_group() {
        let pair = |first, second, cosine| Pair { first, second, cosine, likeness: Likeness::NearIdentical };
        let pairs = [pair(1, 2, 0.999), pair(5, 6, 0.995), pair(3, 4, 0.99), pair(2, 3, 0.985)];
        let groups = joined(&pairs.iter().collect::<Vec<_>>());
        assert_eq!(groups, [(0.995, vec![5, 6]), (0.985, vec![1, 2, 3, 4])]);
    }
}
