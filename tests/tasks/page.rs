//! A page → the commands on it, each with what it prints.
//!
//! Commands stand in blocks marked `console`, after `$ `, over several lines where one ends with a backslash; what follows is what
//! they print.

use std::fs;
use std::path::Path;

/// Numbers that a command prints may be off by so much of themselves, or by so much: processors round differently.
const RELATIVE: f64 = 0.05;
const ABSOLUTE: f64 = 0.015;

/// A command and what it prints.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) output: String,
}

/// A page, piece by piece.
#[derive(Debug)]
pub(crate) struct Page(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Line(String),
    Step(Step),
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        Page::parse(&fs::read_to_string(path).unwrap())
    }

    fn parse(text: &str) -> Self {
        let (mut pieces, mut in_console) = (Vec::new(), false);
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            in_console = if in_console { line != "```" } else { line == "```console" };
            match (line.strip_prefix("$ ").filter(|_| in_console), pieces.last_mut()) {
                (Some(command), _) => {
                    let mut command = command.to_owned();
                    while command.ends_with('\\') {
                        command = format!("{command}\n{}", lines.next().unwrap_or_default());
                    }
                    pieces.push(Piece::Step(Step { command, output: String::new() }));
                }
                (None, Some(Piece::Step(step))) if in_console => step.output += &format!("{line}\n"),
                _ => pieces.push(Piece::Line(line.to_owned())),
            }
        }
        Page(pieces)
    }

    pub(crate) fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.0.iter_mut().filter_map(|piece| match piece {
            Piece::Step(step) => Some(step),
            Piece::Line(_) => None,
        })
    }

    pub(crate) fn write(&self, path: &Path) {
        let text = self.0.iter().map(|piece| match piece {
            Piece::Line(line) => format!("{line}\n"),
            Piece::Step(step) => format!("$ {}\n{}", step.command, step.output),
        });
        fs::write(path, text.collect::<String>()).unwrap();
    }
}

/// Whether two outputs say the same: the same words, and numbers that differ by little. How fast something went is no matter.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (without_speed(one), without_speed(other));
    let (one, other) = (tokens(&one), tokens(&other));
    let near = |at: usize| {
        let is_share = one.get(at + 1).is_some_and(|next| next.starts_with('%'));
        one[at] == other[at] || are_near(&one[at], &other[at], is_share)
    };
    one.len() == other.len() && (0..one.len()).all(near)
}

fn without_speed(text: &str) -> String {
    let timed = [" of sound embedded in ", " learned from in "];
    let line =
        |line: &str| timed.iter().find_map(|timed| line.split_once(timed)).map_or(line, |(done, _)| done).to_owned();
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Runs of digits with a point, and all between them.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut numeric = false;
    for character in text.chars().filter(|character| !" -─━│".contains(*character)) {
        let digit = character.is_ascii_digit() || (character == '.' && numeric);
        match tokens.last_mut().filter(|_| digit == numeric) {
            Some(token) => token.push(character),
            None => tokens.push(character.into()),
        }
        numeric = digit;
    }
    tokens
}

/// Whether two numbers differ by little: counts not at all, shares in per cent by as much as other numbers.
fn are_near(a: &str, b: &str, is_share: bool) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) if is_share => (a - b).abs() <= (100.0 * ABSOLUTE).max(RELATIVE * a),
        (Ok(a), Ok(b)) if a.fract() != 0.0 || b.fract() != 0.0 => (a - b).abs() <= ABSOLUTE.max(RELATIVE * a.abs()),
        _ => false,
    }
}

#[test]
fn a_page_is_taken_apart_and_put_together() {
    let text = "# A\n```console\n$ one \\\n  two\nthree\n\nfour\n$ five\n```\n```\n$ six\n```\n";
    let mut page = Page::parse(text);
    let steps: Vec<Step> = page.steps_mut().map(|step| step.clone()).collect();
    let step = |command: &str, output: &str| Step { command: command.into(), output: output.into() };
    assert_eq!(steps, [step("one \\\n  two", "three\n\nfour\n"), step("five", "")]);
    let file = tempfile::NamedTempFile::new().unwrap();
    page.write(file.path());
    assert_eq!(fs::read_to_string(file.path()).unwrap(), text);
}

#[test]
fn outputs_are_alike_whose_numbers_are_near() {
    assert!(alike("rain 0.421 in 12 files", "rain  0.429 in 12 files"));
    assert!(alike("rain 66 %", "rain 67 %"));
    for (one, other) in
        [("rain 0.42", "wind 0.42"), ("12 files", "13 files"), ("66 %", "71 %"), ("0.421", "0.461"), ("a\nb 1", "a")]
    {
        assert!(!alike(one, other), "{one:?} {other:?}");
    }
    assert!(alike(
        "1:00.0 of sound embedded in 0:01.5, 664.1 s of sound a second\n",
        "1:00.0 of sound embedded in 1:11.0, 1.0 s of sound a second\n"
    ));
}
