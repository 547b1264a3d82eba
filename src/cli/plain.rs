//! The wizard as prompts: the same steps, rows and answers as on the screen, then the same review and run.

use std::time::Duration;

use crate::app::field::{Change, Field, FieldKey, Kind, Sign};
use crate::app::model::{Model, Screen};
use crate::app::questions;
use crate::app::run::prepared;
use crate::app::update::INTERRUPTED;
use crate::app::wizard::{Step, Wizard};
use crate::app::{access, compute, entries, steps};
use crate::core::fault::Fault;
use crate::core::untrusted::visible;
use crate::io::event_loop::Runner;
use crate::io::prompt::{Ask, Stop, prompts};

use super::driver::{Driver, Halt};
use super::{create, headless, print};

/// How long a cluster is waited for.
pub(super) const WAIT: Duration = Duration::from_mins(30);

/// Asks every step, shows the dry run, asks for the name, and runs.
pub(super) async fn run<R: Runner>(mut model: Model, driver: &mut Driver<R>) -> Result<u8, Fault> {
    let learned = create::learn(driver, &mut model).await;
    let failed = learned.as_ref().err().and_then(Halt::fault);
    create::tell_blocked(&model, failed);
    if let Err(halt) = learned {
        return halt.ended();
    }
    let mut ask = prompts();
    match ask_steps(&mut model, ask.as_mut(), driver).await {
        Ok(()) => {}
        Err(Stop::Left | Stop::Back) => return Ok(INTERRUPTED),
        Err(Stop::Failed(fault)) => return Err(fault),
    }
    if let Err(halt) = create::show_preview(driver, &mut model).await {
        return halt.ended();
    }
    let cluster = visible(model.cluster());
    let question = format!("Type {cluster} to approve");
    match ask.text(&question, &stakes(&model), "") {
        Ok(typed) if typed == model.cluster() => {
            let apply = prepared(&model, driver.at())?;
            headless::apply(driver, &mut model, apply, WAIT).await
        }
        Ok(_) | Err(Stop::Back) => {
            print::out("not approved: nothing was changed");
            Ok(2)
        }
        Err(Stop::Left) => Ok(INTERRUPTED),
        Err(Stop::Failed(fault)) => Err(fault),
    }
}

// Where a yes changes something, and where nothing does.
fn stakes(model: &Model) -> String {
    format!(
        "{}, as printed above. Anything else changes nothing.",
        model.stakes()
    )
}

async fn ask_steps<R: Runner>(
    model: &mut Model,
    ask: &mut dyn Ask,
    driver: &mut Driver<R>,
) -> Result<(), Stop> {
    let mut step = Step::Account;
    while step != Step::Review {
        let Screen::Wizard(wizard) = &mut model.screen else {
            return Ok(());
        };
        wizard.step = step;
        print::out(&format!("step: {}", step.word()));
        match ask_step(wizard, ask, driver) {
            Err(Stop::Back) => {
                step = step.back().ok_or(Stop::Left)?;
                continue;
            }
            other => other?,
        }
        // Another region or state store is asked anew.
        match blocked(driver, model).await? {
            Some(reason) => print::out(&format!("blocked: {}", visible(&reason))),
            None => step = step.next().unwrap_or(Step::Review),
        }
    }
    Ok(())
}

async fn blocked<R: Runner>(
    driver: &mut Driver<R>,
    model: &mut Model,
) -> Result<Option<String>, Stop> {
    match create::answered(driver, model).await {
        Err(Halt::Exit(_)) => return Err(Stop::Left),
        Err(Halt::Fault(fault)) => return Ok(Some(format!("{}. {}", fault.what, fault.remedy))),
        Ok(()) => {}
    }
    Ok(match &model.screen {
        Screen::Wizard(wizard) => wizard.blocked(),
        _ => None,
    })
}

fn ask_step<R: Runner>(
    wizard: &mut Wizard,
    ask: &mut dyn Ask,
    driver: &mut Driver<R>,
) -> Result<(), Stop> {
    if wizard.step == Step::Vpc {
        return ask_one_of(wizard, ask, driver);
    }
    let mut at = 0;
    while let Some(field) = wizard.fields().into_iter().nth(at) {
        ask_field(wizard, &field, ask, driver)?;
        at += 1;
    }
    Ok(())
}

