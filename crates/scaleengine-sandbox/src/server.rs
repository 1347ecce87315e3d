//! HTTP: from a request to its JSON text, and from an outcome to a response.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use scaleengine_sign::{Check, MAX_POST, Received};
use serde_json::{Map, Value};
use tokio::net::TcpListener;

use crate::answer::{self, Failure};
use crate::check::Rules;
use crate::clock;
use crate::commands::Product;

/// Everything that a request meets.
pub(crate) struct Api {
    rules: Rules,
    clock_offset: i64,
    pub(crate) product: Product,
    pub(crate) connections: Arc<AtomicUsize>,
}

impl Api {
    pub(crate) fn new(checks: Vec<Check>, clock_offset: i64) -> Self {
        Self { rules: Rules::new(checks), clock_offset, product: Product::seeded(), connections: Arc::default() }
    }

    fn handle(&self, json: String) -> Result<Map<String, Value>, Failure> {
        let request = Received::parse(json)
            .map_err(|error| Failure::without_code("The request could not be read").debug(error))?;
        let now = clock::wall(self.clock_offset);
        let spec = self.rules.check(&request, now)?;
        self.product.execute(spec, &request, now)
    }
}

pub(crate) async fn serve(listener: TcpListener, api: Arc<Api>) {
    let connections = Arc::clone(&api.connections);
    let only_post = || async { (StatusCode::METHOD_NOT_ALLOWED, "The API takes POST requests only\n") };
    let router = Router::new()
        .route("/stable/", post(stable).fallback(only_post))
        .layer(DefaultBodyLimit::max(MAX_POST))
        .with_state(api);
    let listener = listener.tap_io(move |_| {
        connections.fetch_add(1, Ordering::Relaxed);
    });
    // It ends only when the sandbox is dropped.
    let _ = axum::serve(listener, router).await;
}

async fn stable(State(api): State<Arc<Api>>, request: Request) -> ([(HeaderName, &'static str); 1], String) {
    let start = clock::start();
    let outcome = match json_field(request).await {
        Ok(json) => api.handle(json),
        Err(reason) => Err(Failure::without_code("The request could not be read").debug(reason)),
    };
    // That failures come with HTTP 200 too is assumed.
    ([(CONTENT_TYPE, "application/json")], answer::body(outcome, start.elapsed().as_secs_f64()))
}

/// The form field `json`; of several the last, as PHP takes it.
async fn json_field(request: Request) -> Result<String, String> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let missing = || "the form has no field `json`".to_owned();
    if content_type.starts_with("multipart/form-data") {
        let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.body_text())?;
        let mut json = Err(missing());
        while let Some(field) = form.next_field().await.map_err(|error| error.body_text())? {
            // A part with a file name is a file to PHP, and not a field.
            if field.name() == Some("json") && field.file_name().is_none() {
                json = field.bytes().await.map_err(|error| error.body_text()).and_then(|bytes| text(bytes.into()));
            }
        }
        json
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        let body = axum::body::Bytes::from_request(request, &()).await.map_err(|error| error.body_text())?;
        form_urlencoded::parse(&body)
            .filter(|(name, _)| name == "json")
            .last()
            .map(|(_, json)| json.into_owned())
            .ok_or_else(missing)
    } else {
        Err(format!("no form: the content type is {content_type:?}"))
    }
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "the field `json` is not UTF-8".to_owned())
}
