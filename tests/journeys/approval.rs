//! The review and its yes: searched, refused, pasted into, and asked again.

use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::core::fault::Fault;
use kopswain::io::demo;
use kopswain::tui::cluster_target::ClusterTarget;
use kopswain::tui::effect::{Effect, KopsRun};
use kopswain::tui::event::{CommandOutput, Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::key::{Code, Key};
use kopswain::tui::keymap::{Action, Context};
use kopswain::tui::keys::bindings;
use kopswain::tui::model::{Model, Overlay, Screen};
use kopswain::tui::screens::review::ReadingView;
use kopswain::tui::screens::wizard::WizardStep;
use kopswain::tui::update::{start, update};

use super::random::{at_the_review, facts_missing, preview_ends};
use super::travel::{Arrived, TO_REVIEW, follow, to_review};
use crate::keys::journey;

#[test]
fn esc_leaves_the_search_first_and_the_screen_second() {
    let view = |arrived: &Arrived| -> (Context, String) {
        let search = arrived
            .wizard()
            .review
            .reading()
            .map(|reading| reading.search.words().to_owned());
        (arrived.model.context(), search.unwrap_or_default())
    };
    assert_eq!(
        view(&to_review("/route")),
        (Context::Finding, "route".to_owned())
    );
    assert_eq!(
        view(&to_review("/route<enter>")),
        (Context::Review, "route".to_owned())
    );
    assert_eq!(
        view(&to_review("/route<enter><esc>")),
        (Context::Review, String::new())
    );
    assert_eq!(
        view(&to_review("/route<esc>")),
        (Context::Review, String::new())
    );
    assert_eq!(
        to_review("/route<enter><esc><esc>").wizard().step,
        WizardStep::Access
    );
    assert_eq!(to_review("r<esc>").model.context(), Context::Review);
    assert_eq!(to_review("a<esc>").model.context(), Context::Review);
}

fn review_then(events: Vec<Event>) -> Arrived {
    let mut all: Vec<Event> = journey(&format!("{TO_REVIEW}a"))
        .into_iter()
        .map(Event::Key)
        .collect();
    all.extend(events);
    follow(Model::wizard(demo::answers(), "/home/op"), all)
}

#[test]
fn a_pasted_newline_is_never_a_yes() {
    for paste in [
        "demo.example.com\n",
        "demo.example.com\r\n",
        "demo.example.com\r",
        "\ndemo.example.com\n\n",
    ] {
        let arrived = review_then(vec![Event::Paste(paste.to_owned())]);
        assert_eq!(arrived.commands(), Vec::<String>::new(), "{paste:?}");
        assert_eq!(arrived.model.context(), Context::Approving, "{paste:?}");
    }
    let pasted = Event::Paste("demo.example.com\n".to_owned());
    let by_hand = review_then(vec![pasted, Event::Key(Key::plain(Code::Enter))]);
    assert_eq!(by_hand.commands().len(), 8);
}

#[test]
fn a_wrong_name_is_refused_and_said_so() {
    for name in [
        "demo",
        "demo.example.com.",
        "Demo.example.com",
        "demo.example.com ",
        "demo.exаmple.com",
    ] {
        let arrived = to_review(&format!("a{name}<enter>"));
        let Some(ReadingView::Approving(approval)) = arrived
            .wizard()
            .review
            .reading()
            .map(|reading| &reading.view)
        else {
            panic!("the question stays open after {name}");
        };
        assert!(approval.refused, "{name}");
        assert!(
            arrived.shows("that is not the cluster's name"),
            "{name}: {:#?}",
            arrived.screen
        );
        assert_eq!(arrived.commands(), Vec::<String>::new(), "{name}");
    }
}

/// The wizard as it was when a preview was asked for, then an answer changed before kops has answered.
fn changed_while_kops_is_asked() -> Model {
    let mut model = Model::wizard(demo::answers(), "/home/op");
    start(&mut model);
    let inventory = Box::new(demo::inventory());
    update(
        &mut model,
        Timestamp::default(),
        Event::Discovered {
            inventory,
            complete: true,
        },
    );
    for key in journey(&format!(
        "{TO_REVIEW}<esc><esc><down><down><space><ctrl-u>2<enter>"
    )) {
        update(&mut model, Timestamp::default(), Event::Key(key));
    }
    model
}

#[test]
fn a_preview_of_an_older_spec_is_not_shown() {
    let mut model = changed_while_kops_is_asked();
    preview_ends(&mut model, "");
    let asked: Vec<Effect> = journey("<enter><enter>")
        .into_iter()
        .flat_map(|key| update(&mut model, Timestamp::default(), Event::Key(key)))
        .collect();
    assert_eq!(
        asked
            .iter()
            .filter(|effect| matches!(effect, Effect::Preview(_)))
            .count(),
        1,
        "{asked:?}"
    );
}

/// A run whose dry run on the real state store differs from the preview.
fn differing() -> Model {
    let mut model = at_the_review();
    let report = include_str!("../fixtures/kops/update-create.stdout");
    let mut spec = String::new();
    pressed(&mut model, "ademo.example.com<enter>");
    for effect in begun(&mut model) {
        if let Effect::Run(KopsRun {
            spec: Some(written),
            ..
        }) = effect
        {
            spec = written;
        }
    }
    let ends = [
        (Job::Create, String::new()),
        (Job::ReadBack, spec),
        (Job::ListKeys, "[]\n".to_owned()),
        (Job::SshKey, String::new()),
        (Job::Update, report.replacen("t3.medium", "t3.micro", 1)),
    ];
    for (job, stdout) in ends {
        let finished = CommandOutput {
            exit: Some(0),
            stdout,
            ..CommandOutput::default()
        };
        update(
            &mut model,
            Timestamp::default(),
            Event::Ended {
                job,
                result: Ok(finished),
            },
        );
        if job == Job::SshKey {
            store_told(&mut model);
        }
    }
    assert!(matches!(model.screen(), Screen::Differs { .. }));
    model
}

// The objects in the state store, of which nothing is known here.
fn store_told(model: &mut Model) -> Vec<Effect> {
    let nothing = Event::StoreRead(Ok(ApprovalFacts::default()));
    update(model, Timestamp::default(), nothing)
}

fn begun(model: &mut Model) -> Vec<Effect> {
    update(model, Timestamp::default(), Event::Begun(Ok("/run".into())))
}

fn pressed(model: &mut Model, keys: &str) -> Vec<Effect> {
    let keys = journey(keys).into_iter();
    keys.flat_map(|key| update(model, Timestamp::default(), Event::Key(key)))
        .collect()
}

#[test]
fn another_dry_run_waits_for_another_yes() {
    let mut model = differing();
    let refused = pressed(&mut model, "<enter><space>a<enter>demo<enter><esc>rr<esc>");
    assert!(
        !refused
            .iter()
            .any(|effect| matches!(effect, Effect::Run(_) | Effect::Begin(_))),
        "{refused:?}"
    );
    pressed(&mut model, "<enter>ademo.example.com<enter>");
    begun(&mut model);
    let jobs: Vec<Job> = store_told(&mut model)
        .iter()
        .filter_map(|effect| match effect {
            Effect::Run(run) => Some(run.job),
            _ => None,
        })
        .collect();
    assert_eq!(jobs, [Job::Update]);
}

#[test]
fn esc_on_a_differing_dry_run_asks_before_leaving() {
    let mut model = differing();
    pressed(&mut model, "<esc>");
    assert_eq!(model.overlay(), Overlay::Leaving);
}

#[test]
fn the_differing_dry_run_names_no_key_that_does_nothing() {
    let mut model = differing();
    assert_eq!(model.context(), Context::Differing);
    let table = bindings(Context::Differing);
    assert!(table.iter().all(|binding| binding.action != Action::Again));
    pressed(&mut model, "<tab>");
    assert_eq!(model.context(), Context::ReviewSpec);
    pressed(&mut model, "<down><esc>");
    assert_eq!(model.context(), Context::Differing);
}

fn facts_come(model: &mut Model, result: Result<ApprovalFacts, Fault>) -> Vec<Effect> {
    update(model, Timestamp::default(), Event::FactsRead(result))
}

fn begins(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::Begin(_)))
}

