//! Heads: taught by judgements, listed, renamed and deleted, and what to judge next.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};

use crate::classify::stored_head::StoredHead;
use crate::classify::suggest;
use crate::classify::suggest::{Suggestion, SuggestionAim};
use crate::library::Library;
use crate::library::record::file::FileId;
use crate::operations::observer::{Event, Observer};
use crate::operations::teach::{ClassPrompt, ExampleChange, ExampleUpdate, HeadDraft};
use crate::server::api::check::{check_count, check_words};
use crate::server::api::files::card;
use crate::server::api::refusal::{ApiRefusal, Things, check_number};
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::head::{
    HeadFacts, JudgementItem, RenameRequest, SuggestRequest, SuggestionEntry, Suggestions, TeachRequest,
};
use crate::wire::library::LibraryQuery;
use crate::wire::limits::{MOST_JUDGEMENTS, MOST_SUGGESTIONS, USUAL_SUGGESTIONS};

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/heads").route(web::get().to(heads)));
    config.service(route("/api/v1/heads/{name}").route(web::get().to(head)).route(web::delete().to(delete)));
    config.service(route("/api/v1/heads/{name}/teach").route(web::post().to(teach)));
    config.service(route("/api/v1/heads/{name}/suggest").route(web::get().to(suggest)));
    config.service(route("/api/v1/heads/{name}/rename").route(web::post().to(rename)));
}

/// List heads
#[utoipa::path(get, path = "/api/v1/heads", tag = "heads", params(LibraryQuery), responses(
    (status = 200, body = Vec<HeadFacts>),
    ProblemResponses,
))]
pub(crate) async fn heads(
    server: Data<Server>,
    which: Query<LibraryQuery>,
) -> Result<web::Json<Vec<HeadFacts>>, Problem> {
    let list = |served: &ServedLibrary| {
        if !served.exists()? {
            return Ok(Vec::new());
        }
        let searcher = served.searcher()?;
        let library = searcher.library();
        let facts = |(name, _): (String, String)| Ok(HeadFacts::new(&name, &StoredHead::read(library, &name)?));
        library.heads()?.into_iter().map(facts).collect()
    };
    server.library(which.library.as_deref())?.run(list).await.map(web::Json)
}

/// Get the details of a head
#[utoipa::path(get, path = "/api/v1/heads/{name}", tag = "heads",
    params(("name" = String, Path, description = "The head"), LibraryQuery), responses(
    (status = 200, body = HeadFacts),
    ProblemResponses,
))]
pub(crate) async fn head(
    server: Data<Server>,
    name: Path<String>,
    which: Query<LibraryQuery>,
) -> Result<web::Json<HeadFacts>, Problem> {
    let find = move |served: &ServedLibrary| {
        let searcher = served.searcher()?;
        Ok(HeadFacts::new(&name, &StoredHead::read(searcher.library(), &name)?))
    };
    server.library(which.library.as_deref())?.run(find).await.map(web::Json)
}

/// Teach a head
///
/// Judgements are added to those given before; without any, it learns anew from those.
#[utoipa::path(post, path = "/api/v1/heads/{name}/teach", tag = "heads", request_body = TeachRequest,
    params(("name" = String, Path, description = "The head, which need not exist yet")), responses(
    (status = 200, body = HeadFacts),
    ProblemResponses,
))]
pub(crate) async fn teach(
    server: Data<Server>,
    name: Path<String>,
    asked: Json<TeachRequest>,
) -> Result<web::Json<HeadFacts>, Problem> {
    let asked = asked.0;
    asked.prompt.as_deref().map_or(Ok(()), check_words)?;
    check_number(Things::Judgements, asked.judgements.len(), MOST_JUDGEMENTS)?;
    let served = server.library(asked.library.as_deref())?;
    served.run_while_wanted(move |served, stop| taught(served, &name, &asked, stop)).await.map(web::Json)
}

fn taught(
    served: &ServedLibrary,
    name: &str,
    asked: &TeachRequest,
    stop: &Arc<AtomicBool>,
) -> Result<HeadFacts, Problem> {
    let searcher = served.searcher()?;
    let library = searcher.library();
    let draft = HeadDraft::open(Some(library), name)?;
    draft.check_judgements(asked.judgements.len())?;
    let updates = asked.judgements.iter().map(|judgement| update(library, &draft, judgement));
    let updates = updates.collect::<Result<Vec<_>, Problem>>()?;
    let prompt = asked.prompt.as_deref().filter(|prompt| !prompt.trim().is_empty());
    let prompts: Vec<_> = prompt.map(|text| ClassPrompt { class: None, text: text.to_owned() }).into_iter().collect();
    let mut tell_nobody = |_: Event<'_>| {};
    let observer = Observer::new(&mut tell_nobody, stop);
    let teaching = draft.teach(served.encoder(), Some(library), updates, &prompts, &observer)?;
    let teaching = teaching.ok_or_else(|| Problem::internal(&"the client has left"))?;
    for path in &teaching.lost {
        tracing::warn!("the example {} of the head {name:?} is gone or has changed", path.display());
    }
    served.write(|writer| teaching.store(writer))?;
    Ok(HeadFacts::new(name, &teaching.head))
}

