//! [`Directory`]: answers on every request, from memory, and keeps that memory fresh.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, IntoSql as _, QueryDsl as _, RunQueryDsl as _, SelectableHelper as _, dsl::now,
    sql_types::Timestamptz,
};
use quick_cache::sync::Cache;
use service_kit::{
    Problem,
    auth::{AccessClaims, Account, AccountFault, Accounts, Bearer, PersonalToken, TokenHash, TokenStanding},
    db::Db,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    ask::{AskFault, UserService},
    memory::Memory,
    person::Person,
    schema::{directory_ended_sessions as ended, directory_tokens as tokens, directory_users as users},
    tokens::KnownToken,
};

/// How often the tables are looked at; another replica may be the one that consumes the events.
const REFRESH_EVERY: Duration = Duration::from_millis(500);
/// The memory is made anew from the tables so often: what was pruned there leaves it too.
const REBUILD_EVERY: Duration = Duration::from_secs(3_600);
/// Strangers' tokens that are remembered as such, for a moment.
const REFUSED_TOKENS: usize = 10_000;
/// A transaction may commit this much later than the time it wrote.
const OVERLAP_SECONDS: i64 = 10;

/// Somebody, by what a client knows of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum UserRef {
    /// By e-mail address.
    Email(String),
    /// By user id.
    Id(Uuid),
}

/// The directory of one process. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    pub(crate) db: Db,
    pub(crate) users: UserService,
    pub(crate) memory: Arc<RwLock<Memory>>,
    pub(crate) refused: Arc<Cache<TokenHash, Instant>>,
    wake: Arc<Notify>,
}

impl Directory {
    /// A directory over the tables of `sql/directory.sql`; empty until the first [`Directory::refresh`].
    #[must_use]
    pub fn new(db: Db, users: UserService) -> Self {
        let refused = Arc::new(Cache::new(REFUSED_TOKENS));
        Self { db, users, memory: Arc::default(), refused, wake: Arc::default() }
    }

    /// Says that the tables have changed: the memory is refreshed at once.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Everybody active or not, by what a client knows of them; from memory, else from the user service in the
    /// caller's name.
    ///
    /// # Errors
    /// 503 when they are not known here and the user service cannot be asked.
    pub async fn resolve(&self, who: &UserRef, bearer: &Bearer) -> Result<Option<Person>, Problem> {
        let known = self.look(|memory| match who {
            UserRef::Id(id) => memory.person(*id).cloned(),
            UserRef::Email(email) => memory.by_email(email).cloned(),
        });
        if known.is_some() {
            return Ok(known.filter(|person| !person.deleted));
        }
        let asked = match who {
            UserRef::Id(id) => self.users.by_id(*id, bearer).await,
            UserRef::Email(email) => self.users.by_email(email, bearer).await,
        };
        match asked {
            Ok(person) => Ok(person.inspect(|person| self.remember(person.clone()))),
            // Whoever may not ask may not know either.
            Err(AskFault::Refused) => Ok(None),
            Err(AskFault::Unavailable(cause)) => {
                log::warn!("user service: {cause}");
                Err(Problem::unavailable("The user cannot be looked up at the moment."))
            }
        }
    }

    /// Somebody's present e-mail address, if they are known here: without a query, for every row of a list.
    #[must_use]
    pub fn email(&self, id: Uuid) -> Option<String> {
        self.look(|memory| memory.person(id).map(|person| person.email.clone()))
    }

    /// Reads what changed since `since`; everything, into a new memory, when `None`. Returns the mark for the next call.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh(&self, since: Option<DateTime<Utc>>) -> anyhow::Result<DateTime<Utc>> {
        let (people, sessions, met, mark) = self
            .db
            .read(move |conn| {
                let mark: DateTime<Utc> = diesel::select(now.into_sql::<Timestamptz>()).get_result(conn)?;
                let from = since
                    .map_or(DateTime::UNIX_EPOCH, |since| since - chrono::Duration::seconds(OVERLAP_SECONDS));
                let people = users::table
                    .filter(users::changed_at.ge(from))
                    .select(Person::as_select())
                    .load::<Person>(conn)?;
                let sessions =
                    ended::table.filter(ended::ended_at.ge(from)).select(ended::sid).load::<Uuid>(conn)?;
                let met = tokens::table
                    .filter(tokens::changed_at.ge(from))
                    .select(KnownToken::as_select())
                    .load::<KnownToken>(conn)?;
                anyhow::Ok((people, sessions, met, mark))
            })
            .await?;
        let take_in = |memory: &mut Memory| {
            people.into_iter().for_each(|person| memory.remember(person));
            memory.end(sessions);
            met.into_iter().for_each(|token| memory.read_token(token));
        };
        if since.is_some() {
            take_in(&mut self.memory.write().unwrap_or_else(PoisonError::into_inner));
        } else {
            // Nobody waits while it is filled.
            let mut memory = Memory::default();
            take_in(&mut memory);
            *self.memory.write().unwrap_or_else(PoisonError::into_inner) = memory;
        }
        Ok(mark)
    }

    /// Keeps the memory fresh until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let (mut mark, mut rebuilt) = (None, Instant::now());
        while !stop.is_cancelled() {
            if rebuilt.elapsed() >= REBUILD_EVERY {
                (mark, rebuilt) = (None, Instant::now());
            }
            match self.refresh(mark).await {
                Ok(next) => mark = Some(next),
                Err(error) => log::warn!("directory: {error:#}"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(REFRESH_EVERY) => {}
            }
        }
    }

    pub(crate) fn look<T>(&self, question: impl FnOnce(&Memory) -> T) -> T {
        question(&self.memory.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn remember(&self, person: Person) {
        self.memory.write().unwrap_or_else(PoisonError::into_inner).remember(person);
    }
}

#[async_trait]
impl Accounts for Directory {
    async fn account(&self, claims: &AccessClaims, token: &str) -> Result<Account, AccountFault> {
        let (over, known) =
            self.look(|memory| (memory.has_ended(claims.sid), memory.person(claims.sub).cloned()));
        if over {
            return Err(AccountFault::Void);
        }
        // What is known may be older than the token: who was promoted or let in again signs in before everybody has heard.
        let person = match known.filter(|person| Memory::fits(person, claims)) {
            Some(person) => person,
            None => match self.users.me(&Bearer(token.to_owned())).await {
                Ok(Some(person)) => {
                    self.remember(person.clone());
                    person
                }
                Ok(None) | Err(AskFault::Refused) => return Err(AccountFault::Void),
                Err(AskFault::Unavailable(cause)) => return Err(AccountFault::Unavailable(cause)),
            },
        };
        if Memory::accepts(&person, claims.iat) { Ok(person.account()) } else { Err(AccountFault::Void) }
    }

    async fn token(&self, token: &PersonalToken) -> Result<TokenStanding, AccountFault> {
        self.standing(token).await
    }
}
