//! Races around accounts that must have exactly one winner. `RACE_ROUNDS=200 cargo test -p docket account_races` runs each
//! of them as often; without it five rounds do.

use std::collections::HashSet;

use diesel::connection::SimpleConnection as _;
use futures_util::future::join_all;
use serde_json::json;
use user_service::{bootstrap, passwords::secret::Secret};

use crate::{
    alone,
    races::count,
    totp::{enrol, login_with},
    world::{ADMIN, PASSWORD, World, login, sign_in},
};

/// Requests at once.
const RIVALS: usize = 4;

fn rounds() -> usize {
    std::env::var("RACE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

impl World {
    /// Changes something behind the API's back, between two rounds.
    fn prepare(&self, sql: &str) {
        tokio::task::block_in_place(|| self.database.connect("user").batch_execute(sql)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_bootstraps_one_makes_the_first_administrator() {
    let database = alone::database().await;
    let config = alone::config(&database, &[]);
    let db = user_service::migrate(&config).await.unwrap();
    let hasher = user_service::hasher(&config).unwrap();
    for round in 0..rounds() {
        let password = Secret::new(PASSWORD.to_owned());
        let emails: Vec<String> = (0..RIVALS).map(|rival| format!("admin{rival}@example.org")).collect();
        let made =
            join_all(emails.iter().map(|email| bootstrap::first_admin(&db, &hasher, email, &password))).await;
        let made: Vec<bool> = made.into_iter().map(Result::unwrap).collect();
        assert_eq!(made.iter().filter(|made| **made).count(), 1, "round {round}: {made:?}");
        let clear = "DELETE FROM users; DELETE FROM milestones";
        tokio::task::block_in_place(|| database.connect("user").batch_execute(clear)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_cannot_remove_each_other() {
    let world = World::start().await;
    for number in 0..rounds() {
        // The tokens of the round before are void: whoever was disabled or demoted must sign in anew.
        let first = sign_in(&world.anyone, ADMIN).await;
        let email = format!("rival{number}@example.org");
        let rival = json!({"email": email, "password": PASSWORD, "role": "admin"});
        first.post("/api/users/register/", rival).await.expect(201);
        let other = sign_in(&world.anyone, &email).await;
        let (other_path, first_path) = (other.path(), first.path());
        let against_other = async {
            if number % 2 == 0 {
                first.patch(&other_path, json!({"role": "user"})).await
            } else {
                first.delete(&other_path).await
            }
        };
        let (a, b) = tokio::join!(against_other, other.patch(&first_path, json!({"is_active": false})),);
        let won = [&a, &b].iter().filter(|answer| answer.status < 300).count();
        assert_eq!(won, 1, "round {number}: {a:?} {b:?}");
        if b.status == 200 {
            other.patch(&first_path, json!({"is_active": true})).await.expect(200);
            let first = sign_in(&world.anyone, ADMIN).await;
            first.patch(&other_path, json!({"role": "user"})).await.expect(200);
        }
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_has_one_successor_however_often_it_is_sent_at_once() {
    let world = World::start().await;
    let ann = world.person().await;
    let mut token = json!(ann.refresh);
    for round in 0..rounds() {
        let body = json!({"refresh": token});
        let answers =
            join_all((0..RIVALS).map(|_| world.anyone.post("/api/users/token/refresh/", body.clone()))).await;
        assert_eq!(count(&answers, 200), RIVALS, "round {round}: {answers:?}");
        let successors: HashSet<&str> =
            answers.iter().map(|answer| answer.json["refresh"].as_str().unwrap()).collect();
        assert_eq!(successors.len(), 1, "round {round}");
        token = answers[0].json["refresh"].clone();
    }
    assert_eq!(ann.get("/api/users/me/sessions/").await.expect(200).results().len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_guesses_at_once_one_is_looked_at() {
    let world = World::start().await;
    let ann = world.person().await;
    for _ in 0..5 {
        login(&world.anyone, &ann.email, "a wrong guess").await.expect(401);
    }
    for round in 0..rounds() {
        world.prepare("UPDATE login_failures SET failures = 5, blocked_until = now() - interval '1 second'");
        let answers = join_all((0..RIVALS).map(|_| login(&world.anyone, &ann.email, "a wrong guess"))).await;
        let outcome = (count(&answers, 401), count(&answers, 429));
        assert_eq!(outcome, (1, RIVALS - 1), "round {round}: {answers:?}");
        world.prepare("DELETE FROM client_windows");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_logins_with_one_code_at_once_one_gets_in() {
    let world = World::start().await;
    let ann = world.person().await;
    let (app, codes) = enrol(&ann).await;
    let mut recovery = codes.iter();
    for round in 0..rounds() {
        world.prepare(
            "UPDATE one_time_passwords SET last_step = 0; DELETE FROM login_failures; DELETE FROM client_windows",
        );
        // As long as they last, recovery codes race too.
        for code in recovery.next().cloned().into_iter().chain([app.present()]) {
            let answers = join_all((0..RIVALS).map(|_| login_with(&world.anyone, &ann.email, &code))).await;
            assert_eq!(count(&answers, 200), 1, "round {round}: {answers:?}");
            world.prepare("DELETE FROM login_failures");
        }
    }
    world.end().await;
}
