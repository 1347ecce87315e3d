//! The accounts that a sandbox knows, each with a state of its own: one server serves many tests.

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

    /// What it has. Each command is one step, so what a panicking thread left behind is whole.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it began with.
    pub(crate) fn initial(&self) -> State {
        self.initial.clone()
    }

    /// Back to what it began with.
    pub(crate) fn reset(&self) {
        *self.state() = self.initial.clone();
    }
}

/// The accounts by their keys.
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

    /// The sandbox's own.
    pub(crate) fn first(&self) -> &Arc<Tenant> {
        &self.first
    }

    /// Adds an account; one of the same key begins anew.
    pub(crate) fn add(&self, tenant: Tenant) {
        self.all().insert(tenant.api_key.clone(), Arc::new(tenant));
    }

    pub(crate) fn get(&self, api_key: &str) -> Option<Arc<Tenant>> {
        self.all().get(api_key).cloned()
    }

    pub(crate) fn list(&self) -> Vec<Arc<Tenant>> {
        self.all().values().cloned().collect()
    }

    /// The account of a request, where key and CDN belong together.
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
