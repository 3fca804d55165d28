//! Failed logins cannot be told apart, by their bytes or by their time. At bcrypt's real cost this takes a while, so it
//! runs when it is asked for; a thousand of each kind take about 20 minutes of one processor:
//!
//! `LOGIN_SAMPLES=1000 cargo test --release -p docket --test it login_times -- --ignored --nocapture`

use std::time::{Duration, Instant};

use serde_json::json;
use testkit::Client;

use crate::{
    alone,
    world::{PASSWORD, login},
};

/// Medians may differ by so much.
const TOLERANCE: f64 = 0.05;

fn samples() -> usize {
    std::env::var("LOGIN_SAMPLES").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The answer without what names the request.
async fn answer(anyone: &Client, email: &str, password: &str) -> String {
    let answer = login(anyone, email, password).await.expect(401);
    let id = answer.header("x-request-id").to_owned();
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date" && *name != "x-request-id")
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    format!("{headers:?} {}", answer.text.replace(&id, ""))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute; see above"]
async fn every_kind_of_failed_login_takes_the_same_time_and_says_the_same() {
    let database = alone::database().await;
    let flags = ["--bcrypt-cost=12", "--login-free-failures=1000000", "--login-client-failures=1000000"];
    let (service, anyone) = alone::start(alone::config(&database, &flags)).await;
    for email in ["ann@example.org", "gone@example.org"] {
        let body = json!({"email": email, "password": PASSWORD});
        anyone.post("/api/users/register/", body).await.expect(201);
    }
    let disable = "UPDATE users SET is_active = false WHERE email_key = 'gone@example.org'";
    tokio::task::block_in_place(|| {
        diesel::RunQueryDsl::execute(diesel::sql_query(disable), &mut database.connect("user")).unwrap()
    });
    let overlong = "x".repeat(10_000);
    let kinds = [
        ("unknown", "nobody@example.org", PASSWORD),
        ("wrong", "ann@example.org", "a wrong guess"),
        ("empty", "ann@example.org", ""),
        ("disabled", "gone@example.org", PASSWORD),
        ("overlong", "ann@example.org", overlong.as_str()),
    ];
    let said = answer(&anyone, "nobody@example.org", PASSWORD).await;
    let mut times = vec![Vec::new(); kinds.len()];
    for round in 0..samples() {
        for turn in 0..kinds.len() {
            // Each round begins with another kind, so that none always follows the same one.
            let kind = (round + turn) % kinds.len();
            let (name, email, password) = kinds[kind];
            let started = Instant::now();
            assert_eq!(answer(&anyone, email, password).await, said, "{name}");
            times[kind].push(started.elapsed());
        }
    }
    let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
    for ((name, ..), median) in kinds.iter().zip(&medians) {
        println!("{name:>9} {:>9.2} ms", median.as_secs_f64() * 1000.0);
    }
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    let spread = most.as_secs_f64() / least.as_secs_f64() - 1.0;
    println!("   spread {:>9.2} % over {} of each kind", spread * 100.0, samples());
    assert!(spread <= TOLERANCE, "{medians:?}");
    service.stop(Duration::ZERO).await;
}
