//! One-time passwords, from the enrolment to the administrator who turns them off for somebody.

use data_encoding::BASE32_NOPAD;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};
use user_service::totp::code;

use crate::world::{PASSWORD, Person, World, login, sign_in};

/// Wrong codes of an account that are let through within an hour, if the settings do not say otherwise.
const HOURLY: u8 = 20;

/// Somebody's authenticator app. It never shows a code twice; two codes are good at any time.
pub struct App {
    secret: Vec<u8>,
    shown: i64,
}

impl App {
    pub fn new(secret: &Value) -> Self {
        Self { secret: BASE32_NOPAD.decode(secret.as_str().unwrap().as_bytes()).unwrap(), shown: 0 }
    }

    /// The present code, shown before or not.
    pub fn present(&self) -> String {
        code::code(&self.secret, code::step_at(chrono::Utc::now()))
    }

    /// The present code, or the next one if that was shown: neither gets too old while it is on its way.
    pub fn code(&mut self) -> String {
        self.shown = code::step_at(chrono::Utc::now()).max(self.shown + 1);
        code::code(&self.secret, self.shown)
    }
}

pub async fn login_with(anyone: &Client, email: &str, otp: &str) -> Answer {
    anyone.post("/api/users/login/", json!({"email": email, "password": PASSWORD, "otp": otp})).await
}

