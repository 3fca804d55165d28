//! Named types of preferences, and the usual ones.

use std::{collections::BTreeMap, str::FromStr};

use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::http::Field;

use crate::{notifications::kind::Kind, reminders::limits::USUAL_LEAD_MINUTES};

/// How something of one type reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// Among the notifications: list, count and stream.
    pub in_app: bool,
    /// By mail.
    pub email: bool,
}

/// Whether mails are gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Apiv2Schema)]
pub enum Digest {
    /// Each mail at once.
    #[serde(rename = "off")]
    Off,
    /// One mail a day.
    #[serde(rename = "daily")]
    Daily,
}

impl Digest {
    /// The choice on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Daily => "daily",
        }
    }
}

impl FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            "daily" => Ok(Self::Daily),
            _ => Err("must be off or daily".to_owned()),
        }
    }
}

impl Field for Digest {
    fn from_json(value: serde_json::Value) -> Result<Self, String> {
        value.as_str().ok_or_else(|| "must be off or daily".to_owned())?.parse()
    }
}

/// Somebody's preferences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// How each type reaches them.
    pub channels: BTreeMap<Kind, Channels>,
    /// How long before the due date `task_due` comes.
    pub remind_before_minutes: i64,
    /// Whether mails are gathered.
    pub digest: Digest,
    /// The hour of the daily mail where they live, 0 to 23.
    pub digest_hour: i64,
    /// Counts the changes; 0 for the usual ones.
    pub version: i64,
}

impl Preferences {
    /// How something of that type reaches them.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Channels {
        self.channels.get(&kind).copied().unwrap_or(Channels { in_app: true, email: true })
    }
}

impl Default for Preferences {
    /// What holds for whoever has not said anything: everything, everywhere, a day before, at once.
    fn default() -> Self {
        Self {
            channels: BTreeMap::new(),
            remind_before_minutes: USUAL_LEAD_MINUTES,
            digest: Digest::Off,
            digest_hour: 8,
            version: 0,
        }
    }
}
