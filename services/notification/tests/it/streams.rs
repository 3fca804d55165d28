//! The hub: what is committed reaches the open streams, in order and without a gap.

use events::RoutingKey;
use notification_service::stream::Hub;

use crate::store::{ANN, Store, event, task};

#[tokio::test]
async fn a_stream_is_told_what_came_after_its_place_once() {
    let store = Store::open().await;
    let hub = Hub::new(store.db.clone());
    for number in 1..=3 {
        store.hear(&event(RoutingKey::TaskAssigned, &task(number), None)).unwrap();
    }
    let mut stream = hub.join(ANN, false, 1, 0);
    assert!(!hub.step().await.unwrap());
    let mut heard = Vec::new();
    while let Ok(event) = stream.try_recv() {
        heard.push(String::from_utf8(event.to_vec()).unwrap());
    }
    assert_eq!(heard.len(), 3, "{heard:?}");
    assert!(heard[0].contains("Task 2") && heard[1].contains("Task 3"), "{heard:?}");
    assert_eq!(heard[2], "event: unread\ndata: {\"unread\": 3}\n\n");
    hub.all_changed();
    hub.step().await.unwrap();
    assert!(stream.try_recv().is_err());
}

#[tokio::test]
async fn the_oldest_of_too_many_streams_of_one_user_ends() {
    let store = Store::open().await;
    let hub = Hub::new(store.db.clone());
    let mut streams: Vec<_> = (0..21).map(|_| hub.join(ANN, false, 0, 0)).collect();
    assert_eq!(hub.count(), 20);
    assert!(streams.remove(0).recv().await.is_none());
    drop(streams);
    hub.all_changed();
    assert_eq!(hub.count(), 0);
}
