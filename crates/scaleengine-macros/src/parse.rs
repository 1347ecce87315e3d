//! Reads a declaration, and refuses what would not be a command, with an error that points into the declaration.

use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Fields, Ident, LitStr, Result, Token, Type};

/// The names that `scaleengine_proto::RESERVED` lists; that crate is above this one.
const RESERVED: [&str; 5] = ["command", "api_key", "timestamp", "cdn", "signature"];

/// A declared command.
pub(crate) struct Declaration {
    pub ident: Ident,
    pub docs: String,
    pub name: LitStr,
    pub page: LitStr,
    /// How well it is known that there is such a command.
    pub confidence: Ident,
    pub safety: Ident,
    pub reason: LitStr,
    /// What it does that cannot be undone.
    pub confirm: Option<LitStr>,
    /// Code 1000 is a result of it.
    pub busy_is_result: bool,
    pub reply: Type,
    pub constructors: Vec<Constructor>,
    pub params: Vec<Param>,
}

/// One way to address a command: a constructor and the parameters that it takes.
pub(crate) struct Constructor {
    pub ident: Ident,
    /// What it takes, in this order.
    pub params: Vec<Ident>,
    /// What it allows besides.
    pub optional: Vec<Ident>,
    /// What it sends as null.
    pub nulls: Vec<Ident>,
}

/// A parameter in a form: `!user` is one that it sends as null.
struct Member {
    null: bool,
    ident: Ident,
}

impl syn::parse::Parse for Member {
    fn parse(input: syn::parse::ParseStream<'_>) -> Result<Self> {
        Ok(Self { null: input.parse::<Option<Token![!]>>()?.is_some(), ident: input.parse()? })
    }
}

/// One declared parameter.
pub(crate) struct Param {
    pub ident: Ident,
    /// On the wire; the field's name, or what a raw identifier stands for.
    pub name: String,
    pub docs: String,
    /// Without its `Option`.
    pub ty: Type,
    pub presence: Presence,
    /// How well it is known that it is required, or optional.
    pub presence_confidence: Ident,
    pub example: Expr,
    pub confidence: Ident,
    /// Values that are known, where others may exist.
    pub values: Vec<LitStr>,
    pub may_be_empty: bool,
    /// The API wants a random text, which can be made for the caller.
    pub random: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// Belongs to some of several constructors; with a setter where one of them allows it besides.
    InForm {
        settable: bool,
    },
}

impl Declaration {
    pub(crate) fn parse(input: &DeriveInput) -> Result<Self> {
        let ident = input.ident.clone();
        let fields = named_fields(input)?;
        let CommandAttribute { name, page, confidence, safety, reason, confirm, busy_is_result, reply } =
            CommandAttribute::parse(input)?;
        let constructors = constructors(&input.attrs)?;

        let mut params = Vec::new();
        let mut extra = false;
        for field in fields {
            let Some(field_ident) = field.ident.clone() else { continue };
            if field_ident == "extra" {
                extra = true;
                continue;
            }
            if extra {
                return Err(Error::new(field.span(), "`extra` comes after every declared parameter"));
            }
            params.push(Param::parse(field, field_ident, &constructors)?);
        }
        if !extra {
            return Err(Error::new(ident.span(), "the last field has to be `extra: Fields`"));
        }
        for constructor in &constructors {
            for name in constructor.params.iter().chain(&constructor.optional).chain(&constructor.nulls) {
                if !params.iter().any(|param| param.ident == *name) {
                    return Err(Error::new(name.span(), "no parameter of this name is declared below"));
                }
            }
        }
        let docs = docs(&input.attrs);
        Ok(Self {
            ident,
            docs,
            name,
            page,
            confidence,
            safety,
            reason,
            confirm,
            busy_is_result,
            reply,
            constructors,
            params,
        })
    }
}

struct CommandAttribute {
    name: LitStr,
    page: LitStr,
    confidence: Ident,
    safety: Ident,
    reason: LitStr,
    confirm: Option<LitStr>,
    busy_is_result: bool,
    reply: Type,
}

