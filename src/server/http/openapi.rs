//! What the interface is, for programs (OpenAPI) and for people (a page to try it).

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use serde_json::Value;
use utoipa::OpenApi;

use crate::server::api::{
    audio, browse, files, heads, label, libraries, map, pictures, search, system, timeline, upload,
};
use crate::server::http::routes::{Methods, route};
use crate::server::jobs;
use crate::wire::browse::GroupBy;
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
        browse::browse,
        browse::groups,
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
        timeline::counts::counts,
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
    components(schemas(ListedState, GroupBy, AudioFormat))
)]
struct Interface;

/// The description, made once.
struct Description(String);

/// The routes of this resource.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let interface = Interface::openapi();
    config.app_data(Data::new(Methods(methods(&interface))));
    config.app_data(Data::new(Description(document(&interface).to_string())));
    config.service(route("/openapi.json").route(web::get().to(describe)));
    config.service(route("/docs").route(web::get().to(|| async { text("text/html; charset=utf-8", PAGE) })));
    config.service(
        route("/docs/docs.js").route(web::get().to(|| async { text("text/javascript; charset=utf-8", SCRIPT) })),
    );
    config.service(route("/docs/docs.css").route(web::get().to(|| async { text("text/css; charset=utf-8", STYLE) })));
}

/// The description as JSON. utoipa has no words for the field that tells the forms of an enum apart, so they are added.
fn document(interface: &utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(interface).unwrap_or_default();
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    let forms = schemas.into_iter().flatten().filter_map(|(_, schema)| schema.get_mut("oneOf")?.as_array_mut());
    for form in forms.flatten() {
        let fields = form.get_mut("properties").and_then(Value::as_object_mut);
        for (_, field) in fields.into_iter().flatten() {
            let is_tag = field.get("enum").and_then(Value::as_array).is_some_and(|values| values.len() == 1);
            if is_tag && field.get("description").is_none() {
                field["description"] = "Which of the forms this is.".into();
            }
        }
    }
    document
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_described(value: &Value) -> bool {
        let own = value["description"].as_str().is_some_and(|text| !text.trim().is_empty());
        own || value["oneOf"].as_array().is_some_and(|forms| forms.iter().any(is_described))
    }

    /// Adds the fields of `schema` that nothing is said of to `bare`.
    fn check_fields(place: &str, schema: &Value, bare: &mut Vec<String>) {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            if !is_described(field) {
                bare.push(place.clone());
            }
            check_fields(&place, field, bare);
        }
        let forms = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
        forms.chain(schema["items"].is_object().then_some(&schema["items"])).for_each(|part| {
            check_fields(place, part, bare);
        });
    }

    #[test]
    fn every_schema_field_and_parameter_is_described() {
        let document = document(&Interface::openapi());
        let (mut bare, mut parameters) = (Vec::new(), 0);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            if !is_described(schema) {
                bare.push(name.clone());
            }
            check_fields(name, schema, &mut bare);
        }
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    parameters += 1;
                    if !is_described(parameter) {
                        bare.push(format!("{method} {path}: {}", parameter["name"]));
                    }
                }
            }
        }
        assert_eq!(bare, [""; 0], "without a description");
        assert!(parameters > 30, "only {parameters} parameters");
    }

    #[test]
    fn a_missing_description_is_found() {
        let schema =
            serde_json::json!({"properties": {"a": {"description": "It."}, "b": {"items": {"properties": {"c": {}}}}}});
        let mut bare = Vec::new();
        check_fields("X", &schema, &mut bare);
        assert_eq!(bare, ["X.b", "X.b.c"]);
    }
}
