//! A dry run on its way onto the screen: a long one is taken apart after the first frame, which says so.

use super::Reading;
use super::compare::ApprovalComparison;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::{DryRun, parse};

/// Up to this many bytes a dry run is on the first frame itself.
const LONG: usize = 1 << 20;

/// What a file or a pipe held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Each byte that is no UTF-8 is written as `\xNN`.
    pub text: String,
    /// How many those were.
    pub undecoded: usize,
    /// What the commands of its findings need to be copied.
    pub copied: Copied,
}

/// A dry run that was not taken apart yet, and what it is to be read beside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpeningDryRun {
    pub printed: Printed,
    /// An older dry run to compare with.
    pub older: Option<Printed>,
    /// The spec that kops was asked about; empty when it is not known.
    pub spec: String,
}

impl Printed {
    /// The text taken apart.
    pub fn dry_run(&self) -> DryRun {
        DryRun {
            undecoded: self.undecoded,
            copied: self.copied.clone(),
            ..parse(&self.text)
        }
    }
}

impl OpeningDryRun {
    /// Whether a person would wait for the first frame.
    pub fn is_long(&self) -> bool {
        self.bytes() > LONG
    }

    /// How much there is to read.
    pub fn bytes(&self) -> usize {
        let older = self.older.as_ref().map_or(0, |older| older.text.len());
        self.printed.text.len() + older
    }

    /// The dry run to be read.
    pub fn reading(self) -> Reading {
        let dry_run = self.printed.dry_run();
        let older = self.older.as_ref().map(Printed::dry_run);
        let comparison = older.map(|older| ApprovalComparison::earlier_and_later(&older, &dry_run));
        let mut reading = Reading::new(dry_run, self.printed.text);
        reading.set_spec(&self.spec);
        match comparison {
            Some(comparison) => reading.compared(comparison),
            None => reading,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::effect::{Effect, Wake};
    use crate::tui::event::{Event, Timestamp};
    use crate::tui::key::{Code, Key};
    use crate::tui::model::{Model, Screen};
    use crate::tui::screens::review::Review;
    use crate::tui::update::{start, update};

    fn opening(bytes: usize) -> OpeningDryRun {
        let line = "  VPC/prod.example.com\n";
        let text = format!(
            "Will modify resources:\n{}\nMust specify --yes to apply changes\n",
            line.repeat(bytes / line.len())
        );
        OpeningDryRun {
            printed: Printed {
                text,
                ..Printed::default()
            },
            ..OpeningDryRun::default()
        }
    }

    fn review(model: &Model) -> &Review {
        match &model.screen {
            Screen::Review(existing) => &existing.review,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn a_short_report_is_on_the_first_frame() {
        let mut model = Model::opening("report", opening(1_000));
        assert!(matches!(review(&model), Review::Reading(_)));
        assert_eq!(start(&mut model), []);
    }

    #[test]
    fn a_long_report_is_taken_apart_after_the_first_frame() {
        let mut model = Model::opening("report", opening(LONG));
        let wake = Effect::Wake {
            after: std::time::Duration::ZERO,
            why: Wake::Opening,
        };
        assert_eq!(start(&mut model), [wake]);
        // Keys that come too early do nothing.
        let early = [
            Key::plain(Code::Down),
            Key::char('/'),
            Key::char('v'),
            Key::plain(Code::Tab),
            Key::char('r'),
            Key::char('a'),
            Key::plain(Code::Enter),
        ];
        for key in early {
            assert_eq!(
                update(&mut model, Timestamp::default(), Event::Key(key)),
                []
            );
        }
        assert!(matches!(review(&model), Review::Opening(_)));
        let woken = update(&mut model, Timestamp::default(), Event::Woke(Wake::Opening));
        assert_eq!(woken, []);
        let reading = review(&model).reading();
        let count = reading.map(|reading| reading.outline().dry_run.resources.len());
        assert_eq!(count, Some(LONG / 23));
        // Another one changes nothing.
        update(&mut model, Timestamp::default(), Event::Woke(Wake::Opening));
        assert!(matches!(review(&model), Review::Reading(_)));
    }

    #[test]
    fn a_report_that_is_still_opened_can_be_left() {
        let mut model = Model::opening("report", opening(LONG));
        start(&mut model);
        let key = Event::Key(Key::char('q'));
        let left = update(&mut model, Timestamp::default(), key);
        assert_eq!(left, [Effect::Exit(130)]);
    }
}
