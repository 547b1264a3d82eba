//! The wizard as prompts: the same steps, rows and answers as on the screen, then the same review and run.

use std::path::Path;
use std::time::Duration;

use super::driver::{Driver, Halt, wizard};
use super::{OutputForm, approve, create, headless, print};
use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::inventory::Inventory;
use crate::core::problem::{About, Problem, ProblemSeverity};
use crate::core::text::untrusted::visible;
use crate::io::event_loop::Runner;
use crate::io::files::shown;
use crate::io::prompt::{Ask, PromptEnd, prompts};
use crate::tui::event::Event;
use crate::tui::field_edit::FieldEdit;
use crate::tui::mode::Mode;
use crate::tui::model::Model;
use crate::tui::screens::review::{NOTHING, Reading, Review};
use crate::tui::screens::wizard::choice::Choice;
use crate::tui::screens::wizard::choices::choices;
use crate::tui::screens::wizard::field::{Field, FieldKey, FieldKind, Item, Judge};
use crate::tui::screens::wizard::instance_types::instance_types;
use crate::tui::screens::wizard::network::{NetworkPart, with_headings};
use crate::tui::screens::wizard::{Wizard, WizardStep, zones};
use crate::tui::update::INTERRUPTED;

/// How long a cluster is waited for when nothing says otherwise.
pub(super) const WAIT: Duration = Duration::from_mins(30);

/// Asks every step, shows the dry run, asks for the name, and runs.
pub(super) async fn run<R: Runner>(
    driver: &mut Driver<R>,
    answers: Option<&Path>,
    wait: Duration,
) -> Result<u8, Fault> {
    // A key is judged at its question.
    driver.skip_check(Some(CheckKind::SshKey));
    let learned = create::learn(driver).await;
    let failed = learned.as_ref().err().and_then(Halt::fault);
    create::print_blocked(&driver.model, failed, Some(CheckKind::SshKey));
    if let Err(halt) = learned {
        return halt.ended();
    }
    let mut ask = prompts();
    let mut section = PromptSection::FIRST;
    match ask_steps(driver, ask.as_mut(), &mut section).await {
        Ok(()) => {}
        Err(PromptEnd::Left | PromptEnd::Back) => return Ok(INTERRUPTED),
        Err(PromptEnd::Ended) => {
            print::remark(&ended(&driver.model, section, answers));
            return Ok(INTERRUPTED);
        }
        Err(PromptEnd::Failed(fault)) => return Err(fault),
    }
    if let Err(halt) = create::show_preview(driver, OutputForm::Text).await {
        return halt.ended();
    }
    approve_by_name(driver, ask.as_mut(), wait).await
}

/// Runs what was shown once the cluster's name was typed, unless it changes nothing.
pub(super) async fn approve_by_name<R: Runner>(
    driver: &mut Driver<R>,
    ask: &mut dyn Ask,
    wait: Duration,
) -> Result<u8, Fault> {
    if nothing_changes(&driver.model) {
        print::out(NOTHING);
        return Ok(0);
    }
    let unknown = approve::not_compared(&driver.model.not_compared());
    for line in approve::commands(&driver.model.commands())
        .iter()
        .chain(&unknown)
    {
        print::out(line);
    }
    let cluster = visible(driver.model.cluster());
    let question = format!("Type {cluster} to approve");
    match ask.text(&question, &consequence(&driver.model), "") {
        Ok(typed) if typed == driver.model.cluster() => {
            driver.model.prepared_run()?;
            headless::apply(driver, wait).await
        }
        Ok(_) | Err(PromptEnd::Back) => {
            print::out("not approved: nothing was changed");
            Ok(2)
        }
        Err(PromptEnd::Left) => Ok(INTERRUPTED),
        Err(PromptEnd::Ended) => {
            print::remark(&format!(
                "standard input ended before {cluster} was typed: not approved, nothing was changed in AWS"
            ));
            Ok(INTERRUPTED)
        }
        Err(PromptEnd::Failed(fault)) => Err(fault),
    }
}

/// Whether the edit whose dry run was shown changes nothing.
pub(super) fn nothing_changes(model: &Model) -> bool {
    let reading = model.review().and_then(Review::reading);
    reading.is_some_and(Reading::changes_nothing)
}

