//! Going through a library without words: lists in an order, and groups of files to choose from.

use serde_json::{Value, json};

use crate::client::Server;
use crate::support::Home;

fn names(list: &Value) -> Vec<&str> {
    list["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect()
}

/// Three tones in two folders, of 1, 2 and 3 seconds.
fn serve() -> (Home, Server) {
    let home = Home::new();
    for (name, seconds) in [("low/take 10.wav", 1.0), ("low/Take 2.wav", 3.0), ("high/x.wav", 2.0)] {
        home.tone(format!("sounds/{name}"), 300, seconds);
    }
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, "");
    (home, server)
}

#[test]
fn files_are_listed_in_an_order_with_their_number_and_the_place_of_one() {
    let (home, server) = serve();
    let list = |body: Value| server.post("/api/v1/browse", &body).expect(200).json();
    let all = list(json!({}));
    assert_eq!((names(&all), all["total"].as_u64()), (vec!["x.wav", "Take 2.wav", "take 10.wav"], Some(3)));
    assert!(all["files"][0]["bytes"].as_u64().unwrap() > 44 && all["files"][0]["labels"] == json!([]));
    let longest = list(json!({ "sort": "duration", "descending": true, "limit": 1, "offset": 1 }));
    assert_eq!((names(&longest), longest["total"].as_u64()), (vec!["x.wav"], Some(3)));
    let located = list(json!({ "sort": "name", "locate": server.id_of("x.wav") }));
    assert_eq!(located["place"], 2);
    let low = json!({ "folder": [home.path("sounds/low").display().to_string()], "duration": [2, null] });
    let found = list(json!({ "filter": low, "locate": server.id_of("x.wav") }));
    assert_eq!((names(&found), found["place"].is_null()), (vec!["Take 2.wav"], true));
    server.post("/api/v1/browse", &json!({ "sort": "nonsense" })).expect(422);
    server.post("/api/v1/browse", &json!({ "filter": { "label": [{ "label": "nobody" }] } })).expect(422);
    server.post("/api/v1/browse", &json!({ "limit": 1001 })).expect(422);
}

#[test]
fn a_list_shows_what_was_indexed_and_labelled_since() {
    let (home, server) = serve();
    let total = || server.post("/api/v1/browse", &json!({})).expect(200).json()["total"].clone();
    assert_eq!(total(), 3);
    home.tone("sounds/new.wav", 500, 1.0);
    home.run_with_model("index sounds --quiet").expect(0);
    assert_eq!(total(), 4);
    let id = server.id_of("new.wav");
    server.post("/api/v1/labels", &json!({ "label": "beep", "ids": [id], "add": true })).expect(200);
    let asked = json!({ "filter": { "label": [{ "label": "Beep" }] } });
    let labelled = server.post("/api/v1/browse", &asked).expect(200).json();
    assert_eq!((names(&labelled), labelled["files"][0]["labels"].clone()), (vec!["new.wav"], json!(["beep"])));
}

#[test]
fn groups_say_what_filters_can_be_set_to() {
    let (home, server) = serve();
    let groups = |query: &str| server.get(&format!("/api/v1/groups?{query}")).expect(200).json();
    let sounds = home.path("sounds").display().to_string();
    assert_eq!(groups("by=folder")["groups"], json!([{ "name": sounds, "files": 3, "inner": true }]));
    let inner = groups(&format!("by=folder&within={sounds}"));
    let name = |name: &str| format!("{sounds}/{name}");
    assert_eq!(
        inner["groups"],
        json!([
            { "name": name("high"), "files": 1, "inner": false },
            { "name": name("low"), "files": 2, "inner": false }
        ])
    );
    assert_eq!(groups("by=folder&text=LO")["groups"][0]["name"], name("low"));
    assert_eq!(groups("by=length")["groups"][0], json!({ "name": "..2", "files": 2, "inner": false }));
    assert_eq!(
        groups("by=format&limit=1"),
        json!({ "groups": [{ "name": "wav", "files": 3, "inner": false }], "total": 1 })
    );
    assert_eq!(groups("by=label")["total"], 0);
    server.get("/api/v1/groups?by=colour").expect(422);
    server.get("/api/v1/groups").expect(422);
}

#[test]
fn a_library_that_is_not_begun_has_no_lists() {
    let home = Home::new();
    let server = Server::start(&home, "");
    server.post("/api/v1/browse", &json!({})).expect(404);
    server.get("/api/v1/groups?by=folder").expect(404);
}
