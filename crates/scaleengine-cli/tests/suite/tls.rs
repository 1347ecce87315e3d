//! TLS through the binary, with a test CA.

use scaleengine::test_util::{Behavior, CannedResponse, Identity, TestServer};

use crate::binary::{CLOSE, run_at};
use crate::messages::Messages;

#[test]
fn a_private_ca_is_trusted_only_with_ca_file() {
    let mut messages = Messages::default();
    let identity = Identity::good().unwrap();
    let pem = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pem.path(), identity.authority()).unwrap();
    let server =
        TestServer::tls(vec![Behavior::Answer(CannedResponse::new(200, r#"{"status":"success"}"#)); 2], &identity)
            .unwrap();
    let trusting = run_at(&server.url(), &[&["--ca-file", pem.path().to_str().unwrap()], &CLOSE[..]].concat());
    assert_eq!((trusting.code, trusting.stderr.as_str()), (0, ""));
    assert_eq!(run_at(&server.url(), &CLOSE).code, 7);

    for nonsense in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        std::fs::write(pem.path(), nonsense).unwrap();
        let ran = run_at(&server.url(), &[&["--ca-file", pem.path().to_str().unwrap()], &CLOSE[..]].concat());
        messages.add(&format!("{nonsense:?}"), &ran);
    }
    messages.compare("a-private-ca-is-trusted-only-with-ca-file");
}
