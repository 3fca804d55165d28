//! The delivery log: both channels in one list, a page at a time.

use diesel::PgConnection;
use notification_service::deliveries::{
    model::Channel,
    queries::{self, NEWEST_FIRST},
    requests::ListDeliveriesQuery,
};
use service_kit::http::Cursor;
use uuid::Uuid;

use crate::store::{ANN, BOB, Store};

const EACH: u128 = 30;
const PAGE: usize = 7;

/// Ann's mails and Bob's deliveries of a webhook, now three of the ones and now two of the others.
fn fill(store: &Store) {
    store.execute(&format!(
        "INSERT INTO webhooks (id, user_id, scope, url, description, event_types, secret, status, version) \
         VALUES ('{BOB}', '{BOB}', 'own', 'https://bob.example/', '', '{{}}', 'x', 'enabled', 1)"
    ));
    for number in 0..EACH {
        let mail = Uuid::from_u128(100 + number / 3 * 10 + number % 3);
        let webhook = Uuid::from_u128(105 + number / 2 * 10 + number % 2);
        store.execute(&format!(
            "INSERT INTO mails (id, event_id, user_id, type, subject, body, address) \
             VALUES ('{mail}', '{mail}', '{ANN}', 'assigned', 'A mail', '', 'ann@example.org'); \
             INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, payload) \
             VALUES ('{webhook}', '{BOB}', '{webhook}', 'task.assigned', '{{}}')"
        ));
    }
}

/// Page by page from the first, or from the last, until there are no more; in the order in which they were read.
fn read(conn: &mut PgConnection, query: &ListDeliveriesQuery, backward: bool) -> Vec<Uuid> {
    let start = if backward { Uuid::nil() } else { Uuid::max() };
    let mut from = Cursor { ordering: NEWEST_FIRST.to_owned(), key: None, id: start, backward };
    let mut all = Vec::new();
    loop {
        let rows = queries::list(conn, query, PAGE as i64, Some(&from)).unwrap();
        let more = rows.len() > PAGE;
        all.extend(rows.iter().take(PAGE).map(|row| row.id));
        if !more {
            return all;
        }
        from.id = rows[PAGE - 1].id;
    }
}

#[tokio::test]
async fn pages_of_the_log_put_together_are_the_log_of_both_channels() {
    let store = Store::open().await;
    fill(&store);
    let mut conn = store.connect();
    let whole = queries::list(&mut conn, &ListDeliveriesQuery::default(), 100, None).unwrap();
    assert_eq!(whole.len() as u128, 2 * EACH);
    assert!(whole.is_sorted_by(|one, next| one.id > next.id));
    for row in &whole {
        let one = queries::find(&mut conn, row.id).unwrap().unwrap();
        assert_eq!(format!("{row:?}"), format!("{one:?}"), "the list and the delivery by itself differ");
    }
    let ids: Vec<Uuid> = whole.iter().map(|row| row.id).collect();
    assert_eq!(read(&mut conn, &ListDeliveriesQuery::default(), false), ids);
    let reversed: Vec<Uuid> = ids.iter().rev().copied().collect();
    assert_eq!(read(&mut conn, &ListDeliveriesQuery::default(), true), reversed);
}

#[tokio::test]
async fn each_filter_of_the_log_holds_for_both_channels() {
    let store = Store::open().await;
    fill(&store);
    let mut conn = store.connect();
    let (email, webhook) = (Some(Channel::Email), Some(Channel::Webhook));
    let by = |channel, user, kind: Option<&str>| ListDeliveriesQuery {
        channel,
        user,
        r#type: kind.map(str::to_owned),
        ..ListDeliveriesQuery::default()
    };
    for (query, wanted) in [
        (by(email, None, None), email),
        (by(webhook, None, None), webhook),
        (by(None, Some(ANN), None), email),
        (by(None, Some(BOB), None), webhook),
        (by(None, None, Some("assigned")), email),
        (by(None, None, Some("task.assigned")), webhook),
    ] {
        let rows = queries::list(&mut conn, &query, 100, None).unwrap();
        assert_eq!(rows.len() as u128, EACH, "{query:?}");
        assert!(rows.iter().all(|row| Some(row.channel) == wanted), "{query:?}");
        assert_eq!(read(&mut conn, &query, false).len() as u128, EACH);
        assert_eq!(queries::count(&mut conn, &query).unwrap() as u128, EACH);
    }
    assert!(queries::list(&mut conn, &by(email, Some(BOB), None), 100, None).unwrap().is_empty());
}
