//! A program that is walked through: the model, what it asked for, and what it draws.

use std::time::Duration;

use kopswain::core::answers::Answers;
use kopswain::core::check::CheckKind;
use kopswain::core::unix_time::WallTime;
use kopswain::tui::effect::{Effect, Wake};
use kopswain::tui::event::{Event, Pause, Pointed, PointerAction, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::key::{Code, Key};
use kopswain::tui::keymap::Action;
use kopswain::tui::keys::bindings;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::request::{RequestId, RequestTracker, Response};
use kopswain::tui::screens::review::Review;
use kopswain::tui::update::{start, update};
use kopswain::tui::view::draw;
use kopswain::tui::view::pointer::target_at;
use kopswain::tui::widgets::render_context::RenderContext;
use kopswain::tui::widgets::signs::UNICODE;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect};

use super::answers::{WalkedAccount, connected, cut, failed, fault, found, running};
use super::checks::{self, Holds};
use super::step::Step;
use crate::world;

/// Requests that wait at most: the oldest is lost.
const WAITING: usize = 48;
/// Rounds of answers that ask for more.
const ROUNDS: usize = 12;
/// From so many cells on not each step is drawn.
const MANY_CELLS: u32 = 20_000;
const DRAWN_OF_MANY: usize = 8;
/// Between two events.
const APART: Duration = Duration::from_millis(120);

/// A walk that is under way.
pub struct Walker<'a> {
    start: &'a Model,
    model: Model,
    requests: RequestTracker,
    waiting: Vec<(Effect, Option<RequestId>)>,
    account: WalkedAccount,
    terminal: Terminal<TestBackend>,
    context: RenderContext,
    /// The answers file as it was saved last.
    saved: Option<Answers>,
    at: Duration,
    steps: usize,
    events: usize,
}

impl<'a> Walker<'a> {
    pub fn new(start: &'a Model) -> Self {
        let mut walker = Self {
            start,
            model: start.clone(),
            requests: RequestTracker::default(),
            waiting: Vec::new(),
            account: WalkedAccount::new(),
            terminal: Terminal::new(TestBackend::new(80, 24)).unwrap(),
            context: crate::canvas::context(),
            saved: None,
            at: start.at().0,
            steps: 0,
            events: 0,
        };
        walker.begin();
        walker
    }

    /// How many events there were.
    pub fn events(&self) -> usize {
        self.events
    }

    // What a screen waits for was asked before the walk.
    fn begin(&mut self) {
        self.model = self.start.clone();
        let size = self.terminal.size().unwrap();
        let (columns, rows) = (size.width, size.height);
        let resized = Event::Resize { columns, rows };
        update(&mut self.model, Timestamp(self.at), resized);
        self.waiting.clear();
        self.requests = RequestTracker::default();
        self.saved = match self.model.screen() {
            Screen::Wizard(wizard) => wizard.saved.then(|| wizard.answers.clone()),
            _ => None,
        };
        let asked = match self.model.screen() {
            Screen::Wizard(wizard) => wizard.asked.clone().map(Effect::Preview),
            Screen::Apply(apply) => running(apply),
            _ => None,
        };
        self.waiting.extend(asked.map(|effect| (effect, None)));
        let waits = match self.model.screen() {
            Screen::Review(existing) => existing.review.is_waiting(),
            Screen::Dashboard(_) | Screen::RollingUpdate(_) | Screen::Home(_) => true,
            _ => false,
        };
        if waits {
            for effect in start(&mut self.model) {
                self.ask(effect);
            }
        }
    }