#[test]
fn a_yes_before_the_facts_are_read_waits_for_them_and_begins_then() {
    let mut model = facts_missing();
    let given = pressed(&mut model, "ademo.example.com<enter>");
    assert!(!begins(&given), "{given:?}");
    assert_eq!(model.context(), Context::Given);
    assert_eq!(model.notice(), None);
    // Neither more keys nor a paste change the name that was typed, and a second enter is no second yes.
    let more = pressed(&mut model, "x<enter><enter>");
    update(
        &mut model,
        Timestamp::default(),
        Event::Paste("other".to_owned()),
    );
    assert_eq!((begins(&more), model.context()), (false, Context::Given));
    let begun = facts_come(&mut model, Ok(ApprovalFacts::default()));
    assert!(begins(&begun), "{begun:?}");
    assert!(matches!(model.screen(), Screen::Apply(_)));
}

#[test]
fn esc_takes_back_a_yes_that_waits() {
    for key in ["<esc>", "<ctrl-c>"] {
        let mut model = facts_missing();
        pressed(&mut model, &format!("ademo.example.com<enter>{key}"));
        assert_eq!(model.context(), Context::Review);
        let after = facts_come(&mut model, Ok(ApprovalFacts::default()));
        assert!(!begins(&after), "{after:?}");
        assert_eq!(model.context(), Context::Review);
    }
}

