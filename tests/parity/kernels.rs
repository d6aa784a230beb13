//! Every code path on the CPU gives the reference's vectors: this program runs again with each forced.

use std::process::Command;

/// `AURICLE_KERNELS` is read once, so that each path needs a process of its own. A level that the machine lacks falls
/// back to the best it has.
#[test]
fn every_code_path_passes_all_of_these_tests() {
    let program = std::env::current_exe().unwrap();
    for kernels in ["avx512", "avx2", "neon", "portable", "plain"] {
        let mut command = Command::new(&program);
        command.env("AURICLE_KERNELS", kernels).args(["--skip", "every_code_path_passes_all_of_these_tests"]);
        let run = command.output().unwrap();
        let told = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success(), "{kernels}:\n{told}\n{}", String::from_utf8_lossy(&run.stderr));
        assert!(!told.contains("running 0 tests"), "{kernels}: nothing was run:\n{told}");
    }
}
