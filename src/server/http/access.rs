//! Who may ask: the token, and the checks that keep other people's web pages from asking through a user's browser.
//!
//! A page on the web can make a browser send requests here, and a name that it controls can be made to mean this machine
//! (DNS rebinding). So a request has to name a host that nobody else can own, and must not come from another origin.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{AUTHORIZATION, HOST, HeaderName, LOCATION, ORIGIN, WWW_AUTHENTICATE};
use blake3::Hash;

use crate::server::config::{Access, Config};
use crate::server::http::problem::Problem;
use crate::server::http::refusal::HttpRefusal;

/// The cookie of a browser that was given the token.
const COOKIE: &str = "auricle";

/// What the cookie's value is derived for, so that it does not give the token away.
const COOKIE_CONTEXT: &str = "auricle 2026-11-21 session cookie";

/// Says where a browser's request comes from, relative to the host it goes to.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Open to everybody: whether the server lives is no secret, and who asks has no token.
const HEALTH: &str = "/healthz";

/// Decides who may ask.
#[derive(Debug)]
pub(crate) struct Guard {
    /// Hash of the token.
    token: Option<Hash>,
    /// The cookie that stands for it.
    cookie: String,
    hosts: Vec<String>,
}

/// What becomes of a request.
pub(crate) enum Decision {
    /// It goes on.
    Allowed,
    /// It is answered here.
    Answered(HttpResponse),
}

impl Guard {
    /// A guard as `config` asks for.
    pub(crate) fn new(config: &Config) -> Self {
        let token = match &config.access {
            Access::Open => None,
            Access::Token(token) => Some(token),
        };
        Guard {
            token: token.map(|token| blake3::hash(token.as_bytes())),
            cookie: token.map(|token| cookie_value(token)).unwrap_or_default(),
            hosts: config.hosts.iter().map(|host| host.to_lowercase()).collect(),
        }
    }

    /// Whether `request` may go on.
    pub(crate) fn decide(&self, request: &ServiceRequest) -> Decision {
        if request.path() == HEALTH {
            return Decision::Allowed;
        }
        if let Err(refusal) = self.check_host(request).and_then(|host| check_origin(request, host)) {
            return Decision::Answered(Problem::from(refusal).response());
        }
        let Some(token) = &self.token else { return Decision::Allowed };
        if let Some(given) = query_token(request) {
            return Decision::Answered(self.log_in(*token, &given, request.path()));
        }
        let bearer = header(request, AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        // Comparing hashes takes the same time whatever differs.
        let is_bearer = bearer.is_some_and(|given| blake3::hash(given.trim().as_bytes()) == *token);
        let is_cookie = request
            .cookie(COOKIE)
            .is_some_and(|cookie| blake3::hash(cookie.value().as_bytes()) == blake3::hash(self.cookie.as_bytes()));
        if is_bearer || is_cookie { Decision::Allowed } else { Decision::Answered(refuse()) }
    }

    /// The host that `request` names, if it is one that no stranger can own.
    fn check_host<'a>(&self, request: &'a ServiceRequest) -> Result<&'a str, HttpRefusal> {
        let host = header(request, HOST).or_else(|| request.uri().authority().map(|authority| authority.as_str()));
        let host = host.ok_or(HttpRefusal::HostMissing)?;
        let name = without_port(host).to_lowercase();
        let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let is_known = is_address || name == "localhost" || self.hosts.contains(&name);
        // With a token a rebound name gains nothing: the browser keeps the cookie for the name it was set for.
        if is_known || self.token.is_some() {
            return Ok(host);
        }
        Err(HttpRefusal::HostUnknown { name })
    }

    /// Answers a browser that brings the token in the address: it is given a cookie and sent on without.
    fn log_in(&self, token: Hash, given: &str, path: &str) -> HttpResponse {
        if blake3::hash(given.as_bytes()) != token {
            return refuse();
        }
        let cookie = Cookie::build(COOKIE, self.cookie.clone()).path("/").http_only(true).same_site(SameSite::Strict);
        HttpResponse::SeeOther().cookie(cookie.permanent().finish()).insert_header((LOCATION, path)).finish()
    }
}

fn cookie_value(token: &str) -> String {
    Hash::from_bytes(blake3::derive_key(COOKIE_CONTEXT, token.as_bytes())).to_hex().to_string()
}

