//! How often labels are heard in each hour or day: the events of many files, counted by the recorders' clocks.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::web::{self, Data};

use crate::classify::timeline::counts::EventCounts;
use crate::operations::timeline::TimelineFinder;
use crate::server::api::check::check_count;
use crate::server::api::label::{Choices, classifier};
use crate::server::api::timeline::{HeardSource, MOST_WINDOWS, check_len, heard, of_file, settings};
use crate::server::http::json_body::Json;
use crate::server::http::problem::Problem;
use crate::server::http::responses::ProblemResponses;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::counts::{CountsRequest, TimelineCounts};
use crate::wire::limits::MOST_COUNTED;

/// Count labels by the hour or the day
///
/// The files are heard one after the other, as for their timelines; what is counted is where events begin, beside how much
/// sound there is of each hour or day.
#[utoipa::path(post, path = "/api/v1/timeline/counts", tag = "label", request_body = CountsRequest, responses(
    (status = 200, body = TimelineCounts),
    ProblemResponses,
))]
pub(crate) async fn counts(
    server: Data<Server>,
    asked: Json<CountsRequest>,
) -> Result<web::Json<TimelineCounts>, Problem> {
    let asked = asked.0;
    let served = server.library(asked.library.as_deref())?.clone();
    let state = server.clone();
    server.listening.run_while_wanted(move |stop| count(&state, &served, &asked, stop)).await.map(web::Json)
}

fn count(
    server: &Server,
    served: &ServedLibrary,
    asked: &CountsRequest,
    stop: &Arc<AtomicBool>,
) -> Result<TimelineCounts, Problem> {
    check_count("ids", asked.ids.len(), MOST_COUNTED)?;
    let sources = {
        let searcher = served.searcher()?;
        asked.ids.iter().map(|id| of_file(searcher.library(), *id)).collect::<Result<Vec<_>, _>>()?
    };
    let settings = settings(asked.window, asked.hop, asked.threshold)?;
    let grid = settings.grid(served.encoder().front_end())?;
    check_len(Some(sources.iter().filter_map(|source| source.seconds).sum()), grid, MOST_WINDOWS)?;
    let choices =
        Choices { labels: &asked.labels, set: asked.set.as_deref(), with: asked.with.as_deref(), template: &[] };
    let classifier = classifier(server, served, &choices)?;
    let finder = TimelineFinder::new(served.encoder(), &classifier, &settings)?;
    let mut counts = EventCounts::new(asked.per.into(), finder.labels().len());
    for source in &sources {
        let HeardSource { timeline, recorded, .. } = heard(&finder, source, stop, &mut |_| {})?;
        counts.add(recorded.as_ref(), timeline.seconds, &timeline.events);
    }
    Ok(TimelineCounts::new(&counts, finder.labels()))
}
