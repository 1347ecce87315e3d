//! Builders for [`Spec`] and its parts. These types are `#[non_exhaustive]`, so code that
//! `derive(Command)` generates in another crate cannot construct them directly.

use crate::param::{Kind, ParamError};
use crate::reply::Shape;
use crate::safety::Safety;
use crate::spec::{Confidence, Constructor, Field, Spec};
use crate::value::Value;

/// Declares a builder with the fields of a type. A missing field is a compile error.
macro_rules! parts {
    ($($parts:ident of $type:ident { $($field:ident: $of:ty),* $(,)? })*) => {$(
        #[doc(hidden)]
        pub struct $parts {
            $(pub $field: $of,)*
        }

        impl $parts {
            /// Builds the value.
            #[must_use]
            pub const fn build(self) -> $type {
                $type { $($field: self.$field),* }
            }
        }
    )*};
}

parts! {
    SpecParts of Spec {
        name: &'static str,
        docs: &'static str,
        page: &'static str,
        confidence: Confidence,
        safety: Safety,
        reason: &'static str,
        confirm: Option<&'static str>,
        busy_is_result: bool,
        reply: Shape,
        fields: &'static [Field],
        constructors: &'static [Constructor],
    }
    FieldParts of Field {
        name: &'static str,
        docs: &'static str,
        kind: Kind,
        optional: bool,
        presence_confidence: Confidence,
        values: &'static [&'static str],
        may_be_empty: bool,
        random: bool,
        confidence: Confidence,
        parse: fn(&[&str]) -> Result<Value, ParamError>,
    }
    ConstructorParts of Constructor {
        name: &'static str,
        fields: &'static [&'static str],
        optional: &'static [&'static str],
        nulls: &'static [&'static str],
    }
}
