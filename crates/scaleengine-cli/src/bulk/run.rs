//! The run: one loop that takes items, sends them, and settles their outcomes.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use scaleengine::{CallOptions, Client, Command as _, Document, Error, Reply, Safety};
use scaleengine::{Clock as _, Sleep as _, SystemClock, SystemSleep};
use serde_json::json;

use super::Bulk;
use super::classify::{failing, hits_every_item, possibly_done, state_of};
use super::gate::Gate;
use super::hash::Hash;
use super::input::{Item, Line};
use super::journal::{Journal, Record, State};
use super::prefetch::{Later, Prefetch};
use super::progress::Progress;
use super::results::{Results, Told};
use super::summary::{self, Stop};
use super::tally::Tally;
use super::verdict::{Verdict, changed};
use crate::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::redaction::Redaction;
use crate::runtime::Signals;
use crate::session::Session;

/// The run ends after `jobs` plus this number of consecutive items without an API reply.
const UNANSWERED: usize = 5;
/// The time limit for writing the last results after a second signal.
const PATIENCE: Duration = Duration::from_secs(1);
/// The time that a reader of stdout may stall after a signal.
const STALLED: Duration = Duration::from_secs(5);

/// An item whose call has ended, and its outcome.
struct Settled {
    item: Item,
    outcome: Result<Reply<Document>, Error>,
}

