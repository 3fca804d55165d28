//! How clients see preferences.

use paperclip::actix::Apiv2Schema;
use serde::Serialize;
use service_kit::http::{ETag, Tagged};

use super::{
    model::{Digest, Preferences, Weekday},
    quiet_hours::QuietHoursView,
};
use crate::{language::Language, notifications::kind::Kind};

/// How notifications of one type reach you.
#[derive(Debug, Clone, Copy, Serialize, Apiv2Schema)]
pub struct ChannelsView {
    /// In the list, the count and the stream. Off: nothing of this type is kept there.
    pub in_app: bool,
    /// By mail.
    pub email: bool,
    /// To your webhooks.
    pub webhook: bool,
}

/// The channels of each type.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct ChannelsByTypeView {
    /// A task was given to you.
    pub assigned: ChannelsView,
    /// A task of somebody else's was given to you.
    #[serde(rename = "re-assigned")]
    pub re_assigned: ChannelsView,
    /// A task of yours was taken from you.
    pub unassigned: ChannelsView,
    /// A task of yours is due soon.
    pub task_due: ChannelsView,
    /// A task of yours is past its due date.
    pub task_overdue: ChannelsView,
    /// The assignee moved the status of a task that you created.
    pub status_changed: ChannelsView,
    /// A webhook of yours was disabled, because nothing reached it.
    pub webhook_disabled: ChannelsView,
}

/// Your preferences.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct PreferencesView {
    /// How each type reaches you.
    pub types: ChannelsByTypeView,
    /// How many minutes before the due date `task_due` comes.
    pub remind_before_minutes: i64,
    /// How many minutes before it comes again; the longest first.
    pub remind_again_before_minutes: Vec<i64>,
    /// Hours in which mails and webhooks wait until these end. Notifications in the app come all the same, and the
    /// gathered mail has an hour of its own.
    pub quiet_hours: Option<QuietHoursView>,
    /// Whether mails are gathered into one a day or one a week. There is none when there is nothing new that you have not
    /// read.
    pub digest: Digest,
    /// The hour of the gathered mail where you live.
    pub digest_hour: i64,
    /// The day of the weekly one.
    pub digest_weekday: Weekday,
    /// The language of what you are told.
    pub language: Language,
    /// Counts the changes.
    pub version: i64,
}

impl From<Preferences> for PreferencesView {
    fn from(preferences: Preferences) -> Self {
        let of = |kind| {
            let channels = preferences.of(kind);
            ChannelsView { in_app: channels.in_app, email: channels.email, webhook: channels.webhook }
        };
        Self {
            types: ChannelsByTypeView {
                assigned: of(Kind::Assigned),
                re_assigned: of(Kind::ReAssigned),
                unassigned: of(Kind::Unassigned),
                task_due: of(Kind::TaskDue),
                task_overdue: of(Kind::TaskOverdue),
                status_changed: of(Kind::StatusChanged),
                webhook_disabled: of(Kind::WebhookDisabled),
            },
            remind_before_minutes: preferences.lead_times.first,
            remind_again_before_minutes: preferences.lead_times.others,
            quiet_hours: preferences.quiet_hours.map(QuietHoursView::from),
            digest: preferences.digest,
            digest_hour: preferences.digest_hour,
            digest_weekday: preferences.digest_weekday,
            language: preferences.language,
            version: preferences.version,
        }
    }
}

impl Tagged for PreferencesView {
    fn etag(&self) -> ETag {
        ETag::new(self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_notification_can_be_chosen() {
        let json = serde_json::to_value(PreferencesView::from(Preferences::default())).expect("JSON");
        for kind in Kind::ALL {
            assert_eq!(
                json["types"][kind.as_str()],
                serde_json::json!({"in_app": true, "email": true, "webhook": true}),
                "{kind}"
            );
        }
        assert_eq!(json["remind_before_minutes"], 1440);
    }
}
