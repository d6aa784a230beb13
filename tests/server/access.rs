//! Who may ask, and what every response says to browsers.

use crate::client::{Server, serve_tones};
use crate::support::{Home, Run};

const TOKEN: &str = "0123456789abcdef0123";

#[test]
fn other_addresses_need_a_token_or_an_explicit_word() {
    let home = Home::new();
    let refused = home.run_with_model("serve --listen 0.0.0.0:0").expect(2);
    assert!(refused.err.contains("--no-auth"), "{}", refused.err);
    let short: Run = home.run_with_model("serve --token short").expect(2);
    assert!(short.err.contains("16"), "{}", short.err);
}

#[test]
fn a_token_is_asked_for_and_a_browser_keeps_it_as_a_cookie() {
    let (_home, server) = serve_tones(&[440], &format!("--token {TOKEN}"));
    for path in ["/", "/api/v1/libraries", "/metrics", "/openapi.json", "/docs"] {
        let refused = server.get(path).expect(401);
        assert_eq!(refused.header("www-authenticate"), "Bearer", "{path}");
    }
    server.get("/healthz").expect(200);
    server.get("/?token=wrong").expect(401);
    let entered = server.get(&format!("/?token={TOKEN}"));
    assert_eq!((entered.status, entered.header("location")), (303, "/"));
    let cookie = entered.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains(TOKEN), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    server.get_with("/api/v1/libraries", &[("Cookie", cookie)]).expect(200);
    server.get_with("/api/v1/libraries", &[("Cookie", "auricle=guess")]).expect(401);
    server.with_token(TOKEN).get("/api/v1/libraries").expect(200);
}

#[test]
fn strangers_names_and_other_sites_pages_are_refused() {
    let (_home, server) = serve_tones(&[440], "");
    let ask = |headers: &str| {
        let answer = server.raw(&format!("GET /api/v1/libraries HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"));
        answer.split_whitespace().nth(1).unwrap_or_default().to_owned()
    };
    let own = &server.address;
    assert_eq!(ask(&format!("Host: {own}\r\n")), "200");
    assert_eq!(ask("Host: evil.example\r\n"), "403");
    assert_eq!(ask(&format!("Host: {own}\r\nOrigin: http://evil.example\r\n")), "403");
    assert_eq!(ask(&format!("Host: {own}\r\nOrigin: http://{own}\r\n")), "200");
    assert_eq!(ask(&format!("Host: {own}\r\nSec-Fetch-Site: cross-site\r\n")), "403");
    assert_eq!(ask(""), "400");
}

#[test]
fn every_response_keeps_browsers_to_this_server() {
    let (_home, server) = serve_tones(&[440], "");
    for path in ["/", "/docs", "/api/v1/libraries", "/nothing", "/api/v1/files/999"] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("access-control-allow-origin").is_empty(), "{path}");
    }
}

#[test]
fn nothing_is_read_by_path() {
    let (home, server) = serve_tones(&[440], "");
    home.write("secret.txt", b"the secret");
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/docs/../../secret.txt",
        "//etc/passwd",
        "/api/v1/files/..%2f..%2fetc%2fpasswd/audio",
        "/api/v1/files/1%00/audio",
        "/api/v1/uploads/..%2f..%2fetc%2fpasswd/audio",
        "/C:%5Cwindows%5Cwin.ini",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
        let answer = server.raw(&request);
        let status = answer.split_whitespace().nth(1).unwrap_or_default();
        assert!(["400", "404", "422"].contains(&status), "{path}: {answer}");
        assert!(!answer.contains("the secret") && !answer.contains("root:"), "{path}: {answer}");
    }
}

#[test]
fn assets_of_a_folder_stay_in_it() {
    let home = Home::with_tones(&[440]);
    home.run_with_model("index sounds --quiet").expect(0);
    home.write("page/index.html", b"<p>mine</p>");
    home.write("page/js/main.js", b"export {};");
    home.write("secret.txt", b"the secret");
    let server = Server::start(&home, "--assets page");
    let page = server.get("/").expect(200);
    assert_eq!((page.body.as_slice(), page.header("content-type")), (&b"<p>mine</p>"[..], "text/html; charset=utf-8"));
    let script = server.get("/js/main.js").expect(200);
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    let again = server.get_with("/js/main.js", &[("If-None-Match", script.header("etag"))]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let request = format!("GET /../secret.txt HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
    assert!(!server.raw(&request).contains("the secret"));
    assert!(!server.raw(&request.replace("/../", "/js/%2e%2e/%2e%2e/")).contains("the secret"));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_in_order() {
    let (_home, server) = serve_tones(&[440], "");
    server.get("/healthz").expect(200);
    assert_eq!(server.end(), Some(0));
}
