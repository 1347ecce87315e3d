//! The parser of declarations. The span of an error is the word to change.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Field, Fields, Ident, LitStr, Path, Result, Token, Type};

/// A copy of `scaleengine_proto::RESERVED`; that crate depends on this one.
const RESERVED: [&str; 5] = ["command", "api_key", "timestamp", "cdn", "signature"];

/// The variants of `Safety` and of `Confidence`, for errors that list them.
const SAFETIES: [&str; 3] = ["ReadOnly", "Idempotent", "Unsafe"];
const CONFIDENCES: [&str; 3] = ["Documented", "Observed", "Assumed"];

/// A declared command.
pub(crate) struct Declaration {
    pub ident: Ident,
    pub docs: String,
    pub command: CommandAttribute,
    pub constructors: Vec<Constructor>,
    pub params: Vec<Param>,
}

/// The keys of `#[command(…)]`.
pub(crate) struct CommandAttribute {
    /// The path of `scaleengine-proto` in the generated code.
    pub krate: Path,
    pub name: LitStr,
    pub page: Option<LitStr>,
    /// The confidence that the command exists.
    pub confidence: Ident,
    pub safety: Ident,
    pub reason: LitStr,
    /// The effect that a person should confirm.
    pub confirm: Option<LitStr>,
    /// Whether code 1000 is a result of the command.
    pub busy_is_result: bool,
    pub reply: Type,
}

/// One way to build a command.
pub(crate) struct Constructor {
    pub ident: Ident,
    /// The arguments, in order.
    pub params: Vec<Ident>,
    /// Parameters of other constructors that are optional here.
    pub optional: Vec<Ident>,
    /// Parameters that are sent as null.
    pub nulls: Vec<Ident>,
}

/// A parameter in `#[constructor(…)]`; with `!`, it is sent as null.
struct Member {
    null: bool,
    ident: Ident,
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Ok(Self { null: input.parse::<Option<Token![!]>>()?.is_some(), ident: input.parse()? })
    }
}

/// A declared parameter.
pub(crate) struct Param {
    pub ident: Ident,
    /// The wire name: the field's name without `r#`, unless the declaration sets another.
    pub name: String,
    pub docs: String,
    /// The type without its `Option`.
    pub ty: Type,
    pub presence: Presence,
    /// The confidence that the parameter is required, or optional.
    pub presence_confidence: Ident,
    pub example: Expr,
    pub confidence: Ident,
    /// Known values; others may exist.
    pub values: Vec<LitStr>,
    pub may_be_empty: bool,
    /// Whether the API expects a random string, which can be generated for the caller.
    pub random: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// Listed in a `#[constructor(…)]`. It has a setter if it is optional in one of them.
    InConstructor {
        settable: bool,
    },
}

impl Declaration {
    pub(crate) fn parse(input: &DeriveInput, krate: Path) -> Result<Self> {
        if !input.generics.params.is_empty() {
            return Err(Error::new_spanned(&input.generics, "a command cannot have generic parameters: remove them"));
        }
        let fields = named_fields(input)?;
        let command = CommandAttribute::parse(input, krate)?;
        let constructors = constructors(&input.attrs)?;

        let mut params = Vec::new();
        let mut extra = false;
        for (ident, field) in fields.iter().filter_map(|field| field.ident.as_ref().map(|ident| (ident, field))) {
            if extra {
                return Err(Error::new(ident.span(), format!("`{ident}` is after `extra`: move `extra` to the end")));
            }
            if ident == "extra" {
                extra = true;
            } else {
                params.push(Param::parse(field, ident, &constructors)?);
            }
        }
        if !extra {
            return Err(Error::new(input.ident.span(), "missing field `extra`: add `extra: Fields` at the end"));
        }
        for constructor in &constructors {
            for name in constructor.params.iter().chain(&constructor.optional).chain(&constructor.nulls) {
                if !params.iter().any(|param| param.ident == *name) {
                    return Err(Error::new(
                        name.span(),
                        format!("no parameter `{name}`: declare a field of this name"),
                    ));
                }
            }
        }
        distinct(&params, &constructors)?;
        Ok(Self { ident: input.ident.clone(), docs: docs(&input.attrs)?, command, constructors, params })
    }
}

