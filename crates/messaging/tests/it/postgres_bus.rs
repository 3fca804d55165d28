//! What only the Postgres bus has: leases, and tables that it makes itself.

use diesel::{Connection, PgConnection};
use messaging::bus::postgres::install;

use crate::world::{World, messages, sequence, take, tasks};

#[test]
fn eight_processes_may_install_it_at_once() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::on_postgres());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| install(&mut PgConnection::establish(&world.url).unwrap()).unwrap());
        }
    });
    install(&mut PgConnection::establish(&world.url).unwrap()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_consumer_leaves_no_lease_behind() {
    let world = World::on_postgres().await;
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    world.publish(&messages(1..=4)).await;
    let held = take(&mut subscription, 3).await;
    assert_eq!(world.kill_connections("docket consumer of %").await, 1);
    // An acknowledgement cannot slip through on a connection that has not got the lock.
    assert!(subscription.ack(&held).await.is_err());
    let again = loop {
        if let Ok(deliveries) = subscription.next(10).await {
            break deliveries;
        }
    };
    assert_eq!(again.iter().map(sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(
        again.iter().map(|delivery| delivery.redelivered).collect::<Vec<_>>(),
        [true, true, true, false]
    );
    subscription.ack(&again).await.unwrap();
    assert_eq!(world.bus.depth("it.tasks").await.unwrap(), 0);
}
