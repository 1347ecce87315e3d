//! The blocking sandbox. `stop` waits for the requests in flight; dropping does not wait.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Barrier};
use std::thread;

use scaleengine_proto::RawCommand;
use scaleengine_sandbox::LiveStream;
use scaleengine_sandbox::blocking::Sandbox;

use crate::common::signed;

/// Sends a request and returns the response; empty if the connection ended without one.
pub(crate) fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response);
    String::from_utf8(response).unwrap()
}

fn close() -> RawCommand {
    RawCommand::new("stream.close").field("stream_id", 1000)
}

/// Starts a sandbox that waits for the test at two barriers during each request.
fn halting() -> (Sandbox, Arc<Barrier>) {
    let barrier = Arc::new(Barrier::new(2));
    let own = Arc::clone(&barrier);
    let halt = move |_: &_| {
        own.wait();
        own.wait();
    };
    (Sandbox::builder().on_request(halt).start().unwrap(), barrier)
}

#[test]
fn the_blocking_sandbox_has_the_methods_of_the_async_one() {
    let sandbox = Sandbox::start().unwrap();
    let demo = LiveStream::new("demo-origin", "live", "my_live_stream");
    assert!(sandbox.url().starts_with(&format!("http://{}/", sandbox.address())));
    let snapshot = sandbox.snapshot();
    let fault = sandbox.fault("code=1000".parse().unwrap());
    let request = signed(&sandbox.credentials(), &close());
    assert!(exchange(sandbox.address(), &request).contains("\"1000\""));
    assert!(sandbox.remove_fault(&fault));
    assert!(exchange(sandbox.address(), &request).contains("\"success\""));
    assert_eq!((sandbox.is_live(&demo), sandbox.requests().len(), sandbox.connections()), (false, 2, 2));
    sandbox.restore(&snapshot).unwrap();
    assert!(sandbox.is_live(&demo));
    assert_eq!(sandbox.publish_as(demo.clone(), "username_1", "wrong"), None);
    assert_eq!(sandbox.publish(demo), 1000);
    assert!(sandbox.view("none", "", [127, 0, 0, 1].into()).is_err());
    sandbox.advance(3600);
    assert!(exchange(sandbox.address(), &request).contains("\"0002\""));
    sandbox.reset();
    assert!(sandbox.requests().is_empty());
}

#[test]
fn an_address_in_use_is_an_error_at_start() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let error = Sandbox::builder().listen(taken.local_addr().unwrap()).start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
fn stop_finishes_requests_in_flight_and_closes_the_port() {
    let (sandbox, barrier) = halting();
    // A slow response, so that it is not complete before the stop.
    sandbox.fault("drip=2".parse().unwrap());
    let address = sandbox.address();
    let request = signed(&sandbox.credentials(), &close());
    let client = thread::spawn(move || exchange(address, &request));
    barrier.wait();
    let stopping = thread::spawn(|| sandbox.stop());
    barrier.wait();
    stopping.join().unwrap();
    assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert!(client.join().unwrap().contains("\"success\""));
}

#[test]
fn dropping_does_not_wait_for_requests() {
    let (sandbox, barrier) = halting();
    let address = sandbox.address();
    let request = signed(&sandbox.credentials(), &close());
    let client = thread::spawn(move || exchange(address, &request));
    barrier.wait();
    // Its thread cannot end before the second wait.
    drop(sandbox);
    barrier.wait();
    client.join().unwrap();
    while TcpStream::connect(address).is_ok() {
        thread::yield_now();
    }
}
