//! Pages: every row once, forwards and backwards, in every ordering.

use serde_json::{Value, json};
use testkit::Client;

use crate::world::World;

async fn walk(client: &Client, first: &str, direction: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(url) = next {
        let page = client.get(&url).await.expect(200);
        pages.push(page.results().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect());
        next = page.json[direction].as_str().map(str::to_owned);
        assert!(pages.len() < 50, "the walk does not end");
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ordering_gives_every_row_once_both_ways() {
    let world = World::start().await;
    let ann = world.person().await;
    for number in 0..23 {
        let due = (number % 3 != 0).then(|| format!("2030-01-0{}T00:00:00Z", 1 + number % 4));
        let priority = ["none", "low", "medium", "high", "urgent"][number % 5];
        world.task(json!({"title": format!("Task {}", number % 7), "due_date": due, "priority": priority, "assigned_to": ann.email})).await;
    }
    for (client, who) in [(&world.admin, "admin"), (&ann, "assignee")] {
        for key in ["due_date", "created_at", "updated_at", "priority", "title"] {
            for ordering in [key.to_owned(), format!("-{key}")] {
                let first = format!("/api/tasks/?ordering={ordering}&limit=5");
                let pages = walk(client, &first, "next").await;
                let rows: Vec<String> = pages.concat();
                let mut unique = rows.clone();
                unique.sort();
                unique.dedup();
                assert_eq!((rows.len(), unique.len()), (23, 23), "{who} {ordering}");
                // Back from the last page, the pages are the same.
                let mut url = first.clone();
                while let Some(next) = client.get(&url).await.json["next"].as_str() {
                    url = next.to_owned();
                }
                let mut back = walk(client, &url, "previous").await;
                back.reverse();
                assert_eq!(back.concat(), rows, "{who} {ordering}");
            }
        }
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_for_its_list_and_its_caller_and_cannot_be_forged() {
    let world = World::start().await;
    let ann = world.person().await;
    for number in 0..3 {
        world.task(json!({"title": format!("T{number}"), "assigned_to": ann.email})).await;
    }
    let page = world.admin.get("/api/tasks/?limit=1&count=true").await.expect(200);
    assert_eq!(page.json["count"], 3);
    assert_eq!(page.json["previous"], Value::Null);
    let next = page.json["next"].as_str().unwrap();
    assert!(next.starts_with("http"));
    world.admin.get(next).await.expect(200);
    ann.get(next).await.expect(400);
    world.admin.get(&format!("{next}&status=todo")).await.expect(400);
    world.admin.get(&next.replace("cursor=", "cursor=A")).await.expect(400);
    assert!(world.admin.get("/api/tasks/?limit=1").await.json.get("count").is_none());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_come_and_go_do_not_disturb_a_walk() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for number in 0..9 {
        ids.push(world.task(json!({"title": format!("T{number}")})).await["id"].as_str().unwrap().to_owned());
    }
    let first = world.admin.get("/api/tasks/?limit=3").await.expect(200);
    world.task(json!({"title": "new"})).await;
    // The row that the cursor stands on goes.
    let last = first.results()[2]["id"].as_str().unwrap().to_owned();
    world.admin.delete(&format!("/api/tasks/{last}/")).await.expect(204);
    let second = world.admin.get(first.json["next"].as_str().unwrap()).await.expect(200);
    let titles: Vec<_> = second.results().iter().map(|row| row["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["T5", "T4", "T3"]);
    world.end().await;
}
