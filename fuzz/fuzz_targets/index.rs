//! A derived index's files.

#![no_main]

auricle_fuzz::target!(auricle::fuzzing::index);
