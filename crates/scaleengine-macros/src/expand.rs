//! Generation of code from a declaration.
//!
//! The code refers only to items in `scaleengine_proto::__private` and `::core`, so that it
//! compiles in any crate.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::parse::{Constructor, Declaration, Param, Presence};

pub(crate) fn expand(declaration: &Declaration) -> TokenStream {
    let parts = [
        constructors(declaration),
        setters(declaration),
        serialize(declaration),
        command(declaration),
        declared(declaration),
        into_raw(declaration),
        debug(declaration),
    ];
    quote!(#(#parts)*)
}

/// Generates the same code and a check that the catalogue contains the command.
pub(crate) fn expand_catalogue(declaration: &Declaration) -> TokenStream {
    let parts = [expand(declaration), listed(declaration)];
    quote!(#(#parts)*)
}

fn private(declaration: &Declaration) -> TokenStream {
    let krate = &declaration.command.krate;
    quote!(#krate::__private)
}

/// Returns the declared constructors with the required parameters added, or `new` if none is
/// declared.
fn complete(declaration: &Declaration) -> Vec<Constructor> {
    let required = declaration.params.iter().filter(|param| param.presence == Presence::Required);
    let required: Vec<_> = required.map(|param| param.ident.clone()).collect();
    if declaration.constructors.is_empty() {
        let ident = Ident::new("new", declaration.ident.span());
        return vec![Constructor { ident, params: required, optional: Vec::new(), nulls: Vec::new() }];
    }
    let whole = |constructor: &Constructor| Constructor {
        ident: constructor.ident.clone(),
        params: required.iter().chain(&constructor.params).cloned().collect(),
        optional: constructor.optional.clone(),
        nulls: constructor.nulls.clone(),
    };
    declaration.constructors.iter().map(whole).collect()
}

/// Returns the parameters with these names, in the order of the names.
fn named<'a>(declaration: &'a Declaration, names: &'a [Ident]) -> impl Iterator<Item = &'a Param> {
    names.iter().filter_map(|name| declaration.params.iter().find(|param| param.ident == *name))
}

fn constructors(declaration: &Declaration) -> TokenStream {
    let private = private(declaration);
    let ident = &declaration.ident;
    let constructors = complete(declaration).into_iter().map(|constructor| {
        let function = &constructor.ident;
        let arguments = named(declaration, &constructor.params);
        let arguments = arguments.map(|Param { ident, ty, .. }| quote!(#ident: impl ::core::convert::Into<#ty>));
        let fields = declaration.params.iter().map(|param| {
            let name = &param.ident;
            match (constructor.params.contains(name), param.presence) {
                (true, Presence::Required) => quote!(#name: #name.into()),
                (true, _) => quote!(#name: ::core::option::Option::Some(#name.into())),
                _ if constructor.nulls.contains(name) => {
                    quote!(#name: ::core::option::Option::Some(#private::Nullable::Null))
                }
                (false, _) => quote!(#name: ::core::option::Option::None),
            }
        });
        let params: Vec<_> = named(declaration, &constructor.params)
            .map(|param| format!("- `{}`: {}", param.name, param.docs.replace('\n', "\n  ")))
            .collect();
        let command = declaration.command.name.value();
        let doc = match params.as_slice() {
            [] => format!("Creates the command `{command}`, which has no required parameters."),
            params => format!("Creates the command `{command}` from its required parameters:\n\n{}", params.join("\n")),
        };
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #function(#(#arguments),*) -> Self {
                Self { #(#fields,)* extra: ::core::default::Default::default() }
            }
        }
    });
    quote!(impl #ident { #(#constructors)* })
}

fn setters(declaration: &Declaration) -> TokenStream {
    let private = private(declaration);
    let ident = &declaration.ident;
    let settable =
        |param: &&Param| matches!(param.presence, Presence::Optional | Presence::InConstructor { settable: true });
    let setters = declaration.params.iter().filter(settable).map(|Param { ident, ty, docs, confidence, .. }| {
        let confidence = match confidence.to_string().as_str() {
            "Documented" => String::new(),
            "Observed" => "\n\nNot documented; observed in a client.".to_owned(),
            other => format!("\n\nNot documented; {}.", other.to_lowercase()),
        };
        let docs = format!("{docs}{confidence}");
        quote! {
            #[doc = #docs]
            #[must_use]
            pub fn #ident(mut self, #ident: impl ::core::convert::Into<#ty>) -> Self {
                self.#ident = ::core::option::Option::Some(#ident.into());
                self
            }
        }
    });
    quote! {
        impl #ident {
            #(#setters)*

            /// Adds an undeclared parameter, which is sent after the declared ones. Signing refuses
            /// declared, reserved and repeated names.
            #[must_use]
            pub fn extra(
                mut self,
                name: impl ::core::convert::Into<#private::String>,
                value: impl ::core::convert::Into<#private::Value>,
            ) -> Self {
                self.extra.push(name, value);
                self
            }
        }
    }
}

fn serialize(declaration: &Declaration) -> TokenStream {
    let private = private(declaration);
    let ident = &declaration.ident;
    let name = ident.to_string();
    let count = declaration.params.len();
    // Without extra parameters, serialize a struct: a serializer can take advantage of its constant
    // names.
    let fields = each(declaration, |name, value| quote!(out.serialize_field(#name, #value)?;), &quote!(self));
    let members = each(declaration, |name, value| quote!(out.serialize_entry(#name, #value)?;), &quote!(self));
    quote! {
        impl #private::serde::Serialize for #ident {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: #private::serde::Serializer,
            {
                use #private::serde::ser::{SerializeMap as _, SerializeStruct as _};
                if self.extra.is_empty() {
                    let mut out = serializer.serialize_struct(#name, #count)?;
                    #fields
                    return out.end();
                }
                let mut out = serializer.serialize_map(::core::option::Option::None)?;
                #members
                #private::write_extra(&self.extra, <Self as #private::Declared>::SPEC, &mut out)?;
                out.end()
            }
        }
    }
}

/// Generates a statement for each parameter from its name and borrowed value. For optional
/// parameters it is executed only if the value is set.
fn each(
    declaration: &Declaration,
    write: impl Fn(&str, TokenStream) -> TokenStream,
    this: &TokenStream,
) -> TokenStream {
    let statements = declaration.params.iter().map(|Param { ident, name, presence, .. }| {
        if *presence == Presence::Required {
            return write(name, quote!(&#this.#ident));
        }
        let write = write(name, quote!(value));
        quote!(if let ::core::option::Option::Some(value) = &#this.#ident { #write })
    });
    quote!(#(#statements)*)
}

fn command(declaration: &Declaration) -> TokenStream {
    let private = private(declaration);
    let (ident, reply) = (&declaration.ident, &declaration.command.reply);
    quote! {
        impl #private::Command for #ident {
            type Reply = #reply;

            fn wire_name(&self) -> &str {
                <Self as #private::Declared>::SPEC.name
            }

            fn safety(&self) -> #private::Safety {
                <Self as #private::Declared>::SPEC.safety
            }

            fn busy_is_result(&self) -> bool {
                <Self as #private::Declared>::SPEC.busy_is_result
            }
        }
    }
}

fn declared(declaration: &Declaration) -> TokenStream {
    let private = private(declaration);
    let Declaration { ident, docs, command, .. } = declaration;
    let (name, confidence, safety) = (&command.name, &command.confidence, &command.safety);
    let (reason, busy_is_result, reply) = (&command.reason, &command.busy_is_result, &command.reply);
    let page = command.page.as_ref().map(syn::LitStr::value).unwrap_or_default();
    let none = || quote!(::core::option::Option::None);
    let confirm = command.confirm.as_ref().map_or_else(none, |text| quote!(::core::option::Option::Some(#text)));
    let fields = declaration.params.iter().map(|param| field(param, &private));
    let constructors = complete(declaration);
    let specs = constructors.iter().map(|constructor| {
        let name = constructor.ident.unraw().to_string();
        let names = |idents| named(declaration, idents).map(|param| &param.name).collect::<Vec<_>>();
        let (params, optional, nulls) =
            (names(&constructor.params), names(&constructor.optional), names(&constructor.nulls));
        quote! {
            #private::ConstructorParts {
                name: #name,
                fields: &[#(#params,)* #(#nulls),*],
                optional: &[#(#optional),*],
                nulls: &[#(#nulls),*],
            }
            .build()
        }
    });
    let samples = constructors.iter().map(|constructor| {
        let function = &constructor.ident;
        let name = function.unraw().to_string();
        let arguments: Vec<_> = named(declaration, &constructor.params).map(|param| &param.example).collect();
        let optional = declaration.params.iter().filter(|param| param.presence == Presence::Optional);
        let optional = named(declaration, &constructor.optional).chain(optional);
        let setters = optional.map(|Param { ident, example, .. }| quote!(.#ident(#example)));
        quote! {
            #private::Sample {
                constructor: #name,
                minimal: Self::#function(#(#arguments),*),
                full: Self::#function(#(#arguments),*) #(#setters)*,
            }
        }
    });
    quote! {
        impl #private::Declared for #ident {
            const SPEC: &'static #private::Spec = &#private::SpecParts {
                name: #name,
                docs: #docs,
                page: #page,
                confidence: #private::Confidence::#confidence,
                safety: #private::Safety::#safety,
                reason: #reason,
                confirm: #confirm,
                busy_is_result: #busy_is_result,
                reply: <#reply as #private::ReplyShape>::SHAPE,
                fields: const { &[#(#fields),*] },
                constructors: const { &[#(#specs),*] },
            }
            .build();

            fn samples() -> #private::Vec<#private::Sample<Self>> {
                #private::Vec::from([#(#samples),*])
            }
        }
    }
}

fn field(param: &Param, private: &TokenStream) -> TokenStream {
    let Param { name, docs, ty, presence, presence_confidence, confidence, values, may_be_empty, random, .. } = param;
    let optional = *presence == Presence::Optional;
    quote! {
        #private::FieldParts {
            name: #name,
            docs: #docs,
            kind: <#ty as #private::Param>::KIND,
            optional: #optional,
            presence_confidence: #private::Confidence::#presence_confidence,
            values: &[#(#values),*],
            may_be_empty: #may_be_empty,
            random: #random,
            confidence: #private::Confidence::#confidence,
            parse: |texts| <#ty as #private::Param>::parse_all(texts).map(::core::convert::Into::into),
        }
        .build()
    }
}

fn into_raw(declaration: &Declaration) -> TokenStream {
    let private = private(declaration);
    let ident = &declaration.ident;
    let push = |name: &str, value| quote!(fields.push(#name, ::core::clone::Clone::clone(#value)););
    let pushes = each(declaration, push, &quote!(command));
    quote! {
        impl ::core::convert::From<#ident> for #private::RawCommand {
            fn from(command: #ident) -> Self {
                let mut fields = #private::Fields::new();
                #pushes
                #private::raw_command(<#ident as #private::Declared>::SPEC, fields, command.extra)
            }
        }
    }
}

fn debug(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let name = ident.unraw().to_string();
    let entries = declaration.params.iter().map(|Param { ident, name, presence, .. }| {
        let entry = quote!(out.field(#name, &::core::format_args!("…")););
        if *presence == Presence::Required {
            return entry;
        }
        quote!(if ::core::option::Option::is_some(&self.#ident) { #entry })
    });
    quote! {
        /// Shows the names of the parameters that are set. Values are omitted, since one may be a
        /// password.
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut out = f.debug_struct(#name);
                #(#entries)*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }
    }
}

/// Generates a compile-time check of the family's list and of the page. The list, `COMMANDS`, is in
/// scope where the command is declared.
fn listed(declaration: &Declaration) -> TokenStream {
    let private = private(declaration);
    let ident = &declaration.ident;
    let unlisted = format!("`{ident}` is missing from the family's list: add it to `commands!(…)`");
    let no_page = format!("`{ident}` has no documentation page: add `page = \"…\"` to `#[command(…)]`");
    quote! {
        const _: () = {
            let spec = <#ident as #private::Declared>::SPEC;
            ::core::assert!(#private::Entry::lists(COMMANDS, spec.name), #unlisted);
            ::core::assert!(!spec.page.is_empty(), #no_page);
        };
    }
}
