//! Writes what follows from a declaration. Each function writes one thing.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, Ident, Lit};

use crate::parse::{Declaration, Form, Param, Presence};

pub(crate) fn expand(declaration: &Declaration) -> TokenStream {
    let parts = [
        constructors(declaration),
        setters(declaration),
        serialize(declaration),
        command(declaration),
        declared(declaration),
        into_raw(declaration),
        listed(declaration),
    ];
    quote!(#(#parts)*)
}

/// The forms as declared, or the one form that all required parameters make up.
fn forms(declaration: &Declaration) -> Vec<Form> {
    if declaration.forms.is_empty() {
        let params = declaration.params.iter().filter(|param| param.presence == Presence::Required);
        return vec![Form {
            constructor: Ident::new("new", declaration.ident.span()),
            params: params.map(|param| param.ident.clone()).collect(),
        }];
    }
    let required = |form: &Form| {
        let wanted = declaration
            .params
            .iter()
            .filter(|param| param.presence == Presence::Required || form.params.contains(&param.ident));
        Form { constructor: form.constructor.clone(), params: wanted.map(|param| param.ident.clone()).collect() }
    };
    declaration.forms.iter().map(required).collect()
}

fn constructors(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let constructors = forms(declaration).into_iter().map(|form| {
        let constructor = &form.constructor;
        let arguments = declaration.params.iter().filter(|param| form.params.contains(&param.ident));
        let arguments = arguments.map(|Param { ident, ty, .. }| quote!(#ident: impl ::core::convert::Into<#ty>));
        let fields = declaration.params.iter().map(|param| {
            let name = &param.ident;
            match (form.params.contains(name), param.presence) {
                (true, Presence::Required) => quote!(#name: #name.into()),
                (true, _) => quote!(#name: ::core::option::Option::Some(#name.into())),
                (false, _) => quote!(#name: ::core::option::Option::None),
            }
        });
        let names = form.params.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let doc = if names.is_empty() {
            format!("A `{}`; it has no required parameters.", declaration.name.value())
        } else {
            format!("A `{}` by its required parameters {names}.", declaration.name.value())
        };
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #constructor(#(#arguments),*) -> Self {
                Self { #(#fields,)* extra: ::core::default::Default::default() }
            }
        }
    });
    quote!(impl #ident { #(#constructors)* })
}

fn setters(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let optional = declaration.params.iter().filter(|param| param.presence == Presence::Optional);
    let setters = optional.map(|Param { ident, ty, docs, .. }| {
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
    let fields = entries(declaration, &quote!(serialize_field));
    let members = entries(declaration, &quote!(serialize_entry));
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
                self.extra.write_extra(<Self as ::scaleengine_proto::Declared>::SPEC, &mut out)?;
                out.end()
            }
        }
    }
}

/// Writes each parameter that is there.
fn entries(declaration: &Declaration, write: &TokenStream) -> TokenStream {
    let entries = declaration.params.iter().map(|Param { ident, presence, .. }| {
        let name = ident.to_string();
        if *presence == Presence::Required {
            quote!(out.#write(#name, &self.#ident)?;)
        } else {
            quote! {
                if let ::core::option::Option::Some(value) = &self.#ident {
                    out.#write(#name, value)?;
                }
            }
        }
    });
    quote!(#(#entries)*)
}

fn command(declaration: &Declaration) -> TokenStream {
    let Declaration { ident, reply, .. } = declaration;
    quote! {
        impl ::scaleengine_proto::Command for #ident {
            type Reply = #reply;

            fn name(&self) -> &str {
                <Self as ::scaleengine_proto::Declared>::SPEC.name
            }

            fn safety(&self) -> ::scaleengine_proto::Safety {
                <Self as ::scaleengine_proto::Declared>::SPEC.safety
            }
        }
    }
}

fn declared(declaration: &Declaration) -> TokenStream {
    let Declaration { ident, docs, name, page, safety, reason, .. } = declaration;
    let fields = declaration.params.iter().map(field);
    let forms = forms(declaration);
    let specs = forms.iter().map(|Form { constructor, params }| {
        let constructor = constructor.to_string();
        let params = params.iter().map(ToString::to_string);
        quote!(::scaleengine_proto::Form { name: #constructor, fields: &[#(#params),*] })
    });
    let samples = forms.iter().map(|form| {
        let constructor = &form.constructor;
        let name = constructor.to_string();
        let arguments = declaration.params.iter().filter(|param| form.params.contains(&param.ident));
        let arguments: Vec<_> = arguments.map(|param| &param.example).collect();
        let optional = declaration.params.iter().filter(|param| param.presence == Presence::Optional);
        let setters = optional.map(|Param { ident, example, .. }| quote!(.#ident(#example)));
        quote! {
            ::scaleengine_proto::Sample {
                form: #name,
                minimal: Self::#constructor(#(#arguments),*),
                full: Self::#constructor(#(#arguments),*) #(#setters)*,
            }
        }
    });
    quote! {
        impl ::scaleengine_proto::Declared for #ident {
            const SPEC: &'static ::scaleengine_proto::Spec = &::scaleengine_proto::Spec {
                name: #name,
                docs: #docs,
                page: #page,
                safety: ::scaleengine_proto::Safety::#safety,
                reason: #reason,
                fields: &[#(#fields),*],
                forms: &[#(#specs),*],
            };

            fn samples() -> ::scaleengine_proto::__private::Vec<::scaleengine_proto::Sample<Self>> {
                ::scaleengine_proto::__private::Vec::from([#(#samples),*])
            }
        }
    }
}

fn field(param: &Param) -> TokenStream {
    let Param { ident, docs, ty, presence, example, known, may_be_empty } = param;
    let name = ident.to_string();
    let optional = *presence == Presence::Optional;
    let example_kind = match example {
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => quote!(Text),
        Expr::Lit(ExprLit { lit: Lit::Bool(_), .. }) => quote!(Bool),
        _ => quote!(Int),
    };
    quote! {
        ::scaleengine_proto::Field {
            name: #name,
            docs: #docs,
            kind: <#ty as ::scaleengine_proto::Param>::KIND,
            optional: #optional,
            may_be_empty: #may_be_empty,
            known: ::scaleengine_proto::Known::#known,
            example: ::scaleengine_proto::Example::#example_kind(#example),
        }
    }
}

fn into_raw(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let pushes = declaration.params.iter().map(|Param { ident, presence, .. }| {
        let name = ident.to_string();
        if *presence == Presence::Required {
            quote!(fields.push(#name, command.#ident);)
        } else {
            quote! {
                if let ::core::option::Option::Some(value) = command.#ident {
                    fields.push(#name, value);
                }
            }
        }
    });
    quote! {
        impl ::core::convert::From<#ident> for ::scaleengine_proto::RawCommand {
            fn from(command: #ident) -> Self {
                let mut fields = ::scaleengine_proto::Fields::new();
                #(#pushes)*
                fields.append(command.extra);
                Self::declared(<#ident as ::scaleengine_proto::Declared>::SPEC, fields)
            }
        }
    }
}

fn listed(declaration: &Declaration) -> TokenStream {
    let ident = &declaration.ident;
    let Some(list) = &declaration.listed else { return TokenStream::new() };
    let message = format!("`{ident}` is missing from {list}, the list of its family");
    quote! {
        const _: () = ::core::assert!(
            ::scaleengine_proto::Entry::lists(#list, <#ident as ::scaleengine_proto::Declared>::SPEC.name),
            #message
        );
    }
}
