//! What to do about a connection for which TLS came to nothing.

use std::error::Error as StdError;

use rustls::{CertificateError, Error};
use scaleengine::transport::chain;

/// What else may be wrong with the certificates of this machine.
pub(crate) const TRUST: &str =
    "check this machine's CA certificates (SSL_CERT_FILE, SSL_CERT_DIR); a private CA is added with --ca-file FILE";

/// What to do, by the error of TLS that lies beneath.
pub(crate) fn remedy(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    Some(match chain(error).find_map(|error| error.downcast_ref())? {
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "the certificate is good for another name: check the address, --api-url",
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "whoever runs the server has to renew it; unless this machine's clock is wrong"
        }
        // The verifier has no kind for it.
        Error::InvalidCertificate(CertificateError::Other(other))
            if other.to_string().contains("CaUsedAsEndEntity") =>
        {
            "the server shows the certificate of a CA as its own: it needs one that a CA issued, and --ca-file has that CA's"
        }
        // What cannot be set up on this machine is of no kind.
        Error::InvalidCertificate(_) | Error::General(_) => TRUST,
        Error::InvalidMessage(_) => "what answers there does not speak TLS: check the address and its port",
        _ => "something between may cut TLS off: a firewall, a proxy",
    })
}
