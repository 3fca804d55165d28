//! A running Docket of its own for one test, and the words the tests are written in.

mod apart;
pub mod document;
mod log;
mod running;

use std::{
    net::Ipv4Addr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use docket::{database::DatabaseUrls, secrets::Secrets, system::SystemConfig};
use mail::MailSettings;
use messaging::{Bus, BusKind, BusSettings};
use serde_json::{Value, json};
use service_kit::settings::EdgeSettings;
use testkit::{Answer, Client, TestDatabase};

use running::Running;

pub const PASSWORD: &str = "correct horse battery";
pub const PEPPER: &str = "pepper";
pub const ADMIN: &str = "admin@example.org";

pub struct World {
    pub system: Running,
    pub database: TestDatabase,
    /// Not signed in.
    pub anyone: Client,
    pub admin: Person,
    mail_dir: Option<PathBuf>,
    bus: Arc<dyn Bus>,
    people: AtomicU32,
    config: SystemConfig,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub refresh: String,
    pub client: Client,
}

impl std::ops::Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// What every system of these tests is started with.
pub fn system_config(
    urls: DatabaseUrls,
    amqp_url: Option<String>,
    bus_prefix: String,
    mail: MailSettings,
) -> SystemConfig {
    SystemConfig {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        public_url: None,
        urls,
        amqp_url,
        bus_prefix,
        secrets: Secrets { cursor_secret: "cursor".to_owned(), password_pepper: PEPPER.to_owned() },
        admin: Some((ADMIN.to_owned(), PASSWORD.to_owned())),
        mail,
        webhook_allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        webhook_ca_file: None,
        email_verification: Some(false),
        edge: EdgeSettings::default(),
        bcrypt_cost: bcrypt_cost(),
        otlp_endpoint: None,
    }
}

/// What may be unlike in one test.
struct Setting {
    amqp_url: Option<String>,
    mail: MailSettings,
    /// E-mail addresses are verified where there is a directory to find the mails in.
    mail_dir: Option<PathBuf>,
    /// Of traces.
    collector: Option<String>,
    edge: EdgeSettings,
    /// Authorities that webhooks believe.
    webhook_ca_file: Option<PathBuf>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            amqp_url: None,
            mail: no_mail(),
            mail_dir: None,
            collector: None,
            edge: EdgeSettings::default(),
            webhook_ca_file: None,
        }
    }
}

/// Whether the services of these tests are processes of their own.
pub fn is_apart() -> bool {
    running::programs().is_some()
}

impl World {
    /// On the Postgres bus.
    pub async fn start() -> Self {
        Self::on(Setting::default()).await
    }

    /// With a stricter edge.
    pub async fn with_edge(edge: EdgeSettings) -> Self {
        Self::on(Setting { edge, ..Setting::default() }).await
    }

    /// Where webhooks believe the authorities in this file.
    pub async fn with_webhook_ca(file: PathBuf) -> Self {
        Self::on(Setting { webhook_ca_file: Some(file), ..Setting::default() }).await
    }

    /// On the Postgres bus, with mail.
    pub async fn with_mail(mail: MailSettings) -> Self {
        Self::on(Setting { mail, ..Setting::default() }).await
    }

    /// Where mails are written to files, and e-mail addresses are verified by them.
    pub async fn with_verified_addresses() -> Self {
        let directory = std::env::temp_dir().join(format!("docket-mails-{}", uuid::Uuid::new_v4().simple()));
        let mail = MailSettings { mail_dir: Some(directory.clone()), ..no_mail() };
        Self::on(Setting { mail, mail_dir: Some(directory), ..Setting::default() }).await
    }

    /// On RabbitMQ; `None`, and said aloud, where there is no broker.
    pub async fn on_rabbitmq() -> Option<Self> {
        let url = tokio::task::spawn_blocking(testkit::rabbitmq).await.unwrap()?;
        Some(Self::on(Setting { amqp_url: Some(url.to_owned()), ..Setting::default() }).await)
    }

    /// On either bus, sending traces to a collector.
    pub async fn traced(amqp_url: Option<String>, collector: &str) -> Self {
        let collector = Some(collector.to_owned());
        Self::on(Setting { amqp_url, collector, ..Setting::default() }).await
    }

