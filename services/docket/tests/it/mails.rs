//! What leaves the app by mail, as administrators see it and as it arrives.

use std::path::PathBuf;

use mail::MailSettings;
use serde_json::json;

use crate::world::{World, no_mail};

#[tokio::test(flavor = "multi_thread")]
async fn the_delivery_log_tells_administrators_what_became_of_each_mail() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let task = world.task(json!({"title": "Report", "assigned_to": ann.email})).await;
    world.task(json!({"title": "Other", "assigned_to": bob.email})).await;
    // Mail is not set up in this world, and the log says so.
    let of_ann = format!("/api/notifications/deliveries/?status=skipped&user={}&count=true", ann.id);
    let answer = testkit::eventually("the mail to be settled", async || {
        let answer = world.admin.get(&of_ann).await.expect(200);
        (answer.results().len() == 1).then_some(answer)
    })
    .await;
    assert_eq!(answer.json["count"], 1);
    let mail = answer.results()[0].clone();
    assert_eq!((&mail["channel"], &mail["type"]), (&json!("email"), &json!("assigned")));
    assert_eq!((&mail["task"], &mail["subject"]), (&task["id"], &json!("Assigned to you: Report")));
    assert_eq!((&mail["answer"], &mail["next_attempt_at"]), (&json!("mail is not set up"), &json!(null)));
    assert_eq!(world.admin.get("/api/notifications/deliveries/?channel=webhook").await.results().len(), 0);
    assert_eq!(world.admin.get("/api/notifications/deliveries/?type=assigned").await.results().len(), 2);

    let one = format!("/api/notifications/deliveries/{}/", mail["id"].as_str().unwrap());
    let retry = format!("{one}retry/");
    assert_eq!(world.admin.get(&one).await.expect(200).json["id"], mail["id"]);
    let again = world.admin.post(&retry, json!({})).await.expect(200).json;
    assert_eq!((&again["status"], &again["attempts"]), (&json!("queued"), &json!(0)));

    for (who, status) in [(&ann.client, 403), (&world.anyone, 401)] {
        who.get("/api/notifications/deliveries/").await.expect(status);
        who.get(&one).await.expect(status);
        who.post(&retry, json!({})).await.expect(status);
    }
    world.admin.get("/api/notifications/deliveries/?status=lost").await.expect(400);
    let nobodys = "/api/notifications/deliveries/00000000-0000-7000-8000-000000000000/retry/";
    world.admin.post(nobodys, json!({})).await.expect(404);
    world.end().await;
}

/// A directory for mails, which is removed at the end.
pub struct MailDir(PathBuf);

impl MailDir {
    pub fn new() -> Self {
        Self(std::env::temp_dir().join(format!("docket-mails-{}", uuid::Uuid::new_v4().simple())))
    }

    pub fn settings(&self) -> MailSettings {
        MailSettings { mail_dir: Some(self.0.clone()), ..no_mail() }
    }

    /// The mails in it, whole, the oldest first.
    pub fn mails(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'));
        paths.sort();
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

impl Drop for MailDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The address in a header between angle brackets.
fn link(mail: &str, header: &str) -> String {
    let start = mail.find(&format!("\r\n{header}: <")).unwrap() + header.len() + 5;
    mail[start..start + mail[start..].find('>').unwrap()].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_mail_stops_mails_without_signing_in_and_does_nothing_else() {
    let directory = MailDir::new();
    let world = World::with_mail(directory.settings()).await;
    let ann = world.person().await;
    world.task(json!({"title": "Report", "assigned_to": ann.email})).await;
    let mails = testkit::eventually("a mail", async || {
        let mails = directory.mails();
        (!mails.is_empty()).then_some(mails)
    })
    .await;
    let url = link(&mails[0], "List-Unsubscribe");
    let path = &url[url.find("/api/").unwrap()..];
    let wanted = async |kind: &str| {
        let json = ann.get("/api/notifications/preferences/").await.expect(200).json;
        json["types"][kind]["email"].as_bool().unwrap()
    };

    // Looking changes nothing.
    let page = world.anyone.get(path).await.expect(200);
    assert!(
        page.header("content-type").starts_with("text/html") && page.text.contains("<form method=\"post\"")
    );
    assert!(page.header("content-security-policy").contains("form-action 'self'"));
    assert!(wanted("assigned").await);

    // As a mail program does it; twice is once.
    for _ in 0..2 {
        let one_click = world.anyone.request(reqwest::Method::POST, path);
        let one_click = one_click.header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(one_click.body("List-Unsubscribe=One-Click").send().await.unwrap().status(), 200);
    }
    assert!(!wanted("assigned").await && wanted("task_due").await);
    assert_eq!(ann.get("/api/notifications/preferences/").await.json["version"], 1);

    // The page's other button is for all.
    let all = page.text.rsplit("action=\"").next().unwrap();
    let all = format!("/api/notifications/unsubscribe/{}", &all[..all.find('"').unwrap()]);
    assert_ne!(all, path);
    let done = world.anyone.send(reqwest::Method::POST, &all, None).await.expect(200);
    assert!(done.text.contains("no more mails"));
    assert!(!wanted("task_due").await);

    for forged in ["?token=AAAA", "?token=", "", "?token=a&token=b", "?x=1"] {
        let answer = world.anyone.get(&format!("/api/notifications/unsubscribe/{forged}")).await;
        assert_eq!(answer.status, 400, "{forged}: {}", answer.text);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_mail_goes_at_once_and_tells_the_servers_words() {
    let directory = MailDir::new();
    let world = World::with_mail(directory.settings()).await;
    let sent = world.admin.post("/api/notifications/test-mail/", json!({})).await.expect(200).json;
    assert_eq!(
        (&sent["status"], &sent["type"], &sent["attempts"]),
        (&json!("sent"), &json!("test"), &json!(1))
    );
    assert_eq!(sent["recipient"], world.admin.email.as_str());
    assert!(sent["answer"].as_str().unwrap().starts_with("written to "), "{sent}");
    assert_eq!(directory.mails().len(), 1);
    let one = format!("/api/notifications/deliveries/{}/", sent["id"].as_str().unwrap());
    assert_eq!(world.admin.get(&one).await.expect(200).json, sent);
    let ann = world.person().await;
    ann.post("/api/notifications/test-mail/", json!({})).await.expect(403);
    world.end().await;

    // A server that is not there.
    let nowhere = MailSettings { smtp_url: Some("smtp://127.0.0.1:9".to_owned()), ..no_mail() };
    let world = World::with_mail(nowhere).await;
    let failed = world.admin.post("/api/notifications/test-mail/", json!({})).await.expect(200).json;
    assert_eq!(failed["status"], "failed");
    assert!(!failed["answer"].as_str().unwrap().is_empty());
    world.end().await;

    let world = World::start().await;
    let skipped = world.admin.post("/api/notifications/test-mail/", json!({})).await.expect(200).json;
    assert_eq!((&skipped["status"], &skipped["answer"]), (&json!("skipped"), &json!("mail is not set up")));
    world.end().await;
}
