//! `derive(Command)`: declares an API command as one struct.
//!
//! Use it through `scaleengine_proto::Command`: the generated code works with exactly one version
//! of that crate. `parse` reads the declaration, and `expand` generates the code.
#![forbid(unsafe_code)]

mod expand;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, Path, parse_macro_input, parse_quote};

#[doc = include_str!("command.md")]
#[proc_macro_derive(Command, attributes(command, constructor, param))]
pub fn derive_command(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), parse_quote!(::scaleengine_proto), expand::expand)
}

#[doc = include_str!("command.md")]
#[proc_macro_derive(FacadeCommand, attributes(command, constructor, param))]
pub fn derive_facade_command(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), parse_quote!(::scaleengine::proto), expand::expand)
}

/// Declares a command of the catalogue: [`derive(Command)`](macro@Command), with compile errors for
/// a command without a documentation page, or one that is missing from its family's list.
#[doc(hidden)]
#[proc_macro_derive(CatalogueCommand, attributes(command, constructor, param))]
pub fn derive_catalogue_command(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), parse_quote!(::scaleengine_proto), expand::expand_catalogue)
}

/// Expands a declaration; `krate` is the path of `scaleengine-proto` unless the declaration sets
/// another.
fn derive(
    input: &DeriveInput,
    krate: Path,
    expand: fn(&parse::Declaration) -> proc_macro2::TokenStream,
) -> TokenStream {
    let expanded = parse::Declaration::parse(input, krate).map(|declaration| expand(&declaration));
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
