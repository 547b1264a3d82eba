//! Why each question is asked and what a careful engineer would choose: one line, and a longer help.

use crate::tui::field::{FieldKey, GroupField};

/// The words beside a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionText {
    pub reason: &'static str,
    pub help: &'static str,
}

const fn words(reason: &'static str, help: &'static str) -> QuestionText {
    QuestionText { reason, help }
}

/// The words for one row.
pub fn of(key: &FieldKey) -> QuestionText {
    match key {
        FieldKey::Cluster | FieldKey::Region | FieldKey::StateStore | FieldKey::Check(_) => {
            account(key)
        }
        FieldKey::Vpc(_) => words(
            "The VPC that Terraform made; kops adds its own subnets to it.",
            "kops creates its own private and utility subnets inside this VPC and leaves every other subnet alone. The VPC needs DNS support and DNS hostnames on, one internet gateway, a NAT gateway in each zone that the cluster uses, and free address space.",
        ),
        FieldKey::Zone(_) => words(
            "Three zones keep etcd's quorum when one fails.",
            "Each zone gets one private subnet, which leaves through the zone's existing NAT gateway, and one utility subnet for load balancers. A zone without a usable NAT gateway cannot be chosen: its row says why, and right takes another zone's gateway for it, knowingly: then both zones fail together, and AWS bills the traffic between them. Left and right choose between two usable gateways of one zone.",
        ),
        FieldKey::PrivateCidr(_) | FieldKey::UtilityCidr(_) => words(
            "Planned in free address space, with room for four zones; type a CIDR to set your own.",
            "A CIDR overlaps nothing in the VPC, no peered or routed range, and not 100.64.0.0/10, which kops gives to pods and services. Addresses for four zones are reserved in each tier, so that a zone can be added without moving a subnet. An empty value goes back to the planned CIDR. A custom CIDR that collides is marked on its row and on the address map.",
        ),
        FieldKey::Group(_, field) => group(*field),
        FieldKey::AddGroup => words(
            "Another instance group of nodes, such as Spot Instances or a larger type.",
            "Each instance group has its own type and size. ctrl-d on the first row of a group removes it, and ctrl-u brings it back.",
        ),
        _ => cluster(key),
    }
}

/// What stands for an empty answer: what it means, in words.
pub fn when_empty(key: &FieldKey) -> &'static str {
    match key {
        FieldKey::SshAccess | FieldKey::ApiAccess => "the VPC's CIDRs",
        FieldKey::Group(_, GroupField::FurtherTypes) => "none, one type",
        FieldKey::Group(_, GroupField::Labels | GroupField::Taints) => "none",
        FieldKey::ControlPlaneImage
        | FieldKey::ControlPlaneRootVolume
        | FieldKey::Group(_, GroupField::Image | GroupField::RootVolume) => "kops default",
        _ => "required",
    }
}

fn account(key: &FieldKey) -> QuestionText {
    match key {
        FieldKey::Cluster => words(
            "A full domain name; it names every resource and cannot be changed later.",
            "kops writes this name into the tags of everything it owns and into the state store. With DNS none, the name needs no zone in Route 53. Lower-case letters, digits, hyphens and dots.",
        ),
        FieldKey::Region => words(
            "Where the VPC is; taken from AWS's own configuration.",
            "From --region, AWS_REGION or the profile. Changing it asks EC2 again.",
        ),
        FieldKey::StateStore => words(
            "The S3 bucket that holds kops's state; versioned, so that a mistake can be undone.",
            "As in KOPS_STATE_STORE: s3://bucket or s3://bucket/prefix. kops keeps the specs, keys and certificates of all its clusters there.",
        ),
        _ => words(
            "Checked before anything is asked of it.",
            "kopswain itself only reads from AWS. kops changes things, after you approved exactly what.",
        ),
    }
}

