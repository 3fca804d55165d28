//! Stored passwords move with the settings, and first administrators are made once.

use std::time::Duration;

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use serde_json::json;
use testkit::TestDatabase;
use user_service::{bootstrap, passwords::secret::Secret};

use crate::{
    alone,
    totp::{App, login_with},
    world::{PASSWORD, login},
};

const ANN: &str = "ann@example.org";

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    password_hash: String,
}

fn stored(database: &TestDatabase) -> String {
    let query = "SELECT password_hash FROM users WHERE email_key = 'ann@example.org'";
    let row: Stored =
        tokio::task::block_in_place(|| sql_query(query).get_result(&mut database.connect("user")).unwrap());
    row.password_hash
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_renews_a_hash_of_another_cost_or_pepper() {
    let database = alone::database().await;
    let (service, anyone) = alone::start(alone::config(&database, &["--password-pepper=old"])).await;
    anyone.post("/api/users/register/", json!({"email": ANN, "password": PASSWORD})).await.expect(201);
    let first = stored(&database);
    login(&anyone, ANN, PASSWORD).await.expect(200);
    assert_eq!(stored(&database), first, "nothing to renew");
    service.stop(Duration::ZERO).await;

    let flags = ["--password-pepper=new", "--password-peppers-former=old", "--bcrypt-cost=5"];
    let (service, anyone) = alone::start(alone::config(&database, &flags)).await;
    login(&anyone, ANN, "a wrong guess").await.expect(401);
    assert_eq!(stored(&database), first, "only the right password renews it");
    login(&anyone, ANN, PASSWORD).await.expect(200);
    let renewed = stored(&database);
    assert!(first.contains("$04$") && renewed.contains("$05$"), "{first} {renewed}");
    assert_ne!(first.split_once('$').unwrap().0, renewed.split_once('$').unwrap().0, "another pepper");
    service.stop(Duration::ZERO).await;

    // The former pepper can go.
    let flags = ["--password-pepper=new", "--bcrypt-cost=5"];
    let (service, anyone) = alone::start(alone::config(&database, &flags)).await;
    login(&anyone, ANN, PASSWORD).await.expect(200);
    service.stop(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_outlives_a_pepper_and_is_sealed_anew() {
    let database = alone::database().await;
    let (service, anyone) = alone::start(alone::config(&database, &["--password-pepper=old"])).await;
    anyone.post("/api/users/register/", json!({"email": ANN, "password": PASSWORD})).await.expect(201);
    let pair = login(&anyone, ANN, PASSWORD).await.expect(200).json;
    let ann = anyone.with_token(pair["access"].as_str().unwrap());
    let secret = ann.post("/api/users/me/totp/", json!({"current_password": PASSWORD})).await.expect(200);
    let mut app = App::new(&secret.json["secret"]);
    let codes = ann.post("/api/users/me/totp/confirm/", json!({"code": app.code()})).await.expect(200).json;
    let recovery = codes["recovery_codes"][0].as_str().unwrap();
    service.stop(Duration::ZERO).await;

    let flags = ["--password-pepper=new", "--password-peppers-former=old"];
    let (service, anyone) = alone::start(alone::config(&database, &flags)).await;
    login_with(&anyone, ANN, &app.code()).await.expect(200);
    login_with(&anyone, ANN, recovery).await.expect(200);
    service.stop(Duration::ZERO).await;

    let (service, anyone) = alone::start(alone::config(&database, &["--password-pepper=new"])).await;
    tokio::task::block_in_place(|| {
        let unused = "UPDATE one_time_passwords SET last_step = 0";
        sql_query(unused).execute(&mut database.connect("user")).unwrap()
    });
    login_with(&anyone, ANN, &app.present()).await.expect(200);
    service.stop(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_make_one_administrator_once_and_the_command_line_more() {
    let database = alone::database().await;
    let config = alone::config(&database, &[]);
    let db = user_service::migrate(&config).await.unwrap();
    let hasher = user_service::hasher(&config).unwrap();
    let password = Secret::new(PASSWORD.to_owned());
    for bad in ["no address", ""] {
        assert!(bootstrap::first_admin(&db, &hasher, bad, &password).await.is_err(), "{bad}");
    }
    let weak = Secret::new("password123".to_owned());
    assert!(bootstrap::first_admin(&db, &hasher, ANN, &weak).await.is_err());
    assert!(bootstrap::first_admin(&db, &hasher, ANN, &password).await.unwrap());
    // A later start makes none: not with the same address, nor with another one, nor after the first was deleted.
    assert!(!bootstrap::first_admin(&db, &hasher, ANN, &password).await.unwrap());
    tokio::task::block_in_place(|| {
        let gone = "UPDATE users SET deleted_at = now()";
        sql_query(gone).execute(&mut database.connect("user")).unwrap()
    });
    assert!(!bootstrap::first_admin(&db, &hasher, "bob@example.org", &password).await.unwrap());
    bootstrap::create_admin(&db, &hasher, "bob@example.org", &password).await.unwrap();
    assert!(bootstrap::create_admin(&db, &hasher, "Bob@example.org", &password).await.is_err());
    assert!(bootstrap::create_admin(&db, &hasher, "eve@example.org", &weak).await.is_err());
}
