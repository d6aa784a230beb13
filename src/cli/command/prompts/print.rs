//! The findings as tables for people, each with what its columns say and what to do.

use std::io::{self, Write};

use auricle::eval::wording::findings::Findings;
use auricle::eval::wording::pairs::{Advice, LabelPair};
use auricle::eval::wording::phrasing::{LabelPhrasing, Phrasing};
use auricle::eval::wording::templates::TemplateScore;

use crate::cli::terminal::output::{Align, table_lines};
use crate::cli::terminal::text::{counted, printable};

/// Labels and pairs shown unless told otherwise.
const USUAL_TOP: usize = 8;

/// Below this many own sounds one more or less turns the advice around.
const FEW_SOUNDS: usize = 10;

/// Stands before the wording that is used if nobody says otherwise.
const USUAL_MARK: &str = "*";

/// Writes all tables.
pub(crate) fn print(out: &mut dyn Write, findings: &Findings, top: Option<u32>) -> io::Result<()> {
    let top = top.map_or(USUAL_TOP, |top| top as usize);
    heading(out, findings)?;
    match findings.sounds {
        1 => print_phrasing_of_one(out, findings, top)?,
        _ => print_phrasing(out, findings, top)?,
    }
    if findings.labels > 1 {
        print_pairs(out, findings, top)?;
        print_templates(out, findings)?;
    }
    Ok(())
}

fn heading(out: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let (sounds, labels) = (counted(findings.sounds, "sound"), counted(findings.labels, "label"));
    match findings.known {
        Some(known) if known == findings.sounds => writeln!(out, "{labels} on {sounds}, whose labels are known"),
        Some(known) => writeln!(out, "{labels} on {sounds}; the labels of {known} are known"),
        None => writeln!(out, "{labels} on {sounds}; nothing says how right the model is, only how sure (see --truth)"),
    }
}

fn section(out: &mut dyn Write, title: &str, lines: &[&str]) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

/// One sound: what it scores for each wording.
fn print_phrasing_of_one(out: &mut dyn Write, findings: &Findings, top: usize) -> io::Result<()> {
    let explained = "what the sound scores if one label is asked for in another way; * is the usual one";
    section(out, "PHRASING", &[explained])?;
    for found in findings.phrasing.iter().take(top) {
        writeln!(out, "\n  {}", printable(&found.label))?;
        let heading = ["", "cosine", "rank", "share", "wording"].map(str::to_owned);
        let row = |it: &Phrasing| {
            let rank = format!("{} of {}", it.first_rank, findings.labels);
            [mark(it), cosine(it.mean_cosine), rank, percent(it.first_share), it.text.clone()]
        };
        let mut phrasings: Vec<&Phrasing> = found.phrasings.iter().collect();
        phrasings.sort_by(|a, b| b.mean_cosine.total_cmp(&a.mean_cosine));
        let rows: Vec<_> = std::iter::once(heading).chain(phrasings.into_iter().map(row)).collect();
        lines(out, [Align::Left, Align::Right, Align::Right, Align::Right, Align::Left], &rows)?;
    }
    left_out(out, findings.phrasing.len(), top, "label")
}

/// Many sounds: what each wording wins and how surely.
fn print_phrasing(out: &mut dyn Write, findings: &Findings, top: usize) -> io::Result<()> {
    let own = match findings.known {
        Some(_) => "its own sounds are those that have the label: known, so this is supervised",
        None => "its own sounds are those that the usual wording wins",
    };
    let mut explained = vec![
        "if one label is asked for in another way, while the rest stay as usual (*); best first",
        own,
        "keeps: own sounds it wins; takes: sounds of other labels it wins; lead: over the best rival on its own sounds",
        "order: how alike it ranks all sounds to the usual wording, 1 = the same",
    ];
    explained.extend(
        findings.known.map(|_| "AP: average precision, how well it ranks its own sounds above the others in a search"),
    );
    section(out, "PHRASING", &explained)?;
    for found in findings.phrasing.iter().take(top) {
        print_label(out, found, findings.known.is_some())?;
    }
    left_out(out, findings.phrasing.len(), top, "label")
}

fn print_label(out: &mut dyn Write, found: &LabelPhrasing, is_supervised: bool) -> io::Result<()> {
    writeln!(out, "\n  {} ({})", printable(&found.label), counted(found.own, "own sound"))?;
    let heading = ["", "AP", "keeps", "takes", "lead", "order", "cosine", "wording"].map(str::to_owned);
    let row = |it: &Phrasing| {
        let precision = it.average_precision.map_or("-".into(), |precision| format!("{precision:.2}"));
        let order = it.order.map_or("-".into(), |order| format!("{order:.2}"));
        let counts = [it.kept, it.taken].map(|count| count.to_string());
        let [kept, taken] = counts;
        [mark(it), precision, kept, taken, optional(it.lead), order, cosine(it.mean_cosine), it.text.clone()]
    };
    let rows: Vec<_> = std::iter::once(heading).chain(found.phrasings.iter().map(row)).collect();
    const RIGHT: Align = Align::Right;
    if is_supervised {
        lines(out, [Align::Left, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, Align::Left], &rows)?;
    } else {
        let rows: Vec<_> = rows.into_iter().map(|[usual, _, rest @ ..]| with_first(usual, rest)).collect();
        lines(out, [Align::Left, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, Align::Left], &rows)?;
    }
    writeln!(out, "    -> {}", printable(&advice_on(found)))
}

