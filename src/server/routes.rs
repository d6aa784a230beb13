//! How routes are declared and what is answered where there is none.

use actix_web::http::StatusCode;
use actix_web::web::{self, PathConfig, QueryConfig};
use actix_web::{HttpRequest, Resource};

use super::problem::Problem;

/// A resource at `path`, which answers other methods than its own with a problem.
pub(super) fn route(path: &str) -> Resource {
    web::resource(path).default_service(web::to(other_method))
}

/// Query strings that cannot be read.
pub(super) fn query_config() -> QueryConfig {
    QueryConfig::default().error_handler(|error, _| Problem::unprocessable(error.to_string()).into())
}

/// Paths whose parts cannot be read: there is nothing there.
pub(super) fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|error, _| Problem::not_found(error.to_string()).into())
}

async fn other_method(request: HttpRequest) -> Result<String, Problem> {
    let detail = format!("{} does not answer {}; see /docs", request.path(), request.method());
    Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail))
}
