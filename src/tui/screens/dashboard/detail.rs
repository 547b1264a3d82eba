//! All that is known of a group, an instance, a node or a pod, as lines.

use super::Dashboard;
use crate::core::cluster::cloud::{
    ActivityStatus, CloudGroup, CloudInstance, ScalingActivity, StatusCheck,
};
use crate::core::cluster::kubernetes::{
    ConditionStatus, KubernetesNode, NodeCondition, WatchedPod,
};
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::subject::ClusterSubject;
use crate::core::price::HourlyPrice;
use crate::core::text::prose::wrap;
use crate::core::text::untrusted::{Untrusted, visible, visible_lines};
use crate::core::unix_time::UnixTime;

/// What stands in a description of Auto Scaling before the reason of a failure.
const STATUS_REASON: &str = "Status Reason: ";

/// One line of a detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectLine {
    Title(String),
    /// A word and its value.
    Fact(&'static str, String),
    /// Something that is wrong.
    Wrong(String),
    Plain(String),
}

struct DetailText<'a> {
    dashboard: &'a Dashboard,
    live: &'a LiveCluster,
    columns: usize,
    lines: Vec<SubjectLine>,
}

impl Dashboard {
    /// Every line of the detail of a subject, for so many columns.
    pub fn detail_lines(&self, subject: &ClusterSubject, columns: usize) -> Vec<SubjectLine> {
        let mut text = DetailText {
            dashboard: self,
            live: &self.shown().live,
            columns,
            lines: Vec::new(),
        };
        text.add_diagnoses(subject);
        match subject {
            ClusterSubject::Cluster => {
                text.add_judgement();
                text.add_api();
                text.add_cost();
            }
            ClusterSubject::KubernetesApi => text.add_api(),
            ClusterSubject::Group(name) => text.add_group(name),
            ClusterSubject::Instance(id) => text.add_instance(id),
            ClusterSubject::Node(name) => text.add_node(name),
            ClusterSubject::Pod { namespace, name } => text.add_pod(namespace, name),
        }
        text.add_events(subject);
        text.lines
    }
}

