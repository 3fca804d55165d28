//! Small reads go by a connection that many share; when it breaks, or cannot be, nobody notices.

use diesel::{PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};
use serde_json::json;
use service_kit::db::{Db, DbSettings};

use crate::{
    alone,
    world::{World, path},
};

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn lanes(conn: &mut PgConnection, what: &str) -> i64 {
    let query = format!(
        "SELECT {what} AS number FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name LIKE 'docket % lane'"
    );
    sql_query(query).get_result::<Number>(conn).unwrap().number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_is_answered_while_its_lane_is_cut_and_the_lane_comes_back() {
    let world = World::start().await;
    let task = path(&world.task(json!({"title": "a", "assigned_to": world.admin.email})).await);
    let urls = [&task, "/api/tasks/", "/api/notifications/", "/api/users/me/", "/api/users/dashboard/"];
    let mut conn = world.database.connect("public");
    for _ in 0..3 {
        testkit::eventually("the lanes of three services to be open", async || {
            for url in urls {
                world.admin.get(url).await.expect(200);
            }
            (lanes(&mut conn, "count(DISTINCT application_name)") == 3).then_some(())
        })
        .await;
        assert!(lanes(&mut conn, "count(pg_terminate_backend(pid))") > 0);
        for url in urls {
            let answer = world.admin.get(url).await.expect(200);
            assert!(!answer.text.contains("unavailable"), "{url}: {}", answer.text);
        }
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_only_libpq_understands_will_do() {
    let database = alone::database().await;
    let joint = if database.url().contains('?') { '&' } else { '?' };
    let settings = DbSettings {
        url: format!("{}{joint}gssencmode=disable", database.url()),
        schema: "public".to_owned(),
        pool_size: 1,
        statement_timeout_ms: 5_000,
    };
    let db = Db::new(&settings).unwrap();
    let answer = || diesel::select(diesel::dsl::sql::<BigInt>("6 * 7::bigint"));
    for _ in 0..3 {
        assert_eq!(db.load::<i64, _, anyhow::Error>(answer).await.unwrap(), [42]);
    }
    assert_eq!(lanes(&mut database.connect("public"), "count(*)"), 0);
}
