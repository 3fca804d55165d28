//! One account, as other services may know it.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _, define_sql_function, sql_types::Text,
};
use service_kit::auth::{Account, Role};
use uuid::Uuid;

use crate::schema::directory_users;

/// An account of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = directory_users)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Person {
    /// User id.
    pub id: Uuid,
    /// E-mail address as given.
    pub email: String,
    /// Display name.
    pub username: Option<String>,
    /// `admin` or `user`.
    pub role: String,
    /// False for disabled accounts.
    pub is_active: bool,
    /// IANA time zone.
    pub timezone: String,
    /// Access tokens issued before it are void.
    pub not_before: Option<DateTime<Utc>>,
    /// True for deleted accounts.
    pub deleted: bool,
    /// Version of the account.
    pub sequence: i64,
}

impl Person {
    /// True when they may sign in and be assigned tasks.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.is_active && !self.deleted
    }

    /// Their time zone; UTC when its name is not known here.
    #[must_use]
    pub fn tz(&self) -> chrono_tz::Tz {
        self.timezone.parse().unwrap_or(chrono_tz::UTC)
    }

    /// The account that a request acts for.
    #[must_use]
    pub fn account(&self) -> Account {
        Account {
            id: self.id,
            email: self.email.clone(),
            username: self.username.clone(),
            role: self.role.parse().unwrap_or(Role::User),
            timezone: self.tz(),
        }
    }
}

define_sql_function! {
    /// Postgres's `lower`.
    fn lower(text: Text) -> Text;
}

/// The account of that id, deleted ones included.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Person>> {
    directory_users::table.find(id).select(Person::as_select()).first(conn).optional()
}

/// The accounts of these ids, as far as they are known; deleted ones included.
///
/// # Errors
/// The database's.
pub fn find_all(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Person>> {
    directory_users::table.filter(directory_users::id.eq_any(ids)).select(Person::as_select()).load(conn)
}

/// The account of that e-mail address, without regard to case; not a deleted one.
///
/// # Errors
/// The database's.
pub fn find_by_email(conn: &mut PgConnection, email: &str) -> QueryResult<Option<Person>> {
    directory_users::table
        .filter(lower(directory_users::email).eq(email.to_lowercase()))
        .filter(directory_users::deleted.eq(false))
        .select(Person::as_select())
        .first(conn)
        .optional()
}
