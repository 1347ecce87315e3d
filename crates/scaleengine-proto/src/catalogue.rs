//! All declared commands, as data and as types.

use alloc::vec::Vec;

use crate::command::{Declared, Sample};
use crate::raw::RawCommand;
use crate::spec::Spec;
use crate::value::Value;

/// Lists the families. Their modules are declared elsewhere because rustfmt does not format macros.
macro_rules! families {
    ($($family:ident),* $(,)?) => {
        /// Every declared command, grouped by family.
        pub const CATALOGUE: &[&[Entry]] = &[$(family::$family::COMMANDS),*];

        /// The declaration of every command, grouped by family.
        pub(crate) const SPECS: &[&[&Spec]] = &[$(family::$family::SPECS),*];

        /// Visits the type of every declared command.
        pub fn visit_all<V: CommandVisitor>(visitor: &mut V) {
            $(family::$family::visit(visitor);)*
        }
    };
}

/// Lists the commands of a family.
macro_rules! commands {
    ($($command:ident),* $(,)?) => {
        /// The commands of this family.
        pub const COMMANDS: &[$crate::Entry] = &[$($crate::Entry::of::<$command>()),*];

        /// The declarations of these commands.
        pub(crate) const SPECS: &[&$crate::Spec] = &[$(<$command as $crate::Declared>::SPEC),*];

        /// Visits the type of every command of this family.
        pub(crate) fn visit<V: $crate::CommandVisitor>(visitor: &mut V) {
            $(visitor.visit::<$command>();)*
        }
    };
}

pub(crate) use {commands, families};

/// A visitor of the types of all declared commands.
pub trait CommandVisitor {
    /// Visits one command.
    fn visit<C: Declared + Clone + Into<RawCommand>>(&mut self);
}

/// Returns the declared command with this wire name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    crate::CATALOGUE.iter().copied().flatten().find(|entry| entry.spec.name == name)
}

/// A declared command as data.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The declaration.
    pub spec: &'static Spec,
    samples: fn() -> Vec<Sample<RawCommand>>,
}

impl Entry {
    /// Returns the entry of a declared command.
    #[must_use]
    pub const fn of<C>() -> Self
    where
        C: Declared + Into<RawCommand>,
    {
        Self { spec: C::SPEC, samples: || C::samples().into_iter().map(|sample| sample.map(Into::into)).collect() }
    }

    /// Returns one sample for each constructor, with the example values of the declaration.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample<RawCommand>> {
        (self.samples)()
    }

    /// Returns the example value of a parameter.
    #[must_use]
    pub fn example(&self, field: &str) -> Option<Value> {
        let samples = self.samples();
        let mut fields = samples.iter().flat_map(|sample| sample.full.fields());
        fields.find(|(name, _)| *name == field).map(|(_, value)| value.clone())
    }

    /// Returns whether a list contains a command. `CatalogueCommand` calls it in a constant, so
    /// that a command missing from its family's list is a compile error.
    pub(crate) const fn lists(mut entries: &[Entry], name: &str) -> bool {
        while let [entry, rest @ ..] = entries {
            if equal(entry.spec.name, name) {
                return true;
            }
            entries = rest;
        }
        false
    }
}

/// Checks that no name is declared twice, within a family or across families.
const _: () = {
    let mut families = crate::CATALOGUE;
    while let [family, others @ ..] = families {
        let mut entries = *family;
        while let [entry, rest @ ..] = entries {
            let mut elsewhere = others;
            assert!(!Entry::lists(rest, entry.spec.name), "a command is declared twice");
            while let [other, more @ ..] = elsewhere {
                assert!(!Entry::lists(other, entry.spec.name), "a command is declared twice");
                elsewhere = more;
            }
            entries = rest;
        }
        families = others;
    }
};

impl core::fmt::Debug for Entry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Entry").field("spec", self.spec).finish_non_exhaustive()
    }
}

const fn equal(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.is_empty() && b.is_empty()
}