/// Turns one-time passwords on; gives the app and the recovery codes.
pub async fn enrol(person: &Person) -> (App, Vec<String>) {
    let secret = person.post("/api/users/me/totp/", json!({"current_password": PASSWORD})).await.expect(200);
    let mut app = App::new(&secret.json["secret"]);
    let confirmed = person.post("/api/users/me/totp/confirm/", json!({"code": app.code()})).await.expect(200);
    let codes = confirmed.json["recovery_codes"].as_array().unwrap();
    (app, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

async fn turn_off(person: &Person, body: Value) -> Answer {
    person.send(Method::DELETE, "/api/users/me/totp/", Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_needs_a_code_once_it_is_on_and_each_code_works_once() {
    let world = World::start().await;
    let ann = world.person().await;
    let state = ann.get("/api/users/me/totp/").await.expect(200).json;
    assert_eq!(
        state,
        json!({"enabled": false, "enabled_at": null, "pending": false, "recovery_codes_left": 0})
    );

    let refused = ann.post("/api/users/me/totp/", json!({"current_password": "no"})).await.expect(422);
    assert!(refused.json["errors"]["current_password"].is_array());
    let secret =
        ann.post("/api/users/me/totp/", json!({"current_password": PASSWORD})).await.expect(200).json;
    let uri = secret["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Docket:") && uri.contains(secret["secret"].as_str().unwrap()));
    assert_eq!(ann.get("/api/users/me/totp/").await.json["pending"], true);
    // Not asked for until it is confirmed.
    login(&world.anyone, &ann.email, PASSWORD).await.expect(200);
    ann.post("/api/users/me/totp/confirm/", json!({"code": "000000"})).await.expect(422);
    let mut app = App::new(&secret["secret"]);
    let code = app.code();
    let codes = ann.post("/api/users/me/totp/confirm/", json!({"code": code})).await.expect(200).json;
    assert_eq!(codes["recovery_codes"].as_array().unwrap().len(), 10);
    ann.post("/api/users/me/totp/confirm/", json!({"code": "000000"})).await.expect(409);
    ann.post("/api/users/me/totp/", json!({"current_password": PASSWORD})).await.expect(409);

    let needed = login(&world.anyone, &ann.email, PASSWORD).await.expect(401);
    assert_eq!(needed.json["type"], "/problems/one-time-password-required");
    assert_eq!(needed.header("www-authenticate"), "Bearer");
    // Without the right password nothing tells that the account has a second factor.
    let wrong = login(&world.anyone, &ann.email, "wrong password").await.expect(401);
    assert_eq!(wrong.json["type"], "/problems/unauthorized");
    // The code of the confirmation is used up.
    let replayed = login_with(&world.anyone, &ann.email, &code).await.expect(401);
    assert_eq!(replayed.json["type"], "/problems/one-time-password-refused");
    let next = app.code();
    login_with(&world.anyone, &ann.email, &next).await.expect(200);
    login_with(&world.anyone, &ann.email, &next).await.expect(401);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_work_once_each_and_new_ones_replace_them() {
    let world = World::start().await;
    let ann = world.person().await;
    let (_, codes) = enrol(&ann).await;
    login_with(&world.anyone, &ann.email, &codes[0]).await.expect(200);
    login_with(&world.anyone, &ann.email, &codes[0]).await.expect(401);
    login_with(&world.anyone, &ann.email, &codes[1].to_uppercase().replace('-', " ")).await.expect(200);
    assert_eq!(ann.get("/api/users/me/totp/").await.json["recovery_codes_left"], 8);

    let renew = "/api/users/me/totp/recovery-codes/";
    let body = |code: &str| json!({"current_password": PASSWORD, "code": code});
    let wrong = ann.post(renew, body("aaaaa-aaaaa")).await.expect(422);
    assert!(wrong.json["errors"]["code"].is_array());
    let renewed = ann.post(renew, body(&codes[2])).await.expect(200).json;
    login_with(&world.anyone, &ann.email, &codes[3]).await.expect(401);
    let fresh = renewed["recovery_codes"][0].as_str().unwrap();
    login_with(&world.anyone, &ann.email, fresh).await.expect(200);
    assert_eq!(ann.get("/api/users/me/totp/").await.json["recovery_codes_left"], 9);

    turn_off(&ann, json!({"current_password": PASSWORD})).await.expect(422);
    turn_off(&ann, body("123456")).await.expect(422);
    turn_off(&ann, body(renewed["recovery_codes"][1].as_str().unwrap())).await.expect(204);
    turn_off(&ann, body("123456")).await.expect(404);
    login(&world.anyone, &ann.email, PASSWORD).await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_counted_for_the_account_and_knowing_the_password_clears_nothing() {
    let world = World::start().await;
    let ann = world.person().await;
    let (_, codes) = enrol(&ann).await;
    // Password-only logins in between neither count nor clear the count: the client must wait soon.
    let mut wrong = 0;
    let held = loop {
        let answer = login_with(&world.anyone, &ann.email, "000000").await;
        if answer.status == 429 {
            break answer;
        }
        answer.expect(401);
        wrong += 1;
        login(&world.anyone, &ann.email, PASSWORD).await;
    };
    assert!((5..HOURLY).contains(&wrong), "{wrong}");
    assert!(held.header("retry-after").parse::<u32>().unwrap() >= 1);
    // From elsewhere the hourly limit of the account holds, however many clients there are.
    let mut statuses = Vec::new();
    for number in 0..HOURLY {
        let elsewhere = world.anyone.at([127, 0, 0, 10 + number].into());
        statuses.push(login_with(&elsewhere, &ann.email, "000000").await.status);
    }
    let refused = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(refused, usize::from(HOURLY - wrong), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429));
    // The owner gets in on a device that is known, and the sessions that there are go on.
    let known = json!({"email": ann.email, "password": PASSWORD, "otp": codes[0], "refresh": ann.refresh});
    world.anyone.post("/api/users/login/", known).await.expect(200);
    ann.get("/api/users/me/totp/").await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_turns_it_off_for_who_lost_the_phone_but_not_for_themselves() {
    let world = World::start().await;
    let ann = world.person().await;
    enrol(&ann).await;
    let path = |person: &Person| format!("{}totp/", person.path());
    ann.delete(&path(&ann)).await.expect(403);
    world.admin.delete(&path(&ann)).await.expect(204);
    world.admin.delete(&path(&ann)).await.expect(404);
    sign_in(&world.anyone, &ann.email).await;
    enrol(&world.admin).await;
    world.admin.delete(&path(&world.admin)).await.expect(403);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_gets_nothing_for_the_right_code() {
    let world = World::start().await;
    let ann = world.person().await;
    let (_, codes) = enrol(&ann).await;
    world.admin.patch(&ann.path(), json!({"is_active": false})).await.expect(200);
    let answer = login_with(&world.anyone, &ann.email, &codes[0]).await.expect(401);
    assert_eq!(answer.json["type"], "/problems/unauthorized");
    world.end().await;
}
