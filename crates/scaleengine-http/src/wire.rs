//! The request and the response of a transport.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, ACCEPT, AGE, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode};
use scaleengine_proto::UnixTime;
use scaleengine_sign::{Account, MAX_POST, Refusal, SignError, SignedPayload};

use crate::endpoint::Endpoint;
use crate::options::{FormEncoding, Limits};

/// A POST request to send unchanged. `Debug` omits the body, which contains a signature.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    endpoint: Endpoint,
    info: Option<RequestInfo>,
    head: Head,
    body: Bytes,
    limits: Limits,
}

#[derive(Clone, PartialEq, Eq)]
enum Head {
    /// Requests of this crate differ only in these headers.
    Own {
        content_type: HeaderValue,
        user_agent: Option<HeaderValue>,
        added: Option<Box<HeaderMap>>,
    },
    Forwarded(Box<HeaderMap>),
}

/// The call that a request belongs to, for transports and layers that log, count or route.
///
/// [`WireRequest::into_http`] puts it into the extensions of the HTTP request. `Debug` omits the
/// account.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestInfo {
    command: Arc<str>,
    attempt: u32,
    account: Account,
}

impl RequestInfo {
    pub(crate) fn new(command: &str, attempt: u32, account: Account) -> Self {
        Self { command: command.into(), attempt, account }
    }

    /// Returns the name of the command, such as `stream.close`.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Returns the number of the attempt, starting at 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the account that the request is signed for.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }
}

impl fmt::Debug for RequestInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestInfo")
            .field("command", &self.command)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// The error of adding a header that the client or the transport sets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the header {0} cannot be added: the client or the transport sets it")]
pub struct HeaderError(HeaderName);

impl WireRequest {
    /// Creates the request that carries a signed payload.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is longer than a POST may be, which percent-encoding of a long
    /// string can cause.
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
        let head = Head::Own { content_type: encoding.content_type(), user_agent: None, added: None };
        Ok(Self { endpoint, info: None, head, body, limits })
    }

    /// Creates a request from the headers and the body of another client. They are neither checked
    /// nor signed.
    #[must_use]
    pub fn forwarded(endpoint: Endpoint, headers: HeaderMap, body: impl Into<Bytes>, limits: Limits) -> Self {
        Self { endpoint, info: None, head: Head::Forwarded(headers.into()), body: body.into(), limits }
    }

    pub(crate) fn with_info(self, info: RequestInfo) -> Self {
        Self { info: Some(info), ..self }
    }

    pub(crate) fn with_user_agent(mut self, value: Option<HeaderValue>) -> Self {
        if let Head::Own { user_agent, .. } = &mut self.head {
            *user_agent = value;
        }
        self
    }

    /// Adds a header, such as a trace id, and replaces one of the same name. The signature does not
    /// cover headers.
    ///
    /// # Errors
    ///
    /// Returns an error if the client sets the header (`Content-Type`, `Accept`, `User-Agent`), or
    /// if the transport does, because it describes the connection or the encoding of the body
    /// (`Host`, `Content-Length`, `Transfer-Encoding`, `Connection`, `Expect`, `Upgrade`, …).
    pub fn add_header(&mut self, name: HeaderName, value: HeaderValue) -> Result<(), HeaderError> {
        const OWN: [HeaderName; 16] = [
            CONTENT_TYPE,
            ACCEPT,
            USER_AGENT,
            header::HOST,
            header::CONTENT_LENGTH,
            header::CONTENT_ENCODING,
            header::TRANSFER_ENCODING,
            header::CONNECTION,
            header::ACCEPT_ENCODING,
            header::EXPECT,
            header::TE,
            header::TRAILER,
            header::UPGRADE,
            header::PROXY_AUTHORIZATION,
            HeaderName::from_static("keep-alive"),
            HeaderName::from_static("proxy-connection"),
        ];
        if OWN.contains(&name) {
            return Err(HeaderError(name));
        }
        match &mut self.head {
            Head::Own { added, .. } => added.get_or_insert_default().insert(name, value),
            Head::Forwarded(headers) => headers.insert(name, value),
        };
        Ok(())
    }

    /// Returns the endpoint to send the request to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns the call that the request belongs to; `None` for a request that was not made by a
    /// [`Call`](crate::Call).
    #[must_use]
    pub fn info(&self) -> Option<&RequestInfo> {
        self.info.as_ref()
    }

    /// Returns the headers to send, without those of the transport (`Host`, `Content-Length`).
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let (content_type, user_agent, added) = match &self.head {
            Head::Own { content_type, user_agent, added } => (content_type.clone(), user_agent.clone(), added),
            Head::Forwarded(headers) => return (**headers).clone(),
        };
        let default = || HeaderValue::from_static(concat!("scaleengine-rs/", env!("CARGO_PKG_VERSION")));
        let mut headers = HeaderMap::from_iter([
            (CONTENT_TYPE, content_type),
            (ACCEPT, HeaderValue::from_static("application/json")),
            (USER_AGENT, user_agent.unwrap_or_else(default)),
        ]);
        if let Some(added) = added {
            headers.extend(added.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        headers
    }

    fn content_type(&self) -> Option<&HeaderValue> {
        match &self.head {
            Head::Own { content_type, .. } => Some(content_type),
            Head::Forwarded(headers) => headers.get(CONTENT_TYPE),
        }
    }

    /// Returns the body to send.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the signed JSON in the body; `None` for a forwarded request with another kind of
    /// body.
    #[must_use]
    pub fn json(&self) -> Option<Cow<'_, str>> {
        let encodings = [FormEncoding::Multipart, FormEncoding::UrlEncoded];
        encodings.into_iter().find(|own| Some(&own.content_type()) == self.content_type())?.decode(&self.body)
    }

    /// Returns the body to send.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// Returns the timeout of the attempt, from the start of connecting to the end of the response
    /// body.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.limits.timeout
    }

    /// Returns the largest accepted length of the response body, in bytes.
    #[must_use]
    pub fn max_body(&self) -> usize {
        self.limits.max_body
    }

    /// Converts the request into the types of the `http` crate. Drops the timeout and the body
    /// limit; the [`RequestInfo`] is in the extensions.
    #[must_use]
    pub fn into_http(self) -> Request<Bytes> {
        let headers = self.headers();
        let mut request = Request::new(self.body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.uri().clone();
        *request.headers_mut() = headers;
        if let Some(info) = self.info {
            request.extensions_mut().insert(info);
        }
        request
    }
}

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("endpoint", &self.endpoint)
            .field("info", &self.info)
            .field("content_type", &self.content_type())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A response. `Debug` omits the body, which may contain the key of a ticket.
#[derive(Clone)]
#[non_exhaustive]
pub struct WireResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The complete body.
    pub body: Bytes,
}

impl WireResponse {
    /// Creates a response without headers.
    #[must_use]
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// Returns the server's time from the header `Date`; `None` if the header is missing, or the
    /// response is from a cache (`Age`).
    #[must_use]
    pub fn date(&self) -> Option<UnixTime> {
        if self.headers.contains_key(AGE) {
            return None;
        }
        http_date(self.headers.get(DATE)?.to_str().ok()?)
    }

    /// Sets the headers.
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

/// Parses an HTTP date.
pub(crate) fn http_date(text: &str) -> Option<UnixTime> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(UnixTime)
}
