//! The watch of a Kubernetes API on the wire: lists in pages and as streams, every end of a watch, and every refusal.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use kopswain::core::cluster::kubernetes::{
    ApiFailure, ApiFailureKind, KubernetesChange, KubernetesUpdate, WatchedKind,
};
use kopswain::core::cluster_name::ClusterName;
use kopswain::core::overview::{NodesByRole, NodesOfRole};
use kopswain::io::kubernetes::count_ready_nodes;

use crate::kubernetes_api::{Answer, Api, Asked, CLUSTER, Folder, Part, write_kubeconfig};

const NODES: &str = "/api/v1/nodes?";
const TOKEN: &str = "{token: secret-token}";

fn node(name: &str, version: u32) -> String {
    format!(r#"{{"metadata":{{"name":"{name}","resourceVersion":"{version}"}}}}"#)
}

fn event(kind: &str, name: &str, version: u32) -> String {
    let object = node(name, version);
    format!("{{\"type\":\"{kind}\",\"object\":{object}}}\n")
}

fn bookmark(version: u32, annotations: &str) -> String {
    format!(
        "{{\"type\":\"BOOKMARK\",\"object\":{{\"metadata\":{{\"resourceVersion\":\"{version}\",\"annotations\":{{{annotations}}}}}}}}}\n"
    )
}

const END_OF_LIST: &str = r#""k8s.io/initial-events-end":"true""#;
const GONE: &str = "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"too old resource version: 1 (231)\",\"reason\":\"Expired\",\"code\":410}}\n";

// `+` a node, `-` one that is gone, in the order of the reports, and a full stop where all are listed.
fn nodes(updates: &[KubernetesUpdate]) -> String {
    let mut told = Vec::new();
    for update in updates {
        match update {
            KubernetesUpdate::Changed(changes) => told.extend(changes.iter().filter_map(sign)),
            KubernetesUpdate::Listed(WatchedKind::Nodes) => told.push(".".to_owned()),
            _ => {}
        }
    }
    told.join(" ")
}

fn sign(change: &KubernetesChange) -> Option<String> {
    match change {
        KubernetesChange::Node(node) => Some(format!("+{}", node.name.raw())),
        KubernetesChange::NodeGone(name) => Some(format!("-{}", name.raw())),
        _ => None,
    }
}

fn losses(updates: &[KubernetesUpdate]) -> Vec<&ApiFailure> {
    fn lost(update: &KubernetesUpdate) -> Option<&ApiFailure> {
        match update {
            KubernetesUpdate::Lost { failure, .. } => Some(failure),
            _ => None,
        }
    }
    updates.iter().filter_map(lost).collect()
}

// Answers questions for nodes from a list, the last of it again and again.
fn nodes_from(answers: Vec<Answer>) -> Api {
    let mut answers = answers.into_iter();
    Api::start(move |asked: &Asked| {
        let mine = asked.path.starts_with(NODES) && !asked.path.contains("sendInitialEvents");
        mine.then(|| answers.next()).flatten()
    })
}

async fn watched(api: &Api, wanted: &str) -> Vec<KubernetesUpdate> {
    let folder = Folder::for_user(&api.url, TOKEN);
    folder
        .watch(|updates| nodes(updates).starts_with(wanted))
        .await
}

#[tokio::test]
async fn pages_are_read_to_the_last_and_the_watch_begins_where_they_end() {
    let api = nodes_from(vec![
        Answer::list("7", "to be=continued", &[node("a", 1), node("b", 2)]),
        Answer::list("7", "", &[node("c", 3)]),
        Answer::watch(&(event("ADDED", "d", 8) + &event("DELETED", "a", 9))),
    ]);
    watched(&api, "+a +b +c . +d -a").await;
    assert_eq!(
        api.paths(NODES)[1..],
        [
            "/api/v1/nodes?limit=500&continue=",
            "/api/v1/nodes?limit=500&continue=to%20be%3Dcontinued",
            "/api/v1/nodes?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=7",
        ]
    );
    let asked = api.asked.lock().unwrap();
    assert!(
        asked
            .iter()
            .all(|one| one.authorization == "Bearer secret-token")
    );
    let encoding = |asked: &Asked| {
        let watch = asked.path.contains("watch=1");
        asked.encoding == if watch { "identity" } else { "gzip" }
    };
    assert!(asked.iter().all(encoding), "{asked:#?}");
}

#[tokio::test]
async fn a_list_that_is_streamed_ends_with_its_bookmark() {
    let lines = event("ADDED", "a", 5) + &event("ADDED", "b", 3) + &bookmark(9, END_OF_LIST);
    let api = Api::start(move |asked: &Asked| {
        let streamed = asked.path.starts_with(NODES) && asked.path.contains("sendInitialEvents");
        let next = asked.path.starts_with(NODES) && asked.path.ends_with("resourceVersion=11");
        match (streamed, next) {
            (true, _) => Some(Answer::closed(&(lines.clone() + &bookmark(11, "")))),
            (_, true) => Some(Answer::watch(&event("ADDED", "c", 12))),
            _ => None,
        }
    });
    watched(&api, "+a +b . +c").await;
}

#[tokio::test]
async fn a_watch_that_is_cut_in_a_line_continues_and_reports_nothing_twice() {
    let whole = event("MODIFIED", "b", 8);
    let cut = event("ADDED", "c", 9)[..30].to_owned();
    let api = nodes_from(vec![
        Answer::list("7", "", &[node("a", 1)]),
        Answer::Stream(vec![
            Part::Text(whole + &cut[..10]),
            Part::Pause(Duration::from_millis(50)),
            Part::Text(cut[10..].to_owned()),
        ]),
        // Its resource version is another, and nothing that is shown.
        Answer::watch(
            &(event("ADDED", "c", 9) + &event("MODIFIED", "a", 10) + &event("ADDED", "d", 11)),
        ),
    ]);
    watched(&api, "+a . +b +c +d").await;
    assert!(api.paths(NODES)[3].ends_with("resourceVersion=8"));
}

#[tokio::test]
async fn after_410_all_is_listed_again_and_only_what_is_missing_is_gone() {
    let api = nodes_from(vec![
        Answer::list("7", "", &[node("a", 1), node("b", 2)]),
        Answer::watch(GONE),
        Answer::list("70", "", &[node("b", 2), node("c", 50)]),
        Answer::watch(&event("ADDED", "d", 71)),
    ]);
    watched(&api, "+a +b . +c -a +d").await;
}

#[tokio::test]
async fn credentials_that_are_refused_are_read_again_once_and_then_told() {
    let api = Api::start(|asked: &Asked| {
        (asked.authorization != "Bearer new").then(|| Answer::status(401, "Unauthorized"))
    });
    let folder = Folder::for_user(&api.url, "{token: old}");
    let updates = folder.watch(|updates| !losses(updates).is_empty()).await;
    let failure = losses(&updates)[0];
    assert_eq!(failure.kind, ApiFailureKind::Unauthorized);
    assert!(failure.fault.remedy.contains("kops export kubeconfig"));
    let connecting = updates
        .iter()
        .filter(|one| matches!(one, KubernetesUpdate::Connecting { .. }));
    assert_eq!(connecting.count(), 2);
    folder.write(&write_kubeconfig(&api.url, "{token: new}"));
    let updates = folder.watch(|updates| nodes(updates) == ".").await;
    assert_eq!(losses(&updates), Vec::<&ApiFailure>::new());
}

#[tokio::test]
async fn what_is_not_permitted_is_named_and_the_rest_is_watched() {
    let refusal = r#"nodes is forbidden: User \"reader\" cannot list resource \"nodes\""#;
    let api = Api::start(|asked: &Asked| {
        asked
            .path
            .starts_with(NODES)
            .then(|| Answer::status(403, refusal))
    });
    let folder = Folder::for_user(&api.url, TOKEN);
    let listed = KubernetesUpdate::Listed(WatchedKind::SystemPods);
    let updates = folder
        .watch(|updates| {
            let refused = |one: &_| matches!(one, KubernetesUpdate::NotPermitted { .. });
            updates.contains(&listed) && updates.iter().any(refused)
        })
        .await;
    let told = updates.iter().find_map(|update| match update {
        KubernetesUpdate::NotPermitted { kind, failure } => Some((kind, failure)),
        _ => None,
    });
    let (kind, failure) = told.unwrap();
    assert_eq!(
        (*kind, failure.kind),
        (WatchedKind::Nodes, ApiFailureKind::Forbidden)
    );
    assert_eq!(
        failure.fault.what,
        "the Kubernetes API does not let you list nodes"
    );
    let said = failure.fault.detail.as_ref().unwrap().raw();
    assert!(
        said.contains(r#"User "reader" cannot list resource "nodes""#),
        "{said}"
    );
}

#[tokio::test]
async fn a_server_that_is_no_kubernetes_is_told_so() {
    for body in ["<html>\u{1b}[2J", "{\"items\":7}", "", "[[[[", "\0\u{ff}"] {
        let api = nodes_from(vec![Answer::Whole(200, body.to_owned())]);
        let folder = Folder::for_user(&api.url, TOKEN);
        let updates = folder.watch(|updates| !losses(updates).is_empty()).await;
        assert_eq!(losses(&updates)[0].kind, ApiFailureKind::Serving, "{body}");
    }
}

#[tokio::test]
async fn hostile_names_are_kept_raw_and_hostile_lines_end_the_watch() {
    let hostile = node("\\u001b]52;c;x\\u0007\\u202e", 3);
    let api = nodes_from(vec![
        Answer::list("7", "", &[hostile]),
        Answer::watch("{\"type\":\"ADDED\",\"object\":{\"metadata\":7}}\n"),
    ]);
    let folder = Folder::for_user(&api.url, TOKEN);
    let updates = folder.watch(|updates| !losses(updates).is_empty()).await;
    assert_eq!(nodes(&updates), "+\u{1b}]52;c;x\u{7}\u{202e} .");
    assert_eq!(losses(&updates)[0].kind, ApiFailureKind::Serving);
}

#[tokio::test]
async fn an_api_that_falls_silent_is_noticed_within_eleven_seconds_and_found_again() {
    let mut pulses = 0;
    let api = Api::start(move |asked: &Asked| {
        pulses += u32::from(asked.path.starts_with("/readyz"));
        (pulses == 2).then(|| Answer::Stream(vec![Part::Silence]))
    });
    let folder = Folder::for_user(&api.url, TOKEN);
    let began = Instant::now();
    let answered = |one: &&KubernetesUpdate| matches!(one, KubernetesUpdate::Answered { .. });
    let updates = folder
        .watch(|updates| {
            let lost = updates
                .iter()
                .position(|one| matches!(one, KubernetesUpdate::Lost { .. }));
            lost.is_some_and(|place| updates[place..].iter().any(|one| answered(&one)))
        })
        .await;
    assert_eq!(losses(&updates)[0].kind, ApiFailureKind::TimedOut);
    assert!(
        began.elapsed() < Duration::from_secs(13),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn an_error_of_the_server_is_waited_out() {
    let api = nodes_from(vec![
        Answer::status(503, "etcdserver: leader changed"),
        Answer::status(429, "too many requests"),
        Answer::list("7", "", &[node("a", 1)]),
    ]);
    let updates = watched(&api, "+a .").await;
    assert_eq!(losses(&updates), Vec::<&ApiFailure>::new());
}

#[tokio::test]
async fn each_way_of_not_reaching_it_has_its_own_name() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let closing = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || listener.incoming().for_each(drop));
        format!("https://{address}")
    };
    let proxied = format!("https://192.0.2.1', proxy-url: 'http://{closed}");
    for (server, kind) in [
        (format!("http://{closed}"), ApiFailureKind::Refused),
        (format!("https://{closed}"), ApiFailureKind::Refused),
        (
            "https://api.kopswain.invalid".to_owned(),
            ApiFailureKind::NameNotResolving,
        ),
        (
            "https://203.0.113.123".to_owned(),
            ApiFailureKind::Placeholder,
        ),
        (closing, ApiFailureKind::Refused),
        (proxied, ApiFailureKind::Proxy),
    ] {
        let folder = Folder::for_user(&server, TOKEN);
        let updates = folder.watch(|updates| !losses(updates).is_empty()).await;
        assert_eq!(losses(&updates)[0].kind, kind, "{server}: {updates:#?}");
    }
}

#[tokio::test]
async fn a_kubeconfig_that_cannot_be_used_is_told_without_its_secrets() {
    let broken = "users:\n- name: me\n  user: {token: secret-token\n bad";
    let other = write_kubeconfig("https://x", TOKEN).replace(CLUSTER, "other.example.com");
    let provider = write_kubeconfig(
        "https://x",
        "{auth-provider: {name: gcp, config: {cmd-path: /bin/false}}}",
    );
    for (text, kind) in [
        (broken, ApiFailureKind::Kubeconfig),
        ("clusters: 7", ApiFailureKind::Kubeconfig),
        ("", ApiFailureKind::NoContext),
        (&other, ApiFailureKind::NoContext),
        (&provider, ApiFailureKind::Kubeconfig),
    ] {
        let folder = Folder::with(text);
        let updates = folder.watch(|updates| !losses(updates).is_empty()).await;
        let failure = losses(&updates)[0];
        assert_eq!(failure.kind, kind, "{text}");
        assert!(
            !format!("{updates:?}").contains("secret-token"),
            "{updates:?}"
        );
    }
}

#[tokio::test]
async fn a_kubeconfig_that_is_named_and_not_there_is_told_so() {
    let folder = Folder(tempfile::tempdir().unwrap());
    let updates = folder.watch(|updates| !losses(updates).is_empty()).await;
    let failure = losses(&updates)[0];
    let said = (failure.kind, failure.fault.why.as_str());
    let wanted = (ApiFailureKind::Kubeconfig, "there is no such file");
    assert_eq!(said, wanted, "{failure:?}");
}

fn with_plugin(api: &Api, script: &str) -> Folder {
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [for, 'a b'], env: [{name: ONE, value: two}], interactiveMode: Always, provideClusterInfo: true}}";
    let folder = Folder::for_user(&api.url, user);
    let path = folder.0.path().join("plugin");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[tokio::test]