    async fn on(setting: Setting) -> Self {
        let Setting { amqp_url, mail, mail_dir, collector, edge, webhook_ca_file } = setting;
        let database = tokio::task::spawn_blocking(TestDatabase::create).await.unwrap();
        let amqp_url = match amqp_url {
            None if running::programs().is_some() => {
                let url = tokio::task::spawn_blocking(testkit::rabbitmq).await.unwrap();
                Some(url.expect("processes of their own speak over RabbitMQ").to_owned())
            }
            given => given,
        };
        let prefix = format!("it{}.", uuid::Uuid::new_v4().simple());
        let bus = messaging::connect(&BusSettings {
            kind: if amqp_url.is_some() { BusKind::RabbitMq } else { BusKind::Postgres },
            amqp_url: amqp_url.clone(),
            database_url: database.url().to_owned(),
            prefix: prefix.clone(),
        })
        .await
        .unwrap();
        let urls = DatabaseUrls::shared(database.url());
        let config = SystemConfig {
            email_verification: Some(mail_dir.is_some()),
            otlp_endpoint: collector,
            edge,
            webhook_ca_file,
            ..system_config(urls, amqp_url, prefix, mail)
        };
        let system = Running::start(config.clone()).await;
        let anyone = client(&system);
        let admin = sign_in(&anyone, ADMIN).await;
        Self { system, database, anyone, admin, mail_dir, bus, people: AtomicU32::new(0), config }
    }

    /// Starts the system anew on the same database, after doing something to that behind its back.
    pub async fn restarted_after(self, between: impl FnOnce(&TestDatabase)) -> Self {
        self.system.end().await;
        tokio::task::block_in_place(|| between(&self.database));
        let system = Running::start(self.config.clone()).await;
        let anyone = client(&system);
        let admin = sign_in(&anyone, ADMIN).await;
        Self { system, anyone, admin, ..self }
    }

    /// Registers somebody new and signs them in.
    pub async fn person(&self) -> Person {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let email = format!("person{number}@example.org");
        self.anyone
            .post("/api/users/register/", json!({"email": email, "password": PASSWORD}))
            .await
            .expect(201);
        sign_in(&self.anyone, &email).await
    }

    /// A second administrator.
    pub async fn another_admin(&self) -> Person {
        let email = format!("admin{}@example.org", self.people.fetch_add(1, Ordering::Relaxed));
        let body = json!({"email": email, "password": PASSWORD, "role": "admin"});
        self.admin.post("/api/users/register/", body).await.expect(201);
        sign_in(&self.anyone, &email).await
    }

    /// Creates a task as the administrator.
    pub async fn task(&self, body: Value) -> Value {
        self.admin.post("/api/tasks/", body).await.expect(201).json
    }

    /// Waits until somebody has a mail with that subject; gives its text. Read once, it is gone.
    pub async fn mail(&self, to: &str, subject: &str) -> String {
        let directory = self.mail_dir.as_ref().expect("World::with_verified_addresses");
        testkit::eventually(&format!("the mail “{subject}” to {to}"), async || {
            let files = std::fs::read_dir(directory).ok()?.flatten();
            // What begins with a dot is still being written, and will be renamed.
            let mut mails = files.filter(|file| {
                file.file_name().to_str().is_some_and(|name| name.ends_with(".eml") && !name.starts_with('.'))
            });
            let found = mails.find_map(|file| {
                let text = std::fs::read_to_string(file.path()).ok()?;
                let has = |line: String| text.lines().any(|other| other == line);
                (has(format!("To: {to}")) && has(format!("Subject: {subject}")))
                    .then_some((file.path(), text))
            });
            let (path, text) = found?;
            std::fs::remove_file(path).unwrap();
            // Quoted-printable, where a line was long.
            Some(text.replace("=\r\n", "").replace("=3D", "="))
        })
        .await
    }

    /// Waits until nothing is on its way: outboxes sent, queues empty. What has not been told then never will be.
    pub async fn settled(&self) {
        testkit::eventually("the outboxes and the queues to be empty", async || {
            (self.pending().await == 0).then_some(())
        })
        .await;
    }

    /// Events on their way: in outboxes, in queues, and in consumers' hands.
    pub async fn pending(&self) -> u64 {
        let mut pending = tokio::task::block_in_place(|| unsent(&self.database));
        for (queue, bindings) in events::routing::QUEUES {
            // What another process has in hand, the broker does not count with what waits; its inbox tells.
            pending += if is_apart() {
                tokio::task::block_in_place(|| unheard(&self.database, queue, bindings))
            } else {
                self.bus.depth(queue).await.unwrap()
            };
        }
        pending
    }

