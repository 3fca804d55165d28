//! The process dies at every point of the delivery protocol, and afterwards everything was told exactly once.
//!
//! A child runs the whole system with fail points compiled in; one of them is armed, and the process aborts where it is
//! reached. The next child finds what that left. The clients do what clients do: they say again, with the same
//! `Idempotency-Key`, what was not answered.
//!
//! Each point is tried once; `FAILPOINT_ROUNDS=100` tries each a hundred times.

mod child;
mod points;
mod rounds;

use rounds::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn told_once_wherever_the_process_dies_on_the_postgres_bus() {
    Stage::open(None).await.die_everywhere(points::ON_POSTGRES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn told_once_wherever_the_process_dies_on_rabbitmq() {
    let url = tokio::task::spawn_blocking(testkit::rabbitmq).await.unwrap();
    if let Some(url) = url {
        Stage::open(Some(url.to_owned())).await.die_everywhere(points::ON_RABBITMQ).await;
    }
}
