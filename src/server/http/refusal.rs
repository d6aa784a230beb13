//! The reasons for which a request is turned away before what it asks for is looked at: who asks, where, how and how fast.
//! What to do about each is said in `advice.rs`, and its status is in `status.rs`.

/// Why a request is turned away unread.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpRefusal {
    /// No header says which host is meant.
    #[error("the request names no host")]
    HostMissing,
    /// A name that anyone could have pointed here.
    #[error("this server does not answer to the name {name:?}")]
    HostUnknown {
        /// The name that was given.
        name: String,
    },
    /// Another site's page had a browser send it.
    #[error("the request comes from another site")]
    OtherSite,
    /// No token, or a wrong one.
    #[error("this server needs a token")]
    TokenNeeded,
    /// The page has no such part.
    #[error("there is no {name:?} here")]
    PageUnknown {
        /// The path, without its first slash.
        name: String,
    },
    /// A part of the path is not of the kind that stands there.
    #[error("nothing has this address")]
    PathUnreadable {
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A method that is not answered there.
    #[error("{path} does not answer {method}")]
    MethodUnknown {
        /// The path.
        path: String,
        /// The method.
        method: String,
    },
    /// A query string with values that are missing, unknown or of another kind.
    #[error("the query string cannot be read")]
    QueryUnreadable {
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A body that is not said to be JSON.
    #[error("the body is not declared as JSON")]
    BodyOfOtherType,
    /// A body that is not JSON.
    #[error("the body is not JSON")]
    BodyNotJson {
        /// Where it is not.
        source: serde_json::Error,
    },
    /// JSON with fields that are missing, unknown or of another kind.
    #[error("the body is not what is asked for here")]
    BodyUnfit {
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A body of more bytes than are taken.
    #[error("the body is larger than {most_bytes} bytes")]
    BodyTooLarge {
        /// Bytes that are taken.
        most_bytes: usize,
    },
    /// A body that comes more slowly than a client may be.
    #[error("the body took too long to arrive")]
    BodyTooSlow,
    /// A body that breaks off.
    #[error("the body could not be received")]
    BodyBroken {
        /// What the connection reported.
        source: actix_web::error::PayloadError,
    },
    /// Nobody waits for the answer any more.
    #[error("the client has left")]
    ClientLeft,
    /// As much of a kind is waiting as may wait.
    #[error("too many {what} are waiting")]
    Busy {
        /// What waits, in the plural.
        what: &'static str,
    },
}
