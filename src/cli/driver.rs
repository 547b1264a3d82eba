//! The same model, events and effects as on the screen, without one: printed in labelled lines.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout_at;

use super::print;
use super::run_lines::RunLines;
use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::kops::log::Retryable;
use crate::core::text::untrusted::visible;
use crate::io::event_loop::Runner;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Timestamp};
use crate::tui::model::{Model, Screen};
use crate::tui::request::{RequestTracker, Response};
use crate::tui::screens::wizard::Wizard;
use crate::tui::update::{start, update};

/// Drives a model with a runner.
#[derive(Debug)]
pub(super) struct Driver<R> {
    pub(super) runner: R,
    pub(super) model: Model,
    events: UnboundedReceiver<Response>,
    requests: RequestTracker,
    began: Instant,
    /// True where standard output is a document that nothing else may be printed into.
    quiet: bool,
    /// A check that is not printed now, because its question comes later.
    skipped: Option<CheckKind>,
    /// What no retry can help, and notices: each is printed once.
    printed: Vec<String>,
    run_lines: RunLines,
}

/// How driving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// What was waited for is there.
    Yes,
    /// The time ran out.
    TooLate,
    /// The program was asked to end with this exit code.
    Exit(u8),
}

/// Why a command ends before its work is done.
#[derive(Debug)]
pub(super) enum Halt {
    /// The program was asked to end with this exit code, as by a signal.
    Exit(u8),
    Fault(Fault),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Halt {
    /// What went wrong; absent when nothing did.
    pub(super) fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Exit(_) => None,
            Self::Fault(fault) => Some(fault),
        }
    }

    /// The exit code, or what went wrong.
    pub(super) fn ended(self) -> Result<u8, Fault> {
        match self {
            Self::Exit(code) => Ok(code),
            Self::Fault(fault) => Err(fault),
        }
    }
}

impl Settled {
    /// Continues unless the program was asked to end.
    pub(super) fn or_halt(self) -> Result<(), Halt> {
        match self {
            Self::Exit(code) => Err(Halt::Exit(code)),
            Self::Yes | Self::TooLate => Ok(()),
        }
    }
}

impl<R: Runner> Driver<R> {
    /// A driver whose runner answers on `events`.
    pub(super) fn new(model: Model, runner: R, events: UnboundedReceiver<Response>) -> Self {
        Self {
            runner,
            model,
            events,
            requests: RequestTracker::default(),
            began: Instant::now(),
            quiet: false,
            skipped: None,
            printed: Vec::new(),
            run_lines: RunLines::default(),
        }
    }

    /// The same, printing nothing of what kops prints.
    pub(super) fn quiet(model: Model, runner: R, events: UnboundedReceiver<Response>) -> Self {
        Self {
            quiet: true,
            ..Self::new(model, runner, events)
        }
    }

    /// Prints nothing of this check, until another one or none is named.
    pub(super) fn skip_check(&mut self, kind: Option<CheckKind>) {
        self.skipped = kind;
    }

    /// Whether nothing of what kops prints is printed from now on.
    pub(super) fn set_quiet(&mut self, quiet: bool) {
        self.quiet = quiet;
    }

    /// Time since the start.
    pub(super) fn at(&self) -> Timestamp {
        Timestamp(self.began.elapsed())
    }

    /// Carries out the first effects of the model.
    pub(super) fn start(&mut self) {
        let effects = start(&mut self.model);
        self.carry_out(effects);
    }

    // Each kops command is printed as it is run, below its phase.
    fn carry_out(&mut self, effects: Vec<Effect>) -> Option<u8> {
        self.print_run();
        for effect in effects {
            match effect {
                Effect::Exit(code) => return Some(code),
                effect => {
                    self.print_command(&effect);
                    let request = self.requests.start_request(&effect);
                    self.runner.start(effect, request);
                }
            }
        }
        None
    }

    /// Does not print the present notice: its text was printed otherwise.
    pub(super) fn skip_notice(&mut self) {
        self.printed.extend(self.model.notice().map(str::to_owned));
    }