impl CommandAttribute {
    fn parse(input: &DeriveInput, default: Path) -> Result<Self> {
        let (mut krate, mut name, mut page, mut confidence, mut safety) = (None, None, None, None, None);
        let (mut reason, mut confirm, mut busy_is_result, mut reply) = (None, None, false, None);
        let mut first = None;
        for attribute in attributes(&input.attrs, "command") {
            first.get_or_insert_with(|| attribute.path());
            attribute.parse_nested_meta(|meta| match key(&meta).as_str() {
                "crate" => set(&mut krate, &meta),
                "name" => set(&mut name, &meta),
                "page" => set(&mut page, &meta),
                "confidence" => set_word(&mut confidence, &meta, CONFIDENCES),
                "safety" => set_word(&mut safety, &meta, SAFETIES),
                "reason" => set(&mut reason, &meta),
                "confirm" => set(&mut confirm, &meta),
                "busy_is_result" => {
                    busy_is_result = true;
                    Ok(())
                }
                "reply" => set(&mut reply, &meta),
                _ => Err(meta.error(
                    "unknown key: use crate, name, page, confidence, safety, reason, confirm, busy_is_result or reply",
                )),
            })?;
        }
        let Some(first) = first else {
            let message = "missing `#[command(name = …, safety = …, reason = …, reply = …)]`";
            return Err(Error::new(input.ident.span(), message));
        };
        let missing = |key: &str| Error::new_spanned(first, format!("missing key `{key}`: add `{key} = …`"));
        Ok(Self {
            krate: krate.map_or(Ok(default), |path| path_of(&path))?,
            name: name.ok_or_else(|| missing("name"))?,
            page,
            confidence: confidence.unwrap_or_else(documented),
            safety: safety.ok_or_else(|| missing("safety"))?,
            reason: reason.ok_or_else(|| missing("reason"))?,
            confirm,
            busy_is_result,
            reply: reply.ok_or_else(|| missing("reply"))?,
        })
    }
}

impl Param {
    fn parse(field: &Field, ident: &Ident, constructors: &[Constructor]) -> Result<Self> {
        let (mut example, mut confidence, mut required, mut optional) = (None, None, None, None);
        let (mut wire_name, mut values, mut may_be_empty, mut random) = (None, None, false, false);
        for attribute in attributes(&field.attrs, "param") {
            attribute.parse_nested_meta(|meta| {
                match key(&meta).as_str() {
                    "name" => set(&mut wire_name, &meta)?,
                    "example" => set(&mut example, &meta)?,
                    "confidence" => set_word(&mut confidence, &meta, CONFIDENCES)?,
                    "required" => set_word(&mut required, &meta, CONFIDENCES)?,
                    "optional" => set_word(&mut optional, &meta, CONFIDENCES)?,
                    "values" => set(&mut values, &meta)?,
                    "may_be_empty" => may_be_empty = true,
                    "random" => random = true,
                    _ => {
                        return Err(meta.error(
                            "unknown key: use name, example, confidence, required, optional, values, may_be_empty or random",
                        ));
                    }
                }
                Ok(())
            })?;
        }
        let name = wire_name.as_ref().map_or_else(|| ident.unraw().to_string(), LitStr::value);
        if RESERVED.contains(&name.as_str()) {
            let message = format!("`{name}` is reserved for the signer: a parameter needs another name");
            return Err(Error::new(ident.span(), message));
        }
        let (ty, presence) = presence(field, ident, constructors)?;
        let presence_confidence = presence_confidence(ident, presence, required, optional)?;
        let missing = |what: &str| Error::new(ident.span(), format!("missing {what} on `{ident}`"));
        let docs = docs(&field.attrs)?;
        if docs.is_empty() {
            return Err(missing("doc comment `/// …`"));
        }
        Ok(Self {
            docs,
            ty,
            presence,
            presence_confidence,
            example: example.map(whole_number).ok_or_else(|| missing("`#[param(example = …)]`"))?,
            confidence: confidence.unwrap_or_else(documented),
            values: values.map(|Strings(values)| values).unwrap_or_default(),
            may_be_empty,
            random,
            name,
            ident: ident.clone(),
        })
    }
}

