//! Checks the server's certificate: its issuer, its expiry, and whether this machine trusts it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use scaleengine::{Clock as _, Endpoint, SystemClock};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use super::checks::{Checked, Status};
use super::network::Peer;
use crate::failure::Failure;
use crate::tls;
use scaleengine::config::Profile;

const PATIENCE: Duration = Duration::from_secs(5);
/// A certificate that expires within 14 days (here in seconds) is a warning.
const SOON: i64 = 14 * 86_400;

pub(super) async fn look(known: &Profile, endpoint: &Endpoint, peer: &Peer, stream: TcpStream) -> Checked<()> {
    if !endpoint.is_secure() {
        return Ok(((), Status::Skipped("not used: plain http on this machine".to_owned())));
    }
    if peer.is_proxy {
        return Ok((
            (),
            Status::Skipped("not visible through a proxy; the call shows whether it is trusted".to_owned()),
        ));
    }
    let unready = |why: &dyn std::fmt::Display| {
        Failure::not_sent("TLS cannot be set up on this machine").because(why.to_string()).hint(tls::TRUST)
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        Verifier::new_with_extra_roots(extra_roots(known)?, Arc::clone(&provider)).map_err(|error| unready(&error))?;
    let recording = Arc::new(Recording { inner: verifier, seen: Mutex::new(None) });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unready(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&recording) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let host = endpoint.uri().host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host).map_err(|error| unready(&error))?;
    let connected = timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await;
    let told = recording.told();
    let failed = |why: String| {
        let told = told.as_ref().map(|told| format!("{}, ", told.words)).unwrap_or_default();
        Failure::not_sent("the TLS handshake with the server failed").because(format!("{told}{why}"))
    };
    match connected {
        Err(_) => {
            Err(failed("no response within 5 s".to_owned()).hint("check for a firewall or proxy that blocks TLS"))
        }
        Ok(Err(error)) => Err(failed(error.to_string()).hint(tls::remedy(&error).unwrap_or(tls::TRUST))),
        Ok(Ok(_)) => Ok((
            (),
            match told {
                Some(told) if told.ends_soon => Status::Warning(
                    told.words,
                    "the certificate expires soon: ask the server's operator to renew it".to_owned(),
                ),
                Some(told) => Status::Ok(told.words),
                None => Status::Ok("trusted".to_owned()),
            },
        )),
    }
}

fn extra_roots(known: &Profile) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let pem = known.ca()?.unwrap_or_default();
    let unreadable = |error| Failure::config(format!("the certificates of --ca-file cannot be read: {error}"));
    CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(unreadable)
}

/// The platform's verifier, with a record of the server's certificate.
#[derive(Debug)]
struct Recording {
    inner: Verifier,
    seen: Mutex<Option<Vec<u8>>>,
}

struct Told {
    words: String,
    ends_soon: bool,
}

impl Recording {
    /// Describes the recorded certificate, or returns `None` if there is none or it cannot be
    /// parsed.
    fn told(&self) -> Option<Told> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let certificate = Certificate::from_der(&seen).ok()?;
        let (issuer, validity) = (certificate.tbs_certificate().issuer(), certificate.tbs_certificate().validity());
        let end = i64::try_from(validity.not_after.to_unix_duration().as_secs()).ok()?;
        let left = end.saturating_sub(SystemClock::new().now().wall.0);
        let day = Timestamp::from_second(end).ok()?.strftime("%Y-%m-%d").to_string();
        let verb = if left < 0 { "expired" } else { "valid until" };
        Some(Told { words: format!("issued by {issuer}, {verb} {day}"), ends_soon: left < SOON })
    }
}

impl ServerCertVerifier for Recording {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.to_vec());
        self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
