//! A variable of `$_POST`, and the names that mean it.

use super::{FormField, NoField, split_before, trim_start, until_zero};
use alloc::vec::Vec;

/// The limit `max_input_nesting_level`.
const MAX_DEPTH: usize = 64;

/// The variable of one name, while the fields of the form come in.
pub(super) struct Variable<'n> {
    name: &'n [u8],
    state: State,
    /// How many fields were a string of this name.
    strings: usize,
    was_array: bool,
    /// The first unusual trait of the form, apart from the field.
    odd: Option<&'static str>,
    pub(super) is_file: bool,
    /// Why the form was not read to its end.
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

    /// Remembers the first oddity of the form.
    pub(super) fn note(&mut self, odd: Option<&'static str>) {
        self.odd = self.odd.or(odd);
    }

    /// Takes a field. Its value is made only if it counts.
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

    /// Finds what a field of this name does, by PHP's rules for names.
    ///
    /// Leading blanks go, a zero byte ends the name, and what no PHP variable can contain becomes `_`. An index in
    /// brackets makes an array, but a bracket that is never closed is one more character that becomes `_`.
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
            (true, ..) => Some("the form has the field as an array too"),
            (_, true, _) => Some("the form has the field as a file too"),
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

/// Counts indexes that follow each other, from after the first bracket. A last one need not be closed.
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
        [b' ', ..] => Some("the field's name begins with a blank"),
        _ if written.contains(&0) => Some("the field's name has a zero byte after it"),
        _ => Some("the field's name has characters that PHP replaces"),
    }
}
