//! What we write is read by programs that we did not write: webhooks, calendars, news, mails and the stream, in Python and
//! in JavaScript.

use crate::{
    mails::MailDir,
    reader::{Reader, read},
    receiver::Receiver,
    world::{World, no_mail, path},
};
use mail::MailSettings;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_verified_with_either_secret_of_a_rotation() {
    let world = World::start().await;
    let ann = world.person().await;
    let receiver = Receiver::start().await;
    let webhooks = "/api/notifications/webhooks/";
    let webhook = ann.post(webhooks, json!({"url": receiver.url()})).await.expect(201).json;
    let one = format!("{webhooks}{}/", webhook["id"].as_str().unwrap());
    let rotate = format!("{one}rotate-secret/");
    let rotated = ann.send(reqwest::Method::POST, &rotate, None).await.expect(200).json;
    assert_ne!(webhook["secret"], rotated["secret"]);
    world.task(json!({"title": "signed — with “more” than ASCII", "assigned_to": ann.email})).await;
    let taken = receiver.take(1).await.remove(0);
    let headers: serde_json::Map<String, Value> = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        .map(|name| (name.to_owned(), json!(taken.header(name))))
        .into_iter()
        .collect();
    for script in ["readers/verify_webhook.py", "readers/verify_webhook.mjs"] {
        for secret in [&webhook["secret"], &rotated["secret"]] {
            let input = json!({"secret": secret, "headers": headers, "body": taken.body}).to_string();
            let Some(read) = read(script, &input).await else { continue };
            assert_eq!((&read["verified"], &read["data"]), (&json!(true), &taken.json()), "{script}: {read}");
        }
        let forged = taken.body.replace("signed", "forged");
        let input = json!({"secret": rotated["secret"], "headers": headers, "body": forged}).to_string();
        let Some(read) = read(script, &input).await else { continue };
        assert_eq!(read["verified"], false, "{script}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calendars_and_news_readers_understand_the_feeds() {
    let world = World::start().await;
    let ann = world.person().await;
    ann.patch("/api/users/me/", json!({"timezone": "America/New_York"})).await.expect(200);
    let title = format!("Comma, semicolon; “quotes” \\ and {}", "length ".repeat(20));
    let title = title.trim_end();
    let day = world
        .task(json!({"title": title, "assigned_to": ann.email, "due_date": "2030-07-01T23:59:59-04:00"}))
        .await;
    let instant = json!({"title": "At ten", "assigned_to": ann.email, "due_date": "2030-01-15T10:00:00+01:00", "status": "in-progress"});
    let instant = world.task(instant).await;
    ann.told_eventually(2).await;
    world.settled().await;
    let feed = async |kind: &str| {
        let made = ann.post("/api/notifications/feeds/", json!({"kind": kind})).await.expect(201).json;
        let url = reqwest::Url::parse(made["url"].as_str().unwrap()).unwrap();
        let text = world.anyone.get(url.path()).await.expect(200).text;
        (format!("http://{}{}", world.system.address(), url.path()), text)
    };
    let (url, calendar) = feed("tasks").await;
    let asked = json!({"url": url, "zone": "America/New_York"}).to_string();
    if let Some(synced) = read("readers/sync_calendar.py", &asked).await {
        // A task and its time are two things; what has not changed is not fetched anew.
        assert_eq!((&synced["fetched"], &synced["changed"]), (&json!(4), &json!(false)), "{synced}");
        let events = synced["events"].as_array().unwrap();
        let shown =
            events.iter().map(|event| (&event["title"], &event["start-long-full"], &event["all-day"]));
        let expected = [
            (&json!("At ten"), &json!("2030-01-15T04:00"), &json!("False")),
            (&json!(title), &json!("2030-07-01T00:00"), &json!("True")),
        ];
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{synced}");
    }
    if let Some(calendar) = read("readers/read_calendar.py", &calendar).await {
        let find = |task: &Value, kind: &str| {
            let id = task["id"].as_str().unwrap();
            let all = calendar["components"].as_array().unwrap();
            let mine = |one: &&Value| one["kind"] == kind && one["uid"].as_str().unwrap().starts_with(id);
            all.iter().find(mine).unwrap_or_else(|| panic!("{kind} of {id} in {calendar}")).clone()
        };
        let (todo, event) = (find(&day, "VTODO"), find(&day, "VEVENT"));
        assert_eq!((&todo["summary"], &todo["errors"]), (&json!(title), &json!([])));
        assert_eq!(
            (&todo["due"], &todo["status"]),
            (&json!("2030-07-02T03:59:59+00:00"), &json!("NEEDS-ACTION"))
        );
        assert_eq!((&event["start"], &event["end"]), (&json!("2030-07-01"), &json!("2030-07-02")));
        let event = find(&instant, "VEVENT");
        assert_eq!(event["start"], "2030-01-15T09:00:00+00:00");
        assert_eq!(find(&instant, "VTODO")["status"], "IN-PROCESS");
    }
    if let Some(news) = read("readers/read_news.py", &feed("notifications").await.1).await {
        assert_eq!((&news["version"], &news["broken"]), (&json!("atom10"), &json!(false)), "{news}");
        let told = ann.get("/api/notifications/").await.expect(200);
        for (entry, told) in news["entries"].as_array().unwrap().iter().zip(told.results()) {
            assert_eq!(entry["id"], format!("urn:uuid:{}", told["id"].as_str().unwrap()));
            assert_eq!(entry["title"], told["message"]);
        }
        assert_eq!(news["entries"].as_array().unwrap().len(), 2);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_reach_a_server_and_are_whole_there() {
    let Some(mut sink) = Reader::start("readers/take_mails.py", "").await else { return };
    let port = sink.line().await["port"].as_u64().unwrap();
    let world =
        World::with_mail(MailSettings { smtp_url: Some(format!("smtp://127.0.0.1:{port}")), ..no_mail() })
            .await;
    let ann = world.person().await;
    let title = format!("„Größe“ <b> & {}", "länger ".repeat(20));
    let title = title.trim_end();
    let task = world.task(json!({"title": title, "assigned_to": ann.email})).await;
    let assigned = sink.line().await;
    world.admin.patch(&path(&task), json!({"assigned_to": null})).await.expect(200);
    let unassigned = sink.line().await;
    for (mail, words) in [(&assigned, "assigned you the task"), (&unassigned, "unassigned you from the task")]
    {
        let headers = &mail["headers"];
        assert_eq!((&mail["defects"], &mail["to"]), (&json!([]), &json!([ann.email])), "{mail}");
        assert_eq!((&headers["To"], &mail["type"]), (&json!(ann.email), &json!("multipart/alternative")));
        assert!(headers["Subject"].as_str().unwrap().ends_with(title), "{mail}");
        assert!(mail["parts"]["text/plain"].as_str().unwrap().contains(title), "{mail}");
        let html = mail["parts"]["text/html"].as_str().unwrap();
        assert!(html.contains(words) && html.contains("„Größe“ &#60;b&#62; &#38;"), "{html}");
        assert_eq!(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
        assert_eq!(headers["Auto-Submitted"], "auto-generated");
    }
    // One thread per task, an id of its own for each mail.
    let of = |mail: &Value, name: &str| mail["headers"][name].as_str().unwrap().to_owned();
    assert_eq!(of(&assigned, "References"), of(&unassigned, "References"));
    assert_ne!(of(&assigned, "Message-ID"), of(&unassigned, "Message-ID"));
    let log = testkit::eventually("both mails to be written down as sent", async || {
        let log =
            world.admin.get("/api/notifications/deliveries/?channel=email&status=sent").await.expect(200);
        (log.results().len() == 2).then_some(log)
    })
    .await;
    assert!(log.results().iter().all(|one| one["answer"].as_str().unwrap().contains("taken by the sink")));
    let link = of(&assigned, "List-Unsubscribe");
    let link = link.trim_matches(['<', '>']);
    let one_click = world.anyone.request(reqwest::Method::POST, &link[link.find("/api/").unwrap()..]);
    let one_click = one_click.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(one_click.body("List-Unsubscribe=One-Click").send().await.unwrap().status(), 200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_in_files_are_whole_too_in_another_language() {
    let directory = MailDir::new();
    let world = World::with_mail(directory.settings()).await;
    let ann = world.person().await;
    ann.put("/api/notifications/preferences/", json!({"language": "de"})).await.expect(200);
    let title = format!("„Größe“ <b> & {}", "länger ".repeat(20));
    let title = title.trim_end();
    world.task(json!({"title": title, "assigned_to": ann.email})).await;
    let files = testkit::eventually("a mail", async || {
        let mails = directory.mails();
        (!mails.is_empty()).then_some(mails)
    })
    .await;
    let Some(mail) = read("readers/read_mail.py", &files[0]).await else { return world.end().await };
    let headers = &mail["headers"];
    assert_eq!((&mail["defects"], &mail["type"]), (&json!([]), &json!("multipart/alternative")), "{mail}");
    assert_eq!(
        (&headers["To"], &headers["Subject"]),
        (&json!(ann.email), &json!(format!("Dir zugewiesen: {title}")))
    );
    assert!(mail["parts"]["text/plain"].as_str().unwrap().contains(title), "{mail}");
    assert!(mail["parts"]["text/html"].as_str().unwrap().contains("„Größe“ &#60;b&#62; &#38;"), "{mail}");
    assert_eq!(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_clients_follow_the_stream() {
    let world = World::start().await;
    let ann = world.person().await;
    let url = format!("http://{}/api/notifications/stream/", world.system.address());
    let input = json!({"url": url, "token": ann.token()}).to_string();
    for script in ["readers/follow_stream.py", "readers/follow_stream.mjs"] {
        let Some(mut reader) = Reader::start(script, &input).await else { continue };
        let first = reader.line().await;
        assert_eq!(first["event"], "unread", "{script}: {first}");
        world.task(json!({"title": script, "assigned_to": ann.email})).await;
        let told = loop {
            let event = reader.line().await;
            if event["event"] == "notification" {
                break event;
            }
        };
        assert_eq!((&told["data"]["task_title"], &told["id"]), (&json!(script), &told["data"]["id"]));
    }
    world.end().await;
}
