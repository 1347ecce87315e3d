//! The watch of streams against an oracle on random traces, and its behavior over a day.

use std::time::Duration;

use http::StatusCode;
use scaleengine_http::workflow::{StreamName, StreamState, WaitUntil, Watch, WatchOptions};
use scaleengine_http::{
    CallSettings, Endpoint, Machine as _, Now, Step, TransportError, TransportErrorKind, WireResponse,
};
use scaleengine_proto::UnixTime;
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

const SECOND: Duration = Duration::from_secs(1);

fn settings() -> CallSettings<Signer> {
    let credentials = Credentials::new(Account::new("KEY", 158), SecretKey::new("secret"));
    CallSettings::new(Signer::new(&credentials), Endpoint::default())
}

fn named(number: usize) -> StreamName {
    StreamName::new("demo-origin", "live", format!("s{number}"))
}

fn at(seconds: u64) -> Now {
    Now::new(UnixTime(1_700_000_000 + i64::try_from(seconds).unwrap()), Duration::from_secs(seconds))
}

/// Returns what a poll receives in a state.
fn response(state: StreamState) -> Result<WireResponse, TransportError> {
    match state {
        StreamState::Up => Ok(WireResponse::new(StatusCode::OK, r#"{"status":"success"}"#)),
        StreamState::Down => {
            Ok(WireResponse::new(StatusCode::OK, r#"{"status":"failure","message":"Stream is not live"}"#))
        }
        StreamState::Unknown => Err(TransportError::not_sent(TransportErrorKind::Connect, "unplugged")),
    }
}

/// Runs a watch of one stream, polled every second, over a trace. Returns the events by second.
fn events(trace: &[StreamState], options: WatchOptions) -> Vec<(usize, StreamState)> {
    let mut watch = Watch::new(settings(), [named(0)], options.every(SECOND));
    let mut found = Vec::new();
    let mut polls = 0;
    while polls < trace.len() {
        let now = at(polls as u64);
        match watch.next(now) {
            Step::Send(_) => {
                watch.handle(now, response(trace[polls]));
                polls += 1;
                // The state is settled at the time of the poll.
                if let Step::Done(event) = watch.next(now) {
                    let event = event.unwrap();
                    assert_eq!(event.error.is_none(), event.state == StreamState::Up);
                    found.push((polls - 1, event.state));
                }
            }
            Step::Wait(_) => panic!("it is time for poll {polls}"),
            Step::Done(event) => panic!("{event:?}"),
        }
    }
    found
}

/// The rules of a watch, written as statements about the complete trace.
fn oracle(trace: &[StreamState], grace: impl Fn(StreamState) -> usize) -> Vec<(usize, StreamState)> {
    let mut found: Vec<(usize, StreamState)> = Vec::new();
    for (now, state) in trace.iter().copied().enumerate() {
        let last = found.last().map(|(_, state)| *state);
        // The polls that count: after the last report of an outage, for a certain state.
        let outage = found.iter().rev().find(|(_, state)| *state == StreamState::Unknown).map_or(0, |(at, _)| at + 1);
        let contradicts = |own: StreamState| match state {
            StreamState::Unknown => own != StreamState::Unknown,
            _ => own != state && own != StreamState::Unknown,
        };
        let from = if state == StreamState::Unknown { 0 } else { outage };
        let begin =
            (from..=now).rev().take_while(|at| !contradicts(trace[*at])).filter(|at| trace[*at] == state).last();
        let lasted = now - begin.unwrap();
        if last != Some(state) && (last.is_none() || lasted >= grace(state)) {
            found.push((now, state));
        }
    }
    found
}

#[test]
fn events_are_those_of_the_oracle() {
    let runs = std::env::var("WATCH_TRACES").map_or(1000, |runs| runs.parse().unwrap());
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below).unwrap()
    };
    let mut count = 0;
    for _ in 0..runs {
        let states = [StreamState::Up, StreamState::Down, StreamState::Unknown];
        let grace = [draw(5), draw(5), draw(5)];
        let mut trace = Vec::new();
        while trace.len() < 40 {
            let state = states[draw(3)];
            trace.extend(std::iter::repeat_n(state, 1 + draw(6)));
        }
        let seconds = |count: usize| Duration::from_secs(count as u64);
        let options = WatchOptions::default().up_for(seconds(grace[0])).down_for(seconds(grace[1]));
        let found = events(&trace, options.unknown_for(seconds(grace[2])));
        let index = |state| states.iter().position(|own| *own == state).unwrap();
        assert_eq!(found, oracle(&trace, |state| grace[index(state)]), "{grace:?} {trace:?}");
        count += found.len();
    }
    assert!(count > runs * 5, "{count} events");
}

#[test]
fn two_hundred_streams_are_polled_in_turn_for_a_day() {
    let options = WatchOptions::default().every(Duration::from_secs(900)).down_for(Duration::from_secs(1800));
    let mut watch = Watch::new(settings(), (0..200).map(named), options);
    let (mut now, mut polls, mut events) = (0, 0_u32, 0);
    while now < 24 * 60 * 60 {
        match watch.next(at(now)) {
            Step::Send(_) => {
                polls += 1;
                watch.handle(at(now), response(if now < 43_200 { StreamState::Up } else { StreamState::Down }));
            }
            Step::Wait(time) => now += time.as_secs().max(1),
            Step::Done(event) => {
                let event = event.unwrap();
                let first = event.before.is_none();
                assert_eq!(
                    (event.state == StreamState::Up, event.lasted.as_secs()),
                    (first, if first { 0 } else { 1800 })
                );
                events += 1;
            }
        }
    }
    assert_eq!((polls, events, watch.attempts()), (200 * 24 * 4, 400, polls));
}

#[test]
fn a_wait_ends_in_time_and_shows_the_last_state() {
    let wait = |trace: &[StreamState], timeout: u64| {
        let every = Duration::from_secs(2);
        let mut wait = WaitUntil::new(settings(), named(0), StreamState::Up, every, Duration::from_secs(timeout));
        let (mut now, mut polls) = (0, 0);
        loop {
            match wait.next(at(now)) {
                Step::Send(_) => {
                    wait.handle(at(now), response(trace[polls.min(trace.len() - 1)]));
                    polls += 1;
                }
                Step::Wait(time) => now += time.as_secs(),
                Step::Done(outcome) => return (*outcome, now),
            }
        }
    };
    let (outcome, now) = wait(&[StreamState::Down, StreamState::Unknown, StreamState::Up], 60);
    assert!(outcome.is_ok() && now == 4, "{outcome:?} at {now}");
    let (outcome, now) = wait(&[StreamState::Down], 9);
    let error = outcome.unwrap_err();
    assert_eq!((error.last, now), (Some(StreamState::Down), 9));
    assert_eq!(error.to_string(), "the stream was not up within 9 s; last state: down");
}
