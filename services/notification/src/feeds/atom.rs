//! Pure: my notifications as an Atom feed. The same notifications are the same bytes.

use atom_syndication::{Content, Entry, Feed, Generator, Link, Person, Text};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Links;
use crate::notifications::model::Notification;

/// The feed of these notifications, the newest first; `made` is the time of an empty one.
pub fn feed(id: Uuid, made: DateTime<Utc>, rows: &[Notification], links: &Links) -> String {
    Feed {
        title: Text::plain("Docket"),
        id: format!("urn:uuid:{id}"),
        updated: rows.first().map_or(made, |row| row.created_at).fixed_offset(),
        authors: vec![Person { name: "Docket".to_owned(), ..Person::default() }],
        generator: Some(Generator { value: "Docket".to_owned(), ..Generator::default() }),
        links: vec![link(links.page())],
        entries: rows.iter().map(|row| entry(row, links)).collect(),
        ..Feed::default()
    }
    .to_string()
}

fn entry(row: &Notification, links: &Links) -> Entry {
    Entry {
        title: Text::plain(readable(&row.message)),
        id: format!("urn:uuid:{}", row.id),
        updated: row.created_at.fixed_offset(),
        published: Some(row.created_at.fixed_offset()),
        authors: vec![Person {
            name: readable(row.actor_email.as_deref().unwrap_or("Docket")),
            ..Person::default()
        }],
        categories: vec![atom_syndication::Category {
            term: row.kind.as_str().to_owned(),
            ..Default::default()
        }],
        links: vec![link(row.task_id.map_or_else(|| links.page(), |task| links.task(task)))],
        content: Some(Content {
            value: Some(readable(&row.message)),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

fn link(href: String) -> Link {
    Link { href, rel: "alternate".to_owned(), ..Link::default() }
}

/// Without what XML cannot hold.
fn readable(text: &str) -> String {
    let fits =
        |c: &char| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::kind::Kind;

    #[test]
    fn an_entry_is_told_by_its_id_and_markup_is_text() {
        let row = Notification {
            id: Uuid::from_u128(5),
            message: "ada@x.org assigned you “<b> & \u{ffff}co”.".to_owned(),
            actor_email: Some("ada@x.org".to_owned()),
            user_id: Uuid::nil(),
            position: 1,
            kind: Kind::Assigned,
            task_id: None,
            task_title: None,
            created_at: DateTime::UNIX_EPOCH,
            read_at: None,
            archived_at: None,
            snoozed_until: None,
        };
        let text =
            feed(Uuid::from_u128(1), DateTime::UNIX_EPOCH, &[row], &Links::new("https://docket.example.org"));
        let read: Feed = text.parse().expect("Atom");
        assert_eq!(read.entries[0].id, "urn:uuid:00000000-0000-0000-0000-000000000005");
        assert_eq!(read.entries[0].title.value, "ada@x.org assigned you “<b> & co”.");
        assert_eq!(read.entries[0].categories[0].term, "assigned");
        assert!(!text.contains("<b>"));
    }
}