fn advice_on(found: &LabelPhrasing) -> String {
    let chosen = |it: &Phrasing| match it.is_usual {
        true => "the usual wording is as good as any".to_owned(),
        false => format!("try \"{}\"", it.text),
    };
    let labelling = match found.advised() {
        _ if found.own == 0 => return "no sound here is its own: nothing can be advised".to_owned(),
        Some(best) => chosen(best),
        None => "no wording wins any of its own sounds".to_owned(),
    };
    let few = if found.own < FEW_SOUNDS { " (few sounds: a hint, no more)" } else { "" };
    match found.ranks_best() {
        Some(best) => format!("to label: {labelling}; to search: {}{few}", chosen(best)),
        None => format!("{labelling}{few}"),
    }
}

fn with_first(first: String, [a, b, c, d, e, f]: [String; 6]) -> [String; 7] {
    [first, a, b, c, d, e, f]
}

fn print_pairs(out: &mut dyn Write, findings: &Findings, top: usize) -> io::Result<()> {
    let mut explained = vec![
        "cosine: between the labels' vectors; contested: sounds for which the two are first and second and the second has",
        "half the first's share or more, of those that either wins",
    ];
    explained.extend(findings.known.map(|_| "mistaken: sounds that have one and are given the other (supervised)"));
    section(out, "CONFUSABLE LABELS", &explained)?;
    writeln!(out)?;
    let heading = ["mistaken", "contested", "cosine", "labels", "advice"].map(str::to_owned);
    let row = |pair: &LabelPair| {
        let contested = format!("{} of {}", pair.contested, pair.won);
        let mistaken = pair.mistaken.map_or(String::new(), |count| count.to_string());
        [mistaken, contested, cosine(pair.cosine), pair.labels.join(" / "), advice(pair).to_owned()]
    };
    let rows: Vec<_> = std::iter::once(heading).chain(findings.pairs.iter().take(top).map(row)).collect();
    if findings.known.is_some() {
        lines(out, [Align::Right, Align::Right, Align::Right, Align::Left, Align::Left], &rows)?;
    } else {
        let rows: Vec<_> = rows.into_iter().map(|[_, rest @ ..]| rest).collect();
        lines(out, [Align::Right, Align::Right, Align::Left, Align::Left], &rows)?;
    }
    left_out(out, findings.pairs.len(), top, "pair")
}

fn advice(pair: &LabelPair) -> &'static str {
    match pair.advice() {
        Advice::Keep => "keep both",
        Advice::Distinguish => "say in the prompts what sets them apart",
        Advice::Merge => "merge them, or say what sets them apart",
    }
}

fn print_templates(out: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let mut explained = vec![
        "margin: between the best and the second label, mean over all sounds: says how sure, not how right (unsupervised)",
        "agrees: sounds that get the label they get as usual",
    ];
    explained.extend(findings.known.map(|_| "right: sounds that get the label they have (supervised); best first"));
    section(out, "TEMPLATES", &explained)?;
    writeln!(out)?;
    let heading = ["right", "margin", "agrees", "template"].map(str::to_owned);
    let row = |score: &TemplateScore| {
        let right = score.accuracy.map_or(String::new(), percent);
        [right, cosine(score.margin), percent(score.agreement), score.text.clone()]
    };
    let rows: Vec<_> = std::iter::once(heading).chain(findings.templates.iter().map(row)).collect();
    if findings.known.is_some() {
        return lines(out, [Align::Right, Align::Right, Align::Right, Align::Left], &rows);
    }
    let rows: Vec<_> = rows.into_iter().map(|[_, rest @ ..]| rest).collect();
    lines(out, [Align::Right, Align::Right, Align::Left], &rows)
}

/// A table below a heading.
fn lines<const N: usize>(out: &mut dyn Write, columns: [Align; N], rows: &[[String; N]]) -> io::Result<()> {
    table_lines(&columns, rows).into_iter().try_for_each(|line| writeln!(out, "    {line}"))
}

/// Says how many there are beyond `top`.
fn left_out(out: &mut dyn Write, count: usize, top: usize, noun: &str) -> io::Result<()> {
    match count.saturating_sub(top) {
        0 => Ok(()),
        more => writeln!(out, "\n  {} more, which --top or --json shows", counted(more, noun)),
    }
}

fn mark(phrasing: &Phrasing) -> String {
    if phrasing.is_usual { USUAL_MARK.to_owned() } else { String::new() }
}

fn cosine(value: f32) -> String {
    format!("{value:.3}")
}

fn optional(value: Option<f32>) -> String {
    value.map_or("-".to_owned(), cosine)
}

fn percent(part: f32) -> String {
    format!("{:.1} %", part * 100.0)
}
