//! Heads: taught by judgements, listed, renamed and deleted, and what to judge next.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};

use crate::classify::label::Label;
use crate::classify::stored_head::{TaughtHead, teach as learn};
use crate::classify::suggest;
use crate::classify::suggest::Suggestion;
use crate::library::Library;
use crate::library::heads::TaughtExample;
use crate::library::record::FileId;
use crate::server::api::check::check_words;
use crate::server::api::files::card;
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::head::{HeadFacts, RenameRequest, SuggestRequest, SuggestionEntry, Suggestions, TeachRequest};
use crate::wire::library::LibraryQuery;

/// Judgements at most.
const MOST_JUDGEMENTS: usize = 1000;

/// Suggestions at most.
const MOST_SUGGESTIONS: usize = 200;

/// Suggestions where nothing is said.
const USUAL_SUGGESTIONS: usize = 10;

/// Length of a name, in characters.
const MOST_NAME_CHARS: usize = 200;

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/heads").route(web::get().to(heads)));
    config.service(route("/api/v1/heads/{name}").route(web::get().to(head)).route(web::delete().to(delete)));
    config.service(route("/api/v1/heads/{name}/teach").route(web::post().to(teach)));
    config.service(route("/api/v1/heads/{name}/suggest").route(web::get().to(suggest)));
    config.service(route("/api/v1/heads/{name}/rename").route(web::post().to(rename)));
}

/// List the heads of a library
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
        let facts = |(name, _): (String, String)| Ok(HeadFacts::new(&name, &TaughtHead::read(library, &name)?));
        library.heads()?.into_iter().map(facts).collect()
    };
    server.library(which.library.as_deref())?.run(list).await.map(web::Json)
}

/// Show what is known of a head
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
        known(searcher.library(), &name)?;
        Ok(HeadFacts::new(&name, &TaughtHead::read(searcher.library(), &name)?))
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
    check_name(&name)?;
    asked.prompt.as_deref().map_or(Ok(()), check_words)?;
    if asked.judgements.len() > MOST_JUDGEMENTS {
        return Err(Problem::unprocessable(format!("give {MOST_JUDGEMENTS} judgements at a time at most")));
    }
    let served = server.library(asked.library.as_deref())?;
    served.run(move |served| taught(served, &name, &asked)).await.map(web::Json)
}

fn taught(served: &ServedLibrary, name: &str, asked: &TeachRequest) -> Result<HeadFacts, Problem> {
    let searcher = served.searcher()?;
    let library = searcher.library();
    let is_known = library.find_head(name)?.is_some();
    if !is_known && asked.judgements.is_empty() {
        let detail =
            format!("the library has no head {name:?}, and there is nothing to learn it from; give judgements");
        return Err(Problem::unprocessable(detail));
    }
    let known = if is_known { TaughtHead::read(library, name)?.labels } else { Vec::new() };
    let mut examples = if is_known { library.taught_examples(name)? } else { Vec::new() };
    take_in(library, name, &known, asked, &mut examples)?;
    let labels = labels(known, &examples, asked.prompt.as_deref())?;
    let head = learn(served.encoder(), Some(library), labels, &examples)?;
    served.write(|writer| head.store(writer, name, &examples))?;
    Ok(HeadFacts::new(name, &head))
}

/// Puts the judgements into `examples`; of a content that is there already the new one counts.
fn take_in(
    library: &Library,
    name: &str,
    known: &[Label],
    asked: &TeachRequest,
    examples: &mut Vec<TaughtExample>,
) -> Result<(), Problem> {
    for judgement in &asked.judgements {
        let class = match (&judgement.class, known) {
            (Some(class), _) => class.clone(),
            (None, []) => name.to_owned(),
            (None, [only]) => only.name.clone(),
            (None, _) => {
                return Err(Problem::unprocessable(format!("{name:?} has several classes; say which is meant")));
            }
        };
        check_name(&class)?;
        card(library, judgement.id)?;
        let heard = library.clip(FileId::from_number(judgement.id))?;
        let Some((path, hash, vector)) = heard.and_then(|(path, clip)| Some((path, clip.hash?, clip.vector))) else {
            let detail = format!("the vector of file {} is damaged; index it again", judgement.id);
            return Err(Problem::conflict(detail));
        };
        let before = examples.iter().position(|example| example.hash == hash);
        let mut classes = before.map(|at| examples.remove(at).classes).unwrap_or_default();
        classes.retain(|known| *known != class);
        classes.extend(judgement.positive.then_some(class));
        examples.push(TaughtExample { hash, path, classes, vector: Some(vector) });
    }
    examples.sort_by_key(|example| example.hash.0);
    Ok(())
}

