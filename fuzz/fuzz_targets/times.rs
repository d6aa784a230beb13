//! Words about a time of recording.

#![no_main]

auricle_fuzz::target!(auricle::fuzzing::times);
