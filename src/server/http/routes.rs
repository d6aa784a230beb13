//! How routes are declared and what is answered where there is none.

use std::collections::BTreeMap;

use actix_web::error::{PathError, QueryPayloadError};
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{self, Data, PathConfig, QueryConfig};
use actix_web::{HttpRequest, HttpResponse, Resource};

use crate::server::http::problem::Problem;
use crate::server::http::refusal::HttpRefusal;

/// The methods of each route that is described, as the header `Allow` lists them.
pub(crate) struct Methods(pub(crate) BTreeMap<String, String>);

/// The methods of what is not described: pages and what belongs to them.
const USUAL_METHODS: &str = "GET";

/// A resource at `path`, which answers other methods than its own with a problem.
pub(crate) fn route(path: &str) -> Resource {
    web::resource(path).default_service(web::to(other_method))
}

/// Query strings that cannot be read.
pub(crate) fn query_config() -> QueryConfig {
    QueryConfig::default().error_handler(|error, _| {
        let source = match error {
            // Their own message goes before this in so many words.
            QueryPayloadError::Deserialize(source) => source.into(),
            error => error.into(),
        };
        Problem::from(HttpRefusal::QueryUnreadable { source }).into()
    })
}

/// Paths whose parts cannot be read: there is nothing there.
pub(crate) fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|error, _| {
        let source = match error {
            PathError::Deserialize(source) => source.into(),
            error => error.into(),
        };
        Problem::from(HttpRefusal::PathUnreadable { source }).into()
    })
}

async fn other_method(request: HttpRequest, methods: Data<Methods>) -> HttpResponse {
    let (path, method) = (request.path().to_owned(), request.method().to_string());
    let mut response = Problem::from(HttpRefusal::MethodUnknown { path, method }).response();
    let known = request.match_pattern().and_then(|pattern| methods.0.get(&pattern));
    if let Ok(allowed) = HeaderValue::from_str(known.map_or(USUAL_METHODS, String::as_str)) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
