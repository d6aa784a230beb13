//! Figures of merit.

pub mod metrics;
