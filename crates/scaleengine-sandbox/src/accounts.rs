//! The accounts of a sandbox. Each has its own state, so that one server can serve many tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scaleengine_sign::{Json, Received, SecretKey, Verifier};

use crate::rules::{Enforced, Rule};
use crate::state::State;

/// One account.
pub(crate) struct Tenant {
    pub(crate) api_key: String,
    pub(crate) cdn: u32,
    pub(crate) secret: SecretKey,
    pub(crate) verifier: Verifier,
    initial: State,
    state: Mutex<State>,
}

impl Tenant {
    pub(crate) fn new(api_key: impl Into<String>, cdn: u32, secret: SecretKey, initial: State) -> Self {
        let (verifier, state) = (Verifier::new(&secret), Mutex::new(initial.clone()));
        Self { api_key: api_key.into(), cdn, secret, verifier, initial, state }
    }

    /// Returns the state. A poisoned lock is accepted: each command changes the state in one step.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn initial(&self) -> State {
        self.initial.clone()
    }

    pub(crate) fn reset(&self) {
        *self.state() = self.initial.clone();
    }
}

/// The accounts by their API keys.
pub(crate) struct Accounts {
    first: Arc<Tenant>,
    all: Mutex<BTreeMap<String, Arc<Tenant>>>,
}

impl Accounts {
    pub(crate) fn new(first: Tenant) -> Self {
        let first = Arc::new(first);
        let all = BTreeMap::from([(first.api_key.clone(), Arc::clone(&first))]);
        Self { first, all: Mutex::new(all) }
    }

    /// Returns the sandbox's own account.
    pub(crate) fn first(&self) -> &Arc<Tenant> {
        &self.first
    }

    /// Adds or replaces an account.
    pub(crate) fn add(&self, tenant: Tenant) {
        self.all().insert(tenant.api_key.clone(), Arc::new(tenant));
    }

    pub(crate) fn get(&self, api_key: &str) -> Option<Arc<Tenant>> {
        self.all().get(api_key).cloned()
    }

    pub(crate) fn list(&self) -> Vec<Arc<Tenant>> {
        self.all().values().cloned().collect()
    }

    /// Returns the account to which `api_key` and `cdn` of a request belong.
    pub(crate) fn of(&self, request: &Received, rules: Enforced) -> Option<Arc<Tenant>> {
        let Some(Json::Text(key)) = request.get("api_key") else { return None };
        let tenant = self.get(key)?;
        let cdn = match request.get("cdn") {
            Some(Json::Int(cdn)) => *cdn == i64::from(tenant.cdn),
            Some(Json::Text(cdn)) if rules.has(Rule::CdnText) => *cdn == tenant.cdn.to_string(),
            _ => false,
        };
        cdn.then_some(tenant)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Tenant>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
