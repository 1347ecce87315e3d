//! TLS through the binary, with an authority of the test's own.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::binary::{CLOSE, http, run_at, serving};

#[test]
fn an_added_authority_is_trusted_and_no_other() {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pem = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pem.path(), signed.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let url = serving(move |stream| {
        let mut tls = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream);
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        while !seen.ends_with(b"--\r\n") {
            let count = tls.read(&mut buffer).unwrap();
            seen.extend_from_slice(&buffer[..count]);
        }
        tls.write_all(http("200 OK", r#"{"status":"success"}"#).as_bytes()).unwrap();
        tls.conn.send_close_notify();
        let _ = tls.flush();
    });
    let url = url.replace("http://127.0.0.1", "https://localhost");
    let trusting = run_at(&url, &[&["--ca-file", pem.path().to_str().unwrap()], &CLOSE[..]].concat());
    assert_eq!((trusting.code, trusting.stderr.as_str()), (0, ""));

    for nonsense in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        std::fs::write(pem.path(), nonsense).unwrap();
        let ran = run_at(&url, &[&["--ca-file", pem.path().to_str().unwrap()], &CLOSE[..]].concat());
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.stderr.contains("--ca-file"), "{ran:?}");
    }
}
