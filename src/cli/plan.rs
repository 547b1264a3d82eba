//! `plan`: answers and inventory → the spec, or every problem at once.

use std::path::Path;

use serde::Serialize;

use super::{Common, OutputForm, print};
use crate::core::answers::Answers;
use crate::core::fault::Fault;
use crate::core::inventory::Inventory;
use crate::core::network::address_map::AddressMap;
use crate::core::planning::{Planned, plan_again};
use crate::core::problem::{Problem, any_blocked};
use crate::core::spec;
use crate::core::text::json::to_json;
use crate::io::files::{cause, read_at_most, refuse_secret};
use crate::io::settings::expand;
use crate::io::{answers_file, spec_file, ssh_public_key};

// An account with 200 VPCs, 2,000 subnets and every instance type has some 3 MiB.
const LONGEST_INVENTORY: usize = 32 << 20;

/// Plans; exit code 2 when a problem blocks.
pub(super) async fn run(
    common: &Common,
    file: &Path,
    inventory: Option<&Path>,
    out: Option<&Path>,
) -> Result<u8, Fault> {
    if matches!(common.output, OutputForm::Markdown | OutputForm::Html) {
        return Err(Fault::new(
            "a plan has no Markdown and no HTML form",
            "both are forms of a dry run",
            "add --preview, or use --output json",
        ));
    }
    let standard = Path::new("-");
    if file == standard && inventory == Some(standard) {
        return Err(Fault::new(
            "the answers and the inventory are both to come from standard input",
            "it holds one of them",
            "name a file for one",
        ));
    }
    let answers = answers_file::read(file)?.ok_or_else(|| {
        Fault::new(
            format!("there is no answers file {}", file.display()),
            "plan takes every decision from it",
            "make one with the wizard (kopswain), or check the path",
        )
    })?;
    refuse_key(&answers)?;
    let inventory = match inventory {
        Some(path) => read_inventory(path)?,
        None => Box::pin(super::discover::whole(common, Some(&answers))).await?,
    };
    let copied = common.copied().about(&answers.cluster);
    let planned = plan_again(&inventory, &answers).copied(&copied);
    print_plan(common, &answers, &planned, out)
}

// The plan needs no key; one that is here and that kops would not take is refused before everything is planned with it.
fn refuse_key(answers: &Answers) -> Result<(), Fault> {
    let key = expand(Path::new(&answers.access.ssh_public_key));
    if key.is_file() {
        ssh_public_key::read(&key)?;
    }
    Ok(())
}

fn print_plan(
    common: &Common,
    answers: &Answers,
    planned: &Planned,
    out: Option<&Path>,
) -> Result<u8, Fault> {
    let blocked = any_blocked(&planned.problems);
    let spec = (!blocked).then(|| spec::render(&planned.plan));
    if common.output == OutputForm::Json {
        let document = PlanDocument {
            cluster: &answers.cluster,
            accepted: !blocked,
            problems: &planned.problems,
            address_map: planned.address_map.as_ref(),
            spec: spec.as_deref(),
        };
        print::json(&to_json(&document));
    } else {
        for problem in &planned.problems {
            print::remark(&problem.to_string());
        }
    }
    match (spec, out) {
        (None, _) => return Ok(2),
        (Some(spec), Some(path)) => write_out(path, &spec)?,
        (Some(spec), None) if common.output != OutputForm::Json => print::document(&spec),
        (Some(_), None) => {}
    }
    Ok(0)
}

/// Writes a spec where `--out` says; another one that was there is kept beside it, and named.
pub(super) fn write_out(path: &Path, spec: &str) -> Result<(), Fault> {
    if let Some(kept) = spec_file::write_to(path, spec)? {
        print::remark(&kept.older_words());
    }
    Ok(())
}

/// Whether the answers make a plan, every problem, what lies where in the VPC, and the spec.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct PlanDocument<'a> {
    cluster: &'a str,
    /// False as soon as one problem is blocked; the exit code is then 2.
    accepted: bool,
    /// The most severe first.
    problems: &'a [Problem],
    /// Null until the VPC is found.
    address_map: Option<&'a AddressMap>,
    /// The YAML of cluster_spec.yml; null when the plan is refused.
    spec: Option<&'a str>,
}

fn read_inventory(path: &Path) -> Result<Inventory, Fault> {
    let wrong = |why: String| {
        Fault::new(
            format!("{} is not an inventory", path.display()),
            why,
            "make one with `kopswain discover --output json`",
        )
    };
    let text = read_at_most(path, LONGEST_INVENTORY).map_err(|error| wrong(cause(&error)))?;
    refuse_secret(path, &text)?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::documents::hold_schema;

    #[test]
    fn the_schema_is_that_of_the_types() {
        hold_schema::<PlanDocument<'_>>("plan.schema.json", "kopswain plan --output json");
    }
}
