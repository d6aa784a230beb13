//! The clips of a dataset → the embedding and the facts of each, several at a time.

use std::path::Path;

use auricle::encoder::queue::Encoder;
use auricle::error::Error;
use auricle::eval::analysis::{ClipAnalyser, ClipAnalysis};
use auricle::eval::dataset::LabelledClips;

use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Failure, complain_about};
use crate::cli::terminal::ordered::in_order;

/// Bar, files, rate and time left.
const TEMPLATE: &str = "{bar:30}  {pos}/{len} clips  {per_sec}  {eta} left";

/// Embeds the clips of `data`. Those that cannot be read are reported, leave it and are counted; its classes stay, for prompts
/// know them by place.
pub(crate) fn analyse_labelled(
    context: &Context,
    encoder: &Encoder,
    data: &mut LabelledClips,
) -> Result<(Vec<ClipAnalysis>, usize), Failure> {
    let paths: Vec<&Path> = data.items.iter().map(|item| item.path.as_path()).collect();
    let analyses = analyse(context, encoder, &paths)?;
    let mut is_analysed = analyses.iter().map(Option::is_some);
    data.items.retain(|_| is_analysed.next().unwrap_or(false));
    let failed = analyses.iter().filter(|analysis| analysis.is_none()).count();
    Ok((analyses.into_iter().flatten().collect(), failed))
}

/// Embeds the files at `paths`. One that cannot be read is reported, and is `None`.
pub(crate) fn analyse(
    context: &Context,
    encoder: &Encoder,
    paths: &[&Path],
) -> Result<Vec<Option<ClipAnalysis>>, Failure> {
    let bar = context.progress_bar(TEMPLATE, paths.len() as u64);
    let analyser = ClipAnalyser::new(encoder);
    let mut all = Vec::with_capacity(paths.len());
    in_order(
        paths,
        |path| analyser.analyse(path),
        |_, analysis| {
            bar.inc(1);
            all.push(match analysis {
                Ok(analysis) => Some(analysis),
                Err(error @ Error::Internal { .. }) => return Err(error.into()),
                Err(error) => {
                    bar.suspend(|| complain_about(error));
                    None
                }
            });
            Ok(())
        },
    )?;
    bar.finish_and_clear();
    if all.iter().all(Option::is_none) {
        return Err(CliRefusal::NothingReadable.into());
    }
    Ok(all)
}
