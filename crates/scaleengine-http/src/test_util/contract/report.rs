//! The result of the contract: a line for each case.

use std::fmt;

use super::Kept;

/// Whether a case is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// Required of every transport.
    Duty,
    /// Good to have.
    Quality,
}

/// A case, and whether the transport passed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// Its name, such as `no-redirect`.
    pub name: &'static str,
    /// Whether it is required.
    pub requirement: Requirement,
    /// Why it was not passed, if it was not.
    pub failure: Option<String>,
}

/// The result of all cases. `Display` is a line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub(super) cases: Vec<Case>,
}

impl Report {
    /// Every case, in the order in which they ran.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Requires that every duty was kept.
    ///
    /// # Errors
    ///
    /// A duty was not kept.
    pub fn duties(self) -> Result<(), Violation> {
        self.require(|case| case.requirement == Requirement::Duty)
    }

    /// Requires that every case was passed, duties and qualities.
    ///
    /// # Errors
    ///
    /// A case was not passed.
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

/// The cases that a transport did not pass and has to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the transport does not keep its contract:\n{0}")]
pub struct Violation(Report);
