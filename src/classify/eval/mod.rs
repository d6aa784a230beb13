//! Figures of merit.

pub mod metrics;

pub mod dataset;

pub mod split;
