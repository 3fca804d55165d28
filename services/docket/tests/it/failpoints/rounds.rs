//! Rounds of dying and coming back, and the count after each.

use std::{collections::HashMap, fs, path::PathBuf, sync::Arc};

use chrono::Utc;
use diesel::{RunQueryDsl as _, connection::SimpleConnection as _, sql_query, sql_types::BigInt};
use futures_util::future::join_all;
use messaging::{Bus, BusKind, BusSettings};
use serde_json::json;
use testkit::{Client, TestDatabase};

use super::child::{Child, Settings};
use crate::world::{ADMIN, PASSWORD, sign_in};

/// Tasks written at once; each tells its assignee twice, of the assignment and of the due date.
const TASKS: u64 = 3;
const ANN: &str = "ann@example.org";

/// A database and a bus through which one child after the other goes.
pub struct Stage {
    database: TestDatabase,
    bus: Arc<dyn Bus>,
    settings: Settings,
    /// Of every task: what is said again must be the same.
    due_date: String,
    tasks: u64,
    deaths: u64,
}

#[derive(diesel::QueryableByName, Debug, PartialEq, Eq)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    tasks: i64,
    #[diesel(sql_type = BigInt)]
    assigned: i64,
    #[diesel(sql_type = BigInt)]
    due: i64,
    #[diesel(sql_type = BigInt)]
    unsent: i64,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COUNTS: &str = "SELECT (SELECT count(*) FROM task.tasks) AS tasks, \
    (SELECT count(*) FROM notification.notifications WHERE type = 'assigned') AS assigned, \
    (SELECT count(*) FROM notification.notifications WHERE type = 'task_due') AS due, \
    (SELECT count(*) FROM task.outbox WHERE sent_at IS NULL) AS unsent";
const UNMAILED: &str = "SELECT count(*) AS count FROM notification.mails WHERE state <> 'sent'";

impl Stage {
    pub async fn open(amqp_url: Option<String>) -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::create).await.unwrap();
        let name = uuid::Uuid::new_v4().simple();
        let settings = Settings {
            database_url: database.url().to_owned(),
            amqp_url: amqp_url.clone(),
            bus_prefix: format!("it{name}."),
            mail_dir: std::env::temp_dir().join(format!("docket-failpoints-{name}")),
        };
        let bus = messaging::connect(&BusSettings {
            kind: if amqp_url.is_some() { BusKind::RabbitMq } else { BusKind::Postgres },
            amqp_url,
            database_url: settings.database_url.clone(),
            prefix: settings.bus_prefix.clone(),
        })
        .await
        .unwrap();
        let due_date = (Utc::now() + chrono::Duration::hours(20)).to_rfc3339();
        Self { database, bus, settings, due_date, tasks: 0, deaths: 0 }
    }

    /// As often as `FAILPOINT_ROUNDS` says, at each of these points.
    pub async fn die_everywhere(mut self, points: &[&str]) {
        let rounds: u32 = std::env::var("FAILPOINT_ROUNDS").map_or(1, |text| text.parse().unwrap());
        let mut child = Child::start(&self.settings).await;
        let ann = json!({"email": ANN, "password": PASSWORD});
        Client::new(&child.url).post("/api/users/register/", ann).await.expect(201);
        for round in 0..rounds {
            for point in points {
                // Sometimes in the midst of several.
                child = self.die_at(child, point, 1 + round % 2).await;
            }
        }
        testkit::eventually("all mails to be sent", async || (self.unmailed() == 0).then_some(())).await;
        child.stop().await;
        let extra = self.mails_beyond_the_first();
        println!("{} deaths, {} tasks, {extra} mails sent twice", self.deaths, self.tasks);
        self.close().await;
    }

    /// The child dies at `point` while clients write; with the next one everything comes to its end.
    async fn die_at(&mut self, mut child: Child, point: &str, nth: u32) -> Child {
        let first = self.tasks;
        let admin = sign_in(&Client::new(&child.url), ADMIN).await.client;
        child.arm(point, nth).await;
        testkit::eventually(&format!("{point} to be reached"), async || {
            let numbers = self.tasks..self.tasks + TASKS;
            self.tasks = numbers.end;
            join_all(numbers.map(|number| self.create(&admin, number))).await;
            child.is_dead().await.then_some(())
        })
        .await;
        self.deaths += 1;

        let child = Child::start(&self.settings).await;
        let admin = sign_in(&Client::new(&child.url), ADMIN).await.client;
        for number in first..self.tasks {
            assert_eq!(self.create(&admin, number).await, Some(201), "{point}");
        }
        self.release_mails();
        let wanted = i64::try_from(self.tasks).unwrap();
        let told = Counts { tasks: wanted, assigned: wanted, due: wanted, unsent: 0 };
        testkit::eventually(&format!("{point}: {told:?}"), async || {
            let depth = self.bus.depth(events::routing::NOTIFICATION_EVENTS.0).await.unwrap();
            (depth == 0 && self.counts() == told).then_some(())
        })
        .await;
        assert!(self.bus.dead_letters("notification.events", 1).await.unwrap().is_empty(), "{point}");
        child
    }

    /// The status; `None` when there was no answer.
    async fn create(&self, admin: &Client, number: u64) -> Option<u16> {
        let body = json!({"title": format!("T{number}"), "assigned_to": ANN, "due_date": self.due_date});
        let request = admin.request(reqwest::Method::POST, "/api/tasks/").json(&body);
        let answer = request.header("idempotency-key", format!("failpoint-{number}")).send().await.ok()?;
        Some(answer.status().as_u16())
    }

    fn unmailed(&self) -> i64 {
        let count = || sql_query(UNMAILED).get_result(&mut self.database.connect("public")).unwrap();
        let row: Count = tokio::task::block_in_place(count);
        row.count
    }

    fn counts(&self) -> Counts {
        let count = || sql_query(COUNTS).get_result(&mut self.database.connect("public")).unwrap();
        tokio::task::block_in_place(count)
    }

    /// What a dead sender had in its hands would wait for the end of its lease.
    fn release_mails(&self) {
        let release = "UPDATE notification.mails SET next_attempt_at = now() WHERE state = 'queued'";
        tokio::task::block_in_place(|| self.database.connect("public").batch_execute(release).unwrap());
    }

    /// Every notification has its mail; a second copy has the `Message-ID` of the first. How many of those there are.
    fn mails_beyond_the_first(&self) -> u64 {
        let mut copies: HashMap<String, u64> = HashMap::new();
        for file in fs::read_dir(&self.settings.mail_dir).unwrap() {
            let path = file.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with('.') {
                continue; // not finished: the process died while it wrote
            }
            *copies.entry(message_id(&path)).or_default() += 1;
        }
        assert_eq!(copies.len() as u64, 2 * self.tasks);
        copies.values().sum::<u64>() - copies.len() as u64
    }

    async fn close(self) {
        for (queue, _) in events::routing::QUEUES {
            self.bus.remove(queue).await.unwrap();
        }
        fs::remove_dir_all(&self.settings.mail_dir).unwrap();
    }
}

fn message_id(path: &PathBuf) -> String {
    let text = fs::read_to_string(path).unwrap();
    let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
    id.unwrap_or_else(|| panic!("no Message-ID in {}", path.display())).to_owned()
}
