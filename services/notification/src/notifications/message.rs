//! Pure: the sentence of a notification.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::kind::Kind;

/// What a sentence is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The task's title.
    pub title: &'a str,
    /// E-mail address of whoever did it.
    pub actor: Option<&'a str>,
    /// When the task is due.
    pub due_date: Option<DateTime<Utc>>,
    /// The task's status now.
    pub status: &'a str,
    /// The time zone of whoever reads it.
    pub zone: Tz,
}

/// The sentence, for people.
#[must_use]
pub fn message(kind: Kind, facts: &Facts<'_>) -> String {
    let Facts { title, actor, due_date, status, zone } = *facts;
    let due = due_date.map(|due| local(due, zone));
    let until = due.as_ref().map(|due| format!(", due {due}")).unwrap_or_default();
    match (kind, actor) {
        (Kind::Assigned, Some(actor)) => format!("{actor} assigned you the task “{title}”{until}."),
        (Kind::Assigned, None) => format!("You were assigned the task “{title}”{until}."),
        (Kind::ReAssigned, Some(actor)) => format!("{actor} re-assigned the task “{title}” to you{until}."),
        (Kind::ReAssigned, None) => format!("The task “{title}” was re-assigned to you{until}."),
        (Kind::Unassigned, Some(actor)) => format!("{actor} unassigned you from the task “{title}”."),
        (Kind::Unassigned, None) => format!("The task “{title}” is no longer assigned to you."),
        (Kind::StatusChanged, Some(actor)) if status == "completed" => {
            format!("{actor} completed the task “{title}”.")
        }
        (Kind::StatusChanged, Some(actor)) => format!("{actor} moved the task “{title}” to {status}."),
        (Kind::StatusChanged, None) => format!("The task “{title}” was moved to {status}."),
        (Kind::TaskDue, _) => format!("The task “{title}” is due {}.", due.unwrap_or_else(soon)),
        (Kind::TaskOverdue, _) => match due {
            Some(due) => format!("The task “{title}” is overdue: it was due {due}."),
            None => format!("The task “{title}” is overdue."),
        },
    }
}

/// The subject of a mail about it.
#[must_use]
pub fn subject(kind: Kind, title: &str) -> String {
    let what = match kind {
        Kind::Assigned => "Assigned to you",
        Kind::ReAssigned => "Re-assigned to you",
        Kind::Unassigned => "No longer yours",
        Kind::TaskDue => "Due soon",
        Kind::TaskOverdue => "Overdue",
        Kind::StatusChanged => "Status changed",
    };
    format!("{what}: {title}")
}

fn soon() -> String {
    "soon".to_owned()
}

/// `25 Nov 2026 10:00 UTC`, where the reader lives.
fn local(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%-d %b %Y %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts<'static> {
        Facts {
            title: "Write report",
            actor: Some("ada@x.org"),
            due_date: "2026-11-25T10:00:00Z".parse().ok(),
            status: "in-progress",
            zone: Tz::UTC,
        }
    }

    #[test]
    fn who_what_and_until_when() {
        let until = "ada@x.org assigned you the task “Write report”, due 25 Nov 2026 10:00 UTC.";
        assert_eq!(message(Kind::Assigned, &facts()), until);
        let undated = Facts { due_date: None, ..facts() };
        assert_eq!(message(Kind::Assigned, &undated), "ada@x.org assigned you the task “Write report”.");
        let nobody = Facts { actor: None, ..facts() };
        assert!(
            message(Kind::ReAssigned, &nobody).starts_with("The task “Write report” was re-assigned to you")
        );
    }

    #[test]
    fn times_are_the_readers() {
        let berlin = Facts { zone: Tz::Europe__Berlin, ..facts() };
        assert_eq!(message(Kind::TaskDue, &berlin), "The task “Write report” is due 25 Nov 2026 11:00 CET.");
        let summer = Facts { due_date: "2026-07-01T22:30:00Z".parse().ok(), ..berlin };
        let text = "The task “Write report” is overdue: it was due 2 Jul 2026 00:30 CEST.";
        assert_eq!(message(Kind::TaskOverdue, &summer), text);
    }

    #[test]
    fn a_completed_task_is_said_to_be_completed() {
        let done = Facts { status: "completed", ..facts() };
        assert_eq!(message(Kind::StatusChanged, &done), "ada@x.org completed the task “Write report”.");
        assert_eq!(
            message(Kind::StatusChanged, &facts()),
            "ada@x.org moved the task “Write report” to in-progress."
        );
    }

    #[test]
    fn every_type_has_a_subject_of_its_own() {
        let subjects: std::collections::BTreeSet<_> = Kind::ALL.map(|kind| subject(kind, "T")).into();
        assert_eq!(subjects.len(), Kind::ALL.len());
    }
}
