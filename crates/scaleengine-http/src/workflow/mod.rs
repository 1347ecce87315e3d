//! Common tasks, each a machine that runs a sequence of plain [`Call`](crate::Call)s.

mod password;
pub mod shutdown;
pub mod ticket;
pub mod watch;

pub use password::password_from;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use password::random_password;
pub use shutdown::{Lockout, Shutdown, ShutdownError, StreamName};
pub use ticket::{IssueTicket, ViewingTicket};
pub use watch::{StreamState, WaitError, WaitUntil, Watch, WatchEvent, WatchOptions};
