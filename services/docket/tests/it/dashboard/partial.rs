//! A peer that is down, hung, slow or failing: the dashboard answers in time, without its part and with all others, and
//! the peer is spared.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use clap::Parser as _;
use futures_util::future::join_all;
use serde_json::{Value, json};
use service_kit::server::RunningService;
use testkit::{Client, Mood, Peer};

use crate::world::{Person, World};

const SICK: [Mood; 4] = [Mood::HangsUp, Mood::Hung, Mood::Drips, Mood::Fails];
const IN_TIME: Duration = Duration::from_millis(2_200);
/// Calls while a peer is sick, some at a time.
const CALLS: usize = 60;
const AT_A_TIME: usize = 10;

/// One more replica of the notification service, which reaches the others through peers.
struct Replica {
    service: RunningService,
    user: Peer,
    task: Peer,
}

impl Replica {
    /// On the database of `world`, whose gateway stands behind both peers.
    async fn beside(world: &World) -> Self {
        let behind: SocketAddr = world.system.address();
        let (user, task) = (Peer::before(behind).await, Peer::before(behind).await);
        let (user_url, task_url) = (format!("http://{}", user.address), format!("http://{}", task.address));
        let config = notification_service::Config::parse_from([
            "it",
            "--database-url",
            world.database.url(),
            "--cursor-secret",
            "cursor",
            "--listen",
            "127.0.0.1:0",
            "--ops-listen",
            "127.0.0.1:0",
            "--broker",
            "postgres",
            "--bus-prefix",
            "replica.",
            "--user-service-url",
            &user_url,
            "--task-service-url",
            &task_url,
        ]);
        Self { service: notification_service::start(config).await.unwrap(), user, task }
    }

    /// The same person, at this replica.
    fn serves(&self, person: &Person) -> Client {
        Client::new(&format!("http://{}", self.service.address)).with_token(person.token().unwrap())
    }
}

/// Asked once, in time.
async fn look(client: &Client) -> Value {
    let began = Instant::now();
    let board = client.get("/api/users/dashboard/").await.expect(200).json;
    let took = began.elapsed();
    assert!(took < IN_TIME, "{took:?}");
    board
}

fn sections(user: &str, tasks: &str) -> Value {
    json!({"user": user, "tasks": tasks, "notifications": "ok"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sick_task_service_leaves_its_part_out_and_is_spared() {
    let world = World::start().await;
    let ann = world.person().await;
    world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    ann.told_eventually(1).await;
    for mood in SICK {
        // A new replica has a new breaker.
        let replica = Replica::beside(&world).await;
        let client = replica.serves(&ann);
        assert_eq!(look(&client).await["sections"], sections("ok", "ok"), "{mood:?}");
        replica.task.becomes(mood);
        for _ in 0..CALLS / AT_A_TIME {
            for board in join_all((0..AT_A_TIME).map(|_| look(&client))).await {
                assert_eq!(board["sections"], sections("ok", "unavailable"), "{mood:?}");
                assert_eq!(board["user"]["email"], ann.email.as_str(), "{mood:?}");
                assert_eq!(board["unread_notifications_count"], 1, "{mood:?}");
                assert_eq!((&board["tasks"], &board["tasks_by_status"]), (&json!(null), &json!(null)));
            }
        }
        // The first callers and their second tries; then the breaker is open, and there is one probe in 5 s.
        let asked = replica.task.asked();
        assert!((5..=2 * AT_A_TIME).contains(&asked), "{mood:?}: asked {asked} times");
        replica.service.stop(Duration::ZERO).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sick_user_service_leaves_its_part_out_and_is_spared() {
    let world = World::start().await;
    let ann = world.person().await;
    world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    ann.told_eventually(1).await;
    for mood in SICK {
        let replica = Replica::beside(&world).await;
        let client = replica.serves(&ann);
        // It fetches the keys of tokens now.
        assert_eq!(look(&client).await["sections"], sections("ok", "ok"), "{mood:?}");
        replica.user.becomes(mood);
        for board in join_all((0..AT_A_TIME).map(|_| look(&client))).await {
            assert_eq!(board["sections"], sections("unavailable", "ok"), "{mood:?}");
            assert_eq!(board["user"], json!(null), "{mood:?}");
            assert_eq!(board["tasks"][0]["title"], "T", "{mood:?}");
        }
        replica.service.stop(Duration::ZERO).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_is_well_again_is_asked_again() {
    let world = World::start().await;
    let ann = world.person().await;
    let replica = Replica::beside(&world).await;
    let client = replica.serves(&ann);
    look(&client).await;
    replica.task.becomes(Mood::Fails);
    join_all((0..AT_A_TIME).map(|_| look(&client))).await;
    replica.task.becomes(Mood::Healthy);
    testkit::eventually("the task service's part to be back", async || {
        (look(&client).await["sections"] == sections("ok", "ok")).then_some(())
    })
    .await;
    replica.service.stop(Duration::ZERO).await;
    world.end().await;
}
