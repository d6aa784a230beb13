//! A timeline as a PNG: the spectrogram on top, below it a lane for each label with its score and events, then the time.

use auricle::classify::timeline::steps::Step;
use auricle::features::{FrontEnd, LogMel, MelBlocks};
use colorous::CATEGORY10;

use super::hear::Timeline;
use super::strip::Strip;
use crate::cli::canvas::{Area, Canvas, Color, TEXT_HEIGHT, text_width};
use crate::cli::outputs::file_name;
use crate::cli::picture::{FLOOR_DB, shade};

/// What the names of pictures end with.
pub(super) const ENDING: &str = ".png";

/// Pixels from the beginning of a sound to its end.
pub(super) const PLOT_WIDTH: usize = 1600;

/// Labels that a picture shows; with more, it shows those that are heard most clearly.
const MOST_LANES: usize = 24;

/// Height of the spectrogram in pixels, if its bins divide it; one pixel a bin at least.
const SPECTROGRAM_HEIGHT: usize = 192;

const LANE_HEIGHT: usize = 26;
const LANE_GAP: usize = 8;
const MARGIN: usize = 16;

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

/// What a picture of a sound is drawn from, gathered while it is heard; no larger for a longer sound.
#[derive(Debug)]
pub(super) struct Sketch {
    mel: Option<MelBlocks>,
    spectrum: Strip,
    bins: usize,
    scores: Strip,
    frames_a_second: f64,
    /// Lower and upper edge of the spectrogram.
    edges_hz: [f64; 2],
}

impl Sketch {
    /// The sketch of a sound as the model behind `front_end` hears it, with scores of `labels`.
    pub(super) fn new(front_end: &FrontEnd, labels: usize) -> Self {
        Sketch {
            mel: Some(MelBlocks::new(front_end)),
            spectrum: Strip::new(front_end.mel_bins()),
            bins: front_end.mel_bins(),
            scores: Strip::new(labels),
            frames_a_second: f64::from(front_end.rate_hz()) / front_end.hop_len_samples() as f64,
            edges_hz: [front_end.min_hz(), front_end.max_hz()],
        }
    }

    /// Takes the next samples.
    pub(super) fn hear(&mut self, samples: &[f32]) {
        if let Some(mel) = &mut self.mel {
            let frames = mel.push(samples);
            self.add(&frames);
        }
    }

    /// Takes the next scores.
    pub(super) fn score(&mut self, step: &Step) {
        // In frames, so that both strips have columns of the same time.
        let end = (step.seconds.end * self.frames_a_second).ceil() as usize;
        for _ in self.scores.moments()..end {
            self.scores.push(&step.presences);
        }
    }

    /// Ends the sound.
    pub(super) fn finish(&mut self) {
        if let Some(mel) = self.mel.take() {
            let frames = mel.finish();
            self.add(&frames);
        }
    }

    fn add(&mut self, frames: &LogMel) {
        frames.values.chunks_exact(frames.bins).for_each(|frame| self.spectrum.push(frame));
    }
}

/// Where things are.
struct Layout {
    /// Left edge of what is drawn along time.
    left: usize,
    spectrogram: Area,
    lanes_top: usize,
    lanes: usize,
}

impl Layout {
    fn lane_top(&self, lane: usize) -> usize {
        self.lanes_top + lane * (LANE_HEIGHT + LANE_GAP)
    }

    /// Where the lanes end.
    fn bottom(&self) -> usize {
        self.lane_top(self.lanes)
    }
}

/// Draws `timeline`, whose labels are `names`.
pub(super) fn draw(timeline: &Timeline, sketch: &Sketch, names: &[String]) -> Canvas {
    let shown = lanes(timeline, names.len());
    let widest = shown.iter().map(|label| text_width(&short(&names[*label]))).max().unwrap_or(0);
    let layout = lay_out(widest.max(text_width("8.0 kHz")), sketch.bins, shown.len());
    let width = layout.left + PLOT_WIDTH + 2 * MARGIN;
    let mut canvas = Canvas::new(width, layout.bottom() + 2 * TEXT_HEIGHT + MARGIN, PAPER);
    title(&mut canvas, &layout, timeline, shown.len(), names.len());
    spectrogram(&mut canvas, &layout, sketch);
    for (lane, label) in shown.iter().enumerate() {
        let top = layout.lane_top(lane);
        canvas.fill(Area { x: layout.left, y: top, width: PLOT_WIDTH, height: LANE_HEIGHT }, LANE);
        let name = short(&names[*label]);
        let x = layout.left - MARGIN / 2 - text_width(&name);
        canvas.text(x, top + (LANE_HEIGHT - TEXT_HEIGHT) / 2, &name, INK);
    }
    axis(&mut canvas, &layout, timeline.seconds);
    for (lane, label) in shown.iter().enumerate() {
        draw_lane(&mut canvas, &layout, lane, *label, timeline, sketch);
    }
    canvas
}

