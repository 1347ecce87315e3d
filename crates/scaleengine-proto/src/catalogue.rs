//! All declared commands as data.

use alloc::vec::Vec;

use crate::command::{Declared, Sample};
use crate::raw::RawCommand;
use crate::spec::Spec;
use crate::stream;

/// Every declared command, family by family.
pub const CATALOGUE: &[&[Entry]] = &[stream::COMMANDS];

/// The declared command of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().copied().flatten().find(|entry| entry.spec.name == name)
}

/// A declared command as data.
#[derive(Clone, Copy)]
pub struct Entry {
    /// What is known of it.
    pub spec: &'static Spec,
    samples: fn() -> Vec<Sample<RawCommand>>,
}

impl Entry {
    /// The entry of a declared command.
    #[must_use]
    pub const fn of<C>() -> Self
    where
        C: Declared + Into<RawCommand>,
    {
        Self { spec: C::SPEC, samples: || C::samples().into_iter().map(|sample| sample.map(Into::into)).collect() }
    }

    /// The command filled with the documentation's examples, one sample per form.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample<RawCommand>> {
        (self.samples)()
    }

    /// Whether a list holds a command; in a constant, so that a command left out of its list does not compile.
    #[doc(hidden)]
    #[must_use]
    pub const fn lists(mut entries: &[Entry], name: &str) -> bool {
        while let [entry, rest @ ..] = entries {
            if equal(entry.spec.name.as_bytes(), name.as_bytes()) {
                return true;
            }
            entries = rest;
        }
        false
    }
}

impl core::fmt::Debug for Entry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Entry").field("spec", self.spec).finish_non_exhaustive()
    }
}

const fn equal(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.is_empty() && b.is_empty()
}
