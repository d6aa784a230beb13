//! Sound files of any container and codec.

#![no_main]

auricle_fuzz::target!(auricle::fuzzing::sound);
