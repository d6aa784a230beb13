//! Chunks of words in sound files.

#![no_main]

auricle_fuzz::target!(auricle::fuzzing::words);
