//! Who of the people named in a call is active right now.

use std::collections::HashMap;

use diesel::{PgConnection, QueryResult};
use directory::Person;
use uuid::Uuid;

use crate::error::Error;

/// The directory's table on these people, read in the transaction of the write: what was looked up before it may be out
/// of date.
#[derive(Debug, Default)]
pub struct Roster(HashMap<Uuid, Person>);

impl Roster {
    /// These people as they are now.
    #[must_use]
    pub fn of(people: impl IntoIterator<Item = Person>) -> Self {
        Self(people.into_iter().map(|person| (person.id, person)).collect())
    }

    /// Reads what is known of them, in one statement; none for nobody.
    ///
    /// # Errors
    /// The database's.
    pub fn read<'a>(
        conn: &mut PgConnection,
        people: impl IntoIterator<Item = &'a Person>,
    ) -> QueryResult<Self> {
        let ids: Vec<Uuid> = people.into_iter().map(|person| person.id).collect();
        Ok(match ids[..] {
            [] => Self::default(),
            [one] => Self::of(directory::find(conn, one)?),
            _ => Self::of(directory::find_all(conn, &ids)?),
        })
    }

    /// Whom a task is given to must be active. Whom the table does not know yet is what they were when looked up.
    ///
    /// # Errors
    /// [`Error::NoSuchAssignee`].
    pub fn require_active(&self, assignee: Option<&Person>) -> Result<(), Error> {
        let is_active = assignee.is_none_or(|person| self.0.get(&person.id).unwrap_or(person).is_active());
        if is_active { Ok(()) } else { Err(Error::NoSuchAssignee) }
    }
}
