//! So many calls over a scripted transport, for counting what one costs. Argument: how many.

#![allow(clippy::unwrap_used, missing_docs)]

use scaleengine_http::test_util::{FakeClock, Scripted};
use scaleengine_http::{Call, Endpoint, drive_blocking};
use scaleengine_proto::{UnixTime, stream};
use scaleengine_sign::{Account, SecretKey, Signer};

fn main() {
    let calls: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1);
    let signer = Signer::new(Account::new("SANDBOXKEY0000000000000000000000", 158), &SecretKey::new("secret"));
    let clock = FakeClock::at(UnixTime(1_700_000_000));
    let transport = Scripted::new();
    for _ in 0..calls {
        let answer = r#"{ "message": "", "status": "success", "handle_time":"0.3795 seconds" }"#;
        let transport = transport.clone().then_json(answer);
        let close = stream::Close::by_name("demo-origin", "live", "my_live_stream");
        let mut call = Call::new(&signer, Endpoint::default(), close);
        drive_blocking(&mut call, &transport, &clock, &clock).unwrap();
    }
}
