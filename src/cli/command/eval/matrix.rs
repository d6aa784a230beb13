//! A confusion matrix as a picture: rows are true classes, columns are predicted classes, darker for more.

use auricle::classify::metrics::Confusion;
use auricle::eval::evaluation::LabelEvaluation;
use auricle::eval::ladder::RungResult;
use auricle::picture::canvas::{Area, Canvas, Color, TEXT_HEIGHT, text_width};
use colorous::BLUES;

use crate::cli::command::eval::text::percent;

const WHITE: Color = [255; 3];
const INK: Color = [30, 30, 30];

/// Space around everything, in pixels.
const MARGIN: usize = 10;

/// Least width and height of a cell, in pixels: a count of two digits fits.
const LEAST_CELL: usize = 18;

/// Width that a few classes fill, in pixels.
const WIDTH: usize = 480;

/// From this share on a cell is so dark that its count is written in white.
const DARK: f64 = 0.55;

/// Draws the confusions of `outcome`.
pub(crate) fn draw(evaluation: &LabelEvaluation, outcome: &RungResult, confusion: &Confusion) -> Canvas {
    let classes = confusion.classes();
    let labels: Vec<String> =
        evaluation.data.classes.iter().enumerate().map(|(class, name)| format!("{name} {}", class + 1)).collect();
    let most = (0..classes).map(|is| confusion.clips(is)).max().unwrap_or(0).max(classes);
    let cell = (WIDTH / classes.max(1)).max(text_width(&most.to_string()) + 4).max(LEAST_CELL);
    let left = MARGIN + labels.iter().map(|label| text_width(label)).max().unwrap_or(0) + MARGIN;
    let top = MARGIN + 4 * TEXT_HEIGHT;
    let titles = [
        format!("{} of {}: {}", outcome.rung.name(), evaluation.layout.name, percent(outcome.report.accuracy.share())),
        "rows: true classes; columns: predicted classes".to_owned(),
    ];
    let width = (left + classes * cell).max(MARGIN + titles.iter().map(|title| text_width(title)).max().unwrap_or(0));
    let mut canvas = Canvas::new(width + MARGIN, top + classes * cell + MARGIN, WHITE);
    for (line, title) in titles.iter().enumerate() {
        canvas.text(MARGIN, MARGIN + line * TEXT_HEIGHT, title, INK);
    }
    for (is, label) in labels.iter().enumerate() {
        let y = top + is * cell;
        let middle = y + cell.saturating_sub(TEXT_HEIGHT) / 2;
        canvas.text(left - MARGIN / 2 - text_width(label), middle, label, INK);
        let number = (is + 1).to_string();
        canvas.text(
            left + is * cell + cell.saturating_sub(text_width(&number)) / 2,
            top - TEXT_HEIGHT - 1,
            &number,
            INK,
        );
        for taken in 0..classes {
            let area = Area { x: left + taken * cell, y, width: cell - 1, height: cell - 1 };
            fill(&mut canvas, area, confusion.count(is, taken), confusion.clips(is));
        }
    }
    canvas
}

/// Fills a cell by the share that `count` is of `clips`, and writes it there.
fn fill(canvas: &mut Canvas, area: Area, count: usize, clips: usize) {
    let share = count as f64 / clips.max(1) as f64;
    canvas.fill(area, BLUES.eval_continuous(share).as_array());
    if count == 0 {
        return;
    }
    let text = count.to_string();
    let x = area.x + area.width.saturating_sub(text_width(&text)) / 2;
    let y = area.y + area.height.saturating_sub(TEXT_HEIGHT) / 2;
    canvas.text(x, y, &text, if share >= DARK { WHITE } else { INK });
}
