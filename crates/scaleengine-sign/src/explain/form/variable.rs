//! A variable of `$_POST`, and the field names that set it.

use super::{FormField, NoField, split_before, trim_start, until_zero};
use alloc::vec::Vec;

/// The limit `max_input_nesting_level`.
const MAX_DEPTH: usize = 64;

/// The variable of one name while the form is read.
pub(super) struct Variable<'n> {
    name: &'n [u8],
    state: State,
    /// The number of string fields of this name.
    strings: usize,
    was_array: bool,
    /// The first unusual trait of the form outside the field.
    odd: Option<&'static str>,
    pub(super) is_file: bool,
    /// The reason that the form was not read to its end.
    pub(super) stopped: Option<NoField>,
}

enum State {
    Unset,
    String(FormField),
    Array,
}

/// The effect of a field on the variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    SetString,
    SetArray,
    Unset,
}

impl<'n> Variable<'n> {
    pub(super) fn new(name: &'n [u8]) -> Self {
        Self { name, state: State::Unset, strings: 0, was_array: false, odd: None, is_file: false, stopped: None }
    }

    pub(super) fn name(&self) -> &'n [u8] {
        self.name
    }

    /// Records the first unusual trait of the form.
    pub(super) fn note(&mut self, odd: Option<&'static str>) {
        self.odd = self.odd.or(odd);
    }

    /// Applies a field. `value` is called only if the field sets the variable to a string.
    pub(super) fn register(&mut self, name: &[u8], value: impl FnOnce() -> FormField) {
        match self.effect(name) {
            Effect::None => {}
            Effect::SetString => self.set(name, value()),
            Effect::SetArray => (self.state, self.was_array) = (State::Array, true),
            Effect::Unset => (self.state, self.was_array) = (State::Unset, true),
        }
    }

    fn set(&mut self, name: &[u8], mut field: FormField) {
        self.strings += 1;
        field.unusual = field.unusual.or(odd_name(name, self.name));
        self.state = State::String(field);
    }

    /// Returns the effect of a field of this name, by PHP's rules for names.
    ///
    /// PHP removes leading spaces, ends the name at a zero byte, and replaces characters that a PHP
    /// variable cannot contain with `_`. An index in brackets makes an array, but a bracket that is
    /// never closed is also replaced with `_`.
    pub(super) fn effect(&self, name: &[u8]) -> Effect {
        let name = trim_start(until_zero(name), |byte| byte == b' ');
        let (base, index) = split_before(name, |byte| byte == b'[');
        match index.strip_prefix(b"[") {
            Some(index) if index.contains(&b']') => array_effect(replaced(base) == self.name, index),
            _ if replaced(name) == self.name => Effect::SetString,
            _ => Effect::None,
        }
    }

    pub(super) fn finish(self) -> Result<FormField, NoField> {
        let odd = self.odd.or_else(|| self.odd_fields());
        match self.state {
            State::String(field) => Ok(FormField { twice: self.strings > 1, unusual: field.unusual.or(odd), ..field }),
            State::Array => Err(NoField::IsArray),
            State::Unset if self.is_file => Err(NoField::IsFile),
            State::Unset => Err(self.stopped.unwrap_or(NoField::Missing)),
        }
    }

    fn odd_fields(&self) -> Option<&'static str> {
        match (self.was_array, self.is_file, self.stopped) {
            (true, ..) => Some("the form also has the field as an array"),
            (_, true, _) => Some("the form also has the field as a file"),
            (.., Some(_)) => Some("the form has fields that PHP does not read"),
            _ => None,
        }
    }
}

fn array_effect(ours: bool, index: &[u8]) -> Effect {
    match ours {
        false => Effect::None,
        true if depth(index) > MAX_DEPTH => Effect::Unset,
        true => Effect::SetArray,
    }
}

/// Counts consecutive indexes, starting after the first bracket. The last one need not be closed.
fn depth(mut rest: &[u8]) -> usize {
    let mut depth = 1;
    while let (_, [b']', b'[', after @ ..]) = split_before(rest, |byte| byte == b']') {
        depth += 1;
        rest = after;
    }
    depth
}

fn replaced(name: &[u8]) -> Vec<u8> {
    name.iter().map(|byte| if matches!(byte, b' ' | b'.' | b'[') { b'_' } else { *byte }).collect()
}

fn odd_name(written: &[u8], name: &[u8]) -> Option<&'static str> {
    match written {
        _ if written == name => None,
        [b' ', ..] => Some("the field name begins with a space"),
        _ if written.contains(&0) => Some("the field name is followed by a zero byte"),
        _ => Some("the field name has characters that PHP replaces"),
    }
}
