//! Remedies for failed TLS connections.

use std::error::Error as StdError;

use rustls::{CertificateError, Error};
use scaleengine::transport::chain;

/// The remedy if this machine does not trust the certificate.
pub(crate) const TRUST: &str =
    "check this machine's CA certificates (SSL_CERT_FILE, SSL_CERT_DIR); add a private CA with --ca-file FILE";

/// Returns the remedy for the TLS error in an error's source chain.
pub(crate) fn remedy(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    Some(match chain(error).find_map(|error| error.downcast_ref())? {
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "the certificate is valid for another name: check the address (--api-url)",
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "check this machine's clock; if it is right, ask the server's operator to renew the certificate"
        }
        // rustls has no variant for this error.
        Error::InvalidCertificate(CertificateError::Other(other))
            if other.to_string().contains("CaUsedAsEndEntity") =>
        {
            "the server presents a CA certificate as its own: it needs one issued by a CA, and --ca-file needs the certificate of that CA"
        }
        // `General`: TLS cannot be set up on this machine.
        Error::InvalidCertificate(_) | Error::General(_) => TRUST,
        Error::InvalidMessage(_) => "the server does not speak TLS: check the address and its port",
        _ => "check for a firewall or proxy that interrupts TLS",
    })
}
