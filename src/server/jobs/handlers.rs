//! Beginning, watching and cancelling jobs.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, Path, ServiceConfig};

use crate::ingest::request::LostRoots;
use crate::operations::reindex::MissingFiles;
use crate::server::api::refusal::{ApiRefusal, Things, check_number};
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::http::routes::route;
use crate::server::indexable_folders;
use crate::server::jobs::events::events;
use crate::server::jobs::work::{JobWork, start};
use crate::server::state::Server;
use crate::wire::job::{JobEntry, JobEvent, JobKind, JobList, JobRequest, JobStarted};
use crate::wire::limits::MOST_FOLDERS;

/// The routes of this resource.
pub(in crate::server) fn configure(config: &mut ServiceConfig) {
    config.service(route("/api/v1/jobs").route(web::get().to(jobs)).route(web::post().to(begin)));
    config.service(route("/api/v1/jobs/{id}").route(web::get().to(job)).route(web::delete().to(cancel)));
    config.service(route("/api/v1/jobs/{id}/events").route(web::get().to(watch)));
}

/// List jobs
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", responses(
    (status = 200, body = JobList),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
pub(in crate::server) async fn jobs(server: Data<Server>) -> web::Json<JobList> {
    web::Json(JobList { jobs: server.jobs.list() })
}

/// Start a job
#[utoipa::path(post, path = "/api/v1/jobs", tag = "jobs", request_body = JobRequest, responses(
    (status = 202, body = JobStarted),
    ProblemResponses,
))]
pub(in crate::server) async fn begin(server: Data<Server>, asked: Json<JobRequest>) -> Result<HttpResponse, Problem> {
    let JobRequest { kind, library, folders, channels, drop_missing } = asked.0;
    let served = server.library(library.as_deref())?;
    let state = server.clone();
    let begin = move |served: &crate::server::served_library::ServedLibrary| {
        if kind != JobKind::Index && (!folders.is_empty() || channels.is_some()) {
            return Err(ApiRefusal::FoldersNotTaken.into());
        }
        check_number(Things::Folders, folders.len(), MOST_FOLDERS)?;
        let lost = if drop_missing { LostRoots::Forget } else { LostRoots::Keep };
        let work = match kind {
            JobKind::Index => {
                let hearing = channels.map(|name| name.0);
                JobWork::Index(indexable_folders::chosen(&state, served, &folders)?, hearing, lost)
            }
            JobKind::Prune => JobWork::Prune(lost),
            JobKind::Reindex if drop_missing => JobWork::Reindex(MissingFiles::Drop),
            JobKind::Reindex => JobWork::Reindex(MissingFiles::Refuse),
        };
        let job = state.jobs.begin(kind, served.name())?;
        let id = job.entry().job;
        start(job, served.clone(), work)?;
        Ok(id)
    };
    let job = served.run(begin).await?;
    Ok(HttpResponse::Accepted().json(JobStarted { job }))
}

/// Get the progress of a job
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs",
    params(("id" = u64, Path, description = "The job")), responses(
    (status = 200, body = JobEntry),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
pub(in crate::server) async fn job(server: Data<Server>, id: Path<u64>) -> Result<web::Json<JobEntry>, Problem> {
    let job = server.jobs.find(*id)?;
    let entry = job.entry().clone();
    Ok(web::Json(entry))
}

/// Watch a job
///
/// Events are progress, failure and done; the last one has the job itself, and ends the stream.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/events", tag = "jobs",
    params(("id" = u64, Path, description = "The job")), responses(
    (status = 200, description = "Server-sent events", body = JobEvent, content_type = "text/event-stream"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
pub(in crate::server) async fn watch(server: Data<Server>, id: Path<u64>) -> Result<HttpResponse, Problem> {
    let job = server.jobs.find(*id)?;
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream").insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.streaming(events(job)))
}

/// Cancel a job
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "jobs",
    params(("id" = u64, Path, description = "The job")), responses(
    (status = 202, description = "It ends within a second or so; what was committed stays"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
pub(in crate::server) async fn cancel(server: Data<Server>, id: Path<u64>) -> Result<HttpResponse, Problem> {
    server.jobs.find(*id)?.cancel();
    Ok(HttpResponse::Accepted().finish())
}
