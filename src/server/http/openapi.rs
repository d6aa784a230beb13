//! What the interface is, for programs (OpenAPI) and for people (a page to try it).

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use utoipa::OpenApi;

use crate::server::api::{audio, files, heads, label, libraries, map, pictures, search, system, timeline, upload};
use crate::server::http::routes::{Methods, route};
use crate::server::jobs;
use crate::wire::library::ListedState;
use crate::wire::sound::AudioFormat;

/// The page and what belongs to it.
const PAGE: &str = include_str!("docs/index.html");
const SCRIPT: &str = include_str!("docs/docs.js");
const STYLE: &str = include_str!("docs/docs.css");

#[derive(OpenApi)]
#[openapi(
    info(title = "auricle", description = "Find, label and compare sounds by words or by example"),
    paths(
        system::health,
        system::metrics,
        libraries::libraries,
        libraries::models,
        search::search,
        search::similar,
        files::files,
        files::file,
        audio::file_audio,
        pictures::waveform,
        pictures::spectrogram,
        upload::upload,
        upload::forget,
        audio::upload_audio,
        pictures::upload_waveform,
        label::label,
        label::hand::label_by_hand,
        timeline::timeline,
        heads::heads,
        heads::head,
        heads::teach,
        heads::suggest,
        heads::rename,
        heads::delete,
        map::map,
        map::scores,
        map::duplicates,
        jobs::handlers::jobs,
        jobs::handlers::begin,
        jobs::handlers::job,
        jobs::handlers::watch,
        jobs::handlers::cancel,
    ),
    // Those that only parameters refer to.
    components(schemas(ListedState, AudioFormat))
)]
struct Interface;

/// The description, made once.
struct Description(String);

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let interface = Interface::openapi();
    config.app_data(Data::new(Methods(methods(&interface))));
    config.app_data(Data::new(Description(interface.to_json().unwrap_or_default())));
    config.service(route("/openapi.json").route(web::get().to(describe)));
    config.service(route("/docs").route(web::get().to(|| async { text("text/html; charset=utf-8", PAGE) })));
    config.service(
        route("/docs/docs.js").route(web::get().to(|| async { text("text/javascript; charset=utf-8", SCRIPT) })),
    );
    config.service(route("/docs/docs.css").route(web::get().to(|| async { text("text/css; charset=utf-8", STYLE) })));
}

/// The methods of each path.
fn methods(interface: &utoipa::openapi::OpenApi) -> BTreeMap<String, String> {
    let each = interface.paths.paths.iter().map(|(path, item)| {
        let named = [("GET", &item.get), ("POST", &item.post), ("DELETE", &item.delete)];
        let methods: Vec<_> =
            named.into_iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| name).collect();
        (path.clone(), methods.join(", "))
    });
    each.collect()
}

async fn describe(description: Data<Description>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(description.0.clone())
}

fn text(media: &'static str, content: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(media).body(content)
}
