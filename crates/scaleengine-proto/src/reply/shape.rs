//! The shape of a reply, as data.

use serde::de::DeserializeOwned;

/// The type of a command's reply.
///
/// It is deserialized from the complete reply object, including `status` and `message`, so data
/// under `data` needs a field `data`. [`Document`](crate::Document) keeps all fields; `()` and
/// [`Acknowledged`](crate::Acknowledged) read none. Your own type needs one constant:
///
/// ```
/// use scaleengine_proto::{ReplyShape, Shape, decode};
///
/// #[derive(serde::Deserialize)]
/// struct Upload {
///     upload_id: String,
/// }
///
/// impl ReplyShape for Upload {
///     const SHAPE: Shape = Shape::observed("The id of the upload under `upload_id`.");
/// }
///
/// let reply = decode::<Upload>(br#"{"status":"success","upload_id":"u-7"}"#)?;
/// assert_eq!(reply.value().upload_id, "u-7");
/// # Ok::<(), scaleengine_proto::DecodeError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not describe its shape",
    note = "a reply type implements `ReplyShape`: `const SHAPE: Shape = Shape::observed(\"…\");`"
)]
pub trait ReplyShape: DeserializeOwned {
    /// The shape of the reply, for help and reference pages.
    const SHAPE: Shape;
}

/// Reads nothing, like [`Acknowledged`](crate::Acknowledged).
impl ReplyShape for () {
    const SHAPE: Shape = Shape::NOTHING;
}

/// The shape of a reply, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// Whether such a reply was observed, completely enough for a type.
    pub observed: bool,
    /// A description in Markdown.
    pub docs: &'static str,
}

impl Shape {
    pub(crate) const NOTHING: Self = Self::observed("Success or failure only.");

    /// Creates an observed shape with a description in Markdown.
    #[must_use]
    pub const fn observed(docs: &'static str) -> Self {
        Self { observed: true, docs }
    }

    /// Creates an unknown shape with a description in Markdown.
    #[must_use]
    pub const fn unknown(docs: &'static str) -> Self {
        Self { observed: false, docs }
    }
}