impl DetailText<'_> {
    fn title(&mut self, words: &str) {
        if !self.lines.is_empty() {
            self.lines.push(SubjectLine::Plain(String::new()));
        }
        self.lines.push(SubjectLine::Title(words.to_owned()));
    }

    // What is not known is left out.
    fn fact(&mut self, word: &'static str, value: &str) {
        if !value.is_empty() {
            self.lines.push(SubjectLine::Fact(word, visible(value)));
        }
    }

    fn plain(&mut self, text: &str) {
        let lines = wrap(&visible(text), self.columns);
        self.lines.extend(lines.into_iter().map(SubjectLine::Plain));
    }

    fn wrong(&mut self, text: &str) {
        let lines = wrap(&visible(text), self.columns);
        self.lines.extend(lines.into_iter().map(SubjectLine::Wrong));
    }

    fn moment(&self, moment: Option<UnixTime>) -> String {
        moment.map_or_else(String::new, |moment| {
            format!(
                "{} ({})",
                self.dashboard.local_clock(moment),
                moment.rfc3339()
            )
        })
    }

    fn add_diagnoses(&mut self, subject: &ClusterSubject) {
        let shown = self.dashboard.shown();
        let own = shown.diagnoses.iter().filter(|one| one.is_about(subject));
        for one in own {
            self.wrong(&one.sentence());
            for (word, text) in [("why: ", &one.why), ("do:  ", &one.remedy)] {
                if !text.is_empty() {
                    self.plain(&format!("{word}{text}"));
                }
            }
            let printed = one.detail.as_ref().map(Untrusted::raw).unwrap_or_default();
            for line in visible_lines(printed) {
                self.plain(&line);
            }
            if !one.others.is_empty() {
                let names = one.others.iter().map(ClusterSubject::name);
                let names: Vec<String> = names.collect();
                self.plain(&format!("the same: {}", names.join(", ")));
            }
        }
    }

    fn add_api(&mut self) {
        self.title("Kubernetes API");
        if let Some((server, kubeconfig)) = self.live.kubernetes().server().cloned() {
            self.fact("server", &server.shown());
            self.fact("kubeconfig", &kubeconfig);
        }
        let heard = self.moment(self.live.kubernetes().heard());
        self.fact("last heard", &heard);
        if let Some(counts) = self.live.kubernetes().counts() {
            let words = format!(
                "{} ready, {} not ready, {} pending, {} failed, {} succeeded",
                counts.ready, counts.not_ready, counts.pending, counts.failed, counts.succeeded
            );
            self.fact("all pods", &words);
        }
    }

    fn add_judgement(&mut self) {
        let Some(judgement) = self.live.judgement().cloned() else {
            return;
        };
        self.title("kops validate");
        let answered = self.moment(self.live.judged());
        self.fact("answered", &answered);
        self.plain(judgement.phase.word());
        for failure in &judgement.not_ready {
            self.wrong(failure.message.raw());
        }
        if let Some(fault) = &judgement.fault {
            self.wrong(&fault.whole());
        }
    }

    fn add_group(&mut self, name: &str) {
        let Some(group) = self.live.cloud().group(name).cloned() else {
            return self.plain("Auto Scaling was not read yet, or has no such group");
        };
        self.title("Auto Scaling group");
        self.fact("name", group.name.raw());
        let sizes = format!(
            "min {}, desired {}, max {}",
            group.min, group.desired, group.max
        );
        self.fact("size", &sizes);
        self.fact("instance types", &joined(&group.instance_types));
        self.fact("zones", &joined(&group.zones));
        self.fact("suspended", &joined(&group.suspended));
        self.add_group_cost(name);
        self.add_members(&group);
        let activities = self.live.cloud().activities().iter();
        let own: Vec<ScalingActivity> = activities
            .filter(|one| one.group == group.name)
            .cloned()
            .collect();
        if !own.is_empty() {
            self.title("Scaling activities, the newest first");
        }
        let shown = self.dashboard.shown();
        let mut known = shown.diagnoses.iter();
        let diagnosis = known.find(|one| one.subject == group.subject());
        let mut reason = diagnosis.map_or("", |one| one.why.as_str()).to_owned();
        for activity in &own {
            let same = activity.message.shown() == reason;
            self.add_activity(activity, same);
            reason = activity.message.shown();
        }
    }

    fn add_group_cost(&mut self, name: &str) {
        let cost = self.live.cloud().cost();
        let Some(group) = cost.and_then(|cost| cost.group(name)).cloned() else {
            return;
        };
        self.title("Price of what runs now");
        for item in &group.items {
            self.plain(&item.sentence());
        }
        let month = group.all.map(HourlyPrice::monthly);
        let month = month.map_or_else(|| "not known".to_owned(), |month| format!("${month}"));
        self.fact("a month", &month);
        self.add_whole_cost();
    }

    fn add_cost(&mut self) {
        let Some(cost) = self.live.cloud().cost().cloned() else {
            return;
        };
        self.title("Price of what runs now");
        for group in &cost.groups {
            let month = group.all.map(HourlyPrice::monthly);
            let month = month.map_or_else(|| "not known".to_owned(), |month| format!("${month}"));
            self.plain(&format!("{}: {month}", group.instance_group));
        }
        self.add_whole_cost();
    }

    fn add_whole_cost(&mut self) {
        let Some(cost) = self.live.cloud().cost().cloned() else {
            return;
        };
        self.plain(&format!("the whole cluster: {}", cost.sentence()));
        for fact in &cost.missing {
            self.wrong(&format!("{} not known: {}", fact.fact, fact.reason.raw()));
        }
        if self.live.spec().iter().any(|group| group.karpenter) {
            self.plain("instances that Karpenter starts are not counted");
        }
    }

    fn add_members(&mut self, group: &CloudGroup) {
        self.title("Instances");
        for member in &group.members {
            let update = match member.needs_update {
                Some(true) => ", needs a rolling update",
                Some(false) | None => "",
            };
            let protected = if member.protected {
                ", protected from scale-in"
            } else {
                ""
            };
            self.plain(&format!(
                "{}  {}  {}  {}{update}{protected}",
                member.instance.raw(),
                member.zone.raw(),
                member.instance_type.raw(),
                member.lifecycle.raw(),
            ));
        }
    }

    // Auto Scaling's description of a failure ends with the message; `same` where the one above had that message too.
    fn add_activity(&mut self, activity: &ScalingActivity, same: bool) {
        let when = self.moment(activity.started);
        let (description, message) = (activity.description.raw(), activity.message.raw());
        let cut = description.split_once(STATUS_REASON);
        let description = cut.map_or(description, |(before, _)| before.trim_end());
        let text = format!("{when}  {description}");
        if activity.status != ActivityStatus::Failed {
            self.plain(&text);
            return self.plain(message);
        }
        self.wrong(&text);
        match message {
            "" => self.plain(cut.map_or("no reason given", |(_, reason)| reason)),
            _ if same => self.plain("for the same reason"),
            _ => self.plain(message),
        }
    }

    fn add_instance(&mut self, id: &Untrusted) {
        self.title("Instance");
        self.fact("id", id.raw());
        if let Some(instance) = self.live.cloud().instance(id).cloned() {
            self.add_facts(&instance);
        } else {
            self.plain("EC2 is being asked about it");
        }
        if let Some(path) = self.live.cloud().path(id).cloned() {
            let words = match path.usable {
                Some(true) => "usable",
                Some(false) => "carries no traffic",
                None => "not known whether it carries traffic",
            };
            let route = path.default_route.shown();
            let route = if route.is_empty() {
                "none".to_owned()
            } else {
                route
            };
            self.fact("default route", &format!("{route}, {words}"));
        }
        self.add_console(id);
    }

    fn add_facts(&mut self, instance: &CloudInstance) {
        let state: &str = instance.state.into();
        self.fact("state", state);
        self.fact("reason", instance.state_reason.raw());
        let launched = self.moment(instance.launched);
        self.fact("launched", &launched);
        let checks = format!(
            "system {}, instance {}",
            check(instance.system_check),
            check(instance.instance_check)
        );
        self.fact("status checks", &checks);
        self.fact("type", instance.instance_type.raw());
        self.fact("purchase", if instance.spot { "Spot" } else { "On-Demand" });
        self.fact("private IP", instance.private_ip.raw());
        self.fact("zone", instance.zone.raw());
        self.fact("subnet", instance.subnet.raw());
        self.fact("image", instance.image.raw());
        self.fact("security groups", &joined(&instance.security_groups));
    }

    fn add_console(&mut self, id: &Untrusted) {
        let Some(output) = self.live.cloud().console(id).cloned() else {
            return self.plain("s reads its console output");
        };
        match output {
            Ok(output) => {
                if !output.errors.is_empty() {
                    self.title("Errors in its console output");
                }
                for error in &output.errors {
                    self.wrong(error.raw());
                }
                self.title("Console output, its end");
                for line in visible_lines(output.text.raw()) {
                    self.plain(&line);
                }
            }
            Err(fault) => {
                self.title("Console output");
                self.wrong(&fault.whole());
            }
        }
    }

    fn add_node(&mut self, name: &Untrusted) {
        let Some(node) = self.live.kubernetes().node(name).cloned() else {
            return self.plain("the Kubernetes API does not list it, or is not watched");
        };
        self.title("Node");
        self.fact("name", node.name.raw());
        let role: &str = node.role.into();
        self.fact("role", role);
        self.fact("instance group", node.instance_group.raw());
        self.fact("zone", node.zone.raw());
        self.fact("type", node.instance_type.raw());
        self.fact("kubelet", node.kubelet_version.raw());
        self.fact("addresses", &joined(&node.addresses));
        let created = self.moment(node.created);
        self.fact("created", &created);
        self.fact("taints", &joined(&node.taints));
        if node.cordoned {
            self.fact("cordoned", "yes: no new pod is scheduled on it");
        }
        self.add_conditions(&node);
        if !node.instance.raw().is_empty() {
            self.add_instance(&node.instance);
        }
    }

    fn add_conditions(&mut self, node: &KubernetesNode) {
        self.title("Conditions");
        self.add_condition(&node.ready, node.is_ready());
        for trouble in &node.troubles {
            self.add_condition(trouble, false);
        }
    }

    fn add_condition(&mut self, condition: &NodeCondition, good: bool) {
        let status = match condition.status {
            ConditionStatus::True => "True",
            ConditionStatus::False => "False",
            ConditionStatus::Unknown => "Unknown",
        };
        let since = self.moment(condition.since);
        let text = format!(
            "{} {status} since {since}: {}",
            condition.kind.raw(),
            condition.words()
        );
        if good {
            self.plain(&text);
        } else {
            self.wrong(&text);
        }
    }

    fn add_pod(&mut self, namespace: &Untrusted, name: &Untrusted) {
        let pod = self.live.kubernetes().pod(namespace, name);
        let Some(pod) = pod.cloned() else {
            return self.plain("it is not watched any more: it runs, or it is gone");
        };
        self.title("Pod");
        self.fact("namespace", pod.namespace.raw());
        self.fact("name", pod.name.raw());
        let phase: &str = pod.phase.into();
        self.fact("phase", phase);
        self.fact("node", pod.node.raw());
        self.fact("priority", pod.priority.map_or("", Into::into));
        let created = self.moment(pod.created);
        self.fact("created", &created);
        self.fact("scheduler", pod.unscheduled.raw());
        self.add_containers(&pod);
    }

    fn add_containers(&mut self, pod: &WatchedPod) {
        self.title("Containers");
        for container in pod.init_containers.iter().chain(&pod.containers) {
            let ready = if container.ready {
                "ready"
            } else {
                "not ready"
            };
            let mut text = format!(
                "{}: {ready}, restarts {}",
                container.words(),
                container.restarts
            );
            for more in [
                container.waiting.raw(),
                container.message.raw(),
                &container.last_end_words(),
            ] {
                if !more.is_empty() {
                    text.push_str(", ");
                    text.push_str(more);
                }
            }
            self.plain(&text);
        }
    }

    fn add_events(&mut self, subject: &ClusterSubject) {
        let entries = self.live.timeline().entries().rev();
        let own = entries.filter(|one| one.subject == *subject);
        let own: Vec<String> = own
            .map(|one| format!("{}  {}", self.dashboard.local_clock(one.at), one.text))
            .collect();
        if own.is_empty() {
            return;
        }
        self.title("What happened while it was watched, the newest first");
        for text in own {
            self.plain(&text);
        }
    }
}

fn check(check: StatusCheck) -> &'static str {
    match check {
        StatusCheck::Passed => "passed",
        StatusCheck::Initializing => "initializing",
        StatusCheck::Impaired => "impaired",
        StatusCheck::Unknown => "unknown",
    }
}

fn joined(items: &[Untrusted]) -> String {
    let items: Vec<&str> = items.iter().map(Untrusted::raw).collect();
    items.join(", ")
}
