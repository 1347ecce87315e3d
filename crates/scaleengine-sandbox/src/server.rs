//! The HTTP server: which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::routing::any;
use tokio::net::TcpListener;

use crate::api::{self, Api};
use crate::connection::{Doorway, Handle};
use crate::{admin, page};

pub(crate) async fn serve(listener: TcpListener, api: Arc<Api>) {
    let doorway = Doorway { listener, count: Arc::clone(&api.connections), open: api.open.clone() };
    let own = admin::routes().merge(page::routes()).route_layer(axum::middleware::from_fn(admin::guard));
    let router = Router::new().route("/stable/", any(api::handle)).merge(own).with_state(api);
    let service: IntoMakeServiceWithConnectInfo<Router, Handle> = router.into_make_service_with_connect_info();
    // It ends only when the sandbox is dropped.
    let _ = axum::serve(doorway, service).await;
}
