//! The exit codes; part of the public interface.

/// The exit codes; part of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Internal = 1,
    Usage = 2,
    Config = 3,
    Refused = 4,
    ApiFailure = 5,
    Throttled = 6,
    NotSent = 7,
    Clock = 8,
    /// A step of several is not done.
    Partial = 9,
    NotConfirmed = 10,
    Unknown = 11,
    Unreadable = 12,
    /// What was waited for did not come in time.
    ConditionTimeout = 13,
    #[cfg_attr(not(unix), expect(dead_code, reason = "a signal of Unix"))]
    HungUp = 129,
    Interrupted = 130,
    /// What a shell makes of a closed pipe.
    ClosedPipe = 141,
    #[cfg_attr(not(unix), expect(dead_code, reason = "a signal of Unix"))]
    Terminated = 143,
}
