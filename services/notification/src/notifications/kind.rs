//! Pure: the types of notifications.

use std::{fmt, str::FromStr};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DataType, schema::TypedData},
};
use serde::{Deserialize, Serialize};
use service_kit::http::{Param, text, wire};

/// What a notification tells of.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Apiv2Schema,
    AsExpression,
    FromSqlRow,
)]
#[diesel(sql_type = Text)]
pub enum Kind {
    /// A task was given to you.
    #[serde(rename = "assigned")]
    Assigned,
    /// A task of somebody else's was given to you.
    #[serde(rename = "re-assigned")]
    ReAssigned,
    /// A task of yours was taken from you.
    #[serde(rename = "unassigned")]
    Unassigned,
    /// A task of yours is due soon.
    #[serde(rename = "task_due")]
    TaskDue,
    /// A task of yours is past its due date.
    #[serde(rename = "task_overdue")]
    TaskOverdue,
    /// The assignee moved the status of a task that you created.
    #[serde(rename = "status_changed")]
    StatusChanged,
    /// A webhook of yours was disabled, because nothing reached it.
    #[serde(rename = "webhook_disabled")]
    WebhookDisabled,
}

impl Kind {
    /// Every type.
    pub const ALL: [Self; 7] = [
        Self::Assigned,
        Self::ReAssigned,
        Self::Unassigned,
        Self::TaskDue,
        Self::TaskOverdue,
        Self::StatusChanged,
        Self::WebhookDisabled,
    ];

    /// The type on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::ReAssigned => "re-assigned",
            Self::Unassigned => "unassigned",
            Self::TaskDue => "task_due",
            Self::TaskOverdue => "task_overdue",
            Self::StatusChanged => "status_changed",
            Self::WebhookDisabled => "webhook_disabled",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("must be one or several of {}, with commas between", names.join(", "))
        })
    }
}

impl FromSql<Text, Pg> for Kind {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(<String as FromSql<Text, Pg>>::from_sql(value)?.parse()?)
    }
}

impl ToSql<Text, Pg> for Kind {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}

/// Several types, separated by commas: any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kinds(pub Vec<Kind>);

impl Param for Kinds {
    fn from_param(text: &str) -> Result<Self, String> {
        text::between_commas(text).map(str::parse).collect::<Result<_, _>>().map(Self)
    }

    fn wire() -> serde_json::Value {
        wire::any_of(&wire::one_of(&Kind::ALL.map(Kind::as_str)))
    }
}

impl TypedData for Kinds {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_survives_its_text_and_its_json() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.as_str());
        }
        assert!("task-due".parse::<Kind>().is_err());
    }

    #[test]
    fn a_list_has_known_types_only() {
        let both = Kinds::from_param("task_due, re-assigned").expect("two types");
        assert_eq!(both.0, [Kind::TaskDue, Kind::ReAssigned]);
        assert!(Kinds::from_param("task_due,").is_err());
        assert!(Kinds::from_param("").is_err());
    }
}
