//! The HTTP server and its routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::routing::any;
use tokio::net::TcpListener;

use crate::api::{self, Api};
use crate::connection::{Doorway, Handle};
use crate::{admin, guard, page};

/// Serves until the sandbox stops, then finishes the requests in flight.
pub(crate) async fn serve(listener: TcpListener, api: Arc<Api>) {
    let mut stop = api.lifecycle.stopping();
    let doorway = Doorway { listener, count: api.lifecycle.counter(), open: api.lifecycle.open() };
    // A snapshot to restore may be long.
    let limit = DefaultBodyLimit::max(256 << 20);
    let own = admin::routes().layer(limit).merge(page::routes()).route_layer(axum::middleware::from_fn(guard::guard));
    let router = Router::new().route("/stable/", any(api::handle)).merge(own).fallback(api::elsewhere).with_state(api);
    let service: IntoMakeServiceWithConnectInfo<Router, Handle> = router.into_make_service_with_connect_info();
    let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
    let _ = axum::serve(doorway, service).with_graceful_shutdown(stopped).await;
}
