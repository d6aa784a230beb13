//! What people type.

#![no_main]

auricle_fuzz::target!(auricle::fuzzing::query);
