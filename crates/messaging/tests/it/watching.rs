//! What the metrics tell of a service that is behind.

use events::RoutingKey;
use messaging::Watch;
use metrics_exporter_prometheus::PrometheusBuilder;
use uuid::Uuid;

use crate::world::{World, event, eventually, messages, over_both_buses, take, tasks};

over_both_buses!(the_metrics_tell_how_far_behind_a_service_is);

async fn the_metrics_tell_how_far_behind_a_service_is(world: World) {
    let events: Vec<_> =
        (1..=3).map(|number| event(RoutingKey::TaskCreated, Uuid::new_v4(), number)).collect();
    world.append(&events).await;
    world.execute("UPDATE outbox SET created_at = now() - interval '1 hour' WHERE id = 1").await;
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    world.publish(&messages(1..=2)).await;
    let mut deliveries = take(&mut subscription, 2).await;
    subscription.dead_letter(deliveries.remove(0), "no").await.unwrap();
    drop(subscription);
    eventually("the other one is back", async || world.bus.depth("it.tasks").await.unwrap() == 1).await;

    // A bus of its own: its connection ends with the thread that looks.
    let watch = Watch::new(world.another_bus().await).outbox(world.db.clone(), "it").queue("it.tasks");
    let told = told(watch).await;
    assert_eq!(number(&told, "outbox_unsent_events{service=\"it\"}"), 3.0);
    let age = number(&told, "outbox_oldest_unsent_age_seconds{service=\"it\"}");
    assert!((3600.0..3700.0).contains(&age), "{age}");
    assert_eq!(number(&told, "queue_messages{queue=\"it.tasks\"}"), 1.0);
    assert_eq!(number(&told, "queue_dead_letters{queue=\"it.tasks\"}"), 1.0);
    world.remove(&["it.tasks"]).await;
}

/// What one look tells, in a registry of its own.
async fn told(watch: Watch) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // A local recorder belongs to a thread, so the look must stay on one.
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        metrics::with_local_recorder(&recorder, || runtime.block_on(watch.step())).unwrap();
    })
    .await
    .unwrap();
    handle.render()
}

fn number(told: &str, series: &str) -> f64 {
    let line = told.lines().find_map(|line| line.strip_prefix(series));
    line.unwrap_or_else(|| panic!("no {series} in\n{told}")).trim().parse().unwrap()
}
