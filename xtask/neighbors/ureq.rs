//! ureq with its own TLS, which trusts one certificate authority.

use std::error::Error;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::At;

pub fn get(at: &At) -> Result<String, Box<dyn Error>> {
    let root = Certificate::from_pem(&std::fs::read(&at.ca)?)?;
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[root])).build();
    let agent = ureq::Agent::config_builder().tls_config(tls).build().new_agent();
    Ok(agent.get(&at.https).call()?.body_mut().read_to_string()?)
}
