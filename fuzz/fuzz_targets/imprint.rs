//! Stored imprints.

#![no_main]

auricle_fuzz::target!(auricle::fuzzing::imprint);
