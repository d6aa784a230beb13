//! What the targets share: which panics are findings.
//!
//! Decoders of other people may panic; auricle contains that and goes on, so it is no finding. What panics in auricle itself is
//! one even where it would be contained, and so is whatever comes out of a target.

use std::panic::{PanicHookInfo, catch_unwind, set_hook};

use std::alloc::{GlobalAlloc, Layout, System};

pub use libfuzzer_sys;

/// Bytes that may be asked for at once: inputs have 64 KiB at most, and no number in one is a reason for more than this.
const MOST_BYTES: usize = 256 << 20;

/// An allocator that takes too large a wish for a finding, whether or not the memory would be touched.
struct Watched;

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        refuse(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        refuse(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        refuse(size);
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static WATCHED: Watched = Watched;

fn refuse(size: usize) {
    if size > MOST_BYTES {
        eprintln!("{size} bytes asked for at once");
        std::process::abort();
    }
}

/// What the paths of other people's code have in them.
const FOREIGN: [&str; 3] = [".cargo/registry", ".cargo/git", "/rustc/"];

/// Takes the place of libFuzzer's hook, which ends the process at any panic.
pub fn watch() {
    // auricle's own hook is set once, when it is first needed; from then on this one stands.
    drop(auricle::panics::contain(|| ()));
    set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let is_foreign = panic.location().is_some_and(|place| FOREIGN.iter().any(|part| place.file().contains(part)));
        if !is_foreign {
            eprintln!("{panic}");
            eprintln!("{}", std::backtrace::Backtrace::force_capture());
            std::process::abort();
        }
    }));
}

/// Runs `target` on `bytes`; a panic that leaves it is a finding, whoever made it.
pub fn check(target: fn(&[u8]), bytes: &[u8]) {
    if catch_unwind(|| target(bytes)).is_err() {
        eprintln!("a panic left the target");
        std::process::abort();
    }
}

/// A fuzz target that runs a function on any bytes.
#[macro_export]
macro_rules! target {
    ($function:path) => {
        $crate::libfuzzer_sys::fuzz_target!(init: $crate::watch(), |bytes: &[u8]| $crate::check($function, bytes));
    };
}
