//! The state store against a scripted S3 on the wire: missing, forbidden, in another region, unversioned, and its clusters.
use kopswain::core::fault::Fault;
use kopswain::io::settings::Settings;
use kopswain::io::state_store::{Bucket, StateStore, Versioning};
use kopswain::io::{aws, state_store};
use serde::{Deserialize, Serialize};

use crate::server::{CASE, Reply, Request, Server, run};

/// What a case's process found.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Outcome {
    /// Region, and whether it is versioned.
    bucket: Result<(Option<String>, bool), [String; 2]>,
    clusters: Option<Vec<String>>,
}

/// The process of a case; does nothing when the tests themselves run.
#[tokio::test]
async fn child() {
    let Ok(place) = std::env::var(CASE) else {
        return;
    };
    let account = aws::connect(&Settings::default()).await.unwrap();
    let mut store = StateStore::open(&account, &place).unwrap();
    let words = |fault: Fault| [fault.what, fault.remedy];
    let told = |bucket: Bucket| (bucket.region, bucket.versioning == Versioning::Enabled);
    let outcome = Outcome {
        bucket: store.check(&account).await.map(told).map_err(words),
        clusters: store.clusters(&account).await.ok(),
    };
    println!("\noutcome {}", serde_json::to_string(&outcome).unwrap());
}

fn looked_at(place: &str, answers: impl FnMut(&Request) -> Reply + Send + 'static) -> Outcome {
    let server = Server::start(answers);
    run("state_store::child", place, &server.variables())
}

fn bucket(request: &Request) -> Reply {
    let path = request.line.replace("%2F", "/");
    let listing = |items: &str| {
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{items}</ListBucketResult>")
    };
    let folders = |names: &[&str]| {
        let each =
            |name: &&str| format!("<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>");
        Reply::Http(200, listing(&names.iter().map(each).collect::<String>()))
    };
    match path.as_str() {
        _ if path.starts_with("HEAD /state") => {
            Reply::Header(200, "x-amz-bucket-region: us-east-1")
        }
        _ if path.contains("versioning") => Reply::Http(
            200,
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
                .to_owned(),
        ),
        _ if path.contains("prefix=team/b.example.com/config") => Reply::Http(
            200,
            listing("<Contents><Key>team/b.example.com/config</Key></Contents>"),
        ),
        _ if path.contains("prefix=b.example.com/config") => Reply::Http(
            200,
            listing("<Contents><Key>b.example.com/config</Key></Contents>"),
        ),
        _ if path.contains("prefix=a.example.com/config") => Reply::Http(
            200,
            listing("<Contents><Key>a.example.com/config</Key></Contents>"),
        ),
        // A folder whose only key begins like `config` is not a cluster.
        _ if path.contains("prefix=backup/config") => Reply::Http(
            200,
            listing("<Contents><Key>backup/config.old</Key></Contents>"),
        ),
        _ if path.contains("prefix=team/") => folders(&["team/b.example.com/"]),
        _ => folders(&["b.example.com/", "backup/", "a.example.com/"]),
    }
}

#[test]
fn a_versioned_bucket_tells_its_region_and_its_clusters() {
    let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
    let good = Ok((Some("us-east-1".to_owned()), true));
    let whole = looked_at("s3://state", bucket);
    assert_eq!(
        whole,
        Outcome {
            bucket: good.clone(),
            clusters: names(&["a.example.com", "b.example.com"])
        }
    );
    let part = looked_at("s3://state/team", bucket);
    assert_eq!(
        part,
        Outcome {
            bucket: good,
            clusters: names(&["b.example.com"])
        }
    );
}

#[test]
fn a_bucket_of_another_region_is_asked_there() {
    let outcome = looked_at("s3://state", |request| {
        if request.authorization.contains("/eu-west-1/s3/") {
            return bucket(request);
        }
        Reply::Header(301, "x-amz-bucket-region: eu-west-1")
    });
    assert!(outcome.bucket.unwrap().1);
    assert_eq!(outcome.clusters.unwrap().len(), 2);
}

#[test]
fn a_bucket_without_versions_is_told_from_one_that_keeps_its_secret() {
    let versioned = |reply: fn() -> Reply| {
        looked_at("s3://state", move |request| {
            if request.line.contains("versioning") {
                reply()
            } else {
                bucket(request)
            }
        })
        .bucket
        .unwrap()
        .1
    };
    assert!(!versioned(|| Reply::Http(
        200,
        "<VersioningConfiguration/>".to_owned()
    )));
    assert!(!versioned(|| Reply::Http(
        403,
        "<Error><Code>AccessDenied</Code></Error>".to_owned()
    )));
}

#[test]
fn a_missing_bucket_comes_with_the_commands_that_make_it() {
    let [what, remedy] = looked_at("s3://state", |_| Reply::Http(404, String::new()))
        .bucket
        .unwrap_err();
    assert_eq!(what, "the state store s3://state does not exist");
    assert_eq!(
        remedy,
        "correct --state or KOPS_STATE_STORE, or make it:\n    aws s3api create-bucket --bucket state --region us-east-1\n    \
         aws s3api put-bucket-versioning --bucket state --versioning-configuration Status=Enabled"
    );
}

#[test]
fn a_bucket_of_somebody_else_is_said_to_be_one() {
    let [what, _] = looked_at("s3://state", |_| Reply::Http(403, String::new()))
        .bucket
        .unwrap_err();
    assert_eq!(what, "the state store s3://state may not be read");
}

#[test]
fn no_state_store_names_the_variable() {
    assert_eq!(
        state_store::unset().remedy,
        "run: export KOPS_STATE_STORE=s3://your-bucket, or use --state"
    );
}
