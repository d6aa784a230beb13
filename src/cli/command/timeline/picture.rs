//! A timeline as a PNG: the spectrogram on top, below it a lane for each label with its score and events, then the time.

use std::path::Path;

use auricle::operations::timeline::SoundTimeline;
use auricle::picture::canvas::{Area, Canvas, Color, TEXT_HEIGHT, text_width};
use auricle::picture::shade::{FLOOR_DB, shade};
use auricle::wire::path::file_name;
use colorous::CATEGORY10;

use crate::cli::command::timeline::sketch::PLOT_WIDTH;
use crate::cli::command::timeline::sketch::Sketch;

/// What the names of pictures end with.
pub(crate) const ENDING: &str = ".png";

/// Lanes that a picture has. With more labels it shows those that have events, the clearest if they are too many as well.
const MOST_LANES: usize = 24;

/// Height of the spectrogram in pixels, if its bins divide it; one pixel a bin at least.
const SPECTROGRAM_HEIGHT: usize = 192;

const LANE_HEIGHT: usize = 26;
const LANE_GAP: usize = 8;
const MARGIN: usize = 16;

/// Room for the edges of the spectrogram in hertz.
const EDGE_WIDTH: usize = 60;

/// Height of the bar that an event is, below its score.
const BAR_HEIGHT: usize = 5;

/// Letters of a name that are shown.
const NAME_LETTERS: usize = 26;

/// Pixels between two times on the axis, at least.
const TICK_GAP: usize = 90;

/// What people count time in, in seconds.
const TICKS_SECONDS: [f64; 19] = [
    0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0,
    28800.0,
];

const PAPER: Color = [255; 3];
const LANE: Color = [244, 244, 246];
const GRID: Color = [224, 224, 228];
const INK: Color = [40, 40, 48];
const PALE_INK: Color = [130, 130, 140];

/// How much of its colour a score has outside of an event.
const TINT: f32 = 0.35;

/// Where things are.
#[derive(Debug, Clone, Copy)]
struct PictureLayout {
    /// Left edge of what is drawn along time.
    left: usize,
    spectrogram: Area,
    lanes_top: usize,
    lanes: usize,
}

impl PictureLayout {
    fn lane_top(&self, lane: usize) -> usize {
        self.lanes_top + lane * (LANE_HEIGHT + LANE_GAP)
    }

    /// Where the lanes end.
    fn bottom(&self) -> usize {
        self.lane_top(self.lanes)
    }
}

/// A picture in the making.
struct Drawing<'a> {
    canvas: Canvas,
    layout: PictureLayout,
    timeline: &'a SoundTimeline,
    sketch: &'a Sketch,
}

/// Draws the `timeline` of the file at `path`, whose labels are `names`, from its `sketch`.
pub(crate) fn draw(path: &Path, timeline: &SoundTimeline, sketch: &Sketch, names: &[String]) -> Canvas {
    let shown = lanes(timeline, names.len());
    let widest = shown.iter().map(|label| text_width(&short(&names[*label]))).max().unwrap_or(0);
    let layout = lay_out(widest.max(EDGE_WIDTH), sketch.bins, shown.len());
    let size = (layout.left + PLOT_WIDTH + 2 * MARGIN, layout.bottom() + 2 * TEXT_HEIGHT + MARGIN);
    let mut drawing = Drawing { canvas: Canvas::new(size.0, size.1, PAPER), layout, timeline, sketch };
    drawing.canvas.text(drawing.layout.left, MARGIN, &file_name(path), INK);
    if shown.len() < names.len() {
        drawing.note(&format!("{} of {} labels", shown.len(), names.len()));
    }
    drawing.spectrogram();
    for (lane, label) in shown.iter().enumerate() {
        drawing.empty_lane(lane, &short(&names[*label]));
    }
    drawing.axis();
    for (lane, label) in shown.iter().enumerate() {
        drawing.lane(lane, *label);
    }
    drawing.canvas
}

fn lay_out(names_width: usize, bins: usize, lanes: usize) -> PictureLayout {
    let left = MARGIN + names_width + MARGIN / 2;
    let top = MARGIN + TEXT_HEIGHT + MARGIN / 2;
    let height = bins * (SPECTROGRAM_HEIGHT / bins).max(1);
    let spectrogram = Area { x: left, y: top, width: PLOT_WIDTH, height };
    PictureLayout { left, spectrogram, lanes_top: top + height + MARGIN, lanes }
}

