//! What clients send about preferences: only what is sent changes.

use std::collections::BTreeMap;

use paperclip::actix::Apiv2Schema;
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::http::{Field, Fields, FromFields, wire};

use super::{
    lead_times::{RemindBefore, lead_wire, several},
    model::{Channels, Digest, Preferences, Weekday},
    quiet_hours::QuietHours,
};
use crate::{language::Language, notifications::kind::Kind, reminders::limits::MOST_LEADS};

/// Channels of one type; what is left out stays.
#[derive(Debug, Clone, Copy, Default, Deserialize, Apiv2Schema)]
pub struct ChannelsRequest {
    /// In the list, the count and the stream.
    pub in_app: Option<bool>,
    /// By mail.
    pub email: Option<bool>,
    /// To your webhooks.
    pub webhook: Option<bool>,
}

/// Channels by type; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, Apiv2Schema)]
pub struct ChannelsByTypeRequest {
    /// A task was given to you.
    pub assigned: Option<ChannelsRequest>,
    /// A task of somebody else's was given to you.
    #[serde(rename = "re-assigned")]
    pub re_assigned: Option<ChannelsRequest>,
    /// A task of yours was taken from you.
    pub unassigned: Option<ChannelsRequest>,
    /// A task of yours is due soon.
    pub task_due: Option<ChannelsRequest>,
    /// A task of yours is past its due date.
    pub task_overdue: Option<ChannelsRequest>,
    /// The assignee moved the status of a task that you created.
    pub status_changed: Option<ChannelsRequest>,
    /// A webhook of yours was disabled, because nothing reached it.
    pub webhook_disabled: Option<ChannelsRequest>,
}

/// Change of your preferences; what is left out stays.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct PutPreferencesRequest {
    /// How each type reaches you.
    pub types: Option<ChannelsByTypeRequest>,
    /// How many minutes before the due date `task_due` comes, 5 to 20160. A number leaves the others as they are
    /// (`remind_again_before_minutes`); a list of up to 5 names all of them, the first one first.
    pub remind_before_minutes: Option<RemindBefore>,
    /// Further reminders of the same task, as many minutes before; 4 at most.
    pub remind_again_before_minutes: Option<Vec<i64>>,
    /// Hours in which mails and webhooks wait; null for none.
    pub quiet_hours: Option<Option<QuietHours>>,
    /// Whether mails are gathered into one a day or one a week.
    pub digest: Option<Digest>,
    /// The hour of the gathered mail where you live: 0 to 23.
    pub digest_hour: Option<i64>,
    /// The day of the weekly one.
    pub digest_weekday: Option<Weekday>,
    /// The language of what you are told from now on.
    pub language: Option<Language>,
    /// As it was read: an earlier one is refused like an earlier `If-Match`.
    pub version: Option<i64>,
}

impl FromFields for ChannelsRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            in_app: fields.optional("in_app"),
            email: fields.optional("email"),
            webhook: fields.optional("webhook"),
        })
    }
}

impl FromFields for ChannelsByTypeRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            assigned: fields.optional("assigned"),
            re_assigned: fields.optional("re-assigned"),
            unassigned: fields.optional("unassigned"),
            task_due: fields.optional("task_due"),
            task_overdue: fields.optional("task_overdue"),
            status_changed: fields.optional("status_changed"),
            webhook_disabled: fields.optional("webhook_disabled"),
        })
    }
}

impl Field for ChannelsRequest {
    fn from_json(value: Value) -> Result<Self, String> {
        inner(value)
    }

    fn wire() -> Value {
        Fields::wire::<Self>()
    }
}

impl Field for ChannelsByTypeRequest {
    fn from_json(value: Value) -> Result<Self, String> {
        inner(value)
    }

    fn wire() -> Value {
        Fields::wire::<Self>()
    }
}

/// An object inside the body; its faults become a sentence about the field that it is the value of.
pub(super) fn inner<T: FromFields>(value: Value) -> Result<T, String> {
    let Value::Object(object) = value else { return Err("must be an object".to_owned()) };
    Fields::read(object).map_err(|errors| {
        let faults = serde_json::to_value(errors).unwrap_or_default();
        let faults: BTreeMap<String, Vec<String>> = serde_json::from_value(faults).unwrap_or_default();
        let words: Vec<String> =
            faults.iter().map(|(name, messages)| format!("{name} {}", messages.join(" and "))).collect();
        format!("is not acceptable: {}", words.join("; "))
    })
}

/// Further lead times.
struct Others(Vec<i64>);

impl Field for Others {
    fn from_json(value: Value) -> Result<Self, String> {
        several(value).map(Self)
    }

    fn wire() -> Value {
        json!({"type": "array", "items": lead_wire(), "maxItems": MOST_LEADS - 1})
    }
}