/// The strings of `["…", "…"]`.
struct Strings(Vec<LitStr>);

impl Parse for Strings {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let content;
        syn::bracketed!(content in input);
        Ok(Self(Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?.into_iter().collect()))
    }
}

/// Returns the type of a field without its `Option`, and its presence, which the type and the
/// constructors decide.
fn presence(field: &Field, ident: &Ident, constructors: &[Constructor]) -> Result<(Type, Presence)> {
    let settable = constructors.iter().any(|constructor| constructor.optional.contains(ident));
    let takes = |constructor: &Constructor| constructor.params.contains(ident) || constructor.nulls.contains(ident);
    if !settable && !constructors.iter().any(takes) {
        return Ok(match option_of(&field.ty) {
            Some(ty) => (ty, Presence::Optional),
            None => (field.ty.clone(), Presence::Required),
        });
    }
    let Some(ty) = option_of(&field.ty) else {
        let message = format!("`{ident}` is in `#[constructor(…)]`: its type must be an `Option`");
        return Err(Error::new_spanned(&field.ty, message));
    };
    if !matches!(field.vis, syn::Visibility::Inherited) {
        let message = format!("`{ident}` is in `#[constructor(…)]`, which sets it: make the field private");
        return Err(Error::new_spanned(&field.vis, message));
    }
    Ok((ty, Presence::InConstructor { settable }))
}

/// Returns the confidence that a parameter is required, or optional. A parameter that no page marks
/// either way counts as required, with the confidence `Assumed`.
fn presence_confidence(
    ident: &Ident,
    presence: Presence,
    required: Option<Ident>,
    optional: Option<Ident>,
) -> Result<Ident> {
    let (fitting, other, default, fact) = match presence {
        Presence::Required => (required, optional, "Assumed", "is required: use `required = …`, or an `Option` type"),
        Presence::Optional => {
            (optional, required, "Documented", "is optional: use `optional = …`, or no `Option` type")
        }
        Presence::InConstructor { .. } => {
            (None, required.or(optional), "Documented", "is in `#[constructor(…)]`, which decides this: remove the key")
        }
    };
    match other {
        Some(confidence) => Err(Error::new(confidence.span(), format!("`{ident}` {fact}"))),
        None => Ok(fitting.unwrap_or_else(|| Ident::new(default, ident.span()))),
    }
}

fn documented() -> Ident {
    Ident::new("Documented", proc_macro2::Span::call_site())
}

/// Parses the path of `crate = "…"`.
fn path_of(text: &LitStr) -> Result<Path> {
    let expected = |_| Error::new(text.span(), "expected a path, such as \"scaleengine::proto\"");
    text.parse_with(Path::parse_mod_style).map_err(expected)
}

fn named_fields(input: &DeriveInput) -> Result<&Punctuated<Field, Token![,]>> {
    if let Data::Struct(syn::DataStruct { fields: Fields::Named(fields), .. }) = &input.data {
        return Ok(&fields.named);
    }
    Err(Error::new(input.ident.span(), format!("`{}` must be a struct with named fields", input.ident)))
}

fn constructors(attrs: &[Attribute]) -> Result<Vec<Constructor>> {
    let mut constructors = Vec::new();
    for attribute in attributes(attrs, "constructor") {
        attribute.parse_nested_meta(|meta| {
            let ident = meta.path.require_ident()?.clone();
            let content;
            syn::parenthesized!(content in meta.input);
            let mut members = vec![content.parse::<Member>()?];
            while content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() && !content.peek(Token![;]) {
                members.push(content.parse()?);
            }
            let (nulls, params): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.null);
            let idents = |members: Vec<Member>| members.into_iter().map(|member| member.ident).collect();
            let optional = match content.parse::<Option<Token![;]>>()? {
                Some(_) => Punctuated::<Ident, Token![,]>::parse_terminated(&content)?,
                None => Punctuated::new(),
            };
            constructors.push(Constructor {
                ident,
                params: idents(params),
                optional: optional.into_iter().collect(),
                nulls: idents(nulls),
            });
            Ok(())
        })?;
    }
    match constructors.as_slice() {
        [only] => {
            let message =
                "a single constructor is always `new`: remove `#[constructor(…)]` and the `Option` of its parameters";
            Err(Error::new(only.ident.span(), message))
        }
        _ => Ok(constructors),
    }
}