/// The labels that have lanes, in their order.
fn lanes(timeline: &SoundTimeline, labels: usize) -> Vec<usize> {
    let mut best = vec![0f32; labels];
    for event in &timeline.events {
        best[event.label] = best[event.label].max(event.score);
    }
    let mut shown: Vec<usize> = (0..labels).collect();
    if labels > MOST_LANES {
        shown.retain(|label| timeline.events.iter().any(|event| event.label == *label));
        shown.sort_by(|a, b| best[*b].total_cmp(&best[*a]));
        shown.truncate(MOST_LANES);
        shown.sort_unstable();
    }
    shown
}

/// The beginning of a name that is too long for its place.
fn short(name: &str) -> String {
    if name.chars().count() <= NAME_LETTERS {
        return name.to_owned();
    }
    name.chars().take(NAME_LETTERS - 2).chain("..".chars()).collect()
}

impl Drawing<'_> {
    /// Writes `text` at the top right.
    fn note(&mut self, text: &str) {
        self.canvas.text(self.layout.left + PLOT_WIDTH - text_width(text), MARGIN, text, PALE_INK);
    }

    fn spectrogram(&mut self) {
        let (Area { x: left, y: top, height, .. }, bins) = (self.layout.spectrogram, self.sketch.bins);
        let spectrum = &self.sketch.spectrum;
        let loudest = spectrum.within(0.0..1.0).unwrap_or_default().into_iter().fold(FLOOR_DB, f32::max);
        for x in 0..PLOT_WIDTH {
            let Some(column) = spectrum.within(shares(x)) else { return };
            for y in 0..height {
                self.canvas.set(left + x, top + y, shade(column[(height - 1 - y) * bins / height], loudest));
            }
        }
        let [low_hz, high_hz] = self.sketch.edges_hz;
        for (hz, y) in [(high_hz, top), (low_hz, top + height - TEXT_HEIGHT)] {
            let text = if hz < 1000.0 { format!("{hz:.0} Hz") } else { format!("{:.1} kHz", hz / 1000.0) };
            self.canvas.text(left - MARGIN / 2 - text_width(&text), y, &text, PALE_INK);
        }
    }

    fn empty_lane(&mut self, lane: usize, name: &str) {
        let (left, top) = (self.layout.left, self.layout.lane_top(lane));
        self.canvas.fill(Area { x: left, y: top, width: PLOT_WIDTH, height: LANE_HEIGHT }, LANE);
        let place = (left - MARGIN / 2 - text_width(name), top + (LANE_HEIGHT - TEXT_HEIGHT) / 2);
        self.canvas.text(place.0, place.1, name, INK);
    }

    fn axis(&mut self) {
        let (seconds, PictureLayout { left, lanes_top, .. }) = (self.timeline.seconds, self.layout);
        let (step, bottom) = (tick_seconds(seconds), self.layout.bottom());
        let times = (0..).map(|tick| f64::from(tick) * step).take_while(|time| *time <= seconds);
        for time in times {
            let x = left + (time / seconds * PLOT_WIDTH as f64) as usize;
            self.canvas.fill(Area { x, y: lanes_top, width: 1, height: bottom - lanes_top }, GRID);
            let text = tick_text(time, step, seconds);
            self.canvas.text(x.saturating_sub(text_width(&text) / 2), bottom + 2, &text, PALE_INK);
        }
    }

    fn lane(&mut self, lane: usize, label: usize) {
        let color = CATEGORY10[lane % CATEGORY10.len()].as_array();
        let (left, top, room) = (self.layout.left, self.layout.lane_top(lane), LANE_HEIGHT - BAR_HEIGHT);
        for (x, is_event) in event_columns(self.timeline, label).into_iter().enumerate() {
            let Some(scores) = self.sketch.scores.within(shares(x)) else { return };
            let height = (scores[label].clamp(0.0, 1.0) * room as f32).round() as usize;
            let (shade, bar) = if is_event { (color, BAR_HEIGHT) } else { (tinted(color), 0) };
            self.canvas.fill(Area { x: left + x, y: top + room - height, width: 1, height }, shade);
            self.canvas.fill(Area { x: left + x, y: top + room, width: 1, height: bar }, shade);
        }
    }
}

/// For each column of the plot, whether the sound has `label` there.
fn event_columns(timeline: &SoundTimeline, label: usize) -> Vec<bool> {
    let place = |seconds: f64| (seconds / timeline.seconds * PLOT_WIDTH as f64).round() as usize;
    let mut is_event = vec![false; PLOT_WIDTH];
    for event in timeline.events.iter().filter(|event| event.label == label) {
        let start = place(event.seconds.start).min(PLOT_WIDTH - 1);
        // An event of a long sound may be narrower than a pixel.
        is_event[start..place(event.seconds.end).clamp(start + 1, PLOT_WIDTH)].fill(true);
    }
    is_event
}

