//! `auricle eval`: evaluates the model on a dataset of labelled or captioned clips, beside simpler methods.

mod arguments;
mod analyse;
mod labelled;
mod captioned;
mod searched;
mod shown;
mod ladder;
mod classes;
mod matrix;
mod text;

use auricle::eval::dataset::{Content, DataSet, DataSetLayout};

pub(crate) use crate::cli::command::eval::arguments::Arguments;
use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure};

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let layout = arguments.layout.as_deref().map(DataSetLayout::find).transpose()?;
    // Without a dataset there is nothing to do: no input among several has failed.
    let data = DataSet::read(&arguments.path, layout).map_err(|error| Failure::new(Exit::Usage, error))?;
    match data.content {
        Content::Labelled(labelled) if arguments.search => searched::run(context, arguments, data.layout, labelled),
        Content::Captioned(_) if arguments.search => {
            Err(CliRefusal::CaptionsInsteadOfLabels { path: arguments.path.clone() }.into())
        }
        Content::Labelled(labelled) => labelled::run(context, arguments, data.layout, labelled),
        Content::Captioned(captioned) => captioned::run(context, arguments, data.layout, captioned),
    }
}
