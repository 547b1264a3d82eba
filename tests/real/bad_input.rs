//! Bad input that the account, the state store or kops shows to be wrong: a clear message, and nothing written.

use crate::cloud::Cloud;
use crate::desk::{Desk, answers, answers_of};
use crate::lab::{Lab, Vpc};

const CLUSTER: &str = "prod.example.com";
const BLOCKED: &str = "kopswain: the plan has one blocking problem
  why: it is named above with its remedy
  do:  correct the answers file; nothing was written
";

struct Place {
    lab: Lab,
    cloud: Cloud,
    vpc: Vpc,
}

impl Place {
    // Runs `create` with these answers; fails when it ends well, or changes a file, the state store or the account.
    fn refuses(&self, desk: &Desk, answers: &str, options: &[&str], told: &[&str]) {
        desk.write("answers.yml", answers);
        let cloud = || {
            (
                self.cloud.state_store(),
                self.cloud.shared(),
                self.cloud.subnets(CLUSTER),
            )
        };
        let before = (desk.files(), cloud());
        let words = [&["create", "--approve", CLUSTER], options].concat();
        let ended = desk.kopswain(&words).expect(1);
        for told in told {
            assert!(
                ended.stderr.contains(told),
                "{told}\nis not in\n{}",
                ended.stderr
            );
        }
        assert!(!ended.stdout.contains("run: kops"), "{}", ended.stdout);
        assert_eq!((desk.files(), cloud()), before);
    }
}

#[test]
#[ignore = "needs the lab: ./check"]
fn what_cannot_work_is_refused_before_anything_is_written() {
    let lab = Lab::start("bad");
    let place = Place {
        cloud: Cloud::of(&lab),
        vpc: lab.world("method").remove(0),
        lab,
    };
    without_nat_gateway(&place);
    unknown_vpc(&place);
    another_region(&place);
    no_state_store(&place);
    private_key(&place);
    no_kops(&place);
    old_kops(&place);
    existing_cluster(&place);
}

fn without_nat_gateway(place: &Place) {
    let vpc = place.lab.world("no-nat").remove(0);
    let zones = "  - {name: us-east-1a}\n";
    let why = "blocked: us-east-1a has no usable NAT gateway [zone-without-nat]
  why: the VPC has no NAT gateway
  do:  choose another zone, or make a NAT gateway there in Terraform: ";
    place.refuses(
        &Desk::at(&place.lab),
        &answers_of(CLUSTER, &vpc.id, zones),
        &[],
        &[why, BLOCKED],
    );
}

fn unknown_vpc(place: &Place) {
    let answers = answers(CLUSTER, &place.vpc).replace(&place.vpc.id, "vpc-0123456789abcdef0");
    let why = "blocked: vpc-0123456789abcdef0 is not in us-east-1 [vpc-unknown]\n";
    let remedy = "\n  do:  check account and region, or choose one of: ";
    place.refuses(
        &Desk::at(&place.lab),
        &answers,
        &[],
        &[why, remedy, &place.vpc.id, BLOCKED],
    );
}

fn another_region(place: &Place) {
    let answers = answers(CLUSTER, &place.vpc).replace("region: us-east-1", "region: us-west-2");
    let why = format!(
        "blocked: {} is not in us-west-2 [vpc-unknown]\n",
        place.vpc.id
    );
    let zone = "blocked: \"us-east-1a\" is not a zone of us-west-2 [zone-unknown]\n";
    let remedy = "\n  do:  choose among us-west-2a, us-west-2b, us-west-2c, us-west-2d\n";
    place.refuses(&Desk::at(&place.lab), &answers, &[], &[&why, zone, remedy]);
}

fn no_state_store(place: &Place) {
    let answers =
        answers(CLUSTER, &place.vpc).replace("s3://example-state", "s3://no-such-bucket-zz");
    let why = "kopswain: the state store s3://no-such-bucket-zz does not exist
  why: S3 knows no bucket of this name; kops keeps every cluster's configuration in one
  do:  correct --state or KOPS_STATE_STORE, or make it:
    aws s3api create-bucket --bucket no-such-bucket-zz --region us-east-1
";
    place.refuses(&Desk::at(&place.lab), &answers, &[], &[why]);
}

fn private_key(place: &Place) {
    let desk = Desk::at(&place.lab);
    desk.write(
        "key",
        &format!(
            "-----BEGIN OPENSSH {0}-----\nx\n-----END OPENSSH {0}-----\n",
            "PRIVATE KEY"
        ),
    );
    let answers = answers(CLUSTER, &place.vpc).replace("key.pub", "key");
    let why = "kopswain: the file key is a private key
  why: a private key never leaves its machine; AWS and kops need the public one
  do:  name its public key, usually key.pub; ";
    place.refuses(&desk, &answers, &[], &[why]);
}

fn no_kops(place: &Place) {
    let mut desk = Desk::at(&place.lab);
    desk.set("PATH", "/usr/bin:/bin");
    let why = "kopswain: kops is not installed
  why: no folder on PATH holds a program of this name
  do:  install kops 1.36: https://kops.sigs.k8s.io/getting_started/install/, or name it with --kops
";
    place.refuses(&desk, &answers(CLUSTER, &place.vpc), &[], &[why]);
}

fn old_kops(place: &Place) {
    let desk = Desk::at(&place.lab);
    let old = desk
        .program("old-kops", "#!/bin/sh\necho 1.29.9\n")
        .display()
        .to_string();
    let why = format!(
        "kopswain: kops 1.29.9 at {old} is too old
  why: kopswain writes specs and reads reports of kops 1.30 and later
  do:  install kops 1.36: "
    );
    place.refuses(
        &desk,
        &answers(CLUSTER, &place.vpc),
        &["--kops", &old],
        &[&why],
    );
}

fn existing_cluster(place: &Place) {
    let desk = Desk::at(&place.lab);
    let answers = answers(CLUSTER, &place.vpc);
    let file = desk.write("answers.yml", &answers);
    let words = ["plan", file.to_str().unwrap(), "--out", "kept.yml"];
    desk.kopswain(&words).expect(0);
    place
        .lab
        .ask_kops(&["create", "-f", "kept.yml"], &desk.work());
    let changed = answers.replace("max: 6", "max: 9");
    let why = "kopswain: prod.example.com is in s3://example-state with another spec: ";
    let edit = " edit prod.example.com in the folder of its answers file";
    place.refuses(&desk, &changed, &[], &[why, edit]);
}
