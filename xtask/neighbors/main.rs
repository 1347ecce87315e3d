//! Runs a neighbor's request and our call in one process, in the order that the first argument
//! sets, and prints both results.

mod ours;
mod theirs;

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

/// The origins of the test servers, and the file with the certificate authority to trust.
pub struct At {
    pub http: String,
    pub https: String,
    pub ca: String,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().expect("arguments: ours|theirs HTTP HTTPS CA");
    let (first, at) = (next(), At { http: next(), https: next(), ca: next() });
    set_hook(Box::new(|_| {}));
    let theirs = || println!("theirs: {}", fared(|| theirs::get(&at)));
    let ours = || println!("ours: {}", fared(|| ours::call(&at.https)));
    if first == "ours" {
        ours();
        theirs();
    } else {
        theirs();
        ours();
    }
}

/// Returns `ok` and the server's view of the connection, or the error with its sources, or the
/// panic.
fn fared(run: impl FnOnce() -> Result<String, Box<dyn Error>>) -> String {
    let result = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(view)) => format!("ok {view}"),
        Ok(Err(error)) => {
            let error: &(dyn Error + 'static) = &*error;
            let beneath = std::iter::successors(Some(error), |&error| error.source());
            let texts: Vec<String> = beneath.map(ToString::to_string).collect();
            format!("error: {}", texts.join(": "))
        }
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            format!("panic: {}", text.unwrap_or_default())
        }
    };
    result.split_whitespace().collect::<Vec<_>>().join(" ")
}
