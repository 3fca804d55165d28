//! Pure: my tasks as iCalendar. A task is a to-do; one with a due date is an event as well, because many calendars show
//! nothing else. The same tasks are the same bytes.

use chrono::{DateTime, NaiveDate, SubsecRound as _, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use icalendar::{Calendar, Component as _, Event, EventLike as _, Property, Todo, TodoStatus};

use super::{Links, model::Entry};

/// How often calendars should come again.
const REFRESH: &str = "PT15M";

/// The calendar of somebody who lives in `zone`.
pub fn calendar(entries: &[Entry], zone: Tz, links: &Links) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Docket//Tasks//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-WR-CALNAME", "Docket"),
        ("X-PUBLISHED-TTL", REFRESH),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    let mut refresh = Property::new("REFRESH-INTERVAL", REFRESH);
    calendar.append_property(refresh.add_parameter("VALUE", "DURATION").done());
    for entry in entries {
        calendar.push(todo(entry, links));
        if let Some(due) = entry.due_date.filter(|_| entry.status != "completed") {
            calendar.push(event(entry, due, zone, links));
        }
    }
    calendar.to_string()
}

fn todo(entry: &Entry, links: &Links) -> Todo {
    let changed = entry.changed_at.trunc_subsecs(0);
    let mut todo = Todo::with_uid(&format!("{}.todo@docket", entry.id));
    todo.summary(&readable(&entry.title))
        .timestamp(changed)
        .last_modified(changed)
        .sequence(sequence(entry))
        .url(&links.task(entry.id));
    match entry.status.as_str() {
        "completed" => todo.status(TodoStatus::Completed).completed(changed).percent_complete(100),
        "in-progress" => todo.status(TodoStatus::InProcess),
        _ => todo.status(TodoStatus::NeedsAction),
    };
    if let Some(due) = entry.due_date {
        todo.due(due);
    }
    todo.done()
}

/// A due date that is the end of a day is that day; any other is an instant, which is the same everywhere.
fn event(entry: &Entry, due: DateTime<Utc>, zone: Tz, links: &Links) -> Event {
    let changed = entry.changed_at.trunc_subsecs(0);
    let mut event = Event::with_uid(&format!("{}.due@docket", entry.id));
    event
        .summary(&readable(&entry.title))
        .timestamp(changed)
        .last_modified(changed)
        .sequence(sequence(entry))
        .url(&links.task(entry.id))
        // It takes nobody's time.
        .append_property(Property::new("TRANSP", "TRANSPARENT"));
    match end_of_day(due, zone) {
        Some(day) => event.starts(day).ends(day + TimeDelta::days(1)),
        // Without an end: it has no length, and an end that is no later than the start is none (RFC 5545, 3.8.2.2).
        None => event.starts(due),
    };
    event.done()
}

fn end_of_day(due: DateTime<Utc>, zone: Tz) -> Option<NaiveDate> {
    let local = due.with_timezone(&zone);
    let is_end = (local.hour(), local.minute(), local.second()) == (23, 59, 59);
    is_end.then(|| local.date_naive())
}

fn sequence(entry: &Entry) -> u32 {
    u32::try_from(entry.sequence).unwrap_or(u32::MAX)
}

/// One line of text without controls.
fn readable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn entry(due: Option<&str>) -> Entry {
        Entry {
            id: Uuid::from_u128(5),
            title: "Write; the, \\report\\ — über alles, and long enough that its line has to be folded somewhere".to_owned(),
            due_date: due.map(|due| due.parse().expect("a time")),
            status: "in-progress".to_owned(),
            sequence: 3,
            changed_at: DateTime::UNIX_EPOCH,
        }
    }

    fn lines(due: Option<&str>, zone: Tz) -> Vec<String> {
        let text = calendar(&[entry(due)], zone, &Links::new("https://docket.example.org/"));
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_task_is_a_todo_and_with_a_due_date_an_event() {
        let undated = lines(None, Tz::UTC);
        for line in [
            "BEGIN:VTODO",
            "STATUS:IN-PROCESS",
            "SEQUENCE:3",
            "DTSTAMP:19700101T000000Z",
            "UID:00000000-0000-0000-0000-000000000005.todo@docket",
            "URL:https://docket.example.org/?task=00000000-0000-0000-0000-000000000005",
        ] {
            assert!(undated.iter().any(|known| known == line), "{line} in {undated:?}");
        }
        assert!(undated.iter().any(|line| line.starts_with("SUMMARY:Write\\; the\\, \\\\report\\\\ — über")));
        assert!(!undated.iter().any(|line| line == "BEGIN:VEVENT"));
        let dated = lines(Some("2026-11-25T10:00:00Z"), Tz::Europe__Berlin);
        for line in ["DUE:20261125T100000Z", "DTSTART:20261125T100000Z"] {
            assert!(dated.iter().any(|known| known == line), "{line} in {dated:?}");
        }
        assert!(!dated.iter().any(|line| line.starts_with("DTEND")), "an instant has no end after its start");
    }

    #[test]
    fn the_end_of_a_day_where_they_live_is_that_day() {
        let berlin = lines(Some("2026-07-01T21:59:59Z"), Tz::Europe__Berlin);
        for line in ["DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260702", "DUE:20260701T215959Z"] {
            assert!(berlin.iter().any(|known| known == line), "{line} in {berlin:?}");
        }
        assert!(
            lines(Some("2026-07-01T21:59:59Z"), Tz::UTC)
                .iter()
                .any(|line| line == "DTSTART:20260701T215959Z")
        );
    }
}