// What happened, what became of the answers, and what to do.
fn ended(model: &Model, section: PromptSection, answers: Option<&Path>) -> String {
    let saved = wizard(model).is_some_and(|wizard| wizard.saved);
    let step = section.word();
    let what = format!(
        "standard input ended in step {step}, before every question was answered: nothing was changed in AWS"
    );
    let Some(path) = answers.map(shown) else {
        return format!(
            "{what}\n  do:  answer each question with a line; an empty one keeps what is in brackets"
        );
    };
    let kept = if saved {
        format!("the answers so far are saved in {path}")
    } else {
        "no answer was changed".to_owned()
    };
    let remedy = format!(
        "start kopswain again to continue, or complete {path} and run `kopswain create --answers {path}`"
    );
    let remedy = model.target().copied().fill(remedy);
    format!("{what}; {kept}\n  do:  {remedy}")
}

// Where an approval changes something, and where nothing does.
fn consequence(model: &Model) -> String {
    format!(
        "{}, as printed above. Anything else changes nothing.",
        model.consequence()
    )
}

/// What is asked together: a step, or a part of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PromptSection {
    step: WizardStep,
    part: Option<NetworkPart>,
}

impl PromptSection {
    const FIRST: Self = Self {
        step: WizardStep::Cluster,
        part: None,
    };

    fn all() -> Vec<Self> {
        let steps = WizardStep::ALL.iter().copied();
        let asked = steps.filter(|step| *step != WizardStep::Review);
        asked
            .flat_map(|step| match step {
                WizardStep::Network => {
                    let parts = NetworkPart::ALL.iter().copied().map(Some);
                    parts.map(|part| Self { step, part }).collect()
                }
                step => vec![Self { step, part: None }],
            })
            .collect()
    }

    fn word(self) -> &'static str {
        self.part.map_or(self.step.word(), NetworkPart::word)
    }

    fn has(self, field: &Field) -> bool {
        let part = NetworkPart::from_row(&field.key);
        self.part.is_none_or(|own| own == part)
    }

    fn blocked(self, wizard: &Wizard) -> Option<String> {
        match self.part {
            Some(part) => wizard.blocked_part(part),
            None => wizard.blocked(),
        }
    }
}

async fn ask_steps<R: Runner>(
    driver: &mut Driver<R>,
    ask: &mut dyn Ask,
    section: &mut PromptSection,
) -> Result<(), PromptEnd> {
    let sections = PromptSection::all();
    let mut at: usize = 0;
    while let Some(next) = sections.get(at) {
        *section = *next;
        let step = next.step;
        let number = WizardStep::ALL.iter().position(|one| *one == step);
        driver.send(Event::StepShown(number.unwrap_or_default()));
        driver.skip_check((step < WizardStep::Access).then_some(CheckKind::SshKey));
        print::out(&format!("step: {}", next.word()));
        match ask_section(driver, ask, *next).await {
            Err(PromptEnd::Back) => {
                at = at.checked_sub(1).ok_or(PromptEnd::Left)?;
                continue;
            }
            other => other?,
        }
        // Another region or state store is asked again.
        match blocked(driver, *next).await? {
            Some(reason) => print::out(&format!("blocked: {}", visible(&reason))),
            None => at += 1,
        }
    }
    Ok(())
}

async fn blocked<R: Runner>(
    driver: &mut Driver<R>,
    section: PromptSection,
) -> Result<Option<String>, PromptEnd> {
    match create::answered(driver).await {
        Err(Halt::Exit(_)) => return Err(PromptEnd::Left),
        Err(Halt::Fault(fault)) => return Ok(Some(format!("{}. {}", fault.what, fault.remedy))),
        Ok(()) => {}
    }
    Ok(wizard(&driver.model).and_then(|wizard| section.blocked(wizard)))
}

async fn ask_section<R: Runner>(
    driver: &mut Driver<R>,
    ask: &mut dyn Ask,
    section: PromptSection,
) -> Result<(), PromptEnd> {
    let mut at = 0;
    loop {
        let Some(wizard) = wizard(&driver.model) else {
            return Ok(());
        };
        if section.part == Some(NetworkPart::Vpc) {
            let (row, edit) = (ask_one_of(wizard, ask)?, FieldEdit::Choose);
            driver.send(Event::Edited { row, edit });
            return Ok(());
        }
        let rows = wizard.fields().into_iter().enumerate();
        let mut rows = rows.filter(|(_, field)| section.has(field));
        let Some((row, field)) = rows.nth(at) else {
            return Ok(());
        };
        let before = typed_answer(wizard, &field.key);
        if let Some(edit) = ask_field(wizard, &field, ask)? {
            driver.send(Event::Edited { row, edit });
        }
        match judged(driver, &field, &before).await? {
            // What is wrong is printed at its question, which is asked again.
            Some(why) => print::out(&format!("refused: {}", visible(&why))),
            None => at += 1,
        }
    }
}

