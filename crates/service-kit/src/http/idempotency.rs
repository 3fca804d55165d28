//! `Idempotency-Key`: a POST that is sent again with the same key is done once, and answered alike.
//!
//! The reply is stored in the transaction that does the work, in the table `idempotency_keys` of the service's own
//! schema: `caller text, route text, key text, digest bytea, reply jsonb, created_at timestamptz`, primary key
//! `(caller, route, key)`. A second request that comes while the first is still at work finds its advisory lock: 409.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use diesel::{
    OptionalExtension as _, PgConnection, RunQueryDsl as _, sql_query,
    sql_types::{Bool, Bytea, Jsonb, Text},
};
use futures_util::future::{Ready, ready};
use paperclip::{
    actix::OperationModifier,
    v2::{models::Either, schema::Apiv2Schema},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{fields::Errors, problem::Problem};
use crate::openapi::declare;

/// The key that the client chose, if it did.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

/// What makes two requests the same one.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Whose request it is: a user id, or `anonymous`.
    pub caller: String,
    /// The route template.
    pub route: &'static str,
    /// The client's key; without one the work is simply done.
    pub key: IdempotencyKey,
    /// SHA-256 of the body.
    pub digest: [u8; 32],
}

/// The outcome of the work, or the stored outcome of the first request with the same key.
#[derive(Debug)]
pub struct Once<T> {
    /// The reply.
    pub reply: T,
    /// True when the work was done by an earlier request.
    pub replayed: bool,
}

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

#[derive(diesel::QueryableByName)]
struct Stored {
    #[diesel(sql_type = Bytea)]
    digest: Vec<u8>,
    #[diesel(sql_type = Jsonb)]
    reply: serde_json::Value,
}

/// Does `work` unless a request with the same key did it within the last 24 hours; must run inside a transaction.
///
/// # Errors
/// 409 while the first request is at work, 422 when the key was used with another body, else what `work` fails with.
pub fn once<T, E>(
    conn: &mut PgConnection,
    scope: &Scope,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<Once<T>, E>
where
    T: Serialize + DeserializeOwned,
    E: From<Problem> + From<diesel::result::Error>,
{
    let Some(key) = scope.key.0.as_deref() else {
        return Ok(Once { reply: work(conn)?, replayed: false });
    };
    let name = format!("idempotency:{}:{}:{key}", scope.caller, scope.route);
    let lock: Locked = sql_query("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked")
        .bind::<Text, _>(&name)
        .get_result(conn)?;
    if !lock.locked {
        let detail = "A request with this Idempotency-Key is still at work. Wait, then send it again.";
        return Err(Problem::conflict(detail).into());
    }
    let stored: Option<Stored> = sql_query(
        "SELECT digest, reply FROM idempotency_keys \
         WHERE caller = $1 AND route = $2 AND key = $3 AND created_at > now() - interval '24 hours'",
    )
    .bind::<Text, _>(&scope.caller)
    .bind::<Text, _>(scope.route)
    .bind::<Text, _>(key)
    .get_result(conn)
    .optional()?;
    if let Some(stored) = stored {
        if stored.digest != scope.digest {
            return Err(Problem::invalid("Idempotency-Key", "was used with another body").into());
        }
        let reply = serde_json::from_value(stored.reply).map_err(|error| Problem::internal(&error))?;
        return Ok(Once { reply, replayed: true });
    }
    let reply = work(conn)?;
    failpoints::fail_point!("idempotency::done");
    let stored = serde_json::to_value(&reply).map_err(|error| Problem::internal(&error))?;
    sql_query(
        "INSERT INTO idempotency_keys (caller, route, key, digest, reply) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (caller, route, key) DO UPDATE SET digest = $4, reply = $5, created_at = now()",
    )
    .bind::<Text, _>(&scope.caller)
    .bind::<Text, _>(scope.route)
    .bind::<Text, _>(key)
    .bind::<Bytea, _>(&scope.digest[..])
    .bind::<Jsonb, _>(stored)
    .execute(conn)?;
    failpoints::fail_point!("idempotency::stored");
    Ok(Once { reply, replayed: false })
}

/// Forgets keys older than 24 hours, at most `batch` of them; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, batch: i32) -> diesel::QueryResult<usize> {
    sql_query(
        "DELETE FROM idempotency_keys WHERE ctid IN (SELECT ctid FROM idempotency_keys \
         WHERE created_at < now() - interval '24 hours' LIMIT $1)",
    )
    .bind::<diesel::sql_types::Integer, _>(batch)
    .execute(conn)
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = req.headers().get("idempotency-key") else { return ready(Ok(Self(None))) };
        let text = value.to_str().unwrap_or_default();
        let sane = (1..=255).contains(&text.len()) && text.bytes().all(|b| (0x21..=0x7e).contains(&b));
        ready(if sane {
            Ok(Self(Some(text.to_owned())))
        } else {
            let mut problem_errors = Errors::default();
            problem_errors.add("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
            Err(Problem::validation(problem_errors))
        })
    }
}

const VISIBLE_ASCII: &str = "^[!-~]+$";

impl Apiv2Schema for IdempotencyKey {}

impl OperationModifier for IdempotencyKey {
    fn update_parameter(op: &mut paperclip::v2::models::DefaultOperationRaw) {
        let text = "Sent again with the same key and body, the request is done once and answered alike for 24 hours.";
        let mut header = declare::header("Idempotency-Key", text);
        (header.min_length, header.max_length) = (Some(1), Some(255));
        header.pattern = Some(VISIBLE_ASCII.to_owned());
        op.parameters.push(Either::Right(header));
        declare::answers(op, &[409, 422]);
    }
}
