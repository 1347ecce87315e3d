//! The run: one loop that takes items, has them sent, and settles what became of each.

use std::collections::VecDeque;
use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use scaleengine::http::{Clock as _, Sleep as _, SystemClock, SystemSleep};
use scaleengine::proto::Code;
use scaleengine::proto::code::Documented;
use scaleengine::{CallOptions, Client, Command as _, Document, Effect, Error, Reply, Safety};
use serde_json::json;

use super::ahead::{Ahead, Later};
use super::gate::Gate;
use super::input::{Item, Line};
use super::journal::{Entry, Journal, State};
use super::progress::Progress;
use super::survey::changed;
use super::tally::Tally;
use super::{Bulk, Resume};
use crate::confirm;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format};
use crate::runtime::Signals;
use crate::settings::Settings;

/// So many in a row that could not be sent, beyond those that were on their way at once, are enough.
const UNSENT_IN_A_ROW: usize = 5;

/// What is to be done with an item, by what an earlier run says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    DoneBefore,
    FailedBefore,
    /// It may have been executed, and a repeat may do harm.
    Unknown,
}

impl Verdict {
    /// Refuses an item that is another than it was.
    pub(super) fn of(bulk: &Bulk, journal: Option<&Journal>, item: &Item) -> Result<Self, Failure> {
        let Some(Entry { hash, state }) = journal.and_then(|journal| journal.entry(item.line)) else {
            return Ok(Self::Go);
        };
        if hash != item.hash {
            return Err(changed(&format!("line {} is another", item.line)));
        }
        let again = |wanted: fn(Resume) -> bool| bulk.resume.is_some_and(wanted);
        Ok(match state {
            State::Done => Self::DoneBefore,
            State::Failed if !again(|resume| resume.failed) => Self::FailedBefore,
            State::Sent | State::Unknown
                if item.command.safety() == Safety::Unsafe && !again(|resume| resume.unknown) =>
            {
                Self::Unknown
            }
            _ => Self::Go,
        })
    }
}

/// Why no more items are taken.
enum Stop {
    /// The program was told to.
    Signal(Exit),
    /// Nobody reads the results.
    Unread(ExitCode),
    /// What went wrong would go wrong with each of them.
    Cause(Box<Failure>),
}

/// An item that was on its way, and what became of it.
struct Settled {
    item: Item,
    outcome: Result<Reply<Document>, Error>,
}

pub(super) struct Run<'a> {
    settings: &'a Settings,
    bulk: &'a Bulk,
    client: &'a Client,
    options: CallOptions,
    journal: Journal,
    gate: Gate,
    clock: SystemClock,
    progress: Progress,
    tally: Tally,
    /// Items that were taken and not sent.
    waiting: VecDeque<Item>,
    /// Whether the input is at its end.
    ended: bool,
    /// What is to be written to stdout.
    results: Vec<u8>,
    unsent_in_a_row: usize,
    stop: Option<Stop>,
}

impl<'a> Run<'a> {
    /// Of so many items, if that is known.
    pub(super) fn new(
        settings: &'a Settings,
        bulk: &'a Bulk,
        client: &'a Client,
        journal: Journal,
        items: Option<u64>,
    ) -> Self {
        let mut options = client.options();
        // All of them wait together.
        options.retry = options.retry.when_throttled(false);
        let clock = SystemClock::new();
        let progress = Progress::begin(items, clock.now().mono);
        Self {
            settings,
            bulk,
            client,
            options,
            journal,
            gate: Gate::default(),
            clock,
            progress,
            tally: Tally::default(),
            waiting: VecDeque::new(),
            ended: false,
            results: Vec::new(),
            unsent_in_a_row: 0,
            stop: None,
        }
    }

