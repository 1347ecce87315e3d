//! Detects that the program was started without a stdout.
//!
//! The runtime of the language opens `/dev/null` in place of a closed stream before `main`. A caller may pass `/dev/null` on purpose, so the
//! only place to tell the two apart is before the runtime starts.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn look() {
        let closed = |stream| rustix::io::fcntl_getfd(stream).is_err();
        // A program that is started without its other streams too discards its output on purpose.
        let others = closed(rustix::stdio::stdin()) || closed(rustix::stdio::stderr());
        CLOSED.store(closed(rustix::stdio::stdout()) && !others, Ordering::Relaxed);
    }
}

/// Returns whether stdout alone was closed when the program started.
pub(crate) fn stdout() -> bool {
    CLOSED.load(Ordering::Relaxed)
}
