//! `--demo`: fills an empty Docket with a believable sample, through the public API, as people would.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use chrono::{Duration, SecondsFormat, Utc};
use serde_json::{Value, json};

/// The password of every sample user.
pub const PASSWORD: &str = "try-docket-now";

const PEOPLE: [(&str, &str, &str); 5] = [
    ("ada@docket.example", "Ada Lovelace", "Europe/London"),
    ("grace@docket.example", "Grace Hopper", "America/New_York"),
    ("linus@docket.example", "Linus Pauling", "America/Los_Angeles"),
    ("mei@docket.example", "Mei Tanaka", "Asia/Tokyo"),
    ("omar@docket.example", "Omar Haddad", "Europe/Berlin"),
];

/// Title, description, priority, hours until it is due, index of the assignee, status.
type Sample = (&'static str, &'static str, &'static str, Option<i64>, Option<usize>, &'static str);

const TASKS: [Sample; 14] = [
    (
        "Renew the TLS certificate",
        "It expires this week; the runbook is in the wiki.",
        "urgent",
        Some(3),
        Some(0),
        "in-progress",
    ),
    (
        "Prepare the board meeting",
        "Slides, figures of the quarter, printed agenda.",
        "high",
        Some(20),
        Some(0),
        "todo",
    ),
    (
        "Answer the security questionnaire",
        "From the new customer; 42 questions.",
        "medium",
        Some(70),
        Some(0),
        "todo",
    ),
    (
        "Write the release notes",
        "Everything since the last release, in plain words.",
        "medium",
        Some(-2),
        Some(1),
        "in-progress",
    ),
    ("Interview: backend engineer", "Second round, together with Omar.", "high", Some(6), Some(1), "todo"),
    ("Fix the flaky import test", "Fails about once in fifty runs.", "low", Some(120), Some(1), "todo"),
    ("Order new headsets", "Six of them, for the support team.", "low", None, Some(2), "todo"),
    (
        "Restore drill",
        "Restore last night's backup into an empty system and compare.",
        "high",
        Some(22),
        Some(2),
        "todo",
    ),
    ("Translate the onboarding mail", "Japanese and German.", "medium", Some(48), Some(3), "in-progress"),
    (
        "Update the price list",
        "New prices hold from the first of the month.",
        "urgent",
        Some(-20),
        Some(3),
        "todo",
    ),
    (
        "Clean up unused feature flags",
        "The list is in the description of the last sprint.",
        "none",
        None,
        Some(4),
        "todo",
    ),
    ("Customer call: Northwind", "They ask for an export of their data.", "high", Some(10), Some(4), "todo"),
    ("Collect ideas for the offsite", "Somewhere with trees.", "none", Some(400), None, "todo"),
    ("Archive last year's invoices", "Ten years on paper, by law.", "low", Some(700), None, "todo"),
];

/// Fills it in; what goes wrong is said and does not stop Docket.
pub async fn fill(address: SocketAddr, admin_email: &str, admin_password: &str, is_empty: bool) {
    if !is_empty {
        println!("The sample was left out: this Docket is not new.");
        return;
    }
    match try_fill(&format!("http://{address}"), admin_email, admin_password).await {
        Ok(()) => {
            println!("A sample is there. Sign in as one of these with the password {PASSWORD}:");
            for (email, name, _) in PEOPLE {
                println!("  {email:24} {name}");
            }
        }
        Err(error) => eprintln!("The sample is not complete: {error:#}"),
    }
}

async fn try_fill(base: &str, admin_email: &str, admin_password: &str) -> anyhow::Result<()> {
    let api = Api { client: reqwest::Client::new(), base: base.to_owned() };
    let admin = api.login(admin_email, admin_password).await?;
    for (email, username, timezone) in PEOPLE {
        let person =
            json!({"email": email, "password": PASSWORD, "username": username, "timezone": timezone});
        api.call("POST", "/api/users/register/", None, person).await?;
    }
    for (title, description, priority, hours, assignee, status) in TASKS {
        let due = hours
            .map(|hours| (Utc::now() + Duration::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true));
        let task = json!({
            "title": title, "description": description, "priority": priority, "due_date": due,
            "assigned_to": assignee.map(|index| PEOPLE[index].0),
        });
        let made = api.call("POST", "/api/tasks/", Some(&admin), task).await?;
        if let (Some(index), true) = (assignee, status != "todo") {
            let token = api.login(PEOPLE[index].0, PASSWORD).await?;
            let path = format!("/api/tasks/{}/", made["id"].as_str().context("a task has an id")?);
            api.call("PATCH", &path, Some(&token), json!({"status": status})).await?;
        }
    }
    Ok(())
}

struct Api {
    client: reqwest::Client,
    base: String,
}

impl Api {
    async fn login(&self, email: &str, password: &str) -> anyhow::Result<String> {
        let pair = self
            .call("POST", "/api/users/login/", None, json!({"email": email, "password": password}))
            .await?;
        Ok(pair["access"].as_str().context("no access token")?.to_owned())
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&String>,
        body: Value,
    ) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.base);
        let mut request = self.client.request(method.parse()?, url).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer: Value = response.json().await.unwrap_or_default();
        if !status.is_success() {
            bail!("{method} {path}: {}", answer["detail"].as_str().unwrap_or(status.as_str()));
        }
        Ok(answer)
    }
}
