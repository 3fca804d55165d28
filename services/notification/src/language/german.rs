//! German.

use super::{Catalogue, Words};
use crate::{
    notifications::{kind::Kind, message::Facts},
    webhooks::{model::Reason, verdict::FAILING_DAYS},
};

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
            (Kind::WebhookDisabled, _) if status == Reason::Gone.as_str() => format!(
                "Dein Webhook „{title}“ wurde abgeschaltet: Seine Adresse sagt, dass es sie nicht mehr gibt (410)."
            ),
            (Kind::WebhookDisabled, _) => format!(
                "Dein Webhook „{title}“ wurde abgeschaltet: Seit {FAILING_DAYS} Tagen war er nicht zu erreichen."
            ),
        }
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Assigned => "Dir zugewiesen",
            Kind::ReAssigned => "An dich übertragen",
            Kind::Unassigned => "Nicht mehr dir zugewiesen",
            Kind::TaskDue => "Bald fällig",
            Kind::TaskOverdue => "Überfällig",
            Kind::StatusChanged => "Status geändert",
            Kind::WebhookDisabled => "Webhook abgeschaltet",
        }
    }

    fn digest_subject(&self, tasks: usize, notifications: usize) -> String {
        let new = if notifications == 1 {
            "1 Benachrichtigung".to_owned()
        } else {
            format!("{notifications} Benachrichtigungen")
        };
        match tasks {
            0 => format!("Deine Übersicht: {new}"),
            1 => format!("Deine Übersicht: {new} zu 1 Aufgabe"),
            _ => format!("Deine Übersicht: {new} zu {tasks} Aufgaben"),
        }
    }

    fn why(&self, kind: Kind) -> String {
        format!(
            "Du bekommst diese Mail, weil Mails der Art „{}“ in deinen Einstellungen eingeschaltet sind.",
            self.kind(kind)
        )
    }

    fn words(&self) -> &'static Words {
        &Words {
            tag: "de",
            open_task: "Aufgabe öffnen",
            open_docket: "Docket öffnen",
            preferences: "Einstellungen",
            unsubscribe: "Abbestellen",
            digest_intro: "Was du noch nicht gelesen hast:",
            digest_why: "Du bekommst diese Mail, weil deine Mails in einer Übersicht gesammelt werden.",
            test_subject: "Eine Testmail von Docket",
            test_text: "Mails funktionieren: Diese wurde verschickt, weil du darum gebeten hast.",
            test_why: "Du bekommst diese Mail, weil du als Administrator um einen Test gebeten hast.",
            stop_title: "Mails von Docket",
            stop_all: "Alle Mails abbestellen",
            stop_kind: "Mails dieser Art abbestellen:",
            stopped_all: "Du bekommst keine Mails zu Aufgaben mehr.",
            stopped_kind: "Du bekommst keine Mails dieser Art mehr:",
            stop_hint: "Deine Benachrichtigungen in Docket bleiben, wie sie sind, und du kannst Mails in den Einstellungen \
                        wieder einschalten.",
        }
    }
}