async fn a_plugin_gives_a_token_and_has_nobody_to_ask() {
    let api = Api::start(|asked: &Asked| {
        (asked.authorization != "Bearer given").then(|| Answer::status(401, "Unauthorized"))
    });
    let script = r#"read line && exit 7
(: < /dev/tty) 2>/dev/null && exit 8
[ "$*" = "for a b" ] && [ "$ONE" = two ] || exit 9
case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 10;; esac
case "$KUBERNETES_EXEC_INFO" in *'"server":"http://127'*) ;; *) exit 11;; esac
echo '{"kind":"ExecCredential","status":{"token":"given","expirationTimestamp":"2099-01-01T00:00:00Z"}}'"#;
    let folder = with_plugin(&api, script);
    let updates = folder.watch(|updates| nodes(updates) == ".").await;
    assert_eq!(losses(&updates), Vec::<&ApiFailure>::new());
}

#[tokio::test]
async fn a_plugin_that_fails_is_told_in_its_own_words_and_never_its_output() {
    let api = Api::start(|_: &Asked| None);
    for (script, why) in [
        (
            "echo hidden-secret; echo 'sign in first' >&2; exit 3",
            "it ended with exit code 3; it has no terminal here",
        ),
        (
            "echo hidden-secret",
            "what it printed is no ExecCredential with a token or a certificate",
        ),
        ("kill -STOP $$", "it was stopped by SIGSTOP"),
    ] {
        let folder = with_plugin(&api, script);
        let updates = folder.watch(|updates| !losses(updates).is_empty()).await;
        let failure = losses(&updates)[0];
        assert_eq!(failure.kind, ApiFailureKind::ExecPlugin);
        assert_eq!(failure.fault.why, why);
        assert!(
            !format!("{updates:?}").contains("hidden-secret"),
            "{updates:?}"
        );
        if script.contains("exit 3") {
            let said = failure.fault.detail.as_ref().unwrap();
            assert_eq!(said.raw(), "sign in first");
        }
    }
}

