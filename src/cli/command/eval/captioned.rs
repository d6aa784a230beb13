//! The evaluation of captioned clips: embed both, search captions by clips and clips by captions, warn, print.

use std::io::{self, Write};
use std::path::Path;

use auricle::classify::metrics::wilson;
use auricle::embedding::Embedding;
use auricle::eval::captions::{CaptionRetrieval, Retrieval, retrieve};
use auricle::eval::dataset::{CaptionedClips, DataSetLayout};
use auricle::eval::evaluation::CaptionEvaluation;
use auricle::eval::warnings::{of_candidates, of_recordings, of_training};
use auricle::wire::eval::CaptionedEvaluation;

use crate::cli::command::eval::analyse::analyse;
use crate::cli::command::eval::arguments::Arguments;
use crate::cli::command::eval::text::{interval, percent, warning_lines};
use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{Align, flush, json_line, stdout, table, written};
use crate::cli::terminal::text::{clock, counted, printable};

/// Evaluates `data`.
pub(crate) fn run(
    context: &Context,
    arguments: &Arguments,
    layout: DataSetLayout,
    mut data: CaptionedClips,
) -> Result<Exit, Failure> {
    if arguments.png.is_some() {
        return Err(CliRefusal::NoMatrixOfCaptions.into());
    }
    data.keep_folds(&arguments.folds)?;
    if let Some(wanted) = arguments.sample {
        let step = data.clips.len().div_ceil(wanted as usize).max(1);
        data.clips = data.clips.into_iter().step_by(step).collect();
    }
    let encoder = context.start_encoder(&arguments.model)?;
    let paths: Vec<&Path> = data.clips.iter().map(|clip| clip.path.as_path()).collect();
    let analyses = analyse(context, &encoder, &paths)?;
    let pairs: Vec<_> =
        data.clips.iter().zip(&analyses).filter_map(|(clip, analysis)| Some((clip, analysis.as_ref()?))).collect();
    let clips: Vec<Embedding> = pairs.iter().map(|(_, analysis)| analysis.vector.clone()).collect();
    let owners = pairs.iter().enumerate().flat_map(|(owner, (clip, _))| vec![owner; clip.captions.len()]);
    let prompts: Vec<String> = pairs.iter().flat_map(|(clip, _)| clip.captions.iter().cloned()).collect();
    let captions = encoder.embed_text(&prompts)?;
    let facts = || pairs.iter().map(|(clip, analysis)| (clip.path.as_path(), &analysis.facts));
    let mut warnings = of_candidates(facts());
    warnings.extend(of_training(facts().map(|(path, _)| (path, None)), &encoder));
    warnings.extend(of_recordings(facts(), encoder.front_end()));
    let evaluation = CaptionEvaluation {
        path: arguments.path.clone(),
        layout,
        model: encoder.space().clone(),
        clips: clips.len(),
        captions: captions.len(),
        failed: analyses.len() - pairs.len(),
        sound_seconds: facts().map(|(_, facts)| facts.seconds).sum(),
        retrieved: retrieve(&clips, &captions, &owners.collect::<Vec<_>>())?,
        warnings,
        missing: data.missing,
    };
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &CaptionedEvaluation::new(&evaluation))?;
    } else {
        written(print(&mut out, &evaluation))?;
    }
    flush(out)?;
    Ok(if evaluation.failed > 0 { Exit::SomeFailed } else { Exit::Done })
}

fn print(out: &mut dyn Write, evaluation: &CaptionEvaluation) -> io::Result<()> {
    let (clips, captions) = (counted(evaluation.clips, "clip"), counted(evaluation.captions, "caption"));
    let (path, length) = (printable(&evaluation.path.display().to_string()), clock(evaluation.sound_seconds));
    writeln!(out, "{path}: {}, {clips}, {captions}, {length} of sound", evaluation.layout.name)?;
    writeln!(out, "model {}\n", printable(&evaluation.model.name))?;
    let head = ["", "queries", "R@1", "95 %", "R@5", "95 %", "R@10", "95 %", "mAP@10", "median rank"];
    let CaptionRetrieval { text_to_audio, audio_to_text } = evaluation.retrieved;
    let rows = [head.map(str::to_owned), row("text → audio", &text_to_audio), row("audio → text", &audio_to_text)];
    let mut columns = [Align::Right; 10];
    columns[0] = Align::Left;
    table(out, columns, &rows)?;
    let warnings = warning_lines(&evaluation.missing, &evaluation.warnings);
    writeln!(out, "{}{}", if warnings.is_empty() { "" } else { "\n" }, warnings.join("\n"))
}

fn row(name: &str, retrieval: &Retrieval) -> [String; 10] {
    let [first, fifth, tenth] =
        retrieval.recall.map(|share| [percent(share), interval(wilson(share, retrieval.clips))]);
    let ([a, b], [c, d], [e, f]) = (first, fifth, tenth);
    let rank = format!("{} of {}", retrieval.median_rank, retrieval.candidates);
    let precision = format!("{:.3}", retrieval.mean_average_precision);
    [name.to_owned(), retrieval.queries.to_string(), a, b, c, d, e, f, precision, rank]
}
