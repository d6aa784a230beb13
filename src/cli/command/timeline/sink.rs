//! Where timelines go, in the form that was chosen.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use auricle::classify::timeline::counts::EventCounts;
use auricle::features::config::FrontEnd;
use auricle::operations::timeline::TimelineFinder;

use crate::cli::command::timeline::flags::{TextForm, TimelineOptions};
use crate::cli::command::timeline::follow::FileTimeline;
use crate::cli::command::timeline::{counts, forms, picture};
use crate::cli::refusal::{CliRefusal, SoundOutput};
use crate::cli::terminal::destinations::Destinations;
use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::hits::audacity::LABEL_TRACK_ENDING;
use crate::cli::terminal::output::{flush, put, stdout, unwritable, written};

/// What takes one timeline after the other.
pub(crate) struct TimelineSink<'a> {
    finder: &'a TimelineFinder<'a>,
    front_end: &'a FrontEnd,
    form: TextForm,
    text: TextOutput,
    /// Where events are counted instead of listed.
    counts: Option<EventCounts>,
    pictures: Option<Destinations>,
}

/// Where text goes.
enum TextOutput {
    /// All of it to one place.
    Stream(Box<dyn Write>),
    /// The text of each sound to a place of its own.
    Files(Destinations),
}

impl<'a> TimelineSink<'a> {
    /// The sink for the timelines of `count` sounds that `finder` finds for the model behind the front end.
    ///
    /// # Errors
    /// [`CliRefusal::OnePlaceForMany`]; if a place cannot be written to.
    pub(crate) fn open(
        flags: &TimelineOptions,
        form: TextForm,
        (finder, front_end): (&'a TimelineFinder<'a>, &'a FrontEnd),
        count: usize,
    ) -> Result<Self, Failure> {
        let output = flags.output.as_deref();
        let text = match form {
            TextForm::Audacity => TextOutput::Files(places(output, count, SoundOutput::LabelTrack)?),
            TextForm::Raven => TextOutput::Files(places(output, count, SoundOutput::SelectionTable)?),
            TextForm::Csv if flags.per.is_none() => {
                let mut out = open(output)?;
                written(forms::begin_csv(&mut out))?;
                TextOutput::Stream(out)
            }
            TextForm::Json | TextForm::Csv | TextForm::Table => TextOutput::Stream(open(output)?),
        };
        let pictures = flags.png.as_deref().map(|png| places(Some(png), count, SoundOutput::Picture)).transpose()?;
        let counts = flags.per.map(|period| EventCounts::new(period.into(), finder.labels().len()));
        Ok(TimelineSink { finder, front_end, form, text, counts, pictures })
    }

    /// Writes `timeline`.
    pub(crate) fn put(&mut self, timeline: &FileTimeline) -> Result<(), Failure> {
        let names = self.finder.labels();
        match &mut self.text {
            _ if let Some(counts) = &mut self.counts => {
                counts.add(timeline.recorded.as_ref(), timeline.sound.seconds, &timeline.sound.events);
            }
            TextOutput::Stream(out) => match self.form {
                TextForm::Json => forms::write_json(out, timeline, names, self.finder.grid())?,
                TextForm::Csv => written(forms::write_csv(out, timeline, names))?,
                _ => written(forms::write_table(out, timeline, names))?,
            },
            TextOutput::Files(outputs) if self.form == TextForm::Raven => {
                let place = outputs.place(&timeline.path, forms::RAVEN_ENDING);
                put(&written(forms::raven_table(timeline, names, self.front_end))?, place.as_deref())?;
            }
            TextOutput::Files(outputs) => {
                let place = outputs.place(&timeline.path, LABEL_TRACK_ENDING);
                put(forms::audacity_track(timeline, names).as_bytes(), place.as_deref())?;
            }
        }
        let place = self.pictures.as_mut().and_then(|pictures| pictures.place(&timeline.path, picture::ENDING));
        if let (Some(place), Some(sketch)) = (place, &timeline.sketch) {
            put(&picture::draw(&timeline.path, &timeline.sound, sketch, names).to_png()?, Some(&place))?;
        }
        Ok(())
    }

    /// Writes what was counted and what is still buffered.
    pub(crate) fn close(self) -> Result<(), Failure> {
        match self.text {
            TextOutput::Stream(mut out) => {
                if let Some(counts) = &self.counts {
                    counts::write(&mut out, self.form, counts, self.finder.labels())?;
                }
                flush(out)
            }
            TextOutput::Files(_) => Ok(()),
        }
    }
}

fn open(output: Option<&Path>) -> Result<Box<dyn Write>, Failure> {
    let Some(path) = output else { return Ok(Box::new(stdout())) };
    let file = File::create(path).map_err(|error| unwritable(path, error))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Where `what` each of `count` sounds gives goes: to the place that is `named`, if there is room for all.
fn places(named: Option<&Path>, count: usize, what: SoundOutput) -> Result<Destinations, Failure> {
    Destinations::open(named, count)?.ok_or_else(|| CliRefusal::OnePlaceForMany { count, what }.into())
}