fn lay_out(names_width: usize, bins: usize, lanes: usize) -> Layout {
    let left = MARGIN + names_width + MARGIN / 2;
    let top = MARGIN + TEXT_HEIGHT + MARGIN / 2;
    let height = bins * (SPECTROGRAM_HEIGHT / bins).max(1);
    let spectrogram = Area { x: left, y: top, width: PLOT_WIDTH, height };
    Layout { left, spectrogram, lanes_top: top + height + MARGIN, lanes }
}

/// The labels that have lanes, in their order: all, or else those with the best events.
fn lanes(timeline: &Timeline, labels: usize) -> Vec<usize> {
    let mut best = vec![0f32; labels];
    for event in &timeline.events {
        best[event.label] = best[event.label].max(event.score);
    }
    let mut shown: Vec<usize> = (0..labels).collect();
    if labels > MOST_LANES {
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

fn title(canvas: &mut Canvas, layout: &Layout, timeline: &Timeline, shown: usize, labels: usize) {
    canvas.text(layout.left, MARGIN, &file_name(&timeline.path), INK);
    if shown < labels {
        let note = format!("the {shown} clearest of {labels} labels");
        canvas.text(layout.left + PLOT_WIDTH - text_width(&note), MARGIN, &note, PALE_INK);
    }
}

fn spectrogram(canvas: &mut Canvas, layout: &Layout, sketch: &Sketch) {
    let Area { x: left, y: top, height, .. } = layout.spectrogram;
    let loudest = sketch.spectrum.within(0.0..1.0).unwrap_or_default().into_iter().fold(FLOOR_DB, f32::max);
    for x in 0..PLOT_WIDTH {
        let Some(column) = sketch.spectrum.within(shares(x)) else { return };
        for y in 0..height {
            canvas.set(left + x, top + y, shade(column[(height - 1 - y) * sketch.bins / height], loudest));
        }
    }
    let mut edge = |hz: f64, y: usize| {
        let text = if hz < 1000.0 { format!("{hz:.0} Hz") } else { format!("{:.1} kHz", hz / 1000.0) };
        canvas.text(left - MARGIN / 2 - text_width(&text), y, &text, PALE_INK);
    };
    edge(sketch.edges_hz[1], top);
    edge(sketch.edges_hz[0], top + height - TEXT_HEIGHT);
}

/// The part of the sound that column `x` of the plot stands for.
fn shares(x: usize) -> std::ops::Range<f64> {
    x as f64 / PLOT_WIDTH as f64..(x + 1) as f64 / PLOT_WIDTH as f64
}

fn axis(canvas: &mut Canvas, layout: &Layout, seconds: f64) {
    let step = tick_seconds(seconds);
    let bottom = layout.bottom();
    let mut tick = 0;
    while tick as f64 * step <= seconds {
        let x = layout.left + (tick as f64 * step / seconds * PLOT_WIDTH as f64) as usize;
        let grid = Area { x, y: layout.lanes_top, width: 1, height: bottom - layout.lanes_top };
        canvas.fill(grid, GRID);
        let time = tick_text(tick as f64 * step, step, seconds);
        canvas.text((x - text_width(&time) / 2).max(layout.left / 2), bottom + 2, &time, PALE_INK);
        tick += 1;
    }
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

fn draw_lane(canvas: &mut Canvas, layout: &Layout, lane: usize, label: usize, timeline: &Timeline, sketch: &Sketch) {
    let color = CATEGORY10[label % CATEGORY10.len()].as_array();
    let (top, room) = (layout.lane_top(lane), LANE_HEIGHT - BAR_HEIGHT);
    let place = |seconds: f64| (seconds / timeline.seconds * PLOT_WIDTH as f64).round() as usize;
    let mut is_event = vec![false; PLOT_WIDTH];
    for event in timeline.events.iter().filter(|event| event.label == label) {
        let start = place(event.seconds.start).min(PLOT_WIDTH - 1);
        // An event of a long sound may be narrower than a pixel.
        is_event[start..place(event.seconds.end).clamp(start + 1, PLOT_WIDTH)].fill(true);
    }
    for (x, is_event) in is_event.into_iter().enumerate() {
        let Some(scores) = sketch.scores.within(shares(x)) else { return };
        let height = (scores[label].clamp(0.0, 1.0) * room as f32).round() as usize;
        let shade = if is_event { color } else { tinted(color) };
        canvas.fill(Area { x: layout.left + x, y: top + room - height, width: 1, height }, shade);
        if is_event {
            canvas.fill(Area { x: layout.left + x, y: top + room, width: 1, height: BAR_HEIGHT }, color);
        }
    }
}

/// `color` as if seen through.
fn tinted(color: Color) -> Color {
    let mut tinted = LANE;
    for (value, strong) in tinted.iter_mut().zip(color) {
        *value = (f32::from(*value) * (1.0 - TINT) + f32::from(strong) * TINT) as u8;
    }
    tinted
}
