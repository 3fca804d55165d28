//! English.

use super::{Catalogue, Words};
use crate::{
    notifications::{kind::Kind, message::Facts},
    webhooks::{model::Reason, verdict::FAILING_DAYS},
};

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
            (Kind::WebhookDisabled, _) if status == Reason::Gone.as_str() => {
                format!(
                    "Your webhook “{title}” was disabled: its address says that it is gone for good (410)."
                )
            }
            (Kind::WebhookDisabled, _) => {
                format!(
                    "Your webhook “{title}” was disabled: nothing has reached it for {FAILING_DAYS} days."
                )
            }
        }
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Assigned => "Assigned to you",
            Kind::ReAssigned => "Re-assigned to you",
            Kind::Unassigned => "No longer yours",
            Kind::TaskDue => "Due soon",
            Kind::TaskOverdue => "Overdue",
            Kind::StatusChanged => "Status changed",
            Kind::WebhookDisabled => "Webhook disabled",
        }
    }

    fn digest_subject(&self, tasks: usize, notifications: usize) -> String {
        let new = if notifications == 1 {
            "1 notification".to_owned()
        } else {
            format!("{notifications} notifications")
        };
        match tasks {
            0 => format!("Your digest: {new}"),
            1 => format!("Your digest: {new} on 1 task"),
            _ => format!("Your digest: {new} on {tasks} tasks"),
        }
    }

    fn why(&self, kind: Kind) -> String {
        format!(
            "You get this mail because mails of the type “{}” are on in your preferences.",
            self.kind(kind)
        )
    }

    fn words(&self) -> &'static Words {
        &Words {
            tag: "en",
            open_task: "Open the task",
            open_docket: "Open Docket",
            preferences: "Preferences",
            unsubscribe: "Unsubscribe",
            digest_intro: "What you have not read yet:",
            digest_why: "You get this mail because your mails are gathered into a digest.",
            test_subject: "A test mail from Docket",
            test_text: "Mail works: this one was sent because you asked for it.",
            test_why: "You get this mail because you, an administrator, asked for a test.",
            stop_title: "Mails from Docket",
            stop_all: "Stop all mails",
            stop_kind: "Stop mails of this type:",
            stopped_all: "You will get no more mails about tasks.",
            stopped_kind: "You will get no more mails of this type:",
            stop_hint: "Your notifications in Docket stay as they are, and you can switch mails on again in your preferences.",
        }
    }
}
