//! Tasks out and in again: nothing is lost on the way, and a file is taken whole or not at all.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::world::{World, path};

const IMPORT: &str = "/api/tasks/import/";
const CSV: &str = "text/csv";
const JSONL: &str = "application/jsonl";

async fn send(client: &Client, query: &str, media_type: &str, file: impl Into<reqwest::Body>) -> Answer {
    let request =
        client.request(Method::POST, &format!("{IMPORT}{query}")).header("content-type", media_type);
    Answer::read(request.body(file).send().await.unwrap()).await
}

/// What a task is, but for what each system gives it anew.
fn carried(task: &Value) -> Value {
    let fields = [
        "title",
        "description",
        "status",
        "priority",
        "due_date",
        "assigned_to",
        "created_at",
        "completed_at",
    ];
    fields.iter().map(|field| task[field].clone()).collect()
}

async fn all(client: &Client) -> Vec<Value> {
    client.get("/api/tasks/?ordering=created_at&limit=100").await.expect(200).results().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_comes_in_again_as_it_was() {
    let old = World::start().await;
    let ann = old.person().await;
    for task in [
        json!({"title": "plain"}),
        json!({"title": "all", "description": "d", "status": "completed", "priority": "urgent", "due_date": "2030-01-31", "assigned_to": ann.email}),
        json!({"title": "=SUM(A1:A9)", "description": "@formula, +1 -1 'quoted'"}),
        json!({"title": "\"quoted\", with; separators\tand tab", "description": "one\ntwo\n\n \"three\"\n"}),
        json!({"title": "\u{feff}Ünïcödé \u{1F4CB}", "description": "  spaces  around  "}),
        json!({"title": "null", "description": "\\n \\\" {\"a\":1}"}),
    ] {
        old.task(task).await;
    }
    let before: Vec<Value> = all(&old.admin).await.iter().map(carried).collect();
    for (format, media_type) in [("csv", CSV), ("jsonl", JSONL)] {
        let answer = old.admin.get(&format!("/api/tasks/export/?format={format}")).await.expect(200);
        assert!(answer.header("content-type").starts_with(media_type), "{}", answer.header("content-type"));
        let disposition = answer.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"docket-tasks-"), "{disposition}");
        assert!(disposition.ends_with(&format!(".{format}\"")), "{disposition}");
        let new = World::start().await;
        new.person().await; // the same address as before
        let import = send(&new.admin, "", media_type, answer.text).await.expect(200).json;
        assert_eq!(
            (&import["state"], &import["lines"], &import["created"]),
            (&json!("succeeded"), &json!(6), &json!(6))
        );
        let after: Vec<Value> = all(&new.admin).await.iter().map(carried).collect();
        assert_eq!(after, before, "{format}");
        new.end().await;
    }
    old.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_filtered_as_the_list_is_and_only_for_administrators() {
    let world = World::start().await;
    let ann = world.person().await;
    for number in 0..5 {
        world.task(json!({"title": format!("T{number}"), "status": if number % 2 == 0 { "todo" } else { "completed" }})).await;
    }
    let lines = |answer: &Answer| answer.text.lines().count();
    assert_eq!(lines(&world.admin.get("/api/tasks/export/").await.expect(200)), 6);
    assert_eq!(lines(&world.admin.get("/api/tasks/export/?format=jsonl&status=todo").await.expect(200)), 3);
    let none = world.admin.get("/api/tasks/export/?q=nowhere").await.expect(200);
    assert!(none.text.starts_with("id,title,") && lines(&none) == 1, "{}", none.text);
    assert_eq!(
        world
            .admin
            .get("/api/tasks/export/?format=jsonl&assigned_to=nobody@example.org")
            .await
            .expect(200)
            .text,
        ""
    );
    for (query, name) in [("?format=xml", "format"), ("?ordering=title", "ordering"), ("?limit=5", "limit")] {
        let answer = world.admin.get(&format!("/api/tasks/export/{query}")).await.expect(400);
        assert!(answer.json["errors"][name].is_array(), "{}", answer.text);
    }
    ann.get("/api/tasks/export/").await.expect(403);
    send(&ann, "", CSV, "title\nT\n").await.expect(403);
    ann.get("/api/tasks/imports/00000000-0000-7000-8000-000000000000/").await.expect(403);
    world.admin.get("/api/tasks/imports/00000000-0000-7000-8000-000000000000/").await.expect(404);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_by_line_and_nothing_at_all_is_imported() {
    let world = World::start().await;
    let ann = world.person().await;
    let file = format!(
        "title,due_date,assigned_to,status\r\ngood,2030-01-31,{email},todo\r\n\"two\nlines\",tomorrow,,\r\n ,,,doing\r\nx,,nobody@example.org,\r\ny,,\r\n",
        email = ann.email
    );
    let answer = send(&world.admin, "", CSV, file.clone()).await.expect(422);
    assert_eq!(answer.json["type"], "/problems/nothing-imported");
    let import = &answer.json["import"];
    assert_eq!((&import["lines"], &import["created"], &import["failed"]), (&json!(5), &json!(0), &json!(4)));
    let told: Vec<(u64, Vec<&String>)> = import["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["line"].as_u64().unwrap(), fault["errors"].as_object().unwrap().keys().collect()))
        .collect();
    let named: Vec<(u64, String)> = told
        .into_iter()
        .map(|(line, names)| (line, names.into_iter().cloned().collect::<Vec<_>>().join(" ")))
        .collect();
    let expected = [(3, "due_date"), (5, "status title"), (6, "assigned_to"), (7, "file")];
    assert_eq!(named, expected.map(|(line, names)| (line, names.to_owned())));
    assert!(all(&world.admin).await.is_empty());
    // The import stays to be read; a dry run is a report, whatever it says.
    let location = answer.header("location").to_owned();
    assert_eq!(world.admin.get(&location).await.expect(200).json, *import);
    let dry = send(&world.admin, "?dry_run=true&format=csv", CSV, file).await.expect(200).json;
    assert_eq!(
        (&dry["state"], &dry["dry_run"], &dry["errors"]),
        (&json!("failed"), &json!(true), &import["errors"])
    );
    let dry = send(&world.admin, "?dry_run=true", JSONL, "{\"title\":\"T\"}\n").await.expect(200).json;
    assert_eq!((&dry["state"], &dry["lines"], &dry["created"]), (&json!("succeeded"), &json!(1), &json!(0)));
    let nul = send(&world.admin, "", JSONL, "{\"title\":\"T\",\"a\\u0000b\":1}\n").await.expect(422).json;
    assert!(nul["import"]["errors"][0]["errors"]["a\u{2400}b"].is_array(), "{nul}");
    assert!(all(&world.admin).await.is_empty());
    world.settled().await;
    assert!(ann.told().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_tasks_are_tasks_with_a_history_and_their_assignees_are_told() {
    let world = World::start().await;
    let ann = world.person().await;
    let file = format!(
        "title,assigned_to,created_at,status,completed_at\nA,{0},2020-01-02T03:04:05Z,,\nB,{0},,completed,2021-01-01T00:00:00+01:00\n",
        ann.id
    );
    let first = world.admin.with_header("Idempotency-Key", "file-1");
    let import = send(&first, "", CSV, file.clone()).await.expect(200);
    let again = send(&first, "", CSV, file).await.expect(200);
    assert_eq!((again.header("idempotency-replayed"), &again.json), ("true", &import.json));
    send(&first, "", CSV, "title\nother\n").await.expect(422);
    let tasks = all(&world.admin).await;
    assert_eq!(tasks.len(), 2);
    let task = &tasks[0];
    assert_eq!(
        (&task["title"], &task["created_at"], &task["version"]),
        (&json!("A"), &json!("2020-01-02T03:04:05Z"), &json!(1))
    );
    assert_eq!((&task["created_by"], &task["assigned_to"]), (&json!(world.admin.id), &json!(ann.email)));
    assert_eq!(tasks[1]["completed_at"], "2020-12-31T23:00:00Z");
    let history = world.admin.get(&format!("{}history/", path(task))).await.expect(200);
    assert_eq!(history.results().len(), 1);
    assert_eq!(ann.told_eventually(2).await, ["assigned", "assigned"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_may_be_compressed_and_must_be_what_it_says() {
    let world = World::start().await;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    writeln!(encoder, "title").unwrap();
    for number in 0..3000 {
        writeln!(encoder, "Task {number}").unwrap();
    }
    let packed = encoder.finish().unwrap();
    let gzip = world.admin.with_header("Content-Encoding", "gzip");
    let import = send(&gzip, "", CSV, packed.clone()).await.expect(200).json;
    assert_eq!((&import["lines"], &import["created"]), (&json!(3000), &json!(3000)));
    let half = send(&gzip, "", CSV, packed[..packed.len() / 2].to_vec()).await.expect(422).json;
    assert!(
        half["import"]["errors"].as_array().unwrap().last().unwrap()["errors"]["file"].is_array(),
        "{half}"
    );
    send(&gzip, "", CSV, "title\nT\n").await.expect(422);
    send(&world.admin.with_header("Content-Encoding", "br"), "", CSV, "title\nT\n").await.expect(415);
    send(&world.admin, "", "application/json", "{}").await.expect(415);
    send(&world.admin, "", "text/csv; charset=latin1", "title\nT\n").await.expect(415);
    send(&world.admin, "?format=jsonl", CSV, "title\nT\n").await.expect(400);
    send(&world.admin, "?dryrun=true", CSV, "title\nT\n").await.expect(400);
    send(&world.admin, "", CSV, "").await.expect(422);
    send(&world.admin, "", CSV, "title\n\0\n").await.expect(422);
    send(&world.admin, "", CSV, vec![b'x'; 16 * 1024 * 1024 + 1]).await.expect(413);
    assert_eq!(world.admin.get("/api/tasks/?count=true").await.json["count"], 3000);
    world.end().await;
}
