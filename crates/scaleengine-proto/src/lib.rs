//! Commands and replies of the ScaleEngine API as types and as data.
//!
//! No I/O, no crypto, no clock, no `std`. A typed command ([`stream::Close`]) is one declared struct; everything that is
//! known of it is also data ([`Declared::SPEC`], [`CATALOGUE`]). A command that is not declared here is a
//! [`RawCommand`]. A reply is read by [`decode`].
//!
//! Facts come from the public documentation at `cp.scaleengine.net/docs/api`; [`Confidence`] says how well each one is known.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
// The code that `derive(Command)` writes names this crate by its name.
extern crate self as scaleengine_proto;

mod catalogue;
mod check;
pub mod code;
mod command;
mod family;
mod input;
mod lenient;
pub mod param;
mod printable;
mod raw;
mod reply;
mod safety;
#[doc(hidden)]
pub mod shared;
mod spec;
mod time;
mod value;

// Their types stand in signatures here.
pub use {jiff, serde_json};

pub use catalogue::{CommandVisitor, Entry, find};
pub use check::SpecError;
pub use code::Code;
pub use command::{Command, Declared, Sample};
pub use family::{
    app, aws, channel, disk, files, log, pushpublish, recording, server, sevu, stream, switchboard, usage, video,
    viewer, vsn,
};
pub use input::{Invisible, TextError, decode_text, find_invisible, is_quoted, single_value, strip_around_value};
pub use param::{Kind, Param, ParamError};
pub use printable::Printable;
pub use raw::{RawCommand, Returning};
pub use reply::{
    Acknowledged, ApiFailure, Cell, DecodeError, Document, FieldError, IssuedTicket, PlaylistSummary, Playlists, Reply,
    ReplyShape, Shape, Table, TableDocument, Ticket, decode,
};
pub use safety::Safety;
pub use spec::{Confidence, Constructor, Field, RESERVED, Spec};
pub use time::UnixTime;
pub use value::{Fields, Value, ValueError};

catalogue::families!(
    app,
    aws,
    channel,
    disk,
    files,
    log,
    pushpublish,
    recording,
    server,
    sevu,
    stream,
    switchboard,
    usage,
    video,
    viewer,
    vsn
);

/// What the code written by `derive(Command)` needs; not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use alloc::string::String;
    pub use alloc::vec::Vec;
    pub use serde;

    pub use crate::raw::write_extra;
}
