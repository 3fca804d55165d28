//! Pure: what people read, in their language. Each language is an implementation of [`Catalogue`], so the compiler holds
//! every language to every message; and a message is code, so its facts are typed and its plurals are its own affair.
//! (A library that reads messages from files would find a missing one, or a misspelt fact, when it is sent.)

mod catalogue;
mod english;
mod german;

pub use catalogue::{Catalogue, Words};

use crate::words::words;

words! {
    /// A language in which people are told things.
    Language:
    /// English.
    English = "en",
    /// German.
    German = "de",
}

impl Language {
    /// Its messages.
    #[must_use]
    pub fn catalogue(self) -> &'static dyn Catalogue {
        match self {
            Self::English => &english::English,
            Self::German => &german::German,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono_tz::Tz;

    use super::*;
    use crate::notifications::{kind::Kind, message::Facts};

    const ALL: [Language; 2] = [Language::English, Language::German];

    fn facts(actor: Option<&'static str>, due: bool, status: &'static str) -> Facts<'static> {
        let due_date = if due { "2026-11-25T10:00:00Z".parse().ok() } else { None };
        Facts { title: "T-1", actor, due_date, status, zone: Tz::UTC, language: Language::English }
    }

    #[test]
    fn every_sentence_names_its_task_and_whoever_did_it_and_ends() {
        for language in ALL {
            for kind in Kind::ALL {
                for actor in [None, Some("ada@x.org")] {
                    for (due, status) in [(false, "todo"), (true, "in-progress"), (true, "completed")] {
                        let text = language.catalogue().message(kind, &facts(actor, due, status));
                        assert!(text.contains("T-1") && text.ends_with('.'), "{language:?} {kind}: {text}");
                        let by_somebody =
                            !matches!(kind, Kind::TaskDue | Kind::TaskOverdue | Kind::WebhookDisabled);
                        assert_eq!(text.contains("ada@x.org"), actor.is_some() && by_somebody, "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_type_has_a_subject_of_its_own_in_each_language() {
        let subjects: BTreeSet<String> = ALL
            .iter()
            .flat_map(|language| Kind::ALL.map(|kind| language.catalogue().subject(kind, "T")))
            .collect();
        assert_eq!(subjects.len(), ALL.len() * Kind::ALL.len());
    }
}
