//! The secrets of a dry run: hidden once it is read, so that no form of it can show them.

use super::{ChangedField, DryRun, Resource, Secret, ValueChange};
use crate::core::text::secrets::{HIDDEN, hide, hide_lines, is_secret_name};
use crate::core::text::untrusted::Untrusted;

/// Where a secret stands that kops logged.
pub(super) const LOG: &str = "kops's log";

/// Hides every secret of a dry run and remembers what was hidden.
pub(super) fn conceal(dry_run: &mut DryRun) {
    let mut secrets = Vec::new();
    for resource in &mut dry_run.resources {
        conceal_resource(resource, &mut secrets);
    }
    conceal_lines(&mut dry_run.unread, "lines not understood", &mut secrets);
    // The log has times and numbers in it: two of them are never compared.
    conceal_lines(&mut dry_run.log, LOG, &mut secrets);
    dry_run.secrets = secrets;
}

fn conceal_resource(resource: &mut Resource, secrets: &mut Vec<Secret>) {
    let title = resource.title();
    if let Some(values) = conceal_value(&mut resource.name) {
        remember(&title, values, secrets);
    }
    for field in &mut resource.fields {
        let values = conceal_field(field);
        if !values.is_empty() {
            remember(&format!("{title} {}", field.name), values, secrets);
        }
    }
}

fn remember(place: &str, values: Vec<String>, secrets: &mut Vec<Secret>) {
    let secret = |value| Secret {
        place: crate::core::text::secrets::hidden(place.to_owned()),
        value,
    };
    secrets.extend(values.into_iter().map(secret));
}

fn conceal_field(field: &mut ChangedField) -> Vec<String> {
    let named = is_secret_name(&field.name);
    match &mut field.change {
        ValueChange::New(value) => conceal_named(value, named),
        ValueChange::Changed { old, new } => {
            let mut values = conceal_named(old, named);
            values.extend(conceal_named(new, named));
            values
        }
        ValueChange::Diff(lines) => conceal_diff(lines),
    }
}

fn conceal_named(value: &mut Untrusted, named: bool) -> Vec<String> {
    if named && !matches!(value.raw(), "" | "<nil>") {
        let whole = std::mem::replace(value, HIDDEN.into());
        return vec![whole.raw().to_owned()];
    }
    conceal_value(value).unwrap_or_default()
}

fn conceal_value(value: &mut Untrusted) -> Option<Vec<String>> {
    let hidden = hide(value.raw())?;
    *value = hidden.text.into();
    Some(hidden.values)
}

// What goes and what comes are two texts, each with the lines that stay.
fn conceal_diff(lines: &mut [Untrusted]) -> Vec<String> {
    let mut found = Vec::new();
    for sign in ["- ", "+ "] {
        let other = if sign == "- " { "+ " } else { "- " };
        let numbered = lines.iter().enumerate();
        let side: Vec<(usize, String)> = numbered
            .filter(|(_, line)| !line.raw().starts_with(other))
            .map(|(at, line)| (at, body(line.raw()).to_owned()))
            .collect();
        let bodies: Vec<&str> = side.iter().map(|(_, body)| body.as_str()).collect();
        let (changed, values) = hide_lines(&bodies, true);
        found.extend(values);
        for (number, text) in changed {
            let at = side.get(number).map(|(at, _)| *at);
            if let Some(line) = at.and_then(|at| lines.get_mut(at)) {
                let start = line.raw().len() - body(line.raw()).len();
                let sign = line.raw().get(..start).unwrap_or_default();
                *line = format!("{sign}{text}").into();
            }
        }
    }
    found
}

fn body(line: &str) -> &str {
    let signs = ["- ", "+ ", "  "];
    let mut bodies = signs.iter().filter_map(|sign| line.strip_prefix(sign));
    bodies.next().unwrap_or(line)
}

fn conceal_lines(lines: &mut [Untrusted], place: &str, secrets: &mut Vec<Secret>) {
    let texts: Vec<String> = lines.iter().map(|line| line.raw().to_owned()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (changed, values) = hide_lines(&texts, false);
    for (at, text) in changed {
        if let Some(line) = lines.get_mut(at) {
            *line = text.into();
        }
    }
    remember(place, values, secrets);
}
