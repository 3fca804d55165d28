//! Who makes the requests.

use anyhow::Context as _;
use rand::Rng;
use rig::{ADMIN, PASSWORD, System, http};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{data, options::Options};

const STATUSES: [&str; 3] = ["todo", "in-progress", "completed"];

/// A user who is signed in.
#[derive(Debug)]
pub struct Caller {
    /// Their access token.
    pub token: String,
    tasks: Vec<Uuid>,
    moves: std::sync::atomic::AtomicUsize,
}

/// The administrator, who creates tasks.
#[derive(Debug)]
pub struct Administrator {
    /// The access token.
    pub token: String,
    /// How many tasks there are at first.
    pub tasks: u32,
    /// To whom tasks are given.
    pub emails: Vec<String>,
}

impl Caller {
    /// One of their tasks.
    pub fn any_task(&self, rng: &mut impl Rng) -> Uuid {
        self.tasks[rng.random_range(0..self.tasks.len())]
    }

    /// One of their tasks after the other, and a status that it has not had just now.
    pub fn next_move(&self, _: &mut impl Rng) -> (Uuid, &'static str) {
        let count = self.moves.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (round, place) = (count / self.tasks.len(), count % self.tasks.len());
        (self.tasks[place], STATUSES[(place + round) % STATUSES.len()])
    }
}

/// Signs in as many users as there are connections, and the administrator.
///
/// # Errors
/// When somebody is not let in.
pub async fn sign_in(system: &System, options: &Options) -> anyhow::Result<(Vec<Caller>, Administrator)> {
    let at = http(system.addresses.user);
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut callers = Vec::new();
    let connections = u32::try_from(options.connections)?;
    for number in 0..connections {
        // From all over the tables.
        let user = (number * (options.users / connections).max(1)) % options.users;
        let tasks = (user..options.tasks).step_by(options.users as usize).map(data::task).collect();
        let token = login(&client, &at, &data::email(user)).await?;
        callers.push(Caller { token, tasks, moves: 0.into() });
    }
    let emails = (0..options.users).map(data::email).collect();
    let token = login(&client, &at, ADMIN).await?;
    Ok((callers, Administrator { token, tasks: options.tasks, emails }))
}

async fn login(client: &reqwest::Client, at: &str, email: &str) -> anyhow::Result<String> {
    let body = json!({"email": email, "password": PASSWORD});
    let answer = client.post(format!("{at}/api/users/login/")).json(&body).send().await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    let token = body["access"].as_str().with_context(|| format!("{email}: {status} {body}"))?;
    Ok(token.to_owned())
}
