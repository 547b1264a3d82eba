//! Commands as a person copies them: with what kopswain itself had set, where the person's own shell has another value.

use std::borrow::Cow;

use super::command::{CommandLine, quoted};
use crate::core::fault::Fault;

const KUBECONFIG: &str = "KUBECONFIG";

/// The programs whose commands are completed, as they stand in a text.
const PROGRAMS: [&str; 2] = ["`kops", "`kubectl "];

/// What stands for the cluster's name in a command of a text.
const CLUSTER: &str = "CLUSTER";

/// What kops would take keys from before any profile.
const KEYS: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// What the person's shell sets, and what the command line of kopswain set instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellSettings {
    pub profile: Option<String>,
    pub region: Option<String>,
    /// By a variable, or by kops's own file.
    pub state_store: Option<String>,
    /// Whether keys are set, which come before a profile that is named by a variable.
    pub keys: bool,
    /// The profile of `--profile`.
    pub named_profile: Option<String>,
    /// The program of `--kops`.
    pub named_kops: Option<String>,
    /// The file of `--use-kubeconfig`.
    pub named_kubeconfig: Option<String>,
}

/// What a command needs that is copied into the person's shell; nothing where that shell is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    removed: &'static [&'static str],
    variables: Vec<(&'static str, String)>,
    options: Vec<(&'static str, String)>,
    /// The cluster that texts are about, where it is known.
    cluster: Option<String>,
}

impl Copied {
    /// For a cluster in this region and this state store.
    pub fn new(shell: &ShellSettings, region: &str, state_store: &str) -> Self {
        let mut copied = Self::default();
        let named = shell.named_profile.as_ref();
        if let Some(profile) = named {
            copied.removed = if shell.keys { &KEYS } else { &[] };
            if shell.profile.as_ref() != Some(profile) {
                copied.variables.push(("AWS_PROFILE", profile.clone()));
            }
            copied.options.push(("--profile", profile.clone()));
        }
        let mut differs = |name, option, own: &Option<String>, value: &str| {
            let same = |own: &String| own.trim_end_matches('/') == value.trim_end_matches('/');
            if !value.is_empty() && !own.as_ref().is_some_and(same) {
                copied.variables.push((name, value.to_owned()));
                copied.options.push((option, value.to_owned()));
            }
        };
        differs("AWS_REGION", "--region", &shell.region, region);
        differs(
            "KOPS_STATE_STORE",
            "--state",
            &shell.state_store,
            state_store,
        );
        if let Some(kops) = &shell.named_kops {
            copied.options.push(("--kops", kops.clone()));
        }
        if let Some(kubeconfig) = &shell.named_kubeconfig {
            copied.variables.push((KUBECONFIG, kubeconfig.clone()));
            copied
                .options
                .push(("--use-kubeconfig", kubeconfig.clone()));
        }
        copied
    }

    /// The same for texts about a cluster; an empty name is none.
    #[must_use]
    pub fn about(mut self, cluster: &str) -> Self {
        self.cluster = (!cluster.is_empty()).then(|| cluster.to_owned());
        self
    }

    /// A text whose commands, each between backticks as in `` `kops replace -f SPEC` ``, can be copied: with what kopswain
    /// had set, with the cluster's name in place of `CLUSTER`, and without the backticks. What else is between backticks
    /// stays.
    pub fn fill<'a>(&self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let text = text.into();
        if !PROGRAMS.iter().any(|program| text.contains(program)) {
            return text;
        }
        let mut filled = String::new();
        let mut rest: &str = &text;
        while let Some((before, after)) = rest.split_once('`') {
            let Some((code, behind)) = after.split_once('`') else {
                break;
            };
            filled.push_str(before);
            match self.complete(code) {
                Some(command) => filled.push_str(&command),
                None => filled.extend(["`", code, "`"]),
            }
            rest = behind;
        }
        filled.push_str(rest);
        Cow::Owned(filled)
    }

    /// The first command of such a text, as [`Self::fill`] writes it; absent where it has none.
    pub fn first_command(&self, text: &str) -> Option<String> {
        let mut between = text.split('`').skip(1).step_by(2);
        between.find_map(|code| self.complete(code))
    }

    fn complete(&self, code: &str) -> Option<String> {
        match code.split_once(' ')? {
            ("kops", _) => Some(self.kops_with(&self.named(code))),
            ("kopswain", words) => Some(self.kopswain_with(&self.named(words))),
            ("kubectl", _) => Some(self.kubectl_with(&self.named(code))),
            _ => None,
        }
    }

    // It needs the way into the cluster alone.
    fn kubectl_with(&self, command: &str) -> String {
        let mut variables = self.variables.iter();
        let own = variables.find(|(name, _)| *name == KUBECONFIG);
        let own = own.map(|(name, value)| format!("{name}={} ", quoted(value)));
        format!("{}{command}", own.unwrap_or_default())
    }

    /// Whether a kubeconfig was named on the command line.
    pub fn names_kubeconfig(&self) -> bool {
        self.variables.iter().any(|(name, _)| *name == KUBECONFIG)
    }

    /// A fault whose remedy can be copied.
    #[must_use]
    pub fn fault(&self, fault: Fault) -> Fault {
        Fault {
            remedy: self.fill(fault.remedy).into_owned(),
            ..fault
        }
    }

    fn named(&self, command: &str) -> String {
        match &self.cluster {
            Some(cluster) => command.replace(CLUSTER, &quoted(cluster)),
            None => command.to_owned(),
        }
    }

    /// A kops command, its arguments as kopswain runs them.
    pub fn kops(&self, line: &CommandLine) -> String {
        self.kops_with(&line.to_string())
    }

    fn kops_with(&self, command: &str) -> String {
        let mut words = Vec::new();
        if !self.removed.is_empty() {
            words.push("env".to_owned());
            words.extend(self.removed.iter().map(|name| format!("-u {name}")));
        }
        let set = |(name, value): &(&str, String)| format!("{name}={}", quoted(value));
        words.extend(self.variables.iter().map(set));
        words.push(command.to_owned());
        words.join(" ")
    }

    /// A command of kopswain, such as `watch`, for a cluster.
    pub fn kopswain(&self, command: &str, cluster: &str) -> String {
        format!("{} {}", self.kopswain_with(command), quoted(cluster))
    }

    /// A command of kopswain with whatever follows it.
    pub fn kopswain_with(&self, rest: &str) -> String {
        let mut words = vec!["kopswain".to_owned()];
        let option = |(name, value): &(&str, String)| format!("{name} {}", quoted(value));
        words.extend(self.options.iter().map(option));
        words.push(rest.to_owned());
        words.join(" ")
    }

    /// How a cluster that exists is changed, as a text to be filled.
    pub fn text_to_change(cluster: &str) -> String {
        format!(
            "`kopswain edit {}` in the folder of its answers file",
            quoted(cluster)
        )
    }

    /// How a cluster that exists is changed, as a command to be copied.
    pub fn to_change(&self, cluster: &str) -> String {
        self.fill(Self::text_to_change(cluster)).into_owned()
    }

    /// How a cluster that is only in the state store gets another spec, command by command.
    pub fn to_plan_again(&self, cluster: &str) -> String {
        let text = format!(
            "`kopswain plan answers.yml --out cluster_spec.yml`, `kops replace -f cluster_spec.yml --force`, then `kopswain review {}` to see and apply it",
            quoted(cluster)
        );
        self.fill(text).into_owned()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::cluster_name::ClusterName;

    const CLUSTER: &str = "prod.example.com";

    fn shell(profile: Option<&str>, region: Option<&str>, store: Option<&str>) -> ShellSettings {
        let owned = |text: Option<&str>| text.map(ToOwned::to_owned);
        ShellSettings {
            profile: owned(profile),
            region: owned(region),
            state_store: owned(store),
            ..ShellSettings::default()
        }
    }

    fn both(shell: &ShellSettings) -> [String; 2] {
        let copied = Copied::new(shell, "us-east-1", "s3://state");
        let cluster = ClusterName::parse(CLUSTER).unwrap();
        [
            copied.kops(&CommandLine::rolling_update_yes(&cluster)),
            copied.kopswain("watch", CLUSTER),
        ]
    }

    #[test]
    fn nothing_is_carried_that_the_shell_says_already() {
        let same = shell(Some("dev"), Some("us-east-1"), Some("s3://state/"));
        assert_eq!(
            both(&same),
            [
                "kops rolling-update cluster --name=prod.example.com --yes",
                "kopswain watch prod.example.com"
            ]
        );
        let named = ShellSettings {
            named_profile: Some("dev".to_owned()),
            ..same
        };
        assert_eq!(
            both(&named),
            [
                "kops rolling-update cluster --name=prod.example.com --yes",
                "kopswain --profile dev watch prod.example.com"
            ]
        );
    }

    #[test]
    fn what_kopswain_had_set_is_carried() {
        let bare = ShellSettings {
            named_profile: Some("prod it's".to_owned()),
            named_kops: Some("/opt/kops".to_owned()),
            ..shell(None, Some("eu-west-1"), None)
        };
        assert_eq!(
            both(&bare),
            [
                "AWS_PROFILE='prod it'\\''s' AWS_REGION=us-east-1 KOPS_STATE_STORE=s3://state kops rolling-update cluster --name=prod.example.com --yes",
                "kopswain --profile 'prod it'\\''s' --region us-east-1 --state s3://state --kops /opt/kops watch prod.example.com"
            ]
        );
    }

    // Keys in variables come before the profile of a variable: kops alone would work in their account.
    #[test]
    fn keys_of_the_shell_do_not_win_over_the_profile_that_was_named() {
        let keys = ShellSettings {
            keys: true,
            named_profile: Some("prod".to_owned()),
            ..shell(None, Some("us-east-1"), Some("s3://state"))
        };
        assert_eq!(
            both(&keys)[0],
            "env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN AWS_PROFILE=prod kops rolling-update cluster --name=prod.example.com --yes"
        );
    }

    #[test]
    fn the_commands_of_a_text_carry_the_same_and_the_name() {
        let shell = ShellSettings {
            named_profile: Some("prod".to_owned()),
            named_kubeconfig: Some("/k".to_owned()),
            ..shell(None, Some("us-east-1"), None)
        };
        let copied = Copied::new(&shell, "us-east-1", "s3://state").about(CLUSTER);
        assert_eq!(
            copied.fill("answer `dns: none`, or `kops export kubeconfig --name=CLUSTER --admin`, then `kopswain review CLUSTER`"),
            "answer `dns: none`, or AWS_PROFILE=prod KOPS_STATE_STORE=s3://state KUBECONFIG=/k kops export kubeconfig --name=prod.example.com --admin, then kopswain --profile prod --state s3://state --use-kubeconfig /k review prod.example.com"
        );
        let plain = Copied::default();
        assert_eq!(
            plain.fill("`kops get clusters`; `kopswain review CLUSTER`; a ` alone"),
            "kops get clusters; kopswain review CLUSTER; a ` alone"
        );
    }

    #[test]
    fn a_cluster_that_exists_is_edited_and_one_that_does_not_is_planned_again() {
        assert_eq!(
            Copied::default().to_change(CLUSTER),
            "kopswain edit prod.example.com in the folder of its answers file"
        );
        assert_eq!(
            Copied::default().to_plan_again(CLUSTER),
            "kopswain plan answers.yml --out cluster_spec.yml, kops replace -f cluster_spec.yml --force, then kopswain review prod.example.com to see and apply it"
        );
    }
}
