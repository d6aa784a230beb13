//! Labels along time: windows of a sound with how far each has some labels → events with a beginning and an end.
//!
//! Windows overlap and are longer than what they are asked about, so [`steps`] first gives each window the piece of time
//! that is nearest to its centre, smoothed, and [`events`] then joins pieces to events, label by label. Both take one
//! window after the other and keep no more than a few of them. Nothing here hears a sound.

pub mod steps;

pub mod events;