fn typed_answer(wizard: &Wizard, key: &FieldKey) -> String {
    let fields = wizard.fields().into_iter();
    let mut same = fields.filter(|field| field.key == *key);
    same.next()
        .map(|field| field.value().to_owned())
        .unwrap_or_default()
}

// What only the outside can judge: waited for, so that the reason stands beside the question. A region or a state store
// that was not touched is judged at the end of the step, because the cause may be another one.
async fn judged<R: Runner>(
    driver: &mut Driver<R>,
    field: &Field,
    before: &str,
) -> Result<Option<String>, PromptEnd> {
    let Some(wizard) = wizard(&driver.model) else {
        return Ok(None);
    };
    let changed = typed_answer(wizard, &field.key) != before;
    let kind = match field.key.spec.judge {
        Some(Judge::Check(kind)) if changed || wizard.step != WizardStep::Cluster => kind,
        Some(Judge::ClusterNames) if changed => {
            return Ok(wizard.taken_name().map(|fault| fault.whole()));
        }
        Some(Judge::Images) if changed => return image_judged(driver, field).await,
        _ if changed => return Ok(None),
        _ => return Ok(kept_and_wrong(wizard, field)),
    };
    let answered = match create::answered(driver).await {
        Err(Halt::Exit(_)) => return Err(PromptEnd::Left),
        Err(Halt::Fault(fault)) => Some(fault.whole()),
        Ok(()) => None,
    };
    let Some(wizard) = self::wizard(&driver.model) else {
        return Ok(None);
    };
    Ok(match wizard.checks.get(&kind) {
        Some(CheckState::Blocked(fault)) => Some(fault.whole()),
        _ => answered.filter(|_| kind == CheckKind::Region),
    })
}

// What an answers file brought and what was kept is judged as well, where this row alone can set it right.
fn kept_and_wrong(wizard: &Wizard, field: &Field) -> Option<String> {
    let typed = matches!(
        field.kind,
        FieldKind::Text | FieldKind::Pick | FieldKind::PickSeveral
    );
    if wizard.step == WizardStep::Cluster || !typed {
        return None;
    }
    let mut problems = wizard.problems(wizard.step).into_iter();
    let wrong = problems.find(|problem| {
        let here = || wizard.row_causing(problem).as_ref() == Some(&field.key);
        blocks_now(&field.key, problem) && here()
    })?;
    Some(wrong.brief())
}

// Whether a problem blocks, and no answer after this one decides it too.
fn blocks_now(key: &FieldKey, problem: &Problem) -> bool {
    let mut later = key.spec.decided_later.iter();
    problem.severity == ProblemSeverity::Blocked
        && !problem.is_unanswered()
        && later.all(|rule| rule.id != problem.id)
}

/// How long EC2 is waited for about an image; what comes later is printed at the end of the step.
const IMAGE: Duration = Duration::from_secs(20);

async fn image_judged<R: Runner>(
    driver: &mut Driver<R>,
    field: &Field,
) -> Result<Option<String>, PromptEnd> {
    // Nobody answers for the images of the built-in account.
    let known = |model: &Model| {
        let inventory = wizard(model).and_then(|wizard| Some((wizard, wizard.inventory()?)));
        let known = |(wizard, inventory): (&Wizard, &Inventory)| {
            let images = wizard.answers.images();
            images.iter().all(|image| inventory.image(image).is_some())
        };
        model.mode() == Mode::Demonstration || inventory.is_none_or(known)
    };
    let settled = driver.settle(Some(IMAGE), known).await;
    if settled
        .or_halt()
        .is_err_and(|halt| matches!(halt, Halt::Exit(_)))
    {
        return Err(PromptEnd::Left);
    }
    let Some(wizard) = wizard(&driver.model) else {
        return Ok(None);
    };
    let group = match &field.key.item {
        Item::Group(at) => wizard.answers.instance_groups.get(*at),
        _ => None,
    };
    let about = group.map_or(About::ControlPlane, |group| {
        About::InstanceGroup(group.name.clone())
    });
    let mut problems = wizard.planned.problems.iter();
    let wrong = problems.find(|problem| {
        let image = problem.id.starts_with("image-") || problem.id == "architecture-differs";
        problem.severity == ProblemSeverity::Blocked && problem.about == about && image
    });
    Ok(wrong.map(Problem::whole))
}