fn group(field: GroupField) -> QuestionText {
    match field {
        GroupField::Name => words(
            "Names the instance group; per zone, the zone is added.",
            "Lower-case letters, digits and hyphens.",
        ),
        GroupField::MachineType => words(
            "What the nodes run on; only types that every chosen zone offers will start.",
            "A type that a zone does not offer is accepted by kops and never starts: the failure shows only in the Auto Scaling activity log. The list says which zones offer each type.",
        ),
        GroupField::Min => words(
            "Minimum number of nodes, all zones together; not set: one per zone.",
            "With one group per zone the number is shared out over the zones, the first zones getting the rest.",
        ),
        GroupField::Max => words(
            "Maximum number of nodes, all zones together; not set: two per zone. Counts against the vCPU quota.",
            "The Auto Scaling group never grows past this. With one group per zone the number is shared out over the zones.",
        ),
        GroupField::PerZone => words(
            "One group per zone keeps zones balanced and lets volumes follow their pods.",
            "An EBS volume lives in one zone. With one group per zone the cluster autoscaler can add a node where the volume is; a group that spans zones leaves the choice to EC2.",
        ),
        GroupField::Spot => words(
            "Spot Instances are cheaper and can be interrupted with two minutes' notice.",
            "Not for anything that cannot be restarted at once.",
        ),
        GroupField::FurtherTypes => words(
            "Other types of the same size that may start in this group; with more of them Spot is interrupted less often.",
            "Instance types separated by commas. EC2 starts whichever of them it has; with spot it takes the pools that are cheap and least likely to be taken back. The answers file can say more (mixedInstancesPolicy: onDemandBase, onDemandAboveBase, spotAllocationStrategy).",
        ),
        GroupField::Labels => words(
            "Kubernetes labels of the nodes, for pods that choose by them.",
            "KEY=VALUE, separated by commas, such as team=web, example.com/disk=ssd.",
        ),
        GroupField::Taints => words(
            "Keeps away pods that do not tolerate it; leave one group without.",
            "KEY=VALUE:EFFECT, separated by commas; the effect is NoSchedule, PreferNoSchedule or NoExecute. CoreDNS and other add-ons need one group without a taint.",
        ),
        GroupField::Image => words(
            "Empty: the image that kops chooses for the version.",
            "An AMI id or kops's form owner/name. Its architecture must match the instance type.",
        ),
        GroupField::RootVolume => words(
            "In GiB; empty: kops default.",
            "Holds the operating system, container images and logs.",
        ),
    }
}

fn cluster(key: &FieldKey) -> QuestionText {
    match key {
        FieldKey::ControlPlaneCount => words(
            "Three members keep etcd's quorum when one fails; not set: three with three zones, else one.",
            "etcd needs an odd number: one has no redundancy, three survive one failure, five survive two. Each member is an instance group of its own.",
        ),
        FieldKey::ControlPlaneMachineType => words(
            "Runs the API server and etcd; t3.medium suits up to some tens of nodes.",
            "Growing later replaces the members one by one with a rolling update.",
        ),
        FieldKey::ControlPlaneImage => group(GroupField::Image),
        FieldKey::ControlPlaneRootVolume => group(GroupField::RootVolume),
        FieldKey::SshPublicKey => words(
            "The public half of an ed25519 or RSA key; the private one is never read.",
            "kops stores the public key in the state store and EC2 puts it on every instance.",
        ),
        FieldKey::SshAccess => words(
            "Who may reach SSH; empty: the VPC's CIDRs, which suits a VPN.",
            "CIDRs separated by commas. 0.0.0.0/0 opens SSH to the internet.",
        ),
        FieldKey::ApiAccess => words(
            "Who may reach the Kubernetes API; empty: the VPC's CIDRs.",
            "CIDRs separated by commas. With an internal load balancer only the VPC and what is connected to it get there in any case.",
        ),
        FieldKey::ApiLoadBalancer => words(
            "Internal is reached through a VPN or a bastion; public from the internet.",
            "A network load balancer in the utility subnets either way.",
        ),
        FieldKey::Bastion => words(
            "A VPN is preferred; a bastion is one small instance in the utility subnets.",
            "The bastion is reached by SSH from the CIDRs above and reaches every node.",
        ),
        FieldKey::Networking => words(
            "Cilium is kops's present default.",
            "With amazonvpc pods take addresses from the private subnets, so plan larger CIDRs.",
        ),
        FieldKey::Dns => words(
            "None needs no zone in Route 53; the API is found by its load balancer.",
            "private and public write records into a hosted zone of Route 53 that exists.",
        ),
        _ => words(
            "The newest that this kops supports is not always the safest: one minor version behind is.",
            "Three numbers, such as 1.35.5. kops supports its own minor version and several before it.",
        ),
    }
}
