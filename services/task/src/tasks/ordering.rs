//! The orders in which tasks are listed. Each is a key that is never null, then the id: a total order, so that a page
//! starts exactly where the last one ended. Undated tasks count as due after all others: last by `due_date`, first by
//! `-due_date`.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use paperclip::v2::{models::DataType, schema::TypedData};
use service_kit::{
    Problem,
    auth::{Account, Role},
    http::{Cursor, Param, wire},
};
use uuid::Uuid;

use super::model::Task;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// When it is due.
    DueDate,
    /// When it was created.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// How urgent it is.
    Priority,
    /// Its title, without regard to case.
    Title,
}

/// A key and a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordering {
    /// What is compared.
    pub key: SortKey,
    /// The greatest first.
    pub descending: bool,
}

/// A place in an ordering: a row's key, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In one of the orderings by time.
    Time(DateTime<Utc>, Uuid),
    /// In the ordering by priority.
    Rank(i16, Uuid),
    /// In the ordering by title.
    Text(String, Uuid),
}

/// Places before and after all tasks: of times (from the year 1 on), of ranks, and of titles, which have 255 characters at most.
static ENDS: LazyLock<[[Place; 2]; 3]> = LazyLock::new(|| {
    let (first, last) = (Uuid::nil(), Uuid::max());
    [
        [
            Place::Time(DateTime::UNIX_EPOCH - TimeDelta::days(719_162), first),
            Place::Time(UNDATED + TimeDelta::days(1), last),
        ],
        [Place::Rank(i16::MIN, first), Place::Rank(i16::MAX, last)],
        [Place::Text(String::new(), first), Place::Text("\u{10FFFF}".repeat(256), last)],
    ]
});

impl SortKey {
    /// The place before all tasks, or the one after them.
    #[must_use]
    pub fn end(self, after: bool) -> &'static Place {
        let kind = match self {
            Self::DueDate | Self::CreatedAt | Self::UpdatedAt => 0,
            Self::Priority => 1,
            Self::Title => 2,
        };
        &ENDS[kind][usize::from(after)]
    }
}

const fn up(key: SortKey) -> Ordering {
    Ordering { key, descending: false }
}

const fn down(key: SortKey) -> Ordering {
    Ordering { key, descending: true }
}

impl Ordering {
    /// Every ordering by its name.
    pub const ALL: [(&str, Self); 10] = [
        ("due_date", up(SortKey::DueDate)),
        ("-due_date", down(SortKey::DueDate)),
        ("created_at", up(SortKey::CreatedAt)),
        ("-created_at", down(SortKey::CreatedAt)),
        ("updated_at", up(SortKey::UpdatedAt)),
        ("-updated_at", down(SortKey::UpdatedAt)),
        ("priority", up(SortKey::Priority)),
        ("-priority", down(SortKey::Priority)),
        ("title", up(SortKey::Title)),
        ("-title", down(SortKey::Title)),
    ];

    /// What is meant when nothing is said: what is due next, or for administrators what is new.
    #[must_use]
    pub fn usual(caller: &Account) -> Self {
        match caller.role {
            Role::Admin => down(SortKey::CreatedAt),
            Role::User => up(SortKey::DueDate),
        }
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, ordering)| *ordering == self).map_or("", |(name, _)| name)
    }

    /// Where a task stands, as a cursor keeps it.
    #[must_use]
    pub fn place_of(self, task: &Task) -> (Option<String>, Uuid) {
        let micros = |instant: DateTime<Utc>| instant.timestamp_micros().to_string();
        let key = match self.key {
            SortKey::DueDate => task.due_date.map(micros),
            SortKey::CreatedAt => Some(micros(task.created_at)),
            SortKey::UpdatedAt => Some(micros(task.updated_at)),
            SortKey::Priority => Some(task.priority.rank().to_string()),
            SortKey::Title => Some(task.title.clone()),
        };
        (key, task.id)
    }

    /// The place that a cursor of this ordering names.
    ///
    /// # Errors
    /// 400 when it names none.
    pub fn place_at(self, cursor: &Cursor) -> Result<Place, Problem> {
        let key = cursor.key.as_deref();
        let place = match (self.key, key) {
            (SortKey::DueDate, None) => Some(Place::Time(UNDATED, cursor.id)),
            (SortKey::DueDate | SortKey::CreatedAt | SortKey::UpdatedAt, Some(text)) => text
                .parse()
                .ok()
                .and_then(DateTime::from_timestamp_micros)
                .map(|instant| Place::Time(instant, cursor.id)),
            (SortKey::Priority, Some(text)) => text.parse().ok().map(|rank| Place::Rank(rank, cursor.id)),
            (SortKey::Title, Some(text)) => Some(Place::Text(text.to_owned(), cursor.id)),
            (_, None) => None,
        };
        place.ok_or_else(|| Problem::bad_request("This cursor names no place in this ordering."))
    }
}

/// The key of undated tasks, 10000-01-01: as in the table's definition.
const UNDATED: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_800, 0) {
    Some(instant) => instant,
    None => DateTime::<Utc>::MAX_UTC,
};

impl Param for Ordering {
    fn from_param(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(name, _)| *name == text);
        known.map(|(_, ordering)| *ordering).ok_or_else(|| {
            "must be due_date, created_at, updated_at, priority or title, perhaps with a - before it"
                .to_owned()
        })
    }

    fn wire() -> serde_json::Value {
        wire::one_of(&Self::ALL.map(|(name, _)| name))
    }
}

impl TypedData for Ordering {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::fixture::task;

    #[test]
    fn a_place_survives_its_cursor() {
        let dated = Task { due_date: DateTime::from_timestamp(9, 0), ..task() };
        let id = dated.id;
        for (name, ordering) in Ordering::ALL {
            assert_eq!(Ordering::from_param(name), Ok(ordering));
            assert_eq!(ordering.name(), name);
            let (key, id_of_row) = ordering.place_of(&dated);
            let cursor = Cursor { ordering: name.to_owned(), key, id: id_of_row, backward: false };
            let expected = match ordering.key {
                SortKey::DueDate => Place::Time(DateTime::from_timestamp(9, 0).expect("in range"), id),
                SortKey::CreatedAt => Place::Time(dated.created_at, id),
                SortKey::UpdatedAt => Place::Time(dated.updated_at, id),
                SortKey::Priority => Place::Rank(0, id),
                SortKey::Title => Place::Text("Report".to_owned(), id),
            };
            assert_eq!(ordering.place_at(&cursor).expect("a place"), expected);
        }
    }

    #[test]
    fn undated_is_after_every_date() {
        assert_eq!(UNDATED.to_rfc3339(), "+10000-01-01T00:00:00+00:00");
        let cursor = Cursor { ordering: "due_date".to_owned(), key: None, id: Uuid::nil(), backward: false };
        let place = up(SortKey::DueDate).place_at(&cursor).expect("a place");
        assert_eq!(place, Place::Time(UNDATED, Uuid::nil()));
        assert!(up(SortKey::Title).place_at(&cursor).is_err());
    }
}
