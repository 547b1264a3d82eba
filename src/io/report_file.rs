//! A report that a person saves from the review: written into the working folder, and no older one is lost.

use std::path::Path;

use super::files::put;
use crate::core::fault::Fault;
use crate::tui::effect::ReportFile;

/// Only its owner may read it: a dry run names what is inside an account.
const MODE: u32 = 0o600;

/// Writes a report; says where it is, and where the older one that stood there.
pub(crate) fn write(file: &ReportFile) -> Result<String, Fault> {
    let kept = put(Path::new(&file.name), file.text.as_bytes(), MODE, None)?;
    let older = kept.map(|kept| format!("; {}", kept.older_words()));
    Ok(format!(
        "Saved as {}{}",
        file.name,
        older.unwrap_or_default()
    ))
}
