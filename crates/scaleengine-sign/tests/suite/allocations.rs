//! Signing a documented command allocates once.

#[test]
fn signing_a_documented_command_allocates_once() {
    let signer = crate::common::signer();
    let close = scaleengine_proto::stream::Close::by_name("demo-origin", "live", "my_live_stream");
    let info = allocation_counter::measure(|| {
        std::hint::black_box(signer.sign(&close, scaleengine_proto::UnixTime(1_700_000_000))).unwrap();
    });
    assert_eq!(info.count_total, 1);
}
