//! Snapshots of the signed payload of every declared command, minimal and full. A snapshot only
//! detects changes; `cargo xtask conformance` has PHP recompute each one.

use scaleengine_proto::{CommandVisitor, Declared, RawCommand, UnixTime, visit_all};

const AT: UnixTime = UnixTime(1_700_000_000);

/// Signs each command as its type and as a `RawCommand`.
struct Snapshots(usize);

impl CommandVisitor for Snapshots {
    fn visit<C: Declared + Clone + Into<RawCommand>>(&mut self) {
        let signer = crate::common::signer();
        let mut lines = Vec::new();
        for sample in C::samples() {
            for (extent, command) in [("minimal", sample.minimal), ("full", sample.full)] {
                let payload = signer.sign(&command, AT).unwrap();
                assert_eq!(payload, signer.sign(&command.into(), AT).unwrap(), "a `RawCommand` has the same payload");
                lines.push(format!("{} {extent}\n{}\n", sample.constructor, payload.json()));
            }
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(C::SPEC.name, lines.join("\n"));
        });
        self.0 += 1;
    }
}

#[test]
fn signed_payload_of_every_command_matches_its_snapshot() {
    let mut snapshots = Snapshots(0);
    visit_all(&mut snapshots);
    assert_eq!(snapshots.0, scaleengine_proto::CATALOGUE.iter().copied().flatten().count());
}
