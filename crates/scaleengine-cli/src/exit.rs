//! The exit codes.

/// An exit code; part of the public interface.
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
    /// Some items or steps failed.
    Partial = 9,
    NotConfirmed = 10,
    Unknown = 11,
    Unreadable = 12,
    /// The condition of a watch was not met in time.
    ConditionTimeout = 13,
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has this signal"))]
    HungUp = 129,
    Interrupted = 130,
    /// The code that a shell reports for SIGPIPE.
    ClosedPipe = 141,
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has this signal"))]
    Terminated = 143,
}