    /// Does something behind the services' backs: what time would do, say.
    pub fn execute(&self, sql: &str) {
        use diesel::connection::SimpleConnection as _;
        tokio::task::block_in_place(|| self.database.connect("public").batch_execute(sql).unwrap());
    }

    /// Stops it; the outboxes must be empty then, or an event was lost on the way.
    pub async fn end(self) {
        self.settled().await;
        self.system.end().await;
        if let Some(directory) = self.mail_dir {
            std::fs::remove_dir_all(directory).unwrap();
        }
        for (queue, _) in events::routing::QUEUES {
            self.bus.remove(queue).await.unwrap();
        }
    }
}

/// Not signed in; every answer is held against the document.
fn client(system: &Running) -> Client {
    Client::new(&format!("http://{}", system.address())).watched_by(Arc::new(document::is_as_documented))
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

fn unsent(database: &TestDatabase) -> u64 {
    use diesel::RunQueryDsl as _;
    let query = "SELECT (SELECT count(*) FROM \"user\".outbox WHERE sent_at IS NULL) \
                 + (SELECT count(*) FROM task.outbox WHERE sent_at IS NULL) AS count";
    let row: Count = diesel::sql_query(query).get_result(&mut database.connect("public")).unwrap();
    row.count.unsigned_abs()
}

/// Events that this queue's consumer has not dealt with.
fn unheard(database: &TestDatabase, queue: &str, bindings: &[&str]) -> u64 {
    use diesel::{
        RunQueryDsl as _,
        sql_types::{Array, Text},
    };
    let (service, _) = queue.split_once('.').unwrap();
    let query = format!(
        "SELECT count(*) AS count FROM (SELECT event_id, routing_key FROM \"user\".outbox UNION ALL \
           SELECT event_id, routing_key FROM task.outbox) AS said \
         WHERE routing_key LIKE ANY($2) AND NOT EXISTS (SELECT FROM {service}.inbox AS heard \
           WHERE heard.consumer = $1 AND heard.event_id = said.event_id)"
    );
    let patterns: Vec<String> = bindings.iter().map(|pattern| pattern.replace('*', "%")).collect();
    let row: Count = diesel::sql_query(query)
        .bind::<Text, _>(queue)
        .bind::<Array<Text>, _>(patterns)
        .get_result(&mut database.connect("public"))
        .unwrap();
    row.count.unsigned_abs()
}

/// As little as there is, but where a test measures what production does.
fn bcrypt_cost() -> u32 {
    std::env::var("TEST_BCRYPT_COST").ok().and_then(|cost| cost.parse().ok()).unwrap_or(4)
}

/// Mail is not set up.
pub fn no_mail() -> MailSettings {
    MailSettings { smtp_url: None, mail_from: "Docket <docket@localhost>".to_owned(), mail_dir: None }
}

/// Signs somebody in who registered with [`PASSWORD`].
pub async fn sign_in(anyone: &Client, email: &str) -> Person {
    let answer = login(anyone, email, PASSWORD).await.expect(200);
    Person {
        id: answer.id(),
        email: email.to_owned(),
        refresh: answer.json["refresh"].as_str().unwrap().to_owned(),
        client: anyone.with_token(answer.json["access"].as_str().unwrap()),
    }
}

pub async fn login(anyone: &Client, email: &str, password: &str) -> Answer {
    anyone.post("/api/users/login/", json!({"email": email, "password": password})).await
}

impl Person {
    pub fn path(&self) -> String {
        format!("/api/users/{}/", self.id)
    }

    /// Types of all their notifications, read or not, oldest first.
    pub async fn told(&self) -> Vec<String> {
        let answer = self.get("/api/notifications/?state=all&limit=100").await.expect(200);
        answer.results().iter().rev().map(|n| n["type"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until they have as many notifications, then returns their types, oldest first.
    pub async fn told_eventually(&self, count: usize) -> Vec<String> {
        testkit::eventually(&format!("{} to be told {count} things", self.email), async || {
            let told = self.told().await;
            (told.len() >= count).then_some(told)
        })
        .await
    }
}

pub fn path(task: &Value) -> String {
    format!("/api/tasks/{}/", task["id"].as_str().unwrap())
}