/// The update that `judgement` is to the head of `draft`.
fn update(library: &Library, draft: &HeadDraft, judgement: &JudgementItem) -> Result<ExampleUpdate, Problem> {
    let name = match &judgement.class {
        Some(class) => class.clone(),
        None => draft.only_class(std::iter::empty())?,
    };
    card(library, judgement.id)?;
    let clip = library.clip(FileId::from_number(judgement.id))?;
    let Some((path, hash, vector)) = clip.and_then(|(path, clip)| Some((path, clip.hash?, clip.vector))) else {
        return Err(ApiRefusal::FileVectorDamaged { id: judgement.id }.into());
    };
    let change = ExampleChange::Class { name, is_positive: judgement.positive };
    Ok(ExampleUpdate { hash, path, vector, change })
}

/// Suggest sounds to judge next
#[utoipa::path(get, path = "/api/v1/heads/{name}/suggest", tag = "heads",
    params(("name" = String, Path, description = "The head"), SuggestRequest), responses(
    (status = 200, body = Suggestions),
    ProblemResponses,
))]
pub(crate) async fn suggest(
    server: Data<Server>,
    name: Path<String>,
    asked: Query<SuggestRequest>,
) -> Result<web::Json<Suggestions>, Problem> {
    let limit = check_count("limit", asked.limit.unwrap_or(USUAL_SUGGESTIONS), MOST_SUGGESTIONS)?;
    let served = server.library(asked.library.as_deref())?;
    let aim = if asked.likely { SuggestionAim::Confirm } else { SuggestionAim::Learn };
    served.run(move |served| suggestions(served, &name, aim, limit)).await.map(web::Json)
}

fn suggestions(served: &ServedLibrary, name: &str, aim: SuggestionAim, limit: usize) -> Result<Suggestions, Problem> {
    let searcher = served.searcher()?;
    let library = searcher.library();
    let (taught, suggestions) = suggest::suggest(library, name, aim, limit)?;
    let entry = |suggestion: Suggestion<FileId>| {
        let card = card(library, suggestion.sound.number())?;
        Ok(SuggestionEntry::new(&card, taught.head.names(), &suggestion))
    };
    Ok(Suggestions { suggestions: suggestions.into_iter().map(entry).collect::<Result<_, Problem>>()? })
}

/// Rename a head
#[utoipa::path(post, path = "/api/v1/heads/{name}/rename", tag = "heads", request_body = RenameRequest,
    params(("name" = String, Path, description = "The head")), responses(
    (status = 200, body = HeadFacts),
    ProblemResponses,
))]
pub(crate) async fn rename(
    server: Data<Server>,
    name: Path<String>,
    asked: Json<RenameRequest>,
) -> Result<web::Json<HeadFacts>, Problem> {
    let RenameRequest { library, to } = asked.0;
    let rename = move |served: &ServedLibrary| {
        let searcher = served.searcher()?;
        searcher.library().head(&name)?;
        served.write(|writer| writer.rename_head(&name, &to))?;
        Ok(HeadFacts::new(&to, &StoredHead::read(searcher.library(), &to)?))
    };
    server.library(library.as_deref())?.run(rename).await.map(web::Json)
}

/// Delete a head, its examples and its labels
#[utoipa::path(delete, path = "/api/v1/heads/{name}", tag = "heads",
    params(("name" = String, Path, description = "The head"), LibraryQuery), responses(
    (status = 204, description = "It is deleted"),
    ProblemResponses,
))]
pub(crate) async fn delete(
    server: Data<Server>,
    name: Path<String>,
    which: Query<LibraryQuery>,
) -> Result<HttpResponse, Problem> {
    let delete = move |served: &ServedLibrary| {
        served.searcher()?.library().head(&name)?;
        served.write(|writer| writer.delete_head(&name))
    };
    server.library(which.library.as_deref())?.run(delete).await?;
    Ok(HttpResponse::NoContent().finish())
}