    /// Takes one step, to the screen that it leaves.
    pub fn take(&mut self, step: &Step) -> Holds {
        self.steps += 1;
        match step {
            Step::Bound(which) => self.press(self.bound(*which)),
            Step::Key(key) => self.press(*key),
            Step::Name => {
                let name = self.model.cluster().to_owned();
                self.typed(&name, true)
            }
            Step::Typed(text, enter) => self.typed(text, *enter),
            Step::Paste(text) => self.event(Event::Paste(text.clone())),
            Step::Point(action, across, down) => self.point(*action, *across, *down),
            Step::Resize(columns, rows) => self.resize(*columns, *rows),
            Step::Answer(which) => self.answer(*which, 1_000),
            Step::Cut(which, thousandths) => self.answer(*which, *thousandths),
            Step::Fail(which) => self.fail(*which),
            Step::Lose(which) => {
                self.next(*which);
                Ok(())
            }
            Step::Settle => self.settle(),
            Step::News(which) => self.event(news(&self.model, *which)),
            Step::Shown(step) => self.event(Event::StepShown(*step)),
            Step::Edited(row, edit) => self.event(Event::Edited {
                row: *row,
                edit: edit.clone(),
            }),
            Step::Preview => self.event(Event::PreviewAsked),
        }?;
        self.draw()
    }

    // Leaving is taken less often, so that walks come far.
    fn bound(&self, which: usize) -> Key {
        let table = bindings(self.model.context());
        let keys = || {
            table
                .iter()
                .flat_map(|one| one.keys.iter().map(move |key| (key, one.action)))
        };
        let stays: Vec<Key> = keys()
            .filter(|(_, action)| *action != Action::Leave)
            .map(|(key, _)| *key)
            .collect();
        let all: Vec<Key> = keys().map(|(key, _)| *key).collect();
        let of = if which.is_multiple_of(5) || stays.is_empty() {
            all
        } else {
            stays
        };
        of[which / 5 % of.len()]
    }

    fn press(&mut self, key: Key) -> Holds {
        self.event(Event::Key(key))
    }

    fn typed(&mut self, text: &str, enter: bool) -> Holds {
        for letter in text.chars() {
            self.press(Key::char(letter))?;
        }
        if enter {
            self.press(Key::plain(Code::Enter))?;
        }
        Ok(())
    }

    fn point(&mut self, action: PointerAction, across: u32, down: u32) -> Holds {
        let place = |thousandths, cells: u16| {
            u16::try_from(thousandths * u32::from(cells) / 1_000).unwrap()
        };
        let size = self.terminal.size().unwrap();
        let (column, row) = (place(across, size.width), place(down, size.height));
        if action != PointerAction::Click {
            return self.event(Event::Pointed(Pointed {
                action,
                column,
                row,
            }));
        }
        let area = Rect::new(0, 0, size.width, size.height);
        let at = Position::new(column, row);
        match target_at(area, at, &self.model, &self.context) {
            Some(target) => self.event(Event::Clicked(target)),
            None => Ok(()),
        }
    }

    fn resize(&mut self, columns: u16, rows: u16) -> Holds {
        self.terminal.backend_mut().resize(columns, rows);
        self.event(Event::Resize { columns, rows })
    }

    fn next(&mut self, which: usize) -> Option<(Effect, Option<RequestId>)> {
        let count = self.waiting.len();
        (count > 0).then(|| self.waiting.remove(which % count))
    }

