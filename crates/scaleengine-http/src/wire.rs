//! A request and a response as a transport sees them.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, AGE, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode};
use scaleengine_proto::UnixTime;
use scaleengine_sign::{MAX_POST, Refusal, SignError, SignedPayload};

use crate::endpoint::Endpoint;
use crate::options::{FormEncoding, Limits};

/// A request to send as it is: a POST. `Debug` shows no body, since it holds a signature.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    endpoint: Endpoint,
    head: Head,
    body: Bytes,
    limits: Limits,
}

#[derive(Clone, PartialEq, Eq)]
enum Head {
    /// The headers of our own requests differ in their content type only.
    Own(HeaderValue),
    Forwarded(Box<HeaderMap>),
}

impl WireRequest {
    /// The request that carries a signed payload.
    ///
    /// # Errors
    ///
    /// The form is longer than a POST may be, which the percent-encoding of a long text can make it.
    pub fn new(
        endpoint: Endpoint,
        payload: &SignedPayload,
        encoding: FormEncoding,
        limits: Limits,
    ) -> Result<Self, SignError> {
        let body = encoding.encode(payload.json());
        if body.len() > MAX_POST {
            return Err(SignError::new(Refusal::TooLarge));
        }
        Ok(Self { endpoint, head: Head::Own(encoding.content_type()), body, limits })
    }

    /// A request of somebody else's, passed on with these headers and this body. Nothing of it is checked or signed.
    #[must_use]
    pub fn forwarded(endpoint: Endpoint, headers: HeaderMap, body: impl Into<Bytes>, limits: Limits) -> Self {
        Self { endpoint, head: Head::Forwarded(headers.into()), body: body.into(), limits }
    }

    /// Where to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The headers to send; `Host` and `Content-Length` are the transport's.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let content_type = match &self.head {
            Head::Own(content_type) => content_type.clone(),
            Head::Forwarded(headers) => return (**headers).clone(),
        };
        let user_agent = HeaderValue::from_static(concat!("scaleengine-rs/", env!("CARGO_PKG_VERSION")));
        HeaderMap::from_iter([
            (CONTENT_TYPE, content_type),
            (ACCEPT, HeaderValue::from_static("application/json")),
            (USER_AGENT, user_agent),
        ])
    }

    fn content_type(&self) -> Option<&HeaderValue> {
        match &self.head {
            Head::Own(content_type) => Some(content_type),
            Head::Forwarded(headers) => headers.get(CONTENT_TYPE),
        }
    }

    /// The bytes to send.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The JSON text that the form carries, as it was signed; `None` where it is a form of somebody else's.
    #[must_use]
    pub fn json(&self) -> Option<Cow<'_, str>> {
        let encodings = [FormEncoding::Multipart, FormEncoding::UrlEncoded];
        encodings.into_iter().find(|own| Some(&own.content_type()) == self.content_type())?.decode(&self.body)
    }

    /// The bytes to send.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// What bounds the attempt.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The request in the terms of the `http` crate, without its limits.
    #[must_use]
    pub fn into_http(self) -> Request<Bytes> {
        let headers = self.headers();
        let mut request = Request::new(self.body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.uri().clone();
        *request.headers_mut() = headers;
        request
    }
}

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("endpoint", &self.endpoint)
            .field("content_type", &self.content_type())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A response. `Debug` shows no body, since it may hold a ticket's key.
#[derive(Clone)]
#[non_exhaustive]
pub struct WireResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl WireResponse {
    /// A response without headers.
    #[must_use]
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// Returns the server's time from the header `Date`; `None` if the header is missing, or the response comes out of a cache (`Age`).
    #[must_use]
    pub fn date(&self) -> Option<UnixTime> {
        if self.headers.contains_key(AGE) {
            return None;
        }
        http_date(self.headers.get(DATE)?.to_str().ok()?)
    }

    /// With these headers.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }
}

impl fmt::Debug for WireResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Reads a date in the format of HTTP.
pub(crate) fn http_date(text: &str) -> Option<UnixTime> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(UnixTime)
}
