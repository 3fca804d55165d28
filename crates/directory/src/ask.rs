//! Asks the user service over HTTP, in the caller's own name, about somebody who is not known here yet.

use chrono::{DateTime, Utc};
use serde::{Deserialize, de::DeserializeOwned};
use service_kit::{
    auth::{Bearer, PersonalToken, Role},
    http::{Page, outgoing},
};
use uuid::Uuid;

use crate::{person::Person, tokens::KnownToken};

/// Where the user service is.
#[derive(Clone)]
pub struct UserService {
    client: reqwest::Client,
    base_url: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskFault {
    #[error("the caller's token is not accepted")]
    Refused,
    #[error("{0}")]
    Unavailable(String),
}

#[derive(Deserialize)]
struct UserAnswer {
    id: Uuid,
    email: String,
    username: Option<String>,
    role: Role,
    is_active: bool,
    timezone: String,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id: Uuid,
    scopes: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    user: UserAnswer,
}

impl From<UserAnswer> for Person {
    fn from(user: UserAnswer) -> Self {
        // Sequence 0: whatever an event says is later.
        Self {
            id: user.id,
            email: user.email,
            username: user.username,
            role: user.role.as_str().to_owned(),
            is_active: user.is_active,
            timezone: user.timezone,
            not_before: None,
            deleted: false,
            sequence: 0,
        }
    }
}

impl UserService {
    /// The service at `base_url`; the client's time limits hold.
    #[must_use]
    pub fn new(client: reqwest::Client, base_url: &str) -> Self {
        Self { client, base_url: base_url.trim_end_matches('/').to_owned() }
    }

    pub(crate) async fn me(&self, bearer: &Bearer) -> Result<Option<Person>, AskFault> {
        self.get::<UserAnswer>("/api/users/me/", "/api/users/me/", &[], bearer)
            .await
            .map(|user| user.map(Person::from))
    }

    pub(crate) async fn by_id(&self, id: Uuid, bearer: &Bearer) -> Result<Option<Person>, AskFault> {
        self.get::<UserAnswer>("/api/users/{id}/", &format!("/api/users/{id}/"), &[], bearer)
            .await
            .map(|user| user.map(Person::from))
    }

    pub(crate) async fn by_email(&self, email: &str, bearer: &Bearer) -> Result<Option<Person>, AskFault> {
        let page =
            self.get::<Page<UserAnswer>>("/api/users/", "/api/users/", &[("email", email)], bearer).await?;
        Ok(page.and_then(|page| page.results.into_iter().next()).map(Person::from))
    }

    /// What a personal access token is, told to itself; `None` and `Refused` mean that it is none.
    pub(crate) async fn token(
        &self,
        token: &PersonalToken,
    ) -> Result<Option<(KnownToken, Person)>, AskFault> {
        let bearer = Bearer(token.reveal().to_owned());
        let path = "/api/users/me/tokens/current/";
        let answer = self.get::<TokenAnswer>(path, path, &[], &bearer).await?;
        Ok(answer.map(|TokenAnswer { id, scopes, expires_at, user }| {
            let person = Person::from(user);
            let hash = token.hash().to_vec();
            (KnownToken { hash, id, user_id: person.id, scopes, expires_at }, person)
        }))
    }

    async fn get<T: DeserializeOwned>(
        &self,
        route: &str,
        path: &str,
        query: &[(&str, &str)],
        bearer: &Bearer,
    ) -> Result<Option<T>, AskFault> {
        let unavailable = |error: reqwest::Error| AskFault::Unavailable(error.without_url().to_string());
        let request = self.client.get(format!("{}{path}", self.base_url)).query(query).bearer_auth(&bearer.0);
        let response = outgoing::send(request, route).await.map_err(unavailable)?;
        match response.status().as_u16() {
            200 => response.json().await.map(Some).map_err(unavailable),
            401 | 403 => Err(AskFault::Refused),
            404 => Ok(None),
            status => Err(AskFault::Unavailable(format!("the user service answered {status}"))),
        }
    }
}
