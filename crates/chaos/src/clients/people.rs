//! Those who are told: by notification, by stream and by mail, as it is where nobody has set it otherwise.

use reqwest::Method;
use serde_json::{Value, json};

use super::api::Api;
use rig::PASSWORD;

/// Somebody who is told things.
#[derive(Clone)]
pub struct Person {
    /// Their e-mail address.
    pub email: String,
    /// Their way to Docket.
    pub api: Api,
}

/// Registers so many people.
pub async fn register(admin: &Api, count: usize) -> anyhow::Result<Vec<Person>> {
    let mut people = Vec::with_capacity(count);
    for number in 0..count {
        let email = format!("person{number}@example.org");
        let body = json!({"email": email, "password": PASSWORD});
        admin.call(Method::POST, "/api/users/register/", Some(&body), None).await?;
        people.push(Person { api: admin.as_user(&email), email });
    }
    Ok(people)
}

impl Person {
    /// All their notifications, oldest first.
    pub async fn told(&self) -> anyhow::Result<Vec<Value>> {
        let mut told = Vec::new();
        let mut next = Some("/api/notifications/?state=all&limit=100".to_owned());
        while let Some(path) = next {
            let page = self.api.call(Method::GET, &path, None, None).await?;
            told.extend(page["results"].as_array().cloned().unwrap_or_default());
            next = page["next"].as_str().map(str::to_owned);
        }
        told.reverse();
        Ok(told)
    }
}
