//! What services do most, each a sequence of plain [`Call`](crate::Call)s: machines like the calls that they are made of.

pub mod shutdown;
pub mod ticket;

pub use shutdown::{Lockout, Shutdown, ShutdownError, StreamName};
pub use ticket::{IssueTicket, ViewingTicket};
