//! What Prometheus is told: requests and how long they took, what waits, uploads and jobs. Paths are those of the routes,
//! so that ids make no series of their own.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// What a request was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    path: String,
    status: u16,
}

/// Where it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    path: String,
}

/// The figures of one server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    /// Requests that wait for a search, a decoder or the model.
    pub(crate) waiting: Gauge<i64>,
    /// Uploads that are kept.
    pub(crate) uploads: Gauge<i64>,
    /// Seconds since the server started.
    pub(crate) uptime: Gauge<f64, AtomicU64>,
}

impl Metrics {
    /// All at zero.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("auricle");
        // From 1 ms to 16 s.
        let histogram = || Histogram::new(exponential_buckets(0.001, 2.0, 15));
        let (requests, seconds) = (Family::default(), Family::new_with_constructor(histogram as fn() -> Histogram));
        let (waiting, uploads, uptime) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests by route and status", requests.clone());
        registry.register("http_request_seconds", "Time from a request to its response's head", seconds.clone());
        registry.register("waiting_requests", "Requests that wait for their turn", waiting.clone());
        registry.register("uploads", "Uploads that are kept", uploads.clone());
        registry.register("uptime_seconds", "Time since the server started", uptime.clone());
        Metrics { registry, requests, seconds: seconds.clone(), waiting, uploads, uptime }
    }

    /// Counts a request that was answered.
    pub(crate) fn count(&self, method: &str, path: &str, status: u16, took: Duration) {
        let labels = RequestLabels { method: method.to_owned(), path: path.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&RouteLabels { path: path.to_owned() }).observe(took.as_secs_f64());
    }

    /// All figures as text.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
