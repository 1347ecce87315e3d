//! Benchmarks signing a documented `stream.close` as a ratio to the unavoidable cost: the pre-keyed
//! HMAC of the same bytes, and base64. Every round runs all of them, because the speed of a shared
//! machine drifts. `--php NANOSECONDS` adds the ratio of PHP's time for the same request.

#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::type_complexity
)]

use std::hint::black_box;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use scaleengine_proto::{UnixTime, stream};
use scaleengine_sign::{Account, Check, Credentials, Received, SecretKey, Signer, Verifier};

const ROUNDS: usize = 15;
const CALLS: u32 = 100_000;
const SECRET: &str = "5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5";

fn main() {
    let account = Account::new("SANDBOXKEY0000000000000000000000", 158);
    let secret = SecretKey::new(SECRET);
    let signer = Signer::new(&Credentials::new(account.clone(), secret.clone()));
    let close = stream::Close::by_name("demo-origin", "live", "my_live_stream").origin_url("jb-origin.secdn.net");
    let payload = signer.sign(&close, UnixTime(1_700_000_000)).unwrap();
    let (text, body) = (payload.canonical(), payload.into_json());
    let keyed = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let verifier = Verifier::new(&secret);

    let mut floor = || {
        let mut mac = keyed.clone();
        mac.update(black_box(text.as_bytes()));
        let mut out = [0; 44];
        STANDARD.encode_slice(mac.finalize().into_bytes(), &mut out).unwrap();
        black_box(out);
    };
    let mut sign = || drop(black_box(signer.sign(black_box(&close), UnixTime(1_700_000_000))));
    let mut key_and_sign = || {
        let signer = Signer::new(&Credentials::new(account.clone(), secret.clone()));
        drop(black_box(signer.sign(black_box(&close), UnixTime(1_700_000_000))));
    };
    let mut verify = || {
        let received = Received::parse(black_box(body.as_str())).unwrap();
        verifier.verify(&received, Check::ALL).unwrap();
    };

    let mut rows: [(&str, &mut dyn FnMut(), Vec<f64>); 4] = [
        ("HMAC + base64 only", &mut floor, Vec::new()),
        ("sign", &mut sign, Vec::new()),
        ("key a signer and sign", &mut key_and_sign, Vec::new()),
        ("parse and verify, all checks", &mut verify, Vec::new()),
    ];
    for _ in 0..ROUNDS {
        for (_, call, times) in &mut rows {
            let start = Instant::now();
            for _ in 0..CALLS {
                call();
            }
            times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }

    println!("stream.close, {} bytes signed; {ROUNDS} interleaved rounds of {CALLS} calls", text.len());
    println!("{:30} {:>9} {:>9}   ratio: min, median, max", "", "min ns", "median ns");
    let base = rows[0].2.clone();
    for (name, _, times) in &rows {
        let ratios = sorted(times.iter().zip(&base).map(|(time, base)| time / base));
        let times = sorted(times.iter().copied());
        let middle = ROUNDS / 2;
        println!(
            "{name:30} {:9.0} {:9.0}   {:.2} {:.2} {:.2}",
            times[0],
            times[middle],
            ratios[0],
            ratios[middle],
            ratios[ROUNDS - 1]
        );
    }
    if let Some(php) = std::env::args().skip_while(|arg| arg != "--php").nth(1) {
        let php: f64 = php.parse().unwrap();
        let sign = sorted(rows[1].2.iter().copied())[ROUNDS / 2];
        println!("{:30} {:>9} {php:9.0}   {:.1} times the time of sign", "PHP", "", php / sign);
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}