    fn answer(&mut self, which: usize, thousandths: usize) -> Holds {
        let Some((effect, request)) = self.next(which) else {
            return self.press(self.bound(which));
        };
        let mut answer = self.account.answer(&effect, request, &self.model, which);
        if thousandths < 1_000 {
            answer = cut(answer, thousandths);
        }
        for response in answer {
            self.hear(response)?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Holds {
        for _ in 0..ROUNDS {
            let wakes = |effect: &Effect| matches!(effect, Effect::Wake { why, .. } if *why != Wake::Search);
            if self.waiting.iter().all(|(effect, _)| wakes(effect)) {
                break;
            }
            for _ in 0..self.waiting.len() {
                self.answer(0, 1_000)?;
            }
        }
        Ok(())
    }

    fn fail(&mut self, which: usize) -> Holds {
        let failed = self.next(which).and_then(|(effect, request)| {
            let event = failed(&effect, which)?;
            Some(Response { request, event })
        });
        failed.map_or(Ok(()), |response| self.hear(response))
    }

    // A response to an older request of its kind never reaches the model.
    fn hear(&mut self, response: Response) -> Holds {
        match self.requests.accept(response) {
            Some(event) => self.event(event),
            None => Ok(()),
        }
    }

    fn event(&mut self, event: Event) -> Holds {
        let says = short(&event);
        self.happen(event)
            .map_err(|why| format!("after {says}: {why}"))
    }

    fn happen(&mut self, event: Event) -> Holds {
        let printed = matches!(event, Event::Printed { .. });
        let waited = self.model.review().is_some_and(Review::approval_waits);
        let approves = checks::approves(&self.model, &event);
        self.at += APART;
        self.events += 1;
        let effects = update(&mut self.model, Timestamp(self.at), event);
        let waits = self.model.review().is_some_and(Review::approval_waits);
        if waits && !waited && !approves {
            return Err("an approval waits, and nobody gave it".to_owned());
        }
        checks::gate(approves || waited, &effects)?;
        for effect in effects {
            if let Effect::SaveAnswers(text) = &effect {
                self.saved = Some(Answers::parse(text).map_err(|why| why.to_string())?);
            }
            if let Effect::Preview(asked) = &effect {
                checks::preview(&self.model, asked)?;
            }
            if matches!(effect, Effect::Exit(_)) {
                self.begin();
                return Ok(());
            }
            self.ask(effect);
        }
        if printed {
            return Ok(());
        }
        checks::focus(&self.model)?;
        checks::answers(&self.model, self.saved.as_ref())
    }

    fn ask(&mut self, effect: Effect) {
        let request = self.requests.start_request(&effect);
        self.waiting.push((effect, request));
        if self.waiting.len() > WAITING {
            self.waiting.remove(0);
        }
    }

    fn draw(&mut self) -> Holds {
        let size = self.terminal.size().unwrap();
        let many = u32::from(size.width) * u32::from(size.height) > MANY_CELLS;
        if many && !self.steps.is_multiple_of(DRAWN_OF_MANY) {
            return Ok(());
        }
        let (model, context) = (&self.model, &self.context);
        self.terminal
            .draw(|frame| draw(frame, model, context))
            .unwrap();
        if !checks::marks_a_row(model) {
            return Ok(());
        }
        let buffer = self.terminal.backend().buffer();
        if buffer
            .content
            .iter()
            .any(|cell| cell.symbol() == UNICODE.cursor)
        {
            return Ok(());
        }
        let screen = crate::canvas::rows(buffer).join("\n");
        Err(format!("the row under the cursor is not seen:\n{screen}"))
    }
}

// An inventory has many lines.
fn short(event: &Event) -> String {
    format!("{event:?}").chars().take(200).collect()
}

// What comes without a request.
fn news(model: &Model, which: usize) -> Event {
    let wakes = [
        Wake::Clock,
        Wake::Opening,
        Wake::Search,
        Wake::Run,
        Wake::See,
        Wake::Validate { answers: 0 },
        Wake::Cloud { reads: 0 },
    ];
    let places = [
        world::many_vpcs,
        world::many_zones,
        world::no_nat,
        world::full,
        world::inventory,
    ];
    match which % 24 {
        0..=2 => Event::Woke(wakes[which / 24 % wakes.len()]),
        3 | 4 => Event::Discovered {
            inventory: Box::new(places[which / 24 % places.len()]()),
            complete: which.is_multiple_of(2),
        },
        5 => Event::StopAsked,
        6 => Event::Continued,
        7 => Event::Busy(Box::new(found(model, which))),
        8 => Event::RunFound(Box::new(found(model, which))),
        9 => Event::RunLost(fault()),
        10 => Event::Paused(Some(Pause {
            signal: "SIGSTOP".to_owned(),
            pid: 4_711,
        })),
        11 => Event::Paused(None),
        12 => Event::ClustersInStore(vec![
            model.cluster().to_owned(),
            "old.example.com".to_owned(),
        ]),
        13 => connected("999999999999"),
        14 => Event::CredentialsUsed("the profile prod".to_owned()),
        15 => Event::SpecKept("another version was kept".to_owned()),
        16 => Event::Started(Job::UpdateYes),
        17 => Event::ClockRead(WallTime::default()),
        18 => Event::Resumed,
        19 => Event::Approved,
        20 => world::checked(
            CheckKind::SshKey,
            kopswain::core::check::CheckState::Good("a key".to_owned()),
        ),
        21 => Event::Terminated,
        22 => Event::RunsFound(vec![found(model, which)]),
        _ => Event::Crashed,
    }
}
