//! How clients see an import.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::model::{Import, ImportState};

/// An import of tasks, at work or over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Apiv2Schema)]
pub struct ImportView {
    /// Id.
    pub id: Uuid,
    /// `running`, `succeeded`, or `failed`: then nothing was imported.
    pub state: ImportState,
    /// Nothing is to be written: `succeeded` and `failed` say what would have become of it.
    pub dry_run: bool,
    /// `csv` or `jsonl`.
    pub format: String,
    /// Tasks in the file, as far as it was read.
    pub lines: i64,
    /// Tasks created. While it is running: written so far, and not there for others yet.
    pub created: i64,
    /// Lines that are not acceptable.
    pub failed: i64,
    /// What is wrong with the first hundred of them.
    pub errors: Value,
    /// Why it failed, if the lines are not to blame.
    pub detail: Option<String>,
    /// User id of whoever sent the file.
    pub created_by: Uuid,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        Self {
            id: import.id,
            state: import.state,
            dry_run: import.dry_run,
            format: import.format,
            lines: import.lines,
            created: import.created,
            failed: import.failed,
            errors: import.errors,
            detail: import.detail,
            created_by: import.created_by,
            created_at: import.created_at,
            finished_at: import.finished_at,
        }
    }
}
