use super::*;
use crate::core::fault::Fault;
use crate::core::kops::klog::Klog;

macro_rules! recording {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fixtures/kops/", $name))
    };
}

fn read(text: &str) -> LogProgress {
    let mut progress = LogProgress::default();
    text.lines().for_each(|line| progress.read(line));
    progress
}

#[test]
fn a_line_of_klog_is_taken_apart() {
    let line =
        "I1123 18:56:51.015651   25129 executor.go:113] Tasks: 42 done / 168 total; 28 can run";
    let expected = Klog {
        level: Level::Info,
        time: "18:56:51.015651",
        place: "executor.go:113",
        message: "Tasks: 42 done / 168 total; 28 can run",
    };
    assert_eq!(klog(line), Some(expected));
    for other in [
        "",
        "I",
        "Issuing new] x",
        "W12x3 1 2 3] x",
        "Error: x",
        "I1123 a b] c",
    ] {
        assert_eq!(klog(other), None);
    }
}

#[test]
fn an_apply_ends_with_all_tasks_done() {
    let progress = read(recording!("apply-create.stderr"));
    let expected = Tasks {
        done: 168,
        total: 168,
        can_run: 0,
    };
    assert_eq!(progress.tasks, Some(expected));
    assert!((progress.share() - 1.0).abs() < f64::EPSILON);
    assert_eq!(progress.retries, []);
    assert_eq!(progress.error, None);
    assert_eq!(
        progress.doing,
        Some("Exporting kubeconfig for cluster".into())
    );
    assert_eq!(progress.warnings.len(), WARNINGS);
    assert!(!progress.crashed);
}

#[test]
fn a_clash_is_folded_and_no_retry_can_help() {
    let progress = read(recording!("apply-clash.stderr"));
    let expected = Tasks {
        done: 104,
        total: 168,
        can_run: 3,
    };
    assert_eq!(progress.tasks, Some(expected));
    assert_eq!(progress.retries.len(), 3);
    assert_eq!(progress.hopeless().count(), 3);
    let task = "Subnet/us-east-1a.clash.example.com";
    let retry = progress
        .retries
        .iter()
        .find(|retry| retry.task.raw() == task);
    let cause = "error creating subnet: operation error EC2: CreateSubnet: InvalidSubnet.Conflict: The CIDR '172.20.4.0/24' conflicts with another subnet";
    let found = retry.map(|one| (one.count, one.cause.raw(), one.retryable));
    let failed = recording!("apply-clash.stderr")
        .matches(&format!("\"{task}\""))
        .count();
    assert_eq!(
        found,
        Some((u32::try_from(failed).unwrap_or(0), cause, Retryable::No))
    );
}

#[test]
fn a_task_that_works_again_is_forgotten() {
    let line = |text: &str| format!("W1123 18:56:51.015651 25129 executor.go:141] {text}");
    let count = line("Tasks: 1 done / 2 total; 1 can run");
    let error = line(
        "error running task \"VPC/a\" (9m1s remaining to succeed): api error RequestLimitExceeded: slow down",
    );
    let mut progress = read(&[count.as_str(), &error, &count].join("\n"));
    let retry = |count, round| Retry {
        task: "VPC/a".into(),
        count,
        remaining: "9m1s".into(),
        cause: "api error RequestLimitExceeded: slow down".into(),
        retryable: Retryable::Yes,
        round,
    };
    assert_eq!(progress.retries, [retry(1, 1)]);
    progress.read(&error);
    assert_eq!(progress.retries, [retry(2, 2)]);
    progress.read(&count);
    progress.read(&count);
    assert_eq!(progress.retries, []);
}

#[test]
fn a_crash_ends_the_reading() {
    let progress = read(recording!("update-kops-panics.stderr"));
    assert!(progress.crashed);
    let message = "Error parsing version : unable to parse kubernetes version \"\"";
    assert_eq!(progress.error, Some(message.into()));
}

#[test]
fn the_final_error_keeps_all_its_lines() {
    let text = recording!("update-no-state.stderr");
    let expected = text.strip_prefix("Error: ").map(str::trim_end);
    assert_eq!(read(text).error.as_ref().map(Untrusted::raw), expected);
}

#[test]
fn known_failures_are_explained() {
    for (stderr, exit, what) in [
        (
            recording!("update-no-state.stderr"),
            1,
            "kops was given no state store",
        ),
        (
            recording!("update-no-bucket.stderr"),
            1,
            "the state store's bucket does not exist",
        ),
        (
            recording!("update-unknown.stderr"),
            1,
            "the state store does not know this cluster",
        ),
        (
            "validation failed: getting rest config: loading kubecfg settings for \"a.example.com\": context \"a.example.com\" does not exist\n",
            1,
            "the kubeconfig has no context of the cluster's name",
        ),
        (
            recording!("create-exists.stderr"),
            1,
            "the cluster is already in the state store",
        ),
        (
            recording!("update-two-keys.stderr"),
            1,
            "the cluster has more than one SSH public key",
        ),
        (
            recording!("create-even.stderr"),
            1,
            "the number of etcd members is even",
        ),
        (
            recording!("apply-clash.stderr"),
            124,
            "a subnet overlaps one that exists",
        ),
        (
            recording!("update-nat-missing.stderr"),
            124,
            "a NAT gateway of the spec does not exist",
        ),
        (
            recording!("update-kops-panics.stderr"),
            2,
            "kops itself crashed",
        ),
    ] {
        assert_eq!(explained(exit, "", stderr).what, what);
    }
}

#[test]
fn unknown_failures_keep_kops_own_words() {
    let expected = Fault::new(
        "kops ended with exit code 3",
        "kopswain does not know this error; kops said why in its own words below",
        "read them, fix the cause, and run the command again, which is safe",
    );
    let stderr = "I1123 1 2 a.go:1] fine\nError: the moon is full\n";
    let error = expected.clone().with_detail("the moon is full");
    assert_eq!(explained(3, "", stderr), error);
    let output = expected.with_detail("b\nc");
    assert_eq!(explained(3, "b\n\nc\n", " \n"), output);
}
