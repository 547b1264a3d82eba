//! How the demonstration's cluster comes to life while it is watched: beat by beat, the same for all three eyes.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use super::birth::{Beat, DemoBirth};
use super::dry_run::DemoSpec;
use super::kubernetes::DemoKubernetes;
use super::scaling::DemoScaling;
use super::{DemoRunner, Pace, inventory, validation};
use crate::core::cluster::cloud::CloudUpdate;
use crate::core::unix_time::UnixTime;
use crate::io::reply::Reply;
use crate::tui::effect::CloudQuestion;
use crate::tui::event::Event;

const MILLIS_OF_A_BEAT: u64 = 2_500;

/// How far the cluster is, and who watches it.
#[derive(Debug, Default)]
pub(super) struct DemoLife {
    beat: Beat,
    started: Option<UnixTime>,
    polls: usize,
    /// Whether time moves the beats; else each poll does.
    runs: bool,
    watch: Option<Reply>,
    groups: Option<Reply>,
}

impl DemoRunner {
    fn life(&self) -> MutexGuard<'_, DemoLife> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beat_time(&self) -> Duration {
        match self.pace {
            Pace::Watchable => Duration::from_millis(MILLIS_OF_A_BEAT),
            Pace::Instant => Duration::ZERO,
        }
    }

    fn birth(&self, spec: &str, cluster: &str) -> DemoBirth {
        let now = self.wall_time().utc;
        let mut life = self.life();
        let started = *life.started.get_or_insert(now);
        DemoBirth::new(spec, cluster, life.beat, started)
    }

    /// Reports everything to the watch, and continues beat by beat where time passes.
    pub(super) async fn watch_kubernetes(&self, cluster: &str) {
        let runs = {
            let mut life = self.life();
            life.watch = Some(self.reply.clone());
            let runs = self.pace == Pace::Watchable && !life.runs;
            life.runs |= runs;
            runs
        };
        self.report_to_watch(cluster);
        while runs && self.life().beat < Beat::Complete {
            self.pause(MILLIS_OF_A_BEAT).await;
            let mut life = self.life();
            life.beat = life.beat.next();
            drop(life);
            self.report_to_watch(cluster);
        }
    }

    pub(super) fn stop_watching(&self) {
        self.life().watch = None;
    }

    fn report_to_watch(&self, cluster: &str) {
        let spec = self.state().spec;
        let birth = self.birth(&spec, cluster);
        let Some(watch) = self.life().watch.clone() else {
            return;
        };
        let api = DemoKubernetes {
            birth: &birth,
            pace: self.beat_time(),
            name: validation::api_name(&spec, cluster),
            version: format!("v{}", DemoSpec::read(&spec).cluster.kubernetes_version),
        };
        for update in api.updates() {
            let wall = self.wall_time().utc;
            watch.send(Event::Kubernetes { wall, update });
        }
    }

    pub(super) async fn read_cloud(&self, cluster: &str, question: CloudQuestion) {
        self.pause(300).await;
        if question == CloudQuestion::Groups {
            self.life().groups = Some(self.reply.clone());
        }
        self.answer_cloud(&self.reply, cluster, &question);
    }

    fn answer_cloud(&self, reply: &Reply, cluster: &str, question: &CloudQuestion) {
        let wall = self.wall_time().utc;
        let update = self.cloud_answer(cluster, question);
        reply.send(Event::Cloud { wall, update });
    }

    /// What Auto Scaling and EC2 answer at this beat.
    pub(super) fn cloud_answer(&self, cluster: &str, question: &CloudQuestion) -> CloudUpdate {
        let spec = self.state().spec;
        let birth = self.birth(&spec, cluster);
        let scaling = DemoScaling {
            birth: &birth,
            pace: self.beat_time(),
            inventory: &inventory(),
            spec: &DemoSpec::read(&spec),
        };
        scaling.answer(question)
    }

    /// The cluster as kops sees it at this poll. Where no time passes, each poll is the next beat, which the
    /// watches get first.
    pub(super) fn polled(&self, spec: &str, cluster: &str) -> DemoBirth {
        let watching = {
            let mut life = self.life();
            let beat = Beat::at_poll(life.polls);
            life.polls += 1;
            let later = !life.runs && beat > life.beat;
            if later {
                life.beat = beat;
            }
            later.then(|| life.groups.clone())
        };
        if let Some(groups) = watching {
            self.report_to_watch(cluster);
            if let Some(groups) = groups {
                self.answer_cloud(&groups, cluster, &CloudQuestion::Groups);
            }
        }
        self.birth(spec, cluster)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::core::cluster::live::LiveCluster;
    use crate::core::cluster::{Instances, Readiness, instance_groups, read};
    use crate::io::demo::validation::tests::GROUPS;

    const NOON: UnixTime = UnixTime(1_795_953_600_000);

    // The rules of kops, applied to what the other two eyes see, find what the demonstration's kops says.
    #[test]
    fn the_three_eyes_see_the_same_at_every_beat() {
        let mut live = LiveCluster::new("demo.example.com", instance_groups(GROUPS));
        let mut beat = Beat::ApiAnswers;
        loop {
            let birth = DemoBirth::new(GROUPS, "demo.example.com", beat, NOON);
            let api = DemoKubernetes {
                birth: &birth,
                pace: Duration::ZERO,
                name: String::new(),
                version: "v1.35.5".to_owned(),
            };
            for update in api.updates() {
                live.take_kubernetes(update, NOON);
            }
            let scaling = DemoScaling {
                birth: &birth,
                pace: Duration::ZERO,
                inventory: &inventory(),
                spec: &DemoSpec::default(),
            };
            live.take_cloud(scaling.answer(&CloudQuestion::Groups), NOON);
            let said = validation::answer(GROUPS, &birth);
            let said = read(&said.stdout, &said.stderr, said.code());
            live.take_judgement(&said, &Instances::NotAsked, NOON, NOON);
            let messages = |readiness: Option<&Readiness>| {
                let all = readiness.unwrap().not_ready.iter();
                all.map(|one| one.message.shown()).collect::<BTreeSet<_>>()
            };
            assert!(live.is_mirrored(), "{beat:?}");
            assert_eq!(
                messages(live.readiness()),
                messages(live.judgement()),
                "{beat:?}"
            );
            if beat == Beat::Complete {
                break;
            }
            beat = beat.next();
        }
    }
}
