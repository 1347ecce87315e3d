//! The judgment of a request: its checks, its mistakes, and its execution.

use scaleengine_proto::code::KnownCode;
use scaleengine_proto::{Spec, UnixTime};
use scaleengine_sign::explain::form::FormField;
use scaleengine_sign::explain::{Evidence, Explanation, Mistake, explain};
use scaleengine_sign::{Check, Json, Received};

use crate::accounts::{Accounts, Tenant};
use crate::answer::Failure;
use crate::check::{Checks, Refusal};
use crate::commands;
use crate::custom::Command;
use crate::records::Record;
use crate::replays::Replays;
use crate::rules::Rule;
use crate::state::Fields;

/// The findings about a request.
#[derive(Default)]
pub(crate) struct Judged {
    received: Option<Received>,
    /// The declaration of its command, also if the request was refused.
    spec: Option<&'static Spec>,
    reasons: Vec<Mistake>,
    explanation: Option<Explanation>,
    refused: bool,
    /// How the form differs from those of usual HTTP clients.
    unusual: Option<&'static str>,
}

type Outcome = Result<Fields, Failure>;

/// Checks requests against the accounts.
pub(crate) struct Judge {
    accounts: Accounts,
    checks: Checks,
    replays: Replays,
    refuse_replays: bool,
}

impl Judge {
    pub(crate) fn new(accounts: Accounts, checks: Checks, refuse_replays: bool) -> Self {
        Self { accounts, checks, replays: Replays::default(), refuse_replays }
    }

    pub(crate) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    pub(crate) fn replays(&self) -> &Replays {
        &self.replays
    }

    /// Returns whether a rule is enforced.
    pub(crate) fn has(&self, rule: Rule) -> bool {
        self.checks.rules.has(rule)
    }

    /// Checks a request and, if it passes, executes it.
    pub(crate) fn judge(
        &self,
        received: Option<Received>,
        field: &FormField,
        body: &[u8],
        now: UnixTime,
        executes: bool,
    ) -> (Judged, Outcome) {
        let evidence = field.evidence(body);
        let mut judged = Judged { reasons: field.mistakes().collect(), unusual: field.unusual, ..Judged::default() };
        let Some(received) = received.filter(|received| matches!(received.json(), Json::Object(_))) else {
            // The explanation of unreadable JSON does not depend on the secret.
            judged.explain(self.accounts.first(), evidence);
            judged.refused = true;
            let why = judged.reasons.last().map_or("the field `json` does not contain JSON", |reason| reason.what());
            return (judged, Err(Failure::new("The request could not be read").debug(why)));
        };
        let tenant = self.accounts.of(&received, self.checks.rules);
        judged.spec = self.checks.commands.of(&received).map(Command::spec);
        let outcome = match self.checks.check(&received, tenant.as_deref(), now) {
            Ok(command) => match tenant.as_deref().filter(|_| executes) {
                _ if self.is_replay(&received, &mut judged) => {
                    Err(Failure::from(KnownCode::SignatureRefused).debug("this signature was used before"))
                }
                Some(tenant) => self.execute(command, tenant, &received, now),
                None => Ok(Fields::new()),
            },
            Err(Refusal { failure, reason }) => {
                judged.refused = true;
                judged.reasons.extend(reason);
                Err(failure)
            }
        };
        let full = Check::ALL.iter().all(|check| self.checks.signature.contains(check));
        if let Some(tenant) = tenant.filter(|_| judged.refused || !full) {
            judged.explain(&tenant, evidence);
        }
        judged.received = Some(received);
        (judged, outcome)
    }

    /// Executes a command. The closure of a custom command runs without the lock of the state.
    fn execute(&self, command: Command<'_>, tenant: &Tenant, request: &Received, now: UnixTime) -> Outcome {
        match command {
            Command::Catalogue(spec) => commands::execute(&mut tenant.state(), spec, request, now, self.checks.rules),
            Command::Custom(custom) => custom.execute(request),
        }
    }

    /// Records a repeated signature as a mistake. Returns whether the request must be refused for
    /// it.
    fn is_replay(&self, received: &Received, judged: &mut Judged) -> bool {
        let Some(Json::Text(signature)) = received.get("signature") else { return false };
        let again = self.replays.came_before(signature);
        if again {
            judged.reasons.push(Mistake::Replayed);
            judged.refused = self.refuse_replays;
        }
        again && self.refuse_replays
    }
}

impl Judged {
    /// Creates the findings for a request whose form has no field `json`.
    pub(crate) fn unreadable(mistake: Mistake) -> Self {
        Self { reasons: vec![mistake], refused: true, ..Self::default() }
    }

    fn explain(&mut self, tenant: &Tenant, evidence: Evidence<'_>) {
        let explanation = explain(&tenant.secret, evidence);
        // Keep a mistake of the key or timestamp: those are checked before the signature.
        if self.reasons.iter().all(|reason| reason.is_accepted()) {
            self.reasons.extend_from_slice(explanation.mistakes());
        }
        self.explanation = Some(explanation);
    }
}

impl Record {
    pub(crate) fn describe(&mut self, judged: Judged) {
        let Judged { received, spec, reasons, explanation, refused, unusual } = judged;
        let text = |name| match received.as_ref().and_then(|received| received.get(name)) {
            Some(Json::Text(text)) => Some(text.clone()),
            _ => None,
        };
        (self.command, self.api_key) = (text("command"), text("api_key"));
        self.spec = spec;
        self.text = received.map(|received| received.text().to_owned()).unwrap_or_default();
        (self.reasons, self.explanation, self.refused, self.unusual) = (reasons, explanation, refused, unusual);
    }
}
