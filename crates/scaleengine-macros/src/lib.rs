//! `derive(Command)`: from one declared struct to the command's specification, constructors, wire order and samples.
//!
//! The declaration is the only place where a command is described. This crate parses it (`parse`) and writes what follows
//! (`expand`); it knows nothing of any particular command.

mod expand;
mod parse;

use proc_macro::TokenStream;

/// Declares an API command.
///
/// On the struct:
/// - the doc comment: what the command does (its first paragraph is the summary);
/// - `#[command(name = "…", page = "…", safety = ReadOnly | Idempotent | Unsafe, reason = "…", reply = Type,
///   listed = COMMANDS)]`: all required but `listed`, which names the family's list and makes a command that was left
///   out of it an error of the compiler;
/// - `#[form(by_name(app, stream))]`, at least twice, where the command can be addressed in alternative ways: one
///   constructor each. A field of a form is declared as an `Option`; it is private, so that "both" and "neither"
///   cannot be expressed.
///
/// On each field, in the documented order of the wire:
/// - the doc comment: what the parameter means, with its unit;
/// - `#[param(example = …)]`: the documentation's example, of the field's type;
/// - `#[param(known = Documented | Seen | Assumed)]`: how well the parameter is known; `Documented` when absent;
/// - `#[param(may_be_empty)]`: an empty text means something here;
/// - an `Option` outside of all forms is an optional parameter: not sent when absent, set by a method of its name.
///
/// The last field is `extra: Fields`: parameters that the documentation has and this crate has not seen.
#[proc_macro_derive(Command, attributes(command, form, param))]
pub fn derive_command(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    parse::Declaration::parse(&input)
        .map_or_else(|error| error.to_compile_error(), |declaration| expand::expand(&declaration))
        .into()
}
