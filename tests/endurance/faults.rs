//! A network that makes trouble between the program and AWS: every command ends in time, in success or in a clear state.

use std::time::{Duration, Instant};

use crate::desk::{Desk, Ended, answers};
use crate::lab::{Lab, Vpc};
use crate::proxy::{Proxy, Troubles};
use crate::texts::forbidden;

const CLUSTER: &str = "storm.example.com";
/// No command may take longer, whatever the network does.
const LONGEST: Duration = Duration::from_secs(150);

struct Storm {
    proxy: Proxy,
    desk: Desk,
}

impl Storm {
    fn at(lab: &Lab, vpc: &Vpc) -> Self {
        let proxy = Proxy::before(lab.variable("AWS_ENDPOINT_URL"), Troubles::default());
        let mut desk = Desk::at(lab);
        for name in ["AWS_ENDPOINT_URL", "S3_ENDPOINT"] {
            desk.set(name, &proxy.url);
        }
        desk.write("answers.yml", &answers(CLUSTER, vpc));
        Self { proxy, desk }
    }

    // Runs a command in this weather; it ends in time and says nothing that a terminal obeys.
    fn run(&self, troubles: Troubles, words: &[&str]) -> Ended {
        self.proxy.now(troubles);
        let began = Instant::now();
        let ended = self.desk.kopswain(words);
        assert!(
            began.elapsed() < LONGEST,
            "{words:?} took {:?}",
            began.elapsed()
        );
        for said in [&ended.stdout, &ended.stderr] {
            assert_eq!(forbidden(said), None, "{said}");
        }
        ended
    }

    // Success, or a fault in three parts.
    fn clear(&self, troubles: Troubles, words: &[&str]) -> Ended {
        let ended = self.run(troubles, words);
        let told = ended.stderr.contains("\n  why: ") && ended.stderr.contains("\n  do:  ");
        assert!(
            ended.code == 0 || told || ended.code == 2,
            "{troubles:?} {words:?}: {ended:?}"
        );
        ended
    }
}

const ALL: [&[&str]; 4] = [
    &["doctor", "--ssh-public-key", "key.pub"],
    &["discover", "--output", "json"],
    &["plan", "answers.yml"],
    &["create"],
];

#[test]
#[ignore = "needs the lab: ./check"]
fn every_command_ends_in_success_or_a_clear_state_whatever_the_network_does() {
    let lab = Lab::start("storm");
    let vpc = lab.world("method").remove(0);
    let storm = Storm::at(&lab, &vpc);
    let calm = storm.run(Troubles::default(), ALL[2]).expect(0).stdout;
    throttled(&storm, &calm);
    broken(&storm);
    expired(&storm);
    let made = storm.proxy.made();
    for trouble in ["throttled", "reset", "cut", "nonsense", "expired"] {
        assert!(
            made.get(trouble).is_some_and(|count| *count > 5),
            "{made:?}"
        );
    }
    // It was the weather: all is as before once it is over.
    assert_eq!(
        storm.run(Troubles::default(), ALL[2]).expect(0).stdout,
        calm
    );
}

// Throttling is what AWS does on a busy day: everything still comes, and it is the same.
fn throttled(storm: &Storm, calm: &str) {
    let busy = Troubles {
        throttled: 30,
        delay: Duration::from_millis(5),
        ..Troubles::default()
    };
    let seen = (0..3).filter(|_| {
        let planned = storm.clear(busy, ALL[2]);
        planned.code == 0 && planned.stdout == calm
    });
    assert!(seen.count() >= 2, "throttling at 30 % stops the plan");
    for words in ALL {
        storm.clear(busy, words);
    }
}

fn broken(storm: &Storm) {
    let weathers = [
        Troubles {
            reset: 30,
            ..Troubles::default()
        },
        Troubles {
            cut: 30,
            ..Troubles::default()
        },
        Troubles {
            nonsense: 30,
            ..Troubles::default()
        },
        Troubles {
            reset: 100,
            ..Troubles::default()
        },
        Troubles {
            nonsense: 100,
            ..Troubles::default()
        },
        Troubles {
            throttled: 10,
            reset: 10,
            cut: 10,
            nonsense: 5,
            delay: Duration::from_millis(20),
            ..Troubles::default()
        },
    ];
    for (at, weather) in weathers.into_iter().enumerate() {
        // `create` runs the real kops, which tries for minutes: one mixed weather is enough for it.
        let words = if at == 5 { &ALL[..] } else { &ALL[..3] };
        for words in words {
            storm.clear(weather, words);
        }
    }
}

// The credentials of an assumed role run out in the middle.
fn expired(storm: &Storm) {
    for after in [0, 3, 8] {
        let weather = Troubles {
            expired_after: Some(after),
            ..Troubles::default()
        };
        for words in &ALL[..3] {
            let ended = storm.clear(weather, words);
            let said = ended.stdout + &ended.stderr;
            assert!(
                said.contains("expired") || ended.code == 0,
                "after {after}, {words:?}: {said}"
            );
        }
    }
}
