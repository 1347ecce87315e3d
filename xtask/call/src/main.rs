//! Makes calls over a transport that responds at once, to count the instructions of one call.
//! Argument: the number of calls.

#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use scaleengine_http::{Call, Clock, Endpoint, Now, SystemSleep, WireRequest, WireResponse, drive_blocking, transport};
use scaleengine_proto::{UnixTime, stream};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

/// A clock that never advances, so that all calls are the same.
struct Still;

impl Clock for Still {
    fn now(&self) -> Now {
        Now::new(UnixTime(1_700_000_000), Duration::ZERO)
    }
}

fn main() {
    const ANSWER: &str = r#"{ "message": "", "status": "success", "handle_time":"0.3795 seconds" }"#;
    let calls: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1);
    let signer =
        Signer::new(&Credentials::new(Account::new("SANDBOXKEY0000000000000000000000", 158), SecretKey::new("secret")));
    let answer = |_: WireRequest| Ok::<_, std::io::Error>(WireResponse::new(http::StatusCode::OK, ANSWER));
    let transport = transport::from_blocking_fn(answer);
    for _ in 0..calls {
        let close = stream::Close::by_name("demo-origin", "live", "my_live_stream");
        let mut call = Call::new(&signer, Endpoint::default(), close);
        drive_blocking(&mut call, &transport, &Still, &SystemSleep).unwrap();
    }
}
