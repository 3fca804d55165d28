//! Pure: how a stream's events look on the wire (`text/event-stream`).

use actix_web::web::Bytes;

use crate::notifications::{model::Notification, views::NotificationView};

/// Milliseconds after which a client that lost its stream asks for it again.
const RETRY_MS: u32 = 2_000;

/// Sent when nothing else is, so that both sides notice a dead connection.
#[must_use]
pub fn heartbeat() -> Bytes {
    Bytes::from_static(b": still here\n\n")
}

/// The first event: the count, and when to come back. (Said by itself, that would be an empty event to some clients.)
#[must_use]
pub fn opening(count: i64) -> Bytes {
    Bytes::from(format!("retry: {RETRY_MS}\nevent: unread\ndata: {{\"unread\": {count}}}\n\n"))
}

/// A new notification. Its id is the event's, so that a client can go on after it.
///
/// # Errors
/// When the view does not serialise.
pub fn notification(row: Notification) -> Result<Bytes, serde_json::Error> {
    let view = NotificationView::from(row);
    // JSON as it is written here has no line breaks.
    let data = serde_json::to_string(&view)?;
    Ok(Bytes::from(format!("id: {}\nevent: notification\ndata: {data}\n\n", view.id)))
}

/// A new number of unread notifications.
#[must_use]
pub fn unread(count: i64) -> Bytes {
    Bytes::from(format!("event: unread\ndata: {{\"unread\": {count}}}\n\n"))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::notifications::kind::Kind;

    #[test]
    fn an_event_is_a_few_lines_and_an_empty_one() {
        let row = Notification {
            id: Uuid::from_u128(5),
            user_id: Uuid::nil(),
            position: 1,
            kind: Kind::Assigned,
            task_id: None,
            task_title: Some("two\nlines".to_owned()),
            message: "“two\nlines”".to_owned(),
            actor_email: None,
            created_at: DateTime::UNIX_EPOCH,
            read_at: None,
            archived_at: None,
            snoozed_until: None,
        };
        let frame = notification(row).expect("JSON");
        let text = std::str::from_utf8(&frame).expect("UTF-8");
        let lines: Vec<_> = text.split('\n').collect();
        assert_eq!(lines[0], "id: 00000000-0000-0000-0000-000000000005");
        assert_eq!(lines[1], "event: notification");
        let data = lines[2].strip_prefix("data: ").expect("data");
        let json: serde_json::Value = serde_json::from_str(data).expect("JSON in one line");
        assert_eq!(json["task_title"], "two\nlines");
        assert_eq!(lines[3..], ["", ""]);
    }

    #[test]
    fn a_count_has_no_id_so_that_it_is_not_gone_on_after() {
        assert_eq!(unread(3), "event: unread\ndata: {\"unread\": 3}\n\n");
        assert!(heartbeat().starts_with(b":"));
        assert_eq!(opening(3), [b"retry: 2000\n", &unread(3)[..]].concat());
    }
}