// The row that is chosen.
fn ask_one_of(wizard: &Wizard, ask: &mut dyn Ask) -> Result<usize, PromptEnd> {
    let mut fields = wizard.fields();
    fields.retain(|field| matches!(field.key.item, Item::Vpc(_)));
    let Some(first) = fields.first() else {
        let inventory = wizard.inventory().cloned().unwrap_or_default();
        return Err(PromptEnd::Failed(inventory.no_vpc()));
    };
    let options: Vec<String> = fields.iter().map(row).collect();
    let current = fields
        .iter()
        .position(|field| field.kind == FieldKind::One(true))
        .unwrap_or(0);
    ask.choose("VPC", first.key.spec.reason, &options, current)
}

// The change of the answer; absent where it stays.
fn ask_field(
    wizard: &Wizard,
    field: &Field,
    ask: &mut dyn Ask,
) -> Result<Option<FieldEdit>, PromptEnd> {
    if let Some(why) = wizard.fixed(&field.key) {
        print::out(&visible(&format!("fixed: {}: {why}", valued(field))));
        return Ok(None);
    }
    let (label, reason) = (&field.name, &reason(field));
    if field.kind == FieldKind::Text && field.has_list() {
        for choice in choices(wizard, field) {
            print::out(&in_a_line(&choice));
        }
    }
    match field.kind {
        FieldKind::Pick if matches!(field.key.item, Item::Subnet(..)) => {
            ask_subnet(wizard, field, ask)
        }
        FieldKind::Text | FieldKind::Pick | FieldKind::PickSeveral => loop {
            let current = field.value();
            let typed = ask.text(label, reason, current)?;
            if typed == current {
                return Ok(None);
            }
            let typed = FieldEdit::Text(typed);
            let Some(why) = refused(wizard, field, &typed) else {
                return Ok(Some(typed));
            };
            print::out(&format!("refused: {}", visible(&why)));
        },
        FieldKind::Toggle(on) => ask_zone(wizard, field, on, ask),
        FieldKind::Choice => ask_choice(wizard, field, ask),
        FieldKind::Shown | FieldKind::One(_) | FieldKind::Act => Ok(None),
    }
}

// A zone's value is in its cells.
fn valued(field: &Field) -> String {
    match field.kind {
        FieldKind::Toggle(_) => row(field),
        _ => format!("{}: {}", field.name, field.value()),
    }
}

// With what it comes to where nothing is set.
fn reason(field: &Field) -> String {
    let reason = field.key.spec.reason;
    match field.unset() {
        Some(now) => format!("{reason} Not set: {now}."),
        None => reason.to_owned(),
    }
}

// In or out, and what it leaves by: a zone without a NAT gateway of its own can be used in other ways, knowingly.
fn ask_zone(
    wizard: &Wizard,
    field: &Field,
    on: bool,
    ask: &mut dyn Ask,
) -> Result<Option<FieldEdit>, PromptEnd> {
    let (Item::Zone(name), Some(vpc)) = (&field.key.item, wizard.vpc()) else {
        return Ok(None);
    };
    let mut answers = wizard.answers.zones.iter();
    let answer = answers.find(|zone| zone.name == *name);
    let ways = zones::ways(vpc, name);
    let words = ways
        .iter()
        .map(|way| format!("yes, {}", zones::way_words(vpc, name, way)));
    let options: Vec<String> = ["no".to_owned()].into_iter().chain(words).collect();
    let way = answer.map(|answer| zones::way_of(vpc, answer));
    let now = way.as_ref().map_or(0, |way| {
        let place = ways.iter().position(|one| one == way);
        // What it leaves by otherwise stays, unless another way is chosen.
        place.map_or(options.len(), |at| at + 1)
    });
    let kept = way.filter(|_| now == options.len());
    let kept = kept.map(|way| match way.as_str() {
        "" => "yes, by the route of its subnet".to_owned(),
        way => format!("yes, leaves by {way}"),
    });
    let options: Vec<String> = options.into_iter().chain(kept).collect();
    let reason = field.key.spec.reason;
    let chosen = ask.choose(&row(field), reason, &options, now)?;
    Ok(match chosen.checked_sub(1) {
        _ if chosen == now => None,
        None => on.then_some(FieldEdit::Choose),
        Some(at) => ways.get(at).map(|way| FieldEdit::Text(way.clone())),
    })
}