#[test]
fn a_yes_that_waits_is_no_yes_when_the_facts_cannot_be_read() {
    let mut model = facts_missing();
    pressed(&mut model, "ademo.example.com<enter>");
    let refused = Fault::new("AWS does not answer", "the network is down", "try again");
    let after = facts_come(&mut model, Err(refused));
    assert!(!begins(&after), "{after:?}");
    assert_eq!(model.context(), Context::Review);
    let notice = model.notice();
    assert_eq!(notice, Some("AWS does not answer. Try again."));
}

fn dry_run_of_an_existing_cluster() -> Model {
    let mut model = Model::existing(
        &"demo.example.com".parse().unwrap(),
        ClusterTarget::default(),
    );
    start(&mut model);
    let finished = |stdout: &str| CommandOutput {
        exit: Some(0),
        stdout: stdout.to_owned(),
        ..CommandOutput::default()
    };
    let report = include_str!("../fixtures/kops/update-modify.stdout");
    for (job, stdout) in [(Job::ReadBack, "kind: Cluster\n"), (Job::Update, report)] {
        let result = Ok(finished(stdout));
        update(
            &mut model,
            Timestamp::default(),
            Event::Ended { job, result },
        );
    }
    model
}

// A cluster that exists: the spec is read first, and then the rest.
#[test]
fn a_yes_for_a_cluster_that_exists_waits_too() {
    let mut model = dry_run_of_an_existing_cluster();
    let given = pressed(&mut model, "ademo.example.com<enter>");
    assert_eq!((begins(&given), model.context()), (false, Context::Given));
    let result = Ok(ApprovalFacts::default());
    let begun = update(&mut model, Timestamp::default(), Event::FactsRead(result));
    assert!(begins(&begun), "{begun:?}");
}

