//! The page at `/_sandbox/`: three files embedded in the binary.

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderName;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::routing::get;

use crate::api::Api;

/// Allows only the page's own files, and no inline scripts.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

type Headers = [(HeaderName, &'static str); 5];

pub(crate) fn routes() -> Router<Arc<Api>> {
    let file = |content_type, text: &'static str| get(move || async move { (headers(content_type), text) });
    Router::new()
        .route("/_sandbox/", file("text/html; charset=utf-8", include_str!("page/index.html")))
        .route("/_sandbox/page.js", file("text/javascript; charset=utf-8", include_str!("page/page.js")))
        .route("/_sandbox/page.css", file("text/css; charset=utf-8", include_str!("page/page.css")))
}

fn headers(content_type: &'static str) -> Headers {
    [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ]
}