    pub(super) async fn finish(mut self) -> Result<ExitCode, Failure> {
        let mut signals = Signals::new()?;
        let mut lines = Ahead::of(&self.bulk.input)?;
        let mut on_their_way = FuturesUnordered::new();
        loop {
            // What came back meanwhile is settled, told and written at once.
            while let Some(Some(settled)) = on_their_way.next().now_or_never() {
                self.settle(settled);
            }
            self.tell();
            let now = self.clock.now().mono;
            let room = self.gate.room(self.bulk.jobs, now).saturating_sub(on_their_way.len());
            on_their_way.extend(self.begin(room, &mut lines));
            let over = self.stop.is_some() || self.ended && self.waiting.is_empty();
            if over && on_their_way.is_empty() {
                break;
            }
            let wait = self.gate.wait(now).filter(|_| !over);
            let more =
                !over && !self.ended && wait.is_none() && on_their_way.len() < self.gate.room(self.bulk.jobs, now);
            tokio::select! {
                signal = signals.next() => {
                    // Told once more, it waits for nobody.
                    if matches!(self.stop, Some(Stop::Signal(_))) {
                        break;
                    }
                    self.stop = Some(Stop::Signal(signal?));
                    self.progress.aside(|| output::note("what is on its way is waited for; once more ends at once"));
                }
                Some(settled) = on_their_way.next(), if !on_their_way.is_empty() => self.settle(settled),
                line = lines.next(), if more => self.take(line),
                () = sleep(wait), if wait.is_some() => {}
            }
        }
        self.tell();
        self.tally.unsent += self.waiting.len() as u64;
        self.tally.unknown += on_their_way.len() as u64;
        self.progress.end();
        self.journal.close();
        self.ending()
    }

    /// Takes as many items as there is room for, notes that they are sent, and gives what sends them.
    fn begin(&mut self, room: usize, lines: &mut Ahead) -> Vec<impl Future<Output = Settled> + use<>> {
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
        for item in &items {
            self.journal.note(item.line, item.hash, State::Sent);
        }
        // What is not in the journal is not sent.
        if let Err(failure) = self.journal.write() {
            self.stop = Some(Stop::Cause(Box::new(failure)));
            self.waiting.extend(items);
            return Vec::new();
        }
        items.into_iter().map(|item| send(self.client, self.options, item)).collect()
    }

    /// Writes the results, then the journal: what is told twice is better than what is never told.
    fn tell(&mut self) {
        if !self.results.is_empty() {
            let written = self.progress.aside(|| output::write(&self.results));
            self.results.clear();
            match written {
                Ok(code) if code == ExitCode::SUCCESS => {}
                Ok(code) => self.stop = Some(Stop::Unread(code)),
                Err(error) => {
                    let failure = Failure::unwritten(&error, self.tally.effect(), 0);
                    self.stop = Some(Stop::Cause(Box::new(failure)));
                }
            }
        }
        if let Err(failure) = self.journal.write() {
            self.stop = Some(Stop::Cause(Box::new(failure)));
        }
    }