fn ask_one_of<R: Runner>(
    wizard: &mut Wizard,
    ask: &mut dyn Ask,
    driver: &mut Driver<R>,
) -> Result<(), Stop> {
    let fields = wizard.fields();
    let Some(first) = fields.first() else {
        return Err(Stop::Failed(Fault::new(
            "this region has no VPC",
            "a cluster goes into a VPC that Terraform made",
            "check the region, or make the VPC first",
        )));
    };
    let options: Vec<String> = fields.iter().map(|field| row(wizard.step, field)).collect();
    let current = fields
        .iter()
        .position(|field| field.kind == Kind::One(true))
        .unwrap_or(0);
    let reason = questions::of(&first.key).reason;
    let chosen = ask.choose("VPC", reason, &options, current)?;
    if let Some(field) = fields.get(chosen) {
        take(wizard, field, &Change::Choose, driver);
    }
    Ok(())
}

fn ask_field<R: Runner>(
    wizard: &mut Wizard,
    field: &Field,
    ask: &mut dyn Ask,
    driver: &mut Driver<R>,
) -> Result<(), Stop> {
    let label = field
        .cells
        .first()
        .map(|cell| cell.trim().to_owned())
        .unwrap_or_default();
    let reason = questions::of(&field.key).reason;
    if field.key == FieldKey::KubernetesVersion {
        let offered = access::versions(wizard).join(", ");
        print::out(&visible(&format!("kops's channel offers {offered}")));
    }
    match field.kind {
        Kind::Text | Kind::Pick => loop {
            let current = entries::typed_value(field);
            let typed = ask.text(&label, reason, &current)?;
            if typed == current {
                return Ok(());
            }
            let Some(why) = refused(wizard, field, &typed) else {
                take(wizard, field, &Change::Text(typed), driver);
                return Ok(());
            };
            print::out(&format!("refused: {}", visible(&why)));
        },
        // What cannot be chosen is told, not asked.
        Kind::Toggle(false) if field.sign == Sign::Blocked => {
            print::out(&visible(&row(wizard.step, field)));
            Ok(())
        }
        Kind::Toggle(on) => {
            let words = row(wizard.step, field);
            let options = ["no".to_owned(), "yes".to_owned()];
            let chosen = ask.choose(&words, reason, &options, usize::from(on))?;
            if (chosen == 1) != on {
                take(wizard, field, &Change::Choose, driver);
            }
            Ok(())
        }
        Kind::Choice => ask_choice(wizard, field, &label, reason, ask, driver),
        Kind::One(_) | Kind::Act | Kind::Shown => Ok(()),
    }
}

// Without columns each value has its name.
fn row(step: Step, field: &Field) -> String {
    let first = field.cells.first().map_or("", |cell| cell.trim());
    match step.named(&field.cells) {
        named if named.is_empty() => first.to_owned(),
        named => format!("{first}  {named}"),
    }
}

// The values of a choice are found by turning it through its circle on a copy.
fn ask_choice<R: Runner>(
    wizard: &mut Wizard,
    field: &Field,
    label: &str,
    reason: &str,
    ask: &mut dyn Ask,
    driver: &mut Driver<R>,
) -> Result<(), Stop> {
    let value = |wizard: &Wizard| {
        let fields = wizard.fields();
        let same = fields.into_iter().find(|other| other.key == field.key);
        same.and_then(|field| field.cells.last().cloned())
            .unwrap_or_default()
    };
    let mut circle = wizard.clone();
    let mut options = vec![value(&circle)];
    while circle.change(&field.key, &Change::Turn(1)).is_ok() && !options.contains(&value(&circle))
    {
        options.push(value(&circle));
    }
    let chosen = ask.choose(label, reason, &options, 0)?;
    for _ in 0..chosen {
        take(wizard, field, &Change::Turn(1), driver);
    }
    Ok(())
}

fn refused(wizard: &Wizard, field: &Field, typed: &str) -> Option<String> {
    let known = compute::machine_types(wizard);
    if field.kind == Kind::Pick
        && !known.is_empty()
        && !known.iter().any(|choice| choice.value == typed)
    {
        return Some(format!("{typed} is not an instance type of this region"));
    }
    wizard
        .clone()
        .change(&field.key, &Change::Text(typed.to_owned()))
        .err()
}

fn take<R: Runner>(wizard: &mut Wizard, field: &Field, change: &Change, driver: &mut Driver<R>) {
    match steps::changed(wizard, &field.key, change, driver.at()) {
        Ok(effects) => {
            driver.carry_out(effects);
        }
        Err(why) => print::out(&format!("refused: {}", visible(&why))),
    }
}