impl FromFields for PutPreferencesRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let request = Self {
            types: fields.optional("types"),
            remind_before_minutes: fields.optional("remind_before_minutes"),
            remind_again_before_minutes: fields
                .optional("remind_again_before_minutes")
                .map(|Others(others)| others),
            quiet_hours: fields.change_or_clear("quiet_hours"),
            digest: fields.optional("digest"),
            digest_hour: fields.optional("digest_hour"),
            digest_weekday: fields.optional("digest_weekday"),
            language: fields.optional("language"),
            version: fields.optional("version"),
        };
        fields.describe("digest_hour", wire::whole_number(0, 23));
        let others = request.remind_again_before_minutes.as_ref();
        if matches!(request.remind_before_minutes, Some(RemindBefore::All(_))) && others.is_some() {
            let message = "is named by the list in remind_before_minutes already";
            fields.fail::<()>("remind_again_before_minutes", message);
        } else if others.is_some_and(|others| others.len() >= MOST_LEADS) {
            let message = format!("must name {} times at most", MOST_LEADS - 1);
            fields.fail::<()>("remind_again_before_minutes", message);
        }
        if request.digest_hour.is_some_and(|hour| !(0..=23).contains(&hour)) {
            fields.fail::<()>("digest_hour", "must be from 0 to 23");
        }
        Some(request)
    }
}

impl PutPreferencesRequest {
    /// The preferences after this change.
    #[must_use]
    pub fn applied_to(&self, before: &Preferences) -> Preferences {
        let mut after = before.clone();
        let types = self.types.clone().unwrap_or_default();
        for (kind, asked) in [
            (Kind::Assigned, types.assigned),
            (Kind::ReAssigned, types.re_assigned),
            (Kind::Unassigned, types.unassigned),
            (Kind::TaskDue, types.task_due),
            (Kind::TaskOverdue, types.task_overdue),
            (Kind::StatusChanged, types.status_changed),
            (Kind::WebhookDisabled, types.webhook_disabled),
        ] {
            let (asked, present) = (asked.unwrap_or_default(), before.of(kind));
            let channels = Channels {
                in_app: asked.in_app.unwrap_or(present.in_app),
                email: asked.email.unwrap_or(present.email),
                webhook: asked.webhook.unwrap_or(present.webhook),
            };
            after.channels.insert(kind, channels);
        }
        if let Some(remind) = &self.remind_before_minutes {
            after.lead_times = remind.applied_to(after.lead_times);
        }
        if let Some(others) = &self.remind_again_before_minutes {
            after.lead_times = after.lead_times.with_others(others.clone());
        }
        after.quiet_hours = self.quiet_hours.unwrap_or(before.quiet_hours);
        after.digest = self.digest.unwrap_or(before.digest);
        after.digest_hour = self.digest_hour.unwrap_or(before.digest_hour);
        after.digest_weekday = self.digest_weekday.unwrap_or(before.digest_weekday);
        after.language = self.language.unwrap_or(before.language);
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: Value) -> Result<PutPreferencesRequest, service_kit::http::Errors> {
        let Value::Object(object) = value else { panic!("an object") };
        Fields::read(object)
    }

    #[test]
    fn only_what_is_sent_changes() {
        let request =
            read(json!({"types": {"task_due": {"email": false}}, "digest": "weekly"})).expect("valid");
        let after = request.applied_to(&Preferences::default());
        assert_eq!(after.of(Kind::TaskDue), Channels { email: false, ..Channels::ALL });
        assert_eq!(after.of(Kind::Assigned), Channels::ALL);
        assert_eq!((after.digest, after.digest_hour, after.lead_times.first), (Digest::Weekly, 8, 1440));
        let quiet = read(json!({"quiet_hours": {"from": "22:00", "to": "07:00"}})).expect("valid");
        let after = quiet.applied_to(&after);
        assert!(after.quiet_hours.is_some());
        let loud = read(json!({"quiet_hours": null})).expect("valid").applied_to(&after);
        assert!(loud.quiet_hours.is_none());
    }

    #[test]
    fn faults_are_told_however_deep() {
        let errors =
            read(json!({"types": {"assigned": {"in_app": "yes"}, "task-due": {}}, "digest_hour": 24}));
        let errors = serde_json::to_value(errors.expect_err("faults")).expect("JSON");
        let types = errors["types"][0].as_str().expect("a message");
        assert!(types.contains("in_app must be true or false") && types.contains("task-due"), "{types}");
        assert_eq!(errors["digest_hour"][0], "must be from 0 to 23");
        assert!(read(json!({"remind_before_minutes": 4})).is_err());
        assert!(read(json!({"remind_before_minutes": 20_160})).is_ok());
        assert!(read(json!({"remind_before_minutes": [5], "remind_again_before_minutes": [6]})).is_err());
        assert!(read(json!({"remind_again_before_minutes": [5, 6, 7, 8, 9]})).is_err());
        assert!(read(json!({"quiet_hours": {"from": "22:00"}, "language": "fr"})).is_err());
    }
}
