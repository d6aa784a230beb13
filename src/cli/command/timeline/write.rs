//! Where timelines go, in the form that was chosen.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use auricle::error::Error;

use crate::cli::command::timeline::hear::Timeline;
use crate::cli::command::timeline::settings::Settings;
use crate::cli::command::timeline::{Flags, Form, Request, audacity, csv, json, picture, raven, table};
use crate::cli::terminal::destinations::Outputs;
use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output::{flush, put, stdout, unwritable, written};

/// What takes one timeline after the other.
pub(crate) struct Sink<'a> {
    request: &'a Request<'a>,
    settings: &'a Settings,
    text: Text,
    pictures: Option<Outputs>,
}

/// What the timelines look like as text.
enum Text {
    Table(Box<dyn Write>),
    Json(Box<dyn Write>),
    Csv(Box<dyn Write>),
    Audacity(Outputs),
    Raven(Outputs),
}

impl<'a> Sink<'a> {
    /// The sink that `flags` ask for, for `count` sounds.
    ///
    /// # Errors
    /// [`Error::User`] if several results would be written to one place; if a place cannot be written to.
    pub(crate) fn open(
        flags: &Flags,
        request: &'a Request<'a>,
        settings: &'a Settings,
        count: usize,
    ) -> Result<Self, Failure> {
        let output = flags.output.as_deref();
        let text = match &flags.form {
            Form { audacity: true, .. } => Text::Audacity(places(output, count, "a label track", "--output")?),
            Form { raven: true, .. } => Text::Raven(places(output, count, "a selection table", "--output")?),
            _ if request.csv => Text::Csv(csv::begin(open(output)?)?),
            _ if request.json => Text::Json(open(output)?),
            _ => Text::Table(open(output)?),
        };
        let pictures = flags.png.as_deref().map(|png| places(Some(png), count, "a picture", "--png")).transpose()?;
        Ok(Sink { request, settings, text, pictures })
    }

    /// Writes `timeline`.
    pub(crate) fn put(&mut self, timeline: &Timeline) -> Result<(), Failure> {
        let names = self.request.classifier.names();
        match &mut self.text {
            Text::Table(out) => written(table::write(out, timeline, names))?,
            Text::Json(out) => json::write(out, timeline, names, self.settings)?,
            Text::Csv(out) => written(csv::write(out, timeline, names))?,
            Text::Audacity(outputs) => {
                let place = outputs.place(&timeline.path, audacity::ENDING);
                put(audacity::track(timeline, names).as_bytes(), place.as_deref())?;
            }
            Text::Raven(outputs) => {
                let place = outputs.place(&timeline.path, raven::ENDING);
                let table = raven::table(timeline, names, self.request.encoder.front_end());
                put(&written(table)?, place.as_deref())?;
            }
        }
        let place = self.pictures.as_mut().and_then(|pictures| pictures.place(&timeline.path, picture::ENDING));
        if let (Some(place), Some(sketch)) = (place, &timeline.sketch) {
            picture::draw(timeline, sketch, names).write_png(&place)?;
        }
        Ok(())
    }

    /// Writes what is still buffered.
    pub(crate) fn close(self) -> Result<(), Failure> {
        match self.text {
            Text::Table(out) | Text::Json(out) | Text::Csv(out) => flush(out),
            Text::Audacity(_) | Text::Raven(_) => Ok(()),
        }
    }
}

fn open(output: Option<&Path>) -> Result<Box<dyn Write>, Failure> {
    let Some(path) = output else { return Ok(Box::new(stdout())) };
    let file = File::create(path).map_err(|error| unwritable(path, error))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Where results go of which each belongs to one sound; `what` one is and which `flag` names the place.
fn places(named: Option<&Path>, count: usize, what: &str, flag: &str) -> Result<Outputs, Failure> {
    Outputs::open(named, count)?.ok_or_else(|| {
        let advice = format!("name a folder with {flag}, which gets one for each, or name one sound");
        Error::user(format!("there are {count} sounds, and {what} belongs to one"), advice).into()
    })
}
