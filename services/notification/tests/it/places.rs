//! Places: a user's notifications become visible in the order of their positions, whoever writes them.

use events::RoutingKey;
use notification_service::notifications::{operations, queries};
use service_kit::http::IfMatch;

use crate::store::{ANN, Store, event, task};

#[tokio::test(flavor = "multi_thread")]
async fn positions_have_no_holes_and_follow_time_though_many_write_at_once() {
    let store = Store::open().await;
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..25 {
                    store.hear(&event(RoutingKey::TaskAssigned, &task(writer * 100 + number), None)).unwrap();
                }
            });
        }
    });
    let told = store.told(ANN);
    assert_eq!(told.iter().map(|row| row.position).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    assert!(told.is_sorted_by_key(|row| row.created_at));
    assert_eq!(queries::latest_position(&mut store.connect(), ANN).unwrap(), 100);
}

#[tokio::test]
async fn a_deleted_one_still_has_its_place_and_never_comes_back() {
    let store = Store::open().await;
    let first = event(RoutingKey::TaskAssigned, &task(1), None);
    store.hear(&first).unwrap();
    store.hear(&event(RoutingKey::TaskAssigned, &task(2), None)).unwrap();
    let id = store.told(ANN)[0].id;
    let conn = &mut store.connect();
    operations::remove(conn, ANN, id, &IfMatch::absent()).unwrap();
    store.hear(&first).unwrap();
    assert_eq!(store.told(ANN).len(), 1);
    assert_eq!(queries::position_of(conn, ANN, id).unwrap(), Some(1));
    assert_eq!(queries::after(conn, ANN, 1, 100).unwrap().len(), 1);
    assert!(operations::remove(conn, ANN, id, &IfMatch::absent()).is_err());
}

#[tokio::test]
async fn of_more_than_was_asked_for_the_latest_are_read_oldest_first() {
    let store = Store::open().await;
    for number in 1..=5 {
        store.hear(&event(RoutingKey::TaskAssigned, &task(number), None)).unwrap();
    }
    let rows = queries::after(&mut store.connect(), ANN, 1, 2).unwrap();
    assert_eq!(rows.iter().map(|row| row.position).collect::<Vec<_>>(), [4, 5]);
}