pub(super) struct Run<'a> {
    context: &'a Context,
    bulk: &'a Bulk,
    client: &'a Client,
    redaction: &'a Redaction,
    options: CallOptions,
    journal: Journal,
    /// The hashes of the checked items of a file; `None` for stdin.
    surveyed: Option<Vec<Hash>>,
    gate: Gate,
    clock: SystemClock,
    progress: Progress,
    results: Results,
    tally: Tally,
    /// Items that were taken but not sent.
    waiting: VecDeque<Item>,
    /// The requests in flight: line and command.
    on_their_way: BTreeMap<u64, String>,
    /// The number of items taken from the input.
    taken: usize,
    last_line: u64,
    /// Whether the end of the input was reached.
    ended: bool,
    unanswered: usize,
    /// The failure of the last item that could not be sent.
    unsent: Option<Failure>,
    stop: Option<Stop>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        context: &'a Context,
        bulk: &'a Bulk,
        session: &'a Session,
        journal: Journal,
        surveyed: Option<Vec<Hash>>,
    ) -> Result<Self, Failure> {
        let (client, redaction) = (&session.client, &session.redaction);
        // A throttled call ends at once; the gate then holds back all items.
        let options = client.options().retry_throttled(false);
        let clock = SystemClock::new();
        let progress = Progress::begin(surveyed.as_ref().map(|items| items.len() as u64), clock.now().mono);
        Ok(Self {
            context,
            bulk,
            client,
            redaction,
            options,
            journal,
            surveyed,
            gate: Gate::default(),
            clock,
            results: Results::begin(&progress)?,
            progress,
            tally: Tally::default(),
            waiting: VecDeque::new(),
            on_their_way: BTreeMap::new(),
            taken: 0,
            last_line: 0,
            ended: false,
            unanswered: 0,
            unsent: None,
            stop: None,
        })
    }

    pub(super) async fn finish(mut self) -> Result<ExitCode, Failure> {
        let mut signals = Signals::new()?;
        let mut lines = Prefetch::of(&self.bulk.input)?;
        let mut calls = FuturesUnordered::new();
        let mut told_to_stop = false;
        loop {
            // Settle every ended call, so that its result is written at once.
            while let Some(Some(settled)) = calls.next().now_or_never() {
                self.settle(settled);
            }
            let now = self.clock.now().mono;
            calls.extend(self.begin(self.room(now), &mut lines));
            self.results.go_on();
            let over = self.stop.is_some() || self.ended && self.waiting.is_empty();
            if over && calls.is_empty() && !self.results.is_writing() {
                break;
            }
            let wait = self.gate.wait(now).filter(|_| !over);
            let more = !over && !self.ended && self.room(now) > 0;
            tokio::select! {
                signal = signals.next() => {
                    let signal = signal?;
                    // A second signal stops without waiting.
                    if std::mem::replace(&mut told_to_stop, true) {
                        break;
                    }
                    self.stop = Some(Stop::Signal(signal));
                    self.progress.say("finishing requests in flight; press Ctrl-C again to stop now");
                }
                Some(settled) = calls.next(), if !calls.is_empty() => self.settle(settled),
                told = self.results.told(), if self.results.is_writing() => self.told(told),
                line = lines.next(), if more => self.take(line),
                () = sleep(wait), if wait.is_some() => {}
                () = sleep(Some(STALLED)), if told_to_stop && calls.is_empty() => break,
            }
        }
        self.end().await
    }

    /// Returns how many more items can be sent now.
    fn room(&self, now: Duration) -> usize {
        let room = if self.results.has_room() { self.gate.room(self.bulk.jobs, now) } else { 0 };
        room.saturating_sub(self.on_their_way.len())
    }

    /// Takes as many items as there is room for, records them as sent, and returns their calls.
    fn begin(&mut self, room: usize, lines: &mut Prefetch) -> Vec<impl Future<Output = Settled> + use<>> {
        while self.stop.is_none() && !self.ended && self.waiting.len() < room {
            match lines.try_next() {
                Ok(line) => self.take(line),
                Err(Later) => break,
            }
        }
        if self.stop.is_some() {
            return Vec::new();
        }
        let items: Vec<Item> = self.waiting.drain(..room.min(self.waiting.len())).collect();
        let records: Vec<_> = items.iter().map(|item| record(item, State::Sent)).collect();
        // An item is sent only once it is in the journal; an unsafe one, once that is synced.
        let harmful = items.iter().any(|item| item.command.safety() == Safety::Unsafe);
        let noted = self.journal.append(&records).and_then(|()| if harmful { self.journal.sync() } else { Ok(()) });
        if let Err(failure) = noted {
            self.stop(Stop::Cause(Box::new(failure)));
            self.waiting.extend(items);
            return Vec::new();
        }
        self.on_their_way.extend(items.iter().map(|item| (item.line, item.command.wire_name().to_owned())));
        items.into_iter().map(|item| send(self.client, self.options, item)).collect()
    }

    /// Takes no more items. The first reason is kept.
    fn stop(&mut self, why: Stop) {
        self.stop.get_or_insert(why);
    }

    /// Handles a line of the input, or its end.
    fn take(&mut self, line: Option<Line>) {
        let item = match line {
            None => {
                self.ended = true;
                let missing = self.surveyed.as_ref().is_some_and(|items| items.len() != self.taken);
                if missing || self.journal.last_line() > self.last_line {
                    self.stop(Stop::Cause(Box::new(changed("it is shorter"))));
                }
                return;
            }
            // Every line of a file was valid when it was checked.
            Some(Err(unusable)) if self.surveyed.is_some() => {
                return self.stop(Stop::Cause(Box::new(changed(&format!("line {} is different", unusable.line)))));
            }
            Some(Err(unusable)) => {
                self.last_line = unusable.line;
                self.tally.failed += 1;
                self.result(unusable.line, None, &unusable.failure, None);
                if unusable.last {
                    let message = format!("line {}: {}", unusable.line, unusable.failure.told());
                    self.stop(Stop::Cause(Box::new(Failure::usage(message))));
                }
                return;
            }
            Some(Ok(item)) => item,
        };
        self.last_line = item.line;
        let surveyed = self.surveyed.as_ref().map(|items| items.get(self.taken) == Some(&item.hash));
        self.taken += 1;
        if surveyed == Some(false) {
            // An item that was not checked and confirmed is not sent.
            return self.stop(Stop::Cause(Box::new(changed(&format!("line {} is different", item.line)))));
        }
        match Verdict::of(self.bulk, Some(&self.journal), &item) {
            Ok(Verdict::Go) => {}
            Ok(Verdict::DoneBefore) => {
                self.tally.before += 1;
                return;
            }
            Ok(Verdict::FailedBefore) => {
                self.tally.failed += 1;
                return;
            }
            Ok(Verdict::Unknown) => {
                self.tally.unknown += 1;
                let command = item.command.wire_name();
                return self.result(item.line, Some(command), &possibly_done("an earlier run"), None);
            }
            Err(failure) => return self.stop(Stop::Cause(Box::new(failure))),
        }
        // The items of a file were confirmed before the run.
        if surveyed.is_none()
            && !self.context.yes
            && !self.context.sandbox
            && let Some(reason) = confirm::reason_of(&item.command)
        {
            self.tally.failed += 1;
            let failure = Failure::not_confirmed(format!("the command needs confirmation: {reason}"));
            let command = item.command.wire_name();
            return self.result(item.line, Some(command), &failure.hint("pass --yes to confirm"), None);
        }
        self.waiting.push_back(item);
    }

    fn settle(&mut self, settled: Settled) {
        let Settled { item, outcome } = settled;
        let now = self.clock.now().mono;
        self.on_their_way.remove(&item.line);
        let why = match &outcome {
            Err(error) if error.is_throttled() => Some("too many requests"),
            // This may be temporary, so wait rather than fail the remaining items.
            Err(error) if failing(error) => Some("the server is failing (HTTP 5xx)"),
            _ => None,
        };
        if let (Some(why), Err(error)) = (why, &outcome) {
            if let Some(wait) = self.gate.throttled(error.retry_after(), now) {
                self.progress.waiting(why, wait);
            }
            if self.gate.is_hopeless(now) {
                let redaction = self.redaction.with(&item.command, &[]);
                self.stop(Stop::Every(Box::new(Failure::of(error, &redaction))));
            }
        } else {
            self.gate.answered(now);
        }
        match outcome {
            Err(error) if error.is_throttled() => {
                self.note(record(&item, State::Unsent));
                return self.waiting.push_back(item);
            }
            Ok(reply) => {
                self.unanswered = 0;
                self.tally.done += 1;
                let mut line = output::json::reply(item.command.wire_name(), &reply, &item.made);
                line.insert(1, ("line", json!(item.line).to_string()));
                self.results.add(item.line, &output::json::object(&line), Some(record(&item, State::Done)));
            }
            Err(error) => self.failed(&item, &error),
        }
        self.progress.settled(&self.tally, now);
    }

    fn failed(&mut self, item: &Item, error: &Error) {
        let failure = Failure::of(error, &self.redaction.with(&item.command, &[])).unless_told(&item.made);
        let state = state_of(error, &failure, item.command.safety());
        self.result(item.line, Some(item.command.wire_name()), &failure, Some(record(item, state)));
        *match state {
            State::Done => &mut self.tally.done,
            State::Failed => &mut self.tally.failed,
            State::Unsent => &mut self.tally.unsent,
            State::Sent | State::Unknown => &mut self.tally.unknown,
        } += 1;
        self.unanswered = if error.api().is_some() { 0 } else { self.unanswered + 1 };
        if hits_every_item(error) || self.unanswered >= self.bulk.jobs + UNANSWERED {
            self.stop(Stop::Every(Box::new(failure)));
        } else if state == State::Unsent {
            self.unsent = Some(failure);
        }
    }

    fn note(&mut self, record: Record) {
        if let Err(failure) = self.journal.append(&[record]) {
            self.stop(Stop::Cause(Box::new(failure)));
        }
    }

    /// Adds the failure of an item to the results, with its journal record.
    fn result(&mut self, number: u64, command: Option<&str>, failure: &Failure, record: Option<Record>) {
        let line = vec![
            ("schema", json!(output::json::SCHEMA).to_string()),
            ("line", json!(number).to_string()),
            ("command", json!(command).to_string()),
            ("error", output::failure_object(failure)),
        ];
        self.results.add(number, &output::json::object(&line), record);
    }

    /// Handles the outcome of writing a batch.
    fn told(&mut self, told: Told) {
        match told {
            Told::Yes(records) => {
                if let Err(failure) = self.journal.append(&records) {
                    self.stop(Stop::Cause(Box::new(failure)));
                }
            }
            Told::Unread(code) => self.stop(Stop::Unread(code)),
            Told::Failed(error) => {
                let failure = Failure::unwritten(&error, self.tally.effect(), 0);
                self.stop(Stop::Cause(Box::new(failure)));
            }
        }
    }

    /// Writes the remaining results, but does not wait for a reader that stalls.
    async fn tell_the_rest(&mut self) {
        let patience = SystemSleep.sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            self.results.go_on();
            if !self.results.is_writing() {
                return;
            }
            tokio::select! {
                told = self.results.told() => self.told(told),
                () = &mut patience => return,
            }
        }
    }

    async fn end(mut self) -> Result<ExitCode, Failure> {
        self.tally.unsent += self.waiting.len() as u64;
        // These were still in flight at the second signal.
        for (line, command) in std::mem::take(&mut self.on_their_way) {
            self.tally.unknown += 1;
            self.result(line, Some(&command), &possibly_done("this run before it was stopped"), None);
        }
        self.tell_the_rest().await;
        // The journal records these items as sent, so --resume lists those unsafe to repeat.
        if let Some(lines) = self.results.lost() {
            self.progress
                .say(&format!("warning: results not written for lines {lines}; --resume lists or repeats these items"));
        }
        let items = self.surveyed.as_ref().map_or(0, Vec::len) as u64;
        self.tally.left = items.saturating_sub(self.tally.items());
        self.progress.end();
        // The last records were appended; a later run lists unsafe items whose records are lost.
        if let Err(failure) = self.journal.close() {
            output::note(&format!("warning: {}", failure.told()));
        }
        summary::of(self.stop, self.unsent, &self.tally, self.journal.path(), self.context.format)
    }
}

fn record(item: &Item, state: State) -> Record {
    Record { line: item.line, hash: item.hash, state }
}

fn send(client: &Client, options: CallOptions, item: Item) -> impl Future<Output = Settled> + use<> {
    let call = client.call(item.command.clone()).options(options);
    async move {
        let outcome = call.await;
        Settled { item, outcome }
    }
}

async fn sleep(wait: Option<Duration>) {
    SystemSleep.sleep(wait.unwrap_or_default()).await;
}
