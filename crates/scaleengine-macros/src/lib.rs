//! `derive(Command)`: from one declared struct to the command's specification, constructors, wire order and samples.
//!
//! The declaration is the only place where a command is described. This crate parses it (`parse`) and writes what follows
//! (`expand`); it knows nothing of any particular command.
#![forbid(unsafe_code)]

mod expand;
mod parse;

use proc_macro::TokenStream;

/// Declares an API command. It is for `scaleengine-proto`, where commands are declared, and writes paths into that crate.
///
/// On the struct:
/// - the doc comment: what the command does (its first paragraph is the summary);
/// - `#[command(name = "…", page = "…", safety = ReadOnly | Idempotent | Unsafe, reason = "…", reply = Type)]`; with
///   `confirm = "…"`, what it does, where that is worth a question to a person;
///   `busy_is_result`, where code 1000 is a result of the command; `confidence = …`, how well it is known that the command exists;
///   `Documented` when absent;
/// - `#[constructor(by_name(app, stream))]`, at least twice, if a command can be addressed in several ways: the name of the
///   constructor and its arguments in order. Optional parameters of other constructors that this one allows follow a semicolon; `!user`
///   is a `Nullable` one that this constructor sends as null. A parameter of a constructor is declared as a private `Option`, so
///   that "both" and "neither" cannot be expressed.
///
/// On each field, in the documented order of the wire:
/// - the doc comment: what the parameter means, with its unit;
/// - `#[param(example = …)]`: the documentation's example, of the field's type;
/// - `#[param(confidence = Documented | Observed | Assumed)]`: how well the parameter is known; `Documented` when absent;
/// - `#[param(required = …)]` or `#[param(optional = …)]`: how well it is known whether it may be absent; what is not marked is
///   required, and that is assumed;
/// - `#[param(values = ["…"])]`: values that are known, others may exist; `#[param(random)]`: a random text can be made for the caller;
/// - `#[param(may_be_empty)]`: an empty text means something here;
/// - an `Option` outside of all constructors is an optional parameter: not sent when absent, set by a method of its name.
///
/// The last field is `extra: Fields`: parameters that the documentation has and this crate has not seen.
///
/// `Debug` is written too, with the names of the parameters that are there and without their values. A command that its
/// family's `COMMANDS` does not list does not compile.
#[proc_macro_derive(Command, attributes(command, constructor, param))]
pub fn derive_command(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    parse::Declaration::parse(&input)
        .map_or_else(|error| error.to_compile_error(), |declaration| expand::expand(&declaration))
        .into()
}