#[tokio::test]
async fn a_critical_pod_elsewhere_is_found_and_followed() {
    let pod = |class: &str, phase: &str| {
        format!(
            r#"{{"metadata":{{"name":"p","namespace":"mesh"}},"spec":{{"priorityClassName":"{class}"}},"status":{{"phase":"{phase}"}}}}"#
        )
    };
    let critical = pod("system-cluster-critical", "Running");
    let api = Api::start(move |asked: &Asked| {
        let of_scan =
            asked.path.starts_with("/api/v1/pods?") && asked.path.contains("Succeeded&limit");
        let of_scan = of_scan && !asked.path.contains("Running");
        let of_mesh = asked.path.starts_with("/api/v1/namespaces/mesh/pods?limit");
        let other = pod("", "Running").replace("\"p\"", "\"q\"");
        (of_scan || of_mesh).then(|| Answer::list("3", "", &[critical.clone(), other]))
    });
    let folder = Folder::for_user(&api.url, TOKEN);
    let listed = KubernetesUpdate::Listed(WatchedKind::OtherPods);
    let updates = folder.watch(|updates| updates.contains(&listed)).await;
    let pods = updates.iter().filter_map(|update| match update {
        KubernetesUpdate::Changed(changes) => Some(changes.len()),
        _ => None,
    });
    assert_eq!(pods.collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn the_nodes_of_a_cluster_are_counted_by_one_question() {
    let rows = r#"{"cells":["a","Ready","control-plane"]},{"cells":["b","NotReady","node"]}"#;
    let columns = r#"{"name":"Name"},{"name":"Status"},{"name":"Roles"}"#;
    let table = format!(r#"{{"columnDefinitions":[{columns}],"rows":[{rows}]}}"#);
    let api = Api::start(move |asked: &Asked| {
        let mine = asked.path.starts_with(NODES);
        mine.then(|| Answer::Whole(200, table.clone()))
    });
    let folder = Folder::for_user(&api.url, TOKEN);
    let cluster = ClusterName::parse(CLUSTER).unwrap();
    let counted = count_ready_nodes(&folder.source(), &cluster).await;
    let of_role = |ready, joined| NodesOfRole { ready, joined };
    let wanted = NodesByRole {
        control_plane: of_role(1, 1),
        nodes: of_role(0, 1),
    };
    assert_eq!(counted, Ok(wanted));
    assert_eq!(
        api.paths(""),
        ["/api/v1/nodes?includeObject=None&resourceVersion=0"]
    );
}

#[tokio::test]
async fn no_program_runs_for_a_count_of_nodes() {
    let api = Api::start(|_| None);
    let folder = with_plugin(&api, "touch ran");
    let cluster = ClusterName::parse(CLUSTER).unwrap();
    let counted = count_ready_nodes(&folder.source(), &cluster).await;
    let kind = counted.map_err(|failure| failure.kind);
    assert_eq!(kind, Err(ApiFailureKind::ExecPlugin));
    assert_eq!(api.paths(""), [] as [String; 0]);
    assert!(!folder.0.path().join("ran").exists());
}
