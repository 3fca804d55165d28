//! For unit tests: a task, and people.

use chrono::DateTime;
use directory::Person;
use service_kit::auth::{Account, Role};
use uuid::Uuid;

use super::{model::Task, priority::Priority, status::Status};

/// Somebody by number.
pub fn account(number: u128, role: Role) -> Account {
    Account {
        id: Uuid::from_u128(number),
        email: format!("{number}@example.org"),
        username: None,
        role,
        timezone: chrono_tz::UTC,
    }
}

/// Made by 1, nobody's.
pub fn task() -> Task {
    let then = DateTime::from_timestamp(500_000, 0).expect("in range");
    Task {
        id: Uuid::from_u128(100),
        title: "Report".to_owned(),
        description: String::new(),
        status: Status::Todo,
        priority: Priority::None,
        due_date: None,
        assignee_id: None,
        assignee_email: None,
        created_by: Uuid::from_u128(1),
        version: 1,
        created_at: then,
        updated_at: then,
        completed_at: None,
        deleted_at: None,
    }
}

/// The same task, given to somebody.
pub fn assigned(number: u128) -> Task {
    Task {
        assignee_id: Some(Uuid::from_u128(number)),
        assignee_email: Some(format!("{number}@example.org")),
        ..task()
    }
}

/// The user of that number, as the directory knows them.
pub fn person(number: u128) -> Person {
    Person {
        id: Uuid::from_u128(number),
        email: format!("{number}@example.org"),
        username: None,
        role: "user".to_owned(),
        is_active: true,
        timezone: "UTC".to_owned(),
        not_before: None,
        deleted: false,
        sequence: 1,
    }
}
