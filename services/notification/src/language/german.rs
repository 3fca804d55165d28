//! German.

use super::Catalogue;
use crate::notifications::{kind::Kind, message::Facts};

pub(super) struct German;

/// `25.11.2026 um 11:00 Uhr (CET)`, where the reader lives.
fn due(facts: &Facts<'_>) -> Option<String> {
    Some(facts.local_due_date()?.format("%-d.%-m.%Y um %H:%M Uhr (%Z)").to_string())
}

/// A status as the page calls it.
fn status_word(status: &str) -> &str {
    match status {
        "todo" => "Zu erledigen",
        "in-progress" => "In Arbeit",
        "completed" => "Erledigt",
        other => other,
    }
}

impl Catalogue for German {
    fn message(&self, kind: Kind, facts: &Facts<'_>) -> String {
        let Facts { title, actor, status, .. } = *facts;
        let due = due(facts);
        let until = due.as_ref().map(|due| format!(", fällig am {due}")).unwrap_or_default();
        let word = status_word(status);
        match (kind, actor) {
            (Kind::Assigned, Some(actor)) => {
                format!("{actor} hat dir die Aufgabe „{title}“ zugewiesen{until}.")
            }
            (Kind::Assigned, None) => format!("Dir wurde die Aufgabe „{title}“ zugewiesen{until}."),
            (Kind::ReAssigned, Some(actor)) => {
                format!("{actor} hat die Aufgabe „{title}“ an dich übertragen{until}.")
            }
            (Kind::ReAssigned, None) => format!("Die Aufgabe „{title}“ wurde an dich übertragen{until}."),
            (Kind::Unassigned, Some(actor)) => {
                format!("{actor} hat deine Zuweisung zur Aufgabe „{title}“ aufgehoben.")
            }
            (Kind::Unassigned, None) => format!("Die Aufgabe „{title}“ ist dir nicht mehr zugewiesen."),
            (Kind::StatusChanged, Some(actor)) if status == "completed" => {
                format!("{actor} hat die Aufgabe „{title}“ erledigt.")
            }
            (Kind::StatusChanged, Some(actor)) => {
                format!("{actor} hat die Aufgabe „{title}“ auf „{word}“ gesetzt.")
            }
            (Kind::StatusChanged, None) => format!("Die Aufgabe „{title}“ wurde auf „{word}“ gesetzt."),
            (Kind::TaskDue, _) => match due {
                Some(due) => format!("Die Aufgabe „{title}“ ist am {due} fällig."),
                None => format!("Die Aufgabe „{title}“ ist bald fällig."),
            },
            (Kind::TaskOverdue, _) => match due {
                Some(due) => format!("Die Aufgabe „{title}“ ist überfällig: Sie war am {due} fällig."),
                None => format!("Die Aufgabe „{title}“ ist überfällig."),
            },
        }
    }

    fn subject(&self, kind: Kind, title: &str) -> String {
        let what = match kind {
            Kind::Assigned => "Dir zugewiesen",
            Kind::ReAssigned => "An dich übertragen",
            Kind::Unassigned => "Nicht mehr dir zugewiesen",
            Kind::TaskDue => "Bald fällig",
            Kind::TaskOverdue => "Überfällig",
            Kind::StatusChanged => "Status geändert",
        };
        format!("{what}: {title}")
    }
}
