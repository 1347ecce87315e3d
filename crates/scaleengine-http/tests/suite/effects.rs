//! A property test: whatever happens, and whenever a driver stops, the effect of a call is never
//! wrong.

use std::time::Duration;

use http::StatusCode;
use proptest::prelude::*;
use scaleengine_http::{
    Call, CallOptions, Effect, Endpoint, Now, Step, TransportError, TransportErrorKind, WireResponse,
};
use scaleengine_proto::{RawCommand, Safety, UnixTime};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

/// The fate of a request: whether the server executes the command, and the result that the client
/// receives.
#[derive(Debug, Clone)]
struct Fate {
    executed: bool,
    outcome: Result<(u16, &'static str), (bool, TransportErrorKind)>,
}

fn fate() -> impl Strategy<Value = Fate> {
    const FAILURES: [&str; 4] = [
        r#"{"status":"failure","code":"0006"}"#,
        r#"{"status":"failure","code":"1000"}"#,
        r#"{"status":"failure","code":"0002"}"#,
        r#"{"status":"failure","message":"no"}"#,
    ];
    /// Responses that leave open whether the command was executed.
    const UNCLEAR: [(u16, &str); 7] = [
        (200, r#"{"status":"failure","code":"0004"}"#),
        (200, r#"{"status":"failure","code":"0100"}"#),
        (200, "<html>"),
        (200, r#"{"status":"maybe"}"#),
        (302, ""),
        (500, ""),
        (503, "busy"),
    ];
    let kinds = [
        TransportErrorKind::Timeout,
        TransportErrorKind::Broken,
        TransportErrorKind::Connect,
        TransportErrorKind::Other,
    ];
    let unsent = (0..4_usize).prop_map(move |kind| Fate { executed: false, outcome: Err((false, kinds[kind])) });
    let lost = (any::<bool>(), 0..4_usize)
        .prop_map(move |(executed, kind)| Fate { executed, outcome: Err((true, kinds[kind])) });
    let success = Just(Fate { executed: true, outcome: Ok((200, r#"{"status":"success"}"#)) });
    let refused = (0..4_usize).prop_map(|failure| Fate { executed: false, outcome: Ok((200, FAILURES[failure])) });
    let stopped = prop::sample::select(vec![400, 403, 404, 429])
        .prop_map(|status| Fate { executed: false, outcome: Ok((status, "<html>")) });
    let unclear =
        (any::<bool>(), 0..7_usize).prop_map(|(executed, answer)| Fate { executed, outcome: Ok(UNCLEAR[answer]) });
    prop_oneof![unsent, lost, success, refused, stopped, unclear]
}

/// Drives a call for a number of steps. If the driver is dropped with a request in flight, the call
/// never gets the result.
fn run(safety: Safety, fates: &[Fate], steps: usize, again: bool) -> Result<(), TestCaseError> {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    let options = CallOptions::default().max_attempts(4).deadline(Duration::from_secs(300));
    let command = RawCommand::new("c").with_safety(safety);
    let mut call = Call::new(signer, Endpoint::default(), command).with_options(options);
    let (mut now, mut fates) = (Duration::ZERO, fates.iter().cycle());
    // Whether the server executed the command, whether it may have, and how often the command was
    // sent after that.
    let (mut executed, mut unclear, mut sent_again) = (false, false, 0);
    let at = |now: Duration| Now::new(UnixTime(1_700_000_000 + i64::try_from(now.as_secs()).unwrap()), now).draw(0.3);
    // Another driver may continue after one was dropped.
    for _ in 0..=u32::from(again) {
        for step in 0..steps {
            match call.next(at(now)) {
                Step::Send(_) => {
                    sent_again += u32::from(unclear || executed);
                    let fate = fates.next().unwrap();
                    executed |= fate.executed;
                    now += Duration::from_millis(300);
                    if step + 1 == steps {
                        unclear = true;
                        break;
                    }
                    let outcome = match fate.outcome {
                        Ok((status, body)) => Ok(WireResponse::new(StatusCode::from_u16(status).unwrap(), body)),
                        Err((false, kind)) => Err(TransportError::not_sent(kind, "x")),
                        Err((true, kind)) => Err(TransportError::maybe_sent(kind, "x")),
                    };
                    call.handle(at(now), outcome);
                    unclear |= call.effect() == Effect::Unknown;
                }
                Step::Wait(time) => now += time,
                Step::Done(outcome) => {
                    if let Err(error) = &*outcome {
                        prop_assert_eq!(error.effect(), call.effect());
                    }
                    break;
                }
            }
            check(safety, call.effect(), executed)?;
        }
        check(safety, call.effect(), executed)?;
    }
    prop_assert!(safety != Safety::Unsafe || sent_again == 0, "an unsafe command is never repeated blindly");
    Ok(())
}

fn check(safety: Safety, effect: Effect, executed: bool) -> Result<(), TestCaseError> {
    match effect {
        Effect::None => prop_assert!(safety == Safety::ReadOnly || !executed, "executed, but the effect is None"),
        Effect::Applied => prop_assert!(executed, "not executed, but the effect is Applied"),
        Effect::Unknown => prop_assert!(safety != Safety::ReadOnly),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_effect_is_never_wrong(
        safety in prop::sample::select(vec![Safety::ReadOnly, Safety::Idempotent, Safety::Unsafe]),
        fates in prop::collection::vec(fate(), 1..5),
        steps in 1_usize..14,
        again in any::<bool>(),
    ) {
        run(safety, &fates, steps, again)?;
    }
}
