//! Who asks, and what they ask about.

use std::collections::BTreeMap;

use serde_json::json;
use testkit::Client;
use tokio::sync::Mutex;

use crate::world::{Person, World, path, sign_in};

/// What the placeholders of a path stand for. It belongs to the assignee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// There is no placeholder.
    Nothing,
    /// A task that is assigned to the assignee.
    Task,
    /// One that is in the trash.
    TrashedTask,
    /// A notification of the assignee.
    Notification,
    /// An account that nobody else uses.
    Account,
    /// A session of the assignee.
    Session,
    /// A personal access token of the assignee.
    PersonalToken,
    /// A feed of the assignee.
    Feed,
    /// The secret of their calendar.
    SecretOfTasks,
    /// The secret of their news.
    SecretOfNotifications,
    /// A webhook of the assignee.
    Webhook,
    /// A delivery to it that has not arrived.
    WebhookDelivery,
    /// Something that is not there: for what administrators alone may ask about, and which only time makes.
    Unknown,
}

/// The callers of the matrix.
pub struct Cast {
    pub anonymous: Client,
    pub stranger: Person,
    pub assignee: Person,
    pub admin: Person,
    pub disabled: Person,
    /// A personal access token of the administrator for each set of scopes that was asked for.
    tokens: Mutex<BTreeMap<Vec<String>, Client>>,
}

impl Cast {
    pub async fn new(world: &World) -> Self {
        let disabled = world.person().await;
        world.admin.patch(&disabled.path(), json!({"is_active": false})).await.expect(200);
        for path in ["/api/tasks/", "/api/notifications/"] {
            testkit::eventually("the disabled account to be void", async || {
                (disabled.get(path).await.status == 401).then_some(())
            })
            .await;
        }
        Self {
            anonymous: world.anyone.clone(),
            stranger: world.person().await,
            assignee: world.person().await,
            admin: world.admin.clone(),
            disabled,
            tokens: Mutex::default(),
        }
    }

    /// The administrator with a personal access token of these scopes.
    pub async fn with_scopes(&self, scopes: Vec<String>) -> Client {
        let mut tokens = self.tokens.lock().await;
        if let Some(known) = tokens.get(&scopes) {
            return known.clone();
        }
        let body = json!({"name": "matrix", "scopes": scopes});
        let made = self.admin.post("/api/users/me/tokens/", body).await.expect(201);
        let client = self.anonymous.with_token(made.json["token"].as_str().expect("a secret"));
        tokens.insert(scopes, client.clone());
        client
    }

    /// A new subject: the ids that fill the placeholders of a path, in their order.
    pub async fn make(&self, world: &World, subject: Subject) -> Vec<String> {
        match subject {
            Subject::Nothing => Vec::new(),
            Subject::Task => vec![self.task(world).await],
            Subject::TrashedTask => {
                let task = world.task(json!({"title": "T", "assigned_to": self.assignee.email})).await;
                world.admin.delete(&path(&task)).await.expect(204);
                vec![id(&task)]
            }
            Subject::Notification => vec![self.notification(world).await],
            Subject::PersonalToken => {
                let body = json!({"name": "CI", "scopes": ["tasks:read"]});
                vec![self.assignee.post("/api/users/me/tokens/", body).await.expect(201).id()]
            }
            Subject::Unknown => vec![uuid::Uuid::now_v7().to_string()],
            Subject::Feed => vec![id(&self.feed("tasks").await)],
            Subject::SecretOfTasks => vec![secret(&self.feed("tasks").await)],
            Subject::SecretOfNotifications => vec![secret(&self.feed("notifications").await)],
            Subject::Webhook => vec![self.webhook().await],
            Subject::WebhookDelivery => {
                let test = format!("/api/notifications/webhooks/{}/test/", self.webhook().await);
                vec![self.assignee.send(reqwest::Method::POST, &test, None).await.expect(200).id()]
            }
            Subject::Account => vec![world.person().await.id],
            Subject::Session => {
                let there = sign_in(&world.anyone, &self.assignee.email).await;
                let sessions = there.get("/api/users/me/sessions/").await.expect(200);
                let current = sessions.results().iter().find(|session| session["current"] == true);
                vec![id(current.expect("the session of this request"))]
            }
        }
    }

    async fn feed(&self, kind: &str) -> serde_json::Value {
        self.assignee.post("/api/notifications/feeds/", json!({"kind": kind})).await.expect(201).json
    }

    /// It leads nowhere, and is the only one: there may not be many.
    async fn webhook(&self) -> String {
        let list = "/api/notifications/webhooks/";
        for old in self.assignee.get(list).await.expect(200).results() {
            self.assignee.delete(&format!("{list}{}/", id(old))).await.expect(204);
        }
        self.assignee.post(list, json!({"url": "https://webhook.invalid/"})).await.expect(201).id()
    }

    async fn task(&self, world: &World) -> String {
        id(&world.task(json!({"title": "T", "assigned_to": self.assignee.email})).await)
    }

    /// The one that tells of a new task.
    async fn notification(&self, world: &World) -> String {
        let task = self.task(world).await;
        testkit::eventually("the assignee to be told", async || {
            let list = self.assignee.get("/api/notifications/").await.expect(200);
            list.results().iter().find(|one| one["task"] == *task).map(id)
        })
        .await
    }
}

fn secret(feed: &serde_json::Value) -> String {
    feed["url"].as_str().and_then(|url| url.rsplit('/').nth(1)).expect("a URL with a secret").to_owned()
}

fn id(resource: &serde_json::Value) -> String {
    resource["id"].as_str().expect("an id").to_owned()
}
