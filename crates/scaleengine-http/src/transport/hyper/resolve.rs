//! Name lookup by the system, as a resolver for hyper.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use crate::transport::lookup::{self, LookupError};

#[derive(Clone)]
pub(super) struct Resolver(GaiResolver);

impl Default for Resolver {
    fn default() -> Self {
        Self(GaiResolver::new())
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = LookupError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, LookupError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), LookupError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if let Some(known) = lookup::known(name.as_str()) {
            // The connector sets the port.
            let known: Vec<_> = known.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
            return Box::pin(std::future::ready(Ok(known.into_iter())));
        }
        let host = name.as_str().to_owned();
        let lookup = self.0.call(name);
        Box::pin(async move {
            let found = lookup.await.map_err(|error| LookupError { host, error })?;
            Ok(found.collect::<Vec<_>>().into_iter())
        })
    }
}