/// Returns the doc comment without the space after `///`, and without code blocks.
fn docs(attrs: &[Attribute]) -> Result<String> {
    let mut lines = Vec::new();
    for attribute in attributes(attrs, "doc") {
        // Skip `#[doc(hidden)]` and similar attributes.
        let syn::Meta::NameValue(line) = &attribute.meta else { continue };
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &line.value else {
            let message = "the description is part of the declaration: write it as a doc comment `/// …`";
            return Err(Error::new_spanned(&line.value, message));
        };
        let text = text.value();
        lines.push(text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned());
    }
    let prose: String = lines.join("\n").split("```").step_by(2).collect();
    Ok(prose.trim().to_owned())
}

/// Refuses parameters with the same wire name, and setters with the name of a constructor.
fn distinct(params: &[Param], constructors: &[Constructor]) -> Result<()> {
    let only_new = [Ident::new("new", proc_macro2::Span::call_site())];
    let constructors: Vec<_> = match constructors {
        [] => only_new.iter().collect(),
        several => several.iter().map(|constructor| &constructor.ident).collect(),
    };
    for (index, param) in params.iter().enumerate() {
        let Param { ident, name, presence, .. } = param;
        let error = |message| Err(Error::new(ident.span(), message));
        if params.iter().take(index).any(|other| other.name == *name) {
            return error(format!("another parameter has the wire name `{name}`: remove one"));
        }
        let settable = matches!(presence, Presence::Optional | Presence::InConstructor { settable: true });
        if settable && constructors.contains(&ident) {
            return error(format!(
                "`{ident}` is the name of a constructor too: rename the field and add `#[param(name = \"{name}\")]`"
            ));
        }
    }
    Ok(())
}

fn option_of(ty: &Type) -> Option<Type> {
    let ty = match ty {
        // A type from a `macro_rules!` macro is in a group.
        Type::Group(group) => &*group.elem,
        ty => ty,
    };
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) if segment.ident == "Option" => Some(inner.clone()),
        _ => None,
    }
}

/// Adds the suffix `i64` to an integer without one, because `.into()` does not determine its type.
fn whole_number(example: Expr) -> Expr {
    match example {
        Expr::Lit(syn::ExprLit { attrs, lit: syn::Lit::Int(int) }) if int.suffix().is_empty() => {
            let int = syn::LitInt::new(&format!("{int}i64"), int.span());
            Expr::Lit(syn::ExprLit { attrs, lit: syn::Lit::Int(int) })
        }
        other => other,
    }
}

fn attributes<'a>(attrs: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a Attribute> {
    attrs.iter().filter(move |attribute| attribute.path().is_ident(name))
}

fn key(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

/// Parses `= value` and refuses a repeated key.
fn set<T: Parse>(value: &mut Option<T>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    if value.is_some() {
        return Err(meta.error(format!("`{}` is set twice: keep one", key(meta))));
    }
    *value = Some(meta.value()?.parse()?);
    Ok(())
}

/// Parses `= Word` and refuses a word that is not in the list.
fn set_word(value: &mut Option<Ident>, meta: &ParseNestedMeta<'_>, words: [&str; 3]) -> Result<()> {
    set(value, meta)?;
    match value {
        Some(word) if !words.iter().any(|known| word == known) => {
            Err(Error::new(word.span(), format!("unknown value `{word}`: use one of {}", words.join(", "))))
        }
        _ => Ok(()),
    }
}
