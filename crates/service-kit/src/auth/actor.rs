//! `Actor`: who makes the request. A handler that takes one cannot be reached without a valid token.

use std::collections::BTreeMap;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use futures_util::future::LocalBoxFuture;
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw, SecurityScheme},
        schema::Apiv2Schema,
    },
};
use uuid::Uuid;

use super::{
    accounts::{Account, AccountFault},
    claims::Role,
    gate::{Credential, Gate},
    scope::{Demand, Scope, demand},
};
use crate::{http::Problem, openapi::declare};

/// The caller's token, to be passed on to another service in the caller's own name.
#[derive(Clone)]
pub struct Bearer(pub String);

/// A signed-in caller of good standing.
#[derive(Clone)]
pub struct Actor {
    /// Their account.
    pub account: Account,
    /// What they showed.
    pub credential: Credential,
    /// The token itself.
    pub bearer: Bearer,
}

impl Actor {
    /// User id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.account.id
    }

    /// True for administrators.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.account.role == Role::Admin
    }

    /// The session, for what is not for programs: passwords, sessions, tokens, one-time passwords. (The gate refuses
    /// personal access tokens there already.)
    ///
    /// # Errors
    /// 403 for a personal access token.
    pub fn session(&self) -> Result<Uuid, Problem> {
        match self.credential {
            Credential::Session(id) => Ok(id),
            Credential::Token { .. } => Err(session_required()),
        }
    }

    /// Lets administrators pass.
    ///
    /// # Errors
    /// 403 for anybody else.
    pub fn require_admin(&self) -> Result<(), Problem> {
        if self.is_admin() { Ok(()) } else { Err(Problem::forbidden("Only an administrator may do that.")) }
    }
}

async fn authenticate(gate: &Gate, token: String, demand: Demand) -> Result<Actor, Problem> {
    let (account, credential) = gate.admit(&token).await.map_err(|fault| match fault {
        AccountFault::Void => Problem::unauthorized("The token is not valid. Sign in again, or refresh it."),
        AccountFault::Unavailable(cause) => {
            log::warn!("a token cannot be checked: {cause}");
            Problem::unavailable("Tokens cannot be checked at the moment.")
        }
    })?;
    if credential.meets(demand) {
        return Ok(Actor { account, credential, bearer: Bearer(token) });
    }
    Err(match demand {
        Demand::Session => session_required(),
        Demand::Scopes(scopes) => insufficient_scope(scopes),
    })
}

fn session_required() -> Problem {
    let detail = "A personal access token is not accepted here. Sign in.";
    Problem::new(StatusCode::FORBIDDEN, "session-required", "Only with a session", detail)
}

fn insufficient_scope(scopes: &[Scope]) -> Problem {
    let names = scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let detail = format!("This needs a personal access token with the scope {names}.");
    let problem =
        Problem::new(StatusCode::FORBIDDEN, "insufficient-scope", "Not in the token's scope", detail);
    match HeaderValue::from_str(&format!("Bearer error=\"insufficient_scope\", scope=\"{names}\"")) {
        Ok(challenge) => problem.with_header(header::WWW_AUTHENTICATE, challenge),
        Err(_) => problem,
    }
}

fn bearer_token(req: &HttpRequest) -> Result<String, Problem> {
    let missing = || Problem::unauthorized("Send an access token: Authorization: Bearer <token>.");
    let mut headers = req.headers().get_all(header::AUTHORIZATION);
    let value = headers.next().ok_or_else(missing)?.to_str().map_err(|_| missing())?;
    if headers.next().is_some() {
        return Err(missing());
    }
    let (scheme, token) = value.split_once(' ').ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(missing());
    }
    Ok(token.trim().to_owned())
}

impl FromRequest for Actor {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = req.app_data::<web::Data<Gate>>().cloned();
        let token = bearer_token(req);
        let demand = demand(req.method().as_str(), &req.match_pattern().unwrap_or_default());
        Box::pin(async move {
            let gate = gate.ok_or_else(|| Problem::internal(&NoGate))?;
            authenticate(&gate, token?, demand).await
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the application has no Gate")]
struct NoGate;

impl Apiv2Schema for Actor {
    fn security_scheme() -> Option<SecurityScheme> {
        // Documented as an API key, which `openapi` turns into the bearer scheme that OpenAPI 3 has.
        Some(SecurityScheme {
            name: Some("Authorization".to_owned()),
            in_: Some("header".to_owned()),
            type_: "apiKey".to_owned(),
            flow: None,
            auth_url: None,
            token_url: None,
            scopes: BTreeMap::new(),
            description: None,
        })
    }
}

impl OperationModifier for Actor {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        declare::answers(op, &[401, 403]);
    }

    fn update_security(op: &mut DefaultOperationRaw) {
        op.security.push([("bearer".to_owned(), Vec::new())].into_iter().collect());
    }

    fn update_security_definitions(map: &mut BTreeMap<String, SecurityScheme>) {
        if let Some(scheme) = Self::security_scheme() {
            map.insert("bearer".to_owned(), scheme);
        }
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}

/// A caller who may be signed in. (An invalid token is still refused.)
#[derive(Clone)]
pub struct MaybeActor(pub Option<Actor>);

impl FromRequest for MaybeActor {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !req.headers().contains_key(header::AUTHORIZATION) {
            return Box::pin(async { Ok(Self(None)) });
        }
        let actor = Actor::from_request(req, payload);
        Box::pin(async move { Ok(Self(Some(actor.await?))) })
    }
}

impl Apiv2Schema for MaybeActor {}

impl OperationModifier for MaybeActor {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        Actor::update_parameter(op);
    }

    fn update_security(op: &mut DefaultOperationRaw) {
        op.security.push(BTreeMap::new());
        Actor::update_security(op);
    }

    fn update_security_definitions(map: &mut BTreeMap<String, SecurityScheme>) {
        Actor::update_security_definitions(map);
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
