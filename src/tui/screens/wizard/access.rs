//! Step 7, Access: who reaches the cluster, and how it speaks.

use ipnet::Ipv4Net;

use crate::core::answers::{Answers, ApiLoadBalancer, Dns, Networking};
use crate::tui::field::{Field, FieldEdit, FieldKey, FieldKind, turned};
use crate::tui::screens::wizard::Wizard;

const LOAD_BALANCERS: [ApiLoadBalancer; 2] = [ApiLoadBalancer::Internal, ApiLoadBalancer::Public];
const ZONES: [Dns; 3] = [Dns::None, Dns::Private, Dns::Public];

/// The rows of this step.
pub fn fields(wizard: &Wizard) -> Vec<Field> {
    let access = &wizard.answers.access;
    let row = Field::new;
    vec![
        row(
            FieldKey::SshPublicKey,
            FieldKind::Text,
            "SSH public key",
            access.ssh_public_key.clone(),
        ),
        row(
            FieldKey::SshAccess,
            FieldKind::Text,
            "SSH access (CIDRs)",
            blocks(&access.ssh),
        ),
        row(
            FieldKey::ApiAccess,
            FieldKind::Text,
            "API access (CIDRs)",
            blocks(&access.api),
        ),
        row(
            FieldKey::ApiLoadBalancer,
            FieldKind::Choice,
            "API load balancer",
            load_balancer(access.api_load_balancer).to_owned(),
        ),
        row(
            FieldKey::Bastion,
            FieldKind::Choice,
            "Bastion",
            if access.bastion {
                "one instance"
            } else {
                "none"
            }
            .to_owned(),
        ),
        row(
            FieldKey::Networking,
            FieldKind::Choice,
            "CNI",
            wizard.answers.networking.word().to_owned(),
        ),
        row(
            FieldKey::Dns,
            FieldKind::Choice,
            "DNS",
            dns(wizard.answers.dns).to_owned(),
        ),
        row(
            FieldKey::KubernetesVersion,
            FieldKind::Text,
            "Kubernetes version",
            wizard.planned.plan.kubernetes_version.clone(),
        ),
    ]
}

/// The versions that kops's channel offers to this kops, newest first.
pub fn versions(wizard: &Wizard) -> Vec<String> {
    let known = wizard.versions.as_ref();
    let offered = known.map(|versions| versions.lines.offered(versions.kops()));
    let offered = offered.unwrap_or_default();
    offered.iter().map(ToString::to_string).collect()
}

/// The word for where the API's load balancer is reached from.
pub fn load_balancer(choice: ApiLoadBalancer) -> &'static str {
    match choice {
        ApiLoadBalancer::Internal => "internal",
        ApiLoadBalancer::Public => "public",
    }
}

/// The word for how names are resolved.
pub fn dns(choice: Dns) -> &'static str {
    match choice {
        Dns::None => "none",
        Dns::Private => "private hosted zone",
        Dns::Public => "public hosted zone",
    }
}

fn blocks(blocks: &[Ipv4Net]) -> String {
    let words: Vec<String> = blocks.iter().map(ToString::to_string).collect();
    words.join(", ")
}

/// Takes a change of this step.
pub fn change(wizard: &mut Wizard, key: &FieldKey, change: &FieldEdit) -> Result<(), String> {
    match change {
        FieldEdit::Text(text) => typed(wizard, key, text.trim()),
        FieldEdit::Turn(by) => {
            turn(wizard, key, *by);
            Ok(())
        }
        FieldEdit::Clear => {
            clear(&mut wizard.answers, key);
            Ok(())
        }
        FieldEdit::Choose | FieldEdit::RemoveGroup => Ok(()),
    }
}

fn typed(wizard: &mut Wizard, key: &FieldKey, text: &str) -> Result<(), String> {
    let access = &mut wizard.answers.access;
    match key {
        FieldKey::SshPublicKey => text.clone_into(&mut access.ssh_public_key),
        FieldKey::SshAccess => access.ssh = parse_blocks(text)?,
        FieldKey::ApiAccess => access.api = parse_blocks(text)?,
        FieldKey::KubernetesVersion => text.clone_into(&mut wizard.answers.kubernetes_version),
        _ => {}
    }
    Ok(())
}

fn clear(answers: &mut Answers, key: &FieldKey) {
    let usual = Answers::default();
    match key {
        FieldKey::ApiLoadBalancer => {
            answers.access.api_load_balancer = usual.access.api_load_balancer;
        }
        FieldKey::Bastion => answers.access.bastion = usual.access.bastion,
        FieldKey::Networking => answers.networking = usual.networking,
        FieldKey::Dns => answers.dns = usual.dns,
        _ => {}
    }
}

fn turn(wizard: &mut Wizard, key: &FieldKey, by: i8) {
    let answers = &mut wizard.answers;
    match key {
        FieldKey::ApiLoadBalancer => {
            let current = answers.access.api_load_balancer;
            answers.access.api_load_balancer = turned(&LOAD_BALANCERS, current, by);
        }
        FieldKey::Bastion => answers.access.bastion = !answers.access.bastion,
        FieldKey::Networking => {
            answers.networking = turned(&Networking::ALL, answers.networking, by);
        }
        FieldKey::Dns => answers.dns = turned(&ZONES, answers.dns, by),
        FieldKey::KubernetesVersion => turn_version(wizard, by),
        _ => {}
    }
}

fn turn_version(wizard: &mut Wizard, by: i8) {
    let offered = versions(wizard);
    let all: Vec<&str> = offered.iter().map(String::as_str).collect();
    let current = wizard.planned.plan.kubernetes_version.clone();
    let turned = turned(&all, current.as_str(), by).to_owned();
    wizard.answers.kubernetes_version = turned;
}

/// CIDR blocks separated by commas or blanks; an address without a prefix length is refused.
pub fn parse_blocks(text: &str) -> Result<Vec<Ipv4Net>, String> {
    text.split([',', ' '])
        .filter(|word| !word.is_empty())
        .map(parse_block)
        .collect()
}

/// One IPv4 CIDR block without host bits.
pub fn parse_block(text: &str) -> Result<Ipv4Net, String> {
    let block = text
        .parse::<Ipv4Net>()
        .map_err(|_| format!("{text} is not an IPv4 CIDR such as 172.20.0.0/16"))?;
    if block == block.trunc() {
        Ok(block)
    } else {
        Err(format!(
            "{text} has host bits set; the CIDR is {}",
            block.trunc()
        ))
    }
}