/// The labels of the head: those known that still have examples, and those that examples name for the first time.
fn labels(mut labels: Vec<Label>, examples: &[TaughtExample], prompt: Option<&str>) -> Result<Vec<Label>, Problem> {
    let mut named: Vec<&String> = examples.iter().flat_map(|example| &example.classes).collect();
    named.sort_unstable();
    named.dedup();
    labels.retain(|label| named.contains(&&label.name));
    for name in named {
        if !labels.iter().any(|label| label.name == *name) {
            labels.push(Label::named(name));
        }
    }
    match (prompt.map(str::trim).filter(|prompt| !prompt.is_empty()), labels.as_mut_slice()) {
        (None, _) => {}
        (Some(prompt), [only]) => only.prompts = vec![prompt.to_owned()],
        (Some(_), _) => return Err(Problem::unprocessable("a prompt goes with a head of one class")),
    }
    Ok(labels)
}

/// Name the sounds whose judgement would teach a head most
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
    let limit = asked.limit.unwrap_or(USUAL_SUGGESTIONS);
    if !(1..=MOST_SUGGESTIONS).contains(&limit) {
        return Err(Problem::unprocessable(format!("limit is 1 to {MOST_SUGGESTIONS}")));
    }
    let served = server.library(asked.library.as_deref())?;
    served.run(move |served| suggestions(served, &name, limit)).await.map(web::Json)
}

fn suggestions(served: &ServedLibrary, name: &str, limit: usize) -> Result<Suggestions, Problem> {
    let searcher = served.searcher()?;
    let library = searcher.library();
    known(library, name)?;
    let (taught, suggestions) = suggest::suggest(library, name, limit)?;
    let entry = |suggestion: Suggestion<FileId>| {
        let card = card(library, suggestion.sound.number())?;
        Ok(SuggestionEntry::new(&card, taught.head.names(), &suggestion.presences))
    };
    Ok(Suggestions { suggestions: suggestions.into_iter().map(entry).collect::<Result<_, Problem>>()? })
}

/// Call a head otherwise
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
    check_name(&to)?;
    let rename = move |served: &ServedLibrary| {
        let searcher = served.searcher()?;
        known(searcher.library(), &name)?;
        served.write(|writer| writer.rename_head(&name, &to))?;
        Ok(HeadFacts::new(&to, &TaughtHead::read(searcher.library(), &to)?))
    };
    server.library(library.as_deref())?.run(rename).await.map(web::Json)
}

/// Delete a head with its examples and the labels it gave
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
        known(served.searcher()?.library(), &name)?;
        served.write(|writer| writer.delete_head(&name))
    };
    server.library(which.library.as_deref())?.run(delete).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses a head that `library` does not have.
fn known(library: &Library, name: &str) -> Result<(), Problem> {
    match library.head(name) {
        Err(error @ crate::error::Error::User { .. }) => Err(Problem::not_found(error.to_string())),
        other => Ok(other.map(drop)?),
    }
}

/// Refuses a name that a head or a class cannot have.
fn check_name(name: &str) -> Result<(), Problem> {
    check_words(name)?;
    if name.trim().is_empty() || name.contains(':') || name.chars().count() > MOST_NAME_CHARS {
        let detail = format!("{name:?} is no name; give one of 1 to {MOST_NAME_CHARS} characters without a colon");
        return Err(Problem::unprocessable(detail));
    }
    Ok(())
}
