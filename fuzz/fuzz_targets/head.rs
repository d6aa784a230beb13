//! Heads' documents.

#![no_main]

auricle_fuzz::target!(auricle::fuzzing::head);
