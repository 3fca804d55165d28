//! How urgent a task is: a name on the wire, a rank in the database, so that it sorts.

use std::{fmt, str::FromStr};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::SmallInt,
};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::http::{Field, wire};

/// How urgent a task is, from the least to the most.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Apiv2Schema,
    AsExpression,
    FromSqlRow,
)]
#[diesel(sql_type = SmallInt)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Nobody said.
    #[default]
    None,
    /// Can wait.
    Low,
    /// Usual.
    Medium,
    /// Soon.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// Every priority, by rank.
    pub const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// The priority on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority in the database: 0 to 4.
    #[must_use]
    pub const fn rank(self) -> i16 {
        self as i16
    }

    /// The priority of that rank.
    #[must_use]
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.rank() == rank)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Priority {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|priority| priority.as_str() == text);
        known.ok_or_else(|| "must be none, low, medium, high or urgent".to_owned())
    }
}

impl Field for Priority {
    fn from_json(value: serde_json::Value) -> Result<Self, String> {
        value.as_str().unwrap_or_default().parse()
    }

    fn wire() -> serde_json::Value {
        wire::one_of(&Self::ALL.map(Self::as_str))
    }
}

impl FromSql<SmallInt, Pg> for Priority {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let rank = <i16 as FromSql<SmallInt, Pg>>::from_sql(bytes)?;
        Self::from_rank(rank).ok_or_else(|| format!("no priority has the rank {rank}").into())
    }
}

impl ToSql<SmallInt, Pg> for Priority {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <i16 as ToSql<SmallInt, Pg>>::to_sql(&self.rank(), &mut out.reborrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ranks_lead_back() {
        for (rank, priority) in (0..).zip(Priority::ALL) {
            assert_eq!((priority.rank(), Priority::from_rank(rank)), (rank, Some(priority)));
            assert_eq!(priority.as_str().parse(), Ok(priority));
            assert_eq!(serde_json::to_value(priority).expect("JSON"), priority.as_str());
        }
        assert_eq!(Priority::from_rank(5), None);
        assert!("URGENT".parse::<Priority>().is_err());
    }
}