    /// A line of the input, or its end.
    fn take(&mut self, line: Option<Line>) {
        let item = match line {
            None => {
                self.ended = true;
                return;
            }
            Some(Err(unusable)) => {
                self.tally.failed += 1;
                return self.result(unusable.line, None, &unusable.failure);
            }
            Some(Ok(item)) => item,
        };
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
                return self.result(item.line, Some(&item), &possibly_done());
            }
            Err(failure) => {
                self.stop = Some(Stop::Cause(Box::new(failure)));
                return;
            }
        }
        // A file's were asked about before.
        if self.bulk.input.path.is_none()
            && !self.settings.yes
            && !self.settings.sandbox
            && let Some(reason) = confirm::reason_of(&item.command)
        {
            self.tally.failed += 1;
            let failure = Failure::declined(format!("it has to be confirmed: {reason}"));
            return self.result(item.line, Some(&item), &failure.hint("to answer beforehand: --yes"));
        }
        self.waiting.push_back(item);
    }

    fn settle(&mut self, settled: Settled) {
        let Settled { item, outcome } = settled;
        let now = self.clock.now().mono;
        if let Err(error) = &outcome
            && error.is_throttled()
        {
            self.journal.note(item.line, item.hash, State::Unsent);
            if let Some(wait) = self.gate.throttled(error.retry_after(), now) {
                self.progress.waiting(wait);
            }
            if self.gate.is_hopeless(now) {
                self.stop = Some(Stop::Cause(Box::new(Failure::of(error))));
            }
            self.waiting.push_back(item);
            return;
        }
        self.gate.answered(now);
        let (state, unsent_in_a_row) = match &outcome {
            Ok(reply) => {
                let mut line = output::json::reply(item.command.wire_name(), reply, &item.made);
                line.insert(1, ("line", json!(item.line).to_string()));
                self.results.extend(output::json::object(&line).into_bytes());
                (State::Done, 0)
            }
            Err(error) => {
                let failure = Failure::of(error).unless_told(&item.made);
                self.result(item.line, Some(&item), &failure);
                let state = state_of(error, &failure);
                if hits_every_item(error)
                    || state == State::Unsent && self.unsent_in_a_row >= self.bulk.jobs + UNSENT_IN_A_ROW
                {
                    self.stop.get_or_insert(Stop::Cause(Box::new(failure)));
                }
                (state, if state == State::Unsent { self.unsent_in_a_row + 1 } else { 0 })
            }
        };
        self.unsent_in_a_row = unsent_in_a_row;
        *match state {
            State::Done => &mut self.tally.done,
            State::Failed => &mut self.tally.failed,
            State::Unsent => &mut self.tally.unsent,
            State::Sent | State::Unknown => &mut self.tally.unknown,
        } += 1;
        self.journal.note(item.line, item.hash, state);
        self.progress.settled(&self.tally, now);
    }

    /// The result of an item that was not done.
    fn result(&mut self, number: u64, item: Option<&Item>, failure: &Failure) {
        let command = item.map(|item| item.command.wire_name());
        let line = vec![
            ("schema", json!(output::json::SCHEMA).to_string()),
            ("line", json!(number).to_string()),
            ("command", json!(command).to_string()),
            ("error", output::failure_object(failure)),
        ];
        self.results.extend(output::json::object(&line).into_bytes());
    }

    /// How the program ends.
    fn ending(self) -> Result<ExitCode, Failure> {
        let Self { tally, journal, stop, .. } = self;
        let clean = stop.is_none() && tally.is_clean();
        // An error says as much itself, to people.
        if clean || self.settings.format != Format::Human {
            output::summary("bulk", &tally.to_string(), &tally.data(), self.settings.format);
        }
        let go_on = "--resume goes on with what is left";
        match stop {
            Some(Stop::Unread(code)) => Ok(code),
            Some(Stop::Signal(signal)) => {
                let failure = Failure::interrupted(signal, tally.effect(), 0);
                Err(Failure { message: format!("interrupted; {tally}"), ..failure }.hint(go_on))
            }
            Some(Stop::Cause(cause)) => {
                let hint = cause.hint.iter().map(String::as_str).chain([go_on]).collect::<Vec<_>>().join("; ");
                let message = format!("stopped early, as this would hit every item: {}; {tally}", cause.message);
                Err(Failure { message, effect: tally.effect(), ..*cause }.hint(hint))
            }
            None if clean => Ok(ExitCode::SUCCESS),
            None => {
                let failure = Failure::in_part(format!("not every item was done: {tally}"), tally.effect());
                let journal = journal.path().display();
                Err(failure.hint(format!(
                    "each result is on stdout; with the journal {journal} --resume sends what was not sent, --retry-failed what was \
                     refused too, --retry-unknown what is possibly done"
                )))
            }
        }
    }
}

/// What an error leaves behind.
fn state_of(error: &Error, failure: &Failure) -> State {
    match (failure.effect, failure.exit) {
        (Effect::Applied, _) => State::Done,
        (Effect::Unknown, _) => State::Unknown,
        // Worth another try once the cause is gone.
        (Effect::None, Exit::NotSent | Exit::Throttled) => State::Unsent,
        (Effect::None, _) if hits_every_item(error) => State::Unsent,
        (Effect::None, _) => State::Failed,
    }
}

/// Credentials, the clock and certificates are the same for all; what an account may do is not.
fn hits_every_item(error: &Error) -> bool {
    let code = error.api().and_then(|failure| failure.code()).and_then(Code::known);
    error.is_unauthorized() && code != Some(Documented::NotAllowed) || error.is_clock() || error.is_tls()
}

fn possibly_done() -> Failure {
    let failure =
        Failure::possibly_done("it was sent by an earlier run that did not see its answer: it is possibly done");
    failure.hint("look first; --retry-unknown sends it again")
}

fn send(client: &Client, options: CallOptions, item: Item) -> impl Future<Output = Settled> + use<> {
    let mut call = client.prepare(item.command.clone()).map(|call| call.with_options(options));
    async move {
        let outcome = call.run().await;
        Settled { item, outcome }
    }
}

async fn sleep(wait: Option<Duration>) {
    SystemSleep.sleep(wait.unwrap_or_default()).await;
}
