//! The directory and personal access tokens: answered from memory, else asked; and asked again now and then, off the way
//! of the request, which also tells the user service that the token is in use.

use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};

use chrono::Utc;
use service_kit::auth::{AccountFault, PersonalToken, Scopes, TokenStanding};

use crate::{
    ask::AskFault,
    directory::Directory,
    person::Person,
    tokens::{self, KnownToken},
};

/// What the user service does not know is not asked about again for so long.
const REFUSED_FOR: Duration = Duration::from_secs(10);

impl Directory {
    /// What a token is good for.
    ///
    /// # Errors
    /// See [`AccountFault`].
    pub(crate) async fn standing(&self, token: &PersonalToken) -> Result<TokenStanding, AccountFault> {
        let hash = token.hash();
        let known = self.look(|memory| {
            let known = memory.token(&hash)?;
            Some((known.clone(), memory.person(known.user_id)?.clone()))
        });
        let (known, person) = match known {
            Some(known) => {
                self.ask_again(token);
                known
            }
            None => self.ask_about(token).await?,
        };
        let over = self.look(|memory| memory.has_ended(known.id));
        if over || !known.lasts(Utc::now()) || !person.is_active() {
            return Err(AccountFault::Void);
        }
        let scopes = Scopes::from_names(&known.scopes);
        Ok(TokenStanding { account: person.account(), id: known.id, scopes })
    }

    /// In the background, once a minute for each token at most.
    fn ask_again(&self, token: &PersonalToken) {
        let hash = token.hash();
        if !self.look(|memory| memory.is_due(&hash)) {
            return;
        }
        if !self.memory.write().unwrap_or_else(PoisonError::into_inner).take_turn(&hash) {
            return;
        }
        let (directory, token) = (self.clone(), token.clone());
        tokio::spawn(async move {
            // While the user service is down, what is known holds; the bus tells what was revoked.
            if let Err(AccountFault::Unavailable(cause)) = directory.ask_about(&token).await {
                log::debug!("a personal access token was not asked about again: {cause}");
            }
        });
    }

    async fn ask_about(&self, token: &PersonalToken) -> Result<(KnownToken, Person), AccountFault> {
        let hash = token.hash();
        if self.refused.get(&hash).is_some_and(|at| at.elapsed() < REFUSED_FOR) {
            return Err(AccountFault::Void);
        }
        match self.users.token(token).await {
            Ok(Some((known, person))) => {
                let row = known.clone();
                let write = self.db.transaction(move |conn| anyhow::Ok(tokens::remember(conn, &row)?)).await;
                if let Err(error) = write {
                    log::warn!("a personal access token is remembered in memory alone: {error:#}");
                }
                let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
                memory.remember_token(known.clone());
                memory.remember(person.clone());
                // An event may have told more of them than the answer.
                let person = memory.person(person.id).cloned().unwrap_or(person);
                Ok((known, person))
            }
            Ok(None) | Err(AskFault::Refused) => {
                self.refused.insert(hash, Instant::now());
                self.memory.write().unwrap_or_else(PoisonError::into_inner).forget_token(&hash);
                Err(AccountFault::Void)
            }
            Err(AskFault::Unavailable(cause)) => Err(AccountFault::Unavailable(cause)),
        }
    }
}
