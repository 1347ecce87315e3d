//! The report of the contract tests.

use std::fmt;

use super::Kept;

/// The requirement level of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// Required of every transport.
    Duty,
    /// Good to have.
    Quality,
}

/// A case and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// The name, such as `no-redirect`.
    pub name: &'static str,
    /// The requirement level.
    pub requirement: Requirement,
    /// The reason of the failure; `None` if the case passed.
    pub failure: Option<String>,
}

/// The result of all cases. `Display` writes one line per case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub(super) cases: Vec<Case>,
}

impl Report {
    /// Returns every case, in the order in which they ran.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Requires that every duty passed.
    ///
    /// # Errors
    ///
    /// Returns an error if a duty failed.
    pub fn duties(self) -> Result<(), Violation> {
        self.require(|case| case.requirement == Requirement::Duty)
    }

    /// Requires that every case passed, duties and qualities.
    ///
    /// # Errors
    ///
    /// Returns an error if a case failed.
    pub fn everything(self) -> Result<(), Violation> {
        self.require(|_| true)
    }

    fn require(mut self, wanted: fn(&Case) -> bool) -> Result<(), Violation> {
        self.cases.retain(|case| case.failure.is_some() && wanted(case));
        if self.cases.is_empty() { Ok(()) } else { Err(Violation(self)) }
    }

    pub(super) fn add(&mut self, name: &'static str, requirement: Requirement, kept: Kept) {
        self.cases.push(Case { name, requirement, failure: kept.err() });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Case { name, requirement, failure } in &self.cases {
            let requirement = if *requirement == Requirement::Duty { "duty" } else { "quality" };
            match failure {
                None => writeln!(f, "passed  {requirement:<7}  {name}")?,
                Some(why) => writeln!(f, "failed  {requirement:<7}  {name}: {why}")?,
            }
        }
        Ok(())
    }
}

/// The error of a transport that failed required cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the transport violates the contract:\n{0}")]
pub struct Violation(Report);
