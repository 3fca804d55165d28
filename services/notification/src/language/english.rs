//! English.

use super::Catalogue;
use crate::notifications::{kind::Kind, message::Facts};

pub(super) struct English;

/// `25 Nov 2026 10:00 UTC`, where the reader lives.
fn due(facts: &Facts<'_>) -> Option<String> {
    Some(facts.local_due_date()?.format("%-d %b %Y %H:%M %Z").to_string())
}

impl Catalogue for English {
    fn message(&self, kind: Kind, facts: &Facts<'_>) -> String {
        let Facts { title, actor, status, .. } = *facts;
        let due = due(facts);
        let until = due.as_ref().map(|due| format!(", due {due}")).unwrap_or_default();
        match (kind, actor) {
            (Kind::Assigned, Some(actor)) => format!("{actor} assigned you the task “{title}”{until}."),
            (Kind::Assigned, None) => format!("You were assigned the task “{title}”{until}."),
            (Kind::ReAssigned, Some(actor)) => {
                format!("{actor} re-assigned the task “{title}” to you{until}.")
            }
            (Kind::ReAssigned, None) => format!("The task “{title}” was re-assigned to you{until}."),
            (Kind::Unassigned, Some(actor)) => format!("{actor} unassigned you from the task “{title}”."),
            (Kind::Unassigned, None) => format!("The task “{title}” is no longer assigned to you."),
            (Kind::StatusChanged, Some(actor)) if status == "completed" => {
                format!("{actor} completed the task “{title}”.")
            }
            (Kind::StatusChanged, Some(actor)) => format!("{actor} moved the task “{title}” to {status}."),
            (Kind::StatusChanged, None) => format!("The task “{title}” was moved to {status}."),
            (Kind::TaskDue, _) => {
                format!("The task “{title}” is due {}.", due.as_deref().unwrap_or("soon"))
            }
            (Kind::TaskOverdue, _) => match due {
                Some(due) => format!("The task “{title}” is overdue: it was due {due}."),
                None => format!("The task “{title}” is overdue."),
            },
        }
    }

    fn subject(&self, kind: Kind, title: &str) -> String {
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
}
