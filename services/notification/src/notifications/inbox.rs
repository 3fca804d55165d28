//! Pure: where a notification is (unread or read, in the archive, snoozed), and what a change makes of that.

use chrono::{DateTime, Days, Utc};
use service_kit::http::Errors;

/// The longest that something can be snoozed.
pub const LONGEST_SNOOZE_DAYS: u64 = 366;

/// Where a notification is. It is snoozed or in the archive, never both; what is snoozed is unread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// When it went to the archive.
    pub archived_at: Option<DateTime<Utc>>,
    /// When it comes back.
    pub snoozed_until: Option<DateTime<Utc>>,
}

/// What a client asks for; `None` leaves that as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Read or unread.
    pub is_read: Option<bool>,
    /// Into the archive, or back.
    pub archived: Option<bool>,
    /// Away until then, or back at once (`Some(None)`).
    pub snoozed_until: Option<Option<DateTime<Utc>>>,
}

impl Place {
    /// Where it is after `change` at `now`. What is so already keeps its time. Reading it or archiving it ends a snooze;
    /// snoozing takes it out of the archive and makes it unread.
    ///
    /// # Errors
    /// When the time to come back is not in the future or more than 366 days off, or two wishes contradict each other.
    pub fn after(self, change: &Change, now: DateTime<Utc>) -> Result<Self, Errors> {
        let mut place = self;
        match change.archived {
            Some(true) => {
                place.archived_at = self.archived_at.or(Some(now));
                place.snoozed_until = None;
            }
            Some(false) => place.archived_at = None,
            None => {}
        }
        match change.is_read {
            Some(true) => {
                place.read_at = self.read_at.or(Some(now));
                place.snoozed_until = None;
            }
            Some(false) => place.read_at = None,
            None => {}
        }
        match change.snoozed_until {
            Some(Some(until)) => {
                refuse(change, until, now)?;
                place = Self { read_at: None, archived_at: None, snoozed_until: Some(until) };
            }
            Some(None) => place.snoozed_until = None,
            None => {}
        }
        Ok(place)
    }
}

fn refuse(change: &Change, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Errors> {
    let mut errors = Errors::default();
    if until <= now {
        errors.add("snoozed_until", "must lie in the future");
    }
    if now.checked_add_days(Days::new(LONGEST_SNOOZE_DAYS)).is_none_or(|latest| until > latest) {
        errors.add("snoozed_until", format!("must lie within {LONGEST_SNOOZE_DAYS} days"));
    }
    if change.archived == Some(true) {
        errors.add("archived", "what is snoozed comes back, so it cannot be archived as well");
    }
    if change.is_read == Some(true) {
        errors.add("is_read", "what is snoozed comes back unread, so it cannot be read as well");
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn later(hours: i64) -> DateTime<Utc> {
        NOW + TimeDelta::hours(hours)
    }

    fn snooze(until: DateTime<Utc>) -> Change {
        Change { snoozed_until: Some(Some(until)), ..Change::default() }
    }

    #[test]
    fn what_is_so_already_keeps_its_time() {
        let done = Place { read_at: Some(NOW), archived_at: Some(NOW), snoozed_until: None };
        let again = Change { is_read: Some(true), archived: Some(true), ..Change::default() };
        assert_eq!(done.after(&again, later(1)), Ok(done));
        assert_eq!(done.after(&Change::default(), later(1)), Ok(done));
    }

    #[test]
    fn snoozing_takes_it_out_of_the_archive_and_makes_it_unread() {
        let done = Place { read_at: Some(NOW), archived_at: Some(NOW), snoozed_until: None };
        let away = Place { snoozed_until: Some(later(5)), ..Place::default() };
        assert_eq!(done.after(&snooze(later(5)), later(1)), Ok(away));
        let back = Change { snoozed_until: Some(None), ..Change::default() };
        assert_eq!(away.after(&back, later(2)), Ok(Place::default()));
    }

    #[test]
    fn reading_or_archiving_ends_a_snooze() {
        let away = Place { snoozed_until: Some(later(5)), ..Place::default() };
        let read = away.after(&Change { is_read: Some(true), ..Change::default() }, NOW);
        assert_eq!(read, Ok(Place { read_at: Some(NOW), ..Place::default() }));
        let archived = away.after(&Change { archived: Some(true), ..Change::default() }, NOW);
        assert_eq!(archived, Ok(Place { archived_at: Some(NOW), ..Place::default() }));
        let unread = away.after(&Change { is_read: Some(false), ..Change::default() }, NOW);
        assert_eq!(unread, Ok(away));
    }

    #[test]
    fn a_time_that_is_past_or_too_far_and_contradictions_are_all_told() {
        assert!(Place::default().after(&snooze(NOW), NOW).is_err());
        assert!(Place::default().after(&snooze(later(366 * 24)), NOW).is_ok());
        assert!(Place::default().after(&snooze(later(366 * 24 + 1)), NOW).is_err());
        let all = Change { is_read: Some(true), archived: Some(true), ..snooze(NOW) };
        let errors = Place::default().after(&all, NOW).expect_err("three faults");
        assert_eq!(errors.names(), "archived, is_read, snoozed_until");
    }
}