/// Refuses what another site's page makes a browser ask.
fn check_origin(request: &ServiceRequest, host: &str) -> Result<(), HttpRefusal> {
    let is_own =
        |origin: &str| origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
    let is_foreign = header(request, ORIGIN).is_some_and(|origin| !is_own(origin));
    // Following a link from elsewhere to the page is fine; anything else from elsewhere is not.
    let is_api = request.path().starts_with("/api/") || request.path() == "/metrics";
    let is_cross_site = is_api && header(request, FETCH_SITE).is_some_and(|site| site == "cross-site");
    if is_foreign || is_cross_site {
        return Err(HttpRefusal::OtherSite);
    }
    Ok(())
}

fn refuse() -> HttpResponse {
    let mut response = Problem::from(HttpRefusal::TokenNeeded).response();
    response.headers_mut().insert(WWW_AUTHENTICATE, actix_web::http::header::HeaderValue::from_static("Bearer"));
    response
}

/// The token in the address of the page, and only of the page: what is logged and shared elsewhere must not hold it.
fn query_token(request: &ServiceRequest) -> Option<String> {
    if request.path() != "/" {
        return None;
    }
    let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?;
    pairs.into_inner().into_iter().find(|(name, _)| name == "token").map(|(_, token)| token)
}

fn header(request: &ServiceRequest, name: HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// `host` without a port, an address of version 6 in its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn guard(token: Option<&str>) -> Guard {
        Guard {
            token: token.map(|token| blake3::hash(token.as_bytes())),
            cookie: token.map(cookie_value).unwrap_or_default(),
            hosts: vec!["studio".into()],
        }
    }

    fn status(guard: &Guard, path: &str, headers: &[(&'static str, &str)]) -> u16 {
        let request =
            headers.iter().fold(TestRequest::with_uri(path), |request, header| request.insert_header(*header));
        match guard.decide(&request.to_srv_request()) {
            Decision::Allowed => 200,
            Decision::Answered(response) => response.status().as_u16(),
        }
    }

    #[test]
    fn names_that_a_stranger_can_own_are_refused() {
        for (host, expected) in [
            ("127.0.0.1:7700", 200),
            ("localhost:7700", 200),
            ("[::1]:7700", 200),
            ("192.168.1.5", 200),
            ("Studio:80", 200),
            ("evil.example:7700", 403),
            ("localhost.evil.example", 403),
            ("127.0.0.1.evil.example", 403),
        ] {
            assert_eq!(status(&guard(None), "/api/v1/libraries", &[("host", host)]), expected, "{host}");
        }
        assert_eq!(status(&guard(None), "/healthz", &[("host", "evil.example")]), 200);
    }

    #[test]
    fn other_sites_pages_are_refused() {
        let host = ("host", "127.0.0.1:7700");
        for (headers, expected) in [
            (vec![host, ("origin", "http://127.0.0.1:7700")], 200),
            (vec![host, ("origin", "http://127.0.0.1:8000")], 403),
            (vec![host, ("origin", "https://evil.example")], 403),
            (vec![host, ("origin", "null")], 403),
            (vec![host, ("sec-fetch-site", "cross-site")], 403),
            (vec![host, ("sec-fetch-site", "same-origin")], 200),
        ] {
            assert_eq!(status(&guard(None), "/api/v1/libraries", &headers), expected, "{headers:?}");
        }
        assert_eq!(status(&guard(None), "/", &[host, ("sec-fetch-site", "cross-site")]), 200);
    }

    #[test]
    fn a_token_is_asked_for_everywhere_and_becomes_a_cookie() {
        let token = "0123456789abcdef";
        let guard = guard(Some(token));
        let host = ("host", "studio");
        let cookie = format!("auricle={}", cookie_value(token));
        let bearer = format!("Bearer {token}");
        for (path, header, expected) in [
            ("/", None, 401),
            ("/metrics", None, 401),
            ("/healthz", None, 200),
            ("/api/v1/libraries", Some(("authorization", bearer.as_str())), 200),
            ("/api/v1/libraries", Some(("authorization", "Bearer 0123456789abcdee")), 401),
            ("/api/v1/libraries", Some(("cookie", cookie.as_str())), 200),
            ("/api/v1/libraries", Some(("cookie", "auricle=0123456789abcdef")), 401),
            ("/?token=0123456789abcdef", None, 303),
            ("/?token=wrong", None, 401),
            ("/api/v1/libraries?token=0123456789abcdef", None, 401),
        ] {
            let headers: Vec<_> = std::iter::once(host).chain(header).collect();
            assert_eq!(status(&guard, path, &headers), expected, "{path} {header:?}");
        }
    }
}