fn ask_subnet(
    wizard: &Wizard,
    field: &Field,
    ask: &mut dyn Ask,
) -> Result<Option<FieldEdit>, PromptEnd> {
    let choices = choices(wizard, field);
    if choices.is_empty() {
        print::out(&visible(&row(field)));
        return Ok(None);
    }
    let current = choices
        .iter()
        .position(|choice| choice.value == field.value());
    let options: Vec<String> = choices
        .iter()
        .map(|choice| choice.cells.join("  "))
        .collect();
    loop {
        let reason = field.key.spec.reason;
        let at = ask.choose(&field.name, reason, &options, current.unwrap_or(0))?;
        let picked = choices.get(at).filter(|_| Some(at) != current);
        let Some(picked) = picked else {
            return Ok(None);
        };
        let edit = FieldEdit::Text(picked.value.clone());
        let Some(why) = refused(wizard, field, &edit) else {
            return Ok(Some(edit));
        };
        print::out(&format!("refused: {}", visible(&why)));
    }
}

// Without columns each value has its name.
fn row(field: &Field) -> String {
    let first = field.cells.first().map_or("", |cell| cell.trim());
    match with_headings(field) {
        cells if cells.is_empty() => first.to_owned(),
        cells => format!("{first}  {cells}"),
    }
}

fn ask_choice(
    wizard: &Wizard,
    field: &Field,
    ask: &mut dyn Ask,
) -> Result<Option<FieldEdit>, PromptEnd> {
    let options = with_notes(wizard, field);
    loop {
        let chosen = ask.choose(&field.name, field.key.spec.reason, &options, 0)?;
        if chosen == 0 {
            return Ok(None);
        }
        let turn = FieldEdit::Turn(i8::try_from(chosen).unwrap_or(0));
        let Some(why) = refused(wizard, field, &turn) else {
            return Ok(Some(turn));
        };
        print::out(&format!("refused: {}", visible(&why)));
    }
}

// What is typed for it, and what it is.
fn in_a_line(choice: &Choice) -> String {
    let typed = match choice.value.as_str() {
        "" => "empty",
        value => value,
    };
    let notes = choice.cells.get(1..).unwrap_or_default().join("  ");
    visible(&format!("{typed}: {notes}"))
}

fn with_notes(wizard: &Wizard, field: &Field) -> Vec<String> {
    let listed = if field.has_list() {
        choices(wizard, field)
    } else {
        Vec::new()
    };
    let noted = |value: &String| {
        let choice = listed.iter().find(|choice| choice.value == *value);
        choice.map_or_else(|| value.clone(), in_a_line)
    };
    field.values.iter().map(noted).collect()
}

fn refused(wizard: &Wizard, field: &Field, edit: &FieldEdit) -> Option<String> {
    let typed_type = !matches!(field.key.item, Item::Subnet(..));
    if let (FieldKind::Pick, FieldEdit::Text(typed), true) = (field.kind, edit, typed_type) {
        let known = instance_types(wizard);
        if !known.is_empty() && known.iter().all(|choice| choice.value != *typed) {
            return Some(format!("{typed} is not an instance type of this region"));
        }
    }
    let mut changed = wizard.clone();
    match changed.change(&field.key, edit) {
        Err(why) => Some(why),
        Ok(()) => worse(wizard, &changed, &field.key),
    }
}

/// What would block and did not before, unless a later answer decides it too.
fn worse(before: &Wizard, after: &Wizard, key: &FieldKey) -> Option<String> {
    // Another region has other VPCs and zones, which are asked for; its own checks judge it.
    if key.spec.judge == Some(Judge::Check(CheckKind::Region)) {
        return None;
    }
    let same = |one: &Problem, other: &Problem| one.id == other.id && one.what == other.what;
    let known = |problem: &Problem| {
        let mut problems = before.planned.problems.iter();
        problems.any(|other| same(problem, other))
    };
    let mut problems = after.planned.problems.iter();
    let found = problems.find(|problem| blocks_now(key, problem) && !known(problem))?;
    Some(found.whole())
}
