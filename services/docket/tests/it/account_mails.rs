//! What is done by mailed links: a forgotten password, a new address, the proof of one. And no such mail is lost.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use diesel::connection::SimpleConnection as _;
use mail::{Mail, MailFault, MailQueue as _, Mailer, Sender};
use serde_json::{Value, json};
use testkit::Client;
use user_service::{
    bootstrap,
    error::Error,
    mails::{Kind, Outgoing, post},
    passwords::{pepper::Peppers, secret::Secret},
};

use crate::{
    alone,
    world::{ADMIN, PASSWORD, Person, World, login},
};

const NEW_PASSWORD: &str = "another good one 7";
const RESET: &str = "Your new Docket password";
const VERIFY: &str = "Is this your e-mail address?";
const CHANGE: &str = "Your new Docket e-mail address";

fn token(mail: &str) -> String {
    let (_, rest) = mail.split_once("#token=").unwrap_or_else(|| panic!("no link in {mail}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn confirm(anyone: &Client, what: &str, token: &str, status: u16) {
    anyone.post(&format!("/api/users/{what}/confirm/"), json!({"token": token})).await.expect(status);
}

async fn ask_for(person: &Person, email: &str) -> Value {
    let body = json!({"email": email, "current_password": PASSWORD, "username": "Ann"});
    person.patch("/api/users/me/", body).await.expect(200).json
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_by_a_link_that_works_once() {
    let world = World::with_verified_addresses().await;
    let ann = world.person().await;
    let ask = async |email: &str| {
        let answer =
            world.anyone.post("/api/users/password-reset/", json!({"email": email})).await.expect(202);
        assert_eq!(answer.text, "");
    };
    ask("nobody@example.org").await;
    // The mail goes to the address as it is stored, not as it was typed.
    ask(&ann.email.to_uppercase()).await;
    let token = token(&world.mail(&ann.email, RESET).await);
    let set = async |token: &str, password: &str| {
        let body = json!({"token": token, "new_password": password});
        world.anyone.post("/api/users/password-reset/confirm/", body).await
    };
    set("nonsense", NEW_PASSWORD).await.expect(422);
    set(&token, "short").await.expect(422);
    set(&token, NEW_PASSWORD).await.expect(204);
    set(&token, "yet another one 8").await.expect(422);
    ann.get("/api/users/me/").await.expect(401);
    login(&world.anyone, &ann.email, PASSWORD).await.expect(401);
    login(&world.anyone, &ann.email, NEW_PASSWORD).await.expect(200);
    world.mail(&ann.email, "Your Docket password was changed").await;
    let log = format!("/api/users/audit/?target={}", ann.id);
    let log = world.admin.get(&log).await.expect(200).text;
    assert!(
        log.contains("password.reset_asked") && log.contains("\"password.reset\"") && !log.contains(&token)
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_counts_once_its_owner_has_confirmed_it() {
    let world = World::with_verified_addresses().await;
    let ann = world.person().await;
    let answer = ask_for(&ann, "new@example.org").await;
    assert_eq!((&answer["email"], &answer["username"]), (&json!(ann.email), &json!("Ann")));
    world.mail(&ann.email, "Another e-mail address for your Docket account?").await;
    let token = token(&world.mail("new@example.org", CHANGE).await);
    login(&world.anyone, "new@example.org", PASSWORD).await.expect(401);
    // It proves another address than the present one.
    confirm(&world.anyone, "email-verification", &token, 422).await;
    confirm(&world.anyone, "email-change", &token, 204).await;
    confirm(&world.anyone, "email-change", &token, 422).await;
    login(&world.anyone, "new@example.org", PASSWORD).await.expect(200);
    login(&world.anyone, &ann.email, PASSWORD).await.expect(401);
    world.mail(&ann.email, "Your Docket e-mail address was changed").await;
    let me = ann.get("/api/users/me/").await.expect(200).json;
    assert!(me["email"] == "new@example.org" && me["email_verified_at"].is_string(), "{me}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_another_account_is_refused_when_asked_for_and_when_confirmed() {
    let world = World::with_verified_addresses().await;
    let ann = world.person().await;
    let taken = json!({"email": ADMIN, "current_password": PASSWORD});
    ann.patch("/api/users/me/", taken).await.expect(409);
    ask_for(&ann, "wanted@example.org").await;
    let slow = token(&world.mail("wanted@example.org", CHANGE).await);
    let faster = json!({"email": "Wanted@example.org", "password": PASSWORD});
    world.anyone.post("/api/users/register/", faster).await.expect(201);
    confirm(&world.anyone, "email-change", &slow, 409).await;
    assert_eq!(ann.get("/api/users/me/").await.json["email"], ann.email);
    // Only the last link is good, and none of a disabled account.
    ask_for(&ann, "first@example.org").await;
    let first = token(&world.mail("first@example.org", CHANGE).await);
    ask_for(&ann, "second@example.org").await;
    let second = token(&world.mail("second@example.org", CHANGE).await);
    confirm(&world.anyone, "email-change", &first, 422).await;
    world.admin.patch(&ann.path(), json!({"is_active": false})).await.expect(200);
    confirm(&world.anyone, "email-change", &second, 422).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_is_asked_whether_the_address_is_theirs_and_may_sign_in_before() {
    let world = World::with_verified_addresses().await;
    let ann = world.person().await;
    let first = token(&world.mail(&ann.email, VERIFY).await);
    let before = ann.get("/api/users/me/").await.expect(200);
    assert_eq!(before.json["email_verified_at"], Value::Null);
    ann.post("/api/users/me/email-verification/", json!({})).await.expect(202);
    let second = token(&world.mail(&ann.email, VERIFY).await);
    confirm(&world.anyone, "email-verification", &first, 422).await;
    confirm(&world.anyone, "email-change", &second, 422).await;
    confirm(&world.anyone, "email-verification", &second, 204).await;
    let after = ann.get("/api/users/me/").await.expect(200);
    assert!(after.json["email_verified_at"].is_string());
    assert_ne!(after.header("etag"), before.header("etag"));
    ann.post("/api/users/me/email-verification/", json!({})).await.expect(409);
    // A stranger's mailbox is not filled by one account: ten mails an hour, one of them the registration's.
    let bob = world.person().await;
    for _ in 0..9 {
        bob.post("/api/users/me/email-verification/", json!({})).await.expect(202);
    }
    bob.post("/api/users/me/email-verification/", json!({})).await.expect(429);
    world.end().await;
}

/// Refuses the first mail, takes all others.
#[derive(Default)]
struct Moody {
    asked: Mutex<Vec<Mail>>,
}

#[async_trait]
impl Mailer for Moody {
    async fn send(&self, mail: &Mail) -> Result<String, MailFault> {
        let mut asked = self.asked.lock().unwrap();
        asked.push(mail.clone());
        if asked.len() == 1 { Err(MailFault::Passing("busy".to_owned())) } else { Ok("taken".to_owned()) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_outlives_a_busy_server_and_a_crash_and_stays_the_same_one() {
    let database = alone::database().await;
    let config = alone::config(&database, &[]);
    let db = user_service::migrate(&config).await.unwrap();
    let hasher = user_service::hasher(&config).unwrap();
    bootstrap::create_admin(&db, &hasher, "ann@example.org", &Secret::new(PASSWORD.to_owned()))
        .await
        .unwrap();
    let ask = |conn: &mut _| Ok::<_, Error>(post(conn, Kind::PasswordReset, None, "Ann@Example.org")?);
    db.transaction(ask).await.unwrap();

    let outgoing = Outgoing::new(db.clone(), Peppers::new("pepper", &[]), "http://docket.example");
    let (moody, due) = (Arc::new(Moody::default()), "UPDATE mails SET next_attempt_at = now()");
    let due = || tokio::task::block_in_place(|| database.connect("user").batch_execute(due)).unwrap();
    // A sender takes it and dies.
    assert_eq!(outgoing.lease(10).await.unwrap().len(), 1);
    let sender = Sender::new(outgoing, Some(moody.clone()));
    assert_eq!(sender.step().await.unwrap(), 0, "another sender has it");
    due();
    assert_eq!(sender.step().await.unwrap(), 1, "the server is busy");
    due();
    assert_eq!(sender.step().await.unwrap(), 1, "it went");
    due();
    assert_eq!(sender.step().await.unwrap(), 0, "it is done");
    let asked = moody.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert_eq!((&asked[0].text, &asked[0].message_id), (&asked[1].text, &asked[1].message_id));
    assert_eq!(asked[0].to, "ann@example.org");
}
