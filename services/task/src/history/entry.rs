//! The rows of a history, as a change makes them.

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
use serde::Serialize;
use service_kit::{auth::Account, context::RequestContext};
use uuid::Uuid;

use crate::{
    schema::task_history,
    tasks::{changes::Difference, model::Task},
};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Apiv2Schema, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The task was created.
    Created,
    /// A field was changed.
    Changed,
    /// The task went to the trash.
    Deleted,
    /// The task came back from the trash.
    Restored,
}

impl Action {
    const ALL: [Self; 4] = [Self::Created, Self::Changed, Self::Deleted, Self::Restored];

    /// The action on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|action| action.as_str() == text);
        known.ok_or_else(|| format!("no action is called {text}"))
    }
}

impl FromSql<Text, Pg> for Action {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        std::str::from_utf8(bytes.as_bytes())?.parse().map_err(Into::into)
    }
}

impl ToSql<Text, Pg> for Action {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}

/// One row: one field, or one event in the task's life.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = task_history, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct Entry {
    /// Identity of the row; orders those of one change.
    pub id: Uuid,
    /// The task.
    pub task_id: Uuid,
    /// Its version after the change.
    pub version: i64,
    /// What was done.
    pub action: Action,
    /// The field, if one was changed.
    pub field: Option<String>,
    /// Its value before, as text.
    pub from_value: Option<String>,
    /// Its value after, as text.
    pub to_value: Option<String>,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// Their e-mail address at that time.
    pub actor_email: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// From where.
    pub client_address: Option<String>,
    /// `X-Request-Id` of the request that did it.
    pub request_id: Option<String>,
}

/// The task, as it is now, was created, deleted or restored.
#[must_use]
pub fn action(action: Action, task: &Task, by: &Account) -> Entry {
    let request = RequestContext::current();
    Entry {
        id: Uuid::now_v7(),
        task_id: task.id,
        version: task.version,
        action,
        field: None,
        from_value: None,
        to_value: None,
        actor_id: Some(by.id),
        actor_email: Some(by.email.clone()),
        at: task.updated_at,
        client_address: request.as_ref().and_then(|request| request.client.clone()),
        request_id: request.map(|request| request.request_id),
    }
}

/// One row for each field that differs; `task` is the task after the change. For people the assignee is one field: the
/// address.
#[must_use]
pub fn changes(differences: &[Difference], task: &Task, by: &Account) -> Vec<Entry> {
    let shown = differences.iter().filter(|one| one.field != "assignee_id");
    shown
        .map(|one| Entry {
            field: Some(one.field.to_owned()),
            from_value: one.from.clone(),
            to_value: one.to.clone(),
            ..action(Action::Changed, task, by)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use service_kit::auth::Role;

    use super::*;
    use crate::tasks::{
        changes::differences,
        fixture::{account, assigned, task},
    };

    #[test]
    fn a_hand_over_is_one_row_with_addresses() {
        let after = Task { version: 2, ..assigned(7) };
        let rows = changes(&differences(&task(), &after), &after, &account(1, Role::Admin));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].field.as_deref(), Some("assigned_to"));
        assert_eq!(
            (rows[0].from_value.as_deref(), rows[0].to_value.as_deref()),
            (None, Some("7@example.org"))
        );
        assert_eq!((rows[0].version, rows[0].actor_email.as_deref()), (2, Some("1@example.org")));
    }
}
