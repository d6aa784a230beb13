//! The check of a library.

use std::path::Path;

use serde::Serialize;

use crate::library::check::{Finding, LibraryCheck, RECALL_LIMIT};
use crate::wire::path::full_text;

/// The object of `verify`.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    library: String,
    agrees: bool,
    checks: Vec<CheckEntry>,
    /// Share of the nearest sounds that searches find; `null` where it could not be measured.
    recall: Option<f64>,
    recall_limit: usize,
    searches: usize,
}

/// One part of a library.
#[derive(Debug, Clone, Serialize)]
struct CheckEntry {
    name: &'static str,
    ok: bool,
    detail: String,
    problems: Vec<String>,
}

impl Verification {
    /// The `verdict` on the library in `folder`.
    pub fn new(folder: &Path, verdict: &LibraryCheck) -> Self {
        let entry = |finding: &Finding| CheckEntry {
            name: finding.part.name(),
            ok: finding.problems.is_empty(),
            detail: finding.detail.clone(),
            problems: finding.problems.clone(),
        };
        Verification {
            library: full_text(folder),
            agrees: verdict.agrees(),
            checks: verdict.findings.iter().map(entry).collect(),
            recall: verdict.audit.map(|audit| audit.recall),
            recall_limit: RECALL_LIMIT,
            searches: verdict.audit.map_or(0, |audit| audit.queries),
        }
    }
}