#[test]
fn nothing_is_approved_where_the_commands_have_no_room() {
    let mut model = dry_run_of_an_existing_cluster();
    let known = Event::FactsRead(Ok(ApprovalFacts::default()));
    update(&mut model, Timestamp::default(), known);
    let resize = |columns, rows| Event::Resize { columns, rows };
    for small in [resize(80, 23), resize(79, 24)] {
        update(&mut model, Timestamp::default(), small);
        let given = pressed(&mut model, "ademo.example.com<enter>");
        assert_eq!(
            (begins(&given), model.context()),
            (false, Context::Approving)
        );
        let notice = model.notice().unwrap_or_default().to_owned();
        assert!(
            notice.contains("enlarge the window to 80 columns and 24 rows"),
            "{notice}"
        );
        pressed(&mut model, "<esc>");
    }
    update(&mut model, Timestamp::default(), resize(80, 24));
    let given = pressed(&mut model, "ademo.example.com<enter>");
    assert!(begins(&given), "{given:?}");
}

#[test]
fn e_goes_to_the_answer_that_decides_the_row_and_alt_6_comes_back() {
    let at = |keys: &str| {
        let arrived = to_review(keys);
        let name = arrived.wizard().current().map(|field| field.name);
        (arrived.wizard().step, name)
    };
    let row = |step, name: &str| (step, Some(name.to_owned()));
    // The NAT gateways that get a tag.
    assert_eq!(at("e"), row(WizardStep::Network, "us-east-1a"));
    let planned = "/from the plan<enter>e";
    assert_eq!(at(planned), row(WizardStep::Access, "API load balancer"));
    assert_eq!(
        at("/LaunchTemplate/nodes<enter>e"),
        row(WizardStep::Nodes, "Instance type")
    );
    assert_eq!(
        at("/utility-us-east-1b<enter>e"),
        row(WizardStep::Network, "utility-us-east-1b")
    );
    // What is built, above the findings, and a whole group.
    let step = |keys: &str| to_review(keys).wizard().step;
    assert_eq!(step("ke"), WizardStep::Access);
    assert_eq!(step("kke"), WizardStep::Network);
    assert_eq!(step("kkke"), WizardStep::Nodes);
    let back = to_review("e<alt-6>");
    assert_eq!(back.wizard().step, WizardStep::Review);
    assert!(back.wizard().review.reading().is_some());
}

#[test]
fn o_groups_by_instance_group_and_by_zone_and_around() {
    let headings = |keys: &str| -> Vec<String> {
        let arrived = to_review(keys);
        let reading = arrived.wizard().review.reading();
        let groups = reading.map(|reading| reading.outline().groups.as_slice());
        let words = groups.unwrap_or_default().iter();
        words.map(|group| group.heading.words()).collect()
    };
    let by_category = headings("");
    assert_eq!(
        headings("o").first().map(String::as_str),
        Some("Whole cluster")
    );
    assert!(headings("o").contains(&"nodes-us-east-1a".to_owned()));
    assert!(headings("oo").contains(&"us-east-1a".to_owned()));
    assert_eq!(headings("ooo"), by_category);
}

#[test]
fn y_copies_the_row_whole_and_w_saves_the_review() {
    let copying = to_review("y");
    let copied = copying.model.notice();
    let first = "copied: warning: the NAT gateway is reused";
    assert!(copied.is_some_and(|words| words.starts_with(first)));
    let saved = |keys: &str| {
        let effects = to_review(keys).effects.into_iter();
        let mut files = effects.filter_map(|effect| match effect {
            Effect::SaveReport(file) => Some((file.name, file.text.lines().next()?.to_owned())),
            _ => None,
        });
        files.next()
    };
    let headline = "### kops update cluster demo.example.com: pending changes";
    assert_eq!(
        saved("w"),
        Some((
            "kops-update-demo.example.com.md".to_owned(),
            headline.to_owned()
        ))
    );
    let (name, page) = saved("W").unwrap_or_default();
    assert_eq!(
        (name.as_str(), page.as_str()),
        ("kops-update-demo.example.com.html", "<!doctype html>")
    );
}
