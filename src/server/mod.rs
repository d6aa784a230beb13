//! The web server: everything the command line can ask of libraries, over HTTP and as JSON, with the page that asks it.
//!
//! [`Config`] says what is served to whom; [`run`] serves it until it is told to stop. `access` decides who may ask,
//! `admission` bounds what goes on at a time, `served_library` lends the searchers of a library; each resource is a file in
//! `api`, and its types are in [`wire`](crate::wire). Errors become problems in `problem`, with a status from `status`, and
//! nowhere else. actix and utoipa stay in here. Files
//! are named by id: no path that a client sends is ever opened, but for the folders that an operator allowed to index.

pub mod config;
mod uploads;
mod served_library;
mod file_orders;
mod indexable_folders;
mod state;
mod http;
mod api;
mod jobs;

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer, rt};
use futures_util::future::select;

use crate::error::{Error, Refusal, Result, Stage};
use crate::server::config::Config;
use crate::server::http::peer::Peer;
use crate::server::state::Server;

/// Threads that read requests and write responses; they never block, so few are enough.
const WORKERS: usize = 4;

/// Time that requests may still take once the server is to stop.
const GRACE_SECONDS: u64 = 10;

/// Time that a client has to close a connection.
const DISCONNECT: Duration = Duration::from_secs(5);

/// Serves what `config` describes until the process is told to stop (SIGINT, SIGTERM); what is being answered then is
/// answered still. `ready` is called with the address once requests can come.
///
/// # Errors
/// [`Error::Request`] if there is no library, two have one name, the token is too short, or it cannot listen there;
/// [`Error::Internal`] if the system fails.
pub fn run(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    config.check()?;
    let (listen, limits) = (config.listen, config.limits);
    let server = Data::new(Server::new(config)?);
    let served = server.clone();
    rt::System::new().block_on(async move {
        let http = HttpServer::new(move || {
            App::new()
                .app_data(served.clone())
                .app_data(http::routes::query_config())
                .app_data(http::routes::path_config())
                .wrap(from_fn(http::middleware::around))
                .configure(configure)
        });
        let http = http
            .on_connect(Peer::remember)
            .workers(WORKERS.min(limits.searches))
            .max_connections(limits.connections)
            .client_request_timeout(limits.patience)
            .client_disconnect_timeout(DISCONNECT)
            .shutdown_timeout(GRACE_SECONDS)
            .disable_signals()
            .bind(listen)
            .map_err(|error| cannot_listen(listen, error))?;
        let address = http.addrs().first().copied().unwrap_or(listen);
        let running = http.run();
        rt::spawn(end_on_signal(running.handle(), server.clone()));
        thread::spawn({
            let server = server.clone();
            move || server.warm_up()
        });
        ready(address);
        let ended = running.await;
        end_jobs(&server).await;
        ended.map_err(|error| Error::internal(Stage::Output, "the server ended").caused_by(error))
    })
}

fn configure(config: &mut ServiceConfig) {
    config
        .configure(api::system::configure)
        .configure(http::openapi::configure)
        .configure(api::libraries::configure)
        .configure(api::search::configure)
        .configure(api::audio::configure)
        .configure(api::pictures::configure)
        .configure(api::files::configure)
        .configure(api::browse::configure)
        .configure(api::upload::configure)
        .configure(api::label::configure)
        .configure(api::heads::configure)
        .configure(api::timeline::configure)
        .configure(api::map::configure)
        .configure(jobs::handlers::configure)
        .service(
            http::routes::route("/{file:.*}")
                .route(web::get().to(http::page::serve))
                .route(web::head().to(http::page::serve)),
        );
}

/// Waits for a signal, and ends what goes on: jobs first, so that those who watch them are told.
async fn end_on_signal(handle: ServerHandle, server: Data<Server>) {
    signalled().await;
    tracing::info!("told to stop");
    server.jobs.stop_all();
    handle.stop(true).await;
}

#[cfg(unix)]
async fn signalled() {
    let interrupted = Box::pin(rt::signal::ctrl_c());
    match rt::signal::unix::signal(rt::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            select(interrupted, Box::pin(terminated.recv())).await;
        }
        Err(error) => {
            tracing::warn!("only an interrupt ends the server: {error}");
            let _ = interrupted.await;
        }
    }
}

#[cfg(not(unix))]
async fn signalled() {
    // Without signals the process is ended from outside, which loses nothing that was committed.
    let _ = rt::signal::ctrl_c().await;
}

/// Gives jobs the second or so that they take to stop.
async fn end_jobs(server: &Data<Server>) {
    server.jobs.stop_all();
    let since = Instant::now();
    while server.jobs.is_any_running() && since.elapsed() < Duration::from_secs(GRACE_SECONDS) {
        rt::time::sleep(DISCONNECT / 100).await;
    }
}

fn cannot_listen(listen: SocketAddr, source: io::Error) -> Error {
    Refusal::AddressUnusable { address: listen, source }.into()
}
