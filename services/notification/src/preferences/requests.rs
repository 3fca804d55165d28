//! What clients send about preferences: only what is sent changes.

use std::collections::BTreeMap;

use paperclip::actix::Apiv2Schema;
use serde::Deserialize;
use serde_json::Value;
use service_kit::http::{Field, Fields, FromFields};

use super::model::{Channels, Digest, Preferences};
use crate::{
    notifications::kind::Kind,
    reminders::limits::{LONGEST_LEAD_MINUTES, SHORTEST_LEAD_MINUTES},
};

/// Channels of one type; what is left out stays.
#[derive(Debug, Clone, Copy, Default, Deserialize, Apiv2Schema)]
pub struct ChannelsRequest {
    /// In the list, the count and the stream.
    pub in_app: Option<bool>,
    /// By mail.
    pub email: Option<bool>,
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
}

/// Change of your preferences; what is left out stays.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct PutPreferencesRequest {
    /// How each type reaches you.
    pub types: Option<ChannelsByTypeRequest>,
    /// How many minutes before the due date `task_due` comes: 5 to 20160.
    pub remind_before_minutes: Option<i64>,
    /// Whether mails are gathered.
    pub digest: Option<Digest>,
    /// The hour of the daily mail where you live: 0 to 23.
    pub digest_hour: Option<i64>,
    /// As it was read: an earlier one is refused like an earlier `If-Match`.
    pub version: Option<i64>,
}

impl FromFields for ChannelsRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { in_app: fields.optional("in_app"), email: fields.change("email") })
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
        })
    }
}

impl Field for ChannelsRequest {
    fn from_json(value: Value) -> Result<Self, String> {
        inner(value)
    }
}

impl Field for ChannelsByTypeRequest {
    fn from_json(value: Value) -> Result<Self, String> {
        inner(value)
    }
}

/// An object inside the body; its faults become a sentence about the field that it is the value of.
fn inner<T: FromFields>(value: Value) -> Result<T, String> {
    let Value::Object(object) = value else { return Err("must be an object".to_owned()) };
    Fields::read(object).map_err(|errors| {
        let faults = serde_json::to_value(errors).unwrap_or_default();
        let faults: BTreeMap<String, Vec<String>> = serde_json::from_value(faults).unwrap_or_default();
        let words: Vec<String> =
            faults.iter().map(|(name, messages)| format!("{name} {}", messages.join(" and "))).collect();
        format!("is not acceptable: {}", words.join("; "))
    })
}

impl FromFields for PutPreferencesRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let request = Self {
            types: fields.optional("types"),
            remind_before_minutes: fields.optional("remind_before_minutes"),
            digest: fields.optional("digest"),
            digest_hour: fields.optional("digest_hour"),
            version: fields.optional("version"),
        };
        let lead = SHORTEST_LEAD_MINUTES..=LONGEST_LEAD_MINUTES;
        if request.remind_before_minutes.is_some_and(|minutes| !lead.contains(&minutes)) {
            let message = format!("must be from {SHORTEST_LEAD_MINUTES} to {LONGEST_LEAD_MINUTES}");
            fields.fail::<()>("remind_before_minutes", message);
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
        ] {
            let (asked, present) = (asked.unwrap_or_default(), before.of(kind));
            let channels = Channels {
                in_app: asked.in_app.unwrap_or(present.in_app),
                email: asked.email.unwrap_or(present.email),
            };
            after.channels.insert(kind, channels);
        }
        after.remind_before_minutes = self.remind_before_minutes.unwrap_or(before.remind_before_minutes);
        after.digest = self.digest.unwrap_or(before.digest);
        after.digest_hour = self.digest_hour.unwrap_or(before.digest_hour);
        after
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<PutPreferencesRequest, service_kit::http::Errors> {
        let Value::Object(object) = value else { panic!("an object") };
        Fields::read(object)
    }

    #[test]
    fn only_what_is_sent_changes() {
        let request =
            read(json!({"types": {"task_due": {"email": false}}, "digest": "daily"})).expect("valid");
        let after = request.applied_to(&Preferences::default());
        assert_eq!(after.of(Kind::TaskDue), Channels { in_app: true, email: false });
        assert_eq!(after.of(Kind::Assigned), Channels { in_app: true, email: true });
        assert_eq!((after.digest, after.digest_hour, after.remind_before_minutes), (Digest::Daily, 8, 1440));
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
    }
}
