//! Whether the server lives, and its figures.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};

use crate::server::http::problem::Problem;
use crate::server::http::routes::route;
use crate::server::state::Server;

/// The media type of OpenMetrics, which Prometheus reads.
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(route("/healthz").route(web::get().to(health)).route(web::head().to(health)));
    config.service(route("/metrics").route(web::get().to(metrics)));
}

/// Check that the server is up
#[utoipa::path(get, path = "/healthz", tag = "system", responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok")
}

/// Get metrics
///
/// In the OpenMetrics text format, which Prometheus reads.
#[utoipa::path(get, path = "/metrics", tag = "system", responses(
    (status = 200, body = String, content_type = "application/openmetrics-text"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn metrics(server: Data<Server>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().content_type(METRICS).body(server.metrics_text()?))
}
