//! Writes what follows from a declaration. Each function writes one thing.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

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
        listed(declaration),
    ];
    quote!(#(#parts)*)
}

/// Returns the declared constructors, each with the parameters that all of them require; or the one constructor that those make up.
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

/// The declared parameters of these names, in the order of the names.
fn named<'a>(declaration: &'a Declaration, names: &'a [Ident]) -> impl Iterator<Item = &'a Param> {
    names.iter().filter_map(|name| declaration.params.iter().find(|param| param.ident == *name))
}

fn constructors(declaration: &Declaration) -> TokenStream {
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
                    quote!(#name: ::core::option::Option::Some(::scaleengine_proto::param::Nullable::Null))
                }
                (false, _) => quote!(#name: ::core::option::Option::None),
            }
        });
        let names: Vec<_> = named(declaration, &constructor.params).map(|param| format!("`{}`", param.name)).collect();
        let doc = match names.as_slice() {
            [] => format!("A `{}`; it has no required parameters.", declaration.name.value()),
            names => format!("A `{}` by its required parameters {}.", declaration.name.value(), names.join(", ")),
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
    let ident = &declaration.ident;
    let settable = |param: &&Param| matches!(param.presence, Presence::Optional | Presence::InForm { settable: true });
    let setters = declaration.params.iter().filter(settable).map(|Param { ident, ty, docs, confidence, .. }| {
        let confidence = match confidence.to_string().as_str() {
            "Documented" => String::new(),
            "Observed" => "\n\nNot documented: seen in a client.".to_owned(),
            other => format!("\n\nNot documented: {}.", other.to_lowercase()),
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

            /// A parameter that is not declared here, sent after the declared ones. Signing refuses declared names,
            /// reserved names and repeated ones.
            #[must_use]
            pub fn extra(
                mut self,
                name: impl ::core::convert::Into<::scaleengine_proto::__private::String>,
                value: impl ::core::convert::Into<::scaleengine_proto::Value>,
            ) -> Self {
                self.extra.push(name, value);
                self
            }
        }
    }
}

fn serialize(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let name = ident.to_string();
    let count = declaration.params.len();
    // Without extra parameters a struct: its names are constants, which a serializer can make use of.
    let fields = each(declaration, |name, value| quote!(out.serialize_field(#name, #value)?;), &quote!(self));
    let members = each(declaration, |name, value| quote!(out.serialize_entry(#name, #value)?;), &quote!(self));
    quote! {
        impl ::scaleengine_proto::__private::serde::Serialize for #ident {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::scaleengine_proto::__private::serde::Serializer,
            {
                use ::scaleengine_proto::__private::serde::ser::{SerializeMap as _, SerializeStruct as _};
                if self.extra.is_empty() {
                    let mut out = serializer.serialize_struct(#name, #count)?;
                    #fields
                    return out.end();
                }
                let mut out = serializer.serialize_map(::core::option::Option::None)?;
                #members
                ::scaleengine_proto::__private::write_extra(&self.extra, <Self as ::scaleengine_proto::Declared>::SPEC, &mut out)?;
                out.end()
            }
        }
    }
}

/// Does something with the name and the borrowed value of each parameter that is there.
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
    let Declaration { ident, reply, .. } = declaration;
    quote! {
        impl ::scaleengine_proto::Command for #ident {
            type Reply = #reply;

            fn wire_name(&self) -> &str {
                <Self as ::scaleengine_proto::Declared>::SPEC.name
            }

            fn safety(&self) -> ::scaleengine_proto::Safety {
                <Self as ::scaleengine_proto::Declared>::SPEC.safety
            }

            fn busy_is_result(&self) -> bool {
                <Self as ::scaleengine_proto::Declared>::SPEC.busy_is_result
            }
        }
    }
}

fn declared(declaration: &Declaration) -> TokenStream {
    let Declaration { ident, docs, name, page, confidence, safety, reason, confirm, busy_is_result, reply, .. } =
        declaration;
    let confirm = confirm.as_ref().map_or_else(|| quote!(None), |text| quote!(Some(#text)));
    let fields = declaration.params.iter().map(field);
    let constructors = complete(declaration);
    let specs = constructors.iter().map(|constructor| {
        let name = constructor.ident.to_string();
        let names = |idents| named(declaration, idents).map(|param| &param.name).collect::<Vec<_>>();
        let (params, optional, nulls) =
            (names(&constructor.params), names(&constructor.optional), names(&constructor.nulls));
        quote! {
            ::scaleengine_proto::Constructor {
                name: #name,
                fields: &[#(#params,)* #(#nulls),*],
                optional: &[#(#optional),*],
                nulls: &[#(#nulls),*],
            }
        }
    });
    let samples = constructors.iter().map(|constructor| {
        let function = &constructor.ident;
        let name = function.to_string();
        let arguments: Vec<_> = named(declaration, &constructor.params).map(|param| &param.example).collect();
        let optional = declaration.params.iter().filter(|param| param.presence == Presence::Optional);
        let optional = named(declaration, &constructor.optional).chain(optional);
        let setters = optional.map(|Param { ident, example, .. }| quote!(.#ident(#example)));
        quote! {
            ::scaleengine_proto::Sample {
                constructor: #name,
                minimal: Self::#function(#(#arguments),*),
                full: Self::#function(#(#arguments),*) #(#setters)*,
            }
        }
    });
    quote! {
        impl ::scaleengine_proto::Declared for #ident {
            const SPEC: &'static ::scaleengine_proto::Spec = &::scaleengine_proto::Spec {
                name: #name,
                docs: #docs,
                page: #page,
                confidence: ::scaleengine_proto::Confidence::#confidence,
                safety: ::scaleengine_proto::Safety::#safety,
                reason: #reason,
                confirm: #confirm,
                busy_is_result: #busy_is_result,
                reply: <#reply as ::scaleengine_proto::ReplyShape>::SHAPE,
                fields: &[#(#fields),*],
                constructors: &[#(#specs),*],
            };

            fn samples() -> ::scaleengine_proto::__private::Vec<::scaleengine_proto::Sample<Self>> {
                ::scaleengine_proto::__private::Vec::from([#(#samples),*])
            }
        }
    }
}

fn field(param: &Param) -> TokenStream {
    let Param { name, docs, ty, presence, presence_confidence, confidence, values, may_be_empty, random, .. } = param;
    let optional = *presence == Presence::Optional;
    quote! {
        ::scaleengine_proto::Field {
            name: #name,
            docs: #docs,
            kind: <#ty as ::scaleengine_proto::Param>::KIND,
            optional: #optional,
            presence_confidence: ::scaleengine_proto::Confidence::#presence_confidence,
            values: &[#(#values),*],
            may_be_empty: #may_be_empty,
            random: #random,
            confidence: ::scaleengine_proto::Confidence::#confidence,
            parse: |texts| {
                <#ty as ::scaleengine_proto::Param>::parse_all(texts).map(::core::convert::Into::into)
            },
        }
    }
}

fn into_raw(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let push = |name: &str, value| quote!(fields.push(#name, ::core::clone::Clone::clone(#value)););
    let pushes = each(declaration, push, &quote!(command));
    quote! {
        impl ::core::convert::From<#ident> for ::scaleengine_proto::RawCommand {
            fn from(command: #ident) -> Self {
                let mut fields = ::scaleengine_proto::Fields::new();
                #pushes
                Self::declared(<#ident as ::scaleengine_proto::Declared>::SPEC, fields, command.extra)
            }
        }
    }
}

fn debug(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let name = ident.to_string();
    let entries = each(declaration, |name, _| quote!(out.field(#name, &::core::format_args!("…"));), &quote!(self));
    quote! {
        /// The names of the parameters that are there; no values, since one may be a password.
        #[allow(unused_variables)]
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut out = f.debug_struct(#name);
                #entries
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }
    }
}

fn listed(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let message = format!("`{ident}` is missing from COMMANDS, the list of its family");
    quote! {
        const _: () = ::core::assert!(
            ::scaleengine_proto::Entry::lists(COMMANDS, <#ident as ::scaleengine_proto::Declared>::SPEC.name),
            #message
        );
    }
}
