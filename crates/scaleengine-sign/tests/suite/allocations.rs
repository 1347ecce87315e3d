//! Signing allocates once, for the JSON.

use scaleengine_proto::{Command, CommandVisitor, Declared, RawCommand, UnixTime, visit_all};

fn allocations(command: &impl Command) -> u64 {
    let signer = crate::common::signer();
    let signed = || drop(std::hint::black_box(signer.sign(command, UnixTime(1_700_000_000))));
    allocation_counter::measure(signed).count_total
}

struct Once;

impl CommandVisitor for Once {
    fn visit<C: Declared + Clone + Into<RawCommand>>(&mut self) {
        for sample in C::samples() {
            for command in [sample.minimal, sample.full] {
                assert_eq!(allocations(&command), 1, "{}", C::SPEC.name);
                assert_eq!(allocations(&command.into()), 1, "{} as data", C::SPEC.name);
            }
        }
    }
}

#[test]
fn signing_any_declared_command_allocates_once() {
    visit_all(&mut Once);
}

/// The parameters of the largest documented command; some of them share a bit of the mask of names.
#[test]
fn comparing_names_that_share_a_bit_does_not_allocate() {
    let names = [
        "app",
        "name",
        "stream",
        "repeat",
        "active",
        "metadata",
        "scheduled",
        "overlay_message",
        "show_video_names",
        "videos",
        "playlist_count",
        "playlist_timeout",
        "enable_dvr",
        "ga_key",
    ];
    let command = names.iter().fold(RawCommand::new("c"), |command, name| command.field(*name, "x"));
    assert_eq!(allocations(&command), 1);
}
