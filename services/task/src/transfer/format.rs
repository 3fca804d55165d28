//! The two forms of a file of tasks, and its columns.
//!
//! CSV is RFC 4180 in UTF-8 with a header; an empty cell is a field that is not there. JSON Lines is one object a line, each
//! as the API shows a task. Text is carried as it is: a spreadsheet may take a cell that begins with `=`, `+`, `-` or `@`
//! for a formula, but a mark in front of it would come back as part of the text, so whoever opens an export with one
//! imports that column as text.

use paperclip::v2::{models::DataType, schema::TypedData};
use service_kit::http::{Param, wire};

/// A form of a file of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// JSON Lines.
    JsonLines,
}

/// What an export says of a task and an import takes in.
pub const CARRIED: [&str; 8] =
    ["title", "description", "status", "priority", "due_date", "assigned_to", "created_at", "completed_at"];

/// What an export says besides. An import passes over it, so that it takes an export as it is: the new tasks have ids and
/// versions of their own, and whoever imports them has created them.
pub const SHOWN: [&str; 5] = ["id", "assignee_id", "created_by", "version", "updated_at"];

impl Format {
    /// The media type of an export.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl; charset=utf-8",
        }
    }

    /// The ending of a file's name; also the format's name in queries.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// The format of a media type, without its parameters.
    #[must_use]
    pub fn of_media_type(essence: &str) -> Option<Self> {
        match essence.trim().to_ascii_lowercase().as_str() {
            "text/csv" => Some(Self::Csv),
            "application/jsonl" | "application/x-ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

impl Param for Format {
    fn from_param(text: &str) -> Result<Self, String> {
        match text {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            _ => Err("must be csv or jsonl".to_owned()),
        }
    }

    fn wire() -> serde_json::Value {
        wire::one_of(&["csv", "jsonl"])
    }
}

impl TypedData for Format {
    fn data_type() -> DataType {
        DataType::String
    }
}
