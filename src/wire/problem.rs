//! Why something was not done, as clients of a server are told (RFC 9457): answers to requests and jobs have the same.

use serde::Serialize;

/// Why a request was not answered, or a job could not be done (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Kind of problem: a URN, or about:blank where the status says it all.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// The kind in words.
    pub(crate) title: &'static str,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened this time, and what to do.
    pub(crate) detail: String,
    /// What to do, where that is known: the end of `detail` by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advice: Option<String>,
}