impl CommandAttribute {
    fn parse(input: &DeriveInput) -> Result<Self> {
        let attribute = input
            .attrs
            .iter()
            .find(|attribute| attribute.path().is_ident("command"))
            .ok_or_else(|| Error::new(input.span(), "a command needs `#[command(name = …, page = …, …)]`"))?;
        let (mut name, mut page, mut confidence, mut safety, mut reason, mut reply) =
            (None, None, None, None, None, None);
        let (mut confirm, mut busy_is_result) = (None, false);
        attribute.parse_nested_meta(|meta| {
            match key(&meta.path).as_str() {
                "name" => name = Some(meta.value()?.parse()?),
                "page" => page = Some(meta.value()?.parse()?),
                "confidence" => confidence = Some(meta.value()?.parse()?),
                "safety" => safety = Some(meta.value()?.parse()?),
                "reason" => reason = Some(meta.value()?.parse()?),
                "confirm" => confirm = Some(meta.value()?.parse()?),
                "busy_is_result" => busy_is_result = true,
                "reply" => reply = Some(meta.value()?.parse()?),
                _ => {
                    return Err(
                        meta.error("expected name, page, confidence, safety, reason, confirm, busy_is_result or reply")
                    );
                }
            }
            Ok(())
        })?;
        let missing = |what: &str| Error::new(attribute.span(), format!("`{what} = …` is missing"));
        Ok(Self {
            name: name.ok_or_else(|| missing("name"))?,
            page: page.ok_or_else(|| missing("page"))?,
            confidence: confidence.unwrap_or_else(|| documented(attribute.span())),
            safety: safety.ok_or_else(|| missing("safety"))?,
            reason: reason.ok_or_else(|| missing("reason"))?,
            confirm,
            busy_is_result,
            reply: reply.ok_or_else(|| missing("reply"))?,
        })
    }
}

impl Param {
    fn parse(field: &syn::Field, ident: Ident, constructors: &[Constructor]) -> Result<Self> {
        let (mut example, mut confidence, mut required, mut optional) = (None, None, None::<Ident>, None::<Ident>);
        let (mut values, mut may_be_empty, mut random) = (Vec::new(), false, false);
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("param")) {
            attribute.parse_nested_meta(|meta| {
                match key(&meta.path).as_str() {
                    "example" => example = Some(meta.value()?.parse()?),
                    "confidence" => confidence = Some(meta.value()?.parse()?),
                    "required" => required = Some(meta.value()?.parse()?),
                    "optional" => optional = Some(meta.value()?.parse()?),
                    "values" => {
                        let list = meta.value()?;
                        let content;
                        syn::bracketed!(content in list);
                        values = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?.into_iter().collect();
                    }
                    "may_be_empty" => may_be_empty = true,
                    "random" => random = true,
                    _ => {
                        return Err(meta.error(
                            "expected example, confidence, required, optional, values, may_be_empty or random",
                        ));
                    }
                }
                Ok(())
            })?;
        }
        let name = ident.unraw().to_string();
        if RESERVED.contains(&name.as_str()) {
            return Err(Error::new(ident.span(), "this name is reserved: every request holds it"));
        }
        let settable = constructors.iter().any(|constructor| constructor.optional.contains(&ident));
        let in_constructor = settable || constructors.iter().any(|constructor| constructor.params.contains(&ident));
        let (ty, presence) = match (option_of(&field.ty), in_constructor) {
            (Some(ty), true) => (ty, Presence::InForm { settable }),
            (Some(ty), false) => (ty, Presence::Optional),
            (None, true) => {
                return Err(Error::new(field.ty.span(), "a parameter of a form is declared as an `Option`"));
            }
            (None, false) => (field.ty.clone(), Presence::Required),
        };
        if in_constructor && !matches!(field.vis, syn::Visibility::Inherited) {
            return Err(Error::new(
                field.vis.span(),
                "a parameter of a constructor is private: the constructor sets it",
            ));
        }
        let presence_confidence = presence_confidence(presence, required, optional, field.span())?;
        let docs = docs(&field.attrs);
        if docs.is_empty() {
            return Err(Error::new(field.span(), "a parameter needs a doc comment"));
        }
        Ok(Self {
            docs,
            ty,
            presence,
            presence_confidence,
            example: example
                .map(whole_number)
                .ok_or_else(|| Error::new(field.span(), "`#[param(example = …)]` is missing"))?,
            confidence: confidence.unwrap_or_else(|| documented(ident.span())),
            values,
            may_be_empty,
            random,
            name,
            ident,
        })
    }
}

