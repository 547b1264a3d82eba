//! What kops keeps for the nodes: keys, tokens, files and add-ons in the state store, and etcd's volumes.

use super::resource::DemoResource;
use super::spec::{DemoEtcd, DemoMember, DemoSpec};

const KEYPAIRS: [&str; 4] = [
    "apiserver-aggregator-ca",
    "etcd-clients-ca",
    "kubernetes-ca",
    "service-account",
];

// Deprecated tokens that kops still makes (`pkg/tokens`).
const TOKENS: [&str; 9] = [
    "admin",
    "kube",
    "kube-proxy",
    "kubelet",
    "system:controller_manager",
    "system:dns",
    "system:logging",
    "system:monitoring",
    "system:scheduler",
];

// Name, id and file of each add-on that every cluster has (`bootstrapchannelbuilder`).
const ADDONS: [(&str, &str, &str); 9] = [
    ("aws-cloud-controller.addons.k8s.io", "k8s-1.18", "k8s-1.18"),
    ("aws-ebs-csi-driver.addons.k8s.io", "k8s-1.17", "k8s-1.17"),
    ("coredns.addons.k8s.io", "k8s-1.12", "k8s-1.12"),
    ("dns-controller.addons.k8s.io", "k8s-1.12", "k8s-1.12"),
    ("kops-controller.addons.k8s.io", "k8s-1.16", "k8s-1.16"),
    ("kubelet-api.rbac.addons.k8s.io", "k8s-1.9", "k8s-1.9"),
    ("limit-range.addons.k8s.io", "", "v1.5.0"),
    ("node-termination-handler.aws", "k8s-1.11", "k8s-1.11"),
    ("storage-aws.addons.k8s.io", "v1.15.0", "v1.15.0"),
];

// The add-on of each CNI, by its field in the spec; `cni` brings none.
const OF_A_CNI: [(&str, &str, &str, &str); 6] = [
    (
        "cilium",
        "networking.cilium.io",
        "k8s-1.16",
        "k8s-1.16-v1.15",
    ),
    (
        "calico",
        "networking.projectcalico.org",
        "k8s-1.25",
        "k8s-1.25",
    ),
    (
        "amazonvpc",
        "networking.amazon-vpc-routed-eni",
        "k8s-1.16",
        "k8s-1.16",
    ),
    ("flannel", "networking.flannel", "k8s-1.25", "k8s-1.25"),
    (
        "kuberouter",
        "networking.kuberouter",
        "k8s-1.12",
        "k8s-1.12",
    ),
    ("kindnet", "networking.kindnet", "k8s-1.32", "k8s-1.32"),
];

/// Every object of the state store and every volume of etcd.
pub(super) fn resources(spec: &DemoSpec) -> Vec<DemoResource> {
    let mut all: Vec<DemoResource> = KEYPAIRS.map(keypair).into();
    all.extend(TOKENS.map(|name| DemoResource::new("Secret", name)));
    all.extend(addons(spec));
    all.extend(files(spec));
    for etcd in &spec.cluster.etcd_clusters {
        all.extend(etcd_files(spec, etcd));
    }
    all
}

fn keypair(name: &str) -> DemoResource {
    DemoResource::new("Keypair", name)
        .with("Subject", format!("cn={name}"))
        .with_all(&[("Issuer", ""), ("Type", "ca"), ("LegacyFormat", "false")])
}

fn addons(spec: &DemoSpec) -> Vec<DemoResource> {
    let own = OF_A_CNI.iter().filter(|(field, ..)| spec.has_cni(field));
    let own = own.map(|(_, name, id, file)| (*name, *id, *file));
    let manifests = ADDONS.into_iter().chain(own).map(|(name, id, file)| {
        let hyphen = if id.is_empty() { "" } else { "-" };
        let key = format!("{}-addons-{name}{hyphen}{id}", spec.name);
        DemoResource::new("AddonManifest", key)
            .with("Location", format!("addons/{name}/{file}.yaml"))
    });
    let bootstrap = format!("{}-addons-bootstrap", spec.name);
    let bootstrap = DemoResource::new("BootstrapChannel", bootstrap);
    let bootstrap = bootstrap.with("Location", "addons/bootstrap-channel.yaml");
    manifests.chain([bootstrap]).collect()
}

fn files(spec: &DemoSpec) -> Vec<DemoResource> {
    let in_store = |name: &str| {
        DemoResource::new("ManagedFile", name)
            .with("Base", &spec.cluster.config_base)
            .with("Location", name)
    };
    let manifest = |name: &str, location: &str| {
        DemoResource::new("ManagedFile", name).with("Location", location)
    };
    vec![
        in_store("cluster-completed.spec"),
        in_store("kops-version.txt"),
        manifest(
            "manifests-channels-kops-channels",
            "manifests/channels/kops-channels.yaml",
        ),
        manifest(
            "manifests-static-kube-apiserver-healthcheck",
            "manifests/static/kube-apiserver-healthcheck.yaml",
        ),
    ]
}

fn etcd_files(spec: &DemoSpec, etcd: &DemoEtcd) -> Vec<DemoResource> {
    let name = &etcd.name;
    let backups = format!("{}/backups/etcd/{name}", spec.cluster.config_base);
    let mut all = vec![
        keypair(&format!("etcd-manager-ca-{name}")),
        keypair(&format!("etcd-peers-ca-{name}")),
        DemoResource::new("ManagedFile", format!("etcd-cluster-spec-{name}"))
            .with("Base", backups)
            .with("Location", "/control/etcd-cluster-spec"),
    ];
    if name == "cilium" {
        all.push(keypair("etcd-clients-ca-cilium"));
    }
    all.extend(
        etcd.etcd_members
            .iter()
            .flat_map(|member| member_files(spec, etcd, member)),
    );
    all
}

fn member_files(spec: &DemoSpec, etcd: &DemoEtcd, member: &DemoMember) -> [DemoResource; 2] {
    let group = &member.instance_group;
    let manifest = format!("manifests-etcdmanager-{}-{group}", etcd.name);
    let location = format!("manifests/etcd/{}-{group}.yaml", etcd.name);
    [
        volume(spec, etcd, member),
        DemoResource::new("ManagedFile", manifest).with("Location", location),
    ]
}

fn volume(spec: &DemoSpec, etcd: &DemoEtcd, member: &DemoMember) -> DemoResource {
    let name = spec.below(&format!("{}.etcd-{}", member.name, etcd.name));
    let mut members: Vec<&str> = etcd
        .etcd_members
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    members.sort_unstable();
    let mut tags = spec.tags(&name);
    let members = format!("{}/{}", member.name, members.join(","));
    tags.insert(format!("k8s.io/etcd/{}", etcd.name), members);
    for role in ["control-plane", "master"] {
        tags.insert(format!("k8s.io/role/{role}"), "1".to_owned());
    }
    DemoResource::new("EBSVolume", name)
        .with("AvailabilityZone", zone_of(spec, &member.instance_group))
        .with("Encrypted", member.encrypted_volume)
        .with("SizeGB", "20")
        .tagged(&tags)
        .with_all(&[
            ("VolumeIops", "3000"),
            ("VolumeThroughput", "125"),
            ("VolumeType", "gp3"),
        ])
}

fn zone_of(spec: &DemoSpec, group: &str) -> String {
    let group = spec.groups.iter().find(|one| one.name == group);
    let subnet = group.and_then(|group| group.spec.subnets.first());
    let mut subnets = spec.cluster.subnets.iter();
    let subnet = subnet.and_then(|name| subnets.find(|one| one.name == *name));
    subnet.map(|subnet| subnet.zone.clone()).unwrap_or_default()
}
