//! Detects a start of the program without stdout.
//!
//! Rust's runtime opens `/dev/null` in place of a closed stream before `main`. A caller may also
//! pass `/dev/null` on purpose, so the two can be distinguished only before the runtime starts.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn look() {
        let closed = |stream| rustix::io::fcntl_getfd(stream).is_err();
        // If another stream is closed too, the caller discards the output on purpose.
        let others = closed(rustix::stdio::stdin()) || closed(rustix::stdio::stderr());
        CLOSED.store(closed(rustix::stdio::stdout()) && !others, Ordering::Relaxed);
    }
}

/// Returns whether only stdout was closed when the program started.
pub(crate) fn stdout() -> bool {
    CLOSED.load(Ordering::Relaxed)
}
