//! The signed payload of every declared command, minimal and full. A snapshot only says "as yesterday":
//! `cargo xtask conformance` has PHP recompute each one.

use scaleengine_proto::{CATALOGUE, Command, Declared, UnixTime, stream};

const AT: UnixTime = UnixTime(1_700_000_000);

#[test]
fn every_command_is_signed_as_before() {
    let signer = crate::common::signer();
    for entry in CATALOGUE.iter().copied().flatten() {
        let samples = entry.samples().into_iter();
        let payloads = samples.flat_map(|sample| {
            [("minimal", sample.minimal), ("full", sample.full)]
                .map(|(extent, command)| (sample.form, extent, signer.sign(&command, AT).unwrap()))
        });
        let lines: Vec<_> =
            payloads.map(|(form, extent, payload)| format!("{form} {extent}\n{}\n", payload.body())).collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(entry.spec.name, lines.join("\n"));
        });
    }
}

#[test]
fn a_typed_command_and_its_raw_form_are_signed_alike() {
    let signer = crate::common::signer();
    for sample in stream::Close::samples() {
        let typed = sample.full.extra("note", "a/b");
        let raw = scaleengine_proto::RawCommand::from(typed.clone());
        assert_eq!((raw.name(), raw.safety()), (typed.name(), typed.safety()));
        assert_eq!(signer.sign(&typed, AT).unwrap(), signer.sign(&raw, AT).unwrap());
    }
}
