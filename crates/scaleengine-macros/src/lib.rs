//! `derive(Command)`: declares an API command as one struct.
//!
//! Use it through `scaleengine_proto::Command`: the generated code fits exactly one version of that crate. `parse` reads the
//! declaration, and `expand` generates the code; neither depends on any particular command.
#![forbid(unsafe_code)]

mod expand;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Generates a command from a struct and its attributes, which are listed here.
///
/// # The struct
///
/// The struct has named fields and no generic parameters. Its doc comment describes the command; the first paragraph is the
/// summary. `#[command(…)]` takes these keys:
///
/// | key | value | |
/// | --- | --- | --- |
/// | `name` | string | Wire name, such as `"stream.close"`. |
/// | `safety` | `ReadOnly`, `Idempotent` or `Unsafe` | Whether the command may be repeated; it decides what is retried. |
/// | `reason` | string | Why it may or may not be repeated. |
/// | `reply` | type | Type of the reply: `Document` keeps every field, `()` and `Acknowledged` read nothing; any other type that implements `ReplyShape`. |
/// | `page` | string, optional | Address of its documentation. |
/// | `confidence` | `Documented` (default), `Observed` or `Assumed` | How well it is known that the command exists. |
/// | `confirm` | string, optional | Effect that a person should confirm first. |
/// | `busy_is_result` | flag | Code 1000 (servers busy) is a result of this command and not a refusal. |
/// | `crate` | string, optional | Path of `scaleengine-proto`, if it is not a direct dependency: `"scaleengine::proto"`. |
///
/// # The fields
///
/// Each field is a parameter, in wire order; its name is the wire name. Its doc comment describes it, with the unit. An
/// `Option` is an optional parameter: not sent if it is `None`, set by the method of its name. Every other field is required and an
/// argument of the constructor `new`. `#[param(…)]` takes these keys:
///
/// | key | value | |
/// | --- | --- | --- |
/// | `example` | expression | Example value, for samples and help. |
/// | `confidence` | as above | How well the parameter is known. |
/// | `required`, `optional` | as above | How well it is known that the parameter is required, or optional. Default: `Assumed` for a required one, `Documented` for an optional one. |
/// | `values` | `["…", "…"]` | Known values; others may exist. |
/// | `may_be_empty` | flag | An empty string has a meaning. |
/// | `random` | flag | The API expects a random string, which can be generated. |
///
/// The last field is `extra: Fields`, for parameters that are not declared; `.extra(name, value)` adds one.
///
/// # Several constructors
///
/// A command that can be addressed in several ways has one `#[constructor(…)]` for each of them, and no `new`:
/// `#[constructor(by_name(app, stream))]` and `#[constructor(by_id(stream_id))]`. Each takes the required parameters and then its
/// own, which are private fields of type `Option`, so that only the listed combinations can be built.
///
/// - `by_id(stream_id; app)` allows `app`, a parameter of another constructor, as an optional one.
/// - `open(!user)` takes no `user` and sends it as null; its type is `Option<Nullable<…>>`.
///
/// # Generated code
///
/// The traits `Command`, `Declared`, `Serialize` and `Debug` (names of the parameters, no values), a conversion into `RawCommand`,
/// the constructors and the setters.
#[proc_macro_derive(Command, attributes(command, constructor, param))]
pub fn derive_command(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), expand::expand)
}

/// Declares a command of the catalogue: [`derive(Command)`](macro@Command), which also refuses a command without a page, or one
/// that is missing from its family's list.
#[doc(hidden)]
#[proc_macro_derive(CatalogueCommand, attributes(command, constructor, param))]
pub fn derive_catalogue_command(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), expand::expand_catalogue)
}

fn derive(input: &DeriveInput, expand: fn(&parse::Declaration) -> proc_macro2::TokenStream) -> TokenStream {
    let expanded = parse::Declaration::parse(input).map(|declaration| expand(&declaration));
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
