//! The row of a delivery, and its named types.

use chrono::{DateTime, Utc};
use diesel::{
    Queryable, Selectable,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use paperclip::v2::{models::DataType, schema::TypedData};
use serde::{Deserialize, Serialize};
use service_kit::http::Param;
use uuid::Uuid;

use crate::schema::deliveries;

/// A closed set of words: on the wire, in a query and in the database.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl Param for $name {
            fn from_param(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("must be one of {}", [$($word),*].join(", "))),
                }
            }
        }

        impl TypedData for $name {
            fn data_type() -> DataType {
                DataType::String
            }
        }

        impl FromSql<Text, Pg> for $name {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self::from_param(&<String as FromSql<Text, Pg>>::from_sql(value)?)?)
            }
        }

        impl ToSql<Text, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
            }
        }
    };
}

words! {
    /// How it leaves the app.
    Channel:
    /// By mail.
    Email = "email",
    /// As an HTTP request to somebody's own program.
    Webhook = "webhook",
}

words! {
    /// What has become of it.
    Status:
    /// It waits for its first or next attempt.
    Queued = "queued",
    /// The other side took it.
    Sent = "sent",
    /// It was given up.
    Failed = "failed",
    /// It was not to go: `answer` says why.
    Skipped = "skipped",
}

/// A delivery of any channel.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = deliveries, check_for_backend(diesel::pg::Pg))]
pub struct Delivery {
    /// Its id; that of the notification, where there is one.
    pub id: Uuid,
    /// How it leaves.
    pub channel: Channel,
    /// For whom it is.
    pub user_id: Uuid,
    /// What it tells of.
    pub kind: String,
    /// The task.
    pub task_id: Option<Uuid>,
    /// What it says, in a line.
    pub subject: String,
    /// Where it went at the last attempt: an address, or a URL.
    pub recipient: Option<String>,
    /// What has become of it.
    pub status: Status,
    /// Attempts so far.
    pub attempts: i32,
    /// What the other side said last, or why it was not sent.
    pub answer: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// The next attempt, while it is queued.
    pub next_attempt_at: DateTime<Utc>,
    /// When it was sent or given up.
    pub settled_at: Option<DateTime<Utc>>,
}