/// The part of the sound that column `x` of the plot stands for.
fn shares(x: usize) -> std::ops::Range<f64> {
    x as f64 / PLOT_WIDTH as f64..(x + 1) as f64 / PLOT_WIDTH as f64
}

/// The time between two ticks for a sound of `seconds`.
fn tick_seconds(seconds: f64) -> f64 {
    let least = seconds * TICK_GAP as f64 / PLOT_WIDTH as f64;
    let fitting = TICKS_SECONDS.into_iter().find(|step| *step >= least);
    // Whole days for what is longer yet.
    fitting.unwrap_or_else(|| (least / 86_400.0).ceil() * 86_400.0)
}

/// `at` as m:ss, or h:mm:ss in a sound that long; with tenths where ticks are that close.
fn tick_text(at: f64, step: f64, seconds: f64) -> String {
    let tenths = (at * 10.0).round() as u64;
    let (whole, tenths) = (tenths / 10, tenths % 10);
    let clock = if seconds < 3600.0 {
        format!("{}:{:02}", whole / 60, whole % 60)
    } else {
        format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
    };
    if step < 1.0 { format!("{clock}.{tenths}") } else { clock }
}

/// `color` as if seen through.
fn tinted(color: Color) -> Color {
    let mut tinted = LANE;
    for (value, strong) in tinted.iter_mut().zip(color) {
        *value = (f32::from(*value) * (1.0 - TINT) + f32::from(strong) * TINT) as u8;
    }
    tinted
}

#[cfg(test)]
mod tests {
    use auricle::classify::timeline::events::SoundEvent;
    use auricle::features::config::FrontEnd;

    use super::*;

    fn timeline(seconds: f64, events: &[(usize, f64, f64, f32)]) -> SoundTimeline {
        let event = |(label, start, end, score): &(usize, f64, f64, f32)| SoundEvent {
            label: *label,
            seconds: *start..*end,
            score: *score,
        };
        let events = events.iter().map(event).collect();
        SoundTimeline { seconds, rate_hz: 48_000, partial: None, interrupted: false, events }
    }

    #[test]
    fn ticks_are_times_that_people_count_in() {
        for (seconds, step, last) in [
            (0.5, 0.1, "0:00.5"),
            (7.0, 0.5, "0:07.0"),
            (100.0, 10.0, "1:40"),
            (3600.0, 300.0, "1:00:00"),
            (86_400.0, 7200.0, "24:00:00"),
            (30.0 * 86_400.0, 172_800.0, "720:00:00"),
        ] {
            assert_eq!(tick_seconds(seconds), step, "{seconds} s");
            assert_eq!(tick_text(seconds, step, seconds), last);
        }
    }

    #[test]
    fn the_clearest_labels_are_shown_in_their_order() {
        assert_eq!(lanes(&timeline(1.0, &[]), 3), [0, 1, 2]);
        let found = timeline(1.0, &[(40, 0.0, 1.0, 0.7), (2, 0.0, 1.0, 0.6), (2, 0.0, 1.0, 0.8)]);
        assert_eq!(lanes(&found, 50), [2, 40]);
        let many: Vec<_> = (0..50).map(|label| (label, 0.0, 1.0, label as f32 / 50.0)).collect();
        assert_eq!(lanes(&timeline(1.0, &many), 50), (50 - MOST_LANES..50).collect::<Vec<_>>());
    }

    #[test]
    fn an_event_is_drawn_where_it_is_and_is_never_too_short_to_see() {
        let columns =
            event_columns(&timeline(16.0, &[(1, 4.0, 8.0, 0.9), (0, 0.0, 16.0, 0.9), (1, 16.0, 16.0, 1.0)]), 1);
        let drawn: Vec<usize> = (0..PLOT_WIDTH).filter(|x| columns[*x]).collect();
        assert_eq!(drawn, (400..800).chain([1599]).collect::<Vec<_>>());
    }

    #[test]
    fn a_sound_without_scores_or_labels_of_any_length_can_be_drawn() {
        let front_end = FrontEnd::from_json("{}").unwrap();
        let mut sketch = Sketch::new(&front_end, 1);
        draw(Path::new("a.wav"), &timeline(0.001, &[]), &sketch, &["雨".repeat(50)]);
        sketch.hear(&[0.5]);
        sketch.finish();
        draw(Path::new("a.wav"), &timeline(0.001, &[(0, 0.0, 0.001, 1.0)]), &sketch, &["rain".to_owned()]);
    }
}
