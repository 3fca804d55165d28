//! Guessing is slowed down, and nobody is locked out by it.

use serde_json::json;
use testkit::{Answer, Client};
use user_service::{
    error::Error,
    throttle::windows::{self, Action},
};

use crate::world::{PASSWORD, World, login};

/// Guesses at an account's password until that is held up.
async fn guess_until_held_up(client: &Client, email: &str) -> Answer {
    for _ in 0..20 {
        let answer = login(client, email, "a wrong guess").await;
        if answer.status == 429 {
            return answer;
        }
        answer.expect(401);
    }
    panic!("nothing holds guesses up");
}

/// The same client with the cookie of a login's answer.
fn on_device(client: &Client, login: &Answer) -> Client {
    let cookie = login.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("docket_device="), "{cookie}");
    client.with_header("Cookie", &cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_guesses_hold_up_neither_a_known_device_nor_the_owner_elsewhere() {
    let world = World::start().await;
    let ann = world.person().await;
    let elsewhere = world.anyone.at([127, 0, 0, 77].into());
    let first = login(&world.anyone, &ann.email, PASSWORD).await.expect(200);
    let device = on_device(&world.anyone, &first);

    let held = guess_until_held_up(&world.anyone, &ann.email).await;
    let seconds: u32 = held.header("retry-after").parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
    // Even the right password waits, or it could be told from wrong ones.
    login(&world.anyone, &ann.email, PASSWORD).await.expect(429);
    // From the same address: the device of the earlier login, by its cookie, and a program, by its refresh token.
    login(&device, &ann.email, PASSWORD).await.expect(200);
    let body = json!({"email": ann.email, "password": PASSWORD, "refresh": ann.refresh});
    world.anyone.post("/api/users/login/", body).await.expect(200);
    login(&elsewhere, &ann.email, PASSWORD).await.expect(200);
    // And who is signed in may prove their password.
    let change = json!({"current_password": PASSWORD, "email": "ann@elsewhere.example"});
    ann.patch("/api/users/me/", change).await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn being_known_is_for_one_account_and_no_licence_to_guess() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let device = on_device(&world.anyone, &login(&world.anyone, &ann.email, PASSWORD).await.expect(200));
    // A device's own failures count for it.
    guess_until_held_up(&device, &ann.email).await;
    login(&device, &ann.email, PASSWORD).await.expect(429);
    // Neither Ann's cookie nor her refresh token helps with Bob's account.
    guess_until_held_up(&world.anyone, &bob.email).await;
    login(&device, &bob.email, PASSWORD).await.expect(429);
    let body = json!({"email": bob.email, "password": PASSWORD, "refresh": ann.refresh});
    world.anyone.post("/api/users/login/", body).await.expect(429);
    // Nor does a session that is over.
    bob.post("/api/users/logout/", json!({"refresh": bob.refresh})).await.expect(204);
    let body = json!({"email": bob.email, "password": PASSWORD, "refresh": bob.refresh});
    world.anyone.post("/api/users/login/", body).await.expect(429);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_from_account_to_account_is_held_up_too() {
    let world = World::start().await;
    let mut conn = world.database.connect("user");
    tokio::task::block_in_place(|| {
        for action in [Action::LoginFailure, Action::Registration, Action::Reset] {
            for _ in 0..3 {
                windows::take(&mut conn, action, "192.0.2.1", 3).unwrap();
            }
            let refused = windows::take(&mut conn, action, "192.0.2.1", 3);
            assert!(matches!(refused, Err(Error::Throttled { seconds: 1.. })), "{refused:?}");
            windows::take(&mut conn, action, "192.0.2.2", 3).unwrap();
            windows::give_back(&mut conn, action, "192.0.2.1").unwrap();
            windows::take(&mut conn, action, "192.0.2.1", 3).unwrap();
        }
    });
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resets_are_throttled_per_client() {
    let world = World::start().await;
    let ask = async |client: &Client| {
        client.post("/api/users/password-reset/", json!({"email": "nobody@example.org"})).await
    };
    let mut asked = 0;
    let held = loop {
        let answer = ask(&world.anyone).await;
        if answer.status == 429 {
            break answer;
        }
        answer.expect(202);
        asked += 1;
    };
    assert_eq!(asked, 120);
    assert!(held.header("retry-after").parse::<u32>().unwrap() > 3_000);
    ask(&world.anyone.at([127, 0, 0, 78].into())).await.expect(202);
    world.end().await;
}
