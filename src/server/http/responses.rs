//! The responses that every resource may give, as the description of the interface has them.

use std::collections::BTreeMap;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::server::http::problem::{MEDIA_TYPE, Problem};

/// A problem, whoever is to blame for it.
pub(crate) struct ProblemResponses;

impl IntoResponses for ProblemResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
        let response = ResponseBuilder::new().description("Why it was not done").content(MEDIA_TYPE, problem).build();
        ["4XX", "5XX"].map(|status| (status.to_owned(), response.clone().into())).into()
    }
}
