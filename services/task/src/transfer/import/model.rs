//! The row of an import.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use diesel::{
    Insertable, Queryable, Selectable,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::task_imports;

/// How far an import is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Apiv2Schema, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "lowercase")]
pub enum ImportState {
    /// At work.
    Running,
    /// All tasks of the file are here; of a dry run: they could be.
    Succeeded,
    /// Nothing was imported.
    Failed,
}

impl ImportState {
    const ALL: [Self; 3] = [Self::Running, Self::Succeeded, Self::Failed];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for ImportState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ImportState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == text);
        known.ok_or_else(|| format!("no state is called {text}"))
    }
}

impl FromSql<Text, Pg> for ImportState {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        std::str::from_utf8(bytes.as_bytes())?.parse().map_err(Into::into)
    }
}

impl ToSql<Text, Pg> for ImportState {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}

/// An import, at work or over.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = task_imports, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct Import {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub created_by: Uuid,
    /// `csv` or `jsonl`.
    pub format: String,
    /// Nothing is to be written.
    pub dry_run: bool,
    /// How far it is.
    pub state: ImportState,
    /// Records read so far.
    pub lines: i64,
    /// Tasks written so far; they are there for others when it has succeeded.
    pub created: i64,
    /// Lines with faults.
    pub failed: i64,
    /// The first faults: `[{line, errors}]`.
    pub errors: Value,
    /// Why it failed, if not by faults of lines.
    pub detail: Option<String>,
    /// Its beginning.
    pub created_at: DateTime<Utc>,
    /// The last sign of life of whoever works on it.
    pub alive_at: DateTime<Utc>,
    /// Its end.
    pub finished_at: Option<DateTime<Utc>>,
}
