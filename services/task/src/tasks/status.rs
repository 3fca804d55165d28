//! The state machine of a task: three states, each reachable from each other, and the time of completion.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::http::{Field, wire};

/// How far a task is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Apiv2Schema, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = Text)]
pub enum Status {
    /// Not begun.
    #[default]
    #[serde(rename = "todo")]
    Todo,
    /// Begun.
    #[serde(rename = "in-progress")]
    InProgress,
    /// Done.
    #[serde(rename = "completed")]
    Completed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Todo, Self::InProgress, Self::Completed];

    /// The status on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
        }
    }

    /// True while there is something left to do.
    #[must_use]
    pub fn is_open(self) -> bool {
        self != Self::Completed
    }

    /// When a task that was in this status, completed at `completed_at`, counts as completed after it moved to `to` at
    /// `now`: a completed task keeps its time until it is reopened.
    #[must_use]
    pub fn completion(
        self,
        to: Self,
        completed_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        match (self, to) {
            (Self::Completed, Self::Completed) => completed_at,
            (_, Self::Completed) => Some(now),
            (_, Self::Todo | Self::InProgress) => None,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|status| status.as_str() == text);
        known
            .or((text == "in_progress").then_some(Self::InProgress))
            .ok_or_else(|| "must be todo, in-progress or completed".to_owned())
    }
}

impl Field for Status {
    fn from_json(value: serde_json::Value) -> Result<Self, String> {
        value.as_str().unwrap_or_default().parse()
    }

    fn wire() -> serde_json::Value {
        wire::one_of(&Self::ALL.map(Self::as_str))
    }
}

impl FromSql<Text, Pg> for Status {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        std::str::from_utf8(bytes.as_bytes())?.parse().map_err(Into::into)
    }
}

impl ToSql<Text, Pg> for Status {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_one_is_shown() {
        assert_eq!("in_progress".parse::<Status>().expect("known").to_string(), "in-progress");
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).expect("JSON"), status.as_str());
        }
        assert!("Todo".parse::<Status>().is_err());
    }

    #[test]
    fn the_time_of_completion_is_set_kept_and_cleared() {
        let (then, now) = (DateTime::from_timestamp(1, 0), DateTime::from_timestamp(2, 0).expect("in range"));
        let after = |from: Status, to: Status| from.completion(to, then, now);
        assert_eq!(after(Status::Todo, Status::Completed), Some(now));
        assert_eq!(after(Status::Completed, Status::Completed), then);
        assert_eq!(after(Status::Completed, Status::InProgress), None);
        assert_eq!(Status::Todo.completion(Status::InProgress, None, now), None);
    }
}