    /// Sends one event, as a key would be.
    pub(super) fn send(&mut self, event: Event) -> Option<u8> {
        let at = self.at();
        let effects = update(&mut self.model, at, event);
        self.carry_out(effects)
    }

    /// Takes events until the model is as wanted, at most so long. What kops prints is in the run's folder.
    pub(super) async fn settle(
        &mut self,
        longest: Option<Duration>,
        wanted: impl Fn(&Model) -> bool,
    ) -> Settled {
        let far = Duration::from_hours(24 * 365);
        let deadline = tokio::time::Instant::now() + longest.unwrap_or(far);
        while !wanted(&self.model) {
            let event = match timeout_at(deadline, self.events.recv()).await {
                Err(_) => return Settled::TooLate,
                Ok(None) => return Settled::Exit(crate::tui::update::INTERRUPTED),
                Ok(Some(response)) => self.requests.accept(response),
            };
            let Some(event) = event else {
                continue;
            };
            let is_skipped = match &event {
                Event::Checked(check) => Some(check.kind) == self.skipped,
                _ => false,
            };
            if !self.quiet && !is_skipped {
                print_event(&event);
            }
            let at = self.at();
            let effects = update(&mut self.model, at, event);
            self.print_troubles();
            self.print_notice();
            if let Some(code) = self.carry_out(effects) {
                return Settled::Exit(code);
            }
        }
        Settled::Yes
    }
}

impl<R> Driver<R> {
    fn print_run(&mut self) {
        let at = Timestamp(self.began.elapsed());
        let apply = match self.model.screen() {
            Screen::Apply(apply) => Some(apply.as_ref()),
            _ => None,
        };
        let lines = self.run_lines.take_new(apply, at);
        if !self.quiet {
            for line in &lines {
                print::out(line);
            }
        }
    }

    fn print_command(&self, effect: &Effect) {
        if let (Effect::Run(run), false) = (effect, self.quiet) {
            print::out(&format!("run: {}", run.command));
        }
    }

    // What the screen says in a line of its own, such as that another version of a file was kept.
    fn print_notice(&mut self) {
        let Some(notice) = self.model.notice().filter(|_| !self.quiet) else {
            return;
        };
        if !self.printed.iter().any(|printed| printed == notice) {
            print::remark(&visible(notice));
            self.printed.push(notice.to_owned());
        }
    }

    // kops would try for ten minutes; whoever reads along can stop waiting now.
    fn print_troubles(&mut self) {
        let Screen::Apply(apply) = self.model.screen() else {
            return;
        };
        let hopeless = apply.troubles().into_iter();
        for trouble in hopeless.filter(|trouble| trouble.retryable == Retryable::No) {
            if !self.printed.contains(&trouble.fault.what) {
                print::remark(&format!(
                    "trouble: {}\n  {}",
                    trouble.fault,
                    trouble.outlook()
                ));
                self.printed.push(trouble.fault.what);
            }
        }
    }
}

/// The wizard of a model that asks for a cluster.
pub(super) fn wizard(model: &Model) -> Option<&Wizard> {
    match model.screen() {
        Screen::Wizard(wizard) => Some(wizard),
        _ => None,
    }
}

fn print_event(event: &Event) {
    match event {
        Event::Checked(check) => print_check(check),
        Event::Paused(Some(pause)) => print::remark(&pause.to_string()),
        Event::Paused(None) => print::remark("kops continues"),
        _ => {}
    }
}

fn print_check(Check { kind, state }: &Check) {
    let (word, text) = match state {
        CheckState::Asking => return,
        CheckState::Good(found) => ("ok", visible(found)),
        CheckState::Warning(fault) => ("warning", fault.to_string()),
        // Why, and what to do, follow on standard error, once.
        CheckState::Blocked(fault) => ("blocked", fault.what.clone()),
    };
    print::out(&format!("check: {}: {word}: {text}", kind.word()));
}