/// How well it is known that a parameter is required, or optional. What no page marks either way counts as required, and
/// that is assumed.
fn presence_confidence(
    presence: Presence,
    required: Option<Ident>,
    optional: Option<Ident>,
    span: proc_macro2::Span,
) -> Result<Ident> {
    match (presence, required, optional) {
        (Presence::Required, None, None) => Ok(Ident::new("Assumed", span)),
        (Presence::Required, Some(confidence), None) | (Presence::Optional, None, Some(confidence)) => Ok(confidence),
        (Presence::Optional | Presence::InForm { .. }, None, None) => Ok(documented(span)),
        (_, required, optional) => {
            let span = required.or(optional).map_or(span, |ident| ident.span());
            Err(Error::new(span, "its type, or a form, says otherwise of whether it is required"))
        }
    }
}

fn documented(span: proc_macro2::Span) -> Ident {
    Ident::new("Documented", span)
}

fn named_fields(input: &DeriveInput) -> Result<&Punctuated<syn::Field, Token![,]>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(&fields.named),
            other => Err(Error::new(other.span(), "a command is a struct with named fields")),
        },
        _ => Err(Error::new(input.span(), "a command is a struct with named fields")),
    }
}

fn constructors(attrs: &[Attribute]) -> Result<Vec<Constructor>> {
    let mut constructors = Vec::new();
    for attribute in attrs.iter().filter(|attribute| attribute.path().is_ident("constructor")) {
        attribute.parse_nested_meta(|meta| {
            let content;
            syn::parenthesized!(content in meta.input);
            let members = Punctuated::<Member, Token![,]>::parse_separated_nonempty(&content)?;
            let (nulls, params): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.null);
            let idents = |members: Vec<Member>| members.into_iter().map(|member| member.ident).collect();
            let optional = match content.parse::<Option<Token![;]>>()? {
                Some(_) => Punctuated::<Ident, Token![,]>::parse_terminated(&content)?,
                None => Punctuated::new(),
            };
            let constructor = meta.path.require_ident()?.clone();
            let optional = optional.into_iter().collect();
            constructors.push(Constructor {
                ident: constructor,
                params: idents(params),
                optional,
                nulls: idents(nulls),
            });
            Ok(())
        })?;
        if let [only] = constructors.as_slice()
            && attrs.iter().filter(|attribute| attribute.path().is_ident("constructor")).count() == 1
        {
            return Err(Error::new(
                only.ident.span(),
                "a single constructor needs no `constructor`: its parameters are required",
            ));
        }
    }
    Ok(constructors)
}

/// The doc comment as text, without the leading blank that `///` leaves, and without its code.
fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &attribute.meta.require_name_value().ok()?.value
        else {
            return None;
        };
        let text = text.value();
        Some(text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let prose: String = text.split("```").step_by(2).collect();
    prose.trim().to_owned()
}

fn option_of(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) if segment.ident == "Option" => Some(inner.clone()),
        _ => None,
    }
}

/// A whole number is one of 64 bits, whatever type it is converted into.
fn whole_number(example: Expr) -> Expr {
    match example {
        Expr::Lit(syn::ExprLit { attrs, lit: syn::Lit::Int(int) }) if int.suffix().is_empty() => {
            let int = syn::LitInt::new(&format!("{int}i64"), int.span());
            Expr::Lit(syn::ExprLit { attrs, lit: syn::Lit::Int(int) })
        }
        other => other,
    }
}

fn key(path: &syn::Path) -> String {
    path.get_ident().map(ToString::to_string).unwrap_or_default()
}
