//! A timeline of what the library remembers of a file: of its moments, without decoding anything.

use std::sync::Arc;

use crate::classify::label::check_threshold;
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentKind};
use crate::operations::hearing::remembered_hearing;
use crate::operations::observer::{Event, Observer};
use crate::operations::timeline::{TimelineFinder, TimelineSettings};
use crate::server::api::files::card;
use crate::server::api::label::{Choices, classifier};
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::served_library::ServedLibrary;
use crate::server::state::Server;
use crate::wire::path::text;
use crate::wire::timeline::{EventEntry, Timeline, TimelineRequest, Tracks};

/// The timeline of the moments that the library has of a file, or of all of it where it has none.
///
/// # Errors
/// A 404 or a 422 for what cannot be asked; what the library reports.
pub(super) fn recall(server: &Server, served: &ServedLibrary, asked: &TimelineRequest) -> Result<Timeline, Problem> {
    asked.threshold.map_or(Ok(()), check_threshold)?;
    let id = asked.id.filter(|_| asked.upload.is_none()).ok_or(ApiRefusal::TimelineOfOneSound)?;
    let searcher = served.searcher()?;
    let library = searcher.library();
    let card = card(library, id)?;
    let is_heard = |segment: &Segment| segment.channel.is_none_or(|channel| channel == 1);
    let mut places: Vec<_> = card.segments.iter().filter(|(_, segment)| is_heard(segment)).collect();
    if places.iter().any(|(_, segment)| segment.kind == SegmentKind::Moment) {
        places.retain(|(_, segment)| segment.kind == SegmentKind::Moment);
    }
    places.sort_by(|(_, a), (_, b)| a.start_seconds.total_cmp(&b.start_seconds));
    let mut moments = Vec::with_capacity(places.len());
    for (segment, place) in &places {
        moments.extend(library.vector_of(*segment)?.map(|vector| (place.start_seconds..place.end_seconds, vector)));
    }
    let channel = match remembered_hearing(library, &card.path)? {
        Hearing::Only(channel) => Some(channel),
        Hearing::Mix | Hearing::Split => places.first().and_then(|(_, segment)| segment.channel),
    };
    let window = moments.first().map_or(card.duration_seconds, |(place, _)| place.end - place.start);
    let hop = moments.windows(2).next().map_or(window, |two| two[1].0.start - two[0].0.start);
    let choices =
        Choices { labels: &asked.labels, set: asked.set.as_deref(), with: asked.with.as_deref(), template: &[] };
    let classifier = classifier(server, served, &choices)?;
    let settings = TimelineSettings { threshold: asked.threshold, ..TimelineSettings::default() };
    let finder = TimelineFinder::new(served.encoder(), &classifier, &settings)?;
    let (mut steps, stop) = (Vec::new(), Arc::default());
    let mut keep = |event: Event<'_>| {
        if let Event::Step(step) = event {
            steps.push(step.clone());
        }
    };
    let timeline = finder.recall(moments, card.duration_seconds, card.rate_hz, &Observer::new(&mut keep, &stop));
    let names = finder.labels();
    Ok(Timeline {
        path: text(&card.path),
        seconds: timeline.seconds,
        recorded: card.recorded.map(|began| began.to_string()),
        hop,
        window,
        events: timeline.events.iter().map(|event| EventEntry::new(event, names, card.recorded)).collect(),
        tracks: Some(Tracks::new(&steps, names)),
        partial: None,
        channel,
    })
}
