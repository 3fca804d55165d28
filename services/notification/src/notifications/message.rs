//! Pure: what the sentence of a notification is made of. The sentences themselves are in `language`.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::kind::Kind;
use crate::language::Language;

/// What a sentence is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What it is about: the task's title, or what its owner calls a webhook.
    pub title: &'a str,
    /// E-mail address of whoever did it.
    pub actor: Option<&'a str>,
    /// When the task is due.
    pub due_date: Option<DateTime<Utc>>,
    /// The task's status now; of a webhook, why it is disabled.
    pub status: &'a str,
    /// The time zone of whoever reads it.
    pub zone: Tz,
    /// The language of whoever reads it.
    pub language: Language,
}

impl Facts<'_> {
    /// The due date where the reader lives.
    #[must_use]
    pub fn local_due_date(&self) -> Option<DateTime<Tz>> {
        self.due_date.map(|due| due.with_timezone(&self.zone))
    }
}

/// The sentence, for people.
#[must_use]
pub fn message(kind: Kind, facts: &Facts<'_>) -> String {
    facts.language.catalogue().message(kind, facts)
}

/// The subject of a mail about it.
#[must_use]
pub fn subject(kind: Kind, facts: &Facts<'_>) -> String {
    facts.language.catalogue().subject(kind, facts.title)
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
            language: Language::English,
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
    fn times_and_words_are_the_readers() {
        let berlin = Facts { zone: Tz::Europe__Berlin, ..facts() };
        assert_eq!(message(Kind::TaskDue, &berlin), "The task “Write report” is due 25 Nov 2026 11:00 CET.");
        let summer = Facts { due_date: "2026-07-01T22:30:00Z".parse().ok(), ..berlin };
        let text = "The task “Write report” is overdue: it was due 2 Jul 2026 00:30 CEST.";
        assert_eq!(message(Kind::TaskOverdue, &summer), text);
        let german = Facts { language: Language::German, ..summer };
        let text =
            "Die Aufgabe „Write report“ ist überfällig: Sie war am 2.7.2026 um 00:30 Uhr (CEST) fällig.";
        assert_eq!(message(Kind::TaskOverdue, &german), text);
        assert_eq!(subject(Kind::TaskOverdue, &german), "Überfällig: Write report");
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
}
