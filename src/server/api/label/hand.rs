//! Labels that people give to sounds themselves.

use actix_web::web::{self, Data};

use crate::library::record::change::Change;
use crate::library::record::label::{Labelled, Labeller};
use crate::server::api::check::check_words;
use crate::server::api::files::card;
use crate::server::api::refusal::{ApiRefusal, Things, check_number};
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::label::{ChangeCount, HandLabelRequest};
use crate::wire::limits::{MOST_BY_HAND, MOST_NAME_CHARS};

/// Add or remove a label by hand
#[utoipa::path(post, path = "/api/v1/labels", tag = "label", request_body = HandLabelRequest, responses(
    (status = 200, body = ChangeCount),
    ProblemResponses,
))]
pub(crate) async fn label_by_hand(
    server: Data<Server>,
    asked: Json<HandLabelRequest>,
) -> Result<web::Json<ChangeCount>, Problem> {
    let asked = asked.0;
    let served = server.library(asked.library.as_deref())?;
    served.run(move |served| change(served, &asked)).await.map(web::Json)
}

fn change(served: &ServedLibrary, asked: &HandLabelRequest) -> Result<ChangeCount, Problem> {
    let label = asked.label.trim();
    if label.is_empty() || label.chars().count() > MOST_NAME_CHARS {
        return Err(ApiRefusal::LabelInvalid { label: label.to_owned(), most_chars: MOST_NAME_CHARS }.into());
    }
    check_words(label)?;
    check_number(Things::Files, asked.ids.len(), MOST_BY_HAND)?;
    let searcher = served.searcher()?;
    let mut changes = Vec::with_capacity(asked.ids.len());
    for id in &asked.ids {
        let card = card(searcher.library(), *id)?;
        let (label, end_seconds) = (label.to_owned(), card.duration_seconds);
        let change = |hash| match asked.add {
            true => Change::LabelAdded { hash, label: Labelled { label, start_seconds: 0.0, end_seconds, score: 1.0 } },
            false => Change::LabelRemoved { hash, by: Labeller::Hand, label },
        };
        changes.extend(card.hash.map(change));
    }
    served.write(|writer| writer.commit(&changes))?;
    Ok(ChangeCount { changed: changes.len() })
}
