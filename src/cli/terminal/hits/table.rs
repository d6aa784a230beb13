//! Hits as a table for people. Paths come last and whole, so that they never break the columns and can be copied.

use anstyle::Style;
use auricle::library::record::cue::Cue;
use auricle::search::hit::{Grade, Hit, MomentHit};

use crate::cli::terminal::hits::reasons::reasons;
use crate::cli::terminal::output::{Align, table_lines};
use crate::cli::terminal::text::{clock, date_and_time, printable, short_path};

/// Copies that are shown below a hit; the others are counted.
const COPIES_SHOWN: usize = 3;

/// Cues that are shown below a hit; the others are counted.
const CUES_SHOWN: usize = 5;

/// Rank, score, grade, place, clock, reason, file.
const COLUMNS: [Align; 7] =
    [Align::Right, Align::Right, Align::Left, Align::Right, Align::Left, Align::Left, Align::Left];

/// Which of them is left out where nothing says when any of the files was recorded.
const CLOCK: usize = 4;

/// Stands above the weak hits.
const WEAKER: &str = "weaker";

/// Stands below the path of a hit that is not on disk.
const NOT_THERE: &str = "not there: moved, deleted, or on a drive that is not mounted";

/// Whether the table is for a terminal that can show weights of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Plain,
    Styled,
}

/// A line of the table and how it looks.
type TableLine = ([String; COLUMNS.len()], Style);

/// `hits` as a table; nothing at all if there are none.
pub(crate) fn render(hits: &[Hit], paint: Paint) -> String {
    if hits.is_empty() {
        return String::new();
    }
    let heading = ["", "score", "grade", "time", "recorded", "why", "file"].map(str::to_owned);
    let mut lines = vec![(heading, Style::new().bold())];
    let mut weak_from = None;
    for (index, hit) in hits.iter().enumerate() {
        if hit.grade == Grade::Weak {
            weak_from.get_or_insert(lines.len());
        }
        lines.push(first_line(index + 1, hit));
        lines.extend(further_lines(hit).into_iter().map(|cells| (cells, Style::new().dimmed())));
    }
    let (cells, styles): (Vec<_>, Vec<Style>) = lines.into_iter().unzip();
    let is_dated = hits.iter().any(|hit| hit.file.recorded.is_some());
    let lines = if is_dated { table_lines(&COLUMNS, &cells) } else { undated_lines(&cells) };
    let mut lines: Vec<(String, Style)> = lines.into_iter().zip(styles).collect();
    if let Some(place) = weak_from {
        lines.insert(place, (WEAKER.to_owned(), Style::new().dimmed()));
    }
    let painted = lines.into_iter().map(|(line, style)| match paint {
        Paint::Plain => format!("{line}\n"),
        Paint::Styled => format!("{style}{line}{style:#}\n"),
    });
    painted.collect()
}

/// The lines without the column of clocks.
fn undated_lines(cells: &[[String; COLUMNS.len()]]) -> Vec<String> {
    let others: [usize; COLUMNS.len() - 1] = std::array::from_fn(|column| column + usize::from(column >= CLOCK));
    let cells: Vec<_> = cells.iter().map(|row| others.map(|column| row[column].clone())).collect();
    table_lines(&others.map(|column| COLUMNS[column]), &cells)
}

fn first_line(rank: usize, hit: &Hit) -> TableLine {
    let style = if hit.grade == Grade::Weak { Style::new().dimmed() } else { Style::new() };
    let place = place(hit.start_seconds, hit.end_seconds, hit.peak.channel);
    let grade = hit.grade.name().to_owned();
    (
        [
            rank.to_string(),
            score(hit.score),
            grade,
            place,
            recorded(hit, hit.start_seconds),
            reasons(hit),
            short_path(&hit.file.path),
        ],
        style,
    )
}

/// That the file is not there, the other good events, the cues, and the copies.
fn further_lines(hit: &Hit) -> Vec<[String; COLUMNS.len()]> {
    let is_other =
        |moment: &&MomentHit| moment.start_seconds != hit.start_seconds || moment.end_seconds != hit.end_seconds;
    let blank = String::new;
    let moment = |moment: &MomentHit| {
        let place = place(moment.start_seconds, moment.end_seconds, moment.peak.channel);
        [blank(), score(moment.score), blank(), place, recorded(hit, moment.start_seconds), blank(), blank()]
    };
    let in_file = |text: String| [blank(), blank(), blank(), blank(), blank(), blank(), text];
    let mut lines: Vec<_> = hit.is_ghost.then(|| in_file(NOT_THERE.to_owned())).into_iter().collect();
    let moments = hit.moments.iter().filter(is_other).map(moment);
    lines.extend(moments);
    let cue = |cue: &Cue| {
        let place = match cue.end_seconds {
            Some(end_seconds) => place(cue.start_seconds, end_seconds, None),
            None => clock(cue.start_seconds),
        };
        let why = format!("cue: {}", printable(&cue.words));
        [blank(), blank(), blank(), place, recorded(hit, cue.start_seconds), why, blank()]
    };
    lines.extend(hit.cues.iter().take(CUES_SHOWN).map(cue));
    if hit.cues.len() > CUES_SHOWN {
        let more = format!("and {} more cues", hit.cues.len() - CUES_SHOWN);
        lines.push([blank(), blank(), blank(), blank(), blank(), more, blank()]);
    }
    lines.extend(hit.copies.iter().take(COPIES_SHOWN).map(|copy| in_file(format!("copy: {}", short_path(&copy.path)))));
    if hit.copies.len() > COPIES_SHOWN {
        lines.push(in_file(format!("and {} more copies", hit.copies.len() - COPIES_SHOWN)));
    }
    lines
}

fn score(score: f32) -> String {
    format!("{score:.3}")
}

/// When the place `seconds` into the file was recorded, or as much of that as is known.
fn recorded(hit: &Hit, seconds: f64) -> String {
    let Some(began) = hit.file.recorded else { return String::new() };
    date_and_time(&began.clock_at(seconds.floor()).unwrap_or(began))
}

fn place(start_seconds: f64, end_seconds: f64, channel: Option<u32>) -> String {
    let channel = channel.map(|channel| format!(" ch {channel}")).unwrap_or_default();
    format!("{}-{}{channel}", clock(start_seconds), clock(end_seconds))
}
