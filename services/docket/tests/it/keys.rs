//! Signing keys: rotated without an outage, sealed where they lie, and known to a service that starts on its own.

use clap::Parser as _;
use diesel::{QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query};
use testkit::Client;
use user_service::{
    keys::rotate::{Rotation, rotate},
    passwords::pepper::Peppers,
    sealing::Sealer,
};

use crate::world::{ADMIN, PEPPER, World, sign_in};

const PATHS: [&str; 3] = ["/api/users/me/", "/api/tasks/", "/api/notifications/"];

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// Which key signed a client's access token.
fn kid(client: &Client) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(client.token().unwrap().split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// Rotates as the command does, on the database.
fn rotated(world: &World, now_or_never: bool) -> Rotation {
    let sealer = Sealer::new(Peppers::new(PEPPER, &[]));
    tokio::task::block_in_place(|| rotate(&mut world.database.connect("user"), &sealer, now_or_never))
        .unwrap()
}

async fn works_everywhere(client: &Client) {
    for path in PATHS {
        client.get(path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_is_no_outage() {
    let world = World::start().await;
    let before = sign_in(&world.anyone, ADMIN).await;
    works_everywhere(&before).await;
    assert!(
        matches!(rotated(&world, false), Rotation::TooEarly(_)),
        "the next key is not known everywhere yet"
    );
    let aged = "UPDATE signing_keys SET published_at = published_at - interval '1 hour'";
    tokio::task::block_in_place(|| world.database.connect("user").batch_execute(aged)).unwrap();
    let Rotation::Done(next) = rotated(&world, false) else { panic!("it is old enough") };

    // All the while what the former key signed is good, and what the new one signs is so at once.
    let after = testkit::eventually("the new key to sign", async || {
        works_everywhere(&before).await;
        let after = sign_in(&world.anyone, ADMIN).await;
        works_everywhere(&after).await;
        (kid(&after) == next).then_some(after)
    })
    .await;
    assert_ne!(kid(&after), kid(&before));
    works_everywhere(&before).await;
    let published = world.anyone.get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(published.json["keys"].as_array().unwrap().len(), 3, "former, present, next");

    // A key that others may have is forgotten.
    rotated(&world, true);
    testkit::eventually("what it signed to be void", async || {
        (after.get("/api/users/me/").await.status == 401).then_some(())
    })
    .await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_database_signs_nothing() {
    let world = World::start().await;
    let query = "SELECT encode(private_der, 'hex') AS text FROM signing_keys";
    let mut conn = world.database.connect("user");
    let rows: Vec<Text> = tokio::task::block_in_place(|| sql_query(query).load(&mut conn)).unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        // The mark of an Ed25519 private key (RFC 8410) would stand before its seed.
        assert!(row.text.len() > 2 * 48 && !row.text.contains("06032b6570"), "{}", row.text);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_starts_while_the_user_service_is_down_verifies_tokens() {
    let mut world = World::start().await;
    let ann = world.person().await;
    ann.get("/api/tasks/").await.expect(200);
    world.settled().await;
    let mut conn = world.database.connect("task");
    let query = "SELECT url AS text FROM known_keys";
    let known: Text = tokio::task::block_in_place(|| sql_query(query).get_result(&mut conn)).unwrap();
    let users = known.text.strip_suffix("/.well-known/jwks.json").unwrap();
    world.system.stop_user_service().await;
    world.system.stop_task_service().await;

    let line = [
        "task-service",
        "--database-url",
        world.database.url(),
        "--cursor-secret=cursor",
        "--listen=127.0.0.1:0",
        "--ops-listen=127.0.0.1:0",
        "--broker=postgres",
        "--bus-prefix=alone.",
        "--user-service-url",
        users,
    ];
    let alone = task_service::command::CommandLine::parse_from(line).config;
    let alone = task_service::start(alone).await.unwrap();
    let client = Client::new(&format!("http://{}", alone.address)).with_token(ann.token().unwrap());
    client.get("/api/tasks/").await.expect(200);
    let stranger = Client::new(&format!("http://{}", alone.address)).with_token("x");
    stranger.get("/api/tasks/").await.expect(401);
    alone.stop(std::time::Duration::ZERO).await;
    world.end().await;
}
