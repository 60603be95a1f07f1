//! Requests under an idempotency key, several of them in one transaction.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::Actor;
use super::user::User;
use crate::error::Error;
use crate::store::idempotency::{ScopeKey, StoredAnswer};
use crate::store::{self, Tx};

/// A request that is carried out once, however often it is sent.
#[derive(Debug)]
pub struct Once<T> {
    /// The user, and whose bot's key it is; `''` for operators.
    pub owner: (i64, String),
    pub key: String,
    pub fingerprint: Vec<u8>,
    /// Length of the body.
    pub bytes: usize,
    /// HTTP status of the answer if it is carried out.
    pub status: u16,
    pub actor: Actor,
    pub request: Arc<T>,
}

/// What became of it.
#[derive(Debug)]
pub enum Done<A> {
    Now(A),
    /// What is stored under its key.
    Before(StoredAnswer),
}

/// Several in one transaction.
#[derive(Debug)]
pub struct Together<'a, T> {
    requests: &'a [&'a Once<T>],
    answers: HashMap<ScopeKey, StoredAnswer>,
    /// Locked.
    pub users: HashMap<i64, User>,
    /// What is to be carried out, each once. All of it is of `users`.
    pub fresh: Vec<&'a Once<T>>,
}

impl<T> Once<T> {
    fn scope(&self) -> ScopeKey {
        let (telegram_id, bot_name) = self.owner.clone();
        (telegram_id, bot_name, self.key.clone())
    }
}

impl<'a, T> Together<'a, T> {
    /// Locks the users and looks for the answers. Left out is who is not there, or whom somebody
    /// else has locked.
    pub async fn begin(tx: &mut Tx<'_>, requests: &'a [&'a Once<T>]) -> Result<Self, Error> {
        let ids: HashSet<_> = requests.iter().map(|one| one.owner.0).collect();
        let users = store::users::lock_all(tx, ids).await?;
        let users: HashMap<_, _> = users.into_iter().map(|user| (user.telegram_id, user)).collect();
        let scopes = requests.iter().map(|one| one.scope());
        let answers = store::idempotency::get_all(tx, scopes).await?;
        let mut met = HashSet::new();
        let is_fresh = |one: &&Once<T>| {
            let scope = one.scope();
            users.contains_key(&scope.0) && !answers.contains_key(&scope) && met.insert(scope)
        };
        let fresh = requests.iter().copied().filter(is_fresh).collect();
        Ok(Self { requests, answers, users, fresh })
    }

    /// Stores the answers to what was carried out, and tells what became of each request; `None`: it
    /// has to be carried out by itself. `answers` go with `fresh`.
    pub async fn end<A: Serialize>(
        mut self,
        tx: &mut Tx<'_>,
        answers: Vec<Option<A>>,
    ) -> Result<Vec<Option<Done<A>>>, Error> {
        let (mut now, mut stored) = (HashMap::new(), Vec::new());
        for (one, answer) in self.fresh.iter().zip(answers) {
            let Some(answer) = answer else { continue };
            let scope = one.scope();
            let record = StoredAnswer::new(&one.fingerprint, one.status, &answer, None, tx.now());
            stored.push((scope.clone(), record));
            now.insert(scope, answer);
        }
        if !stored.is_empty() {
            store::idempotency::insert_all(tx, &stored).await?;
        }
        self.answers.extend(stored);
        let done = |one: &&Once<T>| {
            let scope = one.scope();
            let now = now.remove(&scope).map(Done::Now);
            now.or_else(|| self.answers.get(&scope).cloned().map(Done::Before))
        };
        Ok(self.requests.iter().map(done).collect())
    }
}
