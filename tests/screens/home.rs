//! Home: empty, typical, long, failing, and while a value is chosen.

use std::time::Duration;

use kopswain::core::answers::Answers;
use kopswain::core::check::{CheckKind, CheckState};
use kopswain::core::fault::Fault;
use kopswain::core::overview::{
    ClusterOverview, Fleet, InService, NodesByRole, NodesOfRole, StoredSpec,
};
use kopswain::core::text::untrusted::Untrusted;
use kopswain::tui::event::{Event, Timestamp};
use kopswain::tui::model::Model;
use kopswain::tui::offers::{PlaceOffer, PlaceOffers};
use kopswain::tui::screens::home::Home;
use kopswain::tui::update::{start, update};

use super::Shot;
use super::canvas::keep;
use super::world::{after, answers, checked, inventory, many_vpcs, place, tell};

fn opened(answers: Answers, file: Option<&str>) -> Model {
    let mut home = Home::new(place(), "prod", answers, file.map(str::to_owned));
    home.opening = false;
    let mut model = Model::home(home, "/home/op");
    start(&mut model);
    model
}

fn overview(name: &str, version: &str, nodes: u32, outdated: u32) -> Event {
    let text = Untrusted::from;
    Event::ClusterRead(Box::new(ClusterOverview {
        name: name.to_owned(),
        spec: Ok(StoredSpec {
            kubernetes_version: text(version),
            vpc: text("vpc-7833d1c656ae73b2c"),
            cidr: text("172.20.0.0/16"),
            cni: text("cilium"),
            api: text("Internal"),
        }),
        fleet: Ok(Fleet {
            control_plane: InService {
                count: 3,
                desired: 3,
            },
            nodes: InService {
                count: nodes,
                desired: 6,
            },
            groups: 6,
            outdated: Some(outdated),
        }),
    }))
}

fn found(model: &mut Model, names: &[&str]) {
    let names = names.iter().map(ToString::to_string).collect();
    tell(model, 400, Event::ClustersInStore(names));
    for kind in CheckKind::ALL.iter().copied() {
        let state = CheckState::Good(format!("{} as it should be", kind.word()));
        tell(model, 500, checked(kind, state));
    }
    let account = Some("123456789012".to_owned());
    let region = "us-east-1".to_owned();
    tell(model, 500, Event::Connected { account, region });
    let complete = true;
    let inventory = Box::new(inventory());
    tell(
        model,
        600,
        Event::Discovered {
            inventory,
            complete,
        },
    );
}

fn nodes(cluster: &str, ready: u32) -> Event {
    let of_role = |ready, joined| NodesOfRole { ready, joined };
    let counted = NodesByRole {
        control_plane: of_role(3, 3),
        nodes: of_role(ready, 6),
    };
    Event::NodesCounted {
        cluster: cluster.to_owned(),
        nodes: Ok(counted),
    }
}

/// Clusters of every kind, and a draft.
pub fn typical() -> Model {
    let mut model = opened(answers(), Some("answers.yml"));
    let names = [
        "ci.example.com",
        "data.example.com",
        "new.example.com",
        "shop.example.com",
        "test.example.com",
    ];
    found(&mut model, &names);
    for event in [
        overview("ci.example.com", "1.35.5", 4, 0),
        overview("new.example.com", "1.35.5", 6, 0),
        overview("shop.example.com", "1.34.8", 6, 3),
        overview("test.example.com", "1.35.5", 6, 0),
        nodes("new.example.com", 5),
        nodes("shop.example.com", 6),
        Event::NodesCounted {
            cluster: "ci.example.com".to_owned(),
            nodes: Err(Fault::new(
                "No kubeconfig has a context for ci.example.com",
                "the context is named as the cluster",
                "run: kops export kubeconfig ci.example.com --admin",
            )),
        },
    ] {
        tell(&mut model, 700, event);
    }
    model
}

fn empty() -> Model {
    let mut model = opened(Answers::default(), None);
    found(&mut model, &[]);
    model
}

fn asking() -> Model {
    let mut model = opened(Answers::default(), None);
    let at = Timestamp(Duration::from_millis(1_200));
    update(
        &mut model,
        at,
        Event::Woke(kopswain::tui::effect::Wake::Clock),
    );
    model
}

fn failing() -> Model {
    let mut model = opened(answers(), Some("answers.yml"));
    let fault = Fault::new(
        "the AWS sign-on is over or was never made",
        "the profile uses IAM Identity Center, and its token cannot be used",
        "run: aws sso login --profile prod",
    );
    tell(&mut model, 400, Event::ClustersNotListed(fault.clone()));
    tell(&mut model, 400, Event::DiscoveryFailed(fault.clone()));
    let blocked = CheckState::Blocked(fault);
    tell(&mut model, 400, checked(CheckKind::Credentials, blocked));
    model
}

fn long() -> Model {
    let mut model = opened(answers(), Some("answers.yml"));
    let names: Vec<String> = (0..40)
        .map(|number| format!("{}-{number}.example.com", "a-rather-long-name".repeat(3)))
        .collect();
    let shown: Vec<&str> = names.iter().map(String::as_str).collect();
    found(&mut model, &shown);
    let inventory = Box::new(many_vpcs());
    let complete = true;
    tell(
        &mut model,
        650,
        Event::Discovered {
            inventory,
            complete,
        },
    );
    for name in &names {
        tell(&mut model, 700, overview(name, "1.35.5\u{1b}[31m", 6, 0));
    }
    after(model, "<down><down><down>")
}

fn choosing() -> Model {
    let mut model = typical();
    let offer = |value: &str, note: &str| PlaceOffer {
        value: value.to_owned(),
        note: note.to_owned(),
    };
    let profiles = vec![
        offer("default", "access key"),
        offer("prod", "IAM Identity Center, us-east-1"),
        offer("deploy", "role, MFA code"),
    ];
    let regions = Vec::new();
    let offers = Box::new(PlaceOffers { profiles, regions });
    tell(&mut model, 800, Event::OffersListed(offers));
    after(model, "p")
}

/// Home in every state.
pub fn all() -> Vec<Shot> {
    vec![
        ("home_empty", empty()),
        ("home_asking", asking()),
        ("home_typical", typical()),
        ("home_unready", after(typical(), "<down><down>")),
        ("home_failing", failing()),
        ("home_failing_setup", after(failing(), "<tab><tab><down>")),
        ("home_long", long()),
        ("home_vpcs", after(typical(), "<tab>")),
        ("home_choosing", choosing()),
    ]
}

#[test]
fn home_is_kept() {
    keep(&all());
}
